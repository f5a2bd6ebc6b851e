// SPDX-License-Identifier: GPL-3.0-or-later
// Editing in the real window by mouse and keys: palette, cables, several marked, copies and names. What came out is
// read from the text of the lab file. GUI thread.
#include "editing_window.h"

#include <tests/desktop/mouse_and_keys.h>
#include <ui/docks/inspector_panel.h>
#include <ui/docks/plan_panel.h>
#include <ui/document/lab_document.h>
#include <ui/editor/canvas_tools.h>
#include <ui/editor/edit_commands.h>
#include <ui/editor/inspector_form.h>
#include <ui/editor/lab_editor.h>
#include <ui/editor/palette_panel.h>
#include <ui/editor/rename_box.h>
#include <ui/window/main_window.h>
#include <ui/window/window_actions.h>

#include <QTabBar>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;
using podleaf::fakes::link;
using podleaf::fakes::node;

class EditingTest final : public QObject, private EditingWindow {
    Q_OBJECT
private Q_SLOTS:
    void init() { open(); }
    void cleanup() { m_window.reset(); }
    void hostIsDraggedOntoTheCanvas();
    void dropOnFreeCanvasKeepsItsPlace();
    void cardIsDraggedAndPutBack();
    void dropBesideTheCanvasIsNothing();
    void tileByEnter();
    void cableFromPortToNode();
    void cableByLinkTile();
    void cableByKeyBetweenTwoMarked();
    void cableByKeyFromTheFocus();
    void clickOnAPortStillSelects();
    void rubberBandAndDelete();
    void controlClickMarks();
    void refusedEditSaysTheValidatorsWords();
    void copyAndPasteMakesNewNamesAndAddresses();
    void cutAndUndo();
    void renameInPlace();
    void podOnAHost();
    void firstWorkloadOfALab();
    void podIsDeleted();
    void lastPodTakesItsWorkloadAlong();
    void alignedByKey();
    void alignedByMenu();
    void runningLabShowsWhatDiffers();
    void withoutALab();
};

void EditingTest::hostIsDraggedOntoTheCanvas() {
    TileButton* tile = m_window->editor().palette().button(QStringLiteral("Host"));
    const QPoint from = tile->mapTo(m_window.get(), tile->rect().center());
    const QPoint to = inWindow(canvas().viewPosOf(node("host2")) + QPoint(40, 40));
    QWindow* window = m_window->windowHandle();
    QTest::mousePress(window, Qt::LeftButton, {}, from);
    QTest::mouseMove(window, (from + to) / 2);
    QTest::mouseMove(window, to);
    QVERIFY(m_window->editor().tools().overlay().content().card.has_value()); // Seen where it would come to lie.
    QTest::mouseRelease(window, Qt::LeftButton, {}, to);
    QVERIFY(has("  host4: {kind: host}\n"));
    QVERIFY(has("  - {name: intnet4, ends: [leaf1:swp4, host4:eth1]}\n"));
    QCOMPARE(undoText(), QStringLiteral("Undo: Add host4"));
    QVERIFY(canvas().selection() == Selection(node("host4")));
    QVERIFY(m_window->editor().tools().isIdle());
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), m_text);
    QTRY_VERIFY_WITH_TIMEOUT(canvas().viewPosOf(node("host4")) == QPoint(-1, -1), kPatienceMs);
}

void EditingTest::dropOnFreeCanvasKeepsItsPlace() {
    const TileButton* tile = m_window->editor().palette().button(QStringLiteral("Leaf"));
    const QPoint at(4, canvas().height() / 2); // In the margin.
    QVERIFY(canvas().hit(at) == Selection());
    const QPointF where = canvas().mapToScene(at);
    dragTo(*tile, *canvas().viewport(), at);
    QVERIFY2(has("  leaf2: {kind: leaf, position: ["), document().text().constData());
    const model::Node* leaf = document().lab().findNode(node("leaf2"));
    QVERIFY(leaf != nullptr && leaf->position);
    QVERIFY((QPointF(leaf->position->x, leaf->position->y) - where).manhattanLength() < 300);
    QCOMPARE(canvas().scenePosOf(node("leaf2")), QPointF(leaf->position->x, leaf->position->y));
}

void EditingTest::cardIsDraggedAndPutBack() {
    const QPointF before = canvas().scenePosOf(node("host3"));
    const QPoint from = inWindow(canvas().viewPosOf(node("host3")));
    drag(from, from + QPoint(30, 60));
    QVERIFY2(has("  host3: {kind: host, position: ["), document().text().constData());
    QCOMPARE(undoText(), QStringLiteral("Undo: Move host3"));
    QVERIFY(canvas().scenePosOf(node("host3")) != before);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), m_text);
    QTRY_COMPARE_WITH_TIMEOUT(canvas().scenePosOf(node("host3")), before, kPatienceMs);
}

void EditingTest::dropBesideTheCanvasIsNothing() {
    TileButton* tile = m_window->editor().palette().button(QStringLiteral("Host"));
    drag(tile->mapTo(m_window.get(), tile->rect().center()), m_window->inspector().mapTo(m_window.get(), QPoint(50, 300)));
    QCOMPARE(document().text(), m_text);
    QVERIFY(m_window->editor().tools().isIdle());
}

void EditingTest::tileByEnter() {
    TileButton* tile = m_window->editor().palette().button(QStringLiteral("Leaf"));
    tile->setFocus(Qt::TabFocusReason);
    key(Qt::Key_Return);
    QVERIFY(has("  leaf2: {kind: leaf}\n"));
    QVERIFY(canvas().selection() == Selection(node("leaf2")));
    QVERIFY(canvas().viewPosOf(node("leaf2")) != QPoint(-1, -1));
}

void EditingTest::cableFromPortToNode() {
    QVERIFY(m_window->editor().commands().perform(addNode(document().lab(), model::NodeKind::Leaf, {})));
    drag(inWindow(canvas().portPos({node("leaf1"), QStringLiteral("swp1")})), inWindow(canvas().viewPosOf(node("leaf2"))));
    QVERIFY2(has("ends: [leaf1:swp4, leaf2:swp1]"), document().text().constData());
    QCOMPARE(undoText(), QStringLiteral("Undo: Join leaf1 and leaf2"));
    QVERIFY(canvas().selection() == Selection(link("intnet4")));
}

void EditingTest::cableByLinkTile() {
    QVERIFY(m_window->editor().commands().perform(addNode(document().lab(), model::NodeKind::Leaf, {})));
    canvas().select({});
    click(*m_window->editor().palette().button(QStringLiteral("Link")));
    QVERIFY(!m_window->editor().tools().isIdle());
    drag(inWindow(canvas().viewPosOf(node("leaf2"))), inWindow(canvas().viewPosOf(node("leaf1"))));
    QVERIFY(has("ends: [leaf2:swp1, leaf1:swp4]"));
}

void EditingTest::cableByKeyBetweenTwoMarked() {
    QVERIFY(m_window->editor().commands().perform(addNode(document().lab(), model::NodeKind::Leaf, {})));
    clickNode("leaf1");
    QVERIFY(!m_window->editor().commands().join->isEnabled());
    clickNode("leaf2", Qt::ControlModifier);
    key(Qt::Key_L, Qt::ControlModifier);
    QVERIFY(has("ends: [leaf1:swp4, leaf2:swp1]"));
}

void EditingTest::cableByKeyFromTheFocus() {
    QVERIFY(m_window->editor().commands().perform(addNode(document().lab(), model::NodeKind::Leaf, {})));
    clickNode("leaf2");
    key(Qt::Key_L);
    QVERIFY(!m_window->editor().tools().isIdle());
    for (int i = 0; i < 20 && canvas().current() != Selection(node("leaf1")); ++i) {
        key(Qt::Key_Tab);
    }
    key(Qt::Key_Return);
    QVERIFY(has("ends: [leaf2:swp1, leaf1:swp4]"));
    clickNode("leaf1");
    key(Qt::Key_L);
    key(Qt::Key_Escape);
    QVERIFY(m_window->editor().tools().isIdle());
}

void EditingTest::clickOnAPortStillSelects() {
    QTest::mouseClick(m_window->windowHandle(), Qt::LeftButton, {}, inWindow(canvas().portPos({node("host2"), QStringLiteral("eth1")})));
    QVERIFY(canvas().selection() != Selection());
    QCOMPARE(document().text(), m_text);
}

void EditingTest::rubberBandAndDelete() {
    const QRect first = canvas().viewRectOf(node("host1"));
    const QRect second = canvas().viewRectOf(node("host2"));
    QVERIFY(!first.isEmpty() && second.left() > first.right());
    drag(inWindow({first.left() - 8, first.bottom() + 8}), inWindow({second.left() + 8, first.bottom() - 20}), Qt::ShiftModifier);
    QCOMPARE(m_window->editor().tools().marked(), (std::vector<Selection>{node("host1"), node("host2")}));
    QCOMPARE(m_window->inspector().content().title, QStringLiteral("2 selected"));
    const QImage seen = canvas().grab().toImage();
    for (const QRect& card : {first, second}) {
        QVERIFY(countNear(seen, QPoint(card.left() - 4, card.center().y()), 2, Theme::light().color(Role::Accent)) > 4);
    }
    key(Qt::Key_Delete);
    QVERIFY(!has("host1:") && !has("intnet1") && !has("host2:") && has("on: [host3]"));
    QCOMPARE(undoText(), QStringLiteral("Undo: Delete 2 parts"));
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), m_text);
}

void EditingTest::controlClickMarks() {
    clickNode("host1");
    clickNode("host2", Qt::ControlModifier);
    clickNode("host3", Qt::ControlModifier);
    QCOMPARE(m_window->editor().tools().marked().size(), std::size_t(3));
    clickNode("host2", Qt::ControlModifier);
    QCOMPARE(m_window->editor().tools().marked(), (std::vector<Selection>{node("host1"), node("host3")}));
    clickNode("host2");
    QCOMPARE(m_window->editor().tools().marked(), std::vector<Selection>{node("host2")});
    key(Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(m_window->editor().tools().marked().size(), std::size_t(4));
    key(Qt::Key_Escape);
    QVERIFY(m_window->editor().tools().marked().empty());
}

void EditingTest::refusedEditSaysTheValidatorsWords() {
    clickNode("leaf1");
    key(Qt::Key_Delete);
    QVERIFY2(m_window->faultShown().startsWith(QStringLiteral("host1 has no link to a leaf.")), qPrintable(m_window->faultShown()));
    QCOMPARE(document().text(), m_text);
    QVERIFY(!m_window->actions().undo->isEnabled());
}

void EditingTest::copyAndPasteMakesNewNamesAndAddresses() {
    clickNode("host2");
    key(Qt::Key_C, Qt::ControlModifier);
    key(Qt::Key_V, Qt::ControlModifier);
    key(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(has("ends: [leaf1:swp4, host4:eth1]") && has("ends: [leaf1:swp5, host5:eth1]"));
    QCOMPARE(undoText(), QStringLiteral("Undo: Paste host5"));
    const model::Lab& lab = document().lab();
    const model::Node* copy = lab.findNode(node("host5"));
    QVERIFY(copy != nullptr && copy->asn == 4200000005U && copy->podCidr->toString() == QStringLiteral("10.20.4.0/24"));
    QCOMPARE(lab.findLink(link("intnet5"))->prefix.toString(), QStringLiteral("172.16.0.16/30"));
    QVERIFY(canvas().selection() == Selection(node("host5")));
}

void EditingTest::cutAndUndo() {
    clickNode("host1");
    key(Qt::Key_X, Qt::ControlModifier);
    QVERIFY(!has("host1: {kind"));
    key(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(has("host4: {kind: host}") && has("leaf1:swp4, host4:eth1"));
    key(Qt::Key_Z, Qt::ControlModifier);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), m_text);
}

void EditingTest::renameInPlace() {
    clickNode("host1");
    key(Qt::Key_F2);
    auto* box = canvas().findChild<RenameBox*>();
    QVERIFY(box != nullptr && box->edit().hasFocus());
    QTest::keyClicks(&box->edit(), QStringLiteral("host2"));
    key(Qt::Key_Return);
    QCOMPARE(box->fault(), QStringLiteral("There is a node \"host2\" already."));
    box->edit().selectAll();
    QTest::keyClicks(&box->edit(), QStringLiteral("web"));
    key(Qt::Key_Return);
    QVERIFY(has("  web: {kind: host") && has("leaf1:swp1, web:eth1"));
    QVERIFY(canvas().selection() == Selection(node("web")) && canvas().hasFocus());
    key(Qt::Key_F2);
    key(Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(canvas().findChild<RenameBox*>() == nullptr, kPatienceMs);
    QVERIFY(canvas().selection() == Selection(node("web"))); // Esc left the box only.
}

void EditingTest::podOnAHost() {
    TileButton* tile = m_window->editor().palette().button(QStringLiteral("Workload"));
    drag(tile->mapTo(m_window.get(), tile->rect().center()), inWindow(canvas().viewPosOf(node("host1"))));
    QVERIFY2(has("replicas: 3") && has("on: [host2, host3, host1]"), document().text().constData());
    QCOMPARE(undoText(), QStringLiteral("Undo: Add a pod of my-nginx on host1"));
}

void EditingTest::firstWorkloadOfALab() {
    document().setText(document().text().left(document().text().indexOf("# Two pods")), QStringLiteral("Cut"));
    QTRY_VERIFY_WITH_TIMEOUT(document().isCurrent() && document().lab().workloads.empty(), kPatienceMs);
    TileButton* tile = m_window->editor().palette().button(QStringLiteral("Workload"));
    drag(tile->mapTo(m_window.get(), tile->rect().center()), inWindow(canvas().viewPosOf(node("host1"))));
    QVERIFY2(has("workloads:\n  my-nginx: {image: nginx, replicas: 1, port: 80, on: [host1]}\n"), document().text().constData());
    QCOMPARE(undoText(), QStringLiteral("Undo: Add the workload my-nginx on host1"));
    drag(tile->mapTo(m_window.get(), tile->rect().center()), inWindow(canvas().viewPosOf(node("host2"))));
    QVERIFY2(has("replicas: 2") && has("on: [host1, host2]"), document().text().constData());
}

void EditingTest::podIsDeleted() {
    const auto click = [this] {
        QTest::mouseClick(m_window->windowHandle(), Qt::LeftButton, {}, inWindow(canvas().viewPosOf(PodRef{QStringLiteral("my-nginx-1")})));
    };
    QVERIFY(!m_window->editor().commands().remove->isEnabled());
    click();
    key(Qt::Key_Delete);
    QVERIFY2(has("replicas: 1") && has("on: [host3]"), document().text().constData());
    QCOMPARE(undoText(), QStringLiteral("Undo: Delete my-nginx-1"));
    QVERIFY(canvas().current() == Selection()); // Not the other one, which has its name now.
    key(Qt::Key_Delete);
    QVERIFY(has("replicas: 1"));
    click();
    key(Qt::Key_Delete);
    QVERIFY2(m_window->faultShown().contains(QStringLiteral("my-nginx")), qPrintable(m_window->faultShown())); // A test asks for it.
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), m_text);
}

void EditingTest::lastPodTakesItsWorkloadAlong() {
    QByteArray text = document().text().left(document().text().indexOf("# Every host and every pod"));
    document().setText(text.replace("replicas: 2", "replicas: 1"), QStringLiteral("Cut"));
    QTRY_VERIFY_WITH_TIMEOUT(document().isCurrent() && document().lab().pods().size() == 1, kPatienceMs);
    QTest::mouseClick(m_window->windowHandle(), Qt::LeftButton, {}, inWindow(canvas().viewPosOf(PodRef{QStringLiteral("my-nginx-1")})));
    key(Qt::Key_Delete);
    QVERIFY2(document().lab().workloads.empty() && !has("workloads:"), document().text().constData());
    QCOMPARE(undoText(), QStringLiteral("Undo: Delete my-nginx-1"));
}

void EditingTest::alignedByKey() {
    clickNode("leaf1");
    clickNode("host2", Qt::ControlModifier);
    clickNode("host3", Qt::ControlModifier);
    const double left = canvas().scenePosOf(node("leaf1")).x(); // The leftmost of them.
    const double y = canvas().scenePosOf(node("host2")).y();
    key(Qt::Key_Left, Qt::ControlModifier | Qt::AltModifier);
    QCOMPARE(undoText(), QStringLiteral("Undo: Align 3 nodes"));
    for (const char* name : {"leaf1", "host2", "host3"}) {
        QVERIFY2(qAbs(canvas().scenePosOf(node(name)).x() - left) < 1, name);
    }
    QVERIFY(qAbs(canvas().scenePosOf(node("host2")).y() - y) < 1); // Across only.
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), m_text); // One step.
}

void EditingTest::alignedByMenu() {
    QAction* centres = m_window->editor().commands().aligns.at(static_cast<std::size_t>(Alignment::Centre));
    clickNode("leaf1");
    QVERIFY(!centres->isEnabled());
    clickNode("host1", Qt::ControlModifier);
    QVERIFY(centres->isEnabled());
    const QRectF both = canvas().sceneRectOf(node("leaf1")).united(canvas().sceneRectOf(node("host1")));
    centres->trigger();
    QVERIFY(qAbs(canvas().sceneRectOf(node("host1")).center().x() - both.center().x()) <= 1);
    const QByteArray aligned = document().text();
    QVERIFY(aligned != m_text);
    centres->trigger();
    QCOMPARE(document().text(), aligned); // They are there.
}

void EditingTest::runningLabShowsWhatDiffers() {
    NoticeStrip& strip = m_window->driftStrip();
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    QCOMPARE(strip.sentence(), QString());
    click(*m_window->editor().palette().button(QStringLiteral("Host")));
    QTRY_COMPARE_WITH_TIMEOUT(strip.sentence(), QStringLiteral("The file differs from the running lab: 2 changes."), kPatienceMs);
    QVERIFY(canvas().accessibleTextOf(node("host4")).contains(QStringLiteral("planned"), Qt::CaseInsensitive));
    click(*strip.button(QStringLiteral("Show")));
    QCOMPARE(m_window->editor().tools().marked(), (std::vector<Selection>{node("host4"), link("intnet4")}));
    m_lab->planned.open();
    m_lab->ran.open();
    PlanPanel& plan = m_window->planPanel();
    click(*strip.button(QStringLiteral("Apply…")));
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(plan) && !m_window->runner().isBusy(), kPatienceMs);
    QVERIFY(m_lab->calls().contains(QStringLiteral("bind 5 nodes"))); // Planned for the edited lab,
    QVERIFY(!strip.sentence().isEmpty());                             // which has not been applied yet.
    QPushButton* up = nullptr;
    for (auto* button : plan.findChildren<QPushButton*>()) {
        up = button->text() == QStringLiteral("Up") && button->isVisible() ? button : up;
    }
    QVERIFY(up != nullptr);
    const auto plans = m_lab->calls().count(QStringLiteral("planUp"));
    m_lab->lab = document().lab(); // From now on that is what runs.
    click(*up);
    QTRY_VERIFY_WITH_TIMEOUT(m_lab->calls().count(QStringLiteral("planUp")) == plans + 1 && !m_window->runner().isBusy(), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(strip.sentence(), QString(), kPatienceMs);
    key(Qt::Key_Z, Qt::ControlModifier);
    m_lab->lab = fakes::tutorialLab();
}

void EditingTest::withoutALab() {
    m_window.reset();
    m_window = std::make_unique<MainWindow>(
        MainWindow::Collaborators{.opener = {}, .gallery = {}, .settingsFile = {}, .privilege = {}, .theme = ThemeMode::Light});
    m_window->show();
    QVERIFY(!m_window->editor().palette().button(QStringLiteral("Host"))->isEnabled());
    QCOMPARE(m_window->editor().palette().button(QStringLiteral("Host"))->toolTip(), QStringLiteral("No lab is open."));
    QVERIFY(!m_window->editor().commands().remove->isEnabled() && !m_window->actions().save->isEnabled());
}

QTEST_MAIN(EditingTest)
#include "tst_editing.moc"
