// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: up to four events of udhcpc with anything in their leases, run by the DHCP hook in a folder of its own where `ip`
// and `vtysh` only record. Either it refuses, or what it runs and writes holds only what its checks let through. The hook
// is a shell script: its own trace (set -x) tells libFuzzer what was new.
// Input: "key=value" fields that end with a NUL; an empty one ends an event. "event" is udhcpc's first argument.
// PODLEAF_HOOK_LINES=FILE: run by bash, whose trace with line numbers is added to FILE (scripts/coverage).
#include "fuzzing.h"
#include "hook_shell.h"

#include <tests/fakes/dhcp_hook_host.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <vector>

using namespace podleaf;
using namespace podleaf::fuzz;
using namespace Qt::StringLiterals;

/// libFuzzer takes these for counters of an instrumented program.
__attribute__((section("__libfuzzer_extra_counters"))) static std::array<std::uint8_t, 4096> traced;

namespace {

constexpr qsizetype kMostEvents = 4;
const QList<QByteArray> kOfServer{"ip", "mask", "router", "hostname", "message", "opt224", "opt225", "opt226"};
const QByteArrayList kMadeFolders{"run", "run/podleaf", "run/podleaf/leases"};
/// All that a lease may make. "log" is where it is recorded what was run.
const QByteArrayList kMadeFiles{"etc/hostname",
                                "log",
                                "run/podleaf/frr.conf",
                                "run/podleaf/lease",
                                "run/podleaf/leases/eth1",
                                "run/podleaf/leases/eth2",
                                "run/podleaf/lock",
                                "run/podleaf/zebra.conf"};
const QList<QByteArray> kEvents{"bound", "renew", "deconfig", "leasefail", "nak"};

/// Where memory is enough no disk is waited for.
bool keepInMemory() {
    return QFileInfo(u"/dev/shm"_s).isWritable() && qputenv("TMPDIR", "/dev/shm");
}

/// Of the template what a lease fills in, and what the hook looks for. It reads it byte by byte, and most of it is alike.
QByteArray shortened(const QByteArray& routing) {
    QByteArray some;
    for (const QByteArray& line : routing.split('\n')) {
        const bool isNeeded =
            line.contains('@') || line.contains("exit") || line.contains("address-family") || line.contains("bmp monitor");
        some += isNeeded || some.isEmpty() ? line + '\n' : QByteArray();
    }
    return some;
}

class Host {
public:
    Host();
    void clear() const;
    /// One event; its exit code.
    int run(const QByteArray& event, const QByteArrayList& lease);
    void check(int exitCode) const;

private:
    [[nodiscard]] HookShell::Place place() const;
    [[nodiscard]] std::vector<QByteArray> names() const;

    const bool m_inMemory = keepInMemory();
    const fakes::DhcpHookHost m_host;
    const fakes::FakeVty m_bgpd{m_host.path("var/run/frr/bgpd.vty")};
    const fakes::FakeVty m_zebra{m_host.path("var/run/frr/zebra.vty")};
    const QByteArray m_configuration = m_host.read("etc/frr/frr.conf"); ///< Before any lease.
    const std::vector<QByteArray> m_before = names();
    const QByteArray m_lines = qgetenv("PODLEAF_HOOK_LINES");
    HookShell m_shell{place(), m_lines.isEmpty() ? HookShell::Program::Dash : HookShell::Program::Bash};
};

Host::Host() {
    claim(m_host.isWhole() && m_bgpd.isBound() && m_zebra.isBound());
    claim(m_host.write("usr/lib/podleaf/frr.conf.in", shortened(m_host.read("usr/lib/podleaf/frr.conf.in"))));
}

HookShell::Place Host::place() const {
    HookShell::Place place{.root = {}, .path = {}, .hook = m_host.hook().toLocal8Bit()};
    for (const auto& [name, value] : m_host.environment()) {
        (name == "PODLEAF_ROOT"_L1 ? place.root : place.path) = value.toLocal8Bit();
    }
    return place;
}

/// What is in the folders of the host where something may be made, sorted.
std::vector<QByteArray> Host::names() const {
    std::vector<QByteArray> found;
    for (const char* folder : {"", "etc/", "etc/frr/", "run/podleaf/", "run/podleaf/leases/"}) {
        std::error_code missing;
        for (const auto& entry : std::filesystem::directory_iterator(m_host.path(folder).toStdString(), missing)) {
            found.push_back(folder + QByteArray::fromStdString(entry.path().filename().native()));
        }
    }
    std::ranges::sort(found);
    return found;
}

/// Away with what leases have made, but for the folders; they may have made nothing else.
void Host::clear() const {
    std::vector<QByteArray> made;
    std::ranges::set_difference(names(), m_before, std::back_inserter(made));
    for (const QByteArray& name : made) {
        claim(kMadeFiles.contains(name) || kMadeFolders.contains(name));
        claim(kMadeFolders.contains(name) || QFile::remove(m_host.path(name.constData())));
    }
    claim(made.empty() || m_host.write("etc/frr/frr.conf", m_configuration));
}

/// Each kind of traced command is a counter: what it says without its numbers.
__attribute__((no_sanitize("coverage"))) void countTrace(const QByteArray& trace) {
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

int Host::run(const QByteArray& event, const QByteArrayList& lease) {
    const HookRun run = m_shell.run(event, lease);
    countTrace(run.trace);
    if (!m_lines.isEmpty()) {
        QFile file(QFile::decodeName(m_lines));
        claim(file.open(QIODevice::WriteOnly | QIODevice::Append));
        file.write(run.trace);
    }
    return run.exitCode;
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
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Host host;
    traced.fill(0);
    QByteArray event = kEvents.front();
    QByteArrayList lease{"interface=eth1"};
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
    host.clear();
    return 0;
}
