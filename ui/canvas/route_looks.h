// SPDX-License-Identifier: GPL-3.0-or-later
// What the Routes lens says of one prefix: who owns it, where every node's kernel sends packets to it, where they
// stop, and where kernel, RIB and intent differ. Pure; any thread.
#pragma once

#include <core/session/lab_session.h>
#include <ui/theme/glyphs.h>

#include <QString>

#include <map>
#include <vector>

namespace podleaf::ui {

enum class RouteUse {
    Best,        ///< The kernel's next hop for this very prefix.
    Fallback,    ///< The kernel's next hop by a shorter prefix, as this one is missing.
    Alternative, ///< A neighbour announces the prefix, but the kernel does not use it.
};

/// One way on over a cable, from its end `from`.
struct RouteHop {
    LinkId link;
    std::size_t from = 0;
    RouteUse use = RouteUse::Best;
    bool broken = false; ///< The cable carries nothing that way.
};

/// What stands beside a node's card.
struct RouteMark {
    Glyph glyph = Glyph::None; ///< Bad: it stops here. Warn: something differs. None: the owner.
    bool owner = false;
    QString words; ///< "owner", "no route", "not in the kernel".
    QString full;  ///< The whole as a sentence.
};

struct RoutePicture {
    Ipv4Prefix prefix;
    std::vector<RouteHop> hops;
    std::map<NodeId, RouteMark> marks;
};

/// The picture of an address is that of its /32: each kernel's longest match. Empty while the lab does not run, but for
/// the owner.
RoutePicture routesTo(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state, const Ipv4Prefix& prefix);

/// What a node is the owner of: its pod network, else its loopback.
std::optional<Ipv4Prefix> prefixOf(const model::Node& node);

} // namespace podleaf::ui
