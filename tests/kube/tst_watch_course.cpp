// SPDX-License-Identifier: GPL-3.0-or-later
// WatchCourse: what follows what, and after which pause.
#include <core/kube/watch_course.h>

#include <QTest>

using namespace podleaf::kube;
using namespace std::chrono_literals;

class TestWatchCourse : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void begins();
    void follows_data();
    void follows();
};

void TestWatchCourse::begins() {
    const WatchCourse course(100ms, 5s);
    QVERIFY(course.next() == WatchCourse::Next::List);
    QVERIFY(course.pause() == 0ms);
}

/// What happens, a letter each: l listed, h an event heard, e an end in order at once, E one after a while, b broken off at once,
/// B after a while, g gone.
void TestWatchCourse::follows_data() {
    QTest::addColumn<QString>("story");
    QTest::addColumn<QString>("version");
    QTest::addColumn<int>("pauseMs");
    const auto row = [](const char* name, const char* story, const char* version, int pauseMs) {
        QTest::newRow(name) << QString::fromLatin1(story) << QString::fromLatin1(version) << pauseMs;
    };
    row("watches from the list", "l", "list", 0);
    row("goes on from the last event", "lh", "event", 0);
    row("resumes at once what lasted", "lhE", "event", 0);
    row("does not spin where every stream ends at once", "le", "list", 100);
    row("waits longer each time", "leee", "list", 400);
    row("waits after a break", "lhb", "event", 100);
    row("waits after a break of what lasted", "lbbbB", "list", 100);
    row("waits longer for a list that is refused", "bbb", "", 400);
    row("never waits longer than the longest", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "", 5000);
    row("an event says that all is well", "lbbbh", "event", 0);
    row("a list alone does not", "lbbbl", "list", 400);
    row("lists anew when the version is gone", "lhg", "", 100);
    row("and waits longer when that is so again", "lglglg", "", 400);
}
void TestWatchCourse::follows() {
    QFETCH(QString, story);
    QFETCH(QString, version);
    QFETCH(int, pauseMs);
    WatchCourse course(100ms, 5s);
    for (const QChar each : story) {
        switch (each.toLatin1()) {
        case 'l':
            course.listed(QStringLiteral("list"));
            break;
        case 'h':
            course.heard(QStringLiteral("event"));
            break;
        case 'e':
            course.ended(0ms);
            break;
        case 'E':
            course.ended(5s);
            break;
        case 'b':
            course.brokeOff(0ms);
            break;
        case 'B':
            course.brokeOff(5s);
            break;
        default:
            course.lostTrack();
        }
    }
    QCOMPARE(course.version(), version);
    QVERIFY((course.next() == WatchCourse::Next::List) == version.isEmpty());
    QCOMPARE(course.pause().count(), qint64(pauseMs));
}

QTEST_GUILESS_MAIN(TestWatchCourse)
#include "tst_watch_course.moc"
