// SPDX-License-Identifier: GPL-3.0-or-later
#include "labhost_channel.h"

#include "labhost_frame.h"
#include "terminal_settings.h"

#include <QCoreApplication>

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace podleaf::channel {

using labhost::Verb;

namespace {

Error systemError(const char* what) {
    return Error{ErrorCode::Failed, QCoreApplication::translate("LabhostChannel", what), qt_error_string(errno), {}, {}};
}

/// One end that the program writes to and one that is collected here.
struct OutputPipe {
    UniqueFd ours;
    UniqueFd theirs;
    QByteArray* into = nullptr;
};

bool openPipe(OutputPipe& pipe) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return false;
    }
    pipe.ours = UniqueFd(ends[0]);
    pipe.theirs = UniqueFd(ends[1]);
    return ::fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK) == 0;
}

/// Reads what is there; closes the pipe at its end. What is beyond `maxBytes` of both pipes is dropped.
void collect(OutputPipe& pipe, qsizetype maxBytes, bool& truncated) {
    std::array<char, 64 * 1024> buffer;
    while (pipe.ours.isValid()) {
        const ssize_t count = ::read(pipe.ours.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return;
        }
        if (count == 0) {
            pipe.ours.reset();
            return;
        }
        const qsizetype room = std::max<qsizetype>(0, maxBytes - pipe.into->size());
        pipe.into->append(buffer.data(), std::min<qsizetype>(room, count));
        truncated = truncated || count > room;
    }
}

/// The input as a file that is at its end when it has been read: no pipe to feed, no SIGPIPE.
UniqueFd inputOf(const QByteArray& input) {
    if (input.isEmpty()) {
        return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    UniqueFd fd = labhost::memfdOf({input.constData(), static_cast<size_t>(input.size())});
    if (fd.isValid()) {
        ::lseek(fd.get(), 0, SEEK_SET);
    }
    return fd;
}

labhost::Exec execRequest(const QString& node, const Command& command, bool controllingTerminal) {
    labhost::Exec request;
    request.node = node.toStdString();
    for (const QString& argument : command.argv) {
        request.argv.push_back(argument.toStdString());
    }
    for (const QString& variable : command.environment) {
        request.environment.push_back(variable.toStdString());
    }
    request.controllingTerminal = controllingTerminal;
    return request;
}

/// Waits for a program to end and collects its output meanwhile. When the context ends first, the program is killed.
Result<CommandResult> follow(OpContext& context, LabhostCall& call, std::array<OutputPipe, 2>& pipes, CommandResult& result,
                             qsizetype maxBytes) {
    constexpr int kKillMs = 500;
    const UniqueFd stopWake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const std::stop_callback onStop(context.stop, [&stopWake] {
        const std::uint64_t one = 1;
        static_cast<void>(::write(stopWake.get(), &one, sizeof one) == sizeof one);
    });
    while (true) {
        std::array<pollfd, 4> waits{{{call.doneDescriptor(), POLLIN, 0},
                                     {stopWake.get(), POLLIN, 0},
                                     {pipes[0].ours.get(), POLLIN, 0}, // -1 when closed: poll ignores it
                                     {pipes[1].ours.get(), POLLIN, 0}}};
        ::poll(waits.data(), waits.size(), context.remainingMs(60'000));
        for (OutputPipe& pipe : pipes) {
            collect(pipe, maxBytes, result.truncated);
        }
        if (waits[0].revents != 0) {
            break;
        }
        if (auto state = context.checkpoint(); !state) {
            call.cancel();
            ::poll(waits.data(), 1, kKillMs);
            return fail(state.error());
        }
    }
    auto reply = call.take();
    if (!reply) {
        return fail(reply.error());
    }
    const auto exit = labhost::decode<labhost::ExitInfo>(reply->body);
    if (!exit) {
        return fail(ErrorCode::Protocol, QCoreApplication::translate("LabhostChannel", "The lab host did not say how the program ended."));
    }
    result.exitCode = exit->exitCode;
    result.signal = exit->signal;
    return std::move(result);
}

} // namespace

LabhostChannel::LabhostChannel(LabhostSource source, QString node) : m_source(std::move(source)), m_node(std::move(node)) {}

Result<CommandResult> LabhostChannel::exec(OpContext& context, const Command& command) {
    CommandResult result;
    std::array<OutputPipe, 2> pipes;
    pipes[0].into = &result.output;
    pipes[1].into = &result.errorOutput;
    const UniqueFd input = inputOf(command.input);
    if (!input.isValid() || !openPipe(pipes[0]) || !openPipe(pipes[1])) {
        return fail(systemError("Cannot open a pipe."));
    }
    auto client = m_source(context);
    if (!client) {
        return fail(client.error());
    }
    auto call = (*client)->begin(context, Verb::Exec, labhost::encode(execRequest(m_node, command, false)),
                                 {input.get(), pipes[0].theirs.get(), pipes[1].theirs.get()});
    if (!call) {
        return fail(call.error());
    }
    pipes[0].theirs.reset();
    pipes[1].theirs.reset();
    return follow(context, **call, pipes, result, command.maxOutputBytes);
}

Result<CommandResult> LabhostChannel::execOn(OpContext& context, const Command& command, const StandardStreams& streams) {
    auto client = m_source(context);
    if (!client) {
        return fail(client.error());
    }
    const TerminalSettings terminal(streams.in); // The program has it as it is, and may change it.
    auto call = (*client)->begin(context, Verb::Exec, labhost::encode(execRequest(m_node, command, ::isatty(streams.in) == 1)),
                                 {streams.in, streams.out, streams.err});
    if (!call) {
        return fail(call.error());
    }
    CommandResult result;
    std::array<OutputPipe, 2> none;
    return follow(context, **call, none, result, 0);
}

Result<> LabhostChannel::upload(OpContext& context, const QString& path, const QByteArray& content, std::uint32_t mode) {
    auto client = m_source(context);
    if (!client) {
        return fail(client.error());
    }
    labhost::Apply request;
    request.node = m_node.toStdString();
    request.files.push_back({path.toStdString(), content.toStdString(), mode, "root"});
    auto reply = (*client)->call(context, Verb::Apply, labhost::encode(request));
    return reply ? Result<>() : fail(reply.error());
}

Result<QByteArray> LabhostChannel::download(OpContext& context, const QString& path, qsizetype maxBytes) {
    auto client = m_source(context);
    if (!client) {
        return fail(client.error());
    }
    const auto limit = static_cast<std::uint32_t>(std::clamp<qsizetype>(maxBytes, 0, static_cast<qsizetype>(labhost::kMaxStringBytes)));
    const labhost::ReadFile request{m_node.toStdString(), path.toStdString(), limit};
    auto reply = (*client)->ask<labhost::ReadFileReply>(context, Verb::ReadFile, request);
    if (!reply) {
        return fail(reply.error());
    }
    return QByteArray::fromStdString(reply->content);
}

Result<UniqueFd> LabhostChannel::connectUnix(OpContext& context, const QString& path) {
    auto client = m_source(context);
    if (!client) {
        return fail(client.error());
    }
    return (*client)->askDescriptor(context, Verb::ConnectUnix,
                                    labhost::encode(labhost::ConnectUnix{m_node.toStdString(), path.toStdString()}));
}

Result<UniqueFd> LabhostChannel::connectTcp(OpContext& context, std::uint16_t port) {
    auto client = m_source(context);
    if (!client) {
        return fail(client.error());
    }
    return (*client)->askDescriptor(context, Verb::ConnectTcp, labhost::encode(labhost::ConnectTcp{m_node.toStdString(), port}));
}

} // namespace podleaf::channel
