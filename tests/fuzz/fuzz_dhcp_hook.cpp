// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: up to four events of udhcpc with anything in their leases, run by the DHCP hook in a folder of its own where `ip`
// and `vtysh` only record. Either it refuses, or what it runs and writes holds only what its checks let through. The hook
// is a shell script: its own trace (sh -x) tells libFuzzer what was new.
// Input: "key=value" fields that end with a NUL; an empty one ends an event. "event" is udhcpc's first argument.
// PODLEAF_HOOK_LINES=FILE: run by bash, whose trace with line numbers is added to FILE (scripts/coverage).
#include "fuzzing.h"

#include <tests/fakes/dhcp_hook_host.h>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace podleaf;
using namespace podleaf::fuzz;
using namespace Qt::StringLiterals;

/// libFuzzer takes these for counters of an instrumented program.
__attribute__((section("__libfuzzer_extra_counters"))) static std::array<std::uint8_t, 4096> traced;

namespace {

constexpr qsizetype kMostEvents = 4;
constexpr qsizetype kMostTraceBytes = 1024 * 1024; ///< It holds a growing configuration again and again.
const QList<QByteArray> kOfServer{"ip", "mask", "router", "hostname", "message", "opt224", "opt225", "opt226"};
const QList<QByteArray> kEvents{"bound", "renew", "deconfig", "leasefail", "nak"};

class Host {
public:
    Host();
    void reset() const;
    /// One event; its exit code.
    int run(const QByteArray& event, const QList<QByteArray>& lease) const;
    void check(int exitCode) const;

private:
    const fakes::DhcpHookHost m_host;
    const fakes::FakeVty m_bgpd{m_host.path("var/run/frr/bgpd.vty")};
    const fakes::FakeVty m_zebra{m_host.path("var/run/frr/zebra.vty")};
    const QByteArray m_configuration = m_host.read("etc/frr/frr.conf"); ///< Before any lease.
    const QByteArray m_lines = qgetenv("PODLEAF_HOOK_LINES");
};

Host::Host() {
    claim(m_host.isWhole() && m_bgpd.isBound() && m_zebra.isBound());
}

void Host::reset() const {
    QDir(m_host.path("run/podleaf")).removeRecursively();
    QFile::remove(m_host.path("etc/hostname"));
    claim(QDir().mkpath(m_host.path("run/podleaf")) && m_host.write("etc/frr/frr.conf", m_configuration));
}

/// Each kind of traced command is a counter: what it says without its numbers.
void countTrace(const QByteArray& trace) {
    std::uint32_t hash = 2166136261U; // FNV-1a
    for (const char byte : trace) {
        if (byte == '\n') {
            std::uint8_t& counter = traced[hash % traced.size()];
            counter = static_cast<std::uint8_t>(counter + (counter < 255 ? 1 : 0));
            hash = 2166136261U;
        } else if (byte < '0' || byte > '9') {
            hash = (hash ^ static_cast<std::uint8_t>(byte)) * 16777619U;
        }
    }
}

QByteArray readAll(int fd) {
    QByteArray text;
    std::array<char, 16 * 1024> buffer;
    while (true) { // libFuzzer's clock interrupts it
        const ssize_t count = TEMP_FAILURE_RETRY(::read(fd, buffer.data(), buffer.size()));
        if (count <= 0) {
            return text;
        }
        if (text.size() < kMostTraceBytes) {
            text.append(buffer.data(), count);
        }
    }
}

int Host::run(const QByteArray& event, const QList<QByteArray>& lease) const {
    QList<QByteArray> environment = lease;
    for (const auto& [name, value] : m_host.environment()) {
        environment << (name + QLatin1Char('=') + value).toLocal8Bit();
    }
    const QByteArray hook = m_host.hook().toLocal8Bit();
    const bool byBash = !m_lines.isEmpty(); // dash has no line numbers to give where `set -u` holds
    QList<QByteArray> arguments = byBash ? QList<QByteArray>{"bash", "-c", "PS4='+$LINENO '; set -x; . \"$0\"", hook, event}
                                         : QList<QByteArray>{"sh", "-x", hook, event};
    std::vector<char*> argv;
    std::vector<char*> envp;
    for (QByteArray& each : arguments) {
        argv.push_back(each.data());
    }
    for (QByteArray& each : environment) {
        envp.push_back(each.data());
    }
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    std::array<int, 2> pipe{};
    claim(::pipe2(pipe.data(), O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDERR_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    pid_t child = 0;
    claim(::posix_spawn(&child, byBash ? "/bin/bash" : "/bin/sh", &actions, nullptr, argv.data(), envp.data()) == 0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    const QByteArray trace = readAll(pipe[0]);
    ::close(pipe[0]);
    int status = 0;
    claim(TEMP_FAILURE_RETRY(::waitpid(child, &status, 0)) == child && WIFEXITED(status));
    countTrace(trace);
    if (byBash) {
        QFile file(QFile::decodeName(m_lines));
        claim(file.open(QIODevice::WriteOnly | QIODevice::Append));
        file.write(trace);
    }
    return WEXITSTATUS(status);
}

void Host::check(int exitCode) const {
    static const QRegularExpression lease(u"^interface=eth[12]\naddress=[0-9.]+/[0-9]+\ngateway=[0-9.]+\nasn=[0-9]*\n"
                                          "pod-cidr=[0-9./]*\nloopback=[0-9.]*\n$"_s);
    claim(exitCode == 0 || exitCode == 1);
    const QList<QByteArray> lines = m_host.takeLog().split('\n');
    claim(exitCode == 0 || lines.size() == 1);
    claim(std::ranges::all_of(lines, &fakes::DhcpHookHost::isChecked));
    const QByteArray written = m_host.read("run/podleaf/lease");
    claim(written.isEmpty() || lease.match(QString::fromLatin1(written)).hasMatch());
    const QByteArray made = m_host.read("run/podleaf/frr.conf");
    claim(m_host.read("etc/frr/frr.conf") == (made.isEmpty() ? m_configuration : made) && !made.contains('@'));
    const QByteArray name = m_host.read("etc/hostname");
    claim(name.size() <= 64 && name.count('\n') == (name.isEmpty() ? 0 : 1));
    claim(m_host.strangers().isEmpty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Host host;
    traced.fill(0);
    host.reset();
    QByteArray event = kEvents.front();
    QList<QByteArray> lease{"interface=eth1"};
    qsizetype events = 0;
    const auto play = [&] {
        if (lease.size() > 1 && events++ < kMostEvents) {
            host.check(host.run(event, lease));
        }
        event = kEvents.front();
        lease = {"interface=eth1"};
    };
    for (const QByteArray& field : bytesOf(data, size).toByteArray().split('\0')) {
        const QByteArray key = field.left(field.indexOf('='));
        if (field.isEmpty()) {
            play();
        } else if (key == "event") {
            event = kEvents.contains(field.mid(6)) ? field.mid(6) : event;
        } else if (field == "interface=eth2") { // the ports are the host's own
            lease.front() = field;
        } else if (kOfServer.contains(key)) {
            const QByteArray start = key + '=';
            lease.removeIf([&start](const QByteArray& each) { return each.startsWith(start); });
            lease.append(field);
        }
    }
    play();
    return 0;
}
