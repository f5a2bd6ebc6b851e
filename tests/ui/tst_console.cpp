// SPDX-License-Identifier: GPL-3.0-or-later
// The consoles' dock with programs that a test scripts, by mouse and keys. Offscreen; GUI thread.
#include "console_text.h"
#include "stall_watch.h"

#include <ui/console/consoles_panel.h>

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

#include <poll.h>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::ui;
using podleaf::test::screenText;

namespace {

constexpr int kPatienceMs = 20'000;

/// A program that prints `greeting` and then, in brackets, every line it is given; "exit N" ends it.
TerminalProgram echo(const QByteArray& greeting) {
    return [greeting](OpContext& context, int terminal) -> Result<session::ConsoleEnd> {
        static_cast<void>(::write(terminal, greeting.constData(), static_cast<std::size_t>(greeting.size())));
        QByteArray line;
        while (!context.stop.stop_requested()) {
            pollfd wait{terminal, POLLIN, 0};
            char byte = 0;
            if (::poll(&wait, 1, 10) > 0 && ::read(terminal, &byte, 1) == 1) {
                line += byte;
            }
            if (!line.endsWith('\n')) {
                continue;
            }
            if (line.startsWith("exit ")) {
                return session::ConsoleEnd{line.mid(5).trimmed().toInt(), 0};
            }
            const QByteArray answer = '[' + line.trimmed() + "]\n";
            static_cast<void>(::write(terminal, answer.constData(), static_cast<std::size_t>(answer.size())));
            line.clear();
        }
        return fail(ErrorCode::Cancelled, QStringLiteral("Stopped."));
    };
}

const std::vector<ConsolePlace> kPlaces{
    {NodeId(QStringLiteral("leaf1")), true}, {NodeId(QStringLiteral("host1")), true}, {NodeId(QStringLiteral("my-nginx-1")), false}};

ConsoleTarget shellOf(const char* node) {
    return {NodeId(QString::fromLatin1(node)), session::ConsoleProgram::Shell};
}

/// "line 0" to "line 199": more than a view shows.
QByteArray manyLines() {
    QByteArray many;
    for (int i = 0; i < 200; ++i) {
        many += "line " + QByteArray::number(i) + '\n';
    }
    return many;
}

} // namespace

class ConsoleTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void emptyPanelSaysHow();
    void typingGoesToTheProgram();
    void endIsSaid();
    void editedLabIsFollowed();
    void menuOffersPrograms();
    void sendToAllSaysSo();
    void splitStandsBeside();
    void tabsByKey();
    void selectionIsCopied();
    void wheelScrollsBack();
    void thirdClickSelectsTheLine();
    void middleButtonPastes();
    void selectingBeyondTheEdgeScrolls();
    void floodDoesNotStall();
    void closedTabEndsItsProgram();

private:
    struct Shown {
        Theme theme = Theme::light();
        std::unique_ptr<ConsolesPanel> panel;
        std::atomic<int> running = 0;
    };
    /// A panel in a window of its own, whose consoles run `program`.
    [[nodiscard]] std::unique_ptr<Shown> show(const TerminalProgram& program);
    static void type(ConsoleTab& tab, const char* text) {
        for (const char* c = text; *c != '\0'; ++c) {
            QTest::keyClick(&tab.view(), *c == '\n' ? '\r' : *c);
        }
    }
    static QString shownIn(ConsoleTab& tab) { return tab.view().frame() ? screenText(*tab.view().frame()) : QString(); }
    /// The size that the view has at last was told, and what is shown is of that size.
    static bool fillsItsRoom(ConsoleTab& tab) { return tab.view().frame() && tab.view().frame()->size == tab.view().room(); }
};

std::unique_ptr<ConsoleTest::Shown> ConsoleTest::show(const TerminalProgram& program) {
    auto shown = std::make_unique<Shown>();
    shown->theme.applyTo(*qApp);
    shown->panel = std::make_unique<ConsolesPanel>(shown->theme);
    shown->panel->setLab(kPlaces, [&running = shown->running, program](OpContext& context, const ConsoleTarget&, int terminal) {
        ++running;
        auto end = program(context, terminal);
        --running;
        return end;
    });
    shown->panel->resize(900, 300);
    shown->panel->show();
    shown->panel->activateWindow();
    return QTest::qWaitForWindowActive(shown->panel.get(), kPatienceMs) ? std::move(shown) : nullptr;
}

void ConsoleTest::emptyPanelSaysHow() {
    const auto shown = show(echo("hi\n"));
    QVERIFY(shown != nullptr);
    QCOMPARE(shown->panel->emptySentence(), QStringLiteral("Double-click a node to open its console."));
}

void ConsoleTest::typingGoesToTheProgram() {
    const auto shown = show(echo("welcome\n"));
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("host1"));
    ConsoleTab* tab = shown->panel->current();
    QVERIFY(tab != nullptr && tab->isAlive());
    QCOMPARE(tab->title(), QStringLiteral("host1"));
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).contains(QStringLiteral("welcome")), kPatienceMs);
    type(*tab, "hello\n");
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).contains(QStringLiteral("[hello]")), kPatienceMs);
    shown->panel->open(shellOf("host1")); // The same one again.
    QCOMPARE(shown->panel->tabs().size(), 1);
}

void ConsoleTest::endIsSaid() {
    const auto shown = show(echo("welcome\n"));
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("host1"));
    ConsoleTab* tab = shown->panel->current();
    type(*tab, "exit 3\n");
    QTRY_COMPARE_WITH_TIMEOUT(tab->endSentence(), QStringLiteral("host1 ended with exit code 3."), kPatienceMs);
    QVERIFY(shownIn(*tab).contains(QStringLiteral("welcome")));
    auto* again = tab->findChild<QPushButton*>();
    QTest::mouseClick(again, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(tab->isAlive() && tab->endSentence().isEmpty(), kPatienceMs);
    type(*tab, "more\n");
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).contains(QStringLiteral("[more]")), kPatienceMs);
}

void ConsoleTest::editedLabIsFollowed() {
    const auto shown = show(echo("old\n"));
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("host1"));
    ConsoleTab* tab = shown->panel->current();
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).contains(QStringLiteral("old")), kPatienceMs);
    const auto newer = [program = echo("new\n")](OpContext& context, const ConsoleTarget&, int terminal) {
        return program(context, terminal);
    };
    shown->panel->changeLab(kPlaces, newer);
    QVERIFY(tab->isAlive() && tab->endSentence().isEmpty()); // It goes on …
    type(*tab, "exit 0\n");
    QTRY_VERIFY_WITH_TIMEOUT(!tab->isAlive(), kPatienceMs);
    QTest::mouseClick(tab->findChild<QPushButton*>(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).contains(QStringLiteral("new")), kPatienceMs); // … and starts in the other session.
    shown->panel->changeLab({}, newer);
    QCOMPARE(tab->endSentence(), QStringLiteral("host1 is not in the lab file any more. Its console ends when the change is applied."));
    type(*tab, "exit 0\n");
    QTRY_COMPARE_WITH_TIMEOUT(tab->endSentence(), QStringLiteral("The console has ended: host1 is not in the lab any more."), kPatienceMs);
    QVERIFY(!tab->findChild<QPushButton*>()->isVisible());
}

void ConsoleTest::menuOffersPrograms() {
    const auto shown = show(echo("hi\n"));
    QVERIFY(shown != nullptr);
    shown->panel->setSelectedNode(NodeId(QStringLiteral("my-nginx-1")));
    QMenu* menu = shown->panel->findChild<QMenu*>();
    menu->popup(QPoint(0, 0));
    QStringList texts;
    for (const QAction* action : menu->actions()) {
        texts += action->text();
    }
    QCOMPARE(texts, QStringList({QStringLiteral("Shell of my-nginx-1"), QStringLiteral("Logs of my-nginx-1"), QString(),
                                 QStringLiteral("leaf1"), QStringLiteral("host1"), QStringLiteral("my-nginx-1")}));
    QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(menu->actions().value(1)).center());
    QCOMPARE(shown->panel->current()->title(), QStringLiteral("my-nginx-1 logs"));
}

void ConsoleTest::sendToAllSaysSo() {
    const auto shown = show(echo("hi\n"));
    QVERIFY(shown != nullptr);
    for (const char* node : {"leaf1", "host1", "my-nginx-1"}) {
        shown->panel->open(shellOf(node));
    }
    QCOMPARE(shown->panel->stripText(), QString());
    for (auto* button : shown->panel->findChildren<QToolButton*>()) {
        if (button->text() == QStringLiteral("Send to all")) {
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QCOMPARE(shown->panel->stripText(), QStringLiteral("Typing into 3 consoles."));
    shown->panel->current()->view().setFocus();
    type(*shown->panel->current(), "all of you\n");
    for (ConsoleTab* tab : shown->panel->tabs()) {
        QVERIFY(QTest::qWaitFor([tab] { return shownIn(*tab).contains(QStringLiteral("[all of you]")); }, kPatienceMs));
    }
    type(*shown->panel->current(), "exit 0\n");
    QTRY_COMPARE_WITH_TIMEOUT(shown->panel->stripText(), QString(), kPatienceMs); // None is left to type into.
}

void ConsoleTest::splitStandsBeside() {
    const auto shown = show(echo("hi\n"));
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("leaf1"));
    ConsoleTab* first = shown->panel->current();
    QTRY_VERIFY_WITH_TIMEOUT(!shownIn(*first).isEmpty() && fillsItsRoom(*first), kPatienceMs);
    const int columns = first->view().frame()->size.columns;
    shown->panel->splitCurrent();
    ConsoleTab* second = shown->panel->current();
    QVERIFY(second != first && second->target() == first->target());
    QVERIFY(first->isVisible() && second->isVisible());
    QTRY_VERIFY2_WITH_TIMEOUT(first->view().frame()->size.columns < columns * 6 / 10,
                              qPrintable(QStringLiteral("%1 of %2").arg(first->view().frame()->size.columns).arg(columns)), kPatienceMs);
    QTest::mouseClick(first->view().viewport(), Qt::LeftButton);
    QVERIFY(shown->panel->current() == first);
    shown->panel->closeCurrent();
    QCOMPARE(shown->panel->tabs(), QList<ConsoleTab*>{second});
}

void ConsoleTest::tabsByKey() {
    const auto shown = show(echo("hi\n"));
    QVERIFY(shown != nullptr);
    for (const char* node : {"leaf1", "host1", "my-nginx-1"}) {
        shown->panel->open(shellOf(node));
    }
    const auto press = [&shown](Qt::Key key) {
        QTest::keyClick(shown->panel->windowHandle(), key, Qt::ControlModifier | Qt::ShiftModifier);
    };
    const auto hasFocus = [&shown](const char* node) {
        return shown->panel->current()->target() == shellOf(node) && shown->panel->current()->view().hasFocus();
    };
    press(Qt::Key_PageDown); // Round.
    QVERIFY(hasFocus("leaf1"));
    press(Qt::Key_PageUp);
    press(Qt::Key_PageUp);
    QVERIFY(hasFocus("host1"));
    press(Qt::Key_W);
    QCOMPARE(shown->panel->tabs().size(), 2);
    QVERIFY(shown->panel->current()->view().hasFocus());
}

void ConsoleTest::selectionIsCopied() {
    const auto shown = show(echo("10.20.1.1/24 and more\n"));
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("leaf1"));
    TerminalView& view = shown->panel->current()->view();
    QTRY_VERIFY_WITH_TIMEOUT(!shownIn(*shown->panel->current()).isEmpty(), kPatienceMs);
    QApplication::clipboard()->clear();
    QTest::mouseDClick(view.viewport(), Qt::LeftButton, {}, view.posOf(0, 3));
    QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(QApplication::clipboard()->text(), QStringLiteral("10.20.1.1/24"), kPatienceMs);
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, view.posOf(0, 13) - QPoint(2, 0));
    QTest::mouseMove(view.viewport(), view.posOf(0, 20) + QPoint(3, 0));
    QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, view.posOf(0, 20));
    QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(QApplication::clipboard()->text(), QStringLiteral("and more"), kPatienceMs);
    QApplication::clipboard()->setText(QStringLiteral("pasted\n"));
    QTest::keyClick(&view, Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*shown->panel->current()).contains(QStringLiteral("[pasted]")), kPatienceMs);
}

void ConsoleTest::wheelScrollsBack() {
    const auto shown = show(echo(manyLines()));
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("leaf1"));
    ConsoleTab* tab = shown->panel->current();
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).contains(QStringLiteral("line 199")) && fillsItsRoom(*tab), kPatienceMs);
    const QPointF place(tab->view().posOf(3, 3));
    QWheelEvent wheel(place, tab->view().viewport()->mapToGlobal(place), {}, {0, 120}, Qt::NoButton, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(tab->view().viewport(), &wheel);
    QTRY_VERIFY_WITH_TIMEOUT(!shownIn(*tab).contains(QStringLiteral("line 199")), kPatienceMs);
    tab->view().verticalScrollBar()->setValue(0);
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).startsWith(QStringLiteral("line 0\n")), kPatienceMs);
    type(*tab, "x"); // Typing goes to the end.
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).contains(QStringLiteral("line 199")), kPatienceMs);
}

void ConsoleTest::thirdClickSelectsTheLine() {
    const auto shown = show(echo("10.20.1.1/24 and more\n"));
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("leaf1"));
    TerminalView& view = shown->panel->current()->view();
    QTRY_VERIFY_WITH_TIMEOUT(!shownIn(*shown->panel->current()).isEmpty(), kPatienceMs);
    QTest::mouseDClick(view.viewport(), Qt::LeftButton, {}, view.posOf(0, 3));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.posOf(0, 3));
    QApplication::clipboard()->clear();
    QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(QApplication::clipboard()->text().trimmed(), QStringLiteral("10.20.1.1/24 and more"), kPatienceMs);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.posOf(0, 3)); // A fourth one begins anew.
    QVERIFY(view.selection().isEmpty());
}

/// Offscreen has no selection of X: the clipboard stands for it.
void ConsoleTest::middleButtonPastes() {
    const auto shown = show(echo("welcome\n"));
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("leaf1"));
    TerminalView& view = shown->panel->current()->view();
    QTRY_VERIFY_WITH_TIMEOUT(!shownIn(*shown->panel->current()).isEmpty(), kPatienceMs);
    const bool hasSelection = QApplication::clipboard()->supportsSelection();
    QApplication::clipboard()->setText(QStringLiteral("selected\n"), hasSelection ? QClipboard::Selection : QClipboard::Clipboard);
    QTest::mouseClick(view.viewport(), Qt::MiddleButton, {}, view.posOf(1, 1));
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*shown->panel->current()).contains(QStringLiteral("[selected]")), kPatienceMs);
}

void ConsoleTest::selectingBeyondTheEdgeScrolls() {
    const auto shown = show(echo(manyLines()));
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("leaf1"));
    ConsoleTab* tab = shown->panel->current();
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).contains(QStringLiteral("line 199")) && fillsItsRoom(*tab), kPatienceMs);
    TerminalView& view = tab->view();
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, view.posOf(2, 3));
    const qint64 anchor = view.selection().end.line;
    QTest::mouseMove(view.viewport(), QPoint(view.posOf(0, 3).x(), -200));
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).startsWith(QStringLiteral("line 0\n")), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(view.selection().begin.line, view.frame()->oldestLine, kPatienceMs);
    QCOMPARE(view.selection().end.line, anchor);
    QTest::mouseMove(view.viewport(), QPoint(view.posOf(0, 3).x(), view.viewport()->height() + 200));
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).contains(QStringLiteral("line 199")), kPatienceMs);
    QCOMPARE(view.selection().begin.line, anchor);
    QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, view.posOf(1, 3));
    view.verticalScrollBar()->setValue(0); // Nothing scrolls any more.
    QTRY_VERIFY_WITH_TIMEOUT(shownIn(*tab).startsWith(QStringLiteral("line 0\n")), kPatienceMs);
}

void ConsoleTest::floodDoesNotStall() {
    std::atomic<qint64> written = 0;
    const auto shown = show([&written](OpContext& context, int terminal) -> Result<session::ConsoleEnd> {
        const QByteArray lines = QByteArray("y\n").repeated(2048);
        while (!context.stop.stop_requested()) {
            written += std::max<ssize_t>(0, ::write(terminal, lines.constData(), static_cast<std::size_t>(lines.size())));
        }
        return session::ConsoleEnd{0, 0};
    });
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("leaf1"));
    ConsoleTab* tab = shown->panel->current();
    podleaf::test::StallWatch watch;
    QTRY_VERIFY_WITH_TIMEOUT(written > 200'000, kPatienceMs);
    QVERIFY2(watch.worstMs() < podleaf::test::kStallMs, qPrintable(QString::number(watch.worstMs())));
    QVERIFY(watch.ticks() > 3);
    QTRY_COMPARE_WITH_TIMEOUT(shownIn(*tab).left(3), QStringLiteral("y\ny"), kPatienceMs);
    shown->panel->closeCurrent();
    QTRY_COMPARE_WITH_TIMEOUT(shown->running.load(), 0, kPatienceMs);
}

void ConsoleTest::closedTabEndsItsProgram() {
    const auto shown = show(echo("hi\n"));
    QVERIFY(shown != nullptr);
    shown->panel->open(shellOf("leaf1"));
    const QPointer<ConsoleTab> tab = shown->panel->current();
    QTRY_COMPARE_WITH_TIMEOUT(shown->running.load(), 1, kPatienceMs);
    QTest::mouseClick(shown->panel->findChild<QTabBar*>()->tabButton(0, QTabBar::RightSide), Qt::LeftButton);
    QVERIFY(shown->panel->tabs().isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(shown->running.load(), 0, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(tab.isNull(), kPatienceMs);
    QCOMPARE(shown->panel->emptySentence(), QStringLiteral("Double-click a node to open its console."));
}

QTEST_MAIN(ConsoleTest)
#include "tst_console.moc"
