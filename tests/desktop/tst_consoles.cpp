// SPDX-License-Identifier: GPL-3.0-or-later
// Consoles on the tutorial's real lab, by mouse and keys: a shell, vtysh and logs in nodes, their size, a flood of
// output, and how a program ends. Needs root; offscreen. GUI thread.
#include "mouse_and_keys.h"
#include "real_window.h"

#include <tests/ui/stall_watch.h>
#include <ui/console/consoles_panel.h>
#include <ui/window/look_inside.h>

#include <QTimer>
#include <QToolButton>

#include <algorithm>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;

namespace {
const NodeId kHost2{QStringLiteral("host2")};
}

class ConsolesTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase() { m_lab.reset(); }
    void shellByDoubleClick();
    void vtyshKnowsTheSessions();
    void sizeFollowsTheDock();
    void floodStallsNothing();
    void exitCodeIsShown();
    void logsAreFollowed();

private:
    ConsolesPanel& panel() { return m_lab->window().lookInside().consoles(); }
    ConsoleTab& tab() { return *panel().current(); }
    /// Opens host2's shell by a double click on its card and waits for its prompt.
    void openShell();
    /// Opens another console from the menu of the + button, which offers the selected node's first.
    void chooseProgram(const QString& entry);
    void type(const char* text);
    [[nodiscard]] QString shown() {
        QStringList lines;
        if (const TerminalFramePtr& frame = tab().view().frame()) {
            for (const TerminalLine& line : frame->lines) {
                lines += textOf(line);
            }
        }
        return lines.join(QLatin1Char('\n'));
    }
    /// A line that the program printed; what was typed stands behind a prompt.
    [[nodiscard]] bool isPrinted(const QString& line) { return shown().split(QLatin1Char('\n')).contains(line); }

    std::unique_ptr<RealWindow> m_lab;
};

void ConsolesTest::initTestCase() {
    if (geteuid() != 0) {
        QSKIP("The window's tests run as root.");
    }
    m_lab = std::make_unique<RealWindow>();
}

void ConsolesTest::init() {
    QVERIFY(m_lab->open());
}

void ConsolesTest::cleanup() {
    if (m_lab) {
        if (QTest::currentTestFailed() && panel().current() != nullptr) {
            qWarning("The console shows:\n%s", qPrintable(shown()));
        }
        m_lab->close();
    }
}

void ConsolesTest::openShell() {
    LabView& canvas = m_lab->window().canvas();
    const QPoint place = canvas.viewport()->mapTo(&m_lab->window(), canvas.viewPosOf(kHost2));
    QTest::mouseDClick(m_lab->window().windowHandle(), Qt::LeftButton, {}, place);
    QTRY_VERIFY_WITH_TIMEOUT(panel().current() != nullptr && isInSight(panel()), kLabPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(tab().view().hasFocus(), kLabPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(shown().contains(QStringLiteral("host2")), kLabPatienceMs); // The prompt.
}

void ConsolesTest::chooseProgram(const QString& entry) {
    const auto buttons = panel().findChildren<QToolButton*>();
    const auto add = std::ranges::find(buttons, QStringLiteral("Open a console"), &QToolButton::accessibleName);
    QVERIFY(add != buttons.end() && isInSight(**add));
    const auto tabs = panel().tabs().size();
    // A button with a menu waits in its press until the menu is closed, so the answer is given from within.
    bool chosen = false;
    QTimer::singleShot(0, *add, [&] { chosen = openMenu() != nullptr && chooseFrom(*openMenu(), entry); });
    click(**add);
    QVERIFY(chosen);
    QTRY_COMPARE_WITH_TIMEOUT(panel().tabs().size(), tabs + 1, kLabPatienceMs);
}

void ConsolesTest::type(const char* text) {
    QWindow* window = m_lab->window().windowHandle();
    for (const char* c = text; *c != '\0'; ++c) {
        if (*c == '\n') {
            QTest::keyClick(window, Qt::Key_Return);
        } else {
            QTest::keyClick(window, *c);
        }
    }
}

void ConsolesTest::shellByDoubleClick() {
    openShell();
    type("hostname\n");
    QTRY_VERIFY_WITH_TIMEOUT(isPrinted(QStringLiteral("host2")), kLabPatienceMs);
    type("ip route\n");
    QTRY_VERIFY_WITH_TIMEOUT(shown().contains(QStringLiteral("10.20.2.0/24")) && shown().contains(QStringLiteral("proto bgp")),
                             kLabPatienceMs);
    m_lab->screenshot(QStringLiteral("console-shell"));
    // F6 leaves it, and Ctrl+` comes back to the selected node's.
    press(m_lab->window(), Qt::Key_F6);
    QVERIFY(!tab().view().hasFocus());
    press(m_lab->window(), Qt::Key_QuoteLeft, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(tab().view().hasFocus(), kLabPatienceMs);
    QCOMPARE(panel().tabs().size(), 1);
}

void ConsolesTest::vtyshKnowsTheSessions() {
    openShell();
    chooseProgram(QStringLiteral("vtysh of host2"));
    QTRY_VERIFY_WITH_TIMEOUT(shown().contains(QStringLiteral("host2#")), kLabPatienceMs);
    type("show bgp summary\n");
    QTRY_VERIFY_WITH_TIMEOUT(shown().contains(QStringLiteral("172.16.0.5")) && shown().contains(QStringLiteral("65100")), kLabPatienceMs);
}

void ConsolesTest::sizeFollowsTheDock() {
    openShell();
    const auto sizeText = [this] { return QStringLiteral("%1 %2").arg(tab().view().room().rows).arg(tab().view().room().columns); };
    const QString before = sizeText();
    type("stty size\n");
    QTRY_VERIFY_WITH_TIMEOUT(isPrinted(before), kLabPatienceMs);
    m_lab->window().resize(1300, 1000);
    QTRY_VERIFY_WITH_TIMEOUT(sizeText() != before, kLabPatienceMs);
    type("clear; stty size\n");
    QTRY_VERIFY_WITH_TIMEOUT(isPrinted(sizeText()), kLabPatienceMs);
}

void ConsolesTest::floodStallsNothing() {
    openShell();
    StallWatch watch;
    type("timeout 1 yes | tee /tmp/yes; wc -c < /tmp/yes | sed s/^/bytes=/; rm /tmp/yes\n");
    QTRY_VERIFY_WITH_TIMEOUT(shown().contains(QRegularExpression(QStringLiteral("\nbytes=[0-9]{5,}\n"))), kLabPatienceMs);
    QVERIFY2(watch.worstMs() < kStallMs, qPrintable(QString::number(watch.worstMs())));
}

void ConsolesTest::exitCodeIsShown() {
    openShell();
    type("exit 7\n");
    QTRY_COMPARE_WITH_TIMEOUT(tab().endSentence(), QStringLiteral("host2 ended with exit code 7."), kLabPatienceMs);
    m_lab->screenshot(QStringLiteral("console-ended"));
}

void ConsolesTest::logsAreFollowed() {
    openShell();
    chooseProgram(QStringLiteral("Logs of host2"));
    QTRY_VERIFY_WITH_TIMEOUT(shown().contains(QStringLiteral("==> ")), kLabPatienceMs);
    const QString before = shown();
    const QStringList clear{QStringLiteral("vtysh"), QStringLiteral("-c"), QStringLiteral("clear bgp *")};
    QCOMPARE(m_lab->podleaf()
                 .run(QStringList{QStringLiteral("exec"), QStringLiteral("tutorial"), kHost2.name, QStringLiteral("--")} + clear)
                 .exitCode,
             0);
    QTRY_VERIFY_WITH_TIMEOUT(shown() != before, kLabPatienceMs);
}

QTEST_MAIN(ConsolesTest)
#include "tst_consoles.moc"
