// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at the tree itself: who includes whom, licence lines, labs with their README, nothing of one machine only.
#include "layering.h"

#include <QDirIterator>
#include <QFile>
#include <QTest>

using namespace podleaf::meta;

namespace {

QString sourceFolder() {
    return QStringLiteral(PODLEAF_SOURCE_DIR);
}

QString content(const QString& path) {
    QFile file(sourceFolder() + QLatin1Char('/') + path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// Paths relative to the checkout of the files below `folder` whose names match, sorted.
QStringList filesBelow(const QString& folder, const QStringList& names) {
    QStringList paths;
    QDirIterator files(sourceFolder() + QLatin1Char('/') + folder, names, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        paths.append(QDir(sourceFolder()).relativeFilePath(files.next()));
    }
    paths.sort();
    return paths;
}

QStringList sources() {
    const QStringList names{QStringLiteral("*.cpp"), QStringLiteral("*.h")};
    return filesBelow(QStringLiteral("core"), names) + filesBelow(QStringLiteral("ui"), names) + filesBelow(QStringLiteral("app"), names);
}

void reportAll(const QStringList& mistakes) {
    for (const QString& mistake : mistakes) {
        qWarning("%s", qPrintable(mistake));
    }
}

} // namespace

class TestLayering : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void finds_data();
    void finds();
    void includesFollowTheTable();
    void sharedWithTheLabHostIsPlain();
    void architectureShowsTheTable();
    void sourcesHaveLicenceLines();
    void labsHaveReadmes();
    void nothingOfOneMachine();
};

void TestLayering::finds_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("mistake");
    const auto row = [](const char* name, const char* path, const char* line, const char* mistake) {
        QTest::newRow(name) << QString::fromLatin1(path) << QString::fromLatin1(line) << QString::fromLatin1(mistake);
    };
    row("own folder", "core/plan/a.cpp", "#include \"plan.h\"", "");
    row("below", "core/plan/a.cpp", "#include <core/base/result.h>", "");
    row("sideways", "core/plan/a.cpp", "#include <core/model/lab.h>", "core/plan may not include core/model/lab.h");
    row("upwards by a path", "core/plan/a.cpp", "# include \"../state/lab_state.h\"", "core/plan may not include core/state/lab_state.h");
    row("similar name", "core/engine/a.cpp", "#include <core/channels/x.h>", "core/engine may not include core/channels/x.h");
    row("core to ui", "core/session/a.cpp", "#include <ui/theme/palette.h>", "core/session may not include ui/theme/palette.h");
    row("one header of verify", "ui/models/a.h", "#include <core/verify/results.h>", "");
    row("not the rest of verify", "ui/models/a.h", "#include <core/verify/verify.h>", "ui may not include core/verify/verify.h");
    row("yaml at home", "core/labfile/a.cpp", "#include <yaml-cpp/yaml.h>", "");
    row("yaml in a header", "core/labfile/a.h", "#include <yaml-cpp/yaml.h>", "<yaml-cpp/yaml.h> stays in .cpp files");
    row("hand-over and a widget", "ui/feed/a.h", "#include <ui/theme/style.h>", "ui/feed may not include ui/theme/style.h");
    row("yaml elsewhere", "ui/a.cpp", "#include <yaml-cpp/yaml.h>", "<yaml-cpp/yaml.h> stays in core/labfile");
    row("libmnl elsewhere", "core/state/a.cpp", "#include <libmnl/libmnl.h>",
        "<libmnl/libmnl.h> stays in core/observe, app/labhost, app/router");
    row("libssh in a header", "core/channel/a.h", "#include <libssh/libssh.h>", "<libssh/libssh.h> stays in .cpp files");
    row("gui in core", "core/state/a.cpp", "#include <QColor>", "<QColor> stays in ui, app/desktop");
    row("gui module in the cli", "app/cli/a.cpp", "#include <QtWidgets/QWidget>", "<QtWidgets/QWidget> stays in ui, app/desktop");
    row("no window in the cli", "app/cli/a.cpp", "#include <QApplication>", "<QApplication> stays in ui, app/desktop");
    row("core application", "app/cli/a.cpp", "#include <QCoreApplication>", "");
    row("Qt in the lab host", "app/labhost/a.cpp", "#include <QString>", "<QString> stays in core, ui, app/cli, app/desktop");
    row("wire format", "app/labhost/a.cpp", "#include <core/channel/labhost_wire.h>", "");
    row("rest of core", "app/labhost/a.cpp", "#include <core/base/result.h>", "app/labhost may not include core/base/result.h");
    row("no row", "core/other/a.cpp", "", "its folder has no row in the layering table");
}

void TestLayering::finds() {
    QFETCH(QString, path);
    QFETCH(QString, line);
    QFETCH(QString, mistake);
    const QString expected = mistake.isEmpty() ? QString() : path + QStringLiteral(":1: ") + mistake;
    QCOMPARE(layeringMistakes(path, line).join(QLatin1Char('\n')), expected);
}

void TestLayering::includesFollowTheTable() {
    const QStringList paths = sources();
    QVERIFY2(paths.contains(QStringLiteral("core/base/result.h")), "no sources found");
    QStringList mistakes;
    for (const QString& path : paths) {
        mistakes += layeringMistakes(path, content(path));
    }
    reportAll(mistakes);
    QCOMPARE(mistakes.join(QLatin1Char('\n')), QString());
}

void TestLayering::sharedWithTheLabHostIsPlain() {
    // What the lab host takes from core includes nothing but the standard library, the kernel's headers and each other.
    const QRegularExpression other(QStringLiteral("#include\\s*<(Q|tl/|core/(?!channel/labhost_|base/unique_fd))"));
    const QStringList shared = sharedWithLabHost();
    QVERIFY(!shared.isEmpty());
    for (const QString& path : shared) {
        const QString text = content(path);
        QVERIFY2(!text.isEmpty() && !other.match(text).hasMatch(), qPrintable(path));
    }
}

void TestLayering::architectureShowsTheTable() {
    const QString architecture = content(QStringLiteral("ARCHITECTURE.md"));
    const QStringList folders = knownLayers();
    for (const QString& folder : folders) {
        QVERIFY2(architecture.contains(QStringLiteral("| `%1` |").arg(folder)), qPrintable(folder));
    }
}

void TestLayering::sourcesHaveLicenceLines() {
    QStringList paths = sources();
    paths += filesBelow(QStringLiteral("tests"), {QStringLiteral("*.cpp"), QStringLiteral("*.h"), QStringLiteral("*.sh")});
    paths += filesBelow(QStringLiteral("."), {QStringLiteral("CMakeLists.txt"), QStringLiteral("*.cmake")});
    paths += filesBelow(QStringLiteral("scripts"), {QStringLiteral("*")}).filter(QRegularExpression(QStringLiteral("^[^.]*$|\\.sh$")));
    QStringList mistakes;
    for (const QString& path : paths) {
        const QStringList head = content(path).split(QLatin1Char('\n')).mid(0, 2);
        if (!head.join(QLatin1Char(' ')).contains(QStringLiteral("SPDX-License-Identifier: GPL-3.0-or-later"))) {
            mistakes.append(path + QStringLiteral(":1: has no SPDX line"));
        }
    }
    reportAll(mistakes);
    QCOMPARE(mistakes.join(QLatin1Char('\n')), QString());
}

void TestLayering::labsHaveReadmes() {
    const QStringList labs = filesBelow(QStringLiteral("labs"), {QStringLiteral("lab.yaml")});
    QVERIFY(labs.contains(QStringLiteral("labs/tutorial/lab.yaml")));
    for (const QString& lab : labs) {
        const QString readme = lab.section(QLatin1Char('/'), 0, -2) + QStringLiteral("/README.md");
        QVERIFY2(!content(readme).isEmpty(), qPrintable(readme));
    }
}

void TestLayering::nothingOfOneMachine() {
    // In pieces, so that this file does not find itself.
    const QRegularExpression place(QStringLiteral("/work") + QStringLiteral("/(main|shared|seed)|/root/\\.") + QStringLiteral("cache"));
    QStringList paths = sources();
    const QStringList folders{QStringLiteral("tests"), QStringLiteral("labs"),      QStringLiteral("scripts"), QStringLiteral("docs"),
                              QStringLiteral("cmake"), QStringLiteral("resources"), QStringLiteral(".ci")};
    for (const QString& folder : folders) {
        paths += filesBelow(folder, {});
    }
    const QFileInfoList top = QDir(sourceFolder()).entryInfoList(QDir::Files | QDir::Hidden);
    for (const QFileInfo& file : top) {
        paths.append(file.fileName());
    }
    QStringList mistakes;
    for (const QString& path : std::as_const(paths)) {
        const QStringList lines = content(path).split(QLatin1Char('\n'));
        for (qsizetype i = 0; i < lines.size(); ++i) {
            if (place.match(lines[i]).hasMatch()) {
                mistakes.append(QStringLiteral("%1:%2: names a folder of one machine").arg(path).arg(i + 1));
            }
        }
    }
    reportAll(mistakes);
    QCOMPARE(mistakes.join(QLatin1Char('\n')), QString());
}

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
