// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_state.h"

#include <algorithm>
#include <array>

namespace podleaf::state {

namespace {

/// RFC 4271's names, as FRR writes them; index = enum value.
constexpr std::array<QLatin1String, 6> kBgpWords{QLatin1String("Idle"),     QLatin1String("Connect"),     QLatin1String("Active"),
                                                 QLatin1String("OpenSent"), QLatin1String("OpenConfirm"), QLatin1String("Established")};

} // namespace

QString toString(BgpState state) {
    return kBgpWords.at(static_cast<std::size_t>(state));
}

std::optional<BgpState> parseBgpState(QStringView word) {
    const auto it = std::ranges::find_if(kBgpWords, [word](QLatin1String known) { return word == known; });
    if (it == kBgpWords.end()) {
        return std::nullopt;
    }
    return static_cast<BgpState>(it - kBgpWords.begin());
}

const SessionState* LabState::findSession(const NodeId& node, Ipv4Address peer) const {
    const auto it = sessions.find({node, peer});
    return it == sessions.end() ? nullptr : &it->second;
}

const NodeState* LabState::findNode(const NodeId& node) const {
    const auto it = nodes.find(node);
    return it == nodes.end() ? nullptr : &it->second;
}

std::optional<TestLegSeen> LabState::lastLeg(const QString& from, const QString& to) const {
    if (const auto flow = flows.find({from, to}); flow != flows.end()) {
        const FlowSeen& seen = flow->second;
        return TestLegSeen{.from = from, .to = to, .ok = seen.ok, .expected = true, .ms = seen.ms, .reason = seen.reason};
    }
    const auto leg = testLegs.find({from, to});
    return leg == testLegs.end() ? std::nullopt : std::optional(leg->second);
}

} // namespace podleaf::state
