// SPDX-License-Identifier: GPL-3.0-or-later
// Groups, notes and failures from the palette, by mouse and keys in the real window. What came out is read from the text of
// the lab file. GUI thread.
#include "editing_window.h"
#include "menu_hand.h"

#include <tests/desktop/mouse_and_keys.h>
#include <ui/canvas/canvas_export.h>
#include <ui/canvas/search_index.h>
#include <ui/docks/inspector_panel.h>
#include <ui/document/lab_document.h>
#include <ui/editor/canvas_tools.h>
#include <ui/editor/edit_commands.h>
#include <ui/editor/inspector_form.h>
#include <ui/editor/lab_editor.h>
#include <ui/editor/note_box.h>
#include <ui/editor/palette_panel.h>
#include <ui/editor/rename_box.h>
#include <ui/window/main_window.h>
#include <ui/window/window_actions.h>

#include <QTemporaryDir>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;
using podleaf::fakes::link;
using podleaf::fakes::node;

class GroupsAndNotesTest final : public QObject, private EditingWindow {
    Q_OBJECT
private Q_SLOTS:
    void init() { open(); }
    void cleanup() { m_window.reset(); }
    void noteIsDroppedAndWritten();
    void noteByEnter();
    void noteIsMovedByMouseAndKey();
    void noteIsLeftByEscape();
    void noteThatIsRefusedStaysOpen();
    void noteWithoutTextGoes();
    void notesAreDeletedAndCopied();
    void groupOfWhatIsMarked();
    void groupOfNothingSaysWhy();
    void nameOfAGroupMovesItsNodes();
    void groupIsRenamedAndDeleted();
    void groupGoesWithItsNodes();
    void failureOnWhatRuns();
    void failureWhereNothingRuns();
    void allIsFoundAndReadOut();
    void exportShowsThem();

private:
    [[nodiscard]] TileButton& tile(const char* words) { return *m_window->editor().palette().button(QString::fromLatin1(words)); }
    void chooseTile(const char* words) {
        tile(words).setFocus(Qt::TabFocusReason);
        key(Qt::Key_Return);
    }
    /// A note at a free place left of the cards.
    void addNote() { QVERIFY(m_window->editor().commands().perform(ui::addNote(document().lab(), {-200, 40}))); }
    void groupHosts() {
        clickNode("host1");
        clickNode("host2", Qt::ControlModifier);
        chooseTile("Group");
        QVERIFY(canvas().selection() == Selection(GroupRef{QStringLiteral("group1")}));
        canvas().setFocus();
    }
    [[nodiscard]] QPoint middleOf(std::size_t note) { return inWindow(canvas().viewRectOf(NoteRef{note}).center()); }
    /// On the name in the frame's corner.
    [[nodiscard]] QPoint nameOf(const char* group) {
        const QRect frame = canvas().viewRectOf(GroupRef{QString::fromLatin1(group)});
        return inWindow(frame.topLeft() + QPoint(18, 10));
    }
    void doubleClick(const QPoint& at) { QTest::mouseDClick(m_window->windowHandle(), Qt::LeftButton, {}, at); }
};

void GroupsAndNotesTest::noteIsDroppedAndWritten() {
    const QPoint at(4, canvas().height() / 2); // In the margin.
    const QPointF where = canvas().mapToScene(at);
    dragTo(tile("Note"), *canvas().viewport(), at);
    QCOMPARE(document().lab().notes.size(), std::size_t(1));
    const model::Note note = document().lab().notes.front();
    QCOMPARE(note.text, QStringLiteral("Note"));
    QVERIFY((QPointF(note.position.x, note.position.y) - where).manhattanLength() < 3);
    QVERIFY2(has("notes:\n  - {text: \"Note\", position: ["), document().text().constData());
    QVERIFY(canvas().selection() == Selection(NoteRef{0}));
    QCOMPARE(m_window->inspector().content().title, QStringLiteral("Note"));
    doubleClick(middleOf(0));
    auto* box = canvas().findChild<NoteBox*>();
    QVERIFY(box != nullptr && box->edit().hasFocus());
    QTest::keyClicks(&box->edit(), QStringLiteral("Two"));
    key(Qt::Key_Return);
    QTest::keyClicks(&box->edit(), QStringLiteral("\"lines\""));
    key(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY2(has("text: \"Two\\n\\\"lines\\\"\""), document().text().constData());
    QCOMPARE(undoText(), QStringLiteral("Undo: Write the note \"Two \"lines\"\""));
    QVERIFY(canvas().hasFocus());
    QCOMPARE(canvas().accessibleTextOf(NoteRef{0}), QStringLiteral("note: Two \"lines\""));
    key(Qt::Key_Z, Qt::ControlModifier);
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), m_text);
    QTRY_VERIFY_WITH_TIMEOUT(canvas().selection() == Selection(), kPatienceMs);
}

void GroupsAndNotesTest::noteByEnter() {
    chooseTile("Note");
    QTRY_COMPARE_WITH_TIMEOUT(document().lab().notes.size(), std::size_t(1), kPatienceMs);
    QVERIFY(canvas().viewport()->rect().contains(canvas().viewRectOf(NoteRef{0}).center())); // In sight.
    chooseTile("Note");
    QCOMPARE(document().lab().notes.size(), std::size_t(2));
    QVERIFY(document().lab().notes[0].position != document().lab().notes[1].position);
    canvas().setFocus();
    key(Qt::Key_F2);
    QVERIFY(canvas().findChild<NoteBox*>() != nullptr);
}

void GroupsAndNotesTest::noteIsMovedByMouseAndKey() {
    addNote();
    const model::Position before = document().lab().notes[0].position;
    drag(middleOf(0), middleOf(0) + QPoint(0, 80));
    const model::Position after = document().lab().notes[0].position;
    QVERIFY(after.y > before.y + 40 && std::abs(after.x - before.x) <= 8);
    QCOMPARE(undoText(), QStringLiteral("Undo: Move the note \"Note\""));
    key(Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(document().lab().notes[0].position.x, after.x + 24);
    key(Qt::Key_Z, Qt::ControlModifier);
    key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(document().lab().notes[0].position == before, kPatienceMs);
    const QPoint at = middleOf(0);
    QTest::mousePress(m_window->windowHandle(), Qt::LeftButton, {}, at);
    QTest::mouseMove(m_window->windowHandle(), at + QPoint(0, 50));
    key(Qt::Key_Escape);
    QTest::mouseRelease(m_window->windowHandle(), Qt::LeftButton, {}, at + QPoint(0, 50));
    QVERIFY(document().lab().notes[0].position == before);
    QCOMPARE(middleOf(0), at);
}

void GroupsAndNotesTest::noteIsLeftByEscape() {
    addNote();
    const QByteArray text = document().text();
    key(Qt::Key_F2);
    auto* box = canvas().findChild<NoteBox*>();
    QVERIFY(box != nullptr);
    QTest::keyClicks(&box->edit(), QStringLiteral("other"));
    key(Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(canvas().findChild<NoteBox*>() == nullptr, kPatienceMs);
    QCOMPARE(document().text(), text);
    key(Qt::Key_F2);
    box = canvas().findChild<NoteBox*>();
    QTest::keyClicks(&box->edit(), QStringLiteral("taken"));
    clickNode("host3"); // A click elsewhere takes it.
    QVERIFY(has("text: \"taken\""));
    QTRY_VERIFY_WITH_TIMEOUT(canvas().findChild<NoteBox*>() == nullptr, kPatienceMs);
}

void GroupsAndNotesTest::noteThatIsRefusedStaysOpen() {
    addNote();
    const QByteArray text = document().text();
    key(Qt::Key_F2);
    auto* box = canvas().findChild<NoteBox*>();
    box->edit().setPlainText(QString(model::kMaxNoteLength + 1, QLatin1Char('a')));
    key(Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(box->fault(), QStringLiteral("The note is longer than 1000 characters. (Make two of it, or shorten it.)"));
    QCOMPARE(document().text(), text);
    key(Qt::Key_Escape);
}

void GroupsAndNotesTest::noteWithoutTextGoes() {
    addNote();
    key(Qt::Key_F2);
    auto* box = canvas().findChild<NoteBox*>();
    box->edit().selectAll();
    key(Qt::Key_Delete);
    key(Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(document().text(), m_text);
}

void GroupsAndNotesTest::notesAreDeletedAndCopied() {
    addNote();
    key(Qt::Key_C, Qt::ControlModifier);
    key(Qt::Key_V, Qt::ControlModifier);
    key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(document().lab().notes.size(), std::size_t(3));
    QVERIFY(canvas().selection() == Selection(NoteRef{2}));
    const model::Position last = document().lab().notes[2].position;
    QVERIFY(last != document().lab().notes[1].position);
    m_window->editor().tools().mark({NoteRef{0}, NoteRef{1}, node("host1")});
    QVERIFY(m_window->inspector().content().second.contains(QStringLiteral("a note, a note, host1")));
    key(Qt::Key_Delete);
    QCOMPARE(document().lab().notes.size(), std::size_t(1));
    QVERIFY(document().lab().notes[0].position == last && !has("host1: {kind"));
    QVERIFY(canvas().selection() == Selection()); // Not the one that has its place now.
    key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(document().lab().notes.size(), std::size_t(3), kPatienceMs); // Read again by another thread.
}

void GroupsAndNotesTest::groupOfWhatIsMarked() {
    groupHosts();
    QVERIFY2(has("groups:\n  - {name: group1, nodes: [host1, host2]}\n"), document().text().constData());
    QCOMPARE(undoText(), QStringLiteral("Undo: Add the group group1"));
    const QRect frame = canvas().viewRectOf(GroupRef{QStringLiteral("group1")});
    for (const char* name : {"host1", "host2"}) {
        QVERIFY(frame.contains(canvas().viewRectOf(node(name))));
    }
    QCOMPARE(m_window->inspector().content().title, QStringLiteral("group1"));
    QCOMPARE(m_window->inspector().content().sections.front().rows.size(), std::size_t(2));
    QVERIFY(canvas().hit(canvas().viewPosOf(node("host1"))) == Selection(node("host1"))); // The frame is behind all.
    const QPoint within(frame.left() + 4, frame.bottom() - 4);
    QVERIFY(canvas().hit(within) == Selection()); // And within it is canvas.
    clickNode("host2");
    clickNode("host3", Qt::ControlModifier);
    chooseTile("Group");
    QCOMPARE(m_window->faultShown().section(QLatin1Char('.'), 0, 0), QStringLiteral("host2 is in the group \"group1\" already"));
    QCOMPARE(document().lab().groups.size(), std::size_t(1));
}

void GroupsAndNotesTest::groupOfNothingSaysWhy() {
    canvas().select({});
    dragTo(tile("Group"), *canvas().viewport(), canvas().viewPosOf(node("host1")));
    QVERIFY2(m_window->faultShown().startsWith(QStringLiteral("A group needs nodes.")), qPrintable(m_window->faultShown()));
    QCOMPARE(document().text(), m_text);
}

void GroupsAndNotesTest::nameOfAGroupMovesItsNodes() {
    groupHosts();
    const QPointF first = canvas().scenePosOf(node("host1"));
    const QPointF second = canvas().scenePosOf(node("host2"));
    const QPointF other = canvas().scenePosOf(node("host3"));
    const QPoint from = nameOf("group1");
    drag(from, from + QPoint(0, 60));
    const QPointF way = canvas().scenePosOf(node("host1")) - first;
    QVERIFY(way.y() > 40);
    QCOMPARE(canvas().scenePosOf(node("host2")) - second, way);
    QCOMPARE(canvas().scenePosOf(node("host3")), other);
    QCOMPARE(undoText(), QStringLiteral("Undo: Move 2 nodes"));
    QVERIFY(has("host1: {kind: host, position: [") && has("host2: {kind: host, position: ["));
    key(Qt::Key_Up, Qt::ControlModifier);
    QCOMPARE(canvas().scenePosOf(node("host2")) - second, way - QPointF(0, 24));
    key(Qt::Key_Z, Qt::ControlModifier);
    key(Qt::Key_Z, Qt::ControlModifier); // One step each.
    QTRY_COMPARE_WITH_TIMEOUT(canvas().scenePosOf(node("host2")), second, kPatienceMs);
    QVERIFY(!has("position"));
}

void GroupsAndNotesTest::groupIsRenamedAndDeleted() {
    groupHosts();
    doubleClick(nameOf("group1"));
    auto* box = canvas().findChild<RenameBox*>();
    QVERIFY(box != nullptr);
    QTest::keyClicks(&box->edit(), QStringLiteral("Rack 1"));
    key(Qt::Key_Return);
    QVERIFY(box->fault().contains(QStringLiteral("not a valid name")));
    box->edit().selectAll();
    QTest::keyClicks(&box->edit(), QStringLiteral("rack1"));
    key(Qt::Key_Return);
    QVERIFY(has("{name: rack1, nodes: [host1, host2]}"));
    QVERIFY(canvas().selection() == Selection(GroupRef{QStringLiteral("rack1")}));
    showForm();
    enter(FieldKey::Name, "rack2");
    QVERIFY(has("{name: rack2, nodes: [host1, host2]}"));
    canvas().setFocus();
    key(Qt::Key_Delete);
    QCOMPARE(document().text(), m_text); // The nodes are as they were.
    QCOMPARE(undoText(), QStringLiteral("Undo: Delete rack2"));
}

void GroupsAndNotesTest::groupGoesWithItsNodes() {
    groupHosts();
    clickNode("host1");
    key(Qt::Key_Delete);
    QVERIFY(has("nodes: [host2]}"));
    clickNode("host2");
    key(Qt::Key_F2);
    auto* box = canvas().findChild<RenameBox*>();
    QVERIFY(box != nullptr);
    QTest::keyClicks(&box->edit(), QStringLiteral("web"));
    key(Qt::Key_Return);
    QVERIFY(has("nodes: [web]}"));
    clickNode("web");
    key(Qt::Key_Delete);
    QVERIFY(!has("groups:"));
    for (int i = 0; i < 4; ++i) {
        key(Qt::Key_Z, Qt::ControlModifier);
    }
    QCOMPARE(document().text(), m_text);
}

void GroupsAndNotesTest::failureOnWhatRuns() {
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    dragTo(tile("Failure"), *canvas().viewport(), canvas().viewPosOf(link("intnet2")));
    QVERIFY(openMenu() != nullptr);
    QVERIFY(entryOf(openMenu(), QStringLiteral("Cut intnet2")) != nullptr && entryOf(openMenu(), QStringLiteral("Impair…")) != nullptr);
    QVERIFY(entryOf(openMenu(), QStringLiteral("Capture intnet2")) == nullptr); // Nothing but faults.
    chooseInMenu({QStringLiteral("Cut intnet2")});
    QTRY_VERIFY_WITH_TIMEOUT(m_lab->calls().contains(QStringLiteral("cut intnet2")), kPatienceMs);
    clickNode("host1");
    chooseTile("Failure");
    QVERIFY(entryOf(openMenu(), QStringLiteral("Kill")) != nullptr);
    openMenu()->close();
    canvas().select({});
    chooseTile("Failure");
    QVERIFY2(m_window->faultShown().startsWith(QStringLiteral("Nothing can be broken here.")), qPrintable(m_window->faultShown()));
    QVERIFY(openMenu() == nullptr);
    QCOMPARE(document().text(), m_text);
}

void GroupsAndNotesTest::failureWhereNothingRuns() {
    dragTo(tile("Failure"), *canvas().viewport(), canvas().viewPosOf(node("host1")));
    QVERIFY(openMenu() == nullptr);
    QVERIFY2(m_window->faultShown().startsWith(QStringLiteral("This lab is not running")), qPrintable(m_window->faultShown()));
}

void GroupsAndNotesTest::allIsFoundAndReadOut() {
    groupHosts();
    addNote();
    const auto groups = searchLab(document().lab(), QStringLiteral("group1"));
    QCOMPARE(groups.size(), std::size_t(1));
    QVERIFY(groups[0].item == Selection(GroupRef{QStringLiteral("group1")}));
    QVERIFY(groups[0].lit.nodes == (std::set<NodeId>{node("host1"), node("host2")}));
    const auto notes = searchLab(document().lab(), QStringLiteral("note"));
    QCOMPARE(notes.size(), std::size_t(1));
    QVERIFY(notes[0].item == Selection(NoteRef{0}) && notes[0].lit.notes.contains(0));
    QCOMPARE(canvas().accessibleTextOf(GroupRef{QStringLiteral("group1")}), QStringLiteral("group group1: host1, host2"));
    const std::vector<Selection> order = canvas().itemsInTabOrder();
    QVERIFY(std::ranges::find(order, Selection(NoteRef{0})) != order.end());
    QVERIFY(std::ranges::find(order, Selection(GroupRef{QStringLiteral("group1")})) != order.end());
}

void GroupsAndNotesTest::exportShowsThem() {
    const QTemporaryDir folder;
    const auto exported = [&](const QString& name) {
        const QString path = folder.filePath(name);
        [&] { QVERIFY(exportCanvas(canvas(), path)); }();
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QByteArray svg = exported(QStringLiteral("a.svg"));
    const QByteArray png = exported(QStringLiteral("a.png"));
    const auto lanes = [](const QByteArray& picture) { return picture.count(Theme::light().color(Role::Lane).name().toLatin1()); };
    groupHosts();
    const QByteArray grouped = exported(QStringLiteral("b.svg"));
    QVERIFY(lanes(grouped) > lanes(svg));
    addNote();
    QVERIFY(exported(QStringLiteral("c.svg")).size() > grouped.size());
    QVERIFY(exported(QStringLiteral("c.png")) != png);
}

QTEST_MAIN(GroupsAndNotesTest)
#include "tst_groups_and_notes.moc"
