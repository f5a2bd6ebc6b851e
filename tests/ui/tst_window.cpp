// SPDX-License-Identifier: GPL-3.0-or-later
// The window's frame over a scripted lab: actions and why they are disabled, status line, keys, docks and lenses.
#include "window_case.h"

#include <ui/docks/inspector_panel.h>
#include <ui/models/event_table.h>
#include <ui/window/help_view.h>
#include <ui/window/lens_bar.h>
#include <ui/window/status_line.h>

#include <QLabel>
#include <QToolButton>
#include <QTreeWidget>

using namespace podleaf;
using namespace podleaf::ui;

class WindowTest final : public QObject, WindowCase {
    Q_OBJECT
private Q_SLOTS:
    void init() { start(); }
    void cleanup() { end(); }
    void withoutALab();
    void disabledActionsSayWhy();
    void statusLineSpeaks();
    void deadPodIsNotGreen();
    void altDigitsRaiseDocks();
    void lensesByKeyAndMouse();
    void freezeByKey();
    void escapeDeselects();
    void f6GoesThroughTheAreas();
    void f1HelpsWhereTheFocusIs();
    void helpKnowsEveryDock();

private:
    /// The texts of the buttons in the status bar.
    [[nodiscard]] QStringList counts() const;
};

QStringList WindowTest::counts() const {
    QStringList texts;
    for (const auto* button : m_window->statusBar()->findChildren<QToolButton*>()) {
        if (button->isVisible()) {
            texts += button->text();
        }
    }
    return texts;
}

void WindowTest::withoutALab() {
    const WindowActions& actions = m_window->actions();
    for (const QAction* action : {actions.plan, actions.up, actions.down, actions.test}) {
        QVERIFY(!action->isEnabled());
        QCOMPARE(action->toolTip(), QStringLiteral("No lab is open."));
    }
    QVERIFY(m_window->inspector().content().isEmpty());
    QCOMPARE(m_window->faultShown(), QString());
    QCOMPARE(counts(), QStringList()); // There is nothing to count.
    QVERIFY(m_window->statusBar()->height() >= 24);
}

void WindowTest::disabledActionsSayWhy() {
    const WindowActions& actions = m_window->actions();
    m_window->openLab({});
    QCOMPARE(m_window->windowTitle(), QStringLiteral("tutorial[*] – Podleaf"));
    QVERIFY(actions.up->isEnabled() && !actions.test->isEnabled());
    QCOMPARE(actions.test->toolTip(), QStringLiteral("The lab is not running. Up starts it."));
    QCOMPARE(actions.up->toolTip(), QStringLiteral("Makes the lab run as the file says. (F8)"));
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(actions.test->isEnabled(), kPatienceMs);
    actions.down->trigger();
    for (const QAction* action : {actions.plan, actions.up, actions.down, actions.test}) {
        QVERIFY(!action->isEnabled());
        QCOMPARE(action->toolTip(), QStringLiteral("Down is running."));
    }
    m_lab->planned.open();
    m_lab->ran.open();
    QTRY_VERIFY_WITH_TIMEOUT(actions.up->isEnabled(), kPatienceMs);
}

void WindowTest::statusLineSpeaks() {
    m_window->openLab({});
    QCOMPARE(counts().value(0), QStringLiteral("0 of 4 nodes up"));
    m_lab->pushGreen();
    QTRY_COMPARE_WITH_TIMEOUT(
        counts(),
        QStringList({QStringLiteral("4 of 4 nodes up"), QStringLiteral("2 of 2 pods up"), QStringLiteral("3 of 3 sessions established"),
                     QStringLiteral("9 of 9 routes in kernel"), QStringLiteral("0 events lost")}),
        kPatienceMs);
    const auto labels = m_window->statusBar()->findChildren<QLabel*>();
    QTRY_VERIFY_WITH_TIMEOUT(
        std::ranges::any_of(labels,
                            [](const QLabel* label) { return label->text() == QStringLiteral("Namespaces engine, running as root"); }),
        kPatienceMs);
    m_lab->push({state::LossSeen{QStringLiteral("netlink"), 37}});
    QTRY_COMPARE_WITH_TIMEOUT(counts().value(4), QStringLiteral("37 events lost"), kPatienceMs);
    QTest::mouseClick(m_window->statusBar()->findChildren<QToolButton*>().value(2), Qt::LeftButton);
    QTRY_VERIFY(isInFront("bgp"));
    // What the nodes use, once it is known.
    QCOMPARE(counts().size(), 5);
    m_lab->push(
        {state::UsageSeen{NodeId(QStringLiteral("leaf1")), 0, 20 << 20}, state::UsageSeen{NodeId(QStringLiteral("host1")), 0, 14 << 20}});
    QTRY_COMPARE_WITH_TIMEOUT(counts().mid(5), QStringList({QStringLiteral("34 MB")}), kPatienceMs);
    m_lab->push({state::UsageSeen{NodeId(QStringLiteral("leaf1")), 3'600'000'000, 20 << 20}}); // Whenever the first was.
    QTRY_VERIFY_WITH_TIMEOUT(counts().value(5).startsWith(QStringLiteral("CPU ")), kPatienceMs);
    QCOMPARE(counts().value(6), QStringLiteral("34 MB"));
    QTest::mouseClick(m_window->statusBar()->findChildren<QToolButton*>().value(5), Qt::LeftButton);
    QTRY_VERIFY(isInFront("plots"));
    dock("inspector")->hide();
    QTest::mouseClick(m_window->statusBar()->findChildren<QToolButton*>().value(6), Qt::LeftButton);
    QTRY_VERIFY(isInFront("inspector"));
}

/// Nodes, sessions and routes are as intended, and yet the lab is not.
void WindowTest::deadPodIsNotGreen() {
    m_window->openLab({});
    m_lab->pushGreen();
    auto* labs = dock("labs")->findChild<QTreeWidget*>();
    const auto word = [labs] { return labs->topLevelItem(0)->child(0)->toolTip(1); };
    QTRY_COMPARE_WITH_TIMEOUT(word(), QStringLiteral("Running"), kPatienceMs);
    m_lab->push({fakes::killed(NodeId(QStringLiteral("my-nginx-1")), "nginx")});
    QTRY_COMPARE_WITH_TIMEOUT(word(), QStringLiteral("Failed: 1 of 2 pods up"), kPatienceMs);
    QCOMPARE(counts().mid(0, 4), QStringList({QStringLiteral("4 of 4 nodes up"), QStringLiteral("1 of 2 pods up"),
                                              QStringLiteral("3 of 3 sessions established"), QStringLiteral("9 of 9 routes in kernel")}));
    QTest::mouseClick(m_window->statusBar()->findChildren<QToolButton*>().value(1), Qt::LeftButton);
    QTRY_VERIFY(isInFront("test"));
}

void WindowTest::altDigitsRaiseDocks() {
    m_window->openLab({});
    const std::pair<Qt::Key, const char*> keys[] = {
        {Qt::Key_4, "test"}, {Qt::Key_5, "routes"}, {Qt::Key_3, "plan"}, {Qt::Key_6, "bgp"}, {Qt::Key_8, "events"}};
    for (const auto& [key, id] : keys) {
        press(key, Qt::AltModifier);
        QVERIFY2(QTest::qWaitFor([&, id = id] { return isInFront(id); }, kPatienceMs), id);
    }
    dock("inspector")->close();
    press(Qt::Key_2, Qt::AltModifier);
    QTRY_VERIFY(dock("inspector")->isVisible());
}

void WindowTest::lensesByKeyAndMouse() {
    m_window->openLab({});
    auto* bar = m_window->findChild<LensBar*>();
    using Use = LensButton::Use;
    QVERIFY(bar->button(Lens::Flows)->use() == Use::Active && bar->button(Lens::Bgp)->use() == Use::Stacked);
    m_window->canvas().setFocus();
    press(Qt::Key_1);
    QVERIFY(bar->button(Lens::State)->use() == Use::Active);
    QVERIFY(!m_window->canvas().lens(Lens::Bgp) && !m_window->canvas().lens(Lens::Flows));
    press(Qt::Key_2);
    QVERIFY(m_window->canvas().lens(Lens::Bgp) && bar->button(Lens::State)->use() == Use::Off);
    press(Qt::Key_4, Qt::ShiftModifier);
    QVERIFY(bar->button(Lens::Flows)->use() == Use::Stacked && m_window->canvas().lens(Lens::Flows));
    press(Qt::Key_4, Qt::ShiftModifier);
    QVERIFY(bar->button(Lens::Flows)->use() == Use::Off && !m_window->canvas().lens(Lens::Flows));
    QTest::mouseClick(bar->button(Lens::Flows), Qt::LeftButton);
    QVERIFY(bar->button(Lens::Flows)->use() == Use::Active && !m_window->canvas().lens(Lens::Bgp));
    QCOMPARE(bar->button(Lens::Flows)->accessibleName(), QStringLiteral("Lens Flows, active"));
}

void WindowTest::freezeByKey() {
    m_window->openLab({});
    m_window->canvas().setFocus();
    press(Qt::Key_P);
    QVERIFY(m_window->feed().isFrozen());
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->feed().eventsBehind() > 0, kPatienceMs);
    QCOMPARE(counts().value(0), QStringLiteral("0 of 4 nodes up"));
    QCOMPARE(m_window->events().rowCount(), 0);
    press(Qt::Key_P);
    QTRY_COMPARE_WITH_TIMEOUT(counts().value(0), QStringLiteral("4 of 4 nodes up"), kPatienceMs);
    QVERIFY(m_window->events().rowCount() > 0);
}

void WindowTest::escapeDeselects() {
    m_window->openLab({});
    m_window->canvas().select(fakes::node("host2"));
    QCOMPARE(m_window->inspector().content().title, QStringLiteral("host2"));
    press(Qt::Key_Escape);
    QVERIFY(m_window->canvas().selection() == Selection());
    QVERIFY(m_window->inspector().content().isEmpty());
}

void WindowTest::f6GoesThroughTheAreas() {
    m_window->openLab({});
    m_window->canvas().select(fakes::node("host2"));
    m_window->canvas().setFocus();
    QSet<const QWidget*> seen;
    do {
        seen.insert(m_window->focusWidget());
        press(Qt::Key_F6);
    } while (!m_window->canvas().hasFocus() && seen.size() < 20);
    QVERIFY(m_window->canvas().hasFocus()); // Round once: canvas, inspector, events, labs, palette; the plan is empty.
    QCOMPARE(seen.size(), 5);
}

void WindowTest::f1HelpsWhereTheFocusIs() {
    /// The section that F1 leads to; Esc ends the help.
    const auto helped = [this]() -> QString {
        press(Qt::Key_F1);
        auto* help = m_window->findChild<HelpView*>();
        if (help == nullptr || !QTest::qWaitForWindowActive(help, kPatienceMs)) {
            return {};
        }
        QTest::keyClick(help, Qt::Key_Escape);
        m_window->activateWindow(); // What a window manager does.
        return !help->isVisible() && QTest::qWaitForWindowActive(m_window.get(), kPatienceMs) ? help->section() : QString();
    };
    QCOMPARE(helped(), QStringLiteral("Start"));
    m_window->openLab({});
    for (const auto& [key, section] : {std::pair(Qt::Key_1, "Labs"), std::pair(Qt::Key_6, "BGP")}) {
        press(key, Qt::AltModifier);
        QCOMPARE(helped(), QString::fromLatin1(section));
    }
    m_window->canvas().setFocus();
    QCOMPARE(helped(), QStringLiteral("Canvas"));
    QCOMPARE(m_window->findChildren<HelpView*>().size(), 1);
}

void WindowTest::helpKnowsEveryDock() {
    press(Qt::Key_F1);
    const QStringList sections = m_window->findChild<HelpView*>()->sections();
    for (const auto* dock : m_window->findChildren<QDockWidget*>()) {
        QVERIFY2(sections.contains(dock->windowTitle()), qPrintable(dock->windowTitle()));
    }
}

QTEST_MAIN(WindowTest)
#include "tst_window.moc"
