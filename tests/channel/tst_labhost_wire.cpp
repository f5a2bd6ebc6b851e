// SPDX-License-Identifier: GPL-3.0-or-later
// The lab host's wire format: one example of every message against its golden bytes, cut and lied about; headers;
// frames through a real socket; and the names that are accepted.
#include "labhost_examples.h"

#include <core/channel/labhost_frame.h>

#include <QFile>
#include <QTest>

using namespace podleaf;
using namespace podleaf::labhost;
using namespace podleaf::test;

namespace {

QByteArray bytes(std::string_view text) {
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

std::array<UniqueFd, 2> socketPair() {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        qFatal("no socket pair");
    }
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// The golden bytes of an example; PODLEAF_UPDATE_GOLDEN=1 rewrites them. A change of them is a new protocol version.
QByteArray golden(const QString& folder, const Example& example) {
    QFile file(QStringLiteral(PODLEAF_SOURCE_DIR "/tests/fuzz/corpus/%1/%2.bin").arg(folder, QString::fromStdString(example.name)));
    if (qEnvironmentVariableIsSet("PODLEAF_UPDATE_GOLDEN")) {
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes(example.frame)) < 0) {
            qFatal("cannot write %s", qPrintable(file.fileName()));
        }
        file.close();
    }
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Header headerOf(std::size_t bodyBytes) {
    Header header;
    header.verb = Verb::Ping;
    header.id = 7;
    header.bodyBytes = static_cast<std::uint32_t>(bodyBytes);
    return header;
}

/// Sends what prepareFrame() makes of a body and receives it at the other end.
Received throughSocket(const std::string& body, Frame& frame, const std::vector<int>& descriptors = {}) {
    const auto ends = socketPair();
    if (sendFrame(ends[0].get(), prepareFrame(headerOf(0), body, descriptors)) != Sent::Yes) {
        return Received::Nothing;
    }
    return receiveFrame(ends[1].get(), frame);
}

} // namespace

class TestLabhostWire : public QObject {
    Q_OBJECT

private:
    std::vector<Example> m_requests = requestExamples();
    std::vector<Example> m_replies = replyExamples();

private Q_SLOTS:
    void examples_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<const Example*>("example");
        for (const Example& one : m_requests) {
            QTest::addRow("request %s", one.name.c_str()) << QStringLiteral("labhost_request") << &one;
        }
        for (const Example& one : m_replies) {
            QTest::addRow("reply %s", one.name.c_str()) << QStringLiteral("labhost_reply") << &one;
        }
    }
    void examples() {
        QFETCH(QString, folder);
        QFETCH(const Example*, example);
        QCOMPARE(bytes(example->frame), golden(folder, *example));
        const auto header = decodeHeader(example->frame);
        QVERIFY(header);
        QCOMPARE(header->id, 0x0102030405060708ULL);
        QCOMPARE(encodeHeader(*header), example->frame.substr(0, kHeaderBytes));
    }

    void bodiesHaveOneEncodingAndNoPartOfItIsOne_data() { examples_data(); }
    void bodiesHaveOneEncodingAndNoPartOfItIsOne() {
        QFETCH(const Example*, example);
        std::string_view body = std::string_view(example->frame).substr(kHeaderBytes);
        const auto header = decodeHeader(example->frame);
        if (header->kind == Kind::Reply && example->name != "refused") {
            const auto split = splitReply(body);
            QVERIFY(split);
            QCOMPARE(split->head.status, static_cast<std::uint8_t>(Status::Ok));
            body = split->body;
        }
        QCOMPARE(example->again(body), std::string(body));
        for (std::size_t cut = 0; cut < body.size(); ++cut) {
            QVERIFY2(example->again(body.substr(0, cut)).empty(), qPrintable(QString::number(cut)));
        }
        QVERIFY(example->again(std::string(body) + '\0').empty()); // nothing may be left over
    }

    void repliesAreTakenApart() {
        const std::string whole = encode(ReplyHead{static_cast<std::uint8_t>(Status::Internal), "message", "detail"}) + "body";
        const auto split = splitReply(whole);
        QVERIFY(split);
        QCOMPARE(split->head.message, std::string("message"));
        QCOMPARE(split->body, std::string_view("body"));
        std::string unknown = whole;
        unknown[0] = static_cast<char>(static_cast<int>(Status::Internal) + 1);
        QVERIFY(!splitReply(unknown));
        QVERIFY(!splitReply({}));
    }

    void liesAboutLengthsAreRefused() {
        QVERIFY(!decode<NodeRequest>(std::string("\xff\xff\xff\xff", 4)));
        QVERIFY(!decode<NodeRequest>(std::string("\x02\0\0\0a", 5)));
        QVERIFY(!decode<AddNodes>(std::string("\xff\xff\xff\xff", 4) + std::string(100, '\0')));
        QVERIFY(!decode<AddNodes>(std::string("\x02\0\0\0", 4) + std::string(12, '\0'))); // one node, not two
        std::string link = encode(SetLink{"a", true});
        QVERIFY(decode<SetLink>(link));
        link.back() = 2; // neither true nor false
        QVERIFY(!decode<SetLink>(link));
        // As many items as bytes is the most that a count can claim; more than the limit is refused at once.
        Writer writer;
        writer.integer(static_cast<std::uint32_t>(kMaxListItems + 1));
        QVERIFY(!decode<NodeReady>(writer.take() + std::string((kMaxListItems + 1) * 4, '\0')));
        NodeReady most{std::vector<std::uint32_t>(kMaxListItems, 1)};
        QVERIFY(decode<NodeReady>(encode(most)));
        QVERIFY(!decode<ReadFileReply>(encode(ReadFileReply{std::string(kMaxStringBytes + 1, 'x')})));
    }

    void headers_data() {
        QTest::addColumn<int>("at");
        QTest::addColumn<char>("value");
        QTest::newRow("magic") << 0 << 'Q';
        QTest::newRow("version") << 4 << static_cast<char>(kProtocolVersion + 1);
        QTest::newRow("no kind") << 6 << '\0';
        QTest::newRow("kind") << 6 << '\5';
        QTest::newRow("verb") << 7 << static_cast<char>(static_cast<int>(Verb::Last) + 1);
        QTest::newRow("body longer") << 16 << '\5';
        QTest::newRow("body shorter") << 16 << '\3';
        QTest::newRow("body much longer") << 19 << '\x7f';
        QTest::newRow("flags") << 20 << '\2';
        QTest::newRow("body in a memfd and behind") << 20 << '\1';
    }
    void headers() {
        QFETCH(int, at);
        QFETCH(char, value);
        std::string frame = encodeHeader(headerOf(4)) + "body";
        QVERIFY(decodeHeader(frame));
        frame[static_cast<std::size_t>(at)] = value;
        QVERIFY(!decodeHeader(frame));
        for (std::size_t cut = 0; cut < kHeaderBytes; ++cut) {
            QVERIFY(!decodeHeader(std::string_view(frame).substr(0, cut)));
        }
    }

    void framesTravel_data() {
        QTest::addColumn<qsizetype>("size");
        QTest::newRow("empty") << qsizetype(0);
        QTest::newRow("small") << qsizetype(100);
        QTest::newRow("the longest message") << qsizetype(kMaxMessageBytes - kHeaderBytes);
        QTest::newRow("the shortest memfd") << qsizetype(kMaxMessageBytes - kHeaderBytes + 1);
        QTest::newRow("large") << qsizetype(10'000'000);
    }
    void framesTravel() {
        QFETCH(qsizetype, size);
        std::string body(static_cast<std::size_t>(size), 'x');
        Frame frame;
        const auto extra = socketPair();
        QVERIFY(throughSocket(body, frame, {extra[0].get(), extra[1].get()}) == Received::Frame);
        QVERIFY(frame.body == body);
        QCOMPARE(frame.header.bodyBytes, static_cast<std::uint32_t>(size));
        QCOMPARE(frame.descriptors.size(), std::size_t(2));
        QVERIFY((::fcntl(frame.descriptors[0].get(), F_GETFD) & FD_CLOEXEC) != 0);
        // They are the same sockets, in the order they were given.
        QCOMPARE(::write(frame.descriptors[0].get(), "x", 1), ssize_t(1));
        char byte = 0;
        QCOMPARE(::read(extra[1].get(), &byte, 1), ssize_t(1));
    }

    void aMemfdCannotBeChangedAfterwards() {
        const UniqueFd fd = memfdOf("body");
        QVERIFY(fd.isValid());
        QCOMPARE(::pwrite(fd.get(), "x", 1, 0), ssize_t(-1));
        QVERIFY(::ftruncate(fd.get(), 1) != 0);
    }

    void bodiesThatAreNoMemfdAreRefused() {
        std::array<int, 2> pipe{-1, -1};
        QCOMPARE(::pipe2(pipe.data(), O_CLOEXEC), 0);
        const UniqueFd readEnd(pipe[0]);
        const UniqueFd writeEnd(pipe[1]);
        QFile device(QStringLiteral("/dev/zero"));
        QVERIFY(device.open(QIODevice::ReadOnly));
        const UniqueFd small = memfdOf("short");
        for (const int fd : {readEnd.get(), device.handle(), small.get(), -1}) {
            const auto ends = socketPair();
            Header header = headerOf(100);
            header.bodyInMemfd = true;
            OutgoingFrame outgoing;
            outgoing.bytes = encodeHeader(header);
            if (fd >= 0) {
                outgoing.descriptors.push_back(fd);
            }
            QVERIFY(sendFrame(ends[0].get(), outgoing) == Sent::Yes);
            Frame frame;
            QVERIFY(receiveFrame(ends[1].get(), frame) == Received::Malformed);
        }
    }

    void whatIsNoFrameIsMalformed() {
        for (const std::string& message : {std::string("x"), std::string(kHeaderBytes, '\0'), std::string(kMaxMessageBytes + 1, 'x')}) {
            const auto ends = socketPair();
            QCOMPARE(::send(ends[0].get(), message.data(), message.size(), 0), static_cast<ssize_t>(message.size()));
            Frame frame;
            QVERIFY(receiveFrame(ends[1].get(), frame) == Received::Malformed);
        }
    }

    void tooManyDescriptorsAreNotSent() {
        const auto ends = socketPair();
        const std::vector<int> many(kMaxDescriptors + 2, ends[0].get());
        QVERIFY(sendFrame(ends[0].get(), prepareFrame(headerOf(0), {}, many)) == Sent::Failed);
    }

    void socketsThatAreEmptyFullOrClosedSaySo() {
        auto ends = socketPair();
        Frame frame;
        QVERIFY(receiveFrame(ends[1].get(), frame) == Received::Nothing);
        const OutgoingFrame outgoing = prepareFrame(headerOf(0), std::string(50'000, 'x'));
        Sent sent = Sent::Yes;
        for (int i = 0; i < 10'000 && sent == Sent::Yes; ++i) {
            sent = sendFrame(ends[0].get(), outgoing);
        }
        QVERIFY(sent == Sent::Full);
        ends[1].reset();
        QVERIFY(sendFrame(ends[0].get(), outgoing) == Sent::Failed);
        QVERIFY(receiveFrame(ends[0].get(), frame) == Received::Closed);
    }

    void names_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("isValid"); // n: name, p: port, l: link, f: path
        const auto row = [](const QByteArray& text, const char* isValid) {
            QTest::addRow("%s", text.left(40).toPercentEncoding().constData()) << text << QString::fromLatin1(isValid);
        };
        row("host1", "npl");
        row("a.b_c-d", "npl");
        row("0", "npl");
        row("averylongportname", "nl");
        row("lo", "nl");
        row("all", "nl");
        row("default", "nl");
        row(QByteArray(63, 'a'), "nl");
        row(QByteArray(64, 'a'), "l");
        row(QByteArray(255, 'a'), "l");
        row(QByteArray(256, 'a'), "");
        row("", "");
        row("-x", "l");
        row(".", "l");
        row("..", "l");
        row("a..b", "l");
        row("a b", "l");
        row("a/b", "l");
        row("gr\xc3\xbcn", "");
        row("a\n", "");
        row(QByteArray("a\0b", 3), "");
        row("leaf1:swp1--host1:eth1", "l");
        row("/", "l");
        row("/a", "lf");
        row("/a/b.c", "lf");
        row("/a//b", "l");
        row("/a/", "l");
        row("/a/../b", "l");
        row("/..", "l");
        row("/a/./b", "l");
        row("/a/..b", "lf");
        row(QByteArray("/a\0b", 4), "");
        row("/gr\xc3\xbcn", "f");
        row('/' + QByteArray(256, 'a'), "");
    }
    void names() {
        QFETCH(QByteArray, text);
        QFETCH(QString, isValid);
        const std::string_view view(text.constData(), static_cast<std::size_t>(text.size()));
        QString found;
        found += isValidName(view) ? QStringLiteral("n") : QString();
        found += isValidPortName(view) ? QStringLiteral("p") : QString();
        found += isValidLinkId(view) ? QStringLiteral("l") : QString();
        found += isValidPath(view) ? QStringLiteral("f") : QString();
        QCOMPARE(found, isValid);
    }
};

QTEST_GUILESS_MAIN(TestLabhostWire)
#include "tst_labhost_wire.moc"
