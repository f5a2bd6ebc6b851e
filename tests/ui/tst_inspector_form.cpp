// SPDX-License-Identifier: GPL-3.0-or-later
// The inspector's forms in the real window by mouse and keys. What came out is read from the text of the lab file. GUI thread.
#include "editing_window.h"

#include <ui/editor/canvas_tools.h>
#include <ui/editor/edit_commands.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;
using podleaf::fakes::link;
using podleaf::fakes::node;

class InspectorFormTest final : public QObject, private EditingWindow {
    Q_OBJECT
private Q_SLOTS:
    void init() { open(); }
    void cleanup() { m_window.reset(); }
    void formChangesTheKind();
    void formSetsOneKey();
    void formRefusesInTheValidatorsWords();
    void formOfACable();
    void formOfAPod();
    void formOfSeveral();
    void nodesChangeTheirGroup();
    void escapeLeavesTheField();
};

void InspectorFormTest::formChangesTheKind() {
    QVERIFY(m_window->editor().commands().perform(addNode(document().lab(), model::NodeKind::Leaf, {})));
    clickNode("leaf2");
    showForm();
    QComboBox* kind = form().box(FieldKey::Kind);
    QVERIFY(kind != nullptr);
    QCOMPARE(kind->currentText(), QStringLiteral("leaf"));
    kind->setFocus();
    QTest::keyClicks(kind, QStringLiteral("spine"));
    QCOMPARE(document().lab().findNode(node("leaf2"))->kind, model::NodeKind::Spine);
    QCOMPARE(undoText(), QStringLiteral("Undo: Set Kind of leaf2"));
    QVERIFY2(has("leaf2: {kind: spine"), document().text().constData());
    key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(document().lab().findNode(node("leaf2"))->kind, model::NodeKind::Leaf);
    clickNode("host2"); // It has a pod, and one cable only.
    showForm();
    kind = form().box(FieldKey::Kind);
    kind->setFocus();
    QTest::keyClicks(kind, QStringLiteral("spine"));
    QVERIFY(!form().fault(FieldKey::Kind).isEmpty());
    QCOMPARE(document().lab().findNode(node("host2"))->kind, model::NodeKind::Host);
}

void InspectorFormTest::formSetsOneKey() {
    clickNode("host1");
    showForm();
    QLineEdit* asn = form().edit(FieldKey::Asn);
    QCOMPARE(asn->text(), QStringLiteral("4200000001"));
    enter(FieldKey::Asn, "65010");
    QVERIFY(has("host1: {kind: host, asn: 65010}"));
    QCOMPARE(undoText(), QStringLiteral("Undo: Set AS number of host1"));
    enter(FieldKey::Asn, "");
    QCOMPARE(document().text(), m_text); // The lab file chooses again.
    QCOMPARE(form().edit(FieldKey::Asn)->text(), QStringLiteral("4200000001"));
    enter(FieldKey::Name, "web");
    QVERIFY(has("  web: {kind: host"));
    QCOMPARE(m_window->inspector().content().title, QStringLiteral("web"));
    QCOMPARE(form().edit(FieldKey::Name)->text(), QStringLiteral("web"));
}

void InspectorFormTest::formRefusesInTheValidatorsWords() {
    clickNode("host1");
    showForm();
    QLineEdit* asn = form().edit(FieldKey::Asn);
    const std::pair<const char*, const char*> wrong[] = {{"65100", "host1 uses AS 65100, which is leaf1's."},
                                                         {"23456", "AS 23456 is reserved."},
                                                         {"many", "\"many\" is not a value for asn."}};
    for (const auto& [typed, words] : wrong) {
        enter(FieldKey::Asn, typed);
        QVERIFY2(form().fault(FieldKey::Asn).startsWith(QString::fromLatin1(words)), qPrintable(form().fault(FieldKey::Asn)));
        QCOMPARE(asn->text(), QString::fromLatin1(typed));
        QCOMPARE(document().text(), m_text);
    }
}

void InspectorFormTest::formOfACable() {
    QTest::mouseClick(m_window->windowHandle(), Qt::LeftButton, {}, inWindow(canvas().viewPosOf(link("intnet2"))));
    showForm();
    QCOMPARE(form().edit(FieldKey::FirstEnd)->text(), QStringLiteral("leaf1:swp2"));
    enter(FieldKey::FirstEnd, "leaf1:swp7");
    QVERIFY2(has("{name: intnet2, ends: [leaf1:swp7, host2:eth1]}"), document().text().constData());
    QCOMPARE(undoText(), QStringLiteral("Undo: Change intnet2"));
    QVERIFY(canvas().selection() == Selection(link("intnet2")));
    enter(FieldKey::Prefix, "10.0.0.0/30");
    QVERIFY2(form().fault(FieldKey::Prefix).startsWith(QStringLiteral("10.0.0.0/30 is outside the link pool")),
             qPrintable(form().fault(FieldKey::Prefix)));
}

void InspectorFormTest::formOfAPod() {
    canvas().select(PodRef{QStringLiteral("my-nginx-1")});
    QCOMPARE(form().edit(FieldKey::Places)->text(), QStringLiteral("host2, host3"));
    showForm();
    enter(FieldKey::Replicas, "4");
    QVERIFY(has("replicas: 4"));
    QCOMPARE(document().lab().pods().size(), std::size_t(4));
}

void InspectorFormTest::formOfSeveral() {
    clickNode("leaf1");
    clickNode("host1", Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(form().isVisible(), kPatienceMs);
    QCOMPARE(form().form().title, QStringLiteral("Settings of 2 nodes"));
    QCOMPARE(form().box(FieldKey::Kind)->currentIndex(), -1);
    QVERIFY(form().edit(FieldKey::Name) == nullptr && form().box(FieldKey::Dhcp) == nullptr);
    QVERIFY(m_window->editor().commands().perform(addNode(document().lab(), model::NodeKind::Leaf, {})));
    clickNode("leaf1");
    clickNode("leaf2", Qt::ControlModifier);
    QCOMPARE(form().box(FieldKey::Kind)->currentText(), QStringLiteral("leaf"));
    QComboBox* dhcp = form().box(FieldKey::Dhcp);
    QVERIFY(dhcp != nullptr);
    dhcp->setFocus();
    const QByteArray before = document().text();
    QTest::keyClick(dhcp, Qt::Key_Down);
    QVERIFY2(document().text() != before && document().text().count("dhcp: server") == 2, document().text().constData());
    QCOMPARE(undoText(), QStringLiteral("Undo: Set DHCP of 2 nodes"));
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), before);
}

void InspectorFormTest::nodesChangeTheirGroup() {
    clickNode("host1");
    showForm();
    QVERIFY(form().box(FieldKey::Group) == nullptr); // There are none.
    for (const char* host : {"host1", "host2"}) {
        QVERIFY(m_window->editor().commands().perform(addGroup(document().lab(), {node(host)})));
    }
    clickNode("host3");
    clickNode("host2", Qt::ControlModifier);
    showForm();
    QComboBox* group = form().box(FieldKey::Group);
    QVERIFY(group != nullptr);
    QCOMPARE(group->currentIndex(), -1); // They differ.
    const QByteArray before = document().text();
    group->setFocus();
    QTest::keyClicks(group, QStringLiteral("group1"));
    QVERIFY2(document().lab().groups.size() == 1, document().text().constData()); // Nothing was left in the other.
    QCOMPARE(document().lab().groups.front().nodeNames(), QStringLiteral("host1, host3, host2"));
    QCOMPARE(undoText(), QStringLiteral("Undo: Move 2 nodes to the group group1"));
    key(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), before);
    QTRY_COMPARE(document().lab().groups.size(), std::size_t(2));
    clickNode("host1");
    clickNode("host2");
    showForm();
    group = form().box(FieldKey::Group);
    QCOMPARE(group->currentText(), QStringLiteral("group2"));
    group->setFocus();
    QTest::keyClicks(group, QStringLiteral("no"));
    QCOMPARE(document().lab().groups.size(), std::size_t(1));
    QCOMPARE(undoText(), QStringLiteral("Undo: Take host2 out of its group"));
}

void InspectorFormTest::escapeLeavesTheField() {
    clickNode("host1");
    showForm();
    QLineEdit* asn = form().edit(FieldKey::Asn);
    click(*asn);
    QTest::keyClicks(asn, QStringLiteral("9"));
    key(Qt::Key_Escape);
    QCOMPARE(asn->text(), QStringLiteral("4200000001"));
    QVERIFY(canvas().selection() == Selection(node("host1")));
    key(Qt::Key_Escape);
    QVERIFY(canvas().selection() == Selection());
    QVERIFY(!form().isVisible());
}

QTEST_MAIN(InspectorFormTest)
#include "tst_inspector_form.moc"
