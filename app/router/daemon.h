// SPDX-License-Identifier: GPL-3.0-or-later
// Daemon: one program of FRR with its configuration. It is started with that in its file; while it runs it takes changes over
// its vty, but for those that it takes only when it starts: then it is ended, to be started again. In a Loop.
#pragma once

#include "backoff.h"
#include "files.h"
#include "frr_config.h"
#include "journal.h"
#include "vty.h"

#include <memory>

namespace podleaf::router {

class Daemon {
public:
    struct Setup {
        std::string name;              ///< "bgpd"; the names of its vty socket and pid file follow.
        std::vector<std::string> argv; ///< Without the file of its configuration.
        std::string readyFile;         ///< In the run folder; it is ready when that is there.
        std::string runFolder;
        std::string configFile;
        FrrUser user;
        std::string afterPolicyChange = {}; ///< Said to it then; empty for nothing.
    };

    struct Handlers {
        std::function<void()> ready;
        std::function<void(bool byItself)> ended;
    };

    Daemon(labhost::Loop& loop, Journal& journal, Setup setup, Handlers handlers);

    /// What it shall hold.
    void configure(const FrrConfig& config);
    [[nodiscard]] bool isConfigured() const { return m_config.has_value(); }

    /// Starts it, at once or when it has ended quickly before, later. Nothing when it runs or will be started.
    void start();
    /// Sends it a signal; that it ends then is not held against it.
    void end(int signal);
    /// Neither starts it nor says anything to it any more, until it is started.
    void giveUp();

    /// Something has appeared in the run folder.
    void lookForSockets();
    /// Whether the ended process was this one.
    bool reaped(pid_t pid, int status);

    [[nodiscard]] const std::string& name() const { return m_setup.name; }
    [[nodiscard]] bool runs() const { return m_pid > 0; }
    [[nodiscard]] bool isReady() const { return m_isReady; }
    [[nodiscard]] pid_t pid() const { return m_pid; }
    /// How often it was started again.
    [[nodiscard]] int restarts() const { return m_starts > 0 ? m_starts - 1 : 0; }
    /// timeNow() when it was started last.
    [[nodiscard]] const std::string& since() const { return m_since; }

private:
    void launch();
    void removeTraces() const;
    bool writeConfig();
    void pushChange();
    void pushed(const FrrConfig& config, const std::vector<VtyRun::Refusal>& refusals);
    void pushFailed(bool isStuck);
    [[nodiscard]] std::string inRunFolder(const std::string& name) const { return m_setup.runFolder + '/' + name; }

    labhost::Loop& m_loop;
    Journal& m_journal;
    Setup m_setup;
    Handlers m_handlers;
    std::optional<FrrConfig> m_config;
    FrrConfig m_taken; ///< What the running one has.
    std::unique_ptr<VtyRun> m_run;
    Backoff m_backoff;
    std::chrono::milliseconds m_startDelay{};
    std::chrono::steady_clock::time_point m_startedAt;
    Timer m_startTimer;
    Timer m_pushTimer;
    std::string m_since;
    pid_t m_pid = -1;
    int m_starts = 0;
    bool m_isReady = false;
    bool m_hasVty = false;
    bool m_isEndWanted = false;
};

} // namespace podleaf::router
