// SPDX-License-Identifier: GPL-3.0-or-later
// Many programs and streams on one SSH session, against a real sshd: limits, back-pressure, ends.
#include "ssh_case.h"
#include "stream_server.h"

#include <core/channel/ssh_channel.h>

#include <QTest>

#include <atomic>
#include <csignal>
#include <latch>
#include <sys/socket.h>
#include <thread>

using namespace podleaf;
using namespace podleaf::channel;
using namespace podleaf::tests;
using namespace std::chrono_literals;

class TestSshStreams : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_case.restart(); }
    void cleanup() { m_case.server.reset(); }

    void moreProgramsThanSessions();
    void stopsProgramsWhenAllSessionsAreTaken();
    void leftoversDoNotHoldAProgramOpen();
    void manyStreamsAtOnce();
    void streamsCarryMuchBothWays();
    void whoDoesNotReadStallsOnlyItself();
    void streamsEndOneDirectionAtATime();
    void streamsDeliverWhatWasWrittenBeforeTheyClose();
    void refusedForwardingIsDenied();

    void readersThatLeaveEndTheProgram();
    void execOnEndsWithItsContext();

private:
    SshCase m_case;
};

void TestSshStreams::moreProgramsThanSessions() {
    SshChannel channel(m_case.server->target());
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 20; ++i) {
            threads.emplace_back([&channel, &right, i] {
                OpContext context = soon();
                const auto result = channel.exec(context, {{q("sh"), q("-c"), q("cat; sleep 0.1")}, {}, QByteArray::number(i)});
                if (!result || result->output != QByteArray::number(i)) {
                    qWarning("%d: %s", i, qPrintable(outcomeOf(result)));
                    return;
                }
                ++right;
            });
        }
    }
    QCOMPARE(right.load(), 20);
}

void TestSshStreams::stopsProgramsWhenAllSessionsAreTaken() {
    const SshTarget target = m_case.server->target();
    SshChannel channel(target);
    std::stop_source source;
    std::atomic<int> cancelled = 0;
    std::latch running(target.maxPrograms);
    const auto sleepOn = [&](bool reports) {
        OpContext context = soon();
        context.stop = source.get_token();
        auto out = openPipe();
        std::jthread reader([&out, &running, reports] {
            if (readUntil(out[0].get(), "on").contains("on") && reports) {
                running.count_down();
            }
        });
        const auto result = channel.execOn(context, shell("echo on; exec sleep 86429"), {-1, out[1].get(), -1});
        cancelled += codeOf(result) == ErrorCode::Cancelled ? 1 : 0;
        out[1].reset();
    };
    std::vector<std::jthread> threads;
    for (int i = 0; i < target.maxPrograms; ++i) {
        threads.emplace_back(sleepOn, true);
    }
    running.wait();
    threads.emplace_back(sleepOn, false); // waits for its turn
    source.request_stop();
    threads.clear();
    QCOMPARE(cancelled.load(), target.maxPrograms + 1);
    OpContext context = soon();
    const auto left = channel.exec(context, shell("while pgrep -f '^sleep 8642[9]$'; do :; done"));
    QVERIFY2(left, qPrintable(outcomeOf(left)));
}

void TestSshStreams::leftoversDoNotHoldAProgramOpen() {
    SshChannel channel(m_case.server->target());
    OpContext context = soon(20s);
    const auto result = channel.exec(context, shell("sleep 60 & echo $!"));
    QVERIFY2(result, qPrintable(outcomeOf(result)));
    QVERIFY(result->ok());
    QVERIFY(channel.exec(context, {{q("kill"), QString::fromUtf8(result->output).trimmed()}, {}, {}}));
}

void TestSshStreams::manyStreamsAtOnce() {
    const StreamServer server(echo);
    SshChannel channel(m_case.server->target());
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        for (std::uint32_t i = 0; i < 20; ++i) {
            threads.emplace_back([&, i] {
                OpContext context = soon();
                const auto stream = channel.connectUnix(context, server.path());
                const QByteArray bytes = noise(500'000, i);
                if (!stream) {
                    qWarning("%s", qPrintable(outcomeOf(stream)));
                    return;
                }
                std::jthread sender([&] { sendAll(stream->get(), bytes); });
                right += readExactly(stream->get(), bytes.size()) == bytes ? 1 : 0;
            });
        }
    }
    QCOMPARE(right.load(), 20);
}

/// With new keys agreed on several times in between, by either side.
void TestSshStreams::streamsCarryMuchBothWays() {
    m_case.restart("RekeyLimit 16M");
    constexpr qsizetype kChunk = 1'000'000;
    constexpr int kChunks = 100;
    const StreamServer server(echo);
    SshChannel channel(m_case.server->target());
    OpContext context = soon();
    const auto stream = channel.connectUnix(context, server.path());
    QVERIFY2(stream, qPrintable(outcomeOf(stream)));
    std::jthread sender([&stream] {
        for (std::uint32_t i = 0; i < kChunks && sendAll(stream->get(), noise(kChunk, i)); ++i) {
        }
        ::shutdown(stream->get(), SHUT_WR);
    });
    for (std::uint32_t i = 0; i < kChunks; ++i) {
        QVERIFY2(readExactly(stream->get(), kChunk) == noise(kChunk, i), qPrintable(QString::number(i)));
    }
    QCOMPARE(readToEnd(stream->get()), QByteArray());
}

void TestSshStreams::whoDoesNotReadStallsOnlyItself() {
    constexpr qsizetype kMost = 16 * 1024 * 1024; // windows and kernel buffers of the whole way
    std::atomic<qsizetype> sent = -1;
    std::latch full(1);
    const StreamServer flood([&](int fd) {
        sent = fill(fd);
        full.count_down();
        readToEnd(fd);
    });
    const StreamServer sink([](int fd) {
        readExactly(fd, 1); /* and no more */
        fill(fd);
    });
    const StreamServer other(echo);
    SshChannel channel(m_case.server->target());
    OpContext context = soon();
    auto unread = channel.connectUnix(context, flood.path());
    auto untaken = channel.connectUnix(context, sink.path());
    QVERIFY(unread && untaken);
    const qsizetype taken = fill(untaken->get());
    full.wait();
    QVERIFY2(sent > 0 && sent < kMost, qPrintable(QString::number(sent)));
    QVERIFY2(taken > 0 && taken < kMost, qPrintable(QString::number(taken)));

    const auto result = channel.exec(context, shell("head -c 3000000 /dev/zero"));
    QVERIFY2(result, qPrintable(outcomeOf(result)));
    QCOMPARE(result->output.size(), qsizetype(3'000'000));
    const auto stream = channel.connectUnix(context, other.path());
    QVERIFY(stream);
    QVERIFY(sendAll(stream->get(), "hello"));
    QCOMPARE(readExactly(stream->get(), 5), QByteArray("hello"));
    QCOMPARE(readExactly(unread->get(), sent), QByteArray(sent, '\0')); // it goes on as soon as it is read
}

void TestSshStreams::streamsEndOneDirectionAtATime() {
    const StreamServer server([](int fd) {
        const QByteArray all = readToEnd(fd);
        sendAll(fd, "got " + QByteArray::number(all.size()));
    });
    const StreamServer greeter([](int fd) {
        sendAll(fd, "hello");
        ::shutdown(fd, SHUT_WR);
        sendAll(fd, readToEnd(fd));
    });
    SshChannel channel(m_case.server->target());
    OpContext context = soon();
    const auto stream = channel.connectUnix(context, server.path());
    QVERIFY(stream);
    QVERIFY(sendAll(stream->get(), QByteArray(300'000, 'x')));
    ::shutdown(stream->get(), SHUT_WR);
    QCOMPARE(readToEnd(stream->get()), QByteArray("got 300000"));
    const auto greeted = channel.connectUnix(context, greeter.path());
    QVERIFY(greeted);
    QCOMPARE(readToEnd(greeted->get()), QByteArray("hello"));
    QVERIFY(sendAll(greeted->get(), "still open this way"));
}

void TestSshStreams::streamsDeliverWhatWasWrittenBeforeTheyClose() {
    QByteArray got;
    std::latch done(1);
    const StreamServer server([&](int fd) {
        got = readToEnd(fd);
        done.count_down();
    });
    SshChannel channel(m_case.server->target());
    OpContext context = soon();
    auto stream = channel.connectUnix(context, server.path());
    QVERIFY(stream);
    const QByteArray bytes = noise(5'000'000, 7);
    QVERIFY(sendAll(stream->get(), bytes));
    stream->reset();
    done.wait();
    QVERIFY(got == bytes);
}

void TestSshStreams::refusedForwardingIsDenied() {
    m_case.restart("DisableForwarding yes");
    const StreamServer server(echo);
    SshChannel channel(m_case.server->target());
    OpContext context = soon();
    QCOMPARE(codeOf(channel.connectUnix(context, server.path())), ErrorCode::Unreachable); // sshd gives no reason
    QCOMPARE(codeOf(channel.connectTcp(context, 22)), ErrorCode::Denied);
    QVERIFY(channel.exec(context, shell("true")));
}

void TestSshStreams::readersThatLeaveEndTheProgram() {
    SshChannel channel(m_case.server->target());
    auto out = openPipe();
    std::jthread reader([&out] {
        readUntil(out[0].get(), "y\n");
        out[0].reset();
    });
    OpContext context = soon();
    const auto result = channel.execOn(context, {{q("yes")}, {}, {}}, {-1, out[1].get(), -1});
    QVERIFY2(result, qPrintable(outcomeOf(result)));
    QCOMPARE(result->signal, SIGPIPE);
}

void TestSshStreams::execOnEndsWithItsContext() {
    SshChannel channel(m_case.server->target());
    auto out = openPipe(); // that nobody reads
    OpContext context = soon(500ms);
    QCOMPARE(codeOf(channel.execOn(context, {{q("yes"), q("podleaf-unread")}, {}, {}}, {-1, out[1].get(), -1})), ErrorCode::Timeout);
    OpContext more = soon();
    const auto left = channel.exec(more, shell("while pgrep -f '^yes podleaf-unrea[d]$'; do :; done"));
    QVERIFY2(left, qPrintable(outcomeOf(left)));
}

QTEST_GUILESS_MAIN(TestSshStreams)
#include "tst_ssh_streams.moc"
