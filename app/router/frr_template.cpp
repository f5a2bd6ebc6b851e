// SPDX-License-Identifier: GPL-3.0-or-later
#include "frr_template.h"

#include "text_lines.h"

#include <algorithm>
#include <array>

namespace podleaf::router {

namespace {

constexpr std::size_t kMostLineBytes = 512;

/// A mark and the values it stands for: its line is there once for each.
struct Mark {
    std::string_view name;
    std::vector<std::string> values;
};

using Marks = std::array<Mark, 5>;

template <class T>
std::vector<std::string> textOf(const std::optional<T>& value) {
    return value ? std::vector{value->toString()} : std::vector<std::string>();
}

Marks marksOf(const Facts& facts) {
    std::vector<std::string> gateways;
    std::ranges::transform(facts.gateways, std::back_inserter(gateways), &Address::toString);
    const auto asn = facts.asn ? std::vector{std::to_string(*facts.asn)} : std::vector<std::string>();
    return {{{"@ASN@", asn},
             {"@ROUTER_ID@", textOf(facts.routerId())},
             {"@POD_CIDR@", textOf(facts.podCidr)},
             {"@LOOPBACK@", textOf(facts.loopback)},
             {"@GATEWAY@", gateways}}};
}

std::string replaced(std::string line, std::string_view mark, const std::string& value) {
    for (std::size_t at = line.find(mark); at != std::string::npos; at = line.find(mark, at + value.size())) {
        line.replace(at, mark.size(), value);
    }
    return line;
}

/// The line with all its marks replaced, in all combinations of their values.
std::vector<std::string> rendered(std::string_view line, const Marks& marks) {
    std::vector<std::string> lines{std::string(line)};
    for (const Mark& mark : marks) {
        if (line.find(mark.name) == std::string_view::npos) {
            continue;
        }
        std::vector<std::string> next;
        for (const std::string& each : lines) {
            std::ranges::transform(mark.values, std::back_inserter(next),
                                   [&](const std::string& value) { return replaced(each, mark.name, value); });
        }
        lines = std::move(next);
    }
    return lines;
}

} // namespace

std::optional<Address> Facts::routerId() const {
    if (loopback) {
        return loopback;
    }
    return podCidr ? std::optional(podCidr->firstAddress()) : std::nullopt;
}

Checked<std::string> renderTemplate(const std::string& text, const Facts& facts) {
    const Marks marks = marksOf(facts);
    std::string result;
    int number = 0;
    for (const std::string_view line : linesOf(text)) {
        ++number;
        const auto refused = [number](const char* why) {
            return Checked<std::string>::refused("line " + std::to_string(number) + ' ' + why);
        };
        if (line.size() > kMostLineBytes) {
            return refused("is too long");
        }
        if (std::ranges::any_of(line, [](char each) { return each < ' ' || each > '~'; })) {
            return refused("has a character that is not printable ASCII");
        }
        for (const std::string& each : rendered(line, marks)) {
            if (each.find('@') != std::string::npos) {
                return refused("has an unknown mark");
            }
            result += each + '\n';
        }
    }
    return result;
}

} // namespace podleaf::router
