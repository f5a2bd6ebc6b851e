// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_channel_contract.h"

#include "contract_words.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <fcntl.h>
#include <sys/socket.h>
#include <thread>

namespace podleaf::contract {

using channel::Command;
using channel::CommandResult;

namespace {

Command sleeper() {
    Command command;
    command.argv = {q("sleep"), q(kSleepSeconds)};
    return command;
}

/// A node that is not there is one or the other: an engine knows its nodes, a network does not.
bool isGone(std::optional<ErrorCode> code) {
    return code == ErrorCode::NotFound || code == ErrorCode::Unreachable;
}

/// Bytes that are no text and repeat late.
QByteArray pattern(qsizetype size) {
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 seed = 1;
    for (char& byte : bytes) {
        seed = seed * 1664525U + 1013904223U;
        byte = static_cast<char>(seed >> 24U);
    }
    return bytes;
}

/// Everything until the other end closes.
QByteArray readToEnd(int fd) {
    QByteArray all;
    std::array<char, 4096> buffer;
    while (isReady(fd, POLLIN)) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count <= 0) {
            break;
        }
        all.append(buffer.data(), count);
    }
    return all;
}

std::array<UniqueFd, 2> openPipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return {};
    }
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

} // namespace

Result<CommandResult> NodeChannelContract::run(const QStringList& argv, const QByteArray& input) {
    OpContext context = soon();
    Command command;
    command.argv = argv;
    command.input = input;
    return m_node->channel().exec(context, command);
}

/// Asks the node until the sleeping program runs, or until it does not.
bool NodeChannelContract::waitForSleeper(bool running) {
    const auto limit = Clock::now() + kHangLimit;
    while (Clock::now() < limit) {
        const auto found = run({q("pgrep"), q("-f"), QStringLiteral("^sleep %1$").arg(q(kSleepSeconds))});
        if (found && (found->exitCode == 0) == running) {
            return true;
        }
    }
    return false;
}

QString NodeChannelContract::path(const char* name) const {
    return m_node->folder() + QLatin1Char('/') + q(name);
}

void NodeChannelContract::init() {
    m_node = prepareNode();
    QVERIFY(m_node);
}

void NodeChannelContract::cleanup() {
    m_node.reset();
}

void NodeChannelContract::execTellsOutputAndExitStatus() {
    const auto result = run({q("sh"), q("-c"), q("echo out; echo err >&2; exit 7")});
    VERIFY_OK(result);
    QCOMPARE(result->output, QByteArray("out\n"));
    QCOMPARE(result->errorOutput, QByteArray("err\n"));
    QCOMPARE(result->exitCode, 7);
    QCOMPARE(result->signal, 0);
    QVERIFY(!result->ok() && !result->truncated);
}

void NodeChannelContract::execTellsTheSignalThatEndedAProgram() {
    const auto result = run({q("sh"), q("-c"), q("kill -KILL $$")});
    VERIFY_OK(result);
    QCOMPARE(result->signal, 9);
    QVERIFY(!result->ok());
}

void NodeChannelContract::execPassesArgumentsAsTheyAre() {
    const QStringList odd{q("a b"),     q("'"),          q("\"$HOME`id`\\"),          {},     q("*"),
                          q(";exit 1"), q("two\nlines"), QStringLiteral("gr\u00fcn"), q("-n")};
    const auto result = run(QStringList{q("sh"), q("-c"), q("printf '%s|' \"$@\""), q("sh")} + odd);
    VERIFY_OK(result);
    QCOMPARE(QString::fromUtf8(result->output), odd.join(QLatin1Char('|')) + QLatin1Char('|'));
}

void NodeChannelContract::execAddsToTheEnvironment() {
    OpContext context = soon();
    Command command;
    command.argv = {q("env")};
    command.environment = {q("PODLEAF_CONTRACT=a 'b' $c")};
    const auto result = m_node->channel().exec(context, command);
    VERIFY_OK(result);
    const QList<QByteArray> lines = result->output.split('\n');
    QVERIFY(lines.contains("PODLEAF_CONTRACT=a 'b' $c"));
    QVERIFY(std::any_of(lines.begin(), lines.end(), [](const QByteArray& line) { return line.startsWith("PATH="); }));
}

void NodeChannelContract::execGivesTheInput_data() {
    QTest::addColumn<qsizetype>("size");
    QTest::newRow("one byte") << qsizetype(1);
    QTest::newRow("more than a pipe holds") << qsizetype(3'000'000);
}
void NodeChannelContract::execGivesTheInput() {
    QFETCH(qsizetype, size);
    const QByteArray input = pattern(size);
    const auto result = run({q("cat")}, input);
    VERIFY_OK(result);
    QVERIFY(result->output == input);
    QVERIFY(result->ok() && !result->truncated);
}

void NodeChannelContract::execWithoutInputIsAtItsEnd() {
    const auto result = run({q("cat")});
    VERIFY_OK(result);
    QCOMPARE(result->output, QByteArray());
    QVERIFY(result->ok());
}

void NodeChannelContract::execCutsEachOutputAtTheLimit() {
    OpContext context = soon();
    Command command;
    command.argv = {q("head"), q("-c"), q("3000000"), q("/dev/zero")};
    command.maxOutputBytes = 1'000'000;
    auto result = m_node->channel().exec(context, command);
    VERIFY_OK(result);
    QCOMPARE(result->output.size(), qsizetype(1'000'000));
    QVERIFY(result->truncated);
    QVERIFY(result->ok()); // what is dropped is read all the same
    command.maxOutputBytes = 3'000'000;
    result = m_node->channel().exec(context, command);
    VERIFY_OK(result);
    QCOMPARE(result->output.size(), qsizetype(3'000'000));
    QVERIFY(!result->truncated);
}

void NodeChannelContract::execKeepsBigOutputsApart() {
    const auto result = run({q("sh"), q("-c"), q("head -c 2000000 /dev/zero >&2; head -c 1000000 /dev/zero")});
    VERIFY_OK(result);
    QCOMPARE(result->output.size(), qsizetype(1'000'000));
    QCOMPARE(result->errorOutput.size(), qsizetype(2'000'000));
}

void NodeChannelContract::execOfAMissingProgramIsNotFound() {
    QCOMPARE(codeOf(run({q("podleaf-no-such-program")})), ErrorCode::NotFound);
    QCOMPARE(codeOf(run({q("/no/such/program")})), ErrorCode::NotFound);
    const auto same = run({q("sh"), q("-c"), q("exit 127")}); // the program's own 127 is no error
    VERIFY_OK(same);
    QCOMPARE(same->exitCode, 127);
}

void NodeChannelContract::execEndsWithItsContext_data() {
    QTest::addColumn<bool>("byStop");
    QTest::newRow("stop") << true;
    QTest::newRow("deadline") << false;
}
void NodeChannelContract::execEndsWithItsContext() {
    QFETCH(bool, byStop);
    std::stop_source source;
    OpContext context = soon();
    context.stop = source.get_token();
    if (!byStop) {
        context.deadline = Clock::now() + std::chrono::milliseconds(500);
    }
    bool started = false;
    std::jthread stopper([&] {
        started = waitForSleeper(true);
        if (byStop) {
            source.request_stop();
        }
    });
    const auto result = m_node->channel().exec(context, sleeper());
    stopper.join();
    QVERIFY(started);
    QCOMPARE(codeOf(result), byStop ? ErrorCode::Cancelled : ErrorCode::Timeout);
    QVERIFY(waitForSleeper(false)); // it was killed, not left
}

void NodeChannelContract::execServesThreadsAtOnce() {
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        threads.reserve(4);
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([this, &right, i] {
                for (int j = 0; j < 5; ++j) {
                    const QByteArray input = QByteArray::number(i * 100 + j);
                    const auto result = run({q("cat")}, input);
                    right += result && result->output == input ? 1 : 0;
                }
            });
        }
    }
    QCOMPARE(right.load(), 20);
}

void NodeChannelContract::execOnUsesTheCallersDescriptors() {
    auto in = openPipe();
    auto out = openPipe();
    auto err = openPipe();
    QCOMPARE(::write(in[1].get(), "given", 5), ssize_t(5));
    in[1].reset();
    OpContext context = soon();
    Command command;
    command.argv = {q("sh"), q("-c"), q("cat; echo err >&2; exit 3")};
    const auto result = m_node->channel().execOn(context, command, {in[0].get(), out[1].get(), err[1].get()});
    VERIFY_OK(result);
    QCOMPARE(result->exitCode, 3);
    QCOMPARE(result->output + result->errorOutput, QByteArray());
    out[1].reset(); // the descriptors stayed ours
    err[1].reset();
    QCOMPARE(readToEnd(out[0].get()), QByteArray("given"));
    QCOMPARE(readToEnd(err[0].get()), QByteArray("err\n"));
}

void NodeChannelContract::uploadComesBack_data() {
    QTest::addColumn<qsizetype>("size");
    QTest::newRow("empty") << qsizetype(0);
    QTest::newRow("small") << qsizetype(1000);
    QTest::newRow("large") << qsizetype(5'000'000);
}
void NodeChannelContract::uploadComesBack() {
    QFETCH(qsizetype, size);
    const QByteArray content = pattern(size);
    OpContext context = soon();
    VERIFY_OK(m_node->channel().upload(context, path("file"), content, 0644));
    const auto back = m_node->channel().download(context, path("file"), size + 1);
    VERIFY_OK(back);
    QVERIFY(*back == content);
}

void NodeChannelContract::uploadReplacesAndSetsTheMode() {
    OpContext context = soon();
    VERIFY_OK(m_node->channel().upload(context, path("file"), "something long", 0644));
    VERIFY_OK(m_node->channel().upload(context, path("file"), "short", 0750));
    const auto back = m_node->channel().download(context, path("file"), 100);
    VERIFY_OK(back);
    QCOMPARE(*back, QByteArray("short"));
    const auto mode = run({q("stat"), q("-c"), q("%a"), path("file")});
    VERIFY_OK(mode);
    QCOMPARE(mode->output, QByteArray("750\n"));
}

void NodeChannelContract::uploadMakesFolders() {
    OpContext context = soon();
    VERIFY_OK(m_node->channel().upload(context, path("new/folder/file"), "x", 0644));
    const auto back = m_node->channel().download(context, path("new/folder/file"), 100);
    VERIFY_OK(back);
    QCOMPARE(*back, QByteArray("x"));
}

void NodeChannelContract::downloadStopsAtTheLimit() {
    OpContext context = soon();
    VERIFY_OK(m_node->channel().upload(context, path("file"), "hello", 0600));
    const auto begin = m_node->channel().download(context, path("file"), 3);
    VERIFY_OK(begin);
    QCOMPARE(*begin, QByteArray("hel"));
}

void NodeChannelContract::downloadOfWhatIsNoFileFails() {
    OpContext context = soon();
    QCOMPARE(codeOf(m_node->channel().download(context, path("none"), 100)), ErrorCode::NotFound);
    QVERIFY(!m_node->channel().download(context, m_node->folder(), 100));
}

void NodeChannelContract::connectReachesTheServer_data() {
    QTest::addColumn<bool>("byUnix");
    QTest::newRow("unix") << true;
    QTest::newRow("tcp") << false;
}
void NodeChannelContract::connectReachesTheServer() {
    QFETCH(bool, byUnix);
    for (int i = 0; i < 2; ++i) {
        OpContext context = soon();
        channel::NodeChannel& way = m_node->channel();
        const auto stream = byUnix ? way.connectUnix(context, m_node->serverPath()) : way.connectTcp(context, m_node->serverPort());
        VERIFY_OK(stream);
        QVERIFY((::fcntl(stream->get(), F_GETFL) & O_NONBLOCK) != 0);
        QVERIFY((::fcntl(stream->get(), F_GETFD) & FD_CLOEXEC) != 0);
        const QByteArray request("GET / HTTP/1.0\r\n\r\n");
        QVERIFY(isReady(stream->get(), POLLOUT));
        QCOMPARE(::send(stream->get(), request.constData(), static_cast<std::size_t>(request.size()), MSG_NOSIGNAL), request.size());
        const QByteArray answer = readToEnd(stream->get());
        QVERIFY2(answer.endsWith("\r\n\r\nhello"), answer.constData());
    }
}

void NodeChannelContract::connectToNobodyFails() {
    OpContext context = soon();
    QVERIFY(isGone(codeOf(m_node->channel().connectUnix(context, path("none")))));
    QCOMPARE(codeOf(m_node->channel().connectTcp(context, 9)), ErrorCode::Unreachable);
}

void NodeChannelContract::anEndedContextDoesNothing_data() {
    QTest::addColumn<bool>("byStop");
    QTest::newRow("stop") << true;
    QTest::newRow("deadline") << false;
}
void NodeChannelContract::anEndedContextDoesNothing() {
    QFETCH(bool, byStop);
    OpContext context;
    std::stop_source source;
    context.stop = source.get_token();
    const ErrorCode expected = byStop ? ErrorCode::Cancelled : ErrorCode::Timeout;
    if (byStop) {
        source.request_stop();
    } else {
        context.deadline = Clock::now();
    }
    channel::NodeChannel& way = m_node->channel();
    QCOMPARE(codeOf(way.exec(context, sleeper())), expected);
    QCOMPARE(codeOf(way.upload(context, path("file"), "x", 0644)), expected);
    QCOMPARE(codeOf(way.download(context, path("file"), 100)), expected);
    QCOMPARE(codeOf(way.connectUnix(context, m_node->serverPath())), expected);
    QCOMPARE(codeOf(way.connectTcp(context, m_node->serverPort())), expected);
    OpContext later = soon();
    QCOMPARE(codeOf(way.download(later, path("file"), 100)), ErrorCode::NotFound);
}

void NodeChannelContract::aNodeThatDoesNotExistIsAnError() {
    const auto nobody = m_node->channelToNobody();
    OpContext context = soon();
    QVERIFY(isGone(codeOf(nobody->exec(context, sleeper()))));
    QVERIFY(isGone(codeOf(nobody->upload(context, path("file"), "x", 0644))));
    QVERIFY(isGone(codeOf(nobody->download(context, path("file"), 100))));
    QVERIFY(isGone(codeOf(nobody->connectUnix(context, m_node->serverPath()))));
    QVERIFY(isGone(codeOf(nobody->connectTcp(context, m_node->serverPort()))));
}

void NodeChannelContract::aNodeThatGoesAwayEndsWhatIsUnderWay() {
    OpContext context = soon();
    const auto stream = m_node->channel().connectTcp(context, m_node->serverPort());
    VERIFY_OK(stream);
    std::jthread cutter([this] {
        waitForSleeper(true);
        m_node->takeAway();
    });
    const auto result = m_node->channel().exec(context, sleeper());
    cutter.join();
    QCOMPARE(codeOf(result), ErrorCode::Unreachable);
    readToEnd(stream->get());
    QVERIFY(isReady(stream->get(), POLLIN)); // its end, or an error: not a silence
}

void NodeChannelContract::aNodeThatWentAwayIsAnError() {
    m_node->takeAway();
    OpContext context = soon();
    channel::NodeChannel& way = m_node->channel();
    QVERIFY(isGone(codeOf(way.exec(context, sleeper()))));
    QVERIFY(isGone(codeOf(way.upload(context, path("file"), "x", 0644))));
    QVERIFY(isGone(codeOf(way.download(context, path("file"), 100))));
    QVERIFY(isGone(codeOf(way.connectUnix(context, m_node->serverPath()))));
    QVERIFY(isGone(codeOf(way.connectTcp(context, m_node->serverPort()))));
}

} // namespace podleaf::contract
