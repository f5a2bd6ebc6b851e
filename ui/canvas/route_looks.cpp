// SPDX-License-Identifier: GPL-3.0-or-later
// From kernel tables, RIBs and intent to arrows and marks for one prefix. Pure; any thread.
#include "route_looks.h"

#include "canvas_text.h"

#include <core/state/best_route.h>
#include <core/state/neighbour_words.h>
#include <ui/models/lab_summary.h>

#include <QHash>

#include <algorithm>
#include <set>

namespace podleaf::ui {

namespace {

/// One end of a cable, as an index into the lab.
struct Port {
    const model::Link* link = nullptr;
    std::size_t end = 0;
};

QString hopNames(const std::vector<Port>& ports) {
    QStringList names;
    for (const Port& port : ports) {
        names += port.link->ends[1 - port.end].node.name;
    }
    return names.isEmpty() ? CanvasText::tr("nowhere") : names.join(CanvasText::tr(" and "));
}

/// One node's part of the picture.
class Reader {
public:
    Reader(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state, const Ipv4Prefix& prefix)
        : m_state(state), m_prefix(prefix) {
        m_out.prefix = prefix;
        for (const model::Link& link : lab.links) {
            for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
                m_ports.insert(link.ends[end].toString(), {&link, end});
                m_peers.insert({link.ends[end].node.name, link.addresses[1 - end].value}, {&link, end});
            }
        }
        for (const intent::ExpectedRoute& route : intent.routes) {
            if (route.prefix == prefix) {
                m_wanted.insert(route.node, &route);
                m_owners.insert(route.owner);
            } else if (route.prefix.contains(prefix)) {
                m_owners.insert(route.owner);
            }
        }
        for (const model::Node& node : lab.nodes) {
            const bool isOwn = (node.podCidr && node.podCidr->network().contains(prefix)) ||
                               (node.loopback && Ipv4Prefix{*node.loopback, 32}.contains(prefix));
            if (isOwn) {
                m_owners.insert(node.id);
            }
        }
    }

    RoutePicture run() {
        for (const NodeId& owner : m_owners) {
            m_out.marks[owner] = {Glyph::None, true, CanvasText::tr("owner"),
                                  CanvasText::tr("%1 is the owner of %2.").arg(owner.name, m_prefix.toString())};
        }
        if (m_state.running) {
            for (const auto& [id, node] : m_state.nodes) {
                if (node.exists) {
                    readNode(node);
                }
            }
        }
        return std::move(m_out);
    }

private:
    void readNode(const state::NodeState& node) {
        const state::RouteState* exact = nullptr;
        for (auto it = node.routes.lower_bound({m_prefix, 0}); it != node.routes.end() && it->first.first == m_prefix && exact == nullptr;
             ++it) {
            exact = &it->second; // Of several the one with the lowest metric.
        }
        const std::vector<Port> announced = announcedBy(node.id);
        if (m_owners.contains(node.id)) {
            return;
        }
        const state::RouteState* used = exact != nullptr ? exact : state::bestRoute(node.routes, m_prefix);
        std::vector<Port> ports = used == nullptr ? std::vector<Port>() : portsOf(node.id, *used);
        for (const Port& port : ports) {
            addHop(port, exact != nullptr || used->prefix.length > 0 ? RouteUse::Best : RouteUse::Fallback);
        }
        for (const Port& port : announced) {
            if (std::ranges::none_of(ports, [&port](const Port& each) { return each.link == port.link; })) {
                addHop(port, RouteUse::Alternative);
            }
        }
        mark(node.id, exact, used, ports, announced);
    }

    void mark(const NodeId& node, const state::RouteState* exact, const state::RouteState* used, const std::vector<Port>& ports,
              const std::vector<Port>& announced) {
        const intent::ExpectedRoute* wanted = m_wanted.value(node, nullptr);
        const QString prefix = m_prefix.toString();
        if (used == nullptr) {
            m_out.marks[node] = {Glyph::Bad, false, CanvasText::tr("no route"),
                                 CanvasText::tr("%1 has no route to %2: packets stop here.").arg(node.name, prefix)};
        } else if (used->type != state::RouteType::Unicast) {
            m_out.marks[node] = {Glyph::Bad, false, state::typeWord(used->type), state::discardSentence(node, prefix, *used)};
        } else if (wanted != nullptr && exact == nullptr) {
            m_out.marks[node] = {Glyph::Warn, false, announced.empty() ? CanvasText::tr("missing") : CanvasText::tr("not in the kernel"),
                                 (announced.empty() ? CanvasText::tr("%1: %2 is missing; packets go by %3.")
                                                    : CanvasText::tr("%1 hears %2, but it is not in the kernel; packets go by %3."))
                                     .arg(node.name, prefix, used->prefix.toString())};
        } else if (wanted != nullptr && !isAsIntended(*exact, *wanted)) {
            m_out.marks[node] = {
                Glyph::Warn, false, CanvasText::tr("other next hop"),
                CanvasText::tr("%1 sends packets to %2 to %3; that is not as intended.").arg(node.name, prefix, hopNames(ports))};
        } else if (exact != nullptr && exact->protocol == QLatin1String("bgp") && announced.empty() && hasRib(node)) {
            m_out.marks[node] = {Glyph::Warn, false, CanvasText::tr("not announced"),
                                 CanvasText::tr("%1 has %2 in the kernel, but no neighbour announces it.").arg(node.name, prefix)};
        }
    }

    [[nodiscard]] std::vector<Port> portsOf(const NodeId& node, const state::RouteState& route) const {
        std::vector<Port> ports;
        for (const state::NextHop& hop : route.nextHops) {
            const auto port = m_ports.constFind(model::Endpoint{node, hop.interface}.toString());
            if (port != m_ports.constEnd()) {
                ports.push_back(*port);
            }
        }
        return ports;
    }

    /// The cables over which a neighbour announces the prefix to a node.
    [[nodiscard]] std::vector<Port> announcedBy(const NodeId& node) const {
        std::vector<Port> ports;
        for (auto it = m_state.sessions.lower_bound({node, {}}); it != m_state.sessions.end() && it->first.first == node; ++it) {
            const auto port = m_peers.constFind({node.name, it->first.second.value});
            if (port != m_peers.constEnd() && it->second.received.contains(m_prefix)) {
                ports.push_back(*port);
            }
        }
        return ports;
    }

    /// Whether any of the node's neighbours is heard by it, so that what they do not say means something.
    [[nodiscard]] bool hasRib(const NodeId& node) const {
        const auto it = m_state.sessions.lower_bound({node, {}});
        const state::NodeState* seen = m_state.findNode(node);
        return seen != nullptr && seen->bmpConnected && it != m_state.sessions.end() && it->first.first == node;
    }

    void addHop(const Port& port, RouteUse use) {
        const auto cable = m_state.links.find(port.link->id);
        const bool broken = cable != m_state.links.end() &&
                            (!cable->second.adminUp || !cable->second.carrier || cable->second.impairments[port.end].blocks());
        m_out.hops.push_back({port.link->id, port.end, use, broken});
    }

    const state::LabState& m_state;
    const Ipv4Prefix m_prefix;
    RoutePicture m_out;
    QHash<QString, Port> m_ports;                           ///< By "node:port".
    QHash<std::pair<QString, std::uint32_t>, Port> m_peers; ///< By node and its neighbour's address.
    QHash<NodeId, const intent::ExpectedRoute*> m_wanted;
    std::set<NodeId> m_owners;
};

} // namespace

RoutePicture routesTo(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state, const Ipv4Prefix& prefix) {
    return Reader(lab, intent, state, prefix).run();
}

std::optional<Ipv4Prefix> prefixOf(const model::Node& node) {
    if (node.podCidr) {
        return node.podCidr->network();
    }
    return node.loopback ? std::optional(Ipv4Prefix{*node.loopback, 32}) : std::nullopt;
}

} // namespace podleaf::ui
