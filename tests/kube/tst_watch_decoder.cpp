// SPDX-License-Identifier: GPL-3.0-or-later
// Lists, watch streams and Status objects: what they say, in pieces of any size, and what is none.
#include <core/kube/resource.h>
#include <core/kube/watch_decoder.h>
#include <tests/fakes/outcome.h>

#include <QJsonDocument>
#include <QTest>

using namespace podleaf;
using namespace podleaf::kube;
using test::codeOf;

namespace {

const QByteArray kStream = R"({"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"11"}}}
{"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"12"},"text":"line\nbreak"}}

{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"20"}}}
{"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"21"}}}
{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}}
)";

/// "+a 11", "-a 21", "= 20", "! 410 Expired".
QString textOf(const WatchEvent& event) {
    if (const auto* changed = std::get_if<ObjectChanged>(&event.what)) {
        return QStringLiteral("+%1 %2").arg(nameOf(changed->object).name, event.resourceVersion);
    }
    if (const auto* gone = std::get_if<ObjectGone>(&event.what)) {
        return QStringLiteral("-%1 %2").arg(nameOf(gone->object).name, event.resourceVersion);
    }
    if (const auto* failed = std::get_if<WatchFailed>(&event.what)) {
        return QStringLiteral("! %1 %2").arg(failed->status.code).arg(failed->status.reason);
    }
    return QStringLiteral("= ") + event.resourceVersion;
}

QString textOf(const std::vector<WatchEvent>& events) {
    QStringList texts;
    for (const WatchEvent& event : events) {
        texts << textOf(event);
    }
    return texts.join(QStringLiteral(", "));
}

/// All events; none after what is none.
std::vector<WatchEvent> decodeInPieces(QByteArrayView stream, qsizetype step) {
    WatchDecoder decoder;
    std::vector<WatchEvent> all;
    for (qsizetype at = 0; at < stream.size(); at += step) {
        const auto events = decoder.feed(stream.sliced(at, std::min(step, stream.size() - at)));
        if (!events) {
            return {};
        }
        all.insert(all.end(), events->begin(), events->end());
    }
    return all;
}

} // namespace

class TestWatchDecoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void piecesOfAnySizeSayTheSame();
    void whatIsNoEventBreaksTheStream_data();
    void whatIsNoEventBreaksTheStream();
    void aLineWithoutEndIsNotKept();
    void lists_data();
    void lists();
    void whatIsNoListIsAnError_data();
    void whatIsNoListIsAnError();
    void refusals_data();
    void refusals();
    void foreignTextsAreBounded();
    void paths_data();
    void paths();
};

void TestWatchDecoder::piecesOfAnySizeSayTheSame() {
    const QString expected = QStringLiteral("+a 11, +a 12, = 20, -a 21, ! 410 Expired");
    for (qsizetype step = 1; step <= kStream.size(); ++step) {
        QCOMPARE(textOf(decodeInPieces(kStream, step)), expected);
    }
}

void TestWatchDecoder::whatIsNoEventBreaksTheStream_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("no JSON") << QByteArray("<html>");
    QTest::newRow("half of it") << QByteArray(R"({"type":"ADDED","object":{"metadata")");
    QTest::newRow("another type") << QByteArray(R"({"type":"MOVED","object":{"metadata":{"resourceVersion":"1"}}})");
    QTest::newRow("no version") << QByteArray(R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})");
    QTest::newRow("a version that is none") << QByteArray(R"({"type":"ADDED","object":{"metadata":{"resourceVersion":")" +
                                                          QByteArray(65, '1') + R"("}}})");
    QTest::newRow("no object") << QByteArray(R"({"type":"DELETED"})");
    QTest::newRow("an array") << QByteArray("[]");
    QTest::newRow("zeros") << QByteArray(10, '\0');
    QTest::newRow("deeper than anything") << QByteArray(100'000, '[');
}
void TestWatchDecoder::whatIsNoEventBreaksTheStream() {
    QFETCH(QByteArray, line);
    WatchDecoder decoder;
    VERIFY_OK(decoder.feed(line));
    QCOMPARE(codeOf(decoder.feed("\n")), ErrorCode::Protocol);
    QCOMPARE(codeOf(decoder.feed(kStream)), ErrorCode::Protocol); // for good
}

void TestWatchDecoder::aLineWithoutEndIsNotKept() {
    WatchDecoder decoder;
    VERIFY_OK(decoder.feed(QByteArray(WatchDecoder::kLongestEvent, ' ')));
    QCOMPARE(codeOf(decoder.feed(" ")), ErrorCode::Protocol);
}

void TestWatchDecoder::lists_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("names");
    QTest::addColumn<QString>("version");
    QTest::addColumn<QString>("next");
    const auto row = [](const char* name, const char* body, const char* names, const char* version, const char* next) {
        QTest::newRow(name) << QByteArray(body) << QString::fromLatin1(names) << QString::fromLatin1(version) << QString::fromLatin1(next);
    };
    row("two", R"({"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]})", "a b", "7", "");
    row("none", R"({"metadata":{"resourceVersion":"7"},"items":[]})", "", "7", "");
    row("none, as Go writes it", R"({"metadata":{"resourceVersion":"7"},"items":null})", "", "7", "");
    row("more to come", R"({"metadata":{"resourceVersion":"7","continue":"xyz"},"items":[{"metadata":{"name":"a"}}]})", "a", "7", "xyz");
    row("an item that is none", R"({"metadata":{"resourceVersion":"7"},"items":[1]})", "", "7", "");
}
void TestWatchDecoder::lists() {
    QFETCH(QByteArray, body);
    const auto page = decodeList(body);
    VERIFY_OK(page);
    QStringList names;
    for (const QJsonObject& object : page->objects) {
        names << nameOf(object).name;
    }
    QTEST(names.join(QLatin1Char(' ')), "names");
    QTEST(page->resourceVersion, "version");
    QTEST(page->next, "next");
}

void TestWatchDecoder::whatIsNoListIsAnError_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("<html>");
    QTest::newRow("half of it") << QByteArray(R"({"metadata":{"resourceVersion":"7"},"items":[{)");
    QTest::newRow("no version") << QByteArray(R"({"metadata":{},"items":[]})");
    QTest::newRow("items that are none") << QByteArray(R"({"metadata":{"resourceVersion":"7"},"items":{}})");
    QTest::newRow("a place that is none") << QByteArray(R"({"metadata":{"resourceVersion":"7","continue":")" + QByteArray(20'000, 'x') +
                                                        R"("},"items":[]})");
}
void TestWatchDecoder::whatIsNoListIsAnError() {
    QFETCH(QByteArray, body);
    QCOMPARE(codeOf(decodeList(body)), ErrorCode::Protocol);
}

void TestWatchDecoder::refusals_data() {
    QTest::addColumn<int>("http");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("message");
    const auto status = [](const char* reason, const char* message) {
        return QJsonDocument(QJsonObject{{QStringLiteral("kind"), QStringLiteral("Status")},
                                         {QStringLiteral("reason"), QString::fromLatin1(reason)},
                                         {QStringLiteral("message"), QString::fromLatin1(message)}})
            .toJson();
    };
    const auto row = [](const char* name, int http, const QByteArray& body, ErrorCode code, const char* message) {
        QTest::newRow(name) << http << body << code << QString::fromLatin1(message);
    };
    row("bad request", 400, status("BadRequest", "the object is nonsense"), ErrorCode::InvalidInput,
        "The cluster refused: the object is nonsense.");
    row("who are you", 401, status("Unauthorized", "Unauthorized"), ErrorCode::Denied, "The cluster refused: Unauthorized.");
    row("not you", 403, status("Forbidden", "pods is forbidden."), ErrorCode::Denied, "The cluster refused: pods is forbidden.");
    row("no such", 404, status("NotFound", "pods \"a\" not found"), ErrorCode::NotFound, "The cluster refused: pods \"a\" not found.");
    row("there already", 409, status("AlreadyExists", "pods \"a\" already exists"), ErrorCode::AlreadyExists,
        "The cluster refused: pods \"a\" already exists.");
    row("changed meanwhile", 409, status("Conflict", "the object has been modified"), ErrorCode::Conflict,
        "The cluster refused: the object has been modified.");
    row("gone", 410, status("Expired", "too old resource version"), ErrorCode::Conflict, "The cluster refused: too old resource version.");
    row("not valid", 422, status("Invalid", "spec.replicas: Invalid value: -1"), ErrorCode::InvalidInput,
        "The cluster refused: spec.replicas: Invalid value: -1.");
    row("too many", 429, status("TooManyRequests", "please try again later"), ErrorCode::Unreachable,
        "The cluster refused: please try again later.");
    row("starting", 503, status("ServiceUnavailable", "not yet"), ErrorCode::Unreachable, "The cluster refused: not yet.");
    row("broken", 500, status("InternalError", "oh"), ErrorCode::Failed, "The cluster refused: oh.");
    row("text", 403, "Forbidden\nreally", ErrorCode::Denied, "The cluster refused: Forbidden really.");
    row("nothing", 404, {}, ErrorCode::NotFound, "The cluster refused: The API server gave no reason.");
}
void TestWatchDecoder::refusals() {
    QFETCH(int, http);
    QFETCH(QByteArray, body);
    const Error error = errorOf(http, body);
    QTEST(error.code, "code");
    QTEST(error.message, "message");
    QVERIFY(error.detail.startsWith(QStringLiteral("HTTP %1").arg(http)));
}

void TestWatchDecoder::foreignTextsAreBounded() {
    const Status status = statusOf({{QStringLiteral("message"), QString(5000, QLatin1Char('x'))},
                                    {QStringLiteral("reason"), QStringLiteral("a\x1b[31m\nb")},
                                    {QStringLiteral("code"), QStringLiteral("403")}});
    QCOMPARE(status.message.size(), qsizetype(1000));
    QCOMPARE(status.reason, QStringLiteral("a [31m b"));
    QCOMPARE(status.code, 0);
}

void TestWatchDecoder::paths_data() {
    QTest::addColumn<QString>("group");
    QTest::addColumn<bool>("isNamespaced");
    QTest::addColumn<QString>("nameSpace");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("path"); ///< Empty: none.
    const auto row = [](const char* group, bool isNamespaced, const char* nameSpace, const char* name, const char* path) {
        QTest::newRow(name) << QString::fromLatin1(group) << isNamespaced << QString::fromLatin1(nameSpace) << QString::fromLatin1(name)
                            << QString::fromLatin1(path);
    };
    row("", true, "default", "web", "/api/v1/namespaces/default/things/web");
    row("apps", true, "default", "agent", "/apis/apps/v1/namespaces/default/things/agent");
    row("", false, "", "host1", "/api/v1/things/host1");
    row("rbac.authorization.k8s.io", false, "", "system:node", "/apis/rbac.authorization.k8s.io/v1/things/system%3Anode");
    row("", true, "default", "a?b#c", "/api/v1/namespaces/default/things/a%3Fb%23c");
    row("", true, "", "nowhere", "");
    row("", true, "..", "outside", "");
    row("", true, "default", "..", "");
    row("", true, "default", "a/../b", "");
    row("", true, "default", "%2e%2e", "");
    row("", true, "default", "", "");
}
void TestWatchDecoder::paths() {
    QFETCH(QString, group);
    QFETCH(bool, isNamespaced);
    QFETCH(QString, nameSpace);
    QFETCH(QString, name);
    QFETCH(QString, path);
    const Resource resource{group, QStringLiteral("v1"), QStringLiteral("things"), QStringLiteral("Thing"), isNamespaced};
    const auto made = objectPath(resource, {nameSpace, name});
    QCOMPARE(made.value_or(QString()), path);
    QVERIFY(made || made.error().code == ErrorCode::InvalidInput);
}

QTEST_GUILESS_MAIN(TestWatchDecoder)
#include "tst_watch_decoder.moc"
