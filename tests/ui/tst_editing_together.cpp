// SPDX-License-Identifier: GPL-3.0-or-later
// Several marked parts in the real window: dragged and moved by key together as one command, chosen alone by a click, and
// outlined in a saved picture; and the commands in the canvas' menus. By mouse and keys. GUI thread.
#include "editing_window.h"
#include "menu_hand.h"

#include <ui/canvas/canvas_export.h>
#include <ui/editor/canvas_tools.h>
#include <ui/editor/edit_commands.h>

#include <QTemporaryDir>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;
using podleaf::fakes::link;
using podleaf::fakes::node;

class EditingTogetherTest final : public QObject, private EditingWindow {
    Q_OBJECT
private Q_SLOTS:
    void init() { open(); }
    void cleanup() { m_window.reset(); }
    void markedAreDraggedTogether();
    void markedAreMovedByKey();
    void markedNotesGoAlong();
    void frameTakesNotes();
    void escapeEndsTheDragFirst();
    void clickOnOneOfThemChoosesIt();
    void outlinesAreSaved();
    void menuOfANode();
    void menuOfACable();
    void menuActsOnAllMarked();
    void menuOfTheFreeCanvas();
    void routesLensByKey();

private:
    [[nodiscard]] std::vector<Selection> marked() const { return m_window->editor().tools().marked(); }
    void openMenuAt(const QPoint& onCanvas) {
        clickAt(*canvas().viewport(), onCanvas, Qt::RightButton);
        QTRY_VERIFY_WITH_TIMEOUT(openMenu() != nullptr, kPatienceMs);
    }
    [[nodiscard]] QStringList entries() const {
        QStringList words;
        for (const QAction* action : openMenu()->actions()) {
            words += action->text();
        }
        return words;
    }
};

void EditingTogetherTest::markedAreDraggedTogether() {
    clickNode("host1");
    clickNode("host2", Qt::ControlModifier);
    const QPointF first = canvas().scenePosOf(node("host1"));
    const QPointF second = canvas().scenePosOf(node("host2"));
    const QPointF third = canvas().scenePosOf(node("host3"));
    const QPoint from = inWindow(canvas().viewPosOf(node("host2")));
    drag(from, from + QPoint(24, 48));
    const QPointF way = canvas().scenePosOf(node("host2")) - second;
    QVERIFY(!way.isNull());
    QCOMPARE(canvas().scenePosOf(node("host1")) - first, way);
    QCOMPARE(canvas().scenePosOf(node("host3")), third);
    QCOMPARE(undoText(), QStringLiteral("Undo: Move 2 nodes"));
    QCOMPARE(marked(), (std::vector<Selection>{node("host1"), node("host2")})); // They stay marked.
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), m_text); // One step.
}

void EditingTogetherTest::markedAreMovedByKey() {
    clickNode("host1");
    clickNode("host3", Qt::ControlModifier);
    const QPointF first = canvas().scenePosOf(node("host1"));
    const QPointF third = canvas().scenePosOf(node("host3"));
    key(Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(canvas().scenePosOf(node("host1")), first + QPointF(0, 24));
    QCOMPARE(canvas().scenePosOf(node("host3")), third + QPointF(0, 24));
    QCOMPARE(undoText(), QStringLiteral("Undo: Move 2 nodes"));
}

/// Whichever of them is held: one step, which is taken back as one.
void EditingTogetherTest::markedNotesGoAlong() {
    for (const int x : {-200, -160}) {
        QVERIFY(m_window->editor().commands().perform(addNote(document().lab(), {x, x + 300})));
    }
    const QByteArray before = document().text();
    const std::vector<model::Note> notes = document().lab().notes;
    const QPointF first = canvas().scenePosOf(node("host1"));
    const auto way = [&](std::size_t note) {
        const model::Position now = document().lab().notes[note].position;
        return QPointF(now.x - notes[note].position.x, now.y - notes[note].position.y);
    };
    const auto middleOf = [&](const Selection& part) { return inWindow(canvas().viewRectOf(part).center()); };
    for (const Selection& held : {Selection(node("host1")), Selection(NoteRef{0})}) {
        m_window->editor().tools().mark({node("host1"), NoteRef{0}});
        const QPoint from = held == Selection(NoteRef{0}) ? middleOf(held) : inWindow(canvas().viewPosOf(node("host1")));
        drag(from, from + QPoint(24, 48));
        QVERIFY(way(0).y() > 24);
        QCOMPARE(canvas().scenePosOf(node("host1")) - first, way(0));
        QVERIFY(way(1).isNull()); // It is not marked.
        QCOMPARE(undoText(), QStringLiteral("Undo: Move host1 and the note \"Note\""));
        QCOMPARE(marked().size(), std::size_t(2));
        key(Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(canvas().scenePosOf(node("host1")), first, kPatienceMs);
        QCOMPARE(document().text(), before);
        QTRY_VERIFY_WITH_TIMEOUT(document().lab().notes == notes, kPatienceMs);
    }
    m_window->editor().tools().mark({NoteRef{0}, NoteRef{1}, node("host1")});
    key(Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(way(0), QPointF(0, 24));
    QCOMPARE(way(1), QPointF(0, 24));
    QCOMPARE(canvas().scenePosOf(node("host1")) - first, QPointF(0, 24));
    QCOMPARE(undoText(), QStringLiteral("Undo: Move host1 and 2 notes"));
    const QPoint from = middleOf(NoteRef{0});
    QTest::mousePress(m_window->windowHandle(), Qt::LeftButton, {}, from);
    QTest::mouseMove(m_window->windowHandle(), from + QPoint(0, 40));
    QVERIFY(canvas().scenePosOf(node("host1")) - first != QPointF(0, 24));
    key(Qt::Key_Escape);
    QTest::mouseRelease(m_window->windowHandle(), Qt::LeftButton, {}, from + QPoint(0, 40));
    QCOMPARE(canvas().scenePosOf(node("host1")) - first, QPointF(0, 24));
    QCOMPARE(middleOf(NoteRef{0}), from);
}

void EditingTogetherTest::frameTakesNotes() {
    QVERIFY(m_window->editor().commands().perform(addNote(document().lab(), {-200, 40})));
    canvas().fit();
    const QRect note = canvas().viewRectOf(NoteRef{0});
    drag(inWindow(note.topLeft() - QPoint(6, 6)), inWindow(note.bottomRight() + QPoint(6, 6)), Qt::ShiftModifier);
    QCOMPARE(marked(), std::vector<Selection>{NoteRef{0}});
    key(Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(marked().size(), document().lab().nodes.size() + 1);
}

void EditingTogetherTest::escapeEndsTheDragFirst() {
    clickNode("host1");
    clickNode("host2", Qt::ControlModifier);
    const QPointF first = canvas().scenePosOf(node("host1"));
    const QPoint from = inWindow(canvas().viewPosOf(node("host2")));
    QTest::mousePress(m_window->windowHandle(), Qt::LeftButton, {}, from);
    QTest::mouseMove(m_window->windowHandle(), from + QPoint(0, 40));
    QVERIFY(canvas().scenePosOf(node("host1")) != first);
    key(Qt::Key_Escape);
    QCOMPARE(canvas().scenePosOf(node("host1")), first);
    QTest::mouseRelease(m_window->windowHandle(), Qt::LeftButton, {}, from + QPoint(0, 40));
    QCOMPARE(document().text(), m_text);
    QCOMPARE(marked().size(), std::size_t(2));
    key(Qt::Key_Escape);
    QVERIFY(marked().empty());
}

void EditingTogetherTest::clickOnOneOfThemChoosesIt() {
    clickNode("host1");
    clickNode("host2", Qt::ControlModifier);
    QTest::mousePress(m_window->windowHandle(), Qt::LeftButton, {}, inWindow(canvas().viewPosOf(node("host1"))));
    QCOMPARE(marked().size(), std::size_t(2)); // It may become a drag.
    QTest::mouseRelease(m_window->windowHandle(), Qt::LeftButton, {}, inWindow(canvas().viewPosOf(node("host1"))));
    QCOMPARE(marked(), std::vector<Selection>{node("host1")});
    QVERIFY(canvas().selection() == Selection(node("host1")));
    QCOMPARE(document().text(), m_text);
}

void EditingTogetherTest::outlinesAreSaved() {
    clickNode("host1");
    clickNode("host2", Qt::ControlModifier); // Of the one that is selected, too, the canvas draws an outline of its own.
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("lab.png"));
    QVERIFY(exportCanvas(canvas(), file));
    const QImage saved(file);
    const QRect card = canvas().viewRectOf(node(canvas().selection() == Selection(node("host1")) ? "host2" : "host1"));
    const QPoint outline(card.left() - 4, card.center().y());
    QVERIFY(countNear(saved, outline, 2, Theme::light().color(Role::Accent)) > 4);
    QCOMPARE(countNear(saved, outline, 2, Theme::light().color(Role::Accent)),
             countNear(canvas().viewport()->grab().toImage(), outline, 2, Theme::light().color(Role::Accent)));
}

void EditingTogetherTest::menuOfANode() {
    openMenuAt(canvas().viewPosOf(node("host1")));
    for (const char* word : {"Draw a cable", "Copy", "Rename", "Delete"}) {
        QVERIFY2(entries().contains(QString::fromLatin1(word)), qPrintable(entries().join(QLatin1Char('|'))));
    }
    QVERIFY(chooseFrom(*openMenu(), QStringLiteral("Copy")));
    openMenuAt(canvas().viewPosOf(node("host1")));
    QVERIFY(chooseFrom(*openMenu(), QStringLiteral("Delete")));
    QVERIFY(!has("host1:"));
    QCOMPARE(undoText(), QStringLiteral("Undo: Delete host1"));
    key(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(has("leaf1:swp4, host") || has("host1: {kind: host"));
    openMenuAt(canvas().viewPosOf(node("host2")));
    QVERIFY(chooseFrom(*openMenu(), QStringLiteral("Draw a cable")));
    QVERIFY(!m_window->editor().tools().isIdle());
}

void EditingTogetherTest::menuOfACable() {
    openMenuAt(canvas().viewPosOf(link("intnet2")));
    QVERIFY(entries().contains(QStringLiteral("Rename")));
    QVERIFY(chooseFrom(*openMenu(), QStringLiteral("Delete")));
    QVERIFY2(!has("intnet2") || !m_window->faultShown().isEmpty(), document().text().constData()); // host2 would be alone.
}

void EditingTogetherTest::menuActsOnAllMarked() {
    clickNode("host1");
    clickNode("host2", Qt::ControlModifier);
    openMenuAt(canvas().viewPosOf(node("host1")));
    QVERIFY(!m_window->editor().commands().rename->isEnabled()); // Of two.
    QVERIFY(chooseFrom(*openMenu(), QStringLiteral("Delete")));
    QCOMPARE(undoText(), QStringLiteral("Undo: Delete 2 parts"));
}

void EditingTogetherTest::menuOfTheFreeCanvas() {
    const QPoint free(6, canvas().viewport()->height() / 2);
    QVERIFY(canvas().hit(free) == Selection());
    openMenuAt(free);
    QCOMPARE(entries(), QStringList({QStringLiteral("Paste"), QStringLiteral("Fit"), QStringLiteral("Add a node")}));
    QVERIFY(!openMenu()->actions().constFirst()->isEnabled()); // Nothing was copied.
    chooseInMenu({QStringLiteral("Add a node"), QStringLiteral("Leaf")});
    QCOMPARE(undoText(), QStringLiteral("Undo: Add leaf2"));
    QVERIFY2(has("  leaf2: {kind: leaf, position: ["), document().text().constData()); // Where the menu was opened.
}

void EditingTogetherTest::routesLensByKey() {
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    clickNode("host2");
    key(Qt::Key_3);
    QTRY_VERIFY_WITH_TIMEOUT(!canvas().routePicture().hops.empty(), kPatienceMs);
    QVERIFY(canvas().findChild<QWidget*>(QStringLiteral("minimap"))->isVisible());
}

QTEST_MAIN(EditingTogetherTest)
#include "tst_editing_together.moc"
