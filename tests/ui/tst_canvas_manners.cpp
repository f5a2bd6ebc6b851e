// SPDX-License-Identifier: GPL-3.0-or-later
// Manners of the canvas: what a screen reader is told, where the Tab key leads, and motion that ends with any input and
// is off where it is not wanted.
#include "canvas_view.h"

#include <ui/canvas/motion.h>

#include <QAccessible>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;
using podleaf::fakes::tutorialLab;

class CanvasMannersTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyItemHasANameAndAPlace();
    void itemsAreFoundWhereTheyLie();
    void focusIsTold();
    void tabReachesEverything();
    void changesOfTheFocusedItemAreAnnounced();
    void motionRunsToItsEnd();
    void inputEndsMotion();
    void reducedMotionIsAtOnce();
    void newFlowDrawsItself();
    void motionOfOneSortTakesThePlaceOfAnother();
};

void CanvasMannersTest::everyItemHasANameAndAPlace() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    canvas.view.select({}); // Being activated had focused the first item.
    QAccessibleInterface* view = QAccessible::queryAccessibleInterface(&canvas.view);
    QVERIFY(view != nullptr);
    QVERIFY(view->role() == QAccessible::Canvas);
    const auto items = canvas.view.itemsInTabOrder();
    QCOMPARE(items.size(), std::size_t(4 + 3 + 2)); // Nodes, cables, pods.
    QVERIFY(view->childCount() >= static_cast<int>(items.size()));
    QSet<QString> names;
    for (int i = 0; i < static_cast<int>(items.size()); ++i) {
        QAccessibleInterface* item = view->child(i);
        QVERIFY(item != nullptr && item->isValid());
        names.insert(item->text(QAccessible::Name));
        QVERIFY(!item->rect().isEmpty());
        QVERIFY(item->parent() == view);
        QCOMPARE(view->indexOfChild(item), i);
        QVERIFY(item->state().focusable && !item->state().focused);
    }
    QCOMPARE(names.size(), static_cast<qsizetype>(items.size()));
    QVERIFY(names.contains(QStringLiteral("host2, host, Ready, 1 pod, session to leaf1 Established 4 min 12 s")));
    canvas.view.setLab({}); // What a reader still holds is no longer valid.
    QCOMPARE(canvas.view.itemsInTabOrder().size(), std::size_t(0));
}

void CanvasMannersTest::itemsAreFoundWhereTheyLie() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    QAccessibleInterface* view = QAccessible::queryAccessibleInterface(&canvas.view);
    const QPoint at = canvas.view.viewport()->mapToGlobal(canvas.view.viewPosOf(node("host3")));
    QAccessibleInterface* item = view->childAt(at.x(), at.y());
    QVERIFY(item != nullptr);
    QVERIFY(item->text(QAccessible::Name).startsWith(QStringLiteral("host3, host")));
    QVERIFY(item->rect().contains(at));
}

void CanvasMannersTest::focusIsTold() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    canvas.view.setFocus();
    QTRY_VERIFY_WITH_TIMEOUT(canvas.view.hasFocus(), 5000);
    canvas.view.select({});
    QTest::keyClick(&canvas.view, Qt::Key_Tab);
    QAccessibleInterface* view = QAccessible::queryAccessibleInterface(&canvas.view);
    QVERIFY(view->focusChild() != nullptr);
    QVERIFY(view->focusChild()->text(QAccessible::Name).startsWith(QStringLiteral("leaf1")));
    QVERIFY(view->focusChild()->state().focused);
    canvas.view.select(node("leaf1"));
    QVERIFY(view->focusChild() == nullptr);
    QVERIFY(view->child(0)->state().selected && !view->child(1)->state().selected);
}

void CanvasMannersTest::tabReachesEverything() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    verify::LegResult leg;
    leg.from = QStringLiteral("host1");
    leg.to = QStringLiteral("my-nginx-2");
    leg.ok = true;
    canvas.view.setTestResult(leg);
    canvas.view.setFocus();
    QTRY_VERIFY_WITH_TIMEOUT(canvas.view.hasFocus(), 5000);
    canvas.view.select({});
    std::vector<Selection> reached;
    const std::size_t all = canvas.view.itemsInTabOrder().size();
    for (std::size_t i = 0; i < all; ++i) {
        QTest::keyClick(&canvas.view, Qt::Key_Tab);
        reached.push_back(canvas.view.focusedItem());
    }
    QVERIFY(reached == canvas.view.itemsInTabOrder());
    QVERIFY(reached.back() == Selection(FlowRef{leg.from, leg.to}));
}

void CanvasMannersTest::changesOfTheFocusedItemAreAnnounced() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    canvas.view.setFocus();
    QTRY_VERIFY_WITH_TIMEOUT(canvas.view.hasFocus(), 5000);
    while (canvas.view.focusedItem() != Selection(link("intnet2"))) {
        QTest::keyClick(&canvas.view, Qt::Key_Tab);
    }
    canvas.apply(cut());
    // At most one a second: it may come with the next tick.
    QTRY_VERIFY_WITH_TIMEOUT(canvas.view.accessibleDescription().contains(QStringLiteral("Hold timer expired")), 5000);
}

void CanvasMannersTest::motionRunsToItsEnd() {
    ShownCanvas canvas;
    canvas.apply(allGreen()); // The strip is gone: the lab fits at 100 %.
    canvas.view.setReducedMotion(false);
    canvas.view.actualSize();
    QTRY_COMPARE_WITH_TIMEOUT(qRound(canvas.view.zoomPercent()), 100, 5000);
    canvas.view.zoomIn();
    QVERIFY(qRound(canvas.view.zoomPercent()) < 120); // On its way.
    QTRY_COMPARE_WITH_TIMEOUT(qRound(canvas.view.zoomPercent()), 120, 5000);
    canvas.view.fit();
    QTRY_COMPARE_WITH_TIMEOUT(qRound(canvas.view.zoomPercent()), 100, 5000);
}

void CanvasMannersTest::inputEndsMotion() {
    ShownCanvas canvas;
    canvas.apply(allGreen()); // The strip is gone: the lab fits at 100 %.
    canvas.view.setReducedMotion(false);
    canvas.view.zoomIn();
    QVERIFY(qRound(canvas.view.zoomPercent()) < 120);
    QTest::mousePress(canvas.view.viewport(), Qt::LeftButton, {}, QPoint(8, 250));
    QCOMPARE(qRound(canvas.view.zoomPercent()), 120);
    QTest::mouseRelease(canvas.view.viewport(), Qt::LeftButton, {}, QPoint(8, 250));
    canvas.view.zoomIn();
    QTest::keyClick(&canvas.view, Qt::Key_F1);
    QCOMPARE(qRound(canvas.view.zoomPercent()), 144);
}

void CanvasMannersTest::reducedMotionIsAtOnce() {
    ShownCanvas canvas; // As all tests, without motion.
    canvas.apply(allGreen());
    QVERIFY(canvas.view.hasReducedMotion());
    canvas.view.zoomIn();
    QCOMPARE(qRound(canvas.view.zoomPercent()), 120);
    Motion motion;
    motion.setReduced(true);
    QList<double> steps;
    motion.run(Motion::Sort::View, 240, [&steps](double progress) { steps.append(progress); });
    QCOMPARE(steps, QList<double>{1});
    QVERIFY(!motion.isRunning(Motion::Sort::View));
}

void CanvasMannersTest::newFlowDrawsItself() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    canvas.view.setReducedMotion(false);
    verify::LegResult leg;
    leg.from = QStringLiteral("host1");
    leg.to = QStringLiteral("my-nginx-2");
    leg.ok = true;
    const QPoint end = canvas.view.viewPosOf(link("intnet3")) + QPoint(-10, 20);
    canvas.view.setTestResult(leg);
    QCOMPARE(canvas.count(end, 3, Role::Ok), 0); // It has not come so far.
    QTRY_VERIFY_WITH_TIMEOUT(canvas.count(end, 3, Role::Ok) >= 7, 5000);
}

void CanvasMannersTest::motionOfOneSortTakesThePlaceOfAnother() {
    Motion motion;
    QList<double> first;
    QList<double> second;
    motion.run(Motion::Sort::Places, 60'000, [&first](double progress) { first.append(progress); });
    motion.run(Motion::Sort::Places, 1, [&second](double progress) { second.append(progress); });
    QTRY_VERIFY_WITH_TIMEOUT(!motion.isRunning(Motion::Sort::Places), 5000);
    QCOMPARE(first, QList<double>{0});
    QCOMPARE(second.back(), 1.0);
    QVERIFY(std::ranges::is_sorted(second));
}

QTEST_MAIN(CanvasMannersTest)
#include "tst_canvas_manners.moc"
