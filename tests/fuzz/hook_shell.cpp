// SPDX-License-Identifier: GPL-3.0-or-later
#include "hook_shell.h"

#include "fuzzing.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

namespace podleaf::fuzz {

namespace {

constexpr qsizetype kMostTraceBytes = 1024 * 1024; ///< It holds a growing configuration again and again.
constexpr int kAsks = 3;                           // What the shell knows the descriptors by; the hook itself uses 9.
constexpr int kAnswers = 4;
constexpr int kAboveAll = 20; ///< Ours stay clear of those.

/// Programs as functions. Nothing else runs meanwhile, so nobody need wait for a lock. Every word of a trace is a write of its
/// own, so what is the same whatever a lease says is not traced, nor are steps of which the end is told at once.
constexpr const char* kFunctions = R"(
PS4=
flock() { :; }
mv() { printf 'mv %s %s\n' "$1" "$2" >&3; read -r _ <&4; }
cat() { { set +x; } 2>/dev/null; while IFS= read -r fuzzed || [ -n "$fuzzed" ]; do printf '%s\n' "$fuzzed"; done <"$1"; }
ip() {
  { set +x; } 2>/dev/null
  printf 'ip %s\n' "$*" >>"$PODLEAF_ROOT/log"
  while IFS= read -r fuzzed || [ -n "$fuzzed" ]; do printf '%s\n' "$fuzzed"; done >>"$PODLEAF_ROOT/log"
}
vtysh() {
  set -x
  : vtysh "$@"
  { set +x; } 2>/dev/null
  for fuzzed; do [ "$fuzzed" = -c ] || printf 'vtysh %s\n' "$fuzzed"; done >>"$PODLEAF_ROOT/log"
  set -x
}
render_routing() { { set +x; } 2>/dev/null; untraced_render_routing "$@"; set -x; }
read_old_routing() { { set +x; } 2>/dev/null; untraced_read_old_routing; set -x; }
push_routing() { { set +x; } 2>/dev/null; untraced_push_routing; fuzzed=$?; set -x; return $fuzzed; }
decode() { { set +x; } 2>/dev/null; untraced_decode "$1"; fuzzed=$?; set -x; return $fuzzed; }
)";

struct Pipe {
    UniqueFd reads;
    UniqueFd writes;
};

UniqueFd high(int fd) {
    UniqueFd low(fd);
    return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, kAboveAll));
}

Pipe openPipe() {
    std::array<int, 2> ends{-1, -1};
    claim(::pipe2(ends.data(), O_CLOEXEC) == 0);
    return {high(ends[0]), high(ends[1])};
}

QByteArray contentOf(const QByteArray& path) {
    QFile file(QFile::decodeName(path));
    claim(file.open(QIODevice::ReadOnly));
    return file.readAll();
}

/// The hook's own functions that those above stand before.
QByteArray withUntraced(QByteArray hook) {
    for (const QByteArray& begin : {QByteArray("\nrender_routing() {"), QByteArray("\nread_old_routing() {"),
                                    QByteArray("\npush_routing() {"), QByteArray("\ndecode() {")}) {
        claim(hook.count(begin) == 1);
        hook.insert(hook.indexOf(begin) + 1, "untraced_");
    }
    return hook;
}

QByteArray quoted(QByteArray text) {
    return '\'' + text.replace('\'', "'\\''") + '\'';
}

} // namespace

HookShell::HookShell(const Place& place, Program program) : m_root(place.root) {
    start(place, program);
    if (program == Program::Dash) { // It reads the script once, as the body of a function.
        say(kFunctions + ("hook() {\nset -x\n" + withUntraced(contentOf(place.hook)) + "\n}\n"));
    } else { // It gives the lines the numbers that they have in the file.
        say("PS4='+$LINENO '; hook() { set -x; . " + quoted(place.hook) + "; }\n");
    }
}

void HookShell::start(const Place& place, Program program) {
    Pipe script = openPipe();
    m_trace = high(::memfd_create("trace", MFD_CLOEXEC));
    Pipe asks = openPipe();
    Pipe answers = openPipe();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, script.reads.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, m_trace.get(), STDERR_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, asks.writes.get(), kAsks);
    ::posix_spawn_file_actions_adddup2(&actions, answers.reads.get(), kAnswers);
    QByteArray root = "PODLEAF_ROOT=" + place.root;
    QByteArray path = "PODLEAF_PATH=" + place.path;
    const std::array<char*, 3> environment{root.data(), path.data(), nullptr};
    const bool isDash = program == Program::Dash;
    QByteArray name = isDash ? "sh" : "bash";
    const std::array<char*, 2> argv{name.data(), nullptr};
    pid_t child = 0;
    claim(::posix_spawn(&child, isDash ? "/bin/sh" : "/bin/bash", &actions, nullptr, argv.data(), environment.data()) == 0);
    ::posix_spawn_file_actions_destroy(&actions);
    m_script = std::move(script.writes);
    m_asks = std::move(asks.reads);
    m_answers = std::move(answers.writes);
}

/// The shell reads it all before it does the last of it, so this does not wait for anybody who waits for us.
void HookShell::say(const QByteArray& text) const {
    for (qsizetype done = 0; done < text.size();) {
        const ssize_t count =
            TEMP_FAILURE_RETRY(::write(m_script.get(), text.constData() + done, static_cast<std::size_t>(text.size() - done)));
        claim(count > 0);
        done += count;
    }
}

HookRun HookShell::run(const QByteArray& event, const QByteArrayList& lease) {
    QByteArray text = "(";
    for (const QByteArray& field : lease) {
        const qsizetype equals = field.indexOf('=');
        text += field.left(equals + 1) + quoted(field.mid(equals + 1)) + "; ";
    }
    say(text + "hook " + event + ") </dev/null; echo \"end $?\" >&3\n");
    HookRun result;
    while (!serve(result)) {
    }
    result.trace = takeTrace();
    return result;
}

/// What the shell has told; it begins again at the start of the file.
QByteArray HookShell::takeTrace() const {
    const off_t size = ::lseek(m_trace.get(), 0, SEEK_END);
    QByteArray trace(std::min<qsizetype>(size, kMostTraceBytes), Qt::Uninitialized);
    claim(::pread(m_trace.get(), trace.data(), static_cast<std::size_t>(trace.size()), 0) == trace.size());
    claim(::ftruncate(m_trace.get(), 0) == 0 && ::lseek(m_trace.get(), 0, SEEK_SET) == 0);
    return trace;
}

/// Does what the shell asks for; true when the event is over.
bool HookShell::serve(HookRun& run) {
    std::array<char, 4096> buffer;
    const ssize_t count = TEMP_FAILURE_RETRY(::read(m_asks.get(), buffer.data(), buffer.size())); // libFuzzer's clock interrupts
    claim(count > 0);                                                                             // else the shell has ended
    m_asked.append(buffer.data(), count);
    while (m_asked.contains('\n')) {
        const QByteArrayList words = m_asked.left(m_asked.indexOf('\n')).split(' ');
        m_asked.remove(0, m_asked.indexOf('\n') + 1);
        if (words.front() == "end") {
            run.exitCode = words.value(1).toInt();
            claim(m_asked.isEmpty());
            return true;
        }
        rename(words);
    }
    return false;
}

void HookShell::rename(const QByteArrayList& names) const {
    claim(names.size() == 3 && names[0] == "mv" && names[1].startsWith(m_root) && names[2].startsWith(m_root));
    claim(std::rename(names[1].constData(), names[2].constData()) == 0);
    claim(TEMP_FAILURE_RETRY(::write(m_answers.get(), "\n", 1)) == 1);
}

} // namespace podleaf::fuzz
