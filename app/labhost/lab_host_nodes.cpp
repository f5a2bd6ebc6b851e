// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes' side of the lab host: starting and removing node inits, and what they reply and tell.
#include "lab_host.h"

#include "node_init.h"

#include <csignal>
#include <cstring>
#include <filesystem>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace podleaf::labhost {

namespace {

Answer checkNode(const NodeInfo& node) {
    if (!isValidName(node.name) || !isValidName(node.hostname) || node.bridges.size() > 64) {
        return {Status::InvalidInput, "not a node's name: " + node.name.substr(0, 64)};
    }
    for (const std::string& bridge : node.bridges) {
        if (!isValidPortName(bridge)) {
            return {Status::InvalidInput, "not a bridge's name: " + bridge.substr(0, 64)};
        }
    }
    if (!node.programs.empty() && (!node.runsContainers || !isValidPath(node.programs))) {
        return {Status::InvalidInput, "no folder of programs for " + node.name + ": " + node.programs.substr(0, 256)};
    }
    return {};
}

} // namespace

LabHost::Node* LabHost::findNode(const std::string& name) {
    const auto found = m_nodes.find(name);
    return found == m_nodes.end() ? nullptr : found->second.get();
}

/// nullptr while the node does not stand.
const NodeNetwork* LabHost::findNetwork(const std::string& name) {
    const Node* node = findNode(name);
    return node != nullptr && node->ready ? &node->network : nullptr;
}

EventBody LabHost::goneEvent(const std::string& node) const {
    EventBody event;
    event.type = static_cast<std::uint8_t>(EventType::NodeGone);
    event.node = node;
    event.poweredOff = m_off.contains(node);
    return event;
}

void LabHost::addNodes(std::uint64_t client, const Frame& frame) {
    const auto request = decode<AddNodes>(frame.body);
    Answer problem = request ? Answer{} : Answer{Status::InvalidInput, "malformed request"};
    std::size_t fresh = 0;
    for (const NodeInfo& info : request ? request->nodes : std::vector<NodeInfo>{}) {
        const Node* existing = findNode(info.name);
        if (problem.status == Status::Ok) {
            problem = checkNode(info);
        }
        if (existing != nullptr && !(existing->info == info)) {
            problem = {Status::Conflict, "the node " + info.name + " exists with another host name, other bridges or other programs"};
        }
        fresh += existing == nullptr ? 1 : 0;
    }
    if (m_nodes.size() + fresh > kMaxNodes) {
        problem = {Status::Failed, "too many nodes"};
    }
    if (problem.status != Status::Ok) {
        answer(client, frame.header.id, Verb::AddNodes, std::move(problem));
        return;
    }
    Adding adding{client, frame.header.id, {}, {}};
    for (const NodeInfo& info : request->nodes) {
        const Node* existing = findNode(info.name);
        if (existing == nullptr) {
            if (const std::string error = startNode(info); !error.empty()) {
                adding.answer = {Status::Failed, error};
                continue;
            }
        }
        if (existing == nullptr || !existing->ready) {
            adding.waiting.insert(info.name);
        }
    }
    if (adding.waiting.empty()) {
        answer(client, adding.id, Verb::AddNodes, std::move(adding.answer));
        return;
    }
    m_adding.push_back(std::move(adding));
}

/// What must be there before the init of a node that runs containers; returns what went wrong.
std::string LabHost::prepareContainers(const std::string& node) const {
    if (!m_root.isHost) {
        return "containers need a lab host that root has started";
    }
    std::string problem = claimContainerState(m_options.stateOfLab(), m_options.runFolder);
    if (problem.empty()) {
        problem = makeContainerState(stateOf(node), m_off.contains(node));
    }
    return problem.empty() ? Cgroups(m_options.lab).make(node) : problem;
}

/// By a process of its own: it may be hundreds of megabytes in ten thousand files. Under another name, as a node of this one may
/// come back meanwhile.
void LabHost::forgetState(const std::string& node) {
    const std::string gone = m_options.stateOfLab() + "/.gone-" + std::to_string(m_nextId++);
    if (::rename(stateOf(node).c_str(), gone.c_str()) == 0 && ::fork() == 0) { // else it kept nothing
        std::error_code error;
        std::filesystem::remove_all(gone, error);
        ::_exit(0);
    }
}

/// Forks a node's init into a pid namespace of its own; returns what went wrong.
std::string LabHost::startNode(const NodeInfo& info) {
    if (info.runsContainers) {
        if (std::string problem = prepareContainers(info.name); !problem.empty()) {
            return problem;
        }
    }
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
        return std::string("cannot make a socket: ") + std::strerror(errno);
    }
    UniqueFd ours(ends[0]);
    UniqueFd theirs(ends[1]);
    // Children go into the pid namespace set here; a second unshare is only allowed from the own one.
    if (::setns(m_ownPidNamespace.get(), CLONE_NEWPID) != 0 || ::unshare(CLONE_NEWPID) != 0) {
        return std::string("cannot make a pid namespace: ") + std::strerror(errno);
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
        runNodeInit({m_options.lab, info, m_root, m_openFiles, stateOf(info.name)}, std::move(theirs));
    }
    if (pid < 0) {
        return std::string("cannot start the node's init: ") + std::strerror(errno);
    }
    auto node = std::make_unique<Node>();
    node->info = info;
    node->pid = pid;
    Connection::Handlers handlers{[this, name = info.name](Frame frame) { handleNode(name, std::move(frame)); },
                                  [pid](bool) { ::kill(pid, SIGKILL); }}; // reaped next, and gone then
    node->connection = std::make_unique<Connection>(m_loop, std::move(ours), std::move(handlers));
    m_nodes.emplace(info.name, std::move(node));
    return {};
}

void LabHost::handleNode(const std::string& name, Frame frame) {
    if (frame.header.kind == Kind::Event) {
        nodeEvent(name, frame);
    } else if (frame.header.kind == Kind::Reply && frame.header.verb == Verb::NodeReady) {
        nodeReady(name, std::move(frame));
    } else if (frame.header.kind == Kind::Reply) {
        nodeReplied(name, std::move(frame));
    }
}

void LabHost::nodeReady(const std::string& name, Frame frame) {
    Node* node = findNode(name);
    const auto reply = splitReply(frame.body);
    if (node == nullptr || node->ready || !reply) {
        return;
    }
    const auto body = decode<NodeReady>(reply->body);
    const std::size_t bridges = node->info.bridges.size();
    if (reply->head.status != static_cast<std::uint8_t>(Status::Ok) || !body || body->bridgeIndexes.size() != bridges ||
        frame.descriptors.size() < 2) {
        node->problem = reply->head.message;
        ::kill(node->pid, SIGKILL);
        return;
    }
    node->network.networkNamespace = std::move(frame.descriptors[0]);
    node->network.routeSocket = std::move(frame.descriptors[1]);
    if (frame.descriptors.size() > 2) {
        node->network.filterSocket = std::move(frame.descriptors[2]);
    }
    for (std::size_t i = 0; i < bridges; ++i) {
        node->network.bridgeIndexes.emplace(node->info.bridges[i], body->bridgeIndexes[i]);
    }
    node->ready = true;
    m_off.erase(name);
    EventBody event;
    event.type = static_cast<std::uint8_t>(EventType::NodeAdded);
    event.node = name;
    tellAll(event);
    settleAdding(name, {});
}

/// Takes a node off the lists of those who wait for it, and answers whoever waits for no more.
void LabHost::settleAdding(const std::string& name, const std::string& problem) {
    for (Adding& adding : m_adding) {
        if (adding.waiting.erase(name) > 0 && !problem.empty() && adding.answer.status == Status::Ok) {
            adding.answer = {Status::Failed, "cannot make the node " + name, problem};
        }
        if (adding.waiting.empty()) {
            answer(adding.client, adding.id, Verb::AddNodes, std::move(adding.answer));
        }
    }
    std::erase_if(m_adding, [](const Adding& adding) { return adding.waiting.empty(); });
}

void LabHost::nodeEvent(const std::string& name, const Frame& frame) {
    Node* node = findNode(name);
    auto event = decode<EventBody>(frame.body);
    if (node == nullptr || !event || !isValidName(event->process)) {
        return;
    }
    event->node = name; // whatever it says
    const bool known = node->services.contains(event->process);
    const bool started = runs(*event) && (known || node->services.size() < kMaxServicesPerNode);
    const bool exited = event->type == static_cast<std::uint8_t>(EventType::ProcessExited) && known;
    const bool forgotten = event->type == static_cast<std::uint8_t>(EventType::ProcessForgotten) && known;
    if (!started && !exited && !forgotten) {
        return;
    }
    if (forgotten) {
        node->services.erase(event->process);
    } else {
        node->services[event->process] = *event;
    }
    tellAll(*event);
}

void LabHost::nodeReplied(const std::string& name, Frame frame) {
    const auto found = m_pending.find(frame.header.id);
    if (found == m_pending.end() || found->second.node != name) {
        return;
    }
    const Pending pending = std::move(found->second);
    m_pending.erase(found);
    const auto client = m_clients.find(pending.client);
    if (client == m_clients.end()) {
        return;
    }
    --client->second.pending;
    Header header;
    header.kind = Kind::Reply;
    header.verb = pending.verb;
    header.id = pending.id;
    client->second.connection->send(prepareFrame(header, frame.body, {}, std::move(frame.descriptors)));
}

/// Looks itself, from outside: a question to every init would wake them all.
Answer LabHost::usage() {
    std::set<pid_t> inits;
    for (const auto& [name, node] : m_nodes) {
        if (node->ready) {
            inits.insert(node->pid);
        }
    }
    const auto used = usageBelow(inits);
    UsageReply reply;
    for (const auto& [name, node] : m_nodes) {
        if (const auto found = used.find(node->pid); found != used.end()) {
            reply.nodes.push_back({name, node->cpu.count(found->second.cpuMicroseconds), found->second.memoryBytes});
        }
    }
    Answer answer;
    answer.body = encode(reply);
    return answer;
}

void LabHost::removeNode(std::uint64_t client, const Frame& frame) {
    const auto request = decode<NodeRequest>(frame.body);
    Node* node = request ? findNode(request->node) : nullptr;
    if (request && m_off.erase(request->node) > 0 && node == nullptr) {
        removeLinksOf(request->node);
        forgetState(request->node);
        tellAll(goneEvent(request->node));
    }
    if (node == nullptr) {
        answer(client, frame.header.id, Verb::RemoveNode, request ? Answer{} : Answer{Status::InvalidInput, "malformed request"});
        return;
    }
    removeLinksOf(request->node);
    node->removers.push_back({client, frame.header.id, Verb::RemoveNode});
    ::kill(node->pid, SIGKILL); // the kernel ends everything in its pid namespace
}

void LabHost::reap() {
    for (pid_t pid = ::waitpid(-1, nullptr, WNOHANG); pid > 0; pid = ::waitpid(-1, nullptr, WNOHANG)) {
        for (const auto& [name, node] : m_nodes) {
            if (node->pid == pid) {
                const std::string gone = name;
                nodeGone(gone);
                break;
            }
        }
    }
}

void LabHost::nodeGone(const std::string& name) {
    std::shared_ptr<Node> node = std::move(m_nodes.at(name));
    m_nodes.erase(name);
    if (node->info.runsContainers) {
        Cgroups(m_options.lab).remove(name);
    }
    if (!m_off.contains(name)) {
        removeLinksOf(name);
        forgetState(name);
    }
    EventBody event;
    event.node = name;
    for (const auto& [service, last] : node->services) {
        if (!runs(last)) {
            continue;
        }
        event.type = static_cast<std::uint8_t>(EventType::ProcessExited);
        event.process = service;
        event.pid = last.pid;
        event.signal = SIGKILL;
        tellAll(event);
    }
    if (node->ready) {
        tellAll(goneEvent(name));
    }
    settleAdding(name, node->problem.empty() ? "its init ended" : node->problem);
    for (const Remover& remover : node->removers) {
        answer(remover.client, remover.id, remover.verb, {});
    }
    for (auto pending = m_pending.begin(); pending != m_pending.end();) {
        if (pending->second.node != name) {
            ++pending;
            continue;
        }
        const auto client = m_clients.find(pending->second.client);
        if (client != m_clients.end()) {
            --client->second.pending;
        }
        answer(pending->second.client, pending->second.id, pending->second.verb, {Status::Unreachable, "the node " + name + " is gone"});
        pending = m_pending.erase(pending);
    }
    m_loop.later([node] {}); // a handler of its connection may be running
}

} // namespace podleaf::labhost
