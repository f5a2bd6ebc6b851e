// SPDX-License-Identifier: GPL-3.0-or-later
// The plan's dock on a real lab, by mouse and keys: an Up that is stopped and goes on, and a failed step tried again.
// Needs root; offscreen. GUI thread.
#include "mouse_and_keys.h"
#include "real_window.h"

#include <ui/docks/plan_panel.h>

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

#include <algorithm>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;

namespace {

const QString kLab = QStringLiteral("tutorial");
const LinkId kCable2{QStringLiteral("intnet2")};
constexpr int kPatienceMs = kLabPatienceMs;

} // namespace

class DesktopPlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void cleanupTestCase();
    void stoppedUpGoesOn();
    void failedStepIsTriedAgain();

private:
    PodleafProgram podleaf() const { return m_lab->podleaf(); }
    bool bringUp() const { return m_lab->bringUp(); }
    void openWindow();
    bool isUp() const {
        return podleaf().waitForStatus(kLab, [](const QJsonObject& now) { return now[QStringLiteral("phase")] == QLatin1String("up"); });
    }
    [[nodiscard]] QPushButton* planButton(const QString& text) const;

    std::unique_ptr<RealWindow> m_lab;
    MainWindow* m_window = nullptr; ///< Its.
};

void DesktopPlanTest::initTestCase() {
    if (geteuid() != 0) {
        QSKIP("The window's tests run as root.");
    }
    m_lab = std::make_unique<RealWindow>();
}

void DesktopPlanTest::cleanup() {
    if (m_lab) {
        m_lab->close();
    }
}

void DesktopPlanTest::cleanupTestCase() {
    QVERIFY(!m_lab || m_lab->takeDown());
}

void DesktopPlanTest::openWindow() {
    QVERIFY(m_lab->openWindow(kLab));
    m_window = &m_lab->window();
}

/// The visible button of the plan's dock with this text, or nullptr.
QPushButton* DesktopPlanTest::planButton(const QString& text) const {
    const auto buttons = m_window->planPanel().findChildren<QPushButton*>();
    const auto found =
        std::ranges::find_if(buttons, [&text](const QPushButton* button) { return button->text() == text && button->isVisible(); });
    return found == buttons.end() ? nullptr : *found;
}

void DesktopPlanTest::stoppedUpGoesOn() {
    QCOMPARE(podleaf().run({QStringLiteral("down"), kLab}).exitCode, 0);
    openWindow();
    PlanPanel& plan = m_window->planPanel();
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    press(*m_window, Qt::Key_F8);
    // In the midst of it: some of it is done, and the last step has not been.
    QTRY_VERIFY_WITH_TIMEOUT(plan.tree().stepsDone() > 0 && planButton(QStringLiteral("Stop")) != nullptr, kPatienceMs);
    QVERIFY(clickButton(plan, QStringLiteral("Stop")));
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    QVERIFY(plan.glyph() == Glyph::Idle && plan.tree().stepsDone() < plan.tree().stepCount());
    QVERIFY2(plan.headline().startsWith(QStringLiteral("Stopped after ")), qPrintable(plan.headline()));
    QCOMPARE(m_window->faultShown(), QString());
    press(*m_window, Qt::Key_F8);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 2, kPatienceMs);
    QVERIFY(plan.glyph() == Glyph::Ok);
    QVERIFY(isUp());
}

/// A cut cable stands in the way of the last step, until it is joined elsewhere.
void DesktopPlanTest::failedStepIsTriedAgain() {
    QVERIFY(bringUp());
    const auto link = [this](const char* what) {
        return podleaf().run({QStringLiteral("link"), kLab, kCable2.name, QString::fromLatin1(what)}).exitCode;
    };
    QCOMPARE(link("cut"), 0);
    openWindow();
    PlanPanel& plan = m_window->planPanel();
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    press(*m_window, Qt::Key_F8);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    QVERIFY(plan.glyph() == Glyph::Bad);
    QTRY_VERIFY_WITH_TIMEOUT(planButton(QStringLiteral("Try again from here")) != nullptr, kPatienceMs);
    m_lab->screenshot(QStringLiteral("plan-failed"));
    const auto labels = plan.findChildren<QLabel*>();
    QVERIFY(std::ranges::any_of(labels, [](const QLabel* label) {
        return label->isVisible() && label->text().startsWith(QStringLiteral("The lab cannot be as intended: ")) &&
               label->text().contains(kCable2.name);
    }));
    QCOMPARE(link("join"), 0);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->canvas().accessibleTextOf(kCable2).contains(QStringLiteral("cut")), kPatienceMs);
    QVERIFY(clickButton(plan, QStringLiteral("Try again from here")));
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 2, kPatienceMs);
    QVERIFY2(plan.glyph() == Glyph::Ok, qPrintable(plan.headline()));
    QCOMPARE(plan.tree().stepsDone(), plan.tree().stepCount());
    QVERIFY(planButton(QStringLiteral("Try again from here")) == nullptr);
    QVERIFY(isUp());
}

QTEST_MAIN(DesktopPlanTest)
#include "tst_desktop_plan.moc"
