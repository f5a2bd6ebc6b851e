// SPDX-License-Identifier: GPL-3.0-or-later
// The tutorial's lab in five conditions, written by hand. Values; any thread.
#include "canvas_states.h"

namespace podleaf::canvas_states {

using namespace podleaf::fakes;
using namespace podleaf::state;

namespace {

/// Over leaf1, the only switch.
void addRoute(const model::Lab& lab, NodeState& node, const model::Node& owner) {
    const model::Link& link = *lab.linksOf(node.id == NodeId(QStringLiteral("leaf1")) ? owner.id : node.id).front();
    const auto end = static_cast<std::size_t>(model::endAt(link, node.id));
    node.routes[{*owner.podCidr, 20}] = {*owner.podCidr, QStringLiteral("bgp"), {{link.addresses[1 - end], link.ends[end].port}}, 20};
}

void addProcess(NodeState& node, const char* name) {
    ProcessState process;
    process.running = true;
    process.pid = 100;
    node.processes[QString::fromLatin1(name)] = process;
}

NodeState readyNode(const model::Lab& lab, const model::Node& planned) {
    NodeState node;
    node.id = planned.id;
    node.exists = true;
    node.phase = NodePhase::Ready;
    node.bmpConnected = true;
    node.bmpLastSeenMs = kNow - 500;
    for (const char* name : {"zebra", "bgpd", planned.kind == model::NodeKind::Leaf ? "dnsmasq" : "udhcpc"}) {
        addProcess(node, name);
    }
    for (const model::Link* link : lab.linksOf(planned.id)) {
        const auto end = static_cast<std::size_t>(model::endAt(*link, planned.id));
        node.interfaces[link->ends[end].port] = {2, true, true, {{link->addresses[end], 30}}};
    }
    for (const model::Node& other : lab.nodes) {
        if (other.podCidr && other.id != planned.id) {
            addRoute(lab, node, other);
        }
    }
    return node;
}

void addSession(LabState& state, const model::Link& link, std::size_t end, const model::Node& peer) {
    SessionState session;
    session.node = link.ends[end].node;
    session.peer = link.addresses[1 - end];
    session.peerNode = link.ends[1 - end].node;
    session.link = link.id;
    session.known = true;
    session.configured = true;
    session.state = BgpState::Established;
    session.sinceMs = kNow - kUp;
    if (peer.podCidr) {
        session.received[*peer.podCidr] = {session.peer, {peer.asn}, 0};
    }
    state.sessions[{session.node, session.peer}] = session;
}

} // namespace

SessionState& session(LabState& state, const char* node, const char* peer) {
    return state.sessions.at({fakes::node(node), address(peer)});
}

LabState planned() {
    const model::Lab lab = tutorialLab();
    LabState state;
    state.lab = lab.id;
    for (const model::Node& node : lab.nodes) {
        NodeState seen;
        seen.id = node.id;
        state.nodes[node.id] = seen;
    }
    for (const model::Link& link : lab.links) {
        state.links[link.id] = {link.id, true, false, false};
    }
    return state;
}

LabState allGreen() {
    const model::Lab lab = tutorialLab();
    LabState state = planned();
    state.running = true;
    for (const model::Node& node : lab.nodes) {
        state.nodes[node.id] = readyNode(lab, node);
    }
    for (const model::Link& link : lab.links) {
        state.links[link.id] = {link.id, true, true, true};
        addSession(state, link, 0, *lab.findNode(link.ends[1].node));
        addSession(state, link, 1, *lab.findNode(link.ends[0].node));
        state.leases[link.ends[0].node].push_back({link.ends[0].port, link.addresses[1], QStringLiteral("02:00:00:00:00:01")});
    }
    for (const model::Pod& pod : lab.pods()) {
        state.pods[pod.name] = {pod.name, pod.host, pod.address, true, true, {}};
    }
    return state;
}

LabState halfUp() {
    LabState state = allGreen();
    for (const char* peer : {"172.16.0.6", "172.16.0.10"}) {
        SessionState& leaf = session(state, "leaf1", peer);
        leaf.state = BgpState::Active;
        leaf.sinceMs = kNow - 6000;
        leaf.received.clear();
    }
    SessionState& host2 = session(state, "host2", "172.16.0.5");
    host2.state = BgpState::Connect;
    host2.connectTries = 2;
    host2.sinceMs = kNow - 1000;
    SessionState& host3 = session(state, "host3", "172.16.0.9");
    host3.known = false;
    host3.configured = false;
    host3.state = BgpState::Idle;
    NodeState& two = state.nodes[node("host2")];
    two.phase = NodePhase::Bgp;
    two.reason = QStringLiteral("The session to leaf1 is Connect, try 2, no answer yet.");
    NodeState& three = state.nodes[node("host3")];
    three.phase = NodePhase::Ports;
    three.reason = QStringLiteral("host3 has no DHCP lease on eth1.");
    three.routes.clear();
    three.processes.erase(QStringLiteral("bgpd"));
    three.processes.erase(QStringLiteral("zebra"));
    state.nodes[node("leaf1")].phase = NodePhase::Bgp;
    state.leases[node("leaf1")].pop_back();
    state.pods[QStringLiteral("my-nginx-2")].exists = true;
    state.pods[QStringLiteral("my-nginx-2")].ready = false;
    return state;
}

LabState cut() {
    LabState state = allGreen();
    state.links[link("intnet2")].adminUp = false;
    state.links[link("intnet2")].carrier = false;
    state.nodes[node("leaf1")].interfaces[QStringLiteral("swp2")].carrier = false;
    state.nodes[node("host2")].interfaces[QStringLiteral("eth1")].carrier = false;
    for (const auto& [who, peer] : {std::pair("leaf1", "172.16.0.6"), std::pair("host2", "172.16.0.5")}) {
        SessionState& side = session(state, who, peer);
        side.state = BgpState::Idle;
        side.lastError = QStringLiteral("Hold timer expired");
        side.reason = QStringLiteral("intnet2 is cut.");
        side.sinceMs = kNow - 3000;
        side.received.clear();
    }
    NodeState& two = state.nodes[node("host2")];
    two.phase = NodePhase::Bgp;
    two.reason = QStringLiteral("The session to leaf1 is down: intnet2 is cut.");
    two.routes.clear();
    return state;
}

LabState bgpdDead() {
    LabState state = allGreen();
    SessionState& leaf = session(state, "leaf1", "172.16.0.6");
    leaf.state = BgpState::Active;
    leaf.sinceMs = kNow - 4000;
    leaf.received.clear();
    leaf.reason = QStringLiteral("bgpd is not running on host2 (killed by signal 9).");
    SessionState& host = session(state, "host2", "172.16.0.5");
    host.state = BgpState::Idle;
    host.sinceMs = kNow - 4000;
    host.received.clear();
    host.reason = QStringLiteral("bgpd is not running on host2 (killed by signal 9).");
    NodeState& two = state.nodes[node("host2")];
    two.phase = NodePhase::Failed;
    two.reason = QStringLiteral("bgpd on host2 was killed by signal 9.");
    two.processes[QStringLiteral("bgpd")].running = false;
    two.processes[QStringLiteral("bgpd")].signal = 9;
    two.bmpConnected = false;
    two.bmpLastSeenMs = kNow - 4000;
    two.routes.clear();
    return state;
}

} // namespace podleaf::canvas_states
