// SPDX-License-Identifier: GPL-3.0-or-later
#include "services.h"

#include <arpa/inet.h>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

namespace podleaf::labhost {

namespace {

constexpr const char* kLogFolder = "/var/log/podleaf";
constexpr int kLogLines = 10;
constexpr auto kTermGrace = std::chrono::seconds(1);
constexpr auto kKillGrace = std::chrono::seconds(1);
constexpr auto kQuickEnd = std::chrono::seconds(10);            ///< A service that runs shorter has ended soon.
constexpr auto kFirstComeback = std::chrono::milliseconds(300); ///< Before it is started again; doubled each time it ends soon.
constexpr int kMostDoublings = 5;
/// Between two looks whether a service is ready: a sixteenth of the time it has taken already, within these bounds. Where
/// many daemons start at once each takes long, and looking often would take from them what they wait for.
constexpr std::chrono::nanoseconds kShortestTick = std::chrono::milliseconds(3);
constexpr std::chrono::nanoseconds kLongestTick = std::chrono::milliseconds(50);

std::string logOf(const std::string& service) {
    return std::string(kLogFolder) + "/" + service + ".log";
}

std::string howItEnded(int status) {
    if (WIFSIGNALED(status)) {
        return "it was ended by signal " + std::to_string(WTERMSIG(status));
    }
    return "it ended with exit code " + std::to_string(WEXITSTATUS(status));
}

ExitInfo exitInfo(int status) {
    return WIFSIGNALED(status) ? ExitInfo{0, WTERMSIG(status)} : ExitInfo{WEXITSTATUS(status), 0};
}

Answer cannotRun(const std::string& program, int error) {
    const bool missing = error == ENOENT || error == ENOTDIR;
    return Answer{missing ? Status::NotFound : Status::Failed, "cannot run " + program.substr(0, 256) + ": " + std::strerror(error)};
}

int portOf(const std::string& target) {
    if (target.compare(0, 4, "tcp:") != 0 || target.size() > 9 || target.find_first_not_of("0123456789", 4) != std::string::npos) {
        return 0;
    }
    const long port = std::strtol(target.c_str() + 4, nullptr, 10);
    return port > 0 && port < 65536 ? static_cast<int>(port) : 0;
}

/// What is left of a service must not serve on without it, nor be there when it is said to have stopped. SIGCHLD is
/// blocked; whoever takes one here looks for all ended children afterwards.
void endGroup(pid_t group) {
    ::kill(-group, SIGKILL);
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    const auto deadline = SteadyClock::now() + kKillGrace;
    const auto reapOne = [group] { return ::waitpid(-group, nullptr, WNOHANG); };
    for (pid_t pid = reapOne(); pid >= 0 && SteadyClock::now() < deadline; pid = reapOne()) {
        if (pid == 0) {
            const timespec brief{0, 5'000'000};
            ::sigtimedwait(&ends, nullptr, &brief);
        }
    }
}

template <class Address>
int connectTo(UniqueFd& socket, int family, const Address& address) {
    socket = UniqueFd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.isValid() || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return errno;
    }
    return 0;
}

} // namespace

bool isValidTarget(const std::string& target) {
    return portOf(target) != 0 || (isValidPath(target) && target.size() < sizeof(sockaddr_un::sun_path));
}

ConnectAttempt::ConnectAttempt(const std::string& target) {
    if (const int port = portOf(target); port != 0) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_error = connectTo(m_socket, AF_INET, address);
        return;
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, target.data(), std::min(target.size(), sizeof address.sun_path - 1));
    // Not there is told by the name alone, which is cheaper than a socket.
    m_error = ::access(address.sun_path, F_OK) != 0 ? errno : connectTo(m_socket, AF_UNIX, address);
}

int ConnectAttempt::check() {
    if (m_error != EINPROGRESS) {
        return m_error;
    }
    pollfd wait{m_socket.get(), POLLOUT, 0};
    if (::poll(&wait, 1, 0) <= 0) {
        return EINPROGRESS;
    }
    socklen_t size = sizeof m_error;
    ::getsockopt(m_socket.get(), SOL_SOCKET, SO_ERROR, &m_error, &size);
    return m_error;
}

void Services::start(std::uint64_t id, const StartService& request) {
    if (!isValidName(request.name) || request.argv.empty() || (!request.readySocket.empty() && !isValidTarget(request.readySocket))) {
        m_outlets.answer(id, Verb::StartService, {Status::InvalidInput, "not a service that can be started"});
        return;
    }
    if (m_services.find(request.name) == m_services.end()) {
        if (auto problem = launch(request)) {
            m_outlets.answer(id, Verb::StartService, *std::move(problem));
            return;
        }
    }
    Service& service = m_services[request.name];
    service.starters.push_back({id, SteadyClock::now() + std::chrono::milliseconds(request.timeoutMs)});
    checkReady(service);
}

std::optional<Answer> Services::launch(const StartService& request, int quickEnds) {
    m_comebacks.erase(request.name);
    if (m_services.size() >= kMaxServicesPerNode) {
        return Answer{Status::Failed, "the node has too many services"};
    }
    ::mkdir("/var/log", 0755);
    ::mkdir(kLogFolder, 0755);
    const UniqueFd log(::open(logOf(request.name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644));
    const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!log.isValid() || !nothing.isValid()) {
        return Answer{Status::Failed, "cannot open the log of " + request.name + ": " + std::strerror(errno)};
    }
    Program program{request.argv, m_surroundings.environment, nothing.get(), log.get(), log.get(), false, m_surroundings.openFiles};
    const Spawned spawned = spawn(program);
    if (spawned.error != 0) {
        return cannotRun(request.argv.front(), spawned.error);
    }
    m_services[request.name] = Service{spawned.pid, request, quickEnds};
    EventBody event;
    event.type = static_cast<std::uint8_t>(EventType::ProcessStarted);
    event.process = request.name;
    event.pid = spawned.pid;
    m_outlets.event(event);
    return std::nullopt;
}

void Services::checkReady(Service& service) {
    if (!service.ready && !service.request.readySocket.empty()) {
        if (!service.attempt) {
            service.attempt.emplace(service.request.readySocket);
        }
        const int error = service.attempt->check();
        if (error == EINPROGRESS) {
            return;
        }
        service.attempt.reset();
        if (error != 0) {
            return; // the next tick tries again
        }
    }
    service.ready = true;
    service.comesBack = service.request.comesBack;
    for (const Waiter& waiter : std::exchange(service.starters, {})) {
        m_outlets.answer(waiter.id, Verb::StartService, {});
    }
}

void Services::forget(const std::string& name) const {
    EventBody event;
    event.type = static_cast<std::uint8_t>(EventType::ProcessForgotten);
    event.process = name;
    m_outlets.event(event);
}

void Services::stop(std::uint64_t id, const StopService& request) {
    m_comebacks.erase(request.name);
    const auto found = m_services.find(request.name);
    if (found == m_services.end()) {
        if (request.forget) {
            forget(request.name);
        }
        m_outlets.answer(id, Verb::StopService, {});
        return;
    }
    Service& service = found->second;
    service.stoppers.push_back(id);
    service.isForgotten = service.isForgotten || request.forget;
    if (service.killAt == SteadyClock::time_point::max()) {
        service.killAt = SteadyClock::now() + kTermGrace;
        ::kill(service.pid, SIGTERM);
    }
}

Answer Services::signal(const Signal& request) {
    const auto found = m_services.find(request.service);
    if (found == m_services.end()) {
        return {Status::NotFound, "the service does not run"};
    }
    if (request.signal < 1 || request.signal > SIGRTMAX || ::kill(found->second.pid, request.signal) != 0) {
        return {Status::InvalidInput, "not a signal"};
    }
    return {};
}

void Services::giveUp(std::uint64_t id) {
    for (auto& [name, service] : m_services) {
        const auto mine = [id](const Waiter& waiter) { return waiter.id == id; };
        if (std::erase_if(service.starters, mine) > 0) {
            m_outlets.answer(id, Verb::StartService, {Status::Cancelled, "given up"});
        }
        if (std::erase(service.stoppers, id) > 0) {
            m_outlets.answer(id, Verb::StopService, {Status::Cancelled, "given up"});
        }
    }
}

bool Services::ended(pid_t pid, int status) {
    const auto found = std::find_if(m_services.begin(), m_services.end(), [pid](const auto& entry) { return entry.second.pid == pid; });
    if (found == m_services.end()) {
        return false;
    }
    const std::string name = found->first;
    const Service service = std::move(found->second);
    m_services.erase(found);
    endGroup(pid);
    const ExitInfo info = exitInfo(status);
    EventBody event;
    event.type = static_cast<std::uint8_t>(EventType::ProcessExited);
    event.process = name;
    event.pid = pid;
    event.exitCode = info.exitCode;
    event.signal = info.signal;
    event.stopped = service.killAt != SteadyClock::time_point::max();
    m_outlets.event(event);
    if (service.isForgotten) {
        forget(name);
    }
    for (const Waiter& waiter : service.starters) {
        m_outlets.answer(waiter.id, Verb::StartService, {Status::Failed, howItEnded(status), lastLines(logOf(name), kLogLines)});
    }
    for (const std::uint64_t id : service.stoppers) {
        m_outlets.answer(id, Verb::StopService, {});
    }
    if (service.comesBack && service.stoppers.empty()) {
        planComeback(name, service);
    }
    return true;
}

void Services::planComeback(const std::string& name, const Service& ended) {
    const bool isQuick = SteadyClock::now() - ended.launched < kQuickEnd;
    const int quickEnds = isQuick ? std::min(ended.quickEnds + 1, kMostDoublings + 1) : 0;
    const auto wait = kFirstComeback * (1 << std::max(0, quickEnds - 1));
    m_comebacks.insert_or_assign(name, Comeback{ended.request, quickEnds, SteadyClock::now() + wait});
}

void Services::paused(pid_t pid, bool isPaused) {
    const auto found = std::find_if(m_services.begin(), m_services.end(), [pid](const auto& entry) { return entry.second.pid == pid; });
    if (found != m_services.end()) {
        EventBody event;
        event.type = static_cast<std::uint8_t>(EventType::ProcessStarted);
        event.process = found->first;
        event.pid = pid;
        event.paused = isPaused;
        m_outlets.event(event);
    }
}

std::optional<std::chrono::nanoseconds> Services::untilTick() const {
    std::optional<std::chrono::nanoseconds> soonest;
    for (const auto& [name, service] : m_services) {
        const bool isStopping = service.killAt != SteadyClock::time_point::max();
        if (isStopping || !service.starters.empty()) {
            const auto patience = isStopping ? kShortestTick : (SteadyClock::now() - service.launched) / 16;
            soonest = std::min(soonest.value_or(kLongestTick), std::clamp(patience, kShortestTick, kLongestTick));
        }
    }
    for (const auto& [name, comeback] : m_comebacks) {
        const std::chrono::nanoseconds left = std::max<std::chrono::nanoseconds>(comeback.at - SteadyClock::now(), kShortestTick);
        soonest = std::min(soonest.value_or(kLongestTick), std::min<std::chrono::nanoseconds>(left, kLongestTick));
    }
    return soonest;
}

void Services::tick() {
    std::vector<Comeback> due;
    for (const auto& [name, comeback] : m_comebacks) {
        if (SteadyClock::now() >= comeback.at) {
            due.push_back(comeback);
        }
    }
    for (const Comeback& comeback : due) {
        const std::string& name = comeback.request.name;
        if (launch(comeback.request, comeback.quickEnds)) { // its program is gone: perhaps it is being replaced
            m_comebacks.insert_or_assign(name, Comeback{comeback.request, comeback.quickEnds, SteadyClock::now() + kQuickEnd});
        } else {
            m_services[name].comesBack = true;
        }
    }
    for (auto& [name, service] : m_services) {
        if (!service.starters.empty()) {
            checkReady(service);
            expire(name, service);
        }
        if (SteadyClock::now() >= service.killAt) {
            ::kill(-service.pid, SIGKILL);
        }
    }
}

void Services::expire(const std::string& name, Service& service) {
    const auto now = SteadyClock::now();
    std::vector<Waiter> late;
    std::copy_if(service.starters.begin(), service.starters.end(), std::back_inserter(late),
                 [now](const Waiter& waiter) { return now >= waiter.deadline; });
    std::erase_if(service.starters, [now](const Waiter& waiter) { return now >= waiter.deadline; });
    for (const Waiter& waiter : late) {
        m_outlets.answer(
            waiter.id, Verb::StartService,
            {Status::Timeout, "it runs but " + service.request.readySocket + " does not answer", lastLines(logOf(name), kLogLines)});
    }
}

void Executions::start(std::uint64_t id, const Exec& request, const std::vector<UniqueFd>& streams) {
    if (request.argv.empty() || request.argv.front().empty() || streams.size() != 3 || m_running.size() >= kMaxExecsPerNode) {
        m_outlets.answer(id, Verb::Exec, {Status::InvalidInput, "not a program that can be run, or too many of them"});
        return;
    }
    Program program{request.argv,     m_surroundings.environment,  streams[0].get(),        streams[1].get(),
                    streams[2].get(), request.controllingTerminal, m_surroundings.openFiles};
    program.environment.insert(program.environment.end(), request.environment.begin(), request.environment.end());
    const Spawned spawned = spawn(program);
    if (spawned.error != 0) {
        m_outlets.answer(id, Verb::Exec, cannotRun(request.argv.front(), spawned.error));
        return;
    }
    m_running.emplace(spawned.pid, id);
}

void Executions::giveUp(std::uint64_t id) {
    for (const auto& [pid, owner] : m_running) {
        if (owner == id) {
            ::kill(-pid, SIGKILL); // the reply goes out when it is reaped
        }
    }
}

bool Executions::ended(pid_t pid, int status) {
    const auto found = m_running.find(pid);
    if (found == m_running.end()) {
        return false;
    }
    Answer answer;
    answer.body = encode(exitInfo(status));
    m_outlets.answer(found->second, Verb::Exec, std::move(answer));
    m_running.erase(found);
    return true;
}

} // namespace podleaf::labhost
