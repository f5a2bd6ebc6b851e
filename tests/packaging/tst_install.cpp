// SPDX-License-Identifier: GPL-3.0-or-later
// What `cmake --install` leaves in a folder of its own works there: the programs find their labs and each other, and
// desktop entry, metadata, man pages, icons and completion are what their readers want.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

struct Ended {
    int exitCode = -1;
    QByteArray output;
    QByteArray errors;
};

Ended run(const QString& program, const QStringList& arguments, const QStringList& environment = {}) {
    QProcess process;
    QStringList all = QProcess::systemEnvironment();
    all.removeIf([](const QString& one) { return one.startsWith(u"PODLEAF_"_s); });
    process.setEnvironment(all + environment);
    process.start(program, arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000)) {
        return {-1, {}, process.errorString().toUtf8()};
    }
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace

class TestInstall : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString usr(const QString& path) const { return m_folder.path() + u"/root/usr/"_s + path; }
    Ended podleaf(const QStringList& arguments) const {
        return run(usr(u"bin/podleaf"_s), arguments,
                   {u"PODLEAF_RUN_FOLDER="_s + m_folder.path() + u"/run"_s, u"XDG_STATE_HOME="_s + m_folder.path() + u"/state"_s});
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        const Ended installed = run(u"cmake"_s, {u"--install"_s, QStringLiteral(PODLEAF_BUILD_DIR), u"--prefix"_s, u"/usr"_s},
                                    {u"DESTDIR="_s + m_folder.path() + u"/root"_s});
        QVERIFY2(installed.exitCode == 0, QByteArray(installed.output + installed.errors).constData());
    }

    void labsAreFoundWhereTheyAreInstalled() {
        const Ended listed = podleaf({u"list"_s, u"--json"_s});
        QCOMPARE(listed.exitCode, 0);
        const QJsonArray labs = QJsonDocument::fromJson(listed.output).object()[u"labs"_s].toArray();
        QVERIFY(!labs.isEmpty());
        for (const auto& lab : labs) {
            const QString path = lab[u"path"_s].toString();
            QVERIFY2(QDir(path).canonicalPath().startsWith(QDir(usr(u"share/podleaf/labs"_s)).canonicalPath()), qPrintable(path));
            const Ended valid = podleaf({u"validate"_s, lab[u"name"_s].toString()});
            QVERIFY2(valid.exitCode == 0, valid.errors.constData());
        }
    }

    void aLabCanBeBroughtUp() {
        QCOMPARE(podleaf({u"up"_s, u"simulated"_s}).exitCode, 0);
        QCOMPARE(podleaf({u"test"_s, u"simulated"_s}).exitCode, 0);
        QCOMPARE(podleaf({u"down"_s, u"simulated"_s}).exitCode, 0);
    }

    /// `doctor` starts it to find out what it may.
    void theLabHostIsFound() {
        QVERIFY(QFileInfo(usr(u"libexec/podleaf/podleaf-labhost"_s)).isExecutable());
        const Ended told = podleaf({u"doctor"_s, u"--json"_s});
        QVERIFY(told.exitCode == 0 || told.exitCode == 3);
        QVERIFY2(!told.output.contains("podleaf-labhost"), told.output.constData());
    }

    /// Without a display too: packagers and scripts ask.
    void theWindowSaysItsVersion() {
        const Ended shown =
            run(usr(u"bin/podleaf-desktop"_s), {u"--version"_s}, {u"QT_QPA_PLATFORM=xcb"_s, u"DISPLAY="_s, u"WAYLAND_DISPLAY="_s});
        QVERIFY2(shown.exitCode == 0, shown.errors.constData());
    }

    void theWindowSaysThatThereIsNoDisplay() {
        const Ended shown = run(usr(u"bin/podleaf-desktop"_s), {}, {u"QT_QPA_PLATFORM="_s, u"DISPLAY="_s, u"WAYLAND_DISPLAY="_s});
        QCOMPARE(shown.exitCode, 3);
        QVERIFY2(shown.errors.startsWith("There is no display"), shown.errors.constData());
    }

    void aScreenshotOfWhatIsNotThereIsRefused() {
        const Ended shown = run(usr(u"bin/podleaf-desktop"_s), {u"--screenshot"_s, usr(u"shot.png"_s), u"--dock"_s, u"Routs"_s},
                                {u"QT_QPA_PLATFORM=offscreen"_s});
        QCOMPARE(shown.exitCode, 2);
        QVERIFY2(shown.errors.contains("nothing is called Routs. There are bgp, "), shown.errors.constData());
    }

    void desktopEntryIsValid() {
        const Ended told = run(u"desktop-file-validate"_s, {usr(u"share/applications/podleaf.desktop"_s)});
        QVERIFY2(told.exitCode == 0, QByteArray(told.output + told.errors).constData());
        QCOMPARE(told.output, QByteArray());
    }

    void metadataIsValid() {
        const Ended told =
            run(u"appstreamcli"_s, {u"validate"_s, u"--no-net"_s, usr(u"share/metainfo/io.github.podleaf.Podleaf.metainfo.xml"_s)});
        QVERIFY2(told.exitCode == 0, QByteArray(told.output + told.errors).constData());
    }

    void manPagesRender_data() {
        QTest::addColumn<QString>("page");
        QTest::newRow("podleaf") << u"podleaf"_s;
        QTest::newRow("podleaf-desktop") << u"podleaf-desktop"_s;
    }

    void manPagesRender() {
        QFETCH(QString, page);
        const Ended told = run(u"man"_s, {u"--warnings"_s, u"-l"_s, usr(u"share/man/man1/%1.1.gz"_s.arg(page))},
                               {u"MANWIDTH=80"_s, u"LC_ALL=C.UTF-8"_s, u"MANPAGER=cat"_s});
        QCOMPARE(told.exitCode, 0);
        QCOMPARE(told.errors, QByteArray());
        QVERIFY(told.output.contains("SYNOPSIS") && told.output.contains("ENVIRONMENT"));
    }

    void completionKnowsTheCommands() {
        const QString script = u"source '%1'; COMP_WORDS=('%2' validat); COMP_CWORD=1; _podleaf; echo \"${COMPREPLY[@]}\""_s;
        const QString file = usr(u"share/bash-completion/completions/podleaf"_s);
        const Ended told = run(u"bash"_s, {u"-c"_s, script.arg(file, usr(u"bin/podleaf"_s))});
        QVERIFY2(told.output.contains("validate"), QByteArray(told.output + told.errors).constData());
        QFile zsh(usr(u"share/zsh/vendor-completions/_podleaf"_s));
        QVERIFY(zsh.open(QIODevice::ReadOnly));
        QVERIFY(zsh.readLine().startsWith("#compdef podleaf"));
    }

    void iconsHaveTheirSizes() {
        for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
            QFile icon(usr(u"share/icons/hicolor/%1x%1/apps/podleaf.png"_s.arg(size)));
            QVERIFY(icon.open(QIODevice::ReadOnly));
            const QByteArray head = icon.read(24); // PNG §11.2.2: width and height behind the IHDR's name
            QCOMPARE(head.mid(1, 3), QByteArray("PNG"));
            const auto number = [&head](int at) { return static_cast<uchar>(head[at + 2]) * 256 + static_cast<uchar>(head[at + 3]); };
            QCOMPARE(number(16), size);
            QCOMPARE(number(20), size);
        }
    }
};

QTEST_GUILESS_MAIN(TestInstall)
#include "tst_install.moc"
