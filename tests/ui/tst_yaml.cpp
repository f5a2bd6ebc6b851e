// SPDX-License-Identifier: GPL-3.0-or-later
// The lab file's text beside the canvas, in the real window by mouse and keys: what is typed reaches canvas and undo
// stack, what the canvas does reaches the text, mistakes are underlined, marked, listed and gone to. GUI thread.
#include "file_window.h"

#include <tests/desktop/mouse_and_keys.h>
#include <ui/document/lab_document.h>
#include <ui/editor/lab_editor.h>
#include <ui/editor/text_form.h>
#include <ui/editor/yaml_panel.h>
#include <ui/window/main_window.h>
#include <ui/window/window_actions.h>

#include <QDockWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>
#include <QToolTip>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;

namespace {
constexpr int kPatienceMs = 20'000;
}

class YamlTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void formsGiveBytesBack_data();
    void formsGiveBytesBack();
    void keyShowsTheText();
    void menuShowsTheTextInAWidthToRead();
    void typingReachesTheCanvas();
    void typingAndCanvasShareOneStack();
    void canvasKeepsTheCursor();
    void mistakeIsUnderlinedMarkedAndListed();
    void brokenFileIsMendedInTheText();
    void goToLineFromTheStrip();
    void carriageReturnsStay();
    void oddTextIsShownOnly();
    void enterKeepsTheIndentation();

private:
    /// A file of this text, its own dock not in sight …
    void openBeside(const QByteArray& text);
    /// … and with it.
    void open(const QByteArray& text);
    [[nodiscard]] YamlEdit& edit() { return m_window->editor().yaml().edit(); }
    [[nodiscard]] LabDocument& document() { return *m_window->document(); }
    void type(const char* text) { QTest::keyClicks(m_window->focusWidget(), QString::fromLatin1(text)); }
    [[nodiscard]] int lineOf(const char* text) const;

    QTemporaryDir m_folder;
    QByteArray m_text;
    std::unique_ptr<fakes::FakeLab> m_lab;
    std::unique_ptr<MainWindow> m_window;
};

void YamlTest::init() {
    QFile file(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/tutorial/lab.yaml"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_text = file.readAll();
    m_lab = std::make_unique<fakes::FakeLab>();
    m_window = fileWindow(*m_lab);
    QVERIFY(m_window != nullptr);
}

void YamlTest::cleanup() {
    m_window.reset();
}

void YamlTest::openBeside(const QByteArray& text) {
    QFile file(m_folder.filePath(QStringLiteral("mine.yaml")));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    file.close();
    m_text = text;
    m_window->openLab(file.fileName());
}

void YamlTest::open(const QByteArray& text) {
    openBeside(text);
    press(*m_window, Qt::Key_0, Qt::AltModifier);
    QTRY_VERIFY_WITH_TIMEOUT(edit().hasFocus() && isInSight(edit()), kPatienceMs);
}

int YamlTest::lineOf(const char* text) const {
    return static_cast<int>(m_text.left(m_text.indexOf(text)).count('\n')) + 1;
}

void YamlTest::formsGiveBytesBack_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isKnown");
    QTest::newRow("empty") << QByteArray() << true;
    QTest::newRow("plain") << QByteArray("a: 1\nb: 2\n") << true;
    QTest::newRow("no end") << QByteArray("a: 1\nb: 2") << true;
    QTest::newRow("carriage returns") << QByteArray("a: 1\r\nb: 2\r\n") << true;
    QTest::newRow("mark") << QByteArray("\xEF\xBB\xBF"
                                        "a: 1\r\n")
                          << true;
    QTest::newRow("umlaut, smiley, hard space") << QByteArray("# \xC3\xA4 \xF0\x9F\x98\x80 \xC2\xA0\n") << true;
    QTest::newRow("mixed") << QByteArray("a: 1\r\nb: 2\n") << false;
    QTest::newRow("lone carriage return") << QByteArray("a: 1\rb: 2\n") << false;
    QTest::newRow("no UTF-8") << QByteArray("# \xFF\n") << false;
    QTest::newRow("line separator") << QByteArray("# \xE2\x80\xA8\n") << false;
    QTest::newRow("null") << QByteArray("# \0\n", 4) << false;
}

void YamlTest::formsGiveBytesBack() {
    QFETCH(QByteArray, bytes);
    const auto form = TextForm::of(bytes);
    QTEST(form.has_value(), "isKnown");
    if (form) {
        const Theme theme = Theme::light();
        YamlEdit edit(theme);
        edit.setLines(form->toLines(bytes));
        QCOMPARE(form->toBytes(edit.lines()), bytes);
    }
}

void YamlTest::keyShowsTheText() {
    QVERIFY(!m_window->editor().yamlDock()->isVisible());
    open(m_text);
    QCOMPARE(edit().lines().toUtf8(), m_text);
    QCOMPARE(document().text(), m_text);
    QVERIFY(m_window->canvas().width() >= 480);
}

/// From the menu of docks it comes up as wide as by the key, and the inspector stays as wide as it is.
void YamlTest::menuShowsTheTextInAWidthToRead() {
    openBeside(m_text);
    QDockWidget& dock = *m_window->editor().yamlDock();
    auto* inspector = m_window->findChild<QDockWidget*>(QStringLiteral("inspector"));
    dock.toggleViewAction()->trigger();
    QTRY_VERIFY2_WITH_TIMEOUT(dock.isVisible() && dock.width() >= 280, qPrintable(QString::number(dock.width())), kPatienceMs);
    QVERIFY2(inspector->width() >= 200, qPrintable(QString::number(inspector->width())));
    dock.toggleViewAction()->trigger();
    QVERIFY(!dock.isVisible());
}

void YamlTest::typingReachesTheCanvas() {
    open(m_text);
    edit().goTo(lineOf("host3: {kind: host}"), 100);
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Return);
    type("leaf2: {kind: leaf}");
    QVERIFY(document().text().contains("  host3: {kind: host}\n  leaf2: {kind: leaf}\n"));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->canvas().viewPosOf(fakes::node("leaf2")) != QPoint(-1, -1), kPatienceMs);
    QVERIFY(m_window->isWindowModified());
}

void YamlTest::typingAndCanvasShareOneStack() {
    open(m_text);
    edit().goTo(1, 1);
    type("# mine");
    QVERIFY(document().apply({model::RenameNode{fakes::node("host1"), fakes::node("web1")}}, QStringLiteral("Rename host1")));
    QVERIFY(edit().lines().contains(QStringLiteral("web1: {kind: host}")));
    press(*m_window, Qt::Key_Z, Qt::ControlModifier); // With the focus in the text.
    QVERIFY(!edit().lines().contains(QStringLiteral("web1")) && edit().lines().startsWith(QStringLiteral("# mine")));
    press(*m_window, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().text(), m_text);
    QCOMPARE(edit().lines().toUtf8(), m_text);
    press(*m_window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(edit().lines().startsWith(QStringLiteral("# mine")));
    QCOMPARE(m_window->actions().undo->text(), QStringLiteral("Undo: Typing"));
}

void YamlTest::canvasKeepsTheCursor() {
    open(m_text);
    edit().goTo(lineOf("tests:"), 3);
    const QString before = edit().textCursor().block().text();
    QVERIFY(document().apply({model::RenameNode{fakes::node("host1"), fakes::node("a-longer-name")}}, QStringLiteral("Rename host1")));
    QCOMPARE(edit().textCursor().block().text(), before);
    QCOMPARE(edit().textCursor().positionInBlock(), 2);
}

void YamlTest::mistakeIsUnderlinedMarkedAndListed() {
    open(m_text);
    const int line = lineOf("host3: {kind: host}");
    edit().goTo(line, 100);
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Backspace);
    type("x}");
    QListWidget& list = m_window->editor().yaml().list();
    QTRY_VERIFY_WITH_TIMEOUT(list.isVisible() && list.count() == 1, kPatienceMs);
    const QString words = document().findings().front().message;
    QVERIFY2(words.contains(QStringLiteral("hostx")), qPrintable(words));
    QVERIFY(list.item(0)->text().startsWith(QStringLiteral("Line %1: %2").arg(line).arg(words)));
    QCOMPARE(edit().extraSelections().size(), 1);
    QCOMPARE(edit().extraSelections().front().cursor.selectedText(), QStringLiteral("hostx"));
    const QImage shown = m_window->grab().toImage();
    QVERIFY(countNear(shown, edit().mapTo(m_window.get(), edit().markPos(line)), 6, Theme::light().color(Role::Bad)) > 20);
    // The tool tip has the validator's words.
    edit().goTo(line, 20);
    QVERIFY(edit().findingsAt(edit().cursorRect().center()).startsWith(words));
    // Plan and Up say why they cannot be; what is on the canvas stays.
    QVERIFY(m_window->actions().up->toolTip().contains(words));
    QVERIFY(m_window->canvas().viewPosOf(fakes::node("host3")) != QPoint(-1, -1));
    // A click on the row goes there.
    edit().goTo(1, 1);
    const auto clickLeadsThere = [&] { // Again where the list was laid out anew in the moment of the click.
        clickAt(*list.viewport(), list.visualItemRect(list.item(0)).topLeft() + QPoint(24, 8));
        return edit().textCursor().blockNumber() + 1 == line;
    };
    QVERIFY(QTest::qWaitFor(clickLeadsThere, kPatienceMs));
    press(*m_window, Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!list.isVisible() && edit().extraSelections().isEmpty(), kPatienceMs);
}

void YamlTest::brokenFileIsMendedInTheText() {
    QByteArray broken = m_text;
    broken.replace("host3: {kind: host}", "host3: {kind: }");
    open(broken);
    QVERIFY(m_window->canvas().viewPosOf(fakes::node("host3")) == QPoint(-1, -1));
    edit().goTo(lineOf("host3: {kind: }"), 17);
    type("host");
    QTRY_VERIFY_WITH_TIMEOUT(m_window->canvas().viewPosOf(fakes::node("host3")) != QPoint(-1, -1), kPatienceMs);
    QCOMPARE(m_window->faultShown(), QString());
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs); // Its state is followed.
}

void YamlTest::goToLineFromTheStrip() {
    QByteArray broken = m_text;
    broken.replace("host3: {kind: host}", "host3: {kind: hots}");
    open(broken);
    m_window->editor().yamlDock()->close();
    QPushButton* button = nullptr;
    for (auto* each : m_window->findChildren<QPushButton*>()) {
        button = each->text() == QStringLiteral("Go to line") && each->isVisible() ? each : button;
    }
    QVERIFY(button != nullptr);
    click(*button);
    QTRY_VERIFY_WITH_TIMEOUT(edit().isVisible() && edit().hasFocus(), kPatienceMs);
    QCOMPARE(edit().textCursor().blockNumber() + 1, lineOf("host3: {kind: hots}"));
}

void YamlTest::carriageReturnsStay() {
    QByteArray text = m_text;
    text.replace("\n", "\r\n");
    open(text);
    edit().goTo(1, 1);
    type("# mine");
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Return);
    QCOMPARE(document().text(), "# mine\r\n" + text);
}

void YamlTest::oddTextIsShownOnly() {
    open(m_text + "# mixed\r\n");
    QVERIFY(edit().isReadOnly());
    type("x");
    QCOMPARE(document().text(), m_text);
    QVERIFY(document().apply({model::RenameNode{fakes::node("host1"), fakes::node("web1")}}, QStringLiteral("Rename host1")));
    QVERIFY(edit().lines().contains(QStringLiteral("web1")) && document().text().endsWith("# mixed\r\n"));
}

void YamlTest::enterKeepsTheIndentation() {
    open(m_text);
    edit().goTo(lineOf("pods-per-host:"), 100);
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Return);
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Tab);
    type("#");
    QCOMPARE(edit().textCursor().block().text(), QStringLiteral("    #"));
}

QTEST_MAIN(YamlTest)
#include "tst_yaml.moc"
