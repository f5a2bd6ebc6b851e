// SPDX-License-Identifier: GPL-3.0-or-later
// FakeShell: programs on a terminal for FakeChannel. It understands what tests/contract runs and types, and no more: it
// reads the terminal raw, as the real ones that sit behind a network do.
#pragma once

#include <core/base/op_context.h>
#include <core/channel/node_channel.h>
#include <core/channel/terminal_settings.h>

#include <atomic>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace podleaf::fakes {

class FakeShell {
public:
    /// `sleepers` counts who sleeps, for as long.
    FakeShell(OpContext& context, const channel::Command& command, int terminal, std::atomic<int>& sleepers)
        : m_context(context), m_command(command), m_terminal(terminal), m_sleepers(sleepers), m_settings(terminal) {
        m_settings.setRaw();
    }

    Result<channel::CommandResult> run() {
        const QString script = m_command.argv.value(2);
        if (script.startsWith(QLatin1String("stty raw"))) {
            return channel::CommandResult{0, 9, {}, {}, false};
        }
        return script.startsWith(QLatin1String("trap")) ? tellNewSize() : interpret();
    }

private:
    /// "trap 'stty size; exit 9' WINCH; echo ready; …"
    Result<channel::CommandResult> tellNewSize() {
        const QByteArray before = size(); // Whoever reads "ready" may change it at once.
        say("ready\r\n");
        while (size() == before) {
            if (auto slept = m_context.sleepFor(std::chrono::milliseconds(1)); !slept) {
                return fail(slept.error());
            }
        }
        say(size() + "\r\n");
        return channel::CommandResult{9, 0, {}, {}, false};
    }
    Result<channel::CommandResult> interpret() {
        say(variable("PS1"));
        for (QByteArray line;;) {
            const auto key = nextKey();
            if (!key) {
                return fail(key.error());
            }
            if (*key != '\r') {
                line += *key;
                continue;
            }
            if (line.startsWith("exit ")) {
                return channel::CommandResult{line.mid(5).toInt(), 0, {}, {}, false};
            }
            if (auto done = carryOut(line); !done) {
                return fail(done.error());
            }
            line.clear();
            say(variable("PS1"));
        }
    }
    Result<> carryOut(QByteArray line) {
        if (line.startsWith("sleep ")) {
            return sleep();
        }
        if (line.startsWith("while ")) { // until the size is another: `size` is asked for when it is said
            line = line.mid(line.indexOf("echo "));
        }
        line.replace("$(tty -s && stty size </dev/tty)", size()).replace("$(stty size)", size());
        line.replace("$TERM", variable("TERM")).replace("$?", QByteArray::number(m_status));
        say(line.mid(6).chopped(1) + "\r\n"); // echo "…"
        return {};
    }
    Result<> sleep() {
        ++m_sleepers;
        auto key = nextKey();
        while (key && *key != '\x03') {
            key = nextKey();
        }
        --m_sleepers;
        m_status = 130;
        return key ? Result<>() : fail(key.error());
    }
    Result<char> nextKey() {
        while (true) {
            pollfd wait{m_terminal, POLLIN, 0};
            char key = 0;
            if (::poll(&wait, 1, 1) == 1 && ::read(m_terminal, &key, 1) == 1) {
                return key;
            }
            if (auto go = m_context.checkpoint(); !go) {
                return fail(go.error());
            }
        }
    }
    [[nodiscard]] QByteArray size() const {
        winsize now{};
        ::ioctl(m_terminal, TIOCGWINSZ, &now);
        return QByteArray::number(now.ws_row) + ' ' + QByteArray::number(now.ws_col);
    }
    [[nodiscard]] QByteArray variable(const char* name) const {
        const QString start = QLatin1String(name) + QLatin1Char('=');
        for (const QString& each : m_command.environment) {
            if (each.startsWith(start)) {
                return each.mid(start.size()).toUtf8();
            }
        }
        return {};
    }
    void say(const QByteArray& text) const {
        static_cast<void>(::write(m_terminal, text.constData(), static_cast<std::size_t>(text.size())) == text.size());
    }

    OpContext& m_context;
    const channel::Command& m_command;
    const int m_terminal;
    std::atomic<int>& m_sleepers;
    const channel::TerminalSettings m_settings;
    int m_status = 0;
};

} // namespace podleaf::fakes
