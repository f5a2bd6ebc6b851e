// SPDX-License-Identifier: GPL-3.0-or-later
// LabHost: pid 1 of a lab. It admits clients, starts a node init per node, keeps the cables and hands
// requests about a node on to that node's init; it never waits for one. Single-threaded.
#pragma once

#include "fabric.h"
#include "impairments.h"
#include "node_root.h"
#include "options.h"
#include "process_usage.h"

#include <set>
#include <sys/resource.h>
#include <sys/types.h>

namespace podleaf::labhost {

class LabHost {
public:
    /// `root` is what nodes stand on, `listener` is bound in the lab's folder, `life` ends when the outer process does.
    LabHost(Options options, RootSource root, pid_t outerPid, UniqueFd listener, UniqueFd life);
    /// Serves until it is shut down.
    void run() { m_loop.run(); }

private:
    struct Client {
        std::unique_ptr<Connection> connection;
        bool subscribed = false;
        std::uint64_t lost = 0; ///< Events it has not been told of yet.
        std::size_t pending = 0;
    };
    /// A client's request that waits for a node's end.
    struct Remover {
        std::uint64_t client;
        std::uint64_t id;
        Verb verb;
    };
    struct Node {
        NodeInfo info;
        pid_t pid = -1;
        std::unique_ptr<Connection> connection;
        NodeNetwork network;
        bool ready = false;
        std::string problem;
        std::map<std::string, EventBody> services; ///< The last event of each: how it runs, or how it ended.
        std::vector<Remover> removers = {};
        CpuCounter cpu = {};
    };
    struct Pending {
        std::uint64_t client;
        std::uint64_t id;
        Verb verb;
        std::string node;
    };
    struct Adding {
        std::uint64_t client;
        std::uint64_t id;
        std::set<std::string> waiting;
        Answer answer;
    };

    void admit();
    void handleRequest(std::uint64_t client, Frame frame);
    std::optional<Answer> answerAtOnce(std::uint64_t client, const Frame& frame);
    Answer hello() const;
    Answer list() const;
    Answer listServices(const Frame& frame) const;
    Answer stats() const;
    Answer usage();
    Answer setLab(const Frame& frame);
    Answer subscribe(std::uint64_t client);
    Answer addLinks(const Frame& frame);
    Answer setLink(const Frame& frame);
    Answer setImpairment(const Frame& frame);
    Answer declareImpairments(const Frame& frame);
    Answer getImpairments(const Frame& frame) const;
    Answer removeLinks(const Frame& frame);
    void addNodes(std::uint64_t client, const Frame& frame);
    void removeNode(std::uint64_t client, const Frame& frame);
    void powerOff(std::uint64_t client, const Frame& frame);
    void passToNode(std::uint64_t client, Frame frame);
    void cancel(std::uint64_t client, std::uint64_t id);
    void answer(std::uint64_t client, std::uint64_t id, Verb verb, Answer reply);
    void clientGone(std::uint64_t client, bool malformed);

    std::string startNode(const NodeInfo& info);
    [[nodiscard]] std::string stateOf(const std::string& node) const { return m_options.stateOfLab() + "/" + node; }
    [[nodiscard]] std::string prepareContainers(const std::string& node) const;
    void forgetState(const std::string& node);
    void handleNode(const std::string& name, Frame frame);
    void nodeReady(const std::string& name, Frame frame);
    void nodeEvent(const std::string& name, const Frame& frame);
    void nodeReplied(const std::string& name, Frame frame);
    void nodeGone(const std::string& name);
    void removeLinksOf(const std::string& node);
    [[nodiscard]] EventBody linkEvent(const LinkInfo& link) const;
    static Answer noLink(const std::string& id);
    void settleAdding(const std::string& name, const std::string& problem);
    Node* findNode(const std::string& name);
    const NodeNetwork* findNetwork(const std::string& name);
    [[nodiscard]] EventBody goneEvent(const std::string& node) const;
    void reap();

    void tell(Client& client, const EventBody& event);
    void tellAll(const EventBody& event);

    Options m_options;
    RootSource m_root;
    pid_t m_outerPid;
    std::uint64_t m_startedAtUnixMs;
    std::string m_labFile;
    UniqueFd m_listener;
    UniqueFd m_life;
    UniqueFd m_signals;
    UniqueFd m_ownPidNamespace;
    rlimit m_openFiles{};
    Loop m_loop;
    std::map<std::uint64_t, Client> m_clients;
    std::map<std::string, std::unique_ptr<Node>> m_nodes;
    std::map<std::uint64_t, Pending> m_pending; ///< By the id that the node's init knows.
    std::vector<Adding> m_adding;
    std::set<std::string> m_off; ///< Nodes that are switched off, or about to be.
    Fabric m_fabric;
    Impairments m_impairments;
    std::uint64_t m_nextId = 1;
    StatsReply m_counts;
};

/// Binds labhost.sock in the current folder for `owner` alone; invalid with errno set when that fails.
UniqueFd listenInFolder(uid_t owner);

} // namespace podleaf::labhost
