// SPDX-License-Identifier: GPL-3.0-or-later
// What an SSH server is told to run. The protocol has no argument list (RFC 4254 §6.5): the server hands one line to
// the user's shell. So the line is written here, each word quoted, and it tells what the protocol does not: the
// program's process id and whether it could be started. Pure functions; any thread.
#pragma once

#include "node_channel.h"

#include <optional>

namespace podleaf::channel {

/// `text` as a word that a POSIX shell reads as exactly these bytes.
QByteArray shellQuoted(const QByteArray& text);

/// The line that becomes the program by exec, with the command's environment. `mark` is a fresh random word of
/// letters and digits, by which MarkFilter knows what the line itself says. The environment is in the line: while the
/// shell has not become the program yet, the node's process list shows it.
/// Errors: InvalidInput (no program, a zero byte, a bad variable name, longer than Linux takes).
Result<QByteArray> shellLine(const Command& command, const QByteArray& mark);

/// The line that kills a program and what it started in its process group.
QByteArray killLine(qint64 pid);

/// Takes the marks out of a program's error output (with a terminal: its output). One thread.
class MarkFilter {
public:
    /// An empty mark lets everything pass.
    explicit MarkFilter(const QByteArray& mark);

    /// What of the bytes so far is the program's own; may hold back the beginning of what could be a mark.
    QByteArray feed(const QByteArray& bytes);
    /// What was held back, at the end.
    QByteArray rest();

    [[nodiscard]] std::optional<qint64> pid() const { return m_pid; }
    /// 127 when there is no such program, 126 when it cannot be run; nothing when it was started.
    [[nodiscard]] std::optional<int> startFailure() const { return m_startFailure; }

private:
    void take(const QByteArray& content);

    QByteArray m_lead;
    QByteArray m_held;
    std::optional<qint64> m_pid;
    std::optional<int> m_startFailure;
};

/// The number of a signal by its name in the protocol (RFC 4254 §6.10: "KILL"); kUnnamedSignal for any other.
int signalByName(const QByteArray& name);
inline constexpr int kUnnamedSignal = 127; ///< OpenSSH has no names for SIGBUS, SIGSYS and others.

/// Writes standard input to a file, beside first and renamed, if all of it has come: `upload`.
/// Arguments: path, mode in octal, size in bytes.
QStringList uploadCommand(const QString& path, std::uint32_t mode, qsizetype sizeBytes);
/// Writes a file to standard output.
QStringList downloadCommand(const QString& path, qsizetype maxBytes);

/// How those two end when they do not succeed; any other code comes with the shell's own words.
enum class FileExit { Missing = 43, NotRegular = 44, Incomplete = 45 };

} // namespace podleaf::channel
