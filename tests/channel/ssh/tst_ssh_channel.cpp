// SPDX-License-Identifier: GPL-3.0-or-later
// What is particular to the channel over SSH, against a real sshd: keys, a lost connection, silence, broken uploads.
#include "ssh_case.h"
#include "stream_server.h"

#include <core/channel/ssh_channel.h>

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <csignal>
#include <thread>

using namespace podleaf;
using namespace podleaf::channel;
using namespace podleaf::tests;
using namespace std::chrono_literals;

class TestSshChannel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_case.restart(); }
    void cleanup() { m_case.server.reset(); }

    void refusesAnotherHostKey();
    void refusesAnotherSortOfHostKey();
    void tellsThatOurKeyIsRefused();
    void takesAKeyFromAFile();
    void asksForNoPassphrase();
    void keysStayOutOfWords();
    void refusesANameForAnAddress();
    void waitsForASilentServerNoLongerThanAsked();
    void connectsOnceForManyThreads();

    void lossEndsEverything();
    void aNewChannelReconnects();
    void silenceIsALoss();
    void keepaliveKeepsAnIdleChannel();
    void partlyUploadedFilesDoNotAppear();

private:
    SshCase m_case;
};

void TestSshChannel::refusesAnotherHostKey() {
    QVERIFY(m_case.server->makeKey(q("other")));
    SshTarget target = m_case.server->target();
    target.hostKey = m_case.server->read(q("other.pub"));
    SshChannel channel(target);
    OpContext context = soon();
    const auto connected = channel.connect(context);
    QCOMPARE(codeOf(connected), ErrorCode::Conflict);
    QCOMPARE(connected.error().message, q("Who answers as host1 has another host key than host1."));
    QCOMPARE(codeOf(channel.exec(context, shell("true"))), ErrorCode::Conflict);
    target.hostKey = "ssh-ed25519 garbage";
    QCOMPARE(codeOf(SshChannel(target).connect(context)), ErrorCode::InvalidInput);
}

void TestSshChannel::refusesAnotherSortOfHostKey() {
    QVERIFY(m_case.server->makeKey(q("rsa"), q("rsa")));
    SshTarget target = m_case.server->target();
    target.hostKey = m_case.server->read(q("rsa.pub"));
    OpContext context = soon();
    const auto connected = SshChannel(target).connect(context);
    QVERIFY2(codeOf(connected) == ErrorCode::Conflict, qPrintable(outcomeOf(connected)));
}

void TestSshChannel::tellsThatOurKeyIsRefused() {
    QVERIFY(m_case.server->makeKey(q("other")));
    SshTarget target = m_case.server->target();
    target.key = SshKeyText{m_case.server->read(q("other"))};
    OpContext context = soon();
    const auto connected = SshChannel(target).connect(context);
    QCOMPARE(codeOf(connected), ErrorCode::Denied);
    QCOMPARE(connected.error().message, q("host1 does not let us in with this key."));
}

void TestSshChannel::takesAKeyFromAFile() {
    SshTarget target = m_case.server->target();
    target.key = SshKeyFile{m_case.server->path(q("user_key"))};
    OpContext context = soon();
    const auto connected = SshChannel(target).connect(context);
    QVERIFY2(connected, qPrintable(outcomeOf(connected)));
    target.key = SshKeyFile{m_case.server->path(q("none"))};
    QCOMPARE(codeOf(SshChannel(target).connect(context)), ErrorCode::InvalidInput);
}

void TestSshChannel::asksForNoPassphrase() {
    QVERIFY(m_case.server->makeKey(q("locked"), q("ed25519"), q("a passphrase")));
    SshTarget target = m_case.server->target();
    target.key = SshKeyText{m_case.server->read(q("locked"))};
    OpContext context = soon();
    QCOMPARE(codeOf(SshChannel(target).connect(context)), ErrorCode::InvalidInput);
}

void TestSshChannel::keysStayOutOfWords() {
    static QString logged; // a message handler has no other place
    logged.clear();
    const auto before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString& line) { logged += line; });
    SshTarget target = m_case.server->target();
    const QByteArray secret = std::get<SshKeyText>(target.key).content.split('\n').value(2);
    target.key = SshKeyText{std::get<SshKeyText>(target.key).content.replace("-----END", "-----DEN")};
    OpContext context = soon();
    const auto connected = SshChannel(target).connect(context);
    qInstallMessageHandler(before);
    QCOMPARE(codeOf(connected), ErrorCode::InvalidInput);
    QVERIFY(secret.size() > 20);
    logged += describe(connected.error());
    QVERIFY(!logged.contains(QString::fromUtf8(secret)));
}

void TestSshChannel::refusesANameForAnAddress() {
    SshTarget target = m_case.server->target();
    target.host = q("localhost");
    OpContext context = soon();
    QCOMPARE(codeOf(SshChannel(target).connect(context)), ErrorCode::InvalidInput);
}

void TestSshChannel::waitsForASilentServerNoLongerThanAsked() {
    m_case.server->signalListener(SIGSTOP); // the kernel still takes connections
    OpContext context = soon(300ms);
    QCOMPARE(codeOf(SshChannel(m_case.server->target()).connect(context)), ErrorCode::Timeout);
    std::stop_source source;
    OpContext stoppable = soon();
    stoppable.stop = source.get_token();
    std::jthread stopper([&source] { source.request_stop(); });
    QCOMPARE(codeOf(SshChannel(m_case.server->target()).connect(stoppable)), ErrorCode::Cancelled);
    m_case.server->signalListener(SIGCONT);
}

void TestSshChannel::connectsOnceForManyThreads() {
    SshChannel channel(m_case.server->target());
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&channel, &right] {
                OpContext context = soon();
                right += channel.exec(context, shell("true")) ? 1 : 0;
            });
        }
    }
    QCOMPARE(right.load(), 8);
    QCOMPARE(m_case.server->connections().size(), std::size_t(1));
}

void TestSshChannel::lossEndsEverything() {
    const StreamServer server(echo);
    SshChannel channel(m_case.server->target());
    OpContext context = soon();
    const auto stream = channel.connectUnix(context, server.path());
    QVERIFY2(stream, qPrintable(outcomeOf(stream)));
    auto started = openPipe();
    std::jthread killer([this, &started] {
        readUntil(started[0].get(), "running");
        m_case.server->signalConnections(SIGKILL);
    });
    QElapsedTimer timer;
    timer.start();
    const auto result = channel.execOn(context, shell("echo running; exec sleep 86428"), {-1, started[1].get(), -1});
    QVERIFY2(codeOf(result) == ErrorCode::Unreachable, qPrintable(outcomeOf(result)));
    QCOMPARE(result.error().message, q("The connection to host1 is lost."));
    QVERIFY(timer.elapsed() < 20'000); // not by its deadline
    QCOMPARE(readToEnd(stream->get()), QByteArray());
    QCOMPARE(codeOf(channel.exec(context, shell("true"))), ErrorCode::Unreachable);
    QCOMPARE(codeOf(channel.connectTcp(context, 22)), ErrorCode::Unreachable);
    QCOMPARE(codeOf(channel.upload(context, q("/tmp/x"), "x", 0600)), ErrorCode::Unreachable);
}

void TestSshChannel::aNewChannelReconnects() {
    OpContext context = soon();
    SshChannel first(m_case.server->target());
    QVERIFY(first.connect(context));
    m_case.server->signalConnections(SIGKILL);
    SshChannel second(m_case.server->target());
    const auto result = second.exec(context, shell("echo again"));
    QVERIFY2(result, qPrintable(outcomeOf(result)));
    QCOMPARE(result->output, QByteArray("again\n"));
}

void TestSshChannel::silenceIsALoss() {
    SshTarget target = m_case.server->target();
    target.keepalive = 100ms;
    SshChannel channel(target);
    OpContext context = soon();
    QVERIFY(channel.connect(context));
    m_case.server->signalConnections(SIGSTOP);
    const auto result = channel.exec(context, shell("true"));
    m_case.server->signalConnections(SIGCONT);
    QVERIFY2(codeOf(result) == ErrorCode::Unreachable, qPrintable(outcomeOf(result)));
    QVERIFY2(result.error().detail.contains(q("not answered")), qPrintable(outcomeOf(result)));
}

void TestSshChannel::keepaliveKeepsAnIdleChannel() {
    SshTarget target = m_case.server->target();
    target.keepalive = 100ms;
    SshChannel channel(target);
    OpContext context = soon();
    const auto result = channel.exec(context, shell("sleep 1; echo still")); // ten times silent for that long
    QVERIFY2(result, qPrintable(outcomeOf(result)));
    QCOMPARE(result->output, QByteArray("still\n"));
}

void TestSshChannel::partlyUploadedFilesDoNotAppear() {
    SshChannel channel(m_case.server->target());
    const QString path = m_case.server->path(q("target"));
    OpContext context = soon();
    QVERIFY(channel.upload(context, path, "old", 0600));
    std::jthread killer([this, &channel, &path] {
        OpContext brief = soon();
        const auto seen = channel.exec(brief, {{q("sh"), q("-c"), q("until ls -A \"$1\" | grep -q podleaf-new; do :; done"), q("sh"),
                                                path.section(QLatin1Char('/'), 0, -2)},
                                               {},
                                               {}});
        Q_UNUSED(seen)
        m_case.server->signalConnections(SIGKILL);
    });
    const auto uploaded = channel.upload(context, path, QByteArray(100'000'000, 'x'), 0600);
    QVERIFY2(codeOf(uploaded) == ErrorCode::Unreachable, qPrintable(outcomeOf(uploaded)));
    QCOMPARE(m_case.server->read(q("target")), QByteArray("old"));
}

QTEST_GUILESS_MAIN(TestSshChannel)
#include "tst_ssh_channel.moc"
