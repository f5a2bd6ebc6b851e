// SPDX-License-Identifier: GPL-3.0-or-later
// What BGP told: see the header.
#include "bgp_paths.h"

#include <algorithm>

namespace podleaf::ui {

namespace {

bool isUsed(const BgpPath& told, const Ipv4Prefix& prefix, const state::NodeState& node) {
    const auto leads = [&told](const state::NextHop& hop) { return hop.via == told.path->nextHop || hop.via == told.peer; };
    for (auto it = node.routes.lower_bound({prefix, 0}); it != node.routes.end() && it->first.first == prefix; ++it) {
        if (it->second.protocol == QLatin1String("bgp") && std::ranges::any_of(it->second.nextHops, leads)) {
            return true;
        }
    }
    return false;
}

} // namespace

std::map<Ipv4Prefix, BgpPaths> bgpPathsOf(const NodeId& node, const state::LabState& state) {
    std::map<Ipv4Prefix, BgpPaths> paths;
    const state::NodeState* at = state.findNode(node);
    for (auto it = state.sessions.lower_bound({node, Ipv4Address()}); it != state.sessions.end() && it->first.first == node; ++it) {
        for (const auto& [prefix, path] : it->second.received) {
            BgpPaths& of = paths[prefix];
            const BgpPath told{it->first.second, &path};
            (at != nullptr && isUsed(told, prefix, *at) ? of.used : of.others).push_back(told);
        }
    }
    return paths;
}

QString asPathsOf(const std::vector<BgpPath>& paths) {
    QStringList texts;
    for (const BgpPath& told : paths) {
        QStringList numbers;
        for (const std::uint32_t asn : told.path->asPath) {
            numbers += QString::number(asn);
        }
        if (const QString text = numbers.join(QLatin1Char(' ')); !texts.contains(text)) {
            texts += text;
        }
    }
    return texts.join(QStringLiteral(", "));
}

qint64 oldestOf(const std::vector<BgpPath>& paths) {
    qint64 oldest = 0;
    for (const BgpPath& told : paths) {
        if (told.path->sinceMs > 0 && (oldest == 0 || told.path->sinceMs < oldest)) {
            oldest = told.path->sinceMs;
        }
    }
    return oldest;
}

} // namespace podleaf::ui
