// SPDX-License-Identifier: GPL-3.0-or-later
// The fake channel, held to what the real ones do. Its node has the few programs that the suite runs.
#include <tests/contract/node_channel_contract.h>

#include "fake_channel.h"
#include "fake_shell.h"

#include <QTest>

#include <atomic>

using namespace podleaf;
using channel::Command;
using channel::CommandResult;

namespace {

QString q(const char* source) {
    return QString::fromLatin1(source);
}

CommandResult says(const QByteArray& output, const QByteArray& errorOutput = {}, int exitCode = 0) {
    return {exitCode, 0, output, errorOutput, false};
}

class FakeNode final : public contract::PreparedNode {
public:
    FakeNode() {
        m_channel.listenAt(serverPath(), "HTTP/1.0 200 OK\r\n\r\nhello");
        m_channel.listenAt(QString::number(serverPort()), "HTTP/1.0 200 OK\r\n\r\nhello");
    }
    channel::NodeChannel& channel() override { return m_channel; }
    std::unique_ptr<channel::NodeChannel> channelToNobody() override {
        auto nobody = std::make_unique<fakes::FakeChannel>();
        nobody->goAway();
        return nobody;
    }
    [[nodiscard]] QString folder() const override { return q("/contract"); }
    [[nodiscard]] QString serverPath() const override { return q("/run/server"); }
    [[nodiscard]] std::uint16_t serverPort() const override { return 8080; }
    void takeAway() override { m_channel.goAway(); }

private:
    Result<CommandResult> run(OpContext& context, const Command& command) {
        const QString& program = command.argv.front();
        if (program == q("sh")) {
            return shell(command);
        }
        if (program == q("cat")) {
            return says(command.input);
        }
        if (program == q("env")) {
            return says("PATH=/bin\n" + command.environment.join(QLatin1Char('\n')).toUtf8() + '\n');
        }
        if (program == q("head")) {
            return says(QByteArray(command.argv.at(2).toLongLong(), '\0'));
        }
        if (program == q("stat")) {
            return says(QByteArray::number(m_channel.modeOf(command.argv.last()), 8) + '\n');
        }
        if (program == q("pgrep")) {
            return says({}, {}, m_sleepers > 0 ? 0 : 1);
        }
        if (program == q("sleep")) {
            return sleep(context);
        }
        return fail(ErrorCode::NotFound, q("There is no such program."));
    }
    Result<CommandResult> runOn(OpContext& context, const Command& command, int terminal) {
        if (command.argv.front() == q("echo")) {
            return says("word\n");
        }
        return command.argv.front() == q("sh") ? fakes::FakeShell(context, command, terminal, m_sleepers).run() : run(context, command);
    }
    Result<CommandResult> sleep(OpContext& context) {
        ++m_sleepers;
        const auto slept = context.sleepFor(std::chrono::hours(24));
        --m_sleepers;
        return fail(slept.error());
    }
    static Result<CommandResult> shell(const Command& command) {
        const QString& script = command.argv.at(2);
        if (script.startsWith(q("printf"))) {
            return says((command.argv.mid(4).join(QLatin1Char('|')) + QLatin1Char('|')).toUtf8());
        }
        if (script.startsWith(q("kill"))) {
            return CommandResult{0, 9, {}, {}, false};
        }
        if (script.startsWith(q("head"))) {
            return says(QByteArray(1'000'000, '\0'), QByteArray(2'000'000, '\0'));
        }
        if (script == q("exit 127")) {
            return says({}, {}, 127);
        }
        return script.startsWith(q("cat")) ? says(command.input, "err\n", 3) : says("out\n", "err\n", 7);
    }

    std::atomic<int> m_sleepers = 0;
    fakes::FakeChannel m_channel{
        [this](OpContext& context, const Command& command) { return run(context, command); },
        [this](OpContext& context, const Command& command, int terminal) { return runOn(context, command, terminal); }};
};

} // namespace

class TestFakeChannel final : public contract::NodeChannelContract {
    Q_OBJECT

protected:
    std::unique_ptr<contract::PreparedNode> prepareNode() override { return std::make_unique<FakeNode>(); }
};

QTEST_GUILESS_MAIN(TestFakeChannel)
#include "tst_fake_channel.moc"
