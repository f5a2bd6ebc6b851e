// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas in the hands of its user: what is hit and selected, menus, keys, focus, pan and zoom. Offscreen; GUI thread.
#include "canvas_case.h"

#include <QAction>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;
using podleaf::fakes::tutorialLab;

namespace {

template <class T>
std::vector<T> firstArguments(const QSignalSpy& spy) {
    std::vector<T> out;
    for (const QList<QVariant>& call : spy) {
        out.push_back(call.at(0).value<T>());
    }
    return out;
}

} // namespace

class CanvasHandsTest final : public QObject, CanvasCase {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_now = kNow; }
    void hits();
    void selection();
    void contextMenuCutsAndJoins();
    void consoleOfAPlannedNodeSaysWhyNot();
    void keyXCutsAndJoins();
    void tabAndArrowsMoveTheFocus();
    void emptyCanvas();
    void panAndWheel();
    void zoomHasLimits();
};

void CanvasHandsTest::hits() {
    show(allGreen());
    const QPoint middle = m_view->viewPosOf(link("intnet2"));
    QVERIFY(m_view->hit(middle) == Selection(link("intnet2")));
    QVERIFY(m_view->hit(middle + QPoint(7, 0)) == Selection(link("intnet2")));
    QVERIFY(m_view->hit(middle + QPoint(12, 0)) == Selection());
    for (const model::Node& each : tutorialLab().nodes) {
        QVERIFY2(m_view->hit(m_view->viewPosOf(each.id)) == Selection(each.id), qPrintable(each.id.name));
    }
    const PodRef pod{QStringLiteral("my-nginx-1")};
    QVERIFY(m_view->hit(m_view->viewPosOf(pod)) == Selection(pod));
    QCOMPARE(m_view->viewPosOf(node("nobody")), QPoint(-1, -1));
    QCOMPARE(m_view->portPos({node("leaf1"), QStringLiteral("swp77")}), QPoint(-1, -1));
}

void CanvasHandsTest::selection() {
    show(allGreen());
    std::vector<Selection> said;
    connect(m_view.get(), &LabView::selectionChanged, this, [&said](const Selection& item) { said.push_back(item); });
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, m_view->viewPosOf(node("host2")));
    QVERIFY(m_view->selection() == Selection(node("host2")));
    const QPoint outline = m_view->viewPosOf(node("host2")) - QPoint(25, 0);
    QVERIFY(countNear(image(), outline, 3, color(Role::Accent)) > 5); // 2 px, 4 px off the card.
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, m_view->viewPosOf(link("intnet3")));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, QPoint(8, 250));
    const std::vector<Selection> expected{node("host2"), link("intnet3"), std::monostate()};
    QVERIFY(said == expected);
    m_view->select(PodRef{QStringLiteral("no-such-pod")});
    QVERIFY(m_view->selection() == Selection());
    const QSignalSpy consoles(m_view.get(), &LabView::consoleRequested);
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, m_view->viewPosOf(node("host1")));
    QVERIFY(firstArguments<NodeId>(consoles) == std::vector{node("host1")});
}

void CanvasHandsTest::contextMenuCutsAndJoins() {
    show(allGreen());
    const QSignalSpy cuts(m_view.get(), &LabView::cutRequested);
    const QSignalSpy joins(m_view.get(), &LabView::joinRequested);
    const QPoint middle = m_view->viewPosOf(link("intnet2"));
    QContextMenuEvent event(QContextMenuEvent::Mouse, middle, m_view->viewport()->mapToGlobal(middle));
    QCoreApplication::sendEvent(m_view->viewport(), &event);
    QVERIFY(m_view->selection() == Selection(link("intnet2")));
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu != nullptr);
    QCOMPARE(menu->actions().constFirst()->text(), QStringLiteral("Cut intnet2"));
    QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(menu->actions().constFirst()).center());
    QVERIFY(firstArguments<LinkId>(cuts) == std::vector{link("intnet2")});
    m_view->apply(snapshotOf(cut()), everything());
    const auto second = m_view->makeContextMenu(link("intnet2"));
    QCOMPARE(second->actions().constFirst()->text(), QStringLiteral("Join intnet2"));
    second->actions().constFirst()->trigger();
    QVERIFY(firstArguments<LinkId>(joins) == std::vector{link("intnet2")});
    QCOMPARE(cuts.count(), 1);
    m_view->apply(snapshotOf(planned()), everything());
    const auto third = m_view->makeContextMenu(link("intnet2"));
    QVERIFY(!third->actions().constFirst()->isEnabled());
    QCOMPARE(third->actions().constFirst()->toolTip(), QStringLiteral("This lab is not running."));
}

void CanvasHandsTest::consoleOfAPlannedNodeSaysWhyNot() {
    show(planned());
    const auto off = m_view->makeContextMenu(node("host1"));
    QVERIFY(!off->actions().constFirst()->isEnabled());
    QCOMPARE(off->actions().constFirst()->toolTip(), QStringLiteral("host1 is not running."));
    m_view->apply(snapshotOf(allGreen()), everything());
    const QSignalSpy consoles(m_view.get(), &LabView::consoleRequested);
    const auto on = m_view->makeContextMenu(node("host1"));
    on->actions().constFirst()->trigger();
    QVERIFY(firstArguments<NodeId>(consoles) == std::vector{node("host1")});
    QVERIFY(m_view->makeContextMenu(Selection()) == nullptr);
}

void CanvasHandsTest::keyXCutsAndJoins() {
    show(allGreen());
    const QSignalSpy cuts(m_view.get(), &LabView::cutRequested);
    const QSignalSpy joins(m_view.get(), &LabView::joinRequested);
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QCOMPARE(cuts.count(), 0); // Nothing has the focus.
    m_view->select(link("intnet3"));
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QVERIFY(firstArguments<LinkId>(cuts) == std::vector{link("intnet3")});
    m_view->apply(snapshotOf(cut()), everything());
    m_view->select(link("intnet2"));
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QVERIFY(firstArguments<LinkId>(joins) == std::vector{link("intnet2")});
    m_view->apply(snapshotOf(planned()), everything());
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QCOMPARE(cuts.count() + joins.count(), 2); // Not on a lab that does not run.
}

void CanvasHandsTest::tabAndArrowsMoveTheFocus() {
    show(allGreen());
    m_view->activateWindow();
    m_view->setFocus();
    QTRY_VERIFY(m_view->hasFocus());
    QTest::keyClick(m_view.get(), Qt::Key_Tab);
    QVERIFY(m_view->accessibleDescription().startsWith(QStringLiteral("leaf1")));
    QTest::keyClick(m_view.get(), Qt::Key_Tab);
    QVERIFY(m_view->accessibleDescription().startsWith(QStringLiteral("cable intnet1")));
    const QSignalSpy cuts(m_view.get(), &LabView::cutRequested);
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QVERIFY(firstArguments<LinkId>(cuts) == std::vector{link("intnet1")});
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QVERIFY(m_view->accessibleDescription().startsWith(QStringLiteral("cable intnet2")));
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QVERIFY2(m_view->accessibleDescription().startsWith(QStringLiteral("host2")), qPrintable(m_view->accessibleDescription()));
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QVERIFY(m_view->selection() == Selection(node("host2")));
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QVERIFY(m_view->selection() == Selection());
    QTest::keyClick(m_view.get(), Qt::Key_Backtab, Qt::ShiftModifier);
    QVERIFY(m_view->accessibleDescription().startsWith(QStringLiteral("host1")));
}

void CanvasHandsTest::emptyCanvas() {
    m_view = std::make_unique<LabView>(Theme::light());
    m_view->resize(944, 516);
    m_view->show();
    const QSignalSpy open(m_view.get(), &LabView::openRequested);
    const QSignalSpy tutorial(m_view.get(), &LabView::tutorialRequested);
    for (QPushButton* button : m_view->findChildren<QPushButton*>()) {
        if (button->isVisible()) {
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QCOMPARE(open.count(), 1);
    QCOMPARE(tutorial.count(), 1);
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    m_view->fit();
    m_view->apply(snapshotOf(allGreen()), everything()); // No lab: nothing to show it on.
    m_view->setTestResult({});
    m_view->clearTestResults();
    QVERIFY(m_view->hit({400, 200}) == Selection());
}

void CanvasHandsTest::panAndWheel() {
    show(allGreen());
    const QPoint before = m_view->viewPosOf(node("host1"));
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, QPoint(8, 250));
    QTest::mouseMove(m_view->viewport(), QPoint(30, 260));
    QTest::mouseMove(m_view->viewport(), QPoint(48, 270));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, QPoint(48, 270));
    QCOMPARE(m_view->viewPosOf(node("host1")) - before, QPoint(40, 20));
    const QPoint anchor = m_view->viewPosOf(link("intnet2"));
    QWheelEvent wheel(anchor, m_view->viewport()->mapToGlobal(anchor), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QCoreApplication::sendEvent(m_view->viewport(), &wheel);
    QCOMPARE(qRound(m_view->zoomPercent()), 115);
    QVERIFY((m_view->viewPosOf(link("intnet2")) - anchor).manhattanLength() <= 2); // The place under the pointer stays.
}

void CanvasHandsTest::zoomHasLimits() {
    show(allGreen());
    for (int i = 0; i < 40; ++i) {
        m_view->zoomIn();
    }
    QCOMPARE(qRound(m_view->zoomPercent()), 400);
    for (int i = 0; i < 60; ++i) {
        m_view->zoomOut();
    }
    QCOMPARE(qRound(m_view->zoomPercent()), 10);
    QTest::keyClick(m_view.get(), Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(qRound(m_view->zoomPercent()), 100);
    QTest::keyClick(m_view.get(), Qt::Key_Plus, Qt::ControlModifier);
    QCOMPARE(qRound(m_view->zoomPercent()), 120);
    QTest::keyClick(m_view.get(), Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(qRound(m_view->zoomPercent()), 100);
}

QTEST_MAIN(CanvasHandsTest)
#include "tst_canvas_hands.moc"
