// SPDX-License-Identifier: GPL-3.0-or-later
// The clients' side of the lab host: who is admitted, what each verb answers, and events.
#include "lab_host.h"

#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace podleaf::labhost {

namespace {

constexpr std::size_t kMaxQueuedFrames = 4096; ///< Of one client; events beyond are counted instead.
constexpr std::size_t kMaxPendingPerClient = 4096;
constexpr std::size_t kMaxUnreadFrames = kMaxQueuedFrames + kMaxPendingPerClient; ///< Who leaves more is dropped,
constexpr std::size_t kMaxUnreadBytes = 2 * kMaxBodyBytes;                        ///< however long they are.

Answer malformed() {
    return {Status::InvalidInput, "malformed request"};
}

UniqueFd hostSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_SETMASK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    return UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// Replaces a file of the current folder; follows no link that somebody put there.
bool replaceFile(const char* name, const std::string& text, uid_t owner) {
    const std::string fresh = std::string(name) + ".new";
    ::unlink(fresh.c_str());
    const UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd.isValid()) {
        return false;
    }
    errno = ENOSPC; // what a short write means
    if (::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fchown(fd.get(), owner, static_cast<gid_t>(-1)) == 0 && ::rename(fresh.c_str(), name) == 0) {
        return true;
    }
    const int problem = errno;
    ::unlink(fresh.c_str());
    errno = problem;
    return false;
}

std::uint64_t unixMs() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

} // namespace

UniqueFd listenInFolder(uid_t owner) {
    UniqueFd listener(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, "labhost.sock"); // relative: a run folder's path may be longer than sun_path
    const mode_t before = ::umask(0177);
    const bool bound = listener.isValid() && ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::umask(before);
    if (!bound || ::chown("labhost.sock", owner, static_cast<gid_t>(-1)) != 0 || ::listen(listener.get(), 64) != 0) {
        return UniqueFd();
    }
    return listener;
}

LabHost::LabHost(Options options, RootSource root, pid_t outerPid, UniqueFd listener, UniqueFd life)
    : m_options(std::move(options)), m_root(std::move(root)), m_outerPid(outerPid), m_startedAtUnixMs(unixMs()),
      m_labFile(m_options.labFile), m_listener(std::move(listener)), m_life(std::move(life)), m_signals(hostSignals()),
      m_ownPidNamespace(::open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC)),
      m_fabric(m_options.lab, [this](const std::string& name) { return findNetwork(name); }),
      m_impairments([this](const std::string& name) { return findNetwork(name); }) {
    // Three descriptors a node; programs in the nodes get the limit back that was found.
    ::getrlimit(RLIMIT_NOFILE, &m_openFiles);
    const rlimit all{m_openFiles.rlim_max, m_openFiles.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &all);
    m_loop.add(m_listener.get(), EPOLLIN, [this](std::uint32_t) { admit(); });
    m_loop.add(m_life.get(), EPOLLIN, [](std::uint32_t) { ::_exit(0); });
    m_loop.add(m_signals.get(), EPOLLIN, [this](std::uint32_t) {
        signalfd_siginfo info;
        while (::read(m_signals.get(), &info, sizeof info) > 0) {
            if (info.ssi_signo == SIGTERM) {
                m_loop.stop();
            }
        }
        reap();
    });
}

void LabHost::admit() {
    UniqueFd socket(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    ucred peer{};
    socklen_t size = sizeof peer;
    const bool known = socket.isValid() && ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    if (!known || (peer.uid != m_options.admittedUid && peer.uid != 0) || m_clients.size() >= kMaxClients) {
        return;
    }
    const std::uint64_t token = m_nextId++;
    Connection::Handlers handlers{[this, token](Frame frame) { handleRequest(token, std::move(frame)); },
                                  [this, token](bool wasMalformed) { clientGone(token, wasMalformed); }};
    m_clients[token].connection = std::make_unique<Connection>(m_loop, std::move(socket), std::move(handlers));
}

void LabHost::clientGone(std::uint64_t client, bool malformedFrame) {
    m_counts.malformed += malformedFrame ? 1 : 0;
    for (auto& [id, pending] : m_pending) {
        if (pending.client == client) {
            cancel(client, pending.id);
        }
    }
    m_loop.later([this, client] { m_clients.erase(client); });
}

void LabHost::handleRequest(std::uint64_t client, Frame frame) {
    ++m_counts.requests;
    const Header header = frame.header;
    if (header.kind == Kind::Cancel) {
        cancel(client, header.id);
        return;
    }
    if (header.kind != Kind::Request) {
        answer(client, header.id, header.verb, malformed());
        return;
    }
    if (auto reply = answerAtOnce(client, frame)) {
        answer(client, header.id, header.verb, *std::move(reply));
        return;
    }
    switch (header.verb) {
    case Verb::AddNodes:
        addNodes(client, frame);
        return;
    case Verb::RemoveNode:
        removeNode(client, frame);
        return;
    case Verb::PowerOff:
        powerOff(client, frame);
        return;
    case Verb::Shutdown:
        answer(client, header.id, header.verb, {});
        m_loop.stop();
        return;
    default:
        passToNode(client, std::move(frame));
    }
}

/// What needs no node's init; nullopt for the other verbs.
std::optional<Answer> LabHost::answerAtOnce(std::uint64_t client, const Frame& frame) {
    switch (frame.header.verb) {
    case Verb::Hello:
        return hello();
    case Verb::Ping:
        return Answer{};
    case Verb::List:
        return list();
    case Verb::SetLab:
        return setLab(frame);
    case Verb::AddLinks:
        return addLinks(frame);
    case Verb::SetLink:
        return setLink(frame);
    case Verb::SetImpairment:
        return setImpairment(frame);
    case Verb::DeclareImpairments:
        return declareImpairments(frame);
    case Verb::GetImpairments:
        return getImpairments(frame);
    case Verb::RemoveLinks:
        return removeLinks(frame);
    case Verb::ListServices:
        return listServices(frame);
    case Verb::Subscribe:
        return subscribe(client);
    case Verb::Stats:
        return stats();
    case Verb::Usage:
        return usage();
    case Verb::None:
    case Verb::NodeReady:
        return Answer{Status::InvalidInput, "not a verb of clients"};
    default:
        return std::nullopt;
    }
}

/// A client that asks and never reads would fill our memory: it is dropped.
void LabHost::answer(std::uint64_t client, std::uint64_t id, Verb verb, Answer reply) {
    const auto found = m_clients.find(client);
    if (found == m_clients.end()) {
        return;
    }
    Connection& connection = *found->second.connection;
    connection.sendAnswer(id, verb, std::move(reply));
    if (connection.queued() > kMaxUnreadFrames || connection.queuedBytes() > kMaxUnreadBytes) {
        std::fprintf(stderr, "event=client-dropped client=%" PRIu64 " unread-frames=%zu unread-bytes=%zu reason=\"it does not read\"\n",
                     client, connection.queued(), connection.queuedBytes());
        connection.drop();
    }
}

Answer LabHost::hello() const {
    Answer reply;
    reply.body = encode(HelloReply{m_options.lab, m_labFile, m_outerPid, m_startedAtUnixMs});
    return reply;
}

Answer LabHost::list() const {
    ListReply listing;
    for (const auto& [name, node] : m_nodes) {
        if (node->ready) {
            listing.nodes.push_back(node->info);
        }
    }
    listing.links = m_fabric.links();
    for (const LinkInfo& link : listing.links) {
        if (auto impaired = m_impairments.listed(link)) {
            listing.impaired.push_back(*std::move(impaired));
        }
    }
    Answer reply;
    reply.body = encode(listing);
    return reply;
}

Answer LabHost::listServices(const Frame& frame) const {
    const auto request = decode<NodeRequest>(frame.body);
    const auto found = request ? m_nodes.find(request->node) : m_nodes.end();
    if (found == m_nodes.end()) {
        return request ? Answer{Status::NotFound, "there is no node " + request->node.substr(0, 64)} : malformed();
    }
    ListServicesReply services;
    for (const auto& [name, last] : found->second->services) {
        if (runs(last)) {
            services.services.push_back({name, last.pid});
        }
    }
    Answer reply;
    reply.body = encode(services);
    return reply;
}

Answer LabHost::stats() const {
    StatsReply counts = m_counts;
    counts.nodes = static_cast<std::uint32_t>(m_nodes.size());
    counts.links = static_cast<std::uint32_t>(m_fabric.size());
    counts.clients = static_cast<std::uint32_t>(m_clients.size());
    Answer reply;
    reply.body = encode(counts);
    return reply;
}

Answer LabHost::setLab(const Frame& frame) {
    const auto request = decode<SetLab>(frame.body);
    if (!request || request->path.size() > 4096) {
        return malformed();
    }
    if (!replaceFile("lab.yaml", request->text, m_options.admittedUid)) {
        return {Status::Failed, std::string("cannot keep a copy of the lab file: ") + std::strerror(errno)};
    }
    m_labFile = request->path;
    return {};
}

Answer LabHost::subscribe(std::uint64_t client) {
    Client& subscriber = m_clients.at(client);
    subscriber.subscribed = true;
    for (const auto& [name, node] : m_nodes) {
        if (!node->ready) {
            continue;
        }
        EventBody event;
        event.type = static_cast<std::uint8_t>(EventType::NodeAdded);
        event.node = name;
        tell(subscriber, event);
        for (const auto& [service, last] : node->services) {
            tell(subscriber, last); // one that has died must be as red for a late watcher as for an early one
        }
    }
    for (const LinkInfo& link : m_fabric.links()) {
        tell(subscriber, linkEvent(link));
    }
    for (const std::string& name : m_off) {
        tell(subscriber, goneEvent(name));
    }
    return {};
}

void LabHost::tellAll(const EventBody& event) {
    for (auto& [token, client] : m_clients) {
        if (client.subscribed) {
            tell(client, event);
        }
    }
}

/// Queues an event, or counts it as lost for a client that does not read; it is told how many once it does.
void LabHost::tell(Client& client, const EventBody& event) {
    if (client.connection->queued() >= kMaxQueuedFrames) {
        ++client.lost;
        ++m_counts.eventsLost;
        return;
    }
    Header header;
    header.kind = Kind::Event;
    if (client.lost > 0) {
        EventBody loss;
        loss.type = static_cast<std::uint8_t>(EventType::EventsLost);
        loss.lost = std::exchange(client.lost, 0);
        client.connection->send(prepareFrame(header, encode(loss)));
    }
    client.connection->send(prepareFrame(header, encode(event)));
}

void LabHost::passToNode(std::uint64_t client, Frame frame) {
    const Header header = frame.header;
    Reader reader(frame.body);
    NodeRequest request;
    reader(request);
    Node* node = reader.ok() ? findNode(request.node) : nullptr;
    if (node == nullptr || !node->ready) {
        answer(client, header.id, header.verb,
               reader.ok() ? Answer{Status::NotFound, "there is no node " + request.node.substr(0, 64)} : malformed());
        return;
    }
    Client& asking = m_clients.at(client);
    if (asking.pending >= kMaxPendingPerClient) {
        answer(client, header.id, header.verb, {Status::Failed, "too many requests at once"});
        return;
    }
    ++asking.pending;
    const std::uint64_t id = m_nextId++;
    m_pending.emplace(id, Pending{client, header.id, header.verb, request.node});
    Header forward = header;
    forward.id = id;
    node->connection->send(prepareFrame(forward, frame.body, {}, std::move(frame.descriptors)));
}

void LabHost::cancel(std::uint64_t client, std::uint64_t id) {
    for (const auto& [nodeId, pending] : m_pending) {
        if (pending.client != client || pending.id != id) {
            continue;
        }
        if (Node* node = findNode(pending.node)) {
            Header header;
            header.kind = Kind::Cancel;
            header.verb = pending.verb;
            header.id = nodeId;
            node->connection->send(prepareFrame(header, {}));
        }
    }
}

} // namespace podleaf::labhost
