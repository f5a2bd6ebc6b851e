// SPDX-License-Identifier: GPL-3.0-or-later
// How a capture ends and what it leaves: datagram sockets in place of packet sockets (they give no time and no
// direction; real ones are in tests/e2e), real pipes and files.
#include <core/capture/capture.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::capture;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

/// Interfaces whose packets a test sends itself.
struct Wires {
    std::vector<Source> sources;
    std::vector<UniqueFd> senders;

    explicit Wires(std::size_t count = 1) {
        for (std::size_t i = 0; i < count; ++i) {
            std::array<int, 2> ends{};
            if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) == 0) {
                senders.emplace_back(ends[0]);
                sources.push_back({s("node:port%1").arg(i), {}, UniqueFd(ends[1])});
            }
        }
    }
    void send(std::size_t wire, const QByteArray& frame) const {
        QCOMPARE(::send(senders.at(wire).get(), frame.constData(), static_cast<std::size_t>(frame.size()), 0),
                 static_cast<ssize_t>(frame.size()));
    }
};

struct Pipe {
    UniqueFd read;
    UniqueFd write;
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) == 0) {
            read = UniqueFd(ends[0]);
            write = UniqueFd(ends[1]);
        }
    }
};

QByteArray frame(char fill, qsizetype size = 60) {
    return QByteArray(size, fill);
}

/// The types of the blocks of a file; -1 behind them when it does not end with a whole block.
QList<int> blockTypes(const QByteArray& file) {
    QList<int> types;
    qsizetype at = 0;
    while (at + 12 <= file.size()) {
        const auto length = static_cast<qsizetype>(qFromLittleEndian<quint32>(file.constData() + at + 4));
        if (length < 12 || at + length > file.size() ||
            qFromLittleEndian<quint32>(file.constData() + at + length - 4) != static_cast<quint32>(length)) {
            break;
        }
        types.append(static_cast<int>(qFromLittleEndian<quint32>(file.constData() + at)));
        at += length;
    }
    if (at != file.size()) {
        types.append(-1);
    }
    return types;
}

constexpr int kSection = 0x0A0D0D0A;
constexpr int kInterface = 1;
constexpr int kStatistics = 5;
constexpr int kPacket = 6;

OpContext soon() {
    OpContext context;
    context.deadline = Clock::now() + std::chrono::seconds(20); // against a hang only
    return context;
}

} // namespace

class TstCapture : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void countIsExact();
    void timeEnds();
    void stopKeepsWhatWasSeen();
    void linkGoneEnds();
    void readerThatLeavesIsNoError();
    void silentLinkNoticesThatTheReaderLeft();
    void readerThatSleepsDoesNotHoldAStop();
    void fullDiskIsAnError();
    void fileAtItsLimitEndsWithAWholeBlock();

private:
    QByteArray content(const QString& path) const {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    UniqueFd create(const QString& path) const {
        return UniqueFd(::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    }
    QTemporaryDir m_folder;
    QString m_path;
};

void TstCapture::initTestCase() {
    std::signal(SIGPIPE, SIG_IGN);
    QVERIFY(m_folder.isValid());
    m_path = m_folder.filePath(s("test.pcapng"));
}

void TstCapture::countIsExact() {
    Wires wires(2);
    for (int i = 0; i < 5; ++i) {
        wires.send(0, frame('a'));
        wires.send(1, frame('b', 61));
    }
    const UniqueFd file = create(m_path);
    const auto summary = capturePackets(soon(), std::move(wires.sources), {7, {}}, file.get(), -1);
    QVERIFY(summary);
    QCOMPARE(summary->endedBy, EndedBy::Limit);
    QCOMPARE(summary->packets, 7U);
    QCOMPARE(summary->interfaces, (std::vector<InterfaceSummary>{{s("node:port0"), 5, 0, 0}, {s("node:port1"), 2, 0, 0}}));
    QCOMPARE(blockTypes(content(m_path)), (QList<int>{kSection, kInterface, kInterface, kPacket, kPacket, kPacket, kPacket, kPacket,
                                                      kPacket, kPacket, kStatistics, kStatistics}));
}

void TstCapture::timeEnds() {
    Wires wires;
    const UniqueFd file = create(m_path);
    const auto summary = capturePackets(soon(), std::move(wires.sources), {{}, std::chrono::milliseconds(30)}, file.get(), -1);
    QVERIFY(summary);
    QCOMPARE(summary->endedBy, EndedBy::Limit);
    QCOMPARE(blockTypes(content(m_path)), (QList<int>{kSection, kInterface, kStatistics}));
}

void TstCapture::stopKeepsWhatWasSeen() {
    Wires wires;
    for (int i = 0; i < 3; ++i) {
        wires.send(0, frame('a'));
    }
    std::stop_source user;
    user.request_stop(); // before the first look at the sockets
    OpContext context = soon();
    context.stop = user.get_token();
    const UniqueFd file = create(m_path);
    const auto summary = capturePackets(context, std::move(wires.sources), {}, file.get(), -1);
    QVERIFY(summary);
    QCOMPARE(summary->endedBy, EndedBy::Stop);
    QCOMPARE(summary->packets, 3U);
    QCOMPARE(blockTypes(content(m_path)), (QList<int>{kSection, kInterface, kPacket, kPacket, kPacket, kStatistics}));
}

void TstCapture::linkGoneEnds() {
    Wires wires;
    const UniqueFd gone(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
    const UniqueFd file = create(m_path);
    const auto summary = capturePackets(soon(), std::move(wires.sources), {}, file.get(), gone.get());
    QVERIFY(summary);
    QCOMPARE(summary->endedBy, EndedBy::SourceGone);
    QCOMPARE(blockTypes(content(m_path)), (QList<int>{kSection, kInterface, kStatistics}));
}

void TstCapture::readerThatLeavesIsNoError() {
    Wires wires;
    Pipe pipe;
    pipe.read.reset();
    const auto summary = capturePackets(soon(), std::move(wires.sources), {}, pipe.write.get(), -1);
    QVERIFY(summary);
    QCOMPARE(summary->endedBy, EndedBy::ReaderLeft);
}

void TstCapture::silentLinkNoticesThatTheReaderLeft() {
    Wires wires;
    Pipe pipe;
    const std::jthread reader([&pipe] {
        char header = 0;
        static_cast<void>(::read(pipe.read.get(), &header, 1) == 1); // the capture stands
        pipe.read.reset();
    });
    const auto summary = capturePackets(soon(), std::move(wires.sources), {}, pipe.write.get(), -1);
    QVERIFY(summary);
    QCOMPARE(summary->endedBy, EndedBy::ReaderLeft);
    QCOMPARE(summary->packets, 0U);
}

void TstCapture::readerThatSleepsDoesNotHoldAStop() {
    Wires wires;
    const Pipe pipe;
    for (int i = 0; i < 4; ++i) { // more than a pipe takes
        wires.send(0, frame('a', 30'000));
    }
    std::stop_source user;
    user.request_stop();
    OpContext context = soon();
    context.stop = user.get_token();
    const auto summary = capturePackets(context, std::move(wires.sources), {}, pipe.write.get(), -1);
    QVERIFY(summary);
    QCOMPARE(summary->endedBy, EndedBy::Stop);
    QVERIFY(Clock::now() < context.deadline);
}

void TstCapture::fullDiskIsAnError() {
    Wires wires;
    const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    const auto summary = capturePackets(soon(), std::move(wires.sources), {}, full.get(), -1);
    QVERIFY(!summary);
    QCOMPARE(summary.error().code, ErrorCode::Failed);
    QCOMPARE(summary.error().message, s("The disk is full: the capture has ended."));
}

/// EFBIG stands for ENOSPC here: the kernel writes a part and then refuses, as on a disk that fills up.
void TstCapture::fileAtItsLimitEndsWithAWholeBlock() {
    Wires wires;
    wires.send(0, frame('a', 400));
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const UniqueFd file = create(m_path);
    const rlimit low{400, before.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &low), 0);
    const auto summary = capturePackets(soon(), std::move(wires.sources), {}, file.get(), -1);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    QVERIFY(!summary);
    QCOMPARE(summary.error().code, ErrorCode::Failed);
    QCOMPARE(blockTypes(content(m_path)), (QList<int>{kSection, kInterface}));
}

QTEST_GUILESS_MAIN(TstCapture)
#include "tst_capture.moc"
