// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster_command.h"

#include <core/base/unique_fd.h>

#include <QCoreApplication>
#include <QProcess>

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>

namespace podleaf::cli {

namespace {

constexpr int kLookMs = 50;
constexpr auto kGrace = std::chrono::seconds(1); ///< After a stop, before SIGTERM; and again before SIGKILL.

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

/// A file without a name that programs inherit.
Result<UniqueFd> inMemory(const QByteArray& content) {
    UniqueFd file(::memfd_create("kubeconfig", 0));
    if (!file.isValid() || ::write(file.get(), content.constData(), static_cast<std::size_t>(content.size())) != content.size()) {
        return fail(ErrorCode::Failed, tr("Cannot keep the kubeconfig in memory."), qt_error_string(errno));
    }
    return file;
}

void waitForEnd(const OpContext& context, QProcess& program) {
    while (!program.waitForFinished(kLookMs) && program.state() != QProcess::NotRunning) {
        if (context.checkpoint()) {
            continue;
        }
        const int graceMs = static_cast<int>(std::chrono::milliseconds(kGrace).count());
        if (!program.waitForFinished(graceMs)) {
            program.terminate();
        }
        if (!program.waitForFinished(graceMs)) {
            program.kill();
        }
    }
}

} // namespace

Result<channel::CommandResult> runWithKubeconfig(const OpContext& context, const QStringList& argv, const QByteArray& kubeconfig,
                                                 ProgramOutput output) {
    const auto file = inMemory(kubeconfig);
    if (!file) {
        return fail(file.error());
    }
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("KUBECONFIG"), QStringLiteral("/proc/self/fd/%1").arg(file->get()));
    program.setProcessEnvironment(environment);
    if (output == ProgramOutput::Shared) {
        program.setProcessChannelMode(QProcess::ForwardedChannels);
        program.setInputChannelMode(QProcess::ForwardedInputChannel);
    } else {
        program.setStandardInputFile(QProcess::nullDevice());
    }
    program.start(argv.front(), argv.mid(1));
    if (!program.waitForStarted()) {
        return fail(ErrorCode::NotFound, tr("Cannot run %1.").arg(argv.front()), program.errorString());
    }
    waitForEnd(context, program);
    const bool hasCrashed = program.exitStatus() == QProcess::CrashExit;
    return channel::CommandResult{hasCrashed ? 0 : program.exitCode(), hasCrashed ? program.exitCode() : 0,
                                  output == ProgramOutput::Shared ? QByteArray() : program.readAllStandardOutput(),
                                  output == ProgramOutput::Shared ? QByteArray() : program.readAllStandardError(), false};
}

} // namespace podleaf::cli
