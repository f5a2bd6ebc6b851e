// SPDX-License-Identifier: GPL-3.0-or-later
// The part of NodeChannelContract about programs on a terminal: what `podleaf shell` and the window's consoles rest on.
#include "contract_words.h"
#include "node_channel_contract.h"
#include "pseudo_terminal.h"

#include <QTest>

#include <algorithm>
#include <thread>

namespace podleaf::contract {

using channel::Command;
using channel::CommandResult;

namespace {

const QByteArray kPrompt("ready> ");
const QByteArray kInterrupt("\x03");

Command interactiveShell() {
    Command command;
    command.argv = {q("sh"), q("-i")};
    command.environment = {q("TERM=xterm-256color"), q("PS1=ready> ")};
    return command;
}

Command script(const char* text) {
    Command command;
    command.argv = {q("sh"), q("-c"), q(text)};
    return command;
}

/// A program on a terminal, on a thread of its own until it ends or this object does.
class ProgramOnTerminal {
public:
    ProgramOnTerminal(channel::NodeChannel& way, const PseudoTerminal& terminal, Command command)
        : m_thread([this, &way, fd = terminal.program(), command = std::move(command)](const std::stop_token& stop) {
              OpContext context = soon();
              context.stop = stop;
              m_result = way.execOn(context, command, {fd, fd, fd});
          }) {}
    void requestStop() { m_thread.request_stop(); }
    Result<CommandResult> end() {
        m_thread.join();
        return std::move(m_result);
    }

private:
    Result<CommandResult> m_result;
    std::jthread m_thread;
};

bool areSame(const termios& a, const termios& b) {
    return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag && a.c_lflag == b.c_lflag &&
           std::ranges::equal(a.c_cc, b.c_cc);
}

} // namespace

#define SKIP_WITHOUT_TERMINALS()                                                                                                           \
    if (const QString why = m_node->whyNoTerminals(); !why.isEmpty()) {                                                                    \
        QSKIP(qPrintable(why));                                                                                                            \
    }

void NodeChannelContract::aShellHasItsTerminal() {
    SKIP_WITHOUT_TERMINALS();
    const PseudoTerminal terminal(40, 100);
    QVERIFY(terminal.isOpen());
    ProgramOnTerminal shell(m_node->channel(), terminal, interactiveShell());
    const QByteArray greeting = terminal.readUntil(kPrompt);
    QVERIFY2(greeting.endsWith(kPrompt) && !greeting.contains("job control"), greeting.constData());
    // Only a program with a controlling terminal can open /dev/tty.
    QVERIFY(terminal.type("echo \"<$(tty -s && stty size </dev/tty) $TERM>\"\r"));
    const QByteArray first = terminal.readUntil("<40 100 xterm-256color>");
    QVERIFY2(first.contains("<40 100 xterm-256color>"), first.constData());
    QVERIFY(terminal.resize(50, 132));
    // The size gets there by another way than the keys.
    QVERIFY(terminal.type("while [ \"$(stty size)\" = '40 100' ]; do :; done; echo \"<$(stty size)>\"\r"));
    const QByteArray second = terminal.readUntil("<50 132>");
    QVERIFY2(second.contains("<50 132>"), second.constData());
    QVERIFY(terminal.type("exit 7\r"));
    const auto result = shell.end();
    VERIFY_OK(result);
    QCOMPARE(result->exitCode, 7);
    QCOMPARE(result->signal, 0);
    QCOMPARE(result->output + result->errorOutput, QByteArray());
}

void NodeChannelContract::aTerminalsNewSizeIsSignalled() {
    SKIP_WITHOUT_TERMINALS();
    const PseudoTerminal terminal(40, 100);
    QVERIFY(terminal.isOpen());
    ProgramOnTerminal program(m_node->channel(), terminal,
                              script("trap 'stty size; exit 9' WINCH; echo ready; while :; do sleep 0.05; done"));
    QCOMPARE(terminal.readUntil("ready\r\n"), QByteArray("ready\r\n"));
    QVERIFY(terminal.resize(50, 132));
    QCOMPARE(terminal.readUntil("132\r\n"), QByteArray("50 132\r\n"));
    const auto result = program.end();
    VERIFY_OK(result);
    QCOMPARE(result->exitCode, 9);
}

void NodeChannelContract::aTerminalsInterruptLeavesTheShell() {
    SKIP_WITHOUT_TERMINALS();
    const PseudoTerminal terminal(24, 80);
    QVERIFY(terminal.isOpen());
    ProgramOnTerminal shell(m_node->channel(), terminal, interactiveShell());
    QVERIFY(terminal.readUntil(kPrompt).endsWith(kPrompt));
    QVERIFY(terminal.type("sleep " + QByteArray(kSleepSeconds) + '\r'));
    QVERIFY(waitForSleeper(true));
    QVERIFY(terminal.type(kInterrupt));
    QVERIFY(waitForSleeper(false));
    QVERIFY(terminal.type("echo \"<$?>\"\r"));
    const QByteArray shown = terminal.readUntil("<130>"); // 128 and SIGINT
    QVERIFY2(shown.contains("<130>"), shown.constData());
    QVERIFY(terminal.type("exit 0\r"));
    const auto result = shell.end();
    VERIFY_OK(result);
    QVERIFY(result->ok());
}

void NodeChannelContract::aTerminalShowsItsProgramAndNoMore() {
    SKIP_WITHOUT_TERMINALS();
    const PseudoTerminal terminal(24, 80);
    QVERIFY(terminal.isOpen());
    const termios before = terminal.settings();
    Command echo;
    echo.argv = {q("echo"), q("word")};
    VERIFY_OK(ProgramOnTerminal(m_node->channel(), terminal, echo).end());
    QCOMPARE(terminal.readUntil("word\r\n"), QByteArray("word\r\n"));
    QVERIFY(areSame(terminal.settings(), before));
    Command missing;
    missing.argv = {q("podleaf-no-such-program")};
    QCOMPARE(codeOf(ProgramOnTerminal(m_node->channel(), terminal, missing).end()), ErrorCode::NotFound);
    QVERIFY(areSame(terminal.settings(), before));
}

void NodeChannelContract::aTerminalIsLeftAsItWas() {
    SKIP_WITHOUT_TERMINALS();
    const PseudoTerminal terminal(24, 80);
    QVERIFY(terminal.isOpen());
    const termios before = terminal.settings();
    const auto result = ProgramOnTerminal(m_node->channel(), terminal, script("stty raw -echo; kill -KILL $$")).end();
    VERIFY_OK(result);
    QCOMPARE(result->signal, 9);
    QVERIFY(areSame(terminal.settings(), before));
}

void NodeChannelContract::aShellEndsWithItsContext() {
    SKIP_WITHOUT_TERMINALS();
    const PseudoTerminal terminal(24, 80);
    QVERIFY(terminal.isOpen());
    const termios before = terminal.settings();
    ProgramOnTerminal shell(m_node->channel(), terminal, interactiveShell());
    QVERIFY(terminal.readUntil(kPrompt).endsWith(kPrompt));
    QVERIFY(terminal.type("sleep " + QByteArray(kSleepSeconds) + '\r'));
    QVERIFY(waitForSleeper(true));
    shell.requestStop();
    QCOMPARE(codeOf(shell.end()), ErrorCode::Cancelled);
    QVERIFY(waitForSleeper(false));
    QVERIFY(areSame(terminal.settings(), before));
}

} // namespace podleaf::contract
