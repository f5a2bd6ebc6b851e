// SPDX-License-Identifier: GPL-3.0-or-later
// NodeChannel: the one way into a node on every engine. Implementations are thread-safe and hold no
// state that a second client could not have too. Blocking calls take OpContext first.
#pragma once

#include <core/base/op_context.h>
#include <core/base/result.h>
#include <core/base/unique_fd.h>

#include <QByteArray>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

#include <cstdint>

namespace podleaf::channel {

/// A program to run in a node. Never a shell string.
struct Command {
    QStringList argv;
    QStringList environment; ///< "KEY=value" added to the node's own small environment.
    QByteArray input;
    qsizetype maxOutputBytes = 4 * 1024 * 1024; ///< What comes beyond is dropped and `truncated` set.
};

/// How a program ended. Either `exitCode` is meant or, when a signal ended it, `signal` is not 0.
struct CommandResult {
    int exitCode = 0;
    int signal = 0;
    QByteArray output;
    QByteArray errorOutput;
    bool truncated = false;

    [[nodiscard]] bool ok() const { return exitCode == 0 && signal == 0; }
};

/// Three descriptors for a program that is wired to the caller's own terminal, pipe or pty.
struct StandardStreams {
    int in = -1;
    int out = -1;
    int err = -1;
};

class NodeChannel {
public:
    virtual ~NodeChannel() = default;

    /// Runs to the end and collects the output. A non-zero exit is a success of exec itself.
    /// Errors: NotFound (no such program), Timeout, Cancelled (the program is killed), Unreachable.
    virtual Result<CommandResult> exec(OpContext& context, const Command& command) = 0;

    /// Runs a program on the given descriptors until it ends (`podleaf exec`, `podleaf shell`). When
    /// `streams.in` is a terminal it becomes the program's controlling terminal's peer as is; afterwards its settings are
    /// as they were.
    virtual Result<CommandResult> execOn(OpContext& context, const Command& command, const StandardStreams& streams) = 0;

    virtual Result<> upload(OpContext& context, const QString& path, const QByteArray& content, std::uint32_t mode) = 0;
    virtual Result<QByteArray> download(OpContext& context, const QString& path, qsizetype maxBytes) = 0;

    /// A connected, non-blocking stream socket to a listener inside the node. The caller owns it.
    virtual Result<UniqueFd> connectUnix(OpContext& context, const QString& path) = 0;
    virtual Result<UniqueFd> connectTcp(OpContext& context, std::uint16_t port) = 0;
};

} // namespace podleaf::channel
