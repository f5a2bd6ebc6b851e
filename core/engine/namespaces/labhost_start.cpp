// SPDX-License-Identifier: GPL-3.0-or-later
#include "labhost_start.h"

#include "leftovers.h"

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
    result.reserve(strings.size() + 1);
    for (QByteArray& string : strings) {
        result.push_back(string.data());
    }
    result.push_back(nullptr);
    return result;
}

/// Our environment; everything of a lab has its name there.
std::vector<QByteArray> environmentWith(const QByteArray& lab) {
    std::vector<QByteArray> result;
    for (char** variable = ::environ; *variable != nullptr; ++variable) {
        const QByteArray entry(*variable);
        if (!entry.startsWith("PODLEAF_LAB=")) {
            result.push_back(entry);
        }
    }
    if (!lab.isEmpty()) {
        result.push_back("PODLEAF_LAB=" + lab);
    }
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

/// Runs podleaf-labhost and returns what it says.
Result<QByteArray> runLabhost(OpContext& context, const QString& program, const std::vector<QByteArray>& arguments, const QByteArray& lab) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail(ErrorCode::Failed, text("Cannot open a pipe."), qt_error_string(errno));
    }
    const UniqueFd output(ends[0]);
    UniqueFd theirs(ends[1]);
    std::vector<QByteArray> command{QFile::encodeName(program)};
    command.insert(command.end(), arguments.begin(), arguments.end());
    pid_t pid = -1;
    if (const int error = spawnProgram(std::move(command), lab, theirs.get(), pid); error != 0) {
        return fail(ErrorCode::HostLacks, text("Cannot run %1.").arg(program), qt_error_string(error));
    }
    theirs.reset();
    auto answer = readAnswer(context, output);
    if (!answer) {
        ::kill(pid, SIGTERM); // it only waits; a lab host that stands already stays for the next try
    }
    ::waitpid(pid, nullptr, 0);
    return answer;
}

/// The last line of an answer; lines before it are what newuidmap and the like had to say.
QByteArray lastLine(const QByteArray& answer) {
    const QByteArray trimmed = answer.trimmed();
    return trimmed.mid(trimmed.lastIndexOf('\n') + 1);
}

/// Why the program refused, in its own words.
QByteArray refusalIn(const QByteArray& answer) {
    const QByteArray line = lastLine(answer);
    return line.startsWith("failed ") ? line.mid(7) : line;
}

/// The value of a sysctl, empty when this kernel does not have it.
QByteArray sysctl(const QString& procSys, const char* path) {
    QFile file(procSys + QLatin1Char('/') + QLatin1String(path));
    return file.open(QIODevice::ReadOnly) ? file.readLine(64).trimmed() : QByteArray();
}

/// Linux 5.11 is the first to let ordinary users mount overlays.
bool isOlderThanOverlays(const QString& procSys) {
    const QList<QByteArray> version = sysctl(procSys, "kernel/osrelease").split('.');
    const int major = version.value(0).toInt();
    return major > 0 && (major < 5 || (major == 5 && version.value(1).toInt() < 11));
}

} // namespace

Refusal explainRefusal(const QString& words, const QString& procSys) {
    // Debian and its descendants; every kernel; Ubuntu from 23.10.
    if (sysctl(procSys, "kernel/unprivileged_userns_clone") == "0") {
        return {text("kernel.unprivileged_userns_clone is 0: only root may make user namespaces."),
                QStringLiteral("sudo sysctl -w kernel.unprivileged_userns_clone=1")};
    }
    if (sysctl(procSys, "user/max_user_namespaces") == "0") {
        return {text("user.max_user_namespaces is 0: nobody may make user namespaces."),
                QStringLiteral("sudo sysctl -w user.max_user_namespaces=15000")};
    }
    if (words.contains(QLatin1String("No space left on device"))) { // namespaces(7): a limit of namespaces is reached
        return {text("More namespaces than the limits user.max_*_namespaces allow."),
                QStringLiteral("sudo sysctl -w user.max_user_namespaces=15000 user.max_net_namespaces=15000 user.max_mnt_namespaces=15000 "
                               "user.max_pid_namespaces=15000 user.max_uts_namespaces=15000 user.max_ipc_namespaces=15000")};
    }
    if (sysctl(procSys, "kernel/apparmor_restrict_unprivileged_userns") == "1") {
        return {text("kernel.apparmor_restrict_unprivileged_userns is 1: AppArmor takes all rights from user namespaces."),
                QStringLiteral("sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0")};
    }
    if (isOlderThanOverlays(procSys)) {
        return {text("This kernel is older than Linux 5.11: only root may mount overlays."), QStringLiteral("sudo podleaf up")};
    }
    return {text("No sysctl forbids it; in a container its seccomp profile may."), QStringLiteral("sudo podleaf up")};
}

Result<Rights> probeRights(OpContext& context, const QString& labhostProgram) {
    auto answer = runLabhost(context, labhostProgram, {"--probe"}, {});
    if (!answer) {
        return fail(std::move(answer.error()));
    }
    const QByteArray line = lastLine(*answer);
    if (line.startsWith("ready without")) {
        return line.endsWith("one id") ? Rights::UserNamespaceWithOneId : Rights::UserNamespace;
    }
    if (line == "ready") {
        return Rights::Root;
    }
    const QString refusal = QString::fromUtf8(refusalIn(*answer));
    const Refusal explained = explainRefusal(refusal, QStringLiteral("/proc/sys"));
    return fail(ErrorCode::HostLacks, text("This host does not let you make the namespaces of a lab."),
                refusal + QLatin1Char('\n') + explained.why, explained.remedy);
}

Result<> startLabhost(OpContext& context, const NamespaceEngineSettings& settings) {
    const QByteArray lab = settings.lab.name.toUtf8();
    auto answer = runLabhost(context, settings.labhostProgram,
                             {"--lab", lab, "--run-folder", QFile::encodeName(settings.runFolder), "--state-folder",
                              QFile::encodeName(stateFolder()), "--lab-file", QFile::encodeName(settings.labFilePath)},
                             lab);
    if (!answer) {
        return fail(std::move(answer.error()));
    }
    const QByteArray line = lastLine(*answer);
    if (line.startsWith("ready") || line.startsWith("exists")) {
        return {};
    }
    if (auto rights = probeRights(context, settings.labhostProgram); !rights) {
        return fail(std::move(rights.error()));
    }
    return fail(ErrorCode::Failed, text("The lab host could not start."),
                line.isEmpty() ? text("It was ended before it could say why.") : QString::fromUtf8(refusalIn(*answer)));
}

} // namespace podleaf::engine
