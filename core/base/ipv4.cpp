// SPDX-License-Identifier: GPL-3.0-or-later
#include "ipv4.h"

#include <QList>

#include <array>

namespace podleaf {

namespace {

/// A decimal number without sign, blank or leading zero, at most `max`.
std::optional<std::uint32_t> parseDecimal(QStringView text, std::uint32_t max) {
    if (text.isEmpty() || text.size() > 3 || (text.size() > 1 && text.front() == QLatin1Char('0'))) {
        return std::nullopt;
    }
    std::uint32_t value = 0;
    for (const QChar c : text) {
        if (c < QLatin1Char('0') || c > QLatin1Char('9')) {
            return std::nullopt;
        }
        value = value * 10 + static_cast<std::uint32_t>(c.unicode() - '0');
    }
    return value <= max ? std::optional(value) : std::nullopt;
}

/// Writes `octet` in decimal digits; returns where they end.
QChar* writeDecimal(QChar* out, std::uint32_t octet) {
    if (octet >= 100) {
        *out++ = QChar(u'0' + octet / 100);
    }
    if (octet >= 10) {
        *out++ = QChar(u'0' + octet / 10 % 10);
    }
    *out++ = QChar(u'0' + octet % 10);
    return out;
}

constexpr std::size_t kLongest = 18; ///< "255.255.255.255/32"

/// Tables have a million of them: digits and dots without a detour by QString::arg().
QChar* writeAddress(QChar* out, std::uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        out = writeDecimal(out, value >> shift & 255U);
        if (shift > 0) {
            *out++ = u'.';
        }
    }
    return out;
}

} // namespace

std::optional<Ipv4Address> Ipv4Address::parse(QStringView text) {
    const auto parts = text.split(QLatin1Char('.'));
    if (parts.size() != 4) {
        return std::nullopt;
    }
    Ipv4Address address;
    for (const QStringView part : parts) {
        const auto octet = parseDecimal(part, 255);
        if (!octet) {
            return std::nullopt;
        }
        address.value = address.value << 8U | *octet;
    }
    return address;
}

QString Ipv4Address::toString() const {
    std::array<QChar, kLongest> text;
    return QString(text.data(), writeAddress(text.data(), value) - text.data());
}

std::optional<Ipv4Prefix> Ipv4Prefix::parse(QStringView text) {
    const auto slash = text.indexOf(QLatin1Char('/'));
    if (slash < 0) {
        return std::nullopt;
    }
    const auto address = Ipv4Address::parse(text.left(slash));
    const auto length = parseDecimal(text.mid(slash + 1), 32);
    if (!address || !length) {
        return std::nullopt;
    }
    return Ipv4Prefix{*address, static_cast<int>(*length)};
}

QString Ipv4Prefix::toString() const {
    if (length < 0 || length > 32) { // No prefix at all, but it can be said.
        return address.toString() + QLatin1Char('/') + QString::number(length);
    }
    std::array<QChar, kLongest> text;
    QChar* end = writeAddress(text.data(), address.value);
    *end++ = u'/';
    end = writeDecimal(end, static_cast<std::uint32_t>(length));
    return QString(text.data(), end - text.data());
}

std::uint32_t Ipv4Prefix::mask() const {
    return length <= 0 ? 0U : ~std::uint32_t{0} << static_cast<unsigned>(32 - length);
}

Ipv4Prefix Ipv4Prefix::network() const {
    return {{address.value & mask()}, length};
}

Ipv4Address Ipv4Prefix::at(std::uint32_t offset) const {
    return {network().address.value + offset};
}

bool Ipv4Prefix::contains(Ipv4Address other) const {
    return (other.value & mask()) == network().address.value;
}

bool Ipv4Prefix::contains(const Ipv4Prefix& other) const {
    return other.length >= length && contains(other.address);
}

bool Ipv4Prefix::overlaps(const Ipv4Prefix& other) const {
    return contains(other) || other.contains(*this);
}

} // namespace podleaf
