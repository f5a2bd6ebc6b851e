// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_init.h"

#include "node_content.h"
#include "packet_socket.h"
#include "port_filter.h"
#include "route_batch.h"
#include "services.h"

#include <csignal>
#include <cstring>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

namespace podleaf::labhost {

namespace {

constexpr std::chrono::nanoseconds kConnectTick = std::chrono::milliseconds(3); ///< Between two looks at what is not connected yet.
constexpr auto kConnectTimeout = std::chrono::seconds(5);

class NodeInit {
public:
    NodeInit(const NodeIdentity& identity, UniqueFd socket);
    void tellReady(UniqueFd networkNamespace, const std::vector<std::uint32_t>& bridgeIndexes);
    void run() { m_loop.run(); }

private:
    struct PendingConnect {
        std::uint64_t id;
        ConnectAttempt attempt;
        SteadyClock::time_point deadline;
    };
    void handle(const Frame& frame);
    template <class Request>
    bool read(const Frame& frame, Request& request);
    Answer answerAtOnce(const Frame& frame);
    void connectUnix(const Frame& frame);
    void connectTcp(const Frame& frame);
    Answer openNetlink(const Frame& frame);
    bool checkConnect(PendingConnect& pending);
    void answer(std::uint64_t id, Verb verb, Answer reply);
    void reap();
    void tick();
    void setTicking();

    Surroundings m_surroundings;
    Outlets m_outlets;
    Loop m_loop;
    std::unique_ptr<Connection> m_connection;
    UniqueFd m_signals;
    UniqueFd m_timer;
    SteadyClock::time_point m_nextTick = SteadyClock::time_point::max();
    Services m_services;
    Executions m_executions;
    std::vector<PendingConnect> m_connects;
};

std::vector<std::string> environmentOf(const NodeIdentity& identity) {
    std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    path += identity.info.programs.empty() ? std::string() : std::string(":") + kProgramsFolder;
    std::vector<std::string> environment{path, "HOME=/root", "LC_ALL=C.UTF-8", "PODLEAF_LAB=" + identity.lab,
                                         "PODLEAF_NODE=" + identity.info.name};
    if (!identity.info.programs.empty()) {
        environment.emplace_back("KUBECONFIG=/etc/kubernetes/admin.conf"); // for people: `kubectl` in the control plane
    }
    return environment;
}

UniqueFd childSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    ::sigprocmask(SIG_SETMASK, &set, nullptr);
    return UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

NodeInit::NodeInit(const NodeIdentity& identity, UniqueFd socket)
    : m_surroundings{environmentOf(identity), identity.openFiles},
      m_outlets{[this](std::uint64_t id, Verb verb, Answer reply) { answer(id, verb, std::move(reply)); },
                [this](const EventBody& event) {
                    Header header;
                    header.kind = Kind::Event;
                    m_connection->send(prepareFrame(header, encode(event)));
                }},
      m_signals(childSignals()), m_timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      m_services(m_surroundings, m_outlets), m_executions(m_surroundings, m_outlets) {
    m_connection = std::make_unique<Connection>(m_loop, std::move(socket),
                                                Connection::Handlers{[this](const Frame& frame) {
                                                                         handle(frame);
                                                                         setTicking();
                                                                     },
                                                                     [](bool) { ::_exit(0); }}); // the lab host is gone, or we are removed
    m_loop.add(m_signals.get(), EPOLLIN, [this](std::uint32_t) {
        signalfd_siginfo info;
        while (::read(m_signals.get(), &info, sizeof info) > 0) {
        }
        reap();
        setTicking();
    });
    m_loop.add(m_timer.get(), EPOLLIN, [this](std::uint32_t) { tick(); });
}

void NodeInit::tellReady(UniqueFd networkNamespace, const std::vector<std::uint32_t>& bridgeIndexes) {
    Answer ready;
    ready.body = encode(NodeReady{bridgeIndexes});
    ready.descriptors.push_back(std::move(networkNamespace));
    ready.descriptors.push_back(openRouteSocket());
    if (UniqueFd filter = openFilterSocket(); filter.isValid()) { // a kernel without netfilter still runs labs
        ready.descriptors.push_back(std::move(filter));
    }
    answer(0, Verb::NodeReady, std::move(ready));
}

void NodeInit::answer(std::uint64_t id, Verb verb, Answer reply) {
    m_connection->sendAnswer(id, verb, std::move(reply));
}

template <class Request>
bool NodeInit::read(const Frame& frame, Request& request) {
    auto decoded = decode<Request>(frame.body);
    if (!decoded) {
        answer(frame.header.id, frame.header.verb, {Status::InvalidInput, "malformed request"});
        return false;
    }
    request = *std::move(decoded);
    return true;
}

void NodeInit::handle(const Frame& frame) {
    const std::uint64_t id = frame.header.id;
    if (frame.header.kind == Kind::Cancel) {
        m_executions.giveUp(id);
        m_services.giveUp(id);
        return;
    }
    switch (frame.header.verb) {
    case Verb::StartService:
        if (StartService request; read(frame, request)) {
            m_services.start(id, request);
        }
        return;
    case Verb::StopService:
        if (StopService request; read(frame, request)) {
            m_services.stop(id, request);
        }
        return;
    case Verb::Exec:
        if (Exec request; read(frame, request)) {
            m_executions.start(id, request, frame.descriptors);
        }
        return;
    case Verb::ConnectUnix:
        connectUnix(frame);
        return;
    case Verb::ConnectTcp:
        connectTcp(frame);
        return;
    default:
        answer(id, frame.header.verb, answerAtOnce(frame));
    }
}

Answer NodeInit::answerAtOnce(const Frame& frame) {
    switch (frame.header.verb) {
    case Verb::Apply:
        if (const auto request = decode<Apply>(frame.body)) {
            return applyContent(*request);
        }
        break;
    case Verb::Signal:
        if (const auto request = decode<Signal>(frame.body)) {
            return m_services.signal(*request);
        }
        break;
    case Verb::ReadFile:
        if (const auto request = decode<ReadFile>(frame.body)) {
            return readNodeFile(*request);
        }
        break;
    case Verb::OpenNetlink:
        return openNetlink(frame);
    case Verb::OpenPackets:
        if (const auto request = decode<OpenPackets>(frame.body)) {
            return openPacketSocket(*request);
        }
        break;
    default:
        return {Status::InvalidInput, "not a request to a node"};
    }
    return {Status::InvalidInput, "malformed request"};
}

Answer NodeInit::openNetlink(const Frame& frame) {
    const auto request = decode<OpenNetlink>(frame.body);
    if (!request) {
        return {Status::InvalidInput, "malformed request"};
    }
    UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
    const int receiveBytes = 4 << 20; // a burst of routes must not overflow it
    if (::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &receiveBytes, sizeof receiveBytes) != 0) {
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &receiveBytes, sizeof receiveBytes); // up to net.core.rmem_max
    }
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = request->groups;
    // Joined here: whoever gets the socket may lack the rights to.
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return {Status::Failed, std::string("cannot open a netlink socket: ") + std::strerror(errno)};
    }
    Answer reply;
    reply.descriptors.push_back(std::move(socket));
    return reply;
}

void NodeInit::connectUnix(const Frame& frame) {
    ConnectUnix request;
    if (!read(frame, request)) {
        return;
    }
    if (request.path.empty() || request.path.front() != '/' || !isValidTarget(request.path)) {
        answer(frame.header.id, Verb::ConnectUnix, {Status::InvalidInput, "not a path of a socket"});
        return;
    }
    PendingConnect pending{frame.header.id, ConnectAttempt(request.path), SteadyClock::now()};
    checkConnect(pending); // a Unix socket answers at once
}

void NodeInit::connectTcp(const Frame& frame) {
    ConnectTcp request;
    if (!read(frame, request)) {
        return;
    }
    PendingConnect pending{frame.header.id, ConnectAttempt("tcp:" + std::to_string(request.port)), SteadyClock::now() + kConnectTimeout};
    if (!checkConnect(pending)) {
        m_connects.push_back(std::move(pending));
    }
}

/// Answers when the attempt is over; false while it is not.
bool NodeInit::checkConnect(PendingConnect& pending) {
    int error = pending.attempt.check();
    if (error == EINPROGRESS && SteadyClock::now() < pending.deadline) {
        return false;
    }
    Answer reply;
    if (error == 0) {
        reply.descriptors.push_back(pending.attempt.takeSocket());
    } else {
        error = error == EINPROGRESS ? ETIMEDOUT : error;
        reply.status = error == ENOENT ? Status::NotFound : Status::Unreachable;
        reply.message = std::string("cannot connect: ") + std::strerror(error);
    }
    answer(pending.id, Verb::ConnectTcp, std::move(reply));
    return true;
}

void NodeInit::reap() {
    int status = 0;
    constexpr int kAll = WNOHANG | WUNTRACED | WCONTINUED;
    for (pid_t pid = ::waitpid(-1, &status, kAll); pid > 0; pid = ::waitpid(-1, &status, kAll)) {
        if (WIFSTOPPED(status) || WIFCONTINUED(status)) {
            m_services.paused(pid, WIFSTOPPED(status));
        } else if (!m_services.ended(pid, status)) {
            m_executions.ended(pid, status); // else an orphan, reaped by the way
        }
    }
}

void NodeInit::tick() {
    std::uint64_t times = 0;
    if (::read(m_timer.get(), &times, sizeof times) < 0) {
        return;
    }
    m_nextTick = SteadyClock::time_point::max();
    m_services.tick();
    for (PendingConnect& pending : std::exchange(m_connects, {})) {
        if (!checkConnect(pending)) {
            m_connects.push_back(std::move(pending));
        }
    }
    setTicking();
}

void NodeInit::setTicking() {
    const auto until = m_connects.empty() ? m_services.untilTick() : kConnectTick;
    if (until && SteadyClock::now() + *until < m_nextTick) {
        m_nextTick = SteadyClock::now() + *until;
        const itimerspec spec{{}, {0, static_cast<long>(until->count())}};
        ::timerfd_settime(m_timer.get(), 0, &spec, nullptr);
    }
}

/// Everything up to a node that stands; returns what went wrong.
std::string becomeNode(const NodeIdentity& identity, UniqueFd& networkNamespace, std::vector<std::uint32_t>& bridgeIndexes) {
    const bool runsContainers = identity.info.runsContainers;
    const Cgroups cgroups(identity.lab, runsContainers ? cgroupHierarchies() : std::vector<CgroupHierarchy>());
    if (runsContainers) {
        if (std::string problem = cgroups.enterNamespace(identity.info.name); !problem.empty()) {
            return problem;
        }
    }
    if (::unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | (runsContainers ? CLONE_NEWIPC : 0)) != 0) {
        return std::string("cannot make namespaces: ") + std::strerror(errno);
    }
    networkNamespace = UniqueFd(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    const std::string& hostname = identity.info.hostname;
    if (::sethostname(hostname.data(), hostname.size()) != 0) {
        return std::string("cannot set the host name: ") + std::strerror(errno);
    }
    const ContainerRoot containers{cgroups.hierarchies(), identity.info.programs, identity.stateFolder};
    if (auto problem = enterPrivateRoot(identity.root, runsContainers ? &containers : nullptr)) {
        return *problem;
    }
    return prepareNetwork(identity.lab, identity.info, bridgeIndexes);
}

} // namespace

void runNodeInit(const NodeIdentity& identity, UniqueFd socket) {
    ::prctl(PR_SET_NAME, "podleaf-node");
    // The lab host's descriptors are none of the node's; 3 becomes the only way back to it.
    ::dup2(socket.get(), 3);
    UniqueFd way(3);
    if (socket.get() == 3) {
        static_cast<void>(socket.release());
    }
    socket.reset();
    ::syscall(SYS_close_range, 4U, ~0U, 0U);
    ::fcntl(3, F_SETFD, FD_CLOEXEC);
    UniqueFd networkNamespace;
    std::vector<std::uint32_t> bridgeIndexes;
    const std::string problem = becomeNode(identity, networkNamespace, bridgeIndexes);
    NodeInit init(identity, std::move(way));
    if (!problem.empty()) {
        Header header;
        header.kind = Kind::Reply;
        header.verb = Verb::NodeReady;
        sendFrame(3, prepareFrame(header, encode(ReplyHead{static_cast<std::uint8_t>(Status::Failed), problem, {}})));
        ::_exit(1);
    }
    init.tellReady(std::move(networkNamespace), bridgeIndexes);
    init.run();
    ::_exit(1);
}

} // namespace podleaf::labhost
