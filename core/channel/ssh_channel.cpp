// SPDX-License-Identifier: GPL-3.0-or-later
#include "ssh_channel.h"

#include "ssh_program.h"
#include "ssh_script.h"

#include <QCoreApplication>

namespace podleaf::channel {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("SshChannel", source);
}

Result<> checkPath(const QString& path) {
    const bool isGood = path.startsWith(QLatin1Char('/')) && !path.endsWith(QLatin1Char('/')) && !path.contains(QChar(u'\0'));
    return isGood ? Result<>() : fail(ErrorCode::InvalidInput, text("This is not the whole path of a file: %1.").arg(path));
}

} // namespace

SshChannel::SshChannel(SshTarget target) : m_target(std::move(target)) {}

/// The connection, made by the first who asks; others wait for that.
Result<SshConnection*> SshChannel::connection(OpContext& context) {
    std::unique_lock lock(m_mutex);
    m_connected.wait_until(lock, context.stop, context.deadline, [this] { return !m_isConnecting; });
    if (auto state = context.checkpoint(); !state) {
        return fail(state.error());
    }
    if (m_connection) {
        return m_connection.get();
    }
    m_isConnecting = true;
    lock.unlock();
    auto opened = SshConnection::open(context, m_target);
    lock.lock();
    m_isConnecting = false;
    m_connected.notify_all();
    if (!opened) {
        return fail(opened.error());
    }
    m_connection = *std::move(opened);
    return m_connection.get();
}

Result<> SshChannel::connect(OpContext& context) {
    const auto way = connection(context);
    return way ? Result<>() : fail(way.error());
}

Result<CommandResult> SshChannel::exec(OpContext& context, const Command& command) {
    const auto way = connection(context);
    return way ? runOnMemory(context, **way, command) : fail(way.error());
}

Result<CommandResult> SshChannel::execOn(OpContext& context, const Command& command, const StandardStreams& streams) {
    const auto way = connection(context);
    return way ? runOnStreams(context, **way, command, streams) : fail(way.error());
}

Result<> SshChannel::upload(OpContext& context, const QString& path, const QByteArray& content, std::uint32_t mode) {
    if (auto good = checkPath(path); !good) {
        return good;
    }
    auto result = exec(context, {uploadCommand(path, mode, content.size()), {}, content});
    if (!result) {
        return fail(result.error());
    }
    return result->ok() ? Result<>() : fileError(*result, path);
}

Result<QByteArray> SshChannel::download(OpContext& context, const QString& path, qsizetype maxBytes) {
    if (auto good = checkPath(path); !good) {
        return fail(good.error());
    }
    auto result = exec(context, {downloadCommand(path, maxBytes), {}, {}, maxBytes});
    if (!result) {
        return fail(result.error());
    }
    if (!result->ok()) {
        return fileError(*result, path);
    }
    return std::move(result->output);
}

Unexpected SshChannel::fileError(const CommandResult& result, const QString& path) const {
    switch (static_cast<FileExit>(result.exitCode)) {
    case FileExit::Missing:
        return fail(ErrorCode::NotFound, text("There is no %1 in %2.").arg(path, m_target.node));
    case FileExit::NotRegular:
        return fail(ErrorCode::InvalidInput, text("%1 in %2 is not a regular file.").arg(path, m_target.node));
    case FileExit::Incomplete:
        return fail(ErrorCode::Failed, text("%1 did not reach %2 whole.").arg(path, m_target.node));
    }
    return fail(ErrorCode::Failed, text("%1 in %2 cannot be read or written.").arg(path, m_target.node),
                QString::fromUtf8(result.errorOutput).trimmed());
}

Result<UniqueFd> SshChannel::openStream(OpContext& context, SshRequest stream) {
    const auto way = connection(context);
    if (!way) {
        return fail(way.error());
    }
    auto task = std::make_shared<SshTask>(std::move(stream));
    auto [ours, theirs] = socketPair();
    if (!ours.isValid()) {
        return fail(ErrorCode::Failed, text("Cannot open a socket."), qt_error_string(errno));
    }
    task->data = std::move(theirs);
    (*way)->submit(task);
    if (auto state = waitFor(context, task->done); !state) {
        task->cancelled = true;
        (*way)->wake();
        return fail(state.error());
    }
    if (auto outcome = task->outcome(); !outcome) {
        return fail(outcome.error());
    }
    return std::move(ours);
}

Result<UniqueFd> SshChannel::connectUnix(OpContext& context, const QString& path) {
    if (auto good = checkPath(path); !good) {
        return fail(good.error());
    }
    auto stream = openStream(context, SshUnixStream{path.toUtf8()});
    if (stream || stream.error().code != ErrorCode::Unreachable) {
        return stream;
    }
    // The server does not say whether nobody listens or there is nothing to listen at.
    const auto exists = exec(context, {{QStringLiteral("test"), QStringLiteral("-e"), path}, {}, {}});
    if (exists && exists->exitCode == 1) {
        return fail(ErrorCode::NotFound, text("There is no %1 in %2.").arg(path, m_target.node));
    }
    return stream;
}

Result<UniqueFd> SshChannel::connectTcp(OpContext& context, std::uint16_t port) {
    return openStream(context, SshTcpStream{port});
}

} // namespace podleaf::channel
