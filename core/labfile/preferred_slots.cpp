// SPDX-License-Identifier: GPL-3.0-or-later
#include "preferred_slots.h"

namespace podleaf::labfile {

namespace {

constexpr std::uint64_t kPerGroup = 16;
constexpr std::uint64_t kPortsPerLeaf = 64;

/// A number at the end of a text: its value, and where it begins. Up to six digits, the first one not 0.
struct Tail {
    std::uint64_t value = 0;
    qsizetype begin = 0;
};

std::optional<Tail> numberAtEnd(QStringView text) {
    constexpr qsizetype kMostDigits = 6;
    qsizetype begin = text.size();
    while (begin > 0 && text[begin - 1] >= QLatin1Char('0') && text[begin - 1] <= QLatin1Char('9')) {
        --begin;
    }
    const QStringView digits = text.mid(begin);
    if (digits.isEmpty() || digits.size() > kMostDigits || digits.front() == QLatin1Char('0')) {
        return std::nullopt;
    }
    return Tail{digits.toULongLong(), begin};
}

/// "host3" is {0, 3}, "host2-3" is {2, 3}.
struct Numbers {
    std::uint64_t group = 0;
    std::uint64_t number = 0;
};

std::optional<Numbers> numbersOf(QStringView name) {
    const auto last = numberAtEnd(name);
    if (!last) {
        return std::nullopt;
    }
    const bool hasHyphen = last->begin > 1 && name[last->begin - 1] == QLatin1Char('-');
    const auto first = hasHyphen ? numberAtEnd(name.left(last->begin - 1)) : std::nullopt;
    return Numbers{first ? first->value : 0, last->value};
}

struct AsnRange {
    std::uint64_t first;
    std::uint64_t count;
};

AsnRange shortAsnsOf(model::NodeKind kind) {
    switch (kind) {
    case model::NodeKind::Leaf:
        return {65100, 435};
    case model::NodeKind::Spine:
        return {64600, 400};
    case model::NodeKind::Router:
        return {65000, 100};
    case model::NodeKind::Host:
        break;
    }
    return {0, 0};
}

std::uint64_t spareAsn(const QString& name) {
    return kFirstSpareAsn + hashOf(name) % (kEndOfAsns - kFirstSpareAsn);
}

std::uint64_t quarterOf(model::NodeKind kind) {
    switch (kind) {
    case model::NodeKind::Leaf:
        return 0;
    case model::NodeKind::Spine:
        return 1;
    case model::NodeKind::Router:
        return 2;
    case model::NodeKind::Host:
        break;
    }
    return 3;
}

} // namespace

std::uint64_t hashOf(const QString& text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text.toUtf8()) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
    }
    return hash ^ hash >> 32U; // The low bits of short texts differ little.
}

std::optional<std::uint64_t> ordinalOf(const QString& name) {
    const auto numbers = numbersOf(name);
    if (!numbers || (numbers->group > 0 && numbers->number > kPerGroup)) {
        return std::nullopt;
    }
    return numbers->group > 0 ? (numbers->group - 1) * kPerGroup + numbers->number - 1 : numbers->number - 1;
}

std::uint64_t preferredAsn(model::NodeKind kind, const QString& name) {
    constexpr std::uint64_t kHosts = 4200000000U;
    constexpr std::uint64_t kHostsPerGroup = 1000;
    if (kind == model::NodeKind::Host) {
        const auto numbers = numbersOf(name);
        const bool fits = numbers && numbers->number < kHostsPerGroup && numbers->group < 10000;
        return fits ? kHosts + numbers->group * kHostsPerGroup + numbers->number : spareAsn(name);
    }
    const auto ordinal = ordinalOf(name);
    const AsnRange range = shortAsnsOf(kind);
    return ordinal && *ordinal < range.count ? range.first + *ordinal : spareAsn(name);
}

std::uint64_t preferredLoopback(model::NodeKind kind, const QString& name, std::uint64_t parts) {
    constexpr std::uint64_t kLeastQuartered = 16;
    if (parts <= 2) {
        return 0;
    }
    const std::uint64_t share = parts >= kLeastQuartered ? parts / 4 : parts;
    const std::uint64_t first = parts >= kLeastQuartered ? quarterOf(kind) * share : 0;
    const auto ordinal = ordinalOf(name);
    const std::uint64_t slot = ordinal && *ordinal + 1 < share ? first + *ordinal + 1 : 0;
    return slot > 0 && slot < parts - 1 ? slot : 1 + hashOf(name) % (parts - 2);
}

std::uint64_t preferredPodNetwork(const QString& name, std::uint64_t parts) {
    const auto ordinal = ordinalOf(name);
    return ordinal && *ordinal < parts ? *ordinal : hashOf(name) % (parts == 0 ? 1 : parts);
}

std::uint64_t preferredLink(model::NodeKind kind, const model::Endpoint& port, std::uint64_t parts) {
    if (kind == model::NodeKind::Leaf) {
        const auto ordinal = ordinalOf(port.node.name);
        const auto number = numberAtEnd(port.port);
        const bool fits = ordinal && number && number->value <= kPortsPerLeaf && *ordinal * kPortsPerLeaf + number->value <= parts;
        if (fits) {
            return *ordinal * kPortsPerLeaf + number->value - 1;
        }
    }
    return hashOf(port.toString()) % (parts == 0 ? 1 : parts);
}

} // namespace podleaf::labfile
