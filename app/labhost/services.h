// SPDX-License-Identifier: GPL-3.0-or-later
// Services and programs of one node: starting, readiness, stopping, and telling how they ended. Runs in
// the node's init, single-threaded.
#pragma once

#include "connection.h"
#include "programs.h"

#include <chrono>
#include <sys/types.h>

namespace podleaf::labhost {

using SteadyClock = std::chrono::steady_clock;

/// What programs of a node start with.
struct Surroundings {
    std::vector<std::string> environment;
    rlimit openFiles{};
};

/// The ways out of a node's init.
struct Outlets {
    std::function<void(std::uint64_t id, Verb verb, Answer answer)> answer;
    std::function<void(const EventBody&)> event;
};

/// A non-blocking attempt to connect within the node.
class ConnectAttempt {
public:
    /// `target` is "/path" or "tcp:PORT".
    explicit ConnectAttempt(const std::string& target);
    /// 0 when connected, EINPROGRESS while that is open, else why not.
    int check();
    UniqueFd takeSocket() { return std::move(m_socket); }

private:
    UniqueFd m_socket;
    int m_error = 0;
};

/// Whether `target` is something ConnectAttempt knows.
bool isValidTarget(const std::string& target);

class Services {
public:
    Services(const Surroundings& surroundings, const Outlets& outlets) : m_surroundings(surroundings), m_outlets(outlets) {}

    void start(std::uint64_t id, const StartService& request);
    void stop(std::uint64_t id, const StopService& request);
    Answer signal(const Signal& request);
    void giveUp(std::uint64_t id);
    /// Whether the ended process was a service.
    bool ended(pid_t pid, int status);
    /// A process was stopped by SIGSTOP or goes on; told when it is a service.
    void paused(pid_t pid, bool isPaused);
    /// How long until tick() should be called again, if at all: the longer something starts, the longer.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> untilTick() const;
    void tick();

private:
    struct Waiter {
        std::uint64_t id;
        SteadyClock::time_point deadline;
    };
    struct Service {
        pid_t pid = -1;
        StartService request;
        int quickEnds = 0; ///< How often in a row it has ended soon after its start.
        SteadyClock::time_point launched = SteadyClock::now();
        bool ready = false;
        bool comesBack = false; ///< It was ready once.
        std::optional<ConnectAttempt> attempt = {};
        std::vector<Waiter> starters = {};
        std::vector<std::uint64_t> stoppers = {};
        bool isForgotten = false; ///< Once it has ended.
        SteadyClock::time_point killAt = SteadyClock::time_point::max();
    };
    /// A service that has ended and will be started again.
    struct Comeback {
        StartService request;
        int quickEnds;
        SteadyClock::time_point at;
    };
    std::optional<Answer> launch(const StartService& request, int quickEnds = 0);
    void planComeback(const std::string& name, const Service& ended);
    void forget(const std::string& name) const;
    void checkReady(Service& service);
    void expire(const std::string& name, Service& service);

    const Surroundings& m_surroundings;
    const Outlets& m_outlets;
    std::map<std::string, Service> m_services;
    std::map<std::string, Comeback> m_comebacks;
};

/// Programs that a client runs and waits for.
class Executions {
public:
    Executions(const Surroundings& surroundings, const Outlets& outlets) : m_surroundings(surroundings), m_outlets(outlets) {}

    void start(std::uint64_t id, const Exec& request, const std::vector<UniqueFd>& streams);
    void giveUp(std::uint64_t id);
    bool ended(pid_t pid, int status);

private:
    const Surroundings& m_surroundings;
    const Outlets& m_outlets;
    std::map<pid_t, std::uint64_t> m_running;
};

} // namespace podleaf::labhost
