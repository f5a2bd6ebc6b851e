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
#include <ui/plots/plots_panel.h>
#include <ui/window/look_inside.h>

#include <QAbstractButton>
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
    void plotsShowWhatHappened();
    void testsLegsAreFlows();

private:
    void choose(const QString& entry);
    void clickButton(const QWidget& panel, const char* text);
    LookInside& docks() { return m_lab->window().lookInside(); }

    std::unique_ptr<RealWindow> m_lab;
};

void WatchDocksTest::initTestCase() {
    if (geteuid() != 0) {
        QSKIP("The window's tests run as root.");
    }
    m_lab = std::make_unique<RealWindow>();
    QVERIFY(m_lab->open());
}

void WatchDocksTest::choose(const QString& entry) {
    LabView& canvas = m_lab->window().canvas();
    clickAt(*canvas.viewport(), canvas.viewPosOf(LinkId(QStringLiteral("intnet2"))), Qt::RightButton);
    QTRY_VERIFY_WITH_TIMEOUT(openMenu() != nullptr, kLabPatienceMs);
    QVERIFY(chooseFrom(*openMenu(), entry));
}

void WatchDocksTest::clickButton(const QWidget& panel, const char* text) {
    for (auto* each : panel.findChildren<QAbstractButton*>()) {
        if (each->text() == QString::fromUtf8(text)) {
            QVERIFY(each->isEnabled() && isInSight(*each));
            return click(*each);
        }
    }
    QFAIL(text);
}

void WatchDocksTest::aCutIsToldByTheDocks() {
    press(m_lab->window(), Qt::Key_5, Qt::AltModifier);
    auto* routes = m_lab->window().findChild<RoutesPanel*>();
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(*routes), kLabPatienceMs);
    clickButton(*routes, "Mark A");
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
    clickButton(*routes, "Show all");
    choose(QStringLiteral("Join intnet2"));
    QTRY_VERIFY_WITH_TIMEOUT(
        convergence.records().rowCount() == 2 && convergence.records().recordAt(1)->end == state::ConvergenceEnd::Settled, kLabPatienceMs);
    QVERIFY(convergence.records().recordAt(1)->installedMs().has_value());
    for (QDockWidget* dock : docks().docks()) {
        if (dock->widget() == &convergence) {
            dock->raise();
        }
    }
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(convergence), kLabPatienceMs);
    m_lab->screenshot(QStringLiteral("convergence"));
}

void WatchDocksTest::plotsShowWhatHappened() {
    press(m_lab->window(), Qt::Key_9, Qt::AltModifier);
    PlotsPanel& plots = docks().plots();
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(plots), kLabPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(plots.plots().legend().contains(QStringLiteral("Established 6")), kLabPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!plots.series().rates().empty(), kLabPatienceMs); // Of the running lab's counters.
    const auto& sessions = plots.series().sessions().front().samples;
    QVERIFY(std::ranges::any_of(sessions, [](const Sample& each) { return each.value == 4; })); // While the cable was cut.
    clickButton(plots, "Sessions");
    QTRY_VERIFY_WITH_TIMEOUT(!plots.plots().legend().contains(QStringLiteral("Established 6")), kLabPatienceMs);
    clickButton(plots, "Sessions");
    QTRY_VERIFY_WITH_TIMEOUT(plots.plots().legend().contains(QStringLiteral("Established 6")), kLabPatienceMs);
    const QString path = m_lab->filePath(QStringLiteral("plots.csv"));
    clickButton(plots, "Export…");
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
    QCOMPARE(flows.flows().counts().denied, 0);
    clickButton(flows, qPrintable(QStringLiteral("Denied %L1").arg(0)));
    QTRY_COMPARE_WITH_TIMEOUT(flows.table().view()->model()->rowCount(), 0, kLabPatienceMs);
    clickButton(flows, qPrintable(QStringLiteral("Allowed %L1").arg(flows.flows().counts().allowed)));
    QTRY_COMPARE_WITH_TIMEOUT(flows.table().view()->model()->rowCount(), flows.flows().counts().allowed, kLabPatienceMs);
    m_lab->screenshot(QStringLiteral("flows"));
}

QTEST_MAIN(WatchDocksTest)
#include "tst_watch_docks.moc"
