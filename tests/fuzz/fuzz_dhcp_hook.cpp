// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: up to four events of udhcpc with anything in their leases, run by the DHCP hook in a folder of its own where `ip`
// and `vtysh` only record. Either it refuses, or what it runs and writes holds only what its checks let through. The hook
// is a shell script: its own trace (sh -x) tells libFuzzer what was new.
// Input: "key=value" fields that end with a NUL; an empty one ends an event. "event" is udhcpc's first argument.
// PODLEAF_HOOK_LINES=FILE: run by bash, whose trace with line numbers is added to FILE (scripts/coverage).
#include "fuzzing.h"

#include <core/blueprint/blueprint.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <array>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
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

void write(const QString& path, const QByteArray& content) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    claim(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
}

QByteArray read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A bound socket, so that the hook takes a daemon for running.
void listenAt(const QString& path) {
    QDir().mkpath(QFileInfo(path).path());
    const QByteArray name = QFile::encodeName(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    claim(static_cast<std::size_t>(name.size()) < sizeof address.sun_path);
    std::memcpy(address.sun_path, name.constData(), static_cast<std::size_t>(name.size()));
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    claim(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

class Host {
public:
    Host();
    void reset() const;
    /// One event; its exit code.
    int run(const QByteArray& event, const QList<QByteArray>& lease) const;
    void check(int exitCode) const;

private:
    [[nodiscard]] QString path(const char* relative) const { return m_folder.path() + QLatin1Char('/') + QString::fromLatin1(relative); }

    QTemporaryDir m_folder;
    QByteArray m_configuration; ///< etc/frr/frr.conf before any lease.
    const QByteArray m_lines = qgetenv("PODLEAF_HOOK_LINES");
};

Host::Host() {
    model::Lab lab;
    lab.addressPlan = {*Ipv4Prefix::parse(u"172.16.0.0/16"), *Ipv4Prefix::parse(u"10.255.0.0/24"), *Ipv4Prefix::parse(u"10.20.0.0/16"), 24};
    lab.nodes = {{NodeId(u"host1"_s), model::NodeKind::Host, 1, {}, {}}};
    for (const blueprint::File& file : blueprint::blueprintOf(lab, lab.nodes[0]).files) {
        write(m_folder.path() + file.path, file.content);
    }
    write(path("bin/ip"), "#!/bin/sh\n{ echo \"ip $*\"; exec cat; } >>\"$PODLEAF_ROOT/log\"\n");
    write(path("bin/vtysh"), "#!/bin/sh\nfor a; do [ \"$a\" = -c ] || echo \"vtysh $a\"; done >>\"$PODLEAF_ROOT/log\"\n");
    for (const char* program : {"bin/ip", "bin/vtysh"}) {
        QFile::setPermissions(path(program), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    listenAt(path("var/run/frr/bgpd.vty"));
    listenAt(path("var/run/frr/zebra.vty"));
    m_configuration = read(path("etc/frr/frr.conf"));
}

void Host::reset() const {
    QDir(path("run/podleaf")).removeRecursively();
    QDir().mkpath(path("run/podleaf"));
    QFile::remove(path("etc/hostname"));
    QFile::remove(path("log"));
    write(path("etc/frr/frr.conf"), m_configuration);
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
    environment << "PODLEAF_ROOT=" + m_folder.path().toLocal8Bit() << "PODLEAF_PATH=" + path("bin").toLocal8Bit() + ":/usr/bin:/bin";
    const QByteArray hook = path("usr/lib/podleaf/dhcp-hook").toLocal8Bit();
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
    static const QRegularExpression ran(u"^(ip -batch -|(address|route) (replace|flush) [a-z0-9./ ]+|vtysh [A-Za-z0-9.:/ -]+|)$"_s,
                                        QRegularExpression::DontCaptureOption);
    static const QRegularExpression lease(u"^interface=eth[12]\naddress=[0-9.]+/[0-9]+\ngateway=[0-9.]+\nasn=[0-9]*\n"
                                          "pod-cidr=[0-9./]*\nloopback=[0-9.]*\n$"_s);
    claim(exitCode == 0 || exitCode == 1);
    const QList<QByteArray> lines = read(path("log")).split('\n');
    claim(exitCode == 0 || lines.size() == 1);
    for (const QByteArray& line : lines) {
        claim(ran.match(QString::fromLatin1(line)).hasMatch());
    }
    const QByteArray written = read(path("run/podleaf/lease"));
    claim(written.isEmpty() || lease.match(QString::fromLatin1(written)).hasMatch());
    const QByteArray made = read(path("run/podleaf/frr.conf"));
    claim(read(path("etc/frr/frr.conf")) == (made.isEmpty() ? m_configuration : made) && !made.contains('@'));
    const QByteArray name = read(path("etc/hostname"));
    claim(name.size() <= 64 && name.count('\n') == (name.isEmpty() ? 0 : 1));
    for (const QString& entry : QDir(m_folder.path()).entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::Hidden)) {
        claim(u"bin etc run usr var log"_s.split(u' ').contains(entry));
    }
    QFile::remove(path("log"));
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
