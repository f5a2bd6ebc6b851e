// SPDX-License-Identifier: GPL-3.0-or-later
#include "labhost_start.h"

#include <QCoreApplication>
#include <QFile>

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

namespace podleaf::engine {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("NamespaceEngine", source);
}

std::vector<char*> pointers(std::vector<QByteArray>& strings) {
    std::vector<char*> result;
    for (QByteArray& string : strings) {
        result.push_back(string.data());
    }
    result.push_back(nullptr);
    return result;
}

std::vector<QByteArray> environmentWith(const QByteArray& lab) {
    std::vector<QByteArray> result;
    for (char** variable = ::environ; *variable != nullptr; ++variable) {
        const QByteArray entry(*variable);
        if (!entry.startsWith("PODLEAF_LAB=")) {
            result.push_back(entry);
        }
    }
    result.push_back("PODLEAF_LAB=" + lab);
    return result;
}

/// Starts the program with its output and errors going to `output`; returns 0 or an errno.
int spawnProgram(std::vector<QByteArray> arguments, const QByteArray& lab, int output, pid_t& pid) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output, 1);
    ::posix_spawn_file_actions_adddup2(&actions, output, 2);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    std::vector<QByteArray> environment = environmentWith(lab);
    const int error =
        ::posix_spawn(&pid, arguments.front().constData(), &actions, &attributes, pointers(arguments).data(), pointers(environment).data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    return error;
}

/// Everything the program says until it has gone to the background.
Result<QByteArray> readAnswer(OpContext& context, const UniqueFd& output) {
    const UniqueFd stopWake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const std::stop_callback onStop(context.stop, [&stopWake] {
        const std::uint64_t one = 1;
        static_cast<void>(::write(stopWake.get(), &one, sizeof one) == sizeof one);
    });
    QByteArray answer;
    while (true) {
        std::array<pollfd, 2> waits{{{output.get(), POLLIN, 0}, {stopWake.get(), POLLIN, 0}}};
        ::poll(waits.data(), waits.size(), context.remainingMs(10'000));
        if (waits[0].revents != 0) {
            std::array<char, 4096> buffer;
            const ssize_t count = ::read(output.get(), buffer.data(), buffer.size());
            if (count <= 0) {
                return answer;
            }
            answer.append(buffer.data(), std::min<qsizetype>(count, 65'536 - answer.size()));
        }
        if (auto state = context.checkpoint(); !state) {
            return fail(state.error());
        }
    }
}

} // namespace

QString missingPrivilege() {
    if (::geteuid() == 0) {
        return {};
    }
    return text("Labs of namespaces need root for now; running them as an ordinary user comes later.");
}

Result<> startLabhost(OpContext& context, const NamespaceEngineSettings& settings) {
    if (const QString problem = missingPrivilege(); !problem.isEmpty()) {
        return fail(ErrorCode::HostLacks, problem, {}, text("Run the same command with `sudo`."));
    }
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail(ErrorCode::Failed, text("Cannot open a pipe."), qt_error_string(errno));
    }
    const UniqueFd output(ends[0]);
    UniqueFd theirs(ends[1]);
    const std::vector<QByteArray> arguments{QFile::encodeName(settings.labhostProgram),
                                            "--lab",
                                            settings.lab.name.toUtf8(),
                                            "--run-folder",
                                            QFile::encodeName(settings.runFolder),
                                            "--lab-file",
                                            QFile::encodeName(settings.labFilePath)};
    pid_t pid = -1;
    if (const int error = spawnProgram(arguments, settings.lab.name.toUtf8(), theirs.get(), pid); error != 0) {
        return fail(ErrorCode::HostLacks, text("Cannot run %1.").arg(settings.labhostProgram), qt_error_string(error));
    }
    theirs.reset();
    auto answer = readAnswer(context, output);
    if (!answer) {
        ::kill(pid, SIGTERM); // it only waits; a lab host that stands already stays for the next try
    }
    ::waitpid(pid, nullptr, 0);
    if (!answer) {
        return fail(answer.error());
    }
    if (answer->startsWith("ready") || answer->startsWith("exists")) {
        return {};
    }
    return fail(ErrorCode::Failed, text("The lab host could not start."), QString::fromUtf8(*answer).trimmed());
}

} // namespace podleaf::engine
