// SPDX-License-Identifier: GPL-3.0-or-later
// A cut on the tutorial's real lab as the docks tell it: Convergence and the difference of routes. Needs root;
// offscreen. GUI thread.
#include "mouse_and_keys.h"
#include "real_window.h"

#include <ui/docks/convergence_panel.h>
#include <ui/docks/flows_panel.h>
#include <ui/docks/routes_panel.h>
#include <ui/docks/table_panel.h>
#include <ui/docks/test_panel.h>
#include <ui/docks/timeline_view.h>
#include <ui/models/route_difference.h>
#include <ui/models/route_table.h>
#include <ui/plots/plots_panel.h>
#include <ui/window/look_inside.h>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QFile>

#include <unistd.h>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;

class WatchDocksTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_lab.reset(); }
    void aCutIsToldByTheDocks();
    void routesSayWhatBgpTold();
    void plotsShowWhatHappened();
    void testsLegsAreFlows();

private:
    void choose(const QString& entry);
    LookInside& docks() { return m_lab->window().lookInside(); }

    std::unique_ptr<RealWindow> m_lab;
};

void WatchDocksTest::initTestCase() {
    if (geteuid() != 0) {
        QSKIP("The window's tests run as root.");
    }
    m_lab = std::make_unique<RealWindow>();
    QVERIFY(m_lab->open());
    using Tester = QAbstractItemModelTester;
    int ours = 0; // Every one, while things happen. Qt's own QTreeWidget does not pass.
    for (QAbstractItemModel* model : m_lab->window().findChildren<QAbstractItemModel*>()) {
        const QByteArray name(model->metaObject()->className());
        if (name.startsWith("podleaf::") || name == "QAbstractTableModel") { // The latter: a KeyedTable.
            new Tester(model, Tester::FailureReportingMode::QtTest, model);
            ++ours;
        }
    }
    QVERIFY(ours > 10);
}

void WatchDocksTest::choose(const QString& entry) {
    LabView& canvas = m_lab->window().canvas();
    clickAt(*canvas.viewport(), canvas.viewPosOf(LinkId(QStringLiteral("intnet2"))), Qt::RightButton);
    QTRY_VERIFY_WITH_TIMEOUT(openMenu() != nullptr, kLabPatienceMs);
    QVERIFY(chooseFrom(*openMenu(), entry));
}

void WatchDocksTest::aCutIsToldByTheDocks() {
    press(m_lab->window(), Qt::Key_5, Qt::AltModifier);
    auto* routes = m_lab->window().findChild<RoutesPanel*>();
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(*routes), kLabPatienceMs);
    QVERIFY(clickButton(*routes, QStringLiteral("Mark A")));
    QVERIFY(routes->showsDifference());
    choose(QStringLiteral("Cut intnet2"));
    ConvergencePanel& convergence = docks().convergence();
    QTRY_VERIFY_WITH_TIMEOUT(
        convergence.records().rowCount() == 1 && convergence.records().recordAt(0)->end == state::ConvergenceEnd::Settled, kLabPatienceMs);
    const state::ConvergenceRecord record = *convergence.records().recordAt(0);
    QCOMPARE(record.what, QStringLiteral("intnet2 was cut"));
    QVERIFY(record.detectedMs() && record.withdrawnMs());
    QVERIFY(!convergence.timeline().lines().isEmpty());
    // host2's routes went, and everybody's to its pods.
    QTRY_VERIFY_WITH_TIMEOUT(routes->difference().sentence().startsWith(QStringLiteral("0 came, ")) &&
                                 !routes->difference().sentence().contains(QStringLiteral(" 0 gone")),
                             kLabPatienceMs);
    m_lab->screenshot(QStringLiteral("routes-difference"));
    QVERIFY(clickButton(*routes, QStringLiteral("Show all")));
    choose(QStringLiteral("Join intnet2"));
    QTRY_VERIFY_WITH_TIMEOUT(
        convergence.records().rowCount() == 2 && convergence.records().recordAt(1)->end == state::ConvergenceEnd::Settled, kLabPatienceMs);
    QVERIFY(convergence.records().recordAt(1)->installedMs().has_value());
    QVERIFY(clickDockTab(m_lab->window(), QStringLiteral("Convergence")));
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(convergence), kLabPatienceMs);
    m_lab->screenshot(QStringLiteral("convergence"));
}

void WatchDocksTest::routesSayWhatBgpTold() {
    press(m_lab->window(), Qt::Key_5, Qt::AltModifier);
    const auto tables = m_lab->window().findChild<RoutesPanel*>()->findChildren<TablePanel*>();
    const auto all = std::ranges::find_if(tables, [](const TablePanel* table) { return isInSight(*table); });
    QVERIFY(all != tables.end());
    const QAbstractItemModel& rows = *(*all)->view()->model();
    const auto text = [&rows](int row, RouteTable::Column column) { return rows.index(row, column).data().toString(); };
    const auto told = [&] { // Of host1's way to host2's pods, which came back with the cable.
        for (int row = 0; row < rows.rowCount(); ++row) {
            if (text(row, RouteTable::Node) == QLatin1String("host1") && text(row, RouteTable::Prefix) == QLatin1String("10.20.1.0/24")) {
                return QStringList{text(row, RouteTable::AsPath), text(row, RouteTable::Best), text(row, RouteTable::Age)};
            }
        }
        return QStringList();
    };
    QTRY_COMPARE_WITH_TIMEOUT(told().mid(0, 2), (QStringList{QStringLiteral("65100 4200000002"), QStringLiteral("best")}), kLabPatienceMs);
    const QString age = told().value(2);
    QVERIFY(!age.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(told().value(2) != age, kLabPatienceMs); // It grows.
}

void WatchDocksTest::plotsShowWhatHappened() {
    press(m_lab->window(), Qt::Key_9, Qt::AltModifier);
    PlotsPanel& plots = docks().plots();
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(plots), kLabPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(plots.plots().legend().contains(QStringLiteral("Established 6")), kLabPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!plots.series().rates().empty(), kLabPatienceMs); // Of the running lab's counters.
    const auto& sessions = plots.series().sessions().front().samples;
    QVERIFY(std::ranges::any_of(sessions, [](const Sample& each) { return each.value == 4; })); // While the cable was cut.
    QVERIFY(clickButton(plots, QStringLiteral("Sessions")));
    QTRY_VERIFY_WITH_TIMEOUT(!plots.plots().legend().contains(QStringLiteral("Established 6")), kLabPatienceMs);
    QVERIFY(clickButton(plots, QStringLiteral("Sessions")));
    QTRY_VERIFY_WITH_TIMEOUT(plots.plots().legend().contains(QStringLiteral("Established 6")), kLabPatienceMs);
    const QString path = m_lab->filePath(QStringLiteral("plots.csv"));
    QVERIFY(clickButton(plots, QStringLiteral("Export…")));
    QTRY_VERIFY_WITH_TIMEOUT(QApplication::activeModalWidget() != nullptr, kLabPatienceMs);
    QVERIFY(answerWithPath(QApplication::activeModalWidget(), path));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), kLabPatienceMs);
    m_lab->window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&m_lab->window(), kLabPatienceMs));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains(",convergence-ms,\"Installed\","));
    m_lab->screenshot(QStringLiteral("plots"));
}

void WatchDocksTest::testsLegsAreFlows() {
    press(m_lab->window(), Qt::Key_7, Qt::AltModifier);
    FlowsPanel& flows = docks().flows();
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(flows), kLabPatienceMs);
    press(m_lab->window(), Qt::Key_F5);
    QTRY_COMPARE_WITH_TIMEOUT(flows.flows().counts().allowed, m_lab->window().testPanel().matrix().counts().legs, kLabPatienceMs);
    QCOMPARE(flows.flows().counts().notAnswered, 0);
    QVERIFY(clickButton(flows, QStringLiteral("Not answered %L1").arg(0)));
    QTRY_COMPARE_WITH_TIMEOUT(flows.table().view()->model()->rowCount(), 0, kLabPatienceMs);
    QVERIFY(clickButton(flows, QStringLiteral("Allowed %L1").arg(flows.flows().counts().allowed)));
    QTRY_COMPARE_WITH_TIMEOUT(flows.table().view()->model()->rowCount(), flows.flows().counts().allowed, kLabPatienceMs);
    m_lab->screenshot(QStringLiteral("flows"));
}

QTEST_MAIN(WatchDocksTest)
#include "tst_watch_docks.moc"
