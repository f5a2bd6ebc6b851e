// SPDX-License-Identifier: GPL-3.0-or-later
#include "addresses.h"

#include <charconv>

namespace podleaf::router {

namespace {

/// A decimal number of at most `most`, without sign or leading zeros.
std::optional<std::uint32_t> number(std::string_view text, std::uint32_t most) {
    std::uint32_t value = 0;
    const char* const end = text.data() + text.size();
    if (text.empty() || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end && value <= most ? std::optional(value) : std::nullopt;
}

} // namespace

std::optional<Address> Address::parse(std::string_view text) {
    Address address;
    for (int octet = 0; octet < 4; ++octet) {
        const std::size_t dot = octet < 3 ? text.find('.') : text.size();
        const auto value = dot == std::string_view::npos ? std::nullopt : number(text.substr(0, dot), 255);
        if (!value) {
            return std::nullopt;
        }
        address.value = address.value << 8 | *value;
        text.remove_prefix(octet < 3 ? dot + 1 : dot);
    }
    return address;
}

std::string Address::toString() const {
    const auto octet = [this](int shift) { return std::to_string(value >> shift & 0xff); };
    return octet(24) + '.' + octet(16) + '.' + octet(8) + '.' + octet(0);
}

bool Address::isOfOneNode() const {
    const std::uint32_t first = value >> 24;
    return first != 0 && first != 127 && first < 224;
}

std::optional<PodCidr> PodCidr::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto network = Address::parse(text.substr(0, slash));
    const auto length = number(text.substr(slash + 1), 30);
    if (!network || !length || *length < 8) {
        return std::nullopt;
    }
    const std::uint32_t hostBits = ~0U >> *length;
    const bool isWhole = (network->value & hostBits) == 0;
    return isWhole && network->isOfOneNode() ? std::optional(PodCidr{*network, static_cast<int>(*length)}) : std::nullopt;
}

std::string PodCidr::toString() const {
    return network.toString() + '/' + std::to_string(length);
}

std::optional<std::uint32_t> parseAsn(std::string_view text) {
    const auto asn = number(text, 4294967294U);
    return asn && *asn != 0 ? asn : std::nullopt;
}

} // namespace podleaf::router
