// SPDX-License-Identifier: GPL-3.0-or-later
// The Flows dock with its verdict buttons and filter words, and the Routes dock's difference of two instants. Offscreen;
// GUI thread.
#include <tests/fakes/running_lab.h>
#include <ui/docks/flows_panel.h>
#include <ui/docks/routes_panel.h>
#include <ui/docks/table_panel.h>
#include <ui/models/route_difference.h>

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QTreeView>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::fakes;

namespace {

verify::LegResult leg(const char* from, const char* to, bool ok) {
    return {QString::fromUtf8(from),
            QString::fromUtf8(to),
            QStringLiteral("http://10.20.1.10:8080/"),
            ok,
            true,
            0.4,
            ok ? QString() : QStringLiteral("Timed out.")};
}

QPushButton* button(const QWidget& panel, const char* text) {
    for (auto* each : panel.findChildren<QPushButton*>()) {
        if (each->text() == QString::fromUtf8(text)) {
            return each;
        }
    }
    return nullptr;
}

QString rowText(const QAbstractItemModel& model, int row) {
    QStringList cells;
    for (int column = 0; column < model.columnCount(); ++column) {
        cells += model.index(row, column).data().toString();
    }
    return cells.join(QLatin1Char('|'));
}

state::Snapshot snapshotOf(const state::LabState& lab) {
    return std::make_shared<const state::LabState>(lab);
}

} // namespace

class FlowsRoutesTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void verdictsAndCounts();
    void flowsAreBounded();
    void buttonsAndKeysFilter();
    void buttonsStandBesideTheFilter();
    void rowsAreChosen();
    void differenceOfTwoInstants();
    void marksByMouse();
};

void FlowsRoutesTest::verdictsAndCounts() {
    FlowTable flows;
    const QAbstractItemModelTester tester(&flows, QAbstractItemModelTester::FailureReportingMode::QtTest);
    flows.add(leg("host1", "my-nginx-1", false), kStartMs);
    flows.add(leg("host2", "my-nginx-1", true), kStartMs);
    flows.add(leg("host1", "my-nginx-1", true), kStartMs);
    flows.add(leg("host1", "my-nginx-1", true), kStartMs);
    verify::LegResult wrong = leg("host3", "my-nginx-2", false);
    wrong.answeredWrong = true;
    flows.add(wrong, kStartMs);
    QVERIFY(flows.counts() == (FlowCounts{5, 2, 1, 1, 1}));
    QVERIFY(rowText(flows, 4).contains(QStringLiteral("|Not as wanted|host3|")));
    QVERIFY(flows.flowOf(4) == (FlowRef{QStringLiteral("host3"), QStringLiteral("my-nginx-2")}));
    QVERIFY(rowText(flows, 0).endsWith(QStringLiteral("|Not answered|host1|my-nginx-1|TCP 8080|–|Timed out.")));
    QVERIFY(rowText(flows, 2).contains(QStringLiteral("|Changed|host1|")));
    flows.clear();
    QVERIFY(flows.counts() == FlowCounts());
}

void FlowsRoutesTest::flowsAreBounded() {
    FlowTable flows;
    for (int i = 0; i < FlowTable::kMaxRows + 10; ++i) {
        flows.add(leg("host1", "my-nginx-1", i % 2 == 0), kStartMs);
    }
    QVERIFY(flows.rowCount() <= FlowTable::kMaxRows);
    QCOMPARE(flows.counts().all, flows.rowCount());
}

void FlowsRoutesTest::buttonsAndKeysFilter() {
    const Theme theme = Theme::light();
    FlowsPanel panel(theme);
    panel.resize(900, 240);
    panel.show();
    QCOMPARE(panel.table().emptySentence(), QStringLiteral("No connection seen yet. Test nginx makes some."));
    panel.add(leg("host1", "my-nginx-1", false), kStartMs);
    panel.add(leg("host2", "my-nginx-1", true), kStartMs);
    panel.add(leg("host3", "my-nginx-2", true), kStartMs);
    const QAbstractItemModel* rows = panel.table().view()->model();
    QCOMPARE(rows->rowCount(), 3);
    QTest::mouseClick(button(panel, "Not answered 1"), Qt::LeftButton);
    QCOMPARE(rows->rowCount(), 1);
    QTest::mouseClick(button(panel, "Not as wanted 0"), Qt::LeftButton);
    QCOMPARE(rows->rowCount(), 0);
    QTest::mouseClick(button(panel, "Changed 0"), Qt::LeftButton);
    QCOMPARE(panel.table().emptySentence(), QStringLiteral("No row is of this kind."));
    QTest::mouseClick(button(panel, "All 3"), Qt::LeftButton);
    auto* filter = panel.findChild<QLineEdit*>();
    const std::pair<const char*, int> words[] = {{"pod:my-nginx-1", 2}, {"pod:my-nginx-1 verdict:allowed", 1},
                                                 {"verdict:host1", 0},  {"port:8080", 3},
                                                 {"node:host3", 1},     {"ip:10.20.1.10", 3},
                                                 {"nosuchkey:x", 0},    {"host", 3}};
    for (const auto& [text, count] : words) {
        filter->clear();
        QTest::keyClicks(filter, QString::fromLatin1(text));
        QVERIFY2(rows->rowCount() == count, text);
    }
}

/// In the dock of a window of 1440; above it in one of 1024, and the dock can be made so narrow.
void FlowsRoutesTest::buttonsStandBesideTheFilter() {
    const Theme theme = Theme::light();
    FlowsPanel panel(theme);
    panel.table().setNote(QStringLiteral("0 lost"), QStringLiteral("ok"));
    panel.resize(844, 220);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    const auto middle = [&panel](const QWidget* part) { return part->mapTo(&panel, part->rect().center()).y(); };
    const auto* filter = panel.findChild<QLineEdit*>();
    const auto isBeside = [&] { return qAbs(middle(button(panel, "All 0")) - middle(filter)) < 4; };
    QTRY_VERIFY(isBeside());
    QVERIFY(filter->width() >= 80);
    panel.resize(panel.minimumSizeHint().width(), 220);
    QTRY_VERIFY(!isBeside() && middle(button(panel, "All 0")) < middle(filter));
    QVERIFY(button(panel, "Changed 0")->isVisible() && panel.width() < 844);
    panel.resize(844, 220);
    QTRY_VERIFY(isBeside());
    panel.add(leg("host1", "my-nginx-1", true), kStartMs);
    QTest::mouseClick(button(panel, "Not answered 0"), Qt::LeftButton);
    QCOMPARE(panel.table().view()->model()->rowCount(), 0);
}

/// Each row that the user goes to, by mouse or key; none that comes by itself.
void FlowsRoutesTest::rowsAreChosen() {
    const Theme theme = Theme::light();
    FlowsPanel panel(theme);
    panel.resize(900, 240);
    panel.show();
    panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&panel));
    std::vector<FlowRef> chosen;
    connect(&panel, &FlowsPanel::flowChosen, this, [&chosen](const FlowRef& flow) { chosen.push_back(flow); });
    panel.add(leg("host1", "my-nginx-1", true), kStartMs);
    panel.add(leg("host2", "my-nginx-1", false), kStartMs);
    panel.add(leg("host2", "my-nginx-2", false), kStartMs);
    QVERIFY(chosen.empty());
    const FlowRef second{QStringLiteral("host2"), QStringLiteral("my-nginx-1")};
    const FlowRef third{QStringLiteral("host2"), QStringLiteral("my-nginx-2")};
    QTest::mouseClick(button(panel, "Not answered 2"), Qt::LeftButton); // Rows of the view are not rows of the table.
    QTreeView* view = panel.table().view();
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(view->model()->index(0, 1)).center());
    QVERIFY(!chosen.empty() && chosen.back() == second);
    QTest::keyClick(view, Qt::Key_Down);
    QVERIFY(chosen.back() == third);
    const std::size_t before = chosen.size();
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(chosen.size(), before + 1);
    QVERIFY(chosen.back() == third);
}

void FlowsRoutesTest::differenceOfTwoInstants() {
    ObservedLab lab;
    lab.feed(greenTutorial(lab.lab));
    const state::LabState before = lab.state;
    state::LabState after = before;
    auto& routes = after.nodes.at(NodeId(QStringLiteral("host1"))).routes;
    QVERIFY(routes.size() >= 2);
    auto copy = routes;
    const state::RouteKey gone = routes.begin()->first;
    copy.erase(gone);
    const state::RouteKey changed = copy.begin()->first;
    state::RouteState other = copy.begin()->second;
    other.nextHops = {};
    copy[changed] = other;
    state::RouteState came = other;
    came.prefix = *Ipv4Prefix::parse(u"192.0.2.0/24");
    copy[state::RouteKey(came.prefix, 20)] = came;
    routes = copy;
    RouteDifference table;
    const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    table.show(model::Lab(), before, before);
    QCOMPARE(table.rowCount(), 0);
    table.show(model::Lab(), before, after);
    QCOMPARE(table.sentence(), QStringLiteral("1 came, 1 gone, 1 changed."));
    QCOMPARE(table.rowCount(), 3);
    table.clear();
}

void FlowsRoutesTest::marksByMouse() {
    const Theme theme = Theme::light();
    ObservedLab lab;
    RouteTable all;
    auto* table = new TablePanel(&all, theme);
    RoutesPanel panel(table, theme);
    panel.resize(592, 240); // The dock in a window of 1440.
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    const auto isBesideFilter = [&panel](const TablePanel* shown) {
        const auto middle = [&panel](const QWidget* part) { return part->mapTo(&panel, part->rect().center()).y(); };
        return qAbs(middle(button(panel, "Mark A")) - middle(shown->findChild<QLineEdit*>())) < 4;
    };
    QTRY_VERIFY(isBesideFilter(table));
    QVERIFY(!button(panel, "Mark A")->isEnabled());
    panel.setNow(snapshotOf(lab.state));
    QTest::mouseClick(button(panel, "Mark A"), Qt::LeftButton);
    QVERIFY(panel.showsDifference());
    lab.feed(greenTutorial(lab.lab));
    QVERIFY(!table->isAncestorOf(button(panel, "Mark B")) && button(panel, "Mark B")->isVisible()); // They went to the other table.
    panel.setNow(snapshotOf(lab.state));
    const int rows = panel.difference().rowCount();
    QVERIFY(rows > 0);
    QTest::mouseClick(button(panel, "Mark B"), Qt::LeftButton);
    panel.setNow(snapshotOf(state::initialState(lab.lab, {})));
    QCOMPARE(panel.difference().rowCount(), rows); // B holds.
    QTest::mouseClick(button(panel, "Show all"), Qt::LeftButton);
    QVERIFY(!panel.showsDifference());
    panel.setNow(nullptr);
    QVERIFY(!button(panel, "Mark A")->isEnabled());
}

QTEST_MAIN(FlowsRoutesTest)
#include "tst_flows_routes.moc"
