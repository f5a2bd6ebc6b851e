// SPDX-License-Identifier: GPL-3.0-or-later
// LabDocument: edits and typing on one undo stack, texts given back byte for byte, lab and findings that follow.
// GUI thread.
#include <ui/document/lab_document.h>

#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;

namespace {

constexpr int kPatienceMs = 20'000;

labfile::LabSource tutorial() {
    labfile::LabSource source;
    source.path = QStringLiteral("/labs/mine.yaml");
    QFile file(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/tutorial/lab.yaml"));
    source.text = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    source.parsed = labfile::parse(source.text);
    return source;
}

model::Edits addHost4() {
    model::Node node;
    node.id = NodeId(QStringLiteral("host4"));
    model::Link link;
    link.id = LinkId(QStringLiteral("intnet4"));
    link.ends = {{{NodeId(QStringLiteral("leaf1")), QStringLiteral("swp4")}, {node.id, QStringLiteral("eth1")}}};
    return {model::AddNode{node}, model::AddLink{link}};
}

} // namespace

class DocumentTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void splicesAreSmallAndWhole_data();
    void splicesAreSmallAndWhole();
    void undoGivesTheTextBackByteForByte();
    void refusedEditsChangeNothing();
    void typingIsOneStepUntilTheLineEnds();
    void typingThatComesToNothingLeavesNoStep();
    void brokenTextKeepsTheLastLab();
    void onlyTheNewestTextIsTold();
    void savedTextIsKnownAgainAfterUndo();
};

void DocumentTest::splicesAreSmallAndWhole_data() {
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QByteArray>("removed");
    QTest::addColumn<QByteArray>("inserted");
    QTest::newRow("nothing") << QByteArray("abc") << QByteArray("abc") << QByteArray() << QByteArray();
    QTest::newRow("in the middle") << QByteArray("abd") << QByteArray("abcd") << QByteArray() << QByteArray("c");
    QTest::newRow("repeated") << QByteArray("aa") << QByteArray("aaa") << QByteArray() << QByteArray("a");
    QTest::newRow("to nothing") << QByteArray("ab") << QByteArray() << QByteArray("ab") << QByteArray();
    QTest::newRow("from nothing") << QByteArray() << QByteArray("ab") << QByteArray() << QByteArray("ab");
    QTest::newRow("same first byte") << QByteArray("\xC3\xA4") << QByteArray("\xC3\xB6") << QByteArray("\xC3\xA4")
                                     << QByteArray("\xC3\xB6");
    QTest::newRow("same last byte") << QByteArray("x\xC3\xA4") << QByteArray("x\xC5\xA4") << QByteArray("\xC3\xA4")
                                    << QByteArray("\xC5\xA4");
}

void DocumentTest::splicesAreSmallAndWhole() {
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const Splice splice = spliceBetween(before, after);
    QTEST(splice.removed, "removed");
    QTEST(splice.inserted, "inserted");
    QByteArray text = before;
    splice.applyTo(text);
    QCOMPARE(text, after);
    splice.reversed().applyTo(text);
    QCOMPARE(text, before);
}

void DocumentTest::undoGivesTheTextBackByteForByte() {
    LabDocument document(tutorial());
    const QByteArray before = document.text();
    const QSignalSpy labs(&document, &LabDocument::labChanged);
    QVERIFY(document.apply(addHost4(), QStringLiteral("Add host4")));
    QCOMPARE(document.lab().nodes.size(), std::size_t(5)); // At once.
    QVERIFY(document.isCurrent() && document.isModified());
    QCOMPARE(document.undoStack().undoText(), QStringLiteral("Add host4"));
    const QByteArray after = document.text();
    QVERIFY(after.contains("host4: {kind: host}") && after.contains("# Cables, each from node:port"));
    document.undoStack().undo();
    QCOMPARE(document.text(), before);
    QTRY_COMPARE_WITH_TIMEOUT(document.lab().nodes.size(), std::size_t(4), kPatienceMs);
    QCOMPARE(document.undoStack().redoText(), QStringLiteral("Add host4"));
    document.undoStack().redo();
    QCOMPARE(document.text(), after);
    QTRY_COMPARE_WITH_TIMEOUT(document.lab().nodes.size(), std::size_t(5), kPatienceMs);
    QCOMPARE(labs.count(), 3);
}

void DocumentTest::refusedEditsChangeNothing() {
    LabDocument document(tutorial());
    const QByteArray before = document.text();
    const auto done = document.apply({model::RemoveNode{NodeId(QStringLiteral("host9"))}}, QStringLiteral("Remove host9"));
    QVERIFY(!done);
    QCOMPARE(done.error().message, QStringLiteral("There is no node \"host9\"."));
    QCOMPARE(document.text(), before);
    QVERIFY(!document.undoStack().canUndo() && !document.isModified());
}

void DocumentTest::typingIsOneStepUntilTheLineEnds() {
    LabDocument document(tutorial());
    const QByteArray before = document.text();
    QByteArray text = before;
    for (const char key : QByteArray("# one\n# two")) {
        text += key;
        document.setText(text, QStringLiteral("Typing"), TextChange::Kind::Typing);
    }
    text.chop(1);
    document.setText(text, QStringLiteral("Typing"), TextChange::Kind::Typing);
    QCOMPARE(document.text(), before + "# one\n# tw");
    document.undoStack().undo();
    QCOMPARE(document.text(), before + "# one\n");
    document.undoStack().undo();
    document.undoStack().undo();
    QCOMPARE(document.text(), before);
    QVERIFY(!document.undoStack().canUndo());
}

void DocumentTest::typingThatComesToNothingLeavesNoStep() {
    LabDocument document(tutorial());
    const QByteArray before = document.text();
    document.setText(before + "x", QStringLiteral("Typing"), TextChange::Kind::Typing);
    document.setText(before, QStringLiteral("Typing"), TextChange::Kind::Typing);
    QCOMPARE(document.text(), before);
    QVERIFY(!document.undoStack().canUndo());
}

void DocumentTest::brokenTextKeepsTheLastLab() {
    LabDocument document(tutorial());
    QByteArray text = document.text();
    text.replace("host3: {kind: host}", "host3: {kind: hots}");
    document.setText(text, QStringLiteral("Typing"), TextChange::Kind::Typing);
    QTRY_VERIFY_WITH_TIMEOUT(!document.fault().isEmpty(), kPatienceMs);
    QVERIFY2(document.fault().startsWith(QStringLiteral("line 26: ")) && document.fault().contains(QStringLiteral("hots")),
             qPrintable(document.fault()));
    QVERIFY(document.isValid() && !document.isCurrent());
    QCOMPARE(document.lab().nodes.size(), std::size_t(4));
    QVERIFY(!document.source().parsed.lab);
    QVERIFY(!document.apply(addHost4(), QStringLiteral("Add host4")));
    document.undoStack().undo();
    QTRY_VERIFY_WITH_TIMEOUT(document.isCurrent(), kPatienceMs);
    QCOMPARE(document.fault(), QString());
}

void DocumentTest::onlyTheNewestTextIsTold() {
    LabDocument document(tutorial());
    const QByteArray before = document.text();
    const QSignalSpy parsed(&document, &LabDocument::parsed);
    document.setText("name: [\n", QStringLiteral("Break"));
    document.setText(before, QStringLiteral("Mend"));
    QTRY_COMPARE_WITH_TIMEOUT(parsed.count(), 1, kPatienceMs);
    QVERIFY(document.isCurrent() && document.findings().empty());
}

void DocumentTest::savedTextIsKnownAgainAfterUndo() {
    LabDocument document(tutorial());
    const QSignalSpy changes(&document, &LabDocument::savedChanged);
    QVERIFY(document.apply(addHost4(), QStringLiteral("Add host4")));
    document.setSaved(QStringLiteral("/labs/other.yaml"), document.text());
    QVERIFY(!document.isModified());
    QCOMPARE(document.fileName(), QStringLiteral("other.yaml"));
    document.undoStack().undo();
    QVERIFY(document.isModified());
    document.undoStack().redo();
    QVERIFY(!document.isModified());
    QCOMPARE(changes.count(), 4);
}

QTEST_MAIN(DocumentTest)
#include "tst_document.moc"
