// SPDX-License-Identifier: GPL-3.0-or-later
// The start page in the real window: pictures and sentences of the built-in labs, one click or Enter to the tutorial, what
// was open lately, a new lab. GUI thread.
#include "fake_lab.h"

#include <tests/desktop/mouse_and_keys.h>
#include <ui/start/start_page.h>
#include <ui/window/main_window.h>
#include <ui/window/window_actions.h>

#include <QFileDialog>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;

namespace {
constexpr int kPatienceMs = 20'000;
}

class StartTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_window.reset(); }
    void everyLabHasAPictureAndASentence();
    void oneClickOpensTheTutorial();
    void byKeyToo();
    void recentLabsAreKept();
    void runningLabsAreOffered();
    void damagedRecentLabIsSaid();
    void newLabIsValid();
    void newLabByKey();
    void pageOverAnOpenLab();

private:
    void open();
    /// The built-in tutorial and one whose file has gone, while m_runs.
    [[nodiscard]] std::vector<LabEntry> runningLabs() const;
    [[nodiscard]] StartPage& page() { return m_window->startPage(); }

    QTemporaryDir m_folder;
    std::unique_ptr<fakes::FakeLab> m_lab;
    std::atomic<bool> m_runs = false;
    std::unique_ptr<MainWindow> m_window;
};

void StartTest::init() {
    QFile::remove(m_folder.filePath(QStringLiteral("desktop.ini")));
    m_lab = std::make_unique<fakes::FakeLab>();
    open();
}

void StartTest::open() {
    std::vector<LabEntry> gallery;
    for (const labfile::BuiltinLab& lab : labfile::builtinLabs()) {
        const auto source = labfile::load(lab.name);
        QVERIFY(source && source->parsed.lab);
        gallery.push_back({lab.name, source->path, static_cast<int>(source->parsed.lab->nodes.size())});
    }
    m_window.reset();
    m_window = std::make_unique<MainWindow>(MainWindow::Collaborators{.opener = [this](const QString& path) -> Result<OpenLab> {
                                                                          auto source = labfile::load(path);
                                                                          return source ? Result<OpenLab>(m_lab->open(*source))
                                                                                        : fail(source.error());
                                                                      },
                                                                      .gallery = gallery,
                                                                      .settingsFile = m_folder.filePath(QStringLiteral("desktop.ini")),
                                                                      .privilege = {},
                                                                      .running = [this] { return runningLabs(); },
                                                                      .theme = ThemeMode::Light});
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get(), kPatienceMs));
}

void StartTest::everyLabHasAPictureAndASentence() {
    QVERIFY(page().isVisible() && !m_window->canvas().isVisible());
    QCOMPARE(page().cards().size(), labfile::builtinLabs().size());
    QCOMPARE(page().cards().front()->entry().name, QStringLiteral("tutorial"));
    for (const LabCard* card : page().cards()) {
        QTRY_VERIFY2_WITH_TIMEOUT(card->hasPicture(), qPrintable(card->entry().name), kPatienceMs);
        QVERIFY2(card->sentence().endsWith(QLatin1Char('.')) && card->sentence().size() > 20, qPrintable(card->sentence()));
        QVERIFY2(!card->sentence().contains(QLatin1String("](")), qPrintable(card->sentence())); // No markup.
    }
    // The cards of its nodes are drawn: more than the empty ground is there.
    LabCard* card = page().cards().front();
    const QImage seen = card->grab().toImage();
    QVERIFY(countNear(seen, QPoint(card->width() / 2, 78), 50, Theme::light().color(Role::Card)) > 500);
    QVERIFY(countNear(seen, QPoint(card->width() / 2, 78), 50, Theme::light().color(Role::Canvas)) > 500);
}

void StartTest::oneClickOpensTheTutorial() {
    click(*page().cards().front());
    QVERIFY(m_window->document() != nullptr);
    QCOMPARE(m_window->document()->name(), QStringLiteral("tutorial"));
    QVERIFY(!page().isVisible() && m_window->canvas().isVisible());
}

void StartTest::byKeyToo() {
    QTRY_VERIFY_WITH_TIMEOUT(page().cards().front()->hasFocus(), kPatienceMs);
    press(*m_window, Qt::Key_Tab);
    QVERIFY(page().cards()[1]->hasFocus());
    press(*m_window, Qt::Key_Return);
    QCOMPARE(m_window->document()->name(), page().cards()[1]->entry().name);
    QVERIFY(m_window->canvas().hasFocus());
}

void StartTest::recentLabsAreKept() {
    QVERIFY(page().recent().empty());
    QStringList paths;
    for (const char* name : {"one.yaml", "two.yaml"}) {
        paths += m_folder.filePath(QString::fromLatin1(name));
        QFile::remove(paths.last());
        QVERIFY(QFile::copy(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/tutorial/lab.yaml"), paths.last()));
        m_window->openLab(paths.last());
    }
    m_window->openLab(QStringLiteral("tutorial")); // Built-in labs are on the page in any case.
    m_window->close();
    QVERIFY(QFile::remove(paths.first()));
    open();
    QCOMPARE(page().recent().size(), std::size_t(1)); // What is gone is not offered.
    QCOMPARE(page().recent().front()->toolTip(), paths.last());
    click(*page().recent().front());
    QCOMPARE(m_window->document()->path(), paths.last());
}

std::vector<LabEntry> StartTest::runningLabs() const {
    if (!m_runs) {
        return {};
    }
    return {{QStringLiteral("tutorial"), labfile::load(QStringLiteral("tutorial"))->path, 0},
            {QStringLiteral("orphan"), m_folder.filePath(QStringLiteral("gone.yaml")), 0}};
}

/// A window that is opened while labs run, or that is open when one comes up, says so; one click is back in it.
void StartTest::runningLabsAreOffered() {
    QVERIFY(page().running().empty());
    m_runs = true;
    QTRY_COMPARE_WITH_TIMEOUT(page().running().size(), std::size_t(2), kPatienceMs);
    QVERIFY(page().running()[0]->text().contains(QLatin1String("tutorial")));
    QVERIFY(!page().running()[1]->isEnabled());
    page().running()[0]->setFocus();
    press(*m_window, Qt::Key_Space);
    QCOMPARE(m_window->document()->name(), QStringLiteral("tutorial"));
    m_runs = false;
    m_window->actions().startPage->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(page().running().empty() || !page().running()[0]->isVisible(), kPatienceMs);
}

/// A file that was damaged since it was open last: what is wrong is said, and the start page is not left for nothing.
void StartTest::damagedRecentLabIsSaid() {
    const QString path = m_folder.filePath(QStringLiteral("damaged.yaml"));
    QFile::remove(path);
    QVERIFY(QFile::copy(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/tutorial/lab.yaml"), path));
    m_window->openLab(path);
    m_window->close();
    QFile file(path);
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) && file.open(QIODevice::WriteOnly));
    file.write("name: damaged\nnodes: {leaf1: {kind: teapot}}\n");
    file.close();
    open();
    QCOMPARE(page().recent().size(), std::size_t(1));
    click(*page().recent().front());
    QVERIFY2(m_window->faultShown().contains(QLatin1String("teapot")), qPrintable(m_window->faultShown()));
}

void StartTest::newLabIsValid() {
    const auto parsed = labfile::parse(newLabText(QStringLiteral("mine")));
    QVERIFY2(parsed.lab, qPrintable(labfile::describe(QStringLiteral("new"), parsed.findings)));
    QVERIFY(parsed.findings.empty());
    QCOMPARE(parsed.lab->id, LabId(QStringLiteral("mine")));
}

void StartTest::newLabByKey() {
    press(*m_window, Qt::Key_N, Qt::ControlModifier);
    auto* dialog = m_window->findChild<QFileDialog*>();
    QVERIFY(dialog != nullptr);
    const QString path = m_folder.filePath(QStringLiteral("My first_lab.yaml"));
    QVERIFY(answerWithPath(dialog, path));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->document() != nullptr, kPatienceMs);
    QCOMPARE(m_window->document()->path(), path);
    QCOMPARE(m_window->document()->name(), QStringLiteral("my-first-lab"));
    QVERIFY(m_window->document()->isCurrent() && !m_window->document()->isModified());
}

void StartTest::pageOverAnOpenLab() {
    m_window->openLab(QStringLiteral("tutorial"));
    press(*m_window, Qt::Key_Home, Qt::AltModifier);
    QVERIFY(page().isVisible() && !m_window->canvas().isVisible());
    press(*m_window, Qt::Key_Escape);
    QVERIFY(!page().isVisible() && m_window->canvas().isVisible());
    QCOMPARE(m_window->document()->name(), QStringLiteral("tutorial"));
}

QTEST_MAIN(StartTest)
#include "tst_start.moc"
