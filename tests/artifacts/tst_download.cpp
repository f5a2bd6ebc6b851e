// SPDX-License-Identifier: GPL-3.0-or-later
// Downloads from a server on the loopback: whole, broken off and gone on with, wrong, missing, stopped.
#include "http_server.h"

#include <core/artifacts/download.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace podleaf;
using namespace podleaf::artifacts;
using namespace podleaf::test;
using namespace Qt::StringLiterals;

class TestDownload : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<HttpServer> m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
    OpContext m_context;
    QByteArray m_content;

    [[nodiscard]] QString file() const { return m_folder->filePath(u"partial"_s); }
    [[nodiscard]] QByteArray here() const {
        QFile opened(file());
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }
    [[nodiscard]] Result<> get(const QByteArray& expected) const {
        return downloadFile(m_context, m_server->url(u"/kubelet"_s), file(), sha256Of(expected));
    }
    void breakOff(qsizetype after) {
        m_server->behave({true, after, -1, [] {}});
        const auto broken = get(m_content);
        QVERIFY(!broken);
        QCOMPARE(broken.error().code, ErrorCode::Unreachable);
        QCOMPARE(here(), m_content.left(after));
    }

private Q_SLOTS:
    void init() {
        m_server = std::make_unique<HttpServer>();
        m_folder = std::make_unique<QTemporaryDir>();
        m_content.clear();
        for (int i = 0; i < 200'000; ++i) {
            m_content += static_cast<char>(i * 31 % 251);
        }
        m_server->publish(u"/kubelet"_s, m_content);
    }
    void whole();
    void goesOnAfterABreak();
    void beginsAgainWithoutRanges();
    void beginsAgainWhenThereIsTooMuch();
    void wrongDigestIsThrownAway();
    void spoiltHalfIsThrownAway();
    void missing();
    void nobodyThere();
    void stops();
    void sums_data();
    void sums();
};

void TestDownload::whole() {
    QVERIFY(get(m_content));
    QCOMPARE(here(), m_content);
    QVERIFY(get(m_content)); // there already: asks nobody
    QCOMPARE(m_server->requests(), QStringList{u"GET /kubelet"_s});
}

void TestDownload::goesOnAfterABreak() {
    breakOff(150'000);
    m_server->behave({});
    QVERIFY(get(m_content));
    QCOMPARE(here(), m_content);
    QCOMPARE(m_server->requests().back(), u"GET /kubelet bytes=150000-"_s); // Qt itself may ask twice before
}

void TestDownload::beginsAgainWithoutRanges() {
    breakOff(150'000);
    m_server->behave({false, -1, -1, [] {}});
    QVERIFY(get(m_content));
    QCOMPARE(here(), m_content);
}

void TestDownload::beginsAgainWhenThereIsTooMuch() {
    QFile longer(file());
    QVERIFY(longer.open(QIODevice::WriteOnly));
    longer.write(m_content + "more");
    longer.close();
    QVERIFY(get(m_content));
    QCOMPARE(here(), m_content);
    QCOMPARE(m_server->requests(), (QStringList{u"GET /kubelet bytes=200004-"_s, u"GET /kubelet"_s}));
}

void TestDownload::wrongDigestIsThrownAway() {
    const auto got = get("something else");
    QVERIFY(!got);
    QCOMPARE(got.error().code, ErrorCode::Protocol);
    QVERIFY2(got.error().message.contains(u"is not what its checksum says"_s), qPrintable(got.error().message));
    QVERIFY(got.error().detail.contains(sha256Of(m_content)));
    QVERIFY(!QFile::exists(file()));
}

void TestDownload::spoiltHalfIsThrownAway() {
    QFile half(file());
    QVERIFY(half.open(QIODevice::WriteOnly));
    half.write(QByteArray(1000, 'x'));
    half.close();
    QVERIFY(!get(m_content)); // the rest came, and the whole is not what it should be
    QVERIFY(get(m_content));
    QCOMPARE(here(), m_content);
}

void TestDownload::missing() {
    const auto got = downloadFile(m_context, m_server->url(u"/none"_s), file(), sha256Of(m_content));
    QVERIFY(!got);
    QCOMPARE(got.error().code, ErrorCode::NotFound);
    QVERIFY2(got.error().message.contains(u"HTTP 404"_s), qPrintable(got.error().message));
    QCOMPARE(here(), QByteArray());
}

void TestDownload::nobodyThere() {
    const QUrl url = m_server->url(u"/kubelet"_s);
    m_server.reset();
    const auto got = downloadFile(m_context, url, file(), sha256Of(m_content));
    QVERIFY(!got);
    QCOMPARE(got.error().code, ErrorCode::Unreachable);
    QCOMPARE(got.error().message, u"Cannot reach 127.0.0.1."_s);
}

void TestDownload::stops() {
    std::stop_source source;
    m_server->behave({true, -1, 100'000, [&source] { source.request_stop(); }});
    const auto got =
        downloadFile({source.get_token(), Clock::time_point::max(), {}}, m_server->url(u"/kubelet"_s), file(), sha256Of(m_content));
    QVERIFY(!got);
    QCOMPARE(got.error().code, ErrorCode::Cancelled);
    QVERIFY(m_content.startsWith(here())); // what came is good to go on from
    m_server->behave({});
    QVERIFY(get(m_content));
    QCOMPARE(here(), m_content);
}

void TestDownload::sums_data() {
    QTest::addColumn<QByteArray>("list");
    QTest::addColumn<QString>("found");
    const QByteArray a(64, 'a');
    const QByteArray b(64, 'b');
    const QString isA = QString::fromLatin1(a);
    QTest::newRow("bare") << a << isA;
    QTest::newRow("bare with newline") << a + "\n" << isA;
    QTest::newRow("sha256sum") << b + "  other\n" + a + "  kubelet\n" << isA;
    QTest::newRow("binary mark and folder") << b + " *x/kubelet.txt\r\n" + a + " *x/kubelet\r\n" << isA;
    QTest::newRow("upper case") << a.toUpper() + "  kubelet\n" << isA;
    QTest::newRow("not named") << b + "  other\n" << QString();
    QTest::newRow("page") << QByteArray("<html>404</html>") << QString();
    QTest::newRow("too long") << a + "a  kubelet\n" << QString();
}

void TestDownload::sums() {
    QFETCH(QByteArray, list);
    QFETCH(QString, found);
    const auto digest = findInSums(list, u"kubelet"_s);
    QCOMPARE(digest.has_value(), !found.isEmpty());
    QCOMPARE(digest.value_or(QString()), found);
}

QTEST_GUILESS_MAIN(TestDownload)
#include "tst_download.moc"
