// SPDX-License-Identifier: GPL-3.0-or-later
// What is particular to the channel over SSH, against a real sshd: keys, a lost connection, many channels on one
// session, back-pressure, terminals.
#include "ssh_server.h"
#include "stream_server.h"

#include <core/channel/ssh_channel.h>

#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <latch>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <thread>

using namespace podleaf;
using namespace podleaf::channel;
using namespace podleaf::tests;
using namespace std::chrono_literals;

namespace {

QString q(const char* source) {
    return QString::fromUtf8(source);
}

OpContext soon(std::chrono::milliseconds time = 30s) {
    OpContext context;
    context.deadline = Clock::now() + time;
    return context;
}

Command shell(const char* script) {
    return {{q("sh"), q("-c"), q(script)}, {}, {}};
}

template <class T>
QString outcomeOf(const Result<T>& result) {
    return result ? q("fine") : describe(result.error());
}

template <class T>
std::optional<ErrorCode> codeOf(const Result<T>& result) {
    return result ? std::nullopt : std::optional(result.error().code);
}

std::array<UniqueFd, 2> openPipe() {
    std::array<int, 2> ends{-1, -1};
    return ::pipe2(ends.data(), O_CLOEXEC) == 0 ? std::array{UniqueFd(ends[0]), UniqueFd(ends[1])} : std::array<UniqueFd, 2>{};
}

/// A pseudo terminal: what a person's terminal program has of it, and what a program has.
std::array<UniqueFd, 2> openPty() {
    UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    ::grantpt(master.get());
    ::unlockpt(master.get());
    UniqueFd slave(::ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    return {std::move(master), std::move(slave)};
}

/// Reads until `text` has come; what came.
QByteArray readUntil(int fd, const QByteArray& text) {
    QByteArray all;
    pollfd wait{fd, POLLIN, 0};
    while (!all.contains(text) && ::poll(&wait, 1, 20'000) == 1) {
        std::array<char, 1024> buffer;
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count <= 0) {
            break;
        }
        all.append(buffer.data(), count);
    }
    return all;
}

/// Serves a connection by sending back what comes.
void echo(int fd) {
    while (true) {
        std::array<char, 64 * 1024> buffer;
        const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
        if (count <= 0 || !sendAll(fd, QByteArray::fromRawData(buffer.data(), count))) {
            return;
        }
    }
}

} // namespace

class TestSshChannel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_server.reset(); }

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

    void moreProgramsThanSessions();
    void stopsProgramsWhenAllSessionsAreTaken();
    void leftoversDoNotHoldAProgramOpen();
    void manyStreamsAtOnce();
    void streamsCarryMuchBothWays();
    void whoDoesNotReadStallsOnlyItself();
    void streamsEndOneDirectionAtATime();
    void streamsDeliverWhatWasWrittenBeforeTheyClose();
    void refusedForwardingIsDenied();

    void terminalHasSizeAndType();
    void terminalHidesOurMarks();
    void readersThatLeaveEndTheProgram();
    void execOnEndsWithItsContext();

private:
    void restart(const QByteArray& extra);

    std::unique_ptr<SshServer> m_server;
};

void TestSshChannel::restart(const QByteArray& extra) {
    m_server.reset();
    m_server = std::make_unique<SshServer>(extra);
    QCOMPARE(m_server->problem(), QString());
}

void TestSshChannel::init() {
    restart({});
}

void TestSshChannel::refusesAnotherHostKey() {
    QVERIFY(m_server->makeKey(q("other")));
    SshTarget target = m_server->target();
    target.hostKey = m_server->read(q("other.pub"));
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
    QVERIFY(m_server->makeKey(q("rsa"), q("rsa")));
    SshTarget target = m_server->target();
    target.hostKey = m_server->read(q("rsa.pub"));
    OpContext context = soon();
    const auto connected = SshChannel(target).connect(context);
    QVERIFY2(codeOf(connected) == ErrorCode::Conflict, qPrintable(outcomeOf(connected)));
}

void TestSshChannel::tellsThatOurKeyIsRefused() {
    QVERIFY(m_server->makeKey(q("other")));
    SshTarget target = m_server->target();
    target.key = SshKeyText{m_server->read(q("other"))};
    OpContext context = soon();
    const auto connected = SshChannel(target).connect(context);
    QCOMPARE(codeOf(connected), ErrorCode::Denied);
    QCOMPARE(connected.error().message, q("host1 does not let us in with this key."));
}

void TestSshChannel::takesAKeyFromAFile() {
    SshTarget target = m_server->target();
    target.key = SshKeyFile{m_server->path(q("user_key"))};
    OpContext context = soon();
    const auto connected = SshChannel(target).connect(context);
    QVERIFY2(connected, qPrintable(outcomeOf(connected)));
    target.key = SshKeyFile{m_server->path(q("none"))};
    QCOMPARE(codeOf(SshChannel(target).connect(context)), ErrorCode::InvalidInput);
}

void TestSshChannel::asksForNoPassphrase() {
    QVERIFY(m_server->makeKey(q("locked"), q("ed25519"), q("a passphrase")));
    SshTarget target = m_server->target();
    target.key = SshKeyText{m_server->read(q("locked"))};
    OpContext context = soon();
    QCOMPARE(codeOf(SshChannel(target).connect(context)), ErrorCode::InvalidInput);
}

void TestSshChannel::keysStayOutOfWords() {
    static QString logged; // a message handler has no other place
    logged.clear();
    const auto before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString& line) { logged += line; });
    SshTarget target = m_server->target();
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
    SshTarget target = m_server->target();
    target.host = q("localhost");
    OpContext context = soon();
    QCOMPARE(codeOf(SshChannel(target).connect(context)), ErrorCode::InvalidInput);
}

void TestSshChannel::waitsForASilentServerNoLongerThanAsked() {
    m_server->signalListener(SIGSTOP); // the kernel still takes connections
    OpContext context = soon(300ms);
    QCOMPARE(codeOf(SshChannel(m_server->target()).connect(context)), ErrorCode::Timeout);
    std::stop_source source;
    OpContext stoppable = soon();
    stoppable.stop = source.get_token();
    std::jthread stopper([&source] { source.request_stop(); });
    QCOMPARE(codeOf(SshChannel(m_server->target()).connect(stoppable)), ErrorCode::Cancelled);
    m_server->signalListener(SIGCONT);
}

void TestSshChannel::connectsOnceForManyThreads() {
    SshChannel channel(m_server->target());
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
    QCOMPARE(m_server->connections().size(), std::size_t(1));
}

void TestSshChannel::lossEndsEverything() {
    const StreamServer server(echo);
    SshChannel channel(m_server->target());
    OpContext context = soon();
    const auto stream = channel.connectUnix(context, server.path());
    QVERIFY2(stream, qPrintable(outcomeOf(stream)));
    auto started = openPipe();
    std::jthread killer([this, &started] {
        readUntil(started[0].get(), "running");
        m_server->signalConnections(SIGKILL);
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
    SshChannel first(m_server->target());
    QVERIFY(first.connect(context));
    m_server->signalConnections(SIGKILL);
    SshChannel second(m_server->target());
    const auto result = second.exec(context, shell("echo again"));
    QVERIFY2(result, qPrintable(outcomeOf(result)));
    QCOMPARE(result->output, QByteArray("again\n"));
}

void TestSshChannel::silenceIsALoss() {
    SshTarget target = m_server->target();
    target.keepalive = 100ms;
    SshChannel channel(target);
    OpContext context = soon();
    QVERIFY(channel.connect(context));
    m_server->signalConnections(SIGSTOP);
    const auto result = channel.exec(context, shell("true"));
    m_server->signalConnections(SIGCONT);
    QVERIFY2(codeOf(result) == ErrorCode::Unreachable, qPrintable(outcomeOf(result)));
    QVERIFY2(result.error().detail.contains(q("not answered")), qPrintable(outcomeOf(result)));
}

void TestSshChannel::keepaliveKeepsAnIdleChannel() {
    SshTarget target = m_server->target();
    target.keepalive = 100ms;
    SshChannel channel(target);
    OpContext context = soon();
    const auto result = channel.exec(context, shell("sleep 1; echo still")); // ten times silent for that long
    QVERIFY2(result, qPrintable(outcomeOf(result)));
    QCOMPARE(result->output, QByteArray("still\n"));
}

void TestSshChannel::partlyUploadedFilesDoNotAppear() {
    SshChannel channel(m_server->target());
    const QString path = m_server->path(q("target"));
    OpContext context = soon();
    QVERIFY(channel.upload(context, path, "old", 0600));
    std::jthread killer([this, &channel, &path] {
        OpContext brief = soon();
        const auto seen = channel.exec(brief, {{q("sh"), q("-c"), q("until ls -A \"$1\" | grep -q podleaf-new; do :; done"), q("sh"),
                                                path.section(QLatin1Char('/'), 0, -2)},
                                               {},
                                               {}});
        Q_UNUSED(seen)
        m_server->signalConnections(SIGKILL);
    });
    const auto uploaded = channel.upload(context, path, QByteArray(100'000'000, 'x'), 0600);
    QVERIFY2(codeOf(uploaded) == ErrorCode::Unreachable, qPrintable(outcomeOf(uploaded)));
    QCOMPARE(m_server->read(q("target")), QByteArray("old"));
}

void TestSshChannel::moreProgramsThanSessions() {
    SshChannel channel(m_server->target());
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

void TestSshChannel::stopsProgramsWhenAllSessionsAreTaken() {
    const SshTarget target = m_server->target();
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

void TestSshChannel::leftoversDoNotHoldAProgramOpen() {
    SshChannel channel(m_server->target());
    OpContext context = soon(20s);
    const auto result = channel.exec(context, shell("sleep 60 & echo $!"));
    QVERIFY2(result, qPrintable(outcomeOf(result)));
    QVERIFY(result->ok());
    QVERIFY(channel.exec(context, {{q("kill"), QString::fromUtf8(result->output).trimmed()}, {}, {}}));
}

void TestSshChannel::manyStreamsAtOnce() {
    const StreamServer server(echo);
    SshChannel channel(m_server->target());
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
void TestSshChannel::streamsCarryMuchBothWays() {
    restart("RekeyLimit 16M");
    constexpr qsizetype kChunk = 1'000'000;
    constexpr int kChunks = 100;
    const StreamServer server(echo);
    SshChannel channel(m_server->target());
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

void TestSshChannel::whoDoesNotReadStallsOnlyItself() {
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
    SshChannel channel(m_server->target());
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

void TestSshChannel::streamsEndOneDirectionAtATime() {
    const StreamServer server([](int fd) {
        const QByteArray all = readToEnd(fd);
        sendAll(fd, "got " + QByteArray::number(all.size()));
    });
    const StreamServer greeter([](int fd) {
        sendAll(fd, "hello");
        ::shutdown(fd, SHUT_WR);
        sendAll(fd, readToEnd(fd));
    });
    SshChannel channel(m_server->target());
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

void TestSshChannel::streamsDeliverWhatWasWrittenBeforeTheyClose() {
    QByteArray got;
    std::latch done(1);
    const StreamServer server([&](int fd) {
        got = readToEnd(fd);
        done.count_down();
    });
    SshChannel channel(m_server->target());
    OpContext context = soon();
    auto stream = channel.connectUnix(context, server.path());
    QVERIFY(stream);
    const QByteArray bytes = noise(5'000'000, 7);
    QVERIFY(sendAll(stream->get(), bytes));
    stream->reset();
    done.wait();
    QVERIFY(got == bytes);
}

void TestSshChannel::refusedForwardingIsDenied() {
    restart("DisableForwarding yes");
    const StreamServer server(echo);
    SshChannel channel(m_server->target());
    OpContext context = soon();
    QCOMPARE(codeOf(channel.connectUnix(context, server.path())), ErrorCode::Unreachable); // sshd gives no reason
    QCOMPARE(codeOf(channel.connectTcp(context, 22)), ErrorCode::Denied);
    QVERIFY(channel.exec(context, shell("true")));
}

void TestSshChannel::terminalHasSizeAndType() {
    if (::geteuid() != 0) {
        QSKIP("An sshd of an ordinary user cannot give terminals away.");
    }
    SshChannel channel(m_server->target());
    auto pty = openPty();
    winsize size{40, 100, 0, 0};
    QCOMPARE(::ioctl(pty[0].get(), TIOCSWINSZ, &size), 0);
    Result<CommandResult> result;
    std::jthread worker([&] {
        OpContext context = soon();
        Command command = shell("trap 'stty size; exit 9' WINCH; tty && stty size && echo $TERM; while :; do sleep 0.05; done");
        command.environment = {q("TERM=xterm-256color")};
        result = channel.execOn(context, command, {pty[1].get(), pty[1].get(), pty[1].get()});
    });
    const QByteArray first = readUntil(pty[0].get(), "xterm-256color\r\n");
    QVERIFY2(first.startsWith("/dev/pts/") && first.contains("\r\n40 100\r\n"), first.constData());
    size = winsize{50, 132, 0, 0};
    QCOMPARE(::ioctl(pty[0].get(), TIOCSWINSZ, &size), 0);
    QCOMPARE(readUntil(pty[0].get(), "132\r\n"), QByteArray("50 132\r\n"));
    worker.join();
    QVERIFY2(result, qPrintable(outcomeOf(result)));
    QCOMPARE(result->exitCode, 9);
}

void TestSshChannel::terminalHidesOurMarks() {
    if (::geteuid() != 0) {
        QSKIP("An sshd of an ordinary user cannot give terminals away.");
    }
    SshChannel channel(m_server->target());
    auto pty = openPty();
    termios before{};
    ::tcgetattr(pty[1].get(), &before);
    OpContext context = soon();
    const auto result = channel.execOn(context, {{q("echo"), q("word")}, {}, {}}, {pty[1].get(), pty[1].get(), pty[1].get()});
    QVERIFY2(result, qPrintable(outcomeOf(result)));
    QCOMPARE(readUntil(pty[0].get(), "word\r\n"), QByteArray("word\r\n"));
    termios after{};
    ::tcgetattr(pty[1].get(), &after);
    QCOMPARE(after.c_lflag, before.c_lflag); // the terminal is as it was
    const auto missing = channel.execOn(context, {{q("no-such-program")}, {}, {}}, {pty[1].get(), pty[1].get(), pty[1].get()});
    QCOMPARE(codeOf(missing), ErrorCode::NotFound);
}

void TestSshChannel::readersThatLeaveEndTheProgram() {
    SshChannel channel(m_server->target());
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

void TestSshChannel::execOnEndsWithItsContext() {
    SshChannel channel(m_server->target());
    auto out = openPipe(); // that nobody reads
    OpContext context = soon(500ms);
    QCOMPARE(codeOf(channel.execOn(context, {{q("yes"), q("podleaf-unread")}, {}, {}}, {-1, out[1].get(), -1})), ErrorCode::Timeout);
    OpContext more = soon();
    const auto left = channel.exec(more, shell("while pgrep -f '^yes podleaf-unrea[d]$'; do :; done"));
    QVERIFY2(left, qPrintable(outcomeOf(left)));
}

QTEST_GUILESS_MAIN(TestSshChannel)
#include "tst_ssh_channel.moc"
