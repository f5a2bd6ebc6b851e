// SPDX-License-Identifier: GPL-3.0-or-later
#include "vty_command.h"

#include <core/observe/collector.h>
#include <core/observe/vty_decoder.h>

#include <QCoreApplication>

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>

namespace podleaf::session {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("VtyCommand", text);
}

/// Writes one request and waits for its answer.
Result<observe::VtyAnswer> ask(OpContext& context, int socket, observe::VtyDecoder& decoder, const QByteArray& request) {
    if (::send(socket, request.constData(), static_cast<size_t>(request.size()), MSG_NOSIGNAL) != request.size()) {
        return fail(ErrorCode::Unreachable, tr("bgpd does not listen."));
    }
    std::array<char, 4096> buffer;
    while (true) {
        if (auto go = context.checkpoint(); !go) {
            return fail(std::move(go.error()));
        }
        pollfd wait{socket, POLLIN, 0};
        if (::poll(&wait, 1, context.remainingMs(20)) <= 0) { // short: a stop request does not wake it
            continue;
        }
        const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
            return fail(ErrorCode::Unreachable, tr("bgpd went away."));
        }
        auto answers = decoder.feed(QByteArrayView(buffer.data(), std::max<ssize_t>(count, 0)));
        if (!answers) {
            return fail(std::move(answers.error()));
        }
        if (!answers->empty()) {
            return std::move(answers->front());
        }
    }
}

} // namespace

Result<> runVtyCommand(OpContext& context, channel::NodeChannel& channel, const QString& command) {
    OpContext patience = context.withTimeout(std::chrono::seconds(5)); // a paused bgpd takes the connection and is silent
    auto socket = channel.connectUnix(patience, observe::SourcePlaces().bgpVty);
    if (!socket) {
        return fail(wrapError(tr("bgpd cannot be asked"), socket.error()));
    }
    observe::VtyDecoder decoder;
    for (const QString& line : {QStringLiteral("enable"), command}) {
        const QByteArray request = line.toLatin1();
        auto answer = ask(patience, socket->get(), decoder, observe::vtyRequest(QLatin1StringView(request)));
        if (!answer) {
            return fail(std::move(answer.error()));
        }
        if (answer->status != 0) {
            return fail(ErrorCode::Failed, tr("bgpd refused “%1”.").arg(line), QString::fromUtf8(answer->text).trimmed());
        }
    }
    return {};
}

} // namespace podleaf::session
