// SPDX-License-Identifier: GPL-3.0-or-later
#include "ipv4.h"

#include <QList>

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
    return QStringLiteral("%1.%2.%3.%4").arg(value >> 24U).arg(value >> 16U & 255U).arg(value >> 8U & 255U).arg(value & 255U);
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
    return address.toString() + QLatin1Char('/') + QString::number(length);
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
