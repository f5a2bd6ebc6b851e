// SPDX-License-Identifier: GPL-3.0-or-later
// The Convergence dock: rows that grow with their records, bounds, the timeline, and the thread that tells of them.
// Offscreen; GUI thread.
#include <ui/docks/convergence_panel.h>
#include <ui/docks/table_panel.h>
#include <ui/docks/timeline_view.h>
#include <ui/document/convergence_feed.h>

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QLabel>
#include <QPointer>
#include <QScrollBar>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;

namespace {

constexpr int kPatienceMs = 20'000;

state::ConvergenceRecord cut(int id, state::ConvergenceEnd end) {
    state::ConvergenceRecord record;
    record.id = id;
    record.what = QStringLiteral("intnet2 was cut");
    record.atMs = 1'700'000'000'000 + id;
    record.lastMs = 40;
    record.end = end;
    record.nodes[NodeId(QStringLiteral("host2"))] = {.carrierMs = 1, .sessionMs = 3, .withdrawnMs = 5, .installedMs = {}, .withdrawn = 2};
    record.nodes[NodeId(QStringLiteral("leaf1"))] = {.carrierMs = 1, .sessionMs = 2, .withdrawnMs = 9, .installedMs = 40, .installed = 1};
    record.probes.push_back({QStringLiteral("host1"), QStringLiteral("my-nginx-1"), true, true, 2, 38});
    return record;
}

} // namespace

class ConvergencePanelTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rowsGrow();
    void tableIsBounded();
    void timelineOfTheSelected();
    void allColumnsFit();
    void timelineIsSeenWhole_data();
    void timelineIsSeenWhole();
    void timesAreNotOnEachOther();
    void feedTellsAndStops();
};

void ConvergencePanelTest::rowsGrow() {
    ConvergenceTable table;
    const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    table.add(cut(1, state::ConvergenceEnd::Open));
    const auto text = [&table](int row, int column) { return table.index(row, column).data().toString(); };
    QCOMPARE(text(0, ConvergenceTable::Event), QStringLiteral("intnet2 was cut"));
    QCOMPARE(text(0, ConvergenceTable::Detected), QStringLiteral("1"));
    QCOMPARE(text(0, ConvergenceTable::Withdrawn), QStringLiteral("9"));
    QCOMPARE(text(0, ConvergenceTable::Installed), QStringLiteral("40"));
    QCOMPARE(text(0, ConvergenceTable::Through), QStringLiteral("38"));
    QCOMPARE(text(0, ConvergenceTable::Last), QStringLiteral("40"));
    QCOMPARE(text(0, ConvergenceTable::End), QStringLiteral("Not over"));
    table.add(cut(1, state::ConvergenceEnd::Settled));
    QCOMPARE(table.rowCount(), 1);
    QCOMPARE(text(0, ConvergenceTable::End), QStringLiteral("Settled"));
    auto partly = cut(2, state::ConvergenceEnd::GaveUp);
    partly.partial = true;
    table.add(partly);
    QCOMPARE(text(1, ConvergenceTable::End), QStringLiteral("Did not settle"));
    QCOMPARE(table.index(1, ConvergenceTable::End).data(cell::kSecond).toString(), QStringLiteral("partial"));
    table.clear();
    QCOMPARE(table.rowCount(), 0);
}

void ConvergencePanelTest::tableIsBounded() {
    ConvergenceTable table;
    for (int id = 1; id <= ConvergenceTable::kMaxRecords + 5; ++id) {
        table.add(cut(id, state::ConvergenceEnd::Settled));
    }
    QCOMPARE(table.rowCount(), ConvergenceTable::kMaxRecords);
    QCOMPARE(table.recordAt(0)->id, 6);
    QVERIFY(table.recordAt(-1) == nullptr && table.recordAt(10'000) == nullptr);
}

void ConvergencePanelTest::timelineOfTheSelected() {
    const Theme theme = Theme::light();
    ConvergencePanel panel(theme);
    panel.resize(900, 240);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel, kPatienceMs));
    const auto isShown = [&panel](const QWidget* widget) { return widget->isVisibleTo(&panel); };
    const auto bars = panel.findChildren<QScrollBar*>();
    QVERIFY(std::ranges::none_of(bars, isShown)); // Nothing but a sentence.
    QVERIFY(std::ranges::any_of(panel.findChildren<QLabel*>(), [&](const QLabel* label) {
        return isShown(label) && label->text().startsWith(QStringLiteral("No event yet."));
    }));
    panel.add(cut(1, state::ConvergenceEnd::Settled));
    QTRY_VERIFY_WITH_TIMEOUT(panel.timeline().width() >= panel.timeline().minimumSizeHint().width(), kPatienceMs);
    QCOMPARE(panel.timeline().lines(), QStringList({QStringLiteral("host2: carrier 1 ms, session 3 ms, withdrawn 5 ms"),
                                                    QStringLiteral("leaf1: carrier 1 ms, session 2 ms, withdrawn 9 ms, installed 40 ms"),
                                                    QStringLiteral("host1 → my-nginx-1: lost 2 ms, through 38 ms")}));
    auto second = cut(2, state::ConvergenceEnd::Open);
    second.nodes.erase(NodeId(QStringLiteral("host2")));
    panel.add(second);
    QCOMPARE(panel.timeline().lines().size(), 2); // The newest.
    QTreeView* view = panel.table().view();
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(view->model()->index(0, 1)).center());
    QCOMPARE(panel.timeline().lines().size(), 3);
    panel.add(second); // What was chosen stays.
    QCOMPARE(panel.timeline().lines().size(), 3);
    panel.clear();
    QVERIFY(panel.timeline().lines().isEmpty());
}

/// In the dock of a window of 1440 x 900, with as many rows as it has to scroll: no column lies beyond the edge, and no
/// title is cut. What the short ones stand for is in their tool tips.
void ConvergencePanelTest::allColumnsFit() {
    const Theme theme = Theme::light();
    ConvergencePanel panel(theme);
    panel.resize(844, 220);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel, kPatienceMs));
    for (int id = 1; id <= 30; ++id) {
        panel.add(cut(id, state::ConvergenceEnd::Settled));
    }
    const QTreeView* view = panel.table().view();
    const QHeaderView* header = view->header();
    QTRY_VERIFY_WITH_TIMEOUT(view->verticalScrollBar()->isVisible(), kPatienceMs);
    QVERIFY2(header->length() <= view->viewport()->width(), qPrintable(QString::number(header->length())));
    QVERIFY(!view->horizontalScrollBar()->isVisible());
    for (int column = 0; column < ConvergenceTable::ColumnCount; ++column) {
        QVERIFY2(header->sectionSize(column) >= header->sectionSizeHint(column), qPrintable(QString::number(column)));
        const QVariant words = view->model()->headerData(column, Qt::Horizontal, Qt::ToolTipRole);
        QVERIFY2(words.toString().endsWith(QLatin1Char('.')), qPrintable(QString::number(column)));
    }
    const QFontMetrics metrics(theme.font(FontRole::Table));
    constexpr int kMargins = 16;
    QVERIFY(header->sectionSize(ConvergenceTable::Last) >= metrics.horizontalAdvance(QStringLiteral("1000")) + kMargins);
}

/// In the dock of a window of 1440, one of 1024, and less: nothing lies beyond the edge.
void ConvergencePanelTest::timelineIsSeenWhole_data() {
    QTest::addColumn<int>("width");
    QTest::newRow("1440") << 844;
    QTest::newRow("1024") << 602;
    QTest::newRow("less") << 520;
}

void ConvergencePanelTest::timelineIsSeenWhole() {
    QFETCH(int, width);
    const Theme theme = Theme::light();
    ConvergencePanel panel(theme);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel, kPatienceMs));
    panel.add(cut(1, state::ConvergenceEnd::Settled));
    const auto isWithin = [&panel] { return panel.timeline().width() <= panel.timeline().parentWidget()->width(); };
    panel.resize(width, 240);
    QTRY_VERIFY_WITH_TIMEOUT(isWithin(), kPatienceMs);
}

void ConvergencePanelTest::timesAreNotOnEachOther() {
    const Theme theme = Theme::light();
    TimelineView timeline(theme);
    timeline.show(cut(1, state::ConvergenceEnd::Settled));
    for (const int width : {600, 260, 200, 150, 100}) {
        timeline.resize(width, 240);
        const auto times = timeline.times();
        QCOMPARE(times.back().second, QStringLiteral("40 ms"));
        QVERIFY2(timeline.rect().contains(times.back().first), qPrintable(QString::number(width)));
        QVERIFY2(times.size() == 1 || !times[0].first.intersects(times[1].first), qPrintable(QString::number(width)));
    }
    QCOMPARE(timeline.times().size(), std::size_t(1)); // There is no room for both.
    timeline.resize(600, 240);
    QCOMPARE(timeline.times().size(), std::size_t(2));
}

void ConvergencePanelTest::feedTellsAndStops() {
    QPointer<ConvergenceFeed> feed = new ConvergenceFeed([](const OpContext& context, const TellRecord& tell) {
        tell(cut(1, state::ConvergenceEnd::Open));
        static_cast<void>(context.sleepFor(std::chrono::hours(1)));
        tell(cut(1, state::ConvergenceEnd::Settled)); // Nobody is told any more.
    });
    std::vector<state::ConvergenceEnd> ends;
    connect(feed, &ConvergenceFeed::recordChanged, this, [&ends](const state::ConvergenceRecord& record) { ends.push_back(record.end); });
    QTRY_COMPARE_WITH_TIMEOUT(ends.size(), std::size_t(1), kPatienceMs);
    feed->closeSoon();
    QTRY_VERIFY_WITH_TIMEOUT(feed.isNull(), kPatienceMs);
    QCOMPARE(ends.size(), std::size_t(1));
}

QTEST_MAIN(ConvergencePanelTest)
#include "tst_convergence_panel.moc"
