// SPDX-License-Identifier: GPL-3.0-or-later
// Intent against the observed state, in a fixed order: nodes, processes, cables, leases, sessions, routes, pods.
#include "causes.h"
#include "verify.h"

#include <core/model/node_kinds.h>
#include <core/state/fault_words.h>
#include <core/state/neighbour_words.h>
#include <core/state/session_reason.h>
#include <core/state/words.h>

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <limits>
#include <span>

namespace podleaf::verify {

namespace {

const QString kBgp = QStringLiteral("bgp");
const QString kKernel = QStringLiteral("kernel");

class Checker final {
    Q_DECLARE_TR_FUNCTIONS(podleaf::verify::Checker)

public:
    /// Stops when it has found `most`. Of the routes `firstRoute` comes first, then those after it, then those before.
    explicit Checker(const Picture& picture, std::size_t most = std::numeric_limits<std::size_t>::max(), std::size_t firstRoute = 0)
        : m_picture(picture), m_state(picture.state), m_most(most), m_lastRoute(firstRoute) {}

    /// Of the routes the one that was looked at last.
    [[nodiscard]] std::size_t lastRoute() const { return m_lastRoute; }

    std::vector<Mismatch> run() {
        for (const auto check : {&Checker::checkNodes, &Checker::checkLinks, &Checker::checkDrops, &Checker::checkLeases,
                                 &Checker::checkSessions, &Checker::checkRoutes, &Checker::checkStrangeRoutes, &Checker::checkPods}) {
            if (!hasEnough()) {
                (this->*check)();
            }
        }
        return std::move(m_found);
    }

private:
    [[nodiscard]] bool hasEnough() const { return m_found.size() >= m_most; }
    void add(MismatchKind kind, const QString& where, const QString& what, const QString& cause) {
        m_found.push_back({kind, where, what, cause});
    }
    [[nodiscard]] bool exists(const NodeId& node) const {
        const state::NodeState* found = m_state.findNode(node);
        return found != nullptr && found->exists;
    }

    void checkNodes();
    void checkProcesses(const state::NodeState& node);
    void checkLinks();
    void checkDrops();
    void checkLeases();
    void checkSessions();
    void checkRoutes();
    void checkRoute(const state::NodeState& node, const intent::ExpectedRoute& expected);
    void checkStrangeRoutes();
    [[nodiscard]] bool isStrange(const state::RouteState& route) const;
    void checkPods();

    const Picture& m_picture;
    const state::LabState& m_state;
    const std::size_t m_most;
    std::size_t m_lastRoute;
    std::vector<Mismatch> m_found;
};

QString hopList(const Picture& picture, const NodeId& node, std::span<const Ipv4Address> hops) {
    QStringList words;
    for (const Ipv4Address hop : hops) {
        words += state::neighbourWord(picture.lab, picture.state, node, hop);
    }
    return words.join(QStringLiteral(", "));
}

std::vector<Ipv4Address> gatewaysOf(const state::RouteState& route) {
    std::vector<Ipv4Address> gateways;
    for (const state::NextHop& hop : route.nextHops) {
        if (hop.via) {
            gateways.push_back(*hop.via);
        }
    }
    std::ranges::sort(gateways);
    return gateways;
}

void Checker::checkNodes() {
    for (const model::Node& node : m_picture.lab.nodes) {
        const state::NodeState* seen = m_state.findNode(node.id);
        if (seen != nullptr && state::isStopped(*seen)) {
            add(seen->exists ? MismatchKind::ProcessDead : MismatchKind::NodeMissing, node.id.name, state::stoppedSentence(node.id),
                state::startHint(m_picture.lab.id, node.id));
        } else if (seen == nullptr || !seen->exists) {
            add(MismatchKind::NodeMissing, node.id.name, tr("%1 does not exist.").arg(node.id.name),
                m_state.running ? QString() : tr("The lab is not running."));
        } else {
            checkProcesses(*seen);
        }
    }
}

void Checker::checkProcesses(const state::NodeState& node) {
    for (const auto& [service, process] : node.processes) {
        const QString sentence = state::exitSentence(service, node.id.name, process);
        if (process.running && process.paused) {
            add(MismatchKind::ProcessDead, node.id.name, sentence, {});
        } else if (!process.running) {
            add(MismatchKind::ProcessDead, node.id.name, tr("%1 is not running on %2.").arg(service, node.id.name),
                process.stopped ? QString(sentence + QLatin1Char(' ') + state::startHint(m_picture.lab.id, node.id, service)) : sentence);
        }
    }
}

void Checker::checkLinks() {
    for (const model::Link& link : m_picture.lab.links) {
        const auto it = m_state.links.find(link.id);
        const bool fine = it != m_state.links.end() && it->second.exists && it->second.adminUp && it->second.carrier;
        if (fine || !exists(link.ends[0].node) || !exists(link.ends[1].node)) {
            continue;
        }
        add(MismatchKind::LinkDown, link.id.name, tr("%1 is down.").arg(link.id.name), state::cableFault(m_state, link, 0).sentence);
    }
}

/// A cable that lets nothing through is as bad as a cut one; what only loses some or slows is left to the test.
void Checker::checkDrops() {
    for (const model::Link& link : m_picture.lab.links) {
        for (const std::size_t sender : {std::size_t{0}, std::size_t{1}}) {
            if (const auto fault = state::dropFault(m_state, link, sender); fault.fault != state::SessionFault::None) {
                add(MismatchKind::LinkDown, link.id.name, tr("%1 drops packets.").arg(link.id.name), fault.sentence);
            }
        }
    }
}

void Checker::checkLeases() {
    for (const model::Link& link : m_picture.lab.links) {
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            const model::Endpoint& port = link.ends[end];
            const model::Node* node = m_picture.lab.findNode(port.node);
            if (node == nullptr || !model::asksForLease(*node) || !exists(port.node)) {
                continue;
            }
            const auto& interfaces = m_state.nodes.at(port.node).interfaces;
            const auto it = interfaces.find(port.port);
            const bool fine = it != interfaces.end() && std::ranges::any_of(it->second.addresses, [&link](const Ipv4Prefix& own) {
                                  return link.prefix.contains(own.address);
                              });
            if (!fine) {
                add(MismatchKind::NoLease, port.node.name, tr("%1 has no address on %2.").arg(port.node.name, port.port),
                    leaseCause(m_picture, link, end));
            }
        }
    }
}

void Checker::checkSessions() {
    for (const intent::ExpectedSession& expected : m_picture.intent.sessions) {
        const state::SessionState* session = m_state.findSession(expected.node, expected.peer);
        const auto now = session == nullptr ? state::BgpState::Idle : session->state;
        if (now == state::BgpState::Established || !exists(expected.node)) {
            continue;
        }
        add(MismatchKind::SessionDown, expected.node.name,
            tr("The session to %1 (%2) is %3.")
                .arg(expected.peerNode.name, state::neighbourWord(m_picture.lab, expected.node, expected.link, expected.peer),
                     state::toString(now)),
            sessionCause(m_picture, expected.node, expected.peer));
        if (hasEnough()) {
            return;
        }
    }
}

void Checker::checkRoutes() {
    const auto& routes = m_picture.intent.routes;
    const std::size_t first = m_lastRoute < routes.size() ? m_lastRoute : 0;
    const NodeId* at = nullptr; // They are node by node.
    const state::NodeState* node = nullptr;
    for (std::size_t i = 0; i < routes.size(); ++i) {
        m_lastRoute = (first + i) % routes.size();
        const intent::ExpectedRoute& expected = routes[m_lastRoute];
        if (at == nullptr || *at != expected.node) {
            at = &expected.node;
            node = m_state.findNode(*at);
        }
        if (node != nullptr && node->exists) {
            checkRoute(*node, expected);
        }
        if (hasEnough()) {
            return;
        }
    }
}

void Checker::checkRoute(const state::NodeState& node, const intent::ExpectedRoute& expected) {
    const state::RouteState* route = nullptr;
    for (auto it = node.routes.lower_bound({expected.prefix, 0}); it != node.routes.end() && it->first.first == expected.prefix; ++it) {
        if (it->second.protocol == kBgp) {
            route = &it->second;
            break;
        }
    }
    if (route == nullptr) {
        add(MismatchKind::RouteMissing, node.id.name,
            tr("%1 has no BGP route to %2 in its kernel.").arg(node.id.name, expected.prefix.toString()),
            asSentence(routeCause(m_picture, expected)));
        return;
    }
    const std::vector<Ipv4Address> gateways = gatewaysOf(*route);
    if (gateways.size() == expected.paths && std::ranges::includes(expected.nextHops, gateways)) {
        return;
    }
    QString cause;
    for (const Ipv4Address hop : expected.nextHops) {
        if (cause.isEmpty() && std::ranges::find(gateways, hop) == gateways.end()) {
            cause = asSentence(routeCause(m_picture, {expected.node, expected.prefix, {hop}, expected.owner, 1}));
        }
    }
    add(MismatchKind::RouteWrong, node.id.name,
        tr("%1's route to %2 goes via %3 instead of %4.")
            .arg(node.id.name, expected.prefix.toString(), gateways.empty() ? tr("no gateway") : hopList(m_picture, node.id, gateways),
                 hopList(m_picture, node.id, expected.nextHops)),
        cause);
}

/// Whether somebody put `route` into the pod or loopback network by hand: all there comes by BGP or is connected.
bool Checker::isStrange(const state::RouteState& route) const {
    const model::AddressPlan& plan = m_picture.lab.addressPlan;
    return route.prefix.length > 0 && route.protocol != kBgp && route.protocol != kKernel &&
           (plan.pods.overlaps(route.prefix) || plan.loopbacks.overlaps(route.prefix));
}

QString strangeSentence(const NodeId& node, const state::RouteState& route) {
    return route.type == state::RouteType::Unicast
               ? Checker::tr("%1 has a route to %2 of protocol %3.").arg(node.name, route.prefix.toString(), route.protocol)
               : Checker::tr("%1 discards packets to %2: it has a route of type %3.")
                     .arg(node.name, route.prefix.toString(), state::typeWord(route.type));
}

/// What the lab's nodes may announce, sorted.
std::vector<Ipv4Prefix> ownedPrefixes(const model::Lab& lab) {
    std::vector<Ipv4Prefix> all;
    for (const model::Node& node : lab.nodes) {
        if (node.podCidr) {
            all.push_back(node.podCidr->network());
        }
        if (node.loopback) {
            all.push_back({*node.loopback, 32});
        }
    }
    std::ranges::sort(all);
    return all;
}

/// Who sent a route that nobody should have: its next hops.
QString senderSentence(const Picture& picture, const NodeId& node, const state::RouteState& route) {
    QStringList senders;
    for (const Ipv4Address hop : gatewaysOf(route)) {
        const auto is = [&](const intent::ExpectedSession& session) { return session.node == node && session.peer == hop; };
        const auto session = std::ranges::find_if(picture.intent.sessions, is);
        const QString word = state::neighbourWord(picture.lab, picture.state, node, hop);
        senders += session == picture.intent.sessions.end() ? word : QStringLiteral("%1 (%2)").arg(session->peerNode.name, word);
    }
    return senders.isEmpty() ? QString() : Checker::tr("It came from %1.").arg(senders.join(QStringLiteral(", ")));
}

void Checker::checkStrangeRoutes() {
    const std::vector<Ipv4Prefix> owned = ownedPrefixes(m_picture.lab);
    for (const model::Node& planned : m_picture.lab.nodes) {
        const state::NodeState* node = m_state.findNode(planned.id);
        if (node == nullptr) {
            continue;
        }
        for (const auto& [key, route] : node->routes) {
            if (route.protocol == kBgp && !std::ranges::binary_search(owned, route.prefix)) {
                add(MismatchKind::RouteWrong, planned.id.name,
                    tr("%1 has a BGP route to %2, which nobody should announce.").arg(planned.id.name, route.prefix.toString()),
                    senderSentence(m_picture, planned.id, route));
            } else if (isStrange(route)) {
                add(MismatchKind::StaticRoute, planned.id.name, strangeSentence(planned.id, route),
                    tr("It was not learned by BGP: somebody added it by hand."));
            }
        }
    }
}

void Checker::checkPods() {
    for (const model::Pod& pod : m_picture.lab.pods()) {
        const auto it = m_state.pods.find(pod.name);
        const bool there = it != m_state.pods.end() && it->second.exists;
        if (there && it->second.ready && !it->second.paused) {
            continue;
        }
        const QString what = !there             ? tr("%1 on %2 does not exist.")
                             : it->second.ready ? tr("%1 on %2 does not answer.")
                                                : tr("%1 on %2 is not ready.");
        const state::NodeState* host = m_state.findNode(pod.host);
        const QString away = host != nullptr && host->poweredOff ? state::stoppedSentence(pod.host) : QString();
        add(MismatchKind::PodDown, pod.name, what.arg(pod.name, pod.host.name), there ? state::podFault(it->second) : away);
    }
}

} // namespace

std::vector<Mismatch> checkIntent(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state) {
    const Picture picture{lab, intent, state};
    return Checker(picture).run();
}

bool isAsIntended(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state, std::size_t& firstRoute) {
    const Picture picture{lab, intent, state};
    Checker checker(picture, 1, firstRoute);
    const bool fine = checker.run().empty();
    firstRoute = checker.lastRoute();
    return fine;
}

} // namespace podleaf::verify
