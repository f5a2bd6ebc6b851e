// SPDX-License-Identifier: GPL-3.0-or-later
// The terminal emulator with the bytes that programs write, hostile ones too. No window.
#include "console_text.h"

#include <ui/console/emulator.h>
#include <ui/console/terminal_filter.h>
#include <ui/console/terminal_painter.h>

#include <QApplication>
#include <QClipboard>
#include <QRandomGenerator>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using podleaf::test::screenText;

namespace {

QByteArray inputOf(const std::function<void(Emulator&)>& deed, const QByteArray& before = {}) {
    Emulator emulator({5, 20});
    emulator.write(before);
    static_cast<void>(emulator.takeInput());
    deed(emulator);
    return emulator.takeInput();
}

} // namespace

class EmulatorTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void printsAndWraps();
    void styles();
    void colorsAreReadable();
    void historyIsBounded();
    void alternateScreenHasNoHistory();
    void resizeKeepsText();
    void keys_data();
    void keys();
    void pasteCannotPretend();
    void mouseIsReportedWhereAskedFor();
    void titlesAndClipboardAreIgnored();
    void answersAreBounded();
    void filter_data();
    void filter();
    void anyBytesAreHarmless();
    void textOfARange();
};

void EmulatorTest::printsAndWraps() {
    Emulator emulator({4, 10});
    emulator.write("one\r\ntwo \xc3\xa4\xe4\xb8\xad.\r\n0123456789ab");
    const TerminalFrame frame = emulator.frame(0);
    QCOMPARE(screenText(frame), QStringLiteral("one\ntwo ä中.\n0123456789\nab"));
    QCOMPARE(frame.cursorRow, 3);
    QCOMPARE(frame.cursorColumn, 2);
    QCOMPARE(frame.lines[1][5].width, std::uint8_t(2));
    QCOMPARE(frame.lines[1][6].width, std::uint8_t(0));
}

void EmulatorTest::styles() {
    Emulator emulator({2, 20});
    emulator.write("\x1b[1;31mA\x1b[0m\x1b[38;5;202;4mB\x1b[0m\x1b[48;2;1;2;3;7mC\x1b[0mD");
    const TerminalLine line = emulator.frame(0).lines[0];
    const TerminalStyle& a = line[0].style;
    QVERIFY(a.bold && a.foreground == (TerminalColor{TerminalColor::Kind::Indexed, {1, 0, 0}}));
    QVERIFY(line[1].style.underline && line[1].style.foreground == (TerminalColor{TerminalColor::Kind::Indexed, {202, 0, 0}}));
    QVERIFY(line[2].style.reverse && line[2].style.background == (TerminalColor{TerminalColor::Kind::Rgb, {1, 2, 3}}));
    QVERIFY(line[3].style == TerminalStyle());
    const Theme theme = Theme::dark();
    QCOMPARE(inkOf(a, theme).foreground, theme.color(Role::Bad));
    QCOMPARE(inkOf(line[1].style, theme).foreground, QColor(255, 95, 0)); // xterm's 202.
    QVERIFY(!inkOf(line[3].style, theme).background.isValid());
}

void EmulatorTest::colorsAreReadable() {
    for (const Theme& theme : {Theme::light(), Theme::dark()}) {
        for (int foreground = 0; foreground < 256; ++foreground) {
            for (const int background : {-1, 0, 1, 2, 3, 4, 5, 6, 7, 15, 16, 231}) {
                TerminalStyle style;
                style.foreground = {TerminalColor::Kind::Indexed, {static_cast<std::uint8_t>(foreground), 0, 0}};
                if (background >= 0) {
                    style.background = {TerminalColor::Kind::Indexed, {static_cast<std::uint8_t>(background), 0, 0}};
                }
                const TerminalInk ink = inkOf(style, theme);
                const QColor ground = ink.background.isValid() ? ink.background : theme.color(Role::Base);
                QVERIFY2(contrastRatio(ink.foreground, ground) >= 3,
                         qPrintable(QStringLiteral("%1 on %2").arg(foreground).arg(background)));
            }
        }
    }
}

void EmulatorTest::historyIsBounded() {
    Emulator emulator({5, 20});
    for (int i = 0; i < kMaxHistoryLines + 500; ++i) {
        emulator.write(QByteArray(QByteArray::number(i) + "\r\n"));
    }
    QCOMPARE(emulator.historyLines(), kMaxHistoryLines);
    const TerminalFrame now = emulator.frame(0);
    QCOMPARE(now.screenLine, kMaxHistoryLines + 500 - 4);
    QCOMPARE(now.oldestLine, 500 - 4);
    const TerminalFrame back = emulator.frame(1'000'000);
    QCOMPARE(textOf(back.lines[0]), QStringLiteral("496"));
    QCOMPARE(back.firstLine, back.oldestLine);
    QVERIFY(back.cursorRow >= back.size.rows); // Not in sight.
    Emulator wide({5, 500});
    const QByteArray line = QByteArray(499, 'x') + "\r\n";
    for (int i = 0; i < 4000; ++i) {
        wide.write(line);
    }
    QVERIFY(wide.historyLines() * 499 <= kMaxHistoryCells);
    QVERIFY(wide.historyLines() > 1000);
}

void EmulatorTest::alternateScreenHasNoHistory() {
    Emulator emulator({3, 20});
    emulator.write("a\r\nb\r\nc\r\nd\r\ne");
    QCOMPARE(emulator.historyLines(), 2);
    emulator.write("\x1b[?1049h\x1b[2J\x1b[Hfull screen");
    QVERIFY(emulator.frame(0).alternate);
    QCOMPARE(emulator.historyLines(), 0);
    QCOMPARE(screenText(emulator.frame(5)), QStringLiteral("full screen"));
    emulator.write("\x1b[?1049l");
    QCOMPARE(screenText(emulator.frame(0)), QStringLiteral("c\nd\ne"));
    QCOMPARE(emulator.historyLines(), 2);
}

void EmulatorTest::resizeKeepsText() {
    Emulator emulator({3, 20});
    emulator.write("a\r\nb\r\nc\r\nd\r\ne");
    emulator.resize({5, 30});
    QCOMPARE(screenText(emulator.frame(0)), QStringLiteral("a\nb\nc\nd\ne"));
    emulator.resize({100'000, 100'000});
    QVERIFY(emulator.size() == kLargestTerminal);
    emulator.write("\x1b[20;24r\x1b[24;1Hlast"); // Margins that end with the next size.
    emulator.resize({3, 20});
    emulator.write("\r\n\n\n\nthere");
    QVERIFY(screenText(emulator.frame(0)).contains(QStringLiteral("there")));
    emulator.resize({-3, 0});
    QVERIFY(emulator.size() == (TerminalSize{1, 2}));
}

void EmulatorTest::keys_data() {
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("modifiers");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, int key, Qt::KeyboardModifiers modifiers, const QString& text, const QByteArray& bytes) {
        QTest::newRow(name) << key << static_cast<int>(modifiers.toInt()) << text << bytes;
    };
    row("a", Qt::Key_A, {}, QStringLiteral("a"), "a");
    row("A", Qt::Key_A, Qt::ShiftModifier, QStringLiteral("A"), "A");
    row("umlaut", Qt::Key_Adiaeresis, {}, QStringLiteral("ä"), "\xc3\xa4");
    row("enter", Qt::Key_Return, {}, QStringLiteral("\r"), "\r");
    row("shift enter", Qt::Key_Return, Qt::ShiftModifier, QStringLiteral("\r"), "\r");
    row("backspace", Qt::Key_Backspace, {}, QStringLiteral("\b"), "\x7f");
    row("tab", Qt::Key_Tab, {}, QStringLiteral("\t"), "\t");
    row("backtab", Qt::Key_Backtab, Qt::ShiftModifier, {}, "\x1b[Z");
    row("escape", Qt::Key_Escape, {}, {}, "\x1b");
    row("ctrl c", Qt::Key_C, Qt::ControlModifier, QStringLiteral("\x03"), "\x03");
    row("ctrl i", Qt::Key_I, Qt::ControlModifier, QStringLiteral("\t"), "\t");
    row("ctrl j", Qt::Key_J, Qt::ControlModifier, QStringLiteral("\n"), "\n");
    row("ctrl m", Qt::Key_M, Qt::ControlModifier, QStringLiteral("\r"), "\r");
    row("ctrl [", Qt::Key_BracketLeft, Qt::ControlModifier, {}, "\x1b");
    row("ctrl backslash", Qt::Key_Backslash, Qt::ControlModifier, {}, "\x1c");
    row("ctrl space", Qt::Key_Space, Qt::ControlModifier, QStringLiteral(" "), QByteArray(1, '\0'));
    row("alt b", Qt::Key_B, Qt::AltModifier, QStringLiteral("b"),
        "\x1b"
        "b");
    row("up", Qt::Key_Up, {}, {}, "\x1b[A");
    row("ctrl left", Qt::Key_Left, Qt::ControlModifier, {}, "\x1b[1;5D");
    row("home", Qt::Key_Home, {}, {}, "\x1b[H");
    row("delete", Qt::Key_Delete, {}, {}, "\x1b[3~");
    row("f1", Qt::Key_F1, {}, {}, "\x1bOP");
    row("f5", Qt::Key_F5, {}, {}, "\x1b[15~");
    row("shift alone", Qt::Key_Shift, Qt::ShiftModifier, {}, {});
}

void EmulatorTest::keys() {
    QFETCH(int, key);
    QFETCH(int, modifiers);
    QFETCH(QString, text);
    QFETCH(QByteArray, bytes);
    QCOMPARE(inputOf([&](Emulator& e) { e.press({key, Qt::KeyboardModifiers::fromInt(modifiers), text}); }), bytes);
}

void EmulatorTest::pasteCannotPretend() {
    const QString hostile = QStringLiteral("ls\r\necho \x1b[201~\x03rm\u009b\t.\n");
    QCOMPARE(inputOf([&](Emulator& e) { e.paste(hostile); }), QByteArray("ls\recho [201~rm\t.\r"));
    QCOMPARE(inputOf([&](Emulator& e) { e.paste(hostile); }, "\x1b[?2004h"), QByteArray("\x1b[200~ls\recho [201~rm\t.\r\x1b[201~"));
}

void EmulatorTest::mouseIsReportedWhereAskedFor() {
    const auto click = [](Emulator& e) {
        e.report({2, 4, 1, true, {}});
        e.report({2, 4, 1, false, {}});
    };
    QCOMPARE(inputOf(click), QByteArray());
    QCOMPARE(inputOf(click, "\x1b[?1000h\x1b[?1006h"), QByteArray("\x1b[<0;5;3M\x1b[<0;5;3m"));
    Emulator emulator({5, 20});
    emulator.write("\x1b[?1002h");
    QVERIFY(emulator.frame(0).mouse == MouseReports::Drags);
    emulator.write("\x1b[?1002l");
    QVERIFY(emulator.frame(0).mouse == MouseReports::None);
}

void EmulatorTest::titlesAndClipboardAreIgnored() {
    QApplication::clipboard()->setText(QStringLiteral("mine"));
    Emulator emulator({3, 40});
    emulator.write("\x1b]0;rm -rf /\x07\x1b]2;title\x1b\\\x1b]52;c;ZXZpbA==\x07\x1b]8;;file:///etc/passwd\x07link\x1b]8;;\x07\x1b[21t\x07");
    QCOMPARE(screenText(emulator.frame(0)), QStringLiteral("link"));
    QCOMPARE(emulator.takeInput(), QByteArray()); // A title that is read back would be typed into the shell.
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("mine"));
}

void EmulatorTest::answersAreBounded() {
    Emulator emulator({3, 40});
    QByteArray questions;
    for (int i = 0; i < 100'000; ++i) {
        questions += "\x1b[6n";
    }
    emulator.write(questions);
    const QByteArray answers = emulator.takeInput();
    QVERIFY(answers.startsWith("\x1b[1;1R"));
    QVERIFY(answers.size() <= 64 * 1024);
}

void EmulatorTest::filter_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("passed");
    const auto row = [](const char* name, const QByteArray& bytes, const QByteArray& passed) { QTest::newRow(name) << bytes << passed; };
    row("text", "a\tb\r\n\x07", "a\tb\r\n\x07");
    row("utf-8", "\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80", "\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80");
    row("broken utf-8", "\xc3(\xff\xe4\xb8.", "\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd.");
    row("overlong", "\xe0\x80\x80\xed\xa0\x80\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    row("8-bit control",
        "\xc2\x9b"
        "2J",
        "\xef\xbf\xbd"
        "2J");
    row("control sequence", "\x1b[?25h\x1b[1;31m\x1b[38:2::1:2:3m\x1b[2 q", "\x1b[?25h\x1b[1;31m\x1b[38:2::1:2:3m\x1b[2 q");
    row("large number", "a\x1b[99999Hb\x1b[12345;1Hc\x1b[9999H", "abc\x1b[9999H");
    row("many numbers", "\x1b[" + QByteArray("1;").repeated(40) + "mx", "x");
    row("long sequence", "\x1b[" + QByteArray(9000, '0') + "mx", "x");
    row("broken off", "\x1b[12\x18x\x1b[3\x1b[4my", "x\x1b[4my");
    row("repeat", "-\x1b[4bx\r\x1b[3b\xcc\x81\x1b[2b", "-----x\r\xcc\x81\xcc\x81\xcc\x81");
    row("repeat without end", "ab\x1b[9999b", "ab" + QByteArray(500, 'b'));
    row("control within", "\x1b[1\n2my", "y");
    row("escape",
        "\x1b"
        "7\x1b#8\x1b(0\x1b"
        "c",
        "\x1b"
        "7\x1b#8\x1b(0\x1b"
        "c");
    row("long escape", "\x1b((((0x", "x");
    row("title",
        "a\x1b]0;title\x07"
        "b\x1b]2;t\x1b\\c",
        "abc");
    row("clipboard and other strings", "\x1b]52;c;AAAA\x07\x1bPq#0\x1b\\\x1b_x\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\z", "z");
    row("string without end", "\x1b]0;" + QByteArray(100'000, 'x') + "\x1b[31mred", "\x1b[31mred");
}

/// All at once and byte by byte.
void EmulatorTest::filter() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, passed);
    QCOMPARE(TerminalFilter().pass(bytes), passed);
    TerminalFilter slow;
    QByteArray out;
    for (const char byte : bytes) {
        out += slow.pass({&byte, 1});
    }
    QCOMPARE(out, passed);
}

/// Seeded, so that what fails once fails again.
void EmulatorTest::anyBytesAreHarmless() {
    QRandomGenerator random(20);
    const QList<QByteArray> starts{"\x1b[",    "\x1b]",  "\x1bP",      "\x1b#", "\x1b(",
                                   "\xe2\x82", "\x1b[?", "\x1b[38;5;", "\r\n",  "\x1b[999999999;1H"};
    Emulator emulator({24, 80});
    for (int round = 0; round < 4000; ++round) {
        QByteArray bytes = starts[random.bounded(static_cast<int>(starts.size()))];
        for (int i = random.bounded(60); i > 0; --i) {
            bytes +=
                static_cast<char>(random.bounded(4) == 0 ? random.bounded(256) : "0123456789;:?hlmHJKLMPSTrXABCD@"[random.bounded(31)]);
        }
        emulator.write(bytes);
        if (random.bounded(20) == 0) {
            emulator.resize({random.bounded(60), random.bounded(200)});
        }
        if (random.bounded(20) == 0) {
            const TerminalFrame frame = emulator.frame(random.bounded(100));
            QCOMPARE(static_cast<int>(frame.lines.size()), frame.size.rows);
        }
    }
    emulator.write("\x1b]0;");
    emulator.write(QByteArray(8 * 1024 * 1024, 'x'));
    emulator.write("\x07\x1b"
                   "c");
    emulator.write("still here");
    QVERIFY(screenText(emulator.frame(0)).contains(QStringLiteral("still here")));
}

void EmulatorTest::textOfARange() {
    Emulator emulator({2, 20});
    emulator.write("first line\r\nsecond\r\nthird");
    QCOMPARE(emulator.text({{0, 6}, {2, 3}}), QStringLiteral("line\nsecond\nthi"));
    QCOMPARE(emulator.text({{1, 0}, {1, 6}}), QStringLiteral("second"));
    QCOMPARE(emulator.text({{-5, 0}, {99, 99}}), QStringLiteral("first line\nsecond\nthird"));
    QCOMPARE(emulator.text({}), QString());
}

QTEST_MAIN(EmulatorTest)
#include "tst_emulator.moc"
