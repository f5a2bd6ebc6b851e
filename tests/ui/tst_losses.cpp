// SPDX-License-Identifier: GPL-3.0-or-later
// Observations that were lost: how they are counted, and that every view built on them says "partial" until the user
// acknowledges it by a click in the status bar.
#include "window_case.h"

#include <ui/docks/partial_mark.h>
#include <ui/models/event_table.h>

#include <QLabel>
#include <QStatusBar>
#include <QToolButton>

using namespace podleaf;
using namespace podleaf::ui;

namespace {

state::LossSeen lost(const char* source, std::uint64_t count) {
    return {QString::fromLatin1(source), count};
}

/// That something was lost then.
state::Delta lossAt(qint64 atMs) {
    state::Delta delta;
    delta.changes.push_back({.what = state::Change::What::Loss, .atMs = atMs});
    return delta;
}

} // namespace

class LossesTest final : public QObject, WindowCase {
    Q_OBJECT
private Q_SLOTS:
    void init() { start(); }
    void cleanup() { end(); }
    void countsUntilAcknowledged();
    void storeThatCountsAnewAddsToIt();
    void everyViewSaysPartial();
    void anotherLabIsWhole();

private:
    [[nodiscard]] QToolButton* lossButton() const { return m_window->statusBar()->findChildren<QToolButton*>().value(4); }
    /// What the mark of a dock says; nothing where there is none to be seen.
    [[nodiscard]] QString markOf(const char* id) const;
};

QString LossesTest::markOf(const char* id) const {
    const auto* mark = dock(id)->findChild<PartialMark*>();
    return mark != nullptr && mark->isVisibleTo(dock(id)) ? mark->sentence() : QString();
}

void LossesTest::countsUntilAcknowledged() {
    LossWatch watch;
    state::LabState lab;
    QVERIFY(!watch.update(lab, {}, 1000));
    QCOMPARE(watch.count(), std::uint64_t{0});
    QVERIFY(watch.sentence().isEmpty() && watch.explanation().isEmpty() && watch.past().isEmpty());
    lab.lost = {{QStringLiteral("netlink"), 30}, {QStringLiteral("bmp"), 7}};
    const qint64 at = QDateTime(QDate(2026, 1, 1), QTime(14, 2, 31)).toMSecsSinceEpoch();
    QVERIFY(watch.update(lab, lossAt(at), at + 5000));
    QVERIFY(!watch.update(lab, {}, at + 6000)); // The same ones.
    QCOMPARE(watch.count(), std::uint64_t{37});
    QCOMPARE(watch.sentence(), QStringLiteral("37 events were lost since 14:02:31."));
    QCOMPARE(watch.explanation(), QStringLiteral("37 events were lost since 14:02:31: 7 of bgpd's messages, 30 of the kernels' changes. "
                                                 "What is shown may lack something."));
    watch.acknowledge(at + 60'000);
    QVERIFY(watch.sentence().isEmpty() && watch.count() == 0);
    QCOMPARE(watch.past(), QStringLiteral("37 events were lost before 14:03:31 and acknowledged."));
    lab.lost[QStringLiteral("bmp")] = 8;
    QVERIFY(watch.update(lab, {}, at + 90'000));
    QCOMPARE(watch.sentence(), QStringLiteral("1 event was lost since 14:04:01."));
}

void LossesTest::storeThatCountsAnewAddsToIt() {
    LossWatch watch;
    state::LabState lab;
    lab.lost = {{QStringLiteral("queue"), 5}};
    QVERIFY(watch.update(lab, {}, 1000));
    lab.lost.clear(); // The edited lab's store: nothing is lost there, but the events of before are still shown.
    QVERIFY(!watch.update(lab, {}, 2000));
    QCOMPARE(watch.count(), std::uint64_t{5});
    lab.lost = {{QStringLiteral("queue"), 2}};
    QVERIFY(watch.update(lab, {}, 3000));
    QCOMPARE(watch.count(), std::uint64_t{7});
}

void LossesTest::everyViewSaysPartial() {
    const char* const built[] = {"inspector", "test", "routes", "bgp", "events", "flows", "plots", "convergence"};
    const auto* legend = m_window->canvas().findChild<QWidget*>(QStringLiteral("legend"));
    m_window->openLab({});
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->events().rowCount() > 0, kPatienceMs);
    const QSize whole = legend->size();
    for (const char* id : built) {
        QVERIFY2(markOf(id).isEmpty(), id);
        QVERIFY2(dock(id)->findChild<PartialMark*>() != nullptr, id);
    }
    m_lab->push({lost("netlink", 30), lost("bmp", 7)});
    QTRY_COMPARE_WITH_TIMEOUT(lossButton()->text(), QStringLiteral("37 events lost"), kPatienceMs);
    for (const char* id : built) {
        QVERIFY2(markOf(id).startsWith(QStringLiteral("Partial: 37 events were lost since ")), id);
        QVERIFY2(dock(id)->findChild<PartialMark*>()->toolTip().contains(QStringLiteral("30 of the kernels' changes")), id);
        dock(id)->raise();
        QTRY_VERIFY2(isInFront(id), id);
        const auto* mark = dock(id)->findChild<PartialMark*>();
        QVERIFY2(mark->isVisible() && mark->height() > 0, id);
        QVERIFY2(dock(id)->rect().contains(QRect(mark->mapTo(dock(id), QPoint(0, 0)), mark->size())), id);
    }
    for (const char* id : {"labs", "plan", "consoles", "capture"}) { // Those do not show what is observed.
        QVERIFY2(dock(id)->findChild<PartialMark*>() == nullptr, id);
    }
    QVERIFY(legend->width() > whole.width() && legend->toolTip().contains(QStringLiteral("37 events were lost")));
    QVERIFY(lossButton()->toolTip().contains(QStringLiteral("7 of bgpd's messages")));

    QTest::mouseClick(lossButton(), Qt::LeftButton);
    QCOMPARE(lossButton()->text(), QStringLiteral("0 events lost"));
    QVERIFY(lossButton()->toolTip().startsWith(QStringLiteral("37 events were lost before ")));
    for (const char* id : built) {
        QVERIFY2(markOf(id).isEmpty(), id);
    }
    QVERIFY(legend->size() == whole && legend->toolTip().isEmpty());
    QTRY_VERIFY(isInFront("events"));
    m_lab->push({lost("bmp", 1)}); // More is lost: again.
    QTRY_COMPARE_WITH_TIMEOUT(lossButton()->text(), QStringLiteral("1 event lost"), kPatienceMs);
    QVERIFY(markOf("bgp").startsWith(QStringLiteral("Partial: 1 event was lost since ")));
}

void LossesTest::anotherLabIsWhole() {
    m_window->openLab({});
    m_lab->push({lost("queue", 3)});
    QTRY_COMPARE_WITH_TIMEOUT(lossButton()->text(), QStringLiteral("3 events lost"), kPatienceMs);
    const auto before = std::exchange(m_lab, std::make_unique<fakes::FakeLab>()); // Until nobody looks at it any more.
    m_window->openLab({});
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->runner().isBusy(), kPatienceMs);
    QCOMPARE(lossButton()->text(), QStringLiteral("0 events lost"));
    QVERIFY(markOf("events").isEmpty() && lossButton()->toolTip().isEmpty());
}

QTEST_MAIN(LossesTest)
#include "tst_losses.moc"
