// SPDX-License-Identifier: GPL-3.0-or-later
// The document and the disk: saving, files that other programs change, built-in labs, and what comes back after this
// very program was killed in the middle of an edit. GUI thread.
#include "fake_lab.h"

#include <tests/desktop/mouse_and_keys.h>
#include <ui/document/document_keeper.h>
#include <ui/editor/lab_editor.h>
#include <ui/window/main_window.h>
#include <ui/window/window_actions.h>

#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace podleaf;
using namespace podleaf::ui;

namespace {

constexpr int kPatienceMs = 20'000;

QByteArray read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool write(const QString& path, const QByteArray& text) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

model::Edits addHost(const QString& name) {
    model::Node node;
    node.id = NodeId(name);
    model::Link link;
    link.ends = {{{NodeId(QStringLiteral("leaf1")), QStringLiteral("swp4")}, {node.id, QStringLiteral("eth1")}}};
    return {model::AddNode{node}, model::AddLink{link}};
}

/// The real window over a real file; what runs is scripted.
struct Window {
    explicit Window(const QString& folder)
        : window(MainWindow::Collaborators{.opener = [this](const QString& path) -> Result<OpenLab> {
                                               auto source = labfile::load(path);
                                               return source ? Result<OpenLab>(lab.open(*source)) : fail(source.error());
                                           },
                                           .gallery = {},
                                           .settingsFile = folder + QStringLiteral("/settings/desktop.ini"),
                                           .privilege = {},
                                           .theme = ThemeMode::Light}) {}
    void open(const QString& path) {
        window.show();
        window.activateWindow();
        window.openLab(path);
    }
    [[nodiscard]] LabDocument& document() { return *window.document(); }
    [[nodiscard]] NoticeStrip& strip() { return window.editor().fileStrip(); }
    fakes::FakeLab lab;
    MainWindow window;
};

} // namespace

/// What the killed program does: opens the file, edits it, and says when the edit is kept.
int editAndWait(const QString& folder) {
    Window shown(folder);
    shown.open(folder + QStringLiteral("/mine.yaml"));
    if (!shown.document().apply(addHost(QStringLiteral("host4")), QStringLiteral("Add host4"))) {
        return 1;
    }
    QTimer watch;
    QObject::connect(&watch, &QTimer::timeout, &watch, [&shown] {
        if (shown.window.editor().keeper().isIdle()) {
            std::puts("kept");
            std::fflush(stdout);
        }
    });
    watch.start(10);
    return QApplication::exec();
}

class KeeperTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void saveByKey();
    void titleTells();
    void fileChangedOutsideIsFollowed();
    void bothChangedAsks();
    void saveFindsWhatTheWatchMissed();
    void builtinLabIsSavedElsewhere();
    void unwritableFileIsAFault();
    void killedProgramLosesNothing();
    void closedWindowLosesNothing();
    void savedOrUndoneLeavesNothing();
    void secondWindowLeavesTheFirstOnesChanges();

private:
    [[nodiscard]] QString mine() const { return m_folder->filePath(QStringLiteral("mine.yaml")); }
    [[nodiscard]] QStringList kept() const {
        return QDir(m_folder->filePath(QStringLiteral("settings/recovery"))).entryList({QStringLiteral("*.json")}, QDir::Files);
    }
    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_text;
};

void KeeperTest::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_text = read(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/tutorial/lab.yaml"));
    QVERIFY(!m_text.isEmpty() && write(mine(), m_text));
}

void KeeperTest::saveByKey() {
    Window shown(m_folder->path());
    shown.open(mine());
    QVERIFY(QTest::qWaitForWindowActive(&shown.window, kPatienceMs));
    QVERIFY(shown.document().apply(addHost(QStringLiteral("host4")), QStringLiteral("Add host4")));
    QCOMPARE(read(mine()), m_text);
    QTest::keyClick(shown.window.windowHandle(), Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!shown.document().isModified(), kPatienceMs);
    QCOMPARE(read(mine()), shown.document().text());
    QTest::keyClick(shown.window.windowHandle(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(shown.document().text(), m_text);
    QTest::keyClick(shown.window.windowHandle(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(shown.document().text(), read(mine()));
    QCOMPARE(shown.strip().sentence(), QString()); // Our own writing is no change by another program.
}

void KeeperTest::titleTells() {
    Window shown(m_folder->path());
    shown.open(mine());
    QCOMPARE(shown.window.windowTitle(), QStringLiteral("tutorial[*] – Podleaf"));
    QVERIFY(!shown.window.isWindowModified());
    QCOMPARE(shown.window.actions().undo->toolTip(), QStringLiteral("Nothing was changed yet."));
    QVERIFY(shown.document().apply(addHost(QStringLiteral("host4")), QStringLiteral("Add host4")));
    QVERIFY(shown.window.isWindowModified());
    QCOMPARE(shown.window.actions().undo->text(), QStringLiteral("Undo: Add host4"));
    shown.window.actions().undo->trigger();
    QVERIFY(!shown.window.isWindowModified() && !shown.window.actions().undo->isEnabled());
    QCOMPARE(shown.window.actions().redo->text(), QStringLiteral("Redo: Add host4"));
}

void KeeperTest::fileChangedOutsideIsFollowed() {
    Window shown(m_folder->path());
    shown.open(mine());
    const QByteArray theirs = m_text + "# theirs\n";
    QVERIFY(write(mine(), theirs));
    QTRY_COMPARE_WITH_TIMEOUT(shown.document().text(), theirs, kPatienceMs);
    QVERIFY(!shown.document().isModified());
    QVERIFY(shown.strip().sentence().startsWith(QStringLiteral("Another program has changed mine.yaml; it was read again.")));
    shown.window.actions().undo->trigger();
    QCOMPARE(shown.document().text(), m_text);
}

void KeeperTest::bothChangedAsks() {
    Window shown(m_folder->path());
    shown.open(mine());
    QVERIFY(shown.document().apply(addHost(QStringLiteral("host4")), QStringLiteral("Add host4")));
    const QByteArray ours = shown.document().text();
    QVERIFY(write(mine(), "theirs\n"));
    QTRY_VERIFY_WITH_TIMEOUT(shown.strip().sentence().startsWith(QStringLiteral("Another program has changed mine.yaml, and you")),
                             kPatienceMs);
    QCOMPARE(shown.document().text(), ours);
    QTest::mouseClick(shown.strip().button(QStringLiteral("Save mine over it")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(read(mine()), ours, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!shown.document().isModified(), kPatienceMs);
    QCOMPARE(shown.strip().sentence(), QString());
}

void KeeperTest::saveFindsWhatTheWatchMissed() {
    LabDocument document(*labfile::load(mine()));
    DocumentKeeper keeper({});
    keeper.setDocument(&document);
    QVERIFY(document.apply(addHost(QStringLiteral("host4")), QStringLiteral("Add host4")));
    const QSignalSpy asked(&keeper, &DocumentKeeper::changedOutside);
    QVERIFY(write(mine(), "theirs\n"));
    keeper.save();
    QTRY_VERIFY_WITH_TIMEOUT(keeper.isIdle() && asked.count() > 0, kPatienceMs);
    QCOMPARE(read(mine()), QByteArray("theirs\n"));
    keeper.setDocument(nullptr);
}

void KeeperTest::builtinLabIsSavedElsewhere() {
    Window shown(m_folder->path());
    shown.open(QStringLiteral("tutorial"));
    QVERIFY(QTest::qWaitForWindowActive(&shown.window, kPatienceMs));
    const QString builtin = shown.document().path();
    QVERIFY(shown.document().apply(addHost(QStringLiteral("host4")), QStringLiteral("Add host4")));
    QTest::keyClick(shown.window.windowHandle(), Qt::Key_S, Qt::ControlModifier);
    auto* dialog = shown.window.findChild<QFileDialog*>();
    QVERIFY(dialog != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->isVisible(), kPatienceMs);
    QCOMPARE(QFileInfo(dialog->selectedFiles().value(0)).fileName(), QStringLiteral("tutorial.yaml"));
    const QString copy = m_folder->filePath(QStringLiteral("copy.yaml"));
    QVERIFY(podleaf::test::answerWithPath(dialog, copy));
    QTRY_COMPARE_WITH_TIMEOUT(shown.document().path(), copy, kPatienceMs);
    QVERIFY(!shown.document().isModified());
    QCOMPARE(read(copy), shown.document().text());
    QCOMPARE(read(builtin), m_text);
    QTRY_VERIFY_WITH_TIMEOUT(shown.window.editor().keeper().isIdle(), kPatienceMs);
    QCOMPARE(kept(), QStringList());
}

void KeeperTest::unwritableFileIsAFault() {
    Window shown(m_folder->path());
    shown.open(mine());
    QVERIFY(shown.document().apply(addHost(QStringLiteral("host4")), QStringLiteral("Add host4")));
    shown.window.editor().keeper().saveAs(m_folder->filePath(QStringLiteral("no/such/folder.yaml")));
    QTRY_COMPARE_WITH_TIMEOUT(shown.window.faultShown(),
                              QStringLiteral("%1 cannot be written.").arg(m_folder->filePath(QStringLiteral("no/such/folder.yaml"))),
                              kPatienceMs);
    QVERIFY(shown.document().isModified());
    QCOMPARE(shown.document().path(), mine());
}

void KeeperTest::killedProgramLosesNothing() {
    QProcess program;
    program.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--edit-and-wait"), m_folder->path()});
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += program.readAllStandardOutput()).contains("kept"), kPatienceMs);
    QCOMPARE(::kill(static_cast<pid_t>(program.processId()), SIGKILL), 0);
    QVERIFY(program.waitForFinished(kPatienceMs));
    QCOMPARE(program.exitStatus(), QProcess::CrashExit);
    QCOMPARE(read(mine()), m_text);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden), QStringList(QStringLiteral("mine.yaml"))); // Nothing beside it.

    Window shown(m_folder->path());
    shown.open(mine());
    QVERIFY2(shown.strip().sentence().endsWith(QStringLiteral("were not saved and are back.")), qPrintable(shown.strip().sentence()));
    QVERIFY(shown.document().text().contains("host4") && shown.document().isModified());
    QTRY_COMPARE_WITH_TIMEOUT(shown.document().lab().nodes.size(), std::size_t(5), kPatienceMs);
    shown.window.actions().undo->trigger();
    QCOMPARE(shown.document().text(), m_text);
    shown.window.actions().redo->trigger();
    QTest::mouseClick(shown.strip().button(QStringLiteral("Discard")), Qt::LeftButton);
    QCOMPARE(shown.document().text(), m_text);
    QVERIFY(!shown.document().isModified());
}

void KeeperTest::closedWindowLosesNothing() {
    {
        Window shown(m_folder->path());
        shown.open(mine());
        QVERIFY(shown.document().apply(addHost(QStringLiteral("host4")), QStringLiteral("Add host4")));
        QVERIFY(shown.window.close()); // Asks nothing.
    }
    QVERIFY(write(mine(), m_text + "# theirs\n"));
    Window shown(m_folder->path());
    shown.open(mine());
    QVERIFY(shown.document().text().contains("host4"));
    QVERIFY(shown.strip().sentence().endsWith(QStringLiteral("are back. The file was changed since.")));
    shown.window.actions().undo->trigger();
    QCOMPARE(shown.document().text(), m_text + "# theirs\n");
}

void KeeperTest::savedOrUndoneLeavesNothing() {
    Window shown(m_folder->path());
    shown.open(mine());
    QVERIFY(shown.document().apply(addHost(QStringLiteral("host4")), QStringLiteral("Add host4")));
    QTRY_COMPARE_WITH_TIMEOUT(kept().size(), 1, kPatienceMs);
    shown.window.actions().undo->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(kept().size(), 0, kPatienceMs);
    shown.window.actions().redo->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(kept().size(), 1, kPatienceMs);
    shown.window.actions().save->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(kept().size(), 0, kPatienceMs);
    QVERIFY(!shown.document().isModified());
}

void KeeperTest::secondWindowLeavesTheFirstOnesChanges() {
    Window first(m_folder->path());
    first.open(mine());
    QVERIFY(first.document().apply(addHost(QStringLiteral("host4")), QStringLiteral("Add host4")));
    QTRY_COMPARE_WITH_TIMEOUT(kept().size(), 1, kPatienceMs);
    Window second(m_folder->path());
    second.open(mine());
    QCOMPARE(second.document().text(), m_text);
    QCOMPARE(second.strip().sentence(), QString());
    QVERIFY(second.document().apply(addHost(QStringLiteral("host5")), QStringLiteral("Add host5")));
    second.window.actions().undo->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(second.window.editor().keeper().isIdle(), kPatienceMs);
    QCOMPARE(kept().size(), 1);
}

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QLatin1String("--edit-and-wait")) {
        return editAndWait(arguments.value(2));
    }
    KeeperTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_keeper.moc"
