// SPDX-License-Identifier: GPL-3.0-or-later
#include "ssh_script.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <utility>

namespace podleaf::channel {

namespace {

constexpr char kBracket = '\x1e'; ///< Around each mark; printf(1) of every shell writes it as \036.
constexpr qsizetype kMaxMarkContent = 24;
constexpr qsizetype kMaxLineBytes = 128 * 1024 - 4096; ///< MAX_ARG_STRLEN of Linux, with room.

Unexpected invalid(const char* sentence) {
    return fail(ErrorCode::InvalidInput, QCoreApplication::translate("SshChannel", sentence));
}

bool isVariableName(const QByteArray& name) {
    const auto isPart = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9'); };
    return !name.isEmpty() && (name[0] < '0' || name[0] > '9') && std::all_of(name.begin(), name.end(), isPart);
}

} // namespace

QByteArray shellQuoted(const QByteArray& text) {
    QByteArray quoted = text;
    quoted.replace('\'', "'\\''");
    return '\'' + quoted + '\'';
}

Result<QByteArray> shellLine(const Command& command, const QByteArray& mark) {
    if (command.argv.isEmpty() || command.argv.front().isEmpty()) {
        return invalid("There is no program to run.");
    }
    const QByteArray program = shellQuoted(command.argv.front().toUtf8());
    // The shell forgets the trap when it becomes the program, and runs it when it cannot.
    QByteArray line = "trap 'printf \"\\036%s%s\\036\" " + mark + "x \"$?\" >&2' EXIT; printf '\\036%s%s\\036' " + mark + "p \"$$\" >&2; ";
    for (const QString& variable : command.environment) {
        const QByteArray text = variable.toUtf8();
        if (!text.contains('=') || !isVariableName(text.left(text.indexOf('=')))) {
            return invalid("An environment variable must look like NAME=value.");
        }
        line += "export " + shellQuoted(text) + "; ";
    }
    line += "command -v " + program + " >/dev/null 2>&1 || exit 127; exec";
    for (const QString& argument : command.argv) {
        line += ' ' + shellQuoted(argument.toUtf8());
    }
    if (line.contains('\0')) {
        return invalid("The arguments of a program cannot hold a zero byte.");
    }
    if (line.size() > kMaxLineBytes) {
        return invalid("That is more than a program takes as arguments.");
    }
    return line;
}

QByteArray killLine(qint64 pid) {
    const QByteArray number = QByteArray::number(pid);
    return "kill -9 -" + number + " 2>/dev/null || kill -9 " + number;
}

MarkFilter::MarkFilter(const QByteArray& mark) {
    if (!mark.isEmpty()) {
        m_lead = kBracket + mark;
    }
}

QByteArray MarkFilter::feed(const QByteArray& bytes) {
    if (m_lead.isEmpty()) {
        return bytes;
    }
    const QByteArray all = rest() + bytes;
    QByteArray own;
    qsizetype done = 0;
    while (done < all.size()) {
        const qsizetype bracket = all.indexOf(kBracket, done);
        const qsizetype at = bracket < 0 ? all.size() : bracket;
        own.append(all.constData() + done, at - done);
        const QByteArrayView tail = QByteArrayView(all).sliced(at);
        done = at;
        if (!tail.startsWith(m_lead) && !QByteArrayView(m_lead).startsWith(tail)) {
            own += kBracket; // the program's own
            ++done;
            continue;
        }
        const qsizetype end = tail.size() < m_lead.size() ? -1 : all.indexOf(kBracket, at + m_lead.size());
        if (end < 0 && tail.size() <= m_lead.size() + kMaxMarkContent) {
            m_held = tail.toByteArray();
            break;
        }
        if (end < 0) {
            own += tail; // nobody but us knows the mark; be it so
            break;
        }
        take(all.sliced(at + m_lead.size(), end - at - m_lead.size()));
        done = end + 1;
    }
    return own;
}

QByteArray MarkFilter::rest() {
    return std::exchange(m_held, {});
}

void MarkFilter::take(const QByteArray& content) {
    bool isNumber = false;
    const qint64 number = content.mid(1).toLongLong(&isNumber);
    if (!isNumber) {
        return;
    }
    if (content.startsWith('p') && number > 1) {
        m_pid = number;
    } else if (content.startsWith('x')) {
        m_startFailure = static_cast<int>(number);
    }
}

int signalByName(const QByteArray& name) {
    struct Named {
        const char* name;
        int number;
    };
    static constexpr std::array<Named, 13> kSignals{{{"ABRT", SIGABRT},
                                                     {"ALRM", SIGALRM},
                                                     {"FPE", SIGFPE},
                                                     {"HUP", SIGHUP},
                                                     {"ILL", SIGILL},
                                                     {"INT", SIGINT},
                                                     {"KILL", SIGKILL},
                                                     {"PIPE", SIGPIPE},
                                                     {"QUIT", SIGQUIT},
                                                     {"SEGV", SIGSEGV},
                                                     {"TERM", SIGTERM},
                                                     {"USR1", SIGUSR1},
                                                     {"USR2", SIGUSR2}}};
    const auto found = std::find_if(kSignals.begin(), kSignals.end(), [&name](const Named& one) { return name == one.name; });
    return found == kSignals.end() ? kUnnamedSignal : found->number;
}

QStringList uploadCommand(const QString& path, std::uint32_t mode, qsizetype sizeBytes) {
    // The size is compared, because a lost connection looks like the end of the input.
    static const QString kScript = QStringLiteral("set -e\n"
                                                  "[ ! -d \"$1\" ] || exit 44\n"
                                                  "umask 022\n"
                                                  "folder=${1%/*}\n"
                                                  "mkdir -p \"$folder/\"\n"
                                                  "new=$folder/.podleaf-new.$$\n"
                                                  "rm -f \"$new\"\n"
                                                  "trap 'rm -f \"$new\"' EXIT\n"
                                                  "umask 077\n"
                                                  "set -C\n"
                                                  "cat >\"$new\"\n"
                                                  "[ \"$(wc -c <\"$new\")\" -eq \"$3\" ] || exit 45\n"
                                                  "chmod \"$2\" \"$new\"\n"
                                                  "mv -f \"$new\" \"$1\"\n");
    const QString text = QStringLiteral("sh");
    return {text, QStringLiteral("-c"), kScript, text, path, QString::number(mode & 07777U, 8), QString::number(sizeBytes)};
}

QStringList downloadCommand(const QString& path, qsizetype maxBytes) {
    static const QString kScript = QStringLiteral("[ -e \"$1\" ] || exit 43\n"
                                                  "[ -f \"$1\" ] || exit 44\n"
                                                  "exec head -c \"$2\" \"$1\"\n");
    const QString text = QStringLiteral("sh");
    return {text, QStringLiteral("-c"), kScript, text, path, QString::number(std::max<qsizetype>(0, maxBytes))};
}

} // namespace podleaf::channel
