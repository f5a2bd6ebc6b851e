// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon.h"

#include <app/labhost/programs.h>

#include <csignal>
#include <cstring>
#include <sys/wait.h>

extern char** environ;

namespace podleaf::router {

namespace {

constexpr auto kAgain = std::chrono::milliseconds(100); ///< Between two attempts to talk to one that does not listen.

std::string howItEnded(int status) {
    return WIFSIGNALED(status) ? "was ended by signal " + std::to_string(WTERMSIG(status))
                               : "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

labhost::Spawned spawn(std::vector<std::string> argv) {
    labhost::Program program;
    program.argv = std::move(argv);
    for (char** each = environ; *each != nullptr; ++each) {
        program.environment.emplace_back(*each);
    }
    program.in = STDIN_FILENO;
    program.out = STDOUT_FILENO;
    program.err = STDERR_FILENO;
    ::getrlimit(RLIMIT_NOFILE, &program.openFiles);
    return labhost::spawn(program);
}

} // namespace

Daemon::Daemon(labhost::Loop& loop, Journal& journal, Setup setup, Handlers handlers)
    : m_loop(loop), m_journal(journal), m_setup(std::move(setup)), m_handlers(std::move(handlers)),
      m_startTimer(loop, [this] { launch(); }), m_pushTimer(loop, [this] { pushChange(); }) {}

void Daemon::configure(const FrrConfig& config) {
    if (m_config && m_config->text == config.text) {
        return;
    }
    m_config = config;
    if (!runs() || !writeConfig()) {
        return;
    }
    if (config.identity != m_taken.identity) {
        m_journal.say(m_setup.name + " is started again: its configuration is not for one that runs");
        end(SIGKILL);
        return;
    }
    m_pushTimer.stop();
    pushChange();
}

void Daemon::start() {
    if (runs() || m_startTimer.isRunning()) {
        return;
    }
    if (m_startDelay.count() > 0) {
        m_startTimer.start(std::exchange(m_startDelay, {}));
    } else {
        launch();
    }
}

void Daemon::launch() {
    removeTraces();
    m_startedAt = std::chrono::steady_clock::now();
    m_isEndWanted = false;
    std::vector<std::string> argv = m_setup.argv;
    argv.insert(argv.end(), {"-f", m_setup.configFile});
    const labhost::Spawned spawned = writeConfig() ? spawn(std::move(argv)) : labhost::Spawned{};
    if (spawned.pid < 0) {
        if (spawned.error != 0) {
            m_journal.problem(m_setup.name, "cannot run " + m_setup.argv.front() + ": " + std::strerror(spawned.error));
        }
        m_startTimer.start(m_backoff.afterLifeOf({}) + kAgain);
        return;
    }
    m_pid = spawned.pid;
    m_taken = *m_config;
    m_since = timeNow();
    ++m_starts;
    m_journal.say(m_setup.name + " runs as process " + std::to_string(m_pid));
}

/// What one that was killed has left would be taken for the next one's.
void Daemon::removeTraces() const {
    for (const std::string& name : {m_setup.name + ".pid", m_setup.name + ".vty", m_setup.readyFile}) {
        ::unlink(inRunFolder(name).c_str());
    }
}

bool Daemon::writeConfig() {
    const std::string problem = replaceFile(m_setup.configFile, m_config->text, m_setup.user);
    m_journal.problem(m_setup.configFile, problem);
    return problem.empty();
}

void Daemon::end(int signal) {
    m_startTimer.stop();
    if (runs()) {
        m_isEndWanted = true;
        if (::kill(m_pid, signal) != 0) {
            m_journal.problem(m_setup.name, "cannot end " + m_setup.name + ": " + std::strerror(errno));
        }
    }
}

void Daemon::giveUp() {
    m_startTimer.stop();
    m_pushTimer.stop();
    m_run.reset();
    m_hasVty = false;
}

void Daemon::lookForSockets() {
    const auto exists = [this](const std::string& name) { return ::access(inRunFolder(name).c_str(), F_OK) == 0; };
    if (runs() && !m_hasVty && exists(m_setup.name + ".vty")) {
        m_hasVty = true;
        pushChange();
    }
    if (runs() && !m_isReady && exists(m_setup.readyFile)) {
        m_isReady = true;
        m_handlers.ready();
    }
}

bool Daemon::reaped(pid_t pid, int status) {
    if (!runs() || pid != m_pid) {
        return false;
    }
    const std::string how = m_setup.name + " (process " + std::to_string(pid) + ") " + howItEnded(status);
    if (m_isEndWanted) {
        m_journal.say(how);
    } else {
        m_journal.problem(m_setup.name, how);
        m_startDelay = m_backoff.afterLifeOf(std::chrono::steady_clock::now() - m_startedAt);
    }
    giveUp();
    m_pid = -1;
    m_isReady = false;
    m_handlers.ended(!m_isEndWanted);
    return true;
}

/// Says what the running one has not taken yet, one change at a time.
void Daemon::pushChange() {
    if (!m_hasVty || m_run || m_pushTimer.isRunning()) {
        return;
    }
    ConfigChange change = changeBetween(m_taken, *m_config);
    if (change.commands.empty()) {
        m_taken = *m_config;
        return;
    }
    if (change.changesPolicy && !m_setup.afterPolicyChange.empty()) {
        change.commands.push_back(m_setup.afterPolicyChange);
    }
    m_run =
        std::make_unique<VtyRun>(m_loop, inRunFolder(m_setup.name + ".vty"), std::move(change.commands),
                                 VtyRun::Handlers{
                                     [this, config = *m_config](const std::vector<VtyRun::Refusal>& refusals) { pushed(config, refusals); },
                                     [this](bool isStuck) { pushFailed(isStuck); },
                                 });
}

/// What it refused, another try would not change.
void Daemon::pushed(const FrrConfig& config, const std::vector<VtyRun::Refusal>& refusals) {
    m_run.reset();
    m_taken = config;
    for (const VtyRun::Refusal& refusal : refusals) {
        m_journal.problem(m_setup.name + " configuration", m_setup.name + " refused \"" + refusal.command + "\": " + refusal.answer);
    }
    if (refusals.empty()) {
        m_journal.problem(m_setup.name + " configuration", {});
        m_journal.say(m_setup.name + " has taken the change of its configuration");
    }
    pushChange();
}

void Daemon::pushFailed(bool isStuck) {
    m_run.reset();
    if (isStuck) {
        m_journal.problem(m_setup.name, m_setup.name + " does not answer and is killed");
        ::kill(m_pid, SIGKILL);
        return;
    }
    m_pushTimer.start(kAgain); // by then it listens, or has ended
}

} // namespace podleaf::router
