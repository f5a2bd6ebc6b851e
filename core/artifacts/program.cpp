// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"

#include <QCoreApplication>
#include <QProcess>
#include <QStandardPaths>

#include <csignal>
#include <sys/prctl.h>
#include <unistd.h>

namespace podleaf::artifacts {

namespace {

constexpr int kLookEveryMs = 50;
constexpr int kMercyMs = 2000;
constexpr qsizetype kKeptLines = 20;
constexpr qsizetype kLongestLine = 4096;

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

/// Cuts what comes into lines and keeps the last ones, for when it fails.
class Lines {
public:
    explicit Lines(const std::function<void(const QString&)>& onLine) : m_onLine(onLine) {}

    void add(const QByteArray& bytes) {
        m_rest += bytes;
        qsizetype end = -1;
        while ((end = m_rest.indexOf('\n')) >= 0) {
            take(m_rest.left(end));
            m_rest.remove(0, end + 1);
        }
        if (m_rest.size() > kLongestLine) {
            take(std::exchange(m_rest, {}));
        }
    }
    [[nodiscard]] QString last() {
        if (!m_rest.isEmpty()) {
            take(std::exchange(m_rest, {}));
        }
        return m_kept.join(QLatin1Char('\n'));
    }

private:
    void take(const QByteArray& line) {
        m_kept << QString::fromUtf8(line).trimmed();
        if (m_kept.size() > kKeptLines) {
            m_kept.removeFirst();
        }
        if (m_onLine) {
            m_onLine(m_kept.back());
        }
    }

    const std::function<void(const QString&)>& m_onLine;
    QByteArray m_rest;
    QStringList m_kept;
};

/// A program that starts others (as go starts compilers) must not leave them behind: they are a process group.
void endGroup(QProcess& process, pid_t group) {
    ::kill(-group, SIGTERM);
    if (!process.waitForFinished(kMercyMs)) {
        ::kill(-group, SIGKILL);
        process.waitForFinished(-1);
    }
    ::kill(-group, SIGKILL);
}

} // namespace

Result<QByteArray> runProgram(const OpContext& context, const Program& program) {
    if (auto going = context.checkpoint(); !going) {
        return fail(std::move(going.error()));
    }
    if (QStandardPaths::findExecutable(program.program).isEmpty()) {
        return fail(ErrorCode::HostLacks, tr("This host has no %1.").arg(program.program));
    }
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    for (auto it = program.environment.begin(); it != program.environment.end(); ++it) {
        environment.insert(it.key(), it.value());
    }
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(program.folder);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setChildProcessModifier([] {
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    });
    process.start(program.program, program.arguments);
    if (!process.waitForStarted(-1)) {
        return fail(ErrorCode::Failed, tr("Cannot start %1.").arg(program.program), process.errorString());
    }
    const auto group = static_cast<pid_t>(process.processId());
    Lines lines(program.onLine);
    QByteArray output;
    const auto read = [&] {
        lines.add(process.readAllStandardError());
        output += process.readAllStandardOutput();
    };
    while (!process.waitForFinished(kLookEveryMs) && process.state() != QProcess::NotRunning) {
        read();
        if (auto going = context.checkpoint(); !going) {
            endGroup(process, group);
            return fail(std::move(going.error()));
        }
    }
    read();
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        const QString sentence = process.exitStatus() == QProcess::NormalExit
                                     ? tr("%1 failed with exit code %2.").arg(program.program).arg(process.exitCode())
                                     : tr("%1 was ended by a signal.").arg(program.program);
        return fail(ErrorCode::Failed, sentence, lines.last());
    }
    return output;
}

} // namespace podleaf::artifacts
