// SPDX-License-Identifier: GPL-3.0-or-later
// Watches against a server over TLS: lists, events, ends in order and out of it, versions that are gone, nonsense, silence,
// strangers, and nine at once.
#include "api_server.h"

#include <core/kube/api_client.h>
#include <core/kube/watches.h>
#include <tests/fakes/outcome.h>

#include <QElapsedTimer>
#include <QTest>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>

using namespace podleaf;
using namespace podleaf::kube;
using namespace std::chrono_literals;
using test::ApiServer;
using test::TestAuthority;

namespace {

const QString kPods = QStringLiteral("/api/v1/pods");
constexpr auto kHang = 30s;

WatchTimes quickly() {
    return {10ms, 100ms, 20s, 20s};
}

/// What watches told, one word or two each, in order; and what there is according to them.
class NewsLog {
public:
    std::function<void(WatchNews)> ear() {
        return [this](const WatchNews& news) {
            const std::lock_guard lock(m_mutex);
            std::visit([this](const auto& each) { take(each); }, news);
            m_came.notify_all();
        };
    }
    /// Waits for as many news as are expected; what came then.
    QString waitFor(const char* expected) {
        const QString words = QString::fromLatin1(expected);
        std::unique_lock lock(m_mutex);
        m_came.wait_for(lock, kHang, [&] { return m_words.size() >= words.count(QLatin1Char(',')) + 1; });
        return m_words.join(QStringLiteral(", "));
    }
    QString now() {
        const std::lock_guard lock(m_mutex);
        return m_words.join(QStringLiteral(", "));
    }
    void forget() {
        const std::lock_guard lock(m_mutex);
        m_words.clear();
    }
    /// Waits until there are these objects; by name their versions.
    bool waitForObjects(const QMap<QString, QString>& objects) {
        std::unique_lock lock(m_mutex);
        return m_came.wait_for(lock, kHang, [&] { return m_objects == objects; });
    }
    bool waitForLive() {
        std::unique_lock lock(m_mutex);
        return m_came.wait_for(lock, kHang, [&] { return m_isLive; });
    }

private:
    void take(const AllObjects& all) {
        m_objects.clear();
        QStringList names{QStringLiteral("all")};
        for (const QJsonObject& object : all.objects) {
            names << nameOf(object).name;
            m_objects[nameOf(object).name] = resourceVersionOf(object);
        }
        m_words << names.join(QLatin1Char(' '));
    }
    void take(const ObjectSeen& seen) {
        m_objects[nameOf(seen.object).name] = resourceVersionOf(seen.object);
        m_words << QStringLiteral("seen ") + nameOf(seen.object).name;
    }
    void take(const ObjectLost& lost) {
        m_objects.remove(lost.object.name);
        m_words << QStringLiteral("lost ") + lost.object.name;
    }
    void take(const WatchBroken& broken) {
        m_isLive = false;
        const QMap<ErrorCode, QString> words{{ErrorCode::Denied, QStringLiteral("denied")},
                                             {ErrorCode::Protocol, QStringLiteral("nonsense")},
                                             {ErrorCode::Unreachable, QStringLiteral("unreachable")}};
        m_words << words.value(broken.error.code, QStringLiteral("broken"));
    }
    void take(const WatchLive&) {
        m_isLive = true;
        m_words << QStringLiteral("live");
    }

    std::mutex m_mutex;
    std::condition_variable m_came;
    QStringList m_words;
    QMap<QString, QString> m_objects;
    bool m_isLive = false;
};

std::vector<Resource> nineResources() {
    return {resourceOf<Namespace>(), resourceOf<Node>(),          resourceOf<Pod>(),
            resourceOf<Service>(),   resourceOf<EndpointSlice>(), resourceOf<Deployment>(),
            resourceOf<DaemonSet>(), resourceOf<NetworkPolicy>(), resourceOf<Event>()};
}

/// Changes, ends, drops, nonsense and versions that are gone, as chance has it.
class Story {
public:
    explicit Story(ApiServer& server) : m_server(server) {}

    [[nodiscard]] int rounds() const { return m_rounds; }
    void goOn() {
        for (int i = 0; i < 25; ++i) {
            change();
        }
        disturb();
        ++m_rounds;
    }
    /// Waits until each log of nineResources() has what there is.
    bool isKnownTo(std::vector<NewsLog>& logs) const {
        for (std::size_t i = 0; i < logs.size(); ++i) {
            if (!logs[i].waitForObjects(m_objects[i])) {
                return false;
            }
        }
        return true;
    }

private:
    std::size_t pick(std::size_t count) { return m_chance() % count; }

    void change() {
        const std::size_t which = pick(m_resources.size());
        const QString collection = collectionPath(m_resources[which], {});
        const QString name = QStringLiteral("o%1").arg(pick(20));
        ++m_version;
        if (pick(3) == 0 && m_objects[which].contains(name)) {
            m_server.remove(collection, name);
            m_objects[which].remove(name);
        } else {
            m_server.put(collection, name);
            m_objects[which][name] = QString::number(m_version);
        }
    }
    void disturb() {
        switch (pick(8)) {
        case 0:
            m_server.endWatches();
            break;
        case 1:
            m_server.dropConnections();
            break;
        case 2:
            ++m_version;
            m_server.compact(pick(2) == 0 ? ApiServer::GoneBy::Code : ApiServer::GoneBy::Event);
            m_server.dropConnections();
            break;
        case 3:
            m_server.babble("nonsense\n");
            break;
        case 4:
            ++m_version;
            m_server.bookmark();
            break;
        default:
            m_server.chunk(static_cast<qsizetype>(pick(40)));
        }
    }

    ApiServer& m_server;
    const std::vector<Resource> m_resources = nineResources();
    std::vector<QMap<QString, QString>> m_objects{m_resources.size()}; ///< By name their versions.
    qint64 m_version = 100;                                            ///< The server's.
    int m_rounds = 0;
    std::minstd_rand m_chance{17};
};

} // namespace

class TestWatches : public QObject {
    Q_OBJECT

private:
    std::optional<TestAuthority> m_authority;
    std::unique_ptr<ApiServer> m_server;
    std::unique_ptr<NewsLog> m_log;
    std::unique_ptr<Watches> m_watches;

    [[nodiscard]] ApiAccess access() const { return accessOf(m_authority->kubeconfig(m_server->port())).value_or(ApiAccess()); }
    /// Watches all pods.
    void watchPods(const WatchTimes& times = quickly()) {
        m_watches.reset();
        m_watches = std::make_unique<Watches>(access(), std::vector<Watches::Wanted>{{resourceOf<Pod>(), {}, m_log->ear()}}, times);
    }
    /// Watches pods a and b, and says nothing of that.
    void begin() {
        m_server->put(kPods, QStringLiteral("a"));
        m_server->put(kPods, QStringLiteral("b"));
        watchPods();
        QCOMPARE(m_log->waitFor("all a b, live"), QStringLiteral("all a b, live"));
        m_log->forget();
    }

private Q_SLOTS:
    void initTestCase() { m_authority.emplace(); }
    void init() {
        m_server = std::make_unique<ApiServer>(*m_authority);
        m_log = std::make_unique<NewsLog>();
    }
    void cleanup() {
        m_watches.reset();
        m_server.reset();
        m_log.reset();
    }

    void listsThenWatches();
    void pagesAreOneList();
    void asksForItsSelection();
    void anEndInOrderIsNoNews();
    void aBookmarkIsWhereItGoesOn();
    void aDroppedConnectionLosesNothing();
    void aServerThatComesBackIsFound();
    void whatIsGoneIsListedAnew_data();
    void whatIsGoneIsListedAnew();
    void nonsenseIsListedAnew_data();
    void nonsenseIsListedAnew();
    void refusalsAreTriedAgain_data();
    void refusalsAreTriedAgain();
    void silenceIsNotTrusted();
    void chunksOfAnySize();
    void anotherServerIsRefused();
    void endsWhateverIsGoingOn_data();
    void endsWhateverIsGoingOn();
    void nineAtOnce();
};

void TestWatches::listsThenWatches() {
    begin();
    m_server->put(kPods, QStringLiteral("c"));
    m_server->put(kPods, QStringLiteral("a"));
    m_server->remove(kPods, QStringLiteral("b"));
    QCOMPARE(m_log->waitFor("seen c, seen a, lost b"), QStringLiteral("seen c, seen a, lost b"));
}

void TestWatches::pagesAreOneList() {
    QMap<QString, QString> objects;
    for (int i = 0; i < 1100; ++i) {
        m_server->put(kPods, QStringLiteral("p%1").arg(i));
        objects[QStringLiteral("p%1").arg(i)] = QString::number(101 + i);
    }
    watchPods();
    QVERIFY(m_log->waitForObjects(objects));
    QVERIFY(m_log->waitFor("all, live").endsWith(QStringLiteral(", live")));
    QCOMPARE(m_server->requests().size(), qsizetype(4)); // three pages and the stream
}

void TestWatches::asksForItsSelection() {
    const Watches watches(access(), {{resourceOf<DaemonSet>(), {QStringLiteral("kube-system"), QStringLiteral("app=a"), {}}, m_log->ear()}},
                          quickly());
    QCOMPARE(m_log->waitFor("all, live"), QStringLiteral("all, live"));
    const QString path = QStringLiteral("GET /apis/apps/v1/namespaces/kube-system/daemonsets?labelSelector=app%3Da&");
    QCOMPARE(m_server->requests(), QStringList({path + QStringLiteral("limit=500"),
                                                path + QStringLiteral("watch=true&allowWatchBookmarks=true&resourceVersion=100")}));
}

void TestWatches::anEndInOrderIsNoNews() {
    begin();
    m_server->put(kPods, QStringLiteral("a"));
    m_log->waitFor("seen a");
    m_server->forgetRequests();
    m_server->endWatches();
    m_server->put(kPods, QStringLiteral("c"));
    QCOMPARE(m_log->waitFor("seen a, seen c"), QStringLiteral("seen a, seen c"));
    QCOMPARE(m_server->requests(), QStringList{QStringLiteral("GET /api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=103")});
}

void TestWatches::aBookmarkIsWhereItGoesOn() {
    begin();
    m_server->put(QStringLiteral("/api/v1/nodes"), QStringLiteral("other")); // time goes on elsewhere
    m_server->forgetRequests();
    m_server->bookmark();
    m_server->endWatches();
    m_server->put(kPods, QStringLiteral("c"));
    QCOMPARE(m_log->waitFor("seen c"), QStringLiteral("seen c"));
    QCOMPARE(m_server->requests(), QStringList{QStringLiteral("GET /api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=104")});
}

void TestWatches::aDroppedConnectionLosesNothing() {
    begin();
    m_server->forgetRequests();
    m_server->dropConnections();
    m_server->remove(kPods, QStringLiteral("a"));
    m_server->put(kPods, QStringLiteral("c"));
    QCOMPARE(m_log->waitFor("unreachable, live, lost a, seen c"), QStringLiteral("unreachable, live, lost a, seen c"));
    QVERIFY(!m_server->requests().contains(QStringLiteral("GET /api/v1/pods?limit=500")));
}

void TestWatches::aServerThatComesBackIsFound() {
    begin();
    m_server->listen(false);
    m_server->dropConnections();
    QCOMPARE(m_log->waitFor("unreachable"), QStringLiteral("unreachable"));
    m_server->put(kPods, QStringLiteral("c"));
    m_server->listen(true);
    QCOMPARE(m_log->waitFor("unreachable, live, seen c"), QStringLiteral("unreachable, live, seen c"));
}

void TestWatches::whatIsGoneIsListedAnew_data() {
    QTest::addColumn<ApiServer::GoneBy>("by");
    QTest::addColumn<QString>("news");
    QTest::newRow("HTTP's code") << ApiServer::GoneBy::Code << QStringLiteral("unreachable, all b c, live");
    QTest::newRow("an event") << ApiServer::GoneBy::Event << QStringLiteral("unreachable, live, all b c");
}
void TestWatches::whatIsGoneIsListedAnew() {
    QFETCH(ApiServer::GoneBy, by);
    QFETCH(QString, news);
    begin();
    m_server->listen(false);
    m_server->dropConnections();
    m_log->waitFor("unreachable");
    m_server->remove(kPods, QStringLiteral("a"));
    m_server->put(kPods, QStringLiteral("c"));
    m_server->compact(by);
    m_server->listen(true);
    QCOMPARE(m_log->waitFor(qPrintable(news)), news);
    m_server->put(kPods, QStringLiteral("d"));
    QVERIFY(m_log->waitFor(qPrintable(news + QStringLiteral(", seen d"))).endsWith(QStringLiteral("seen d")));
}

void TestWatches::nonsenseIsListedAnew_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("a page") << QByteArray("<html>\n");
    QTest::newRow("zeros") << QByteArray(100, '\0') + '\n';
    QTest::newRow("a line without end") << QByteArray(9 << 20, 'x');
}
void TestWatches::nonsenseIsListedAnew() {
    QFETCH(QByteArray, bytes);
    begin();
    m_server->babble(bytes);
    QCOMPARE(m_log->waitFor("nonsense, all a b, live"), QStringLiteral("nonsense, all a b, live"));
}

void TestWatches::refusalsAreTriedAgain_data() {
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("news");
    QTest::newRow("forbidden") << 403 << test::statusBody(403, QStringLiteral("Forbidden"), QStringLiteral("pods is forbidden"))
                               << QStringLiteral("denied, all a, live");
    QTest::newRow("not yet") << 503 << QByteArray("starting") << QStringLiteral("unreachable, all a, live");
    QTest::newRow("no list") << 200 << QByteArray("{}") << QStringLiteral("nonsense, all a, live");
}
void TestWatches::refusalsAreTriedAgain() {
    QFETCH(int, code);
    QFETCH(QByteArray, body);
    QFETCH(QString, news);
    m_server->put(kPods, QStringLiteral("a"));
    m_server->refuse(3, code, body);
    watchPods();
    QCOMPARE(m_log->waitFor(qPrintable(news)), news); // told once
    QCOMPARE(m_server->requests().size(), qsizetype(5));
}

void TestWatches::silenceIsNotTrusted() {
    m_server->put(kPods, QStringLiteral("a"));
    WatchTimes times = quickly();
    times.answer = 200ms;
    m_server->fallSilent();
    watchPods(times);
    QCOMPARE(m_log->waitFor("unreachable"), QStringLiteral("unreachable"));
    m_server->forgetRequests();
    m_server->waitForRequest(); // it goes on trying
    m_watches.reset();
    m_server->fallSilent(false);
    m_log->forget();
    times = quickly();
    times.silence = 200ms;
    watchPods(times);
    QCOMPARE(m_log->waitFor("all a, live, unreachable, live"), QStringLiteral("all a, live, unreachable, live"));
}

void TestWatches::chunksOfAnySize() {
    for (const qsizetype size : {1, 3, 50}) {
        m_watches.reset();
        m_log->forget();
        m_server->chunk(size);
        m_server->put(kPods, QStringLiteral("a"));
        watchPods();
        QCOMPARE(m_log->waitFor("all a, live"), QStringLiteral("all a, live"));
        m_server->put(kPods, QStringLiteral("a"), {{QStringLiteral("text"), QStringLiteral("line\nbreak")}});
        QCOMPARE(m_log->waitFor("all a, live, seen a"), QStringLiteral("all a, live, seen a"));
    }
}

void TestWatches::anotherServerIsRefused() {
    const TestAuthority other;
    Kubeconfig kubeconfig = m_authority->kubeconfig(m_server->port());
    kubeconfig.authority = other.authority;
    const auto wrong = accessOf(kubeconfig);
    VERIFY_OK(wrong);
    const Watches watches(*wrong, {{resourceOf<Pod>(), {}, m_log->ear()}}, quickly());
    QCOMPARE(m_log->waitFor("denied"), QStringLiteral("denied"));
    QCOMPARE(m_server->requests(), QStringList());
}

void TestWatches::endsWhateverIsGoingOn_data() {
    QTest::addColumn<QString>("what");
    for (const char* what : {"a stream", "silence", "a pause", "nothing yet"}) {
        QTest::newRow(what) << QString::fromLatin1(what);
    }
}
void TestWatches::endsWhateverIsGoingOn() {
    QFETCH(QString, what);
    if (what == QLatin1String("silence")) {
        m_server->fallSilent();
        watchPods();
        m_server->waitForRequest();
    } else if (what == QLatin1String("a pause")) {
        m_server->refuse(1000, 503, {});
        watchPods({std::chrono::hours(1), std::chrono::hours(1), 20s, 20s});
        QCOMPARE(m_log->waitFor("unreachable"), QStringLiteral("unreachable"));
    } else if (what == QLatin1String("a stream")) {
        begin();
    } else {
        watchPods();
    }
    QElapsedTimer timer;
    timer.start();
    m_watches.reset();
    QVERIFY2(timer.elapsed() < 10'000, "it hangs");
    m_log->forget();
    m_server->put(kPods, QStringLiteral("later"));
    QCOMPARE(m_log->now(), QString());
}

void TestWatches::nineAtOnce() {
    const bool isFull = qEnvironmentVariableIsSet("PODLEAF_FULL");
    std::vector<NewsLog> logs(nineResources().size());
    std::vector<Watches::Wanted> wanted;
    for (std::size_t i = 0; i < logs.size(); ++i) {
        wanted.push_back({nineResources()[i], {}, logs[i].ear()});
    }
    const Watches watches(access(), std::move(wanted), quickly());
    for (NewsLog& log : logs) {
        QVERIFY(log.waitForLive());
    }
    QCOMPARE(m_server->watches(), 9); // none waits for another to end
    VERIFY_OK(ApiClient(access()).text(OpContext().withTimeout(kHang), QStringLiteral("/readyz")));

    Story story(*m_server);
    QElapsedTimer timer;
    timer.start();
    while (isFull ? timer.elapsed() < 300'000 : story.rounds() < 40) {
        story.goOn();
        QVERIFY2(story.rounds() % 10 != 0 || story.isKnownTo(logs), "not all know what there is");
    }
    QVERIFY2(story.isKnownTo(logs), "not all know what there is");
    QTRY_COMPARE_WITH_TIMEOUT(m_server->watches(), 9, 30'000); // the last ones may be about to come back
}

QTEST_GUILESS_MAIN(TestWatches)
#include "tst_watches.moc"
