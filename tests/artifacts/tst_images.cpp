// SPDX-License-Identifier: GPL-3.0-or-later
// Images: trees with links, the closure over libraries held against ldd, archives that are the same each time, and what
// the recipes say. With PODLEAF_FULL each image of Debian packages is made twice and every program in it loaded.
#include <core/artifacts/debian.h>
#include <core/artifacts/elf.h>
#include <core/artifacts/image_maker.h>
#include <core/artifacts/oci.h>
#include <core/artifacts/program.h>

#include <QBuffer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace podleaf;
using namespace podleaf::artifacts;
using namespace Qt::StringLiterals;

namespace {

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

TreeNode fileWith(const QByteArray& content) {
    return {TarKind::File, 0644, 0, 0, content, {}, {}};
}
TreeNode linkTo(const QString& target) {
    return {TarKind::Link, 0777, 0, 0, {}, {}, target};
}

/// What the loader of this host takes for a program, by path.
QStringList loadedBy(const QString& program) {
    QStringList files;
    static const QRegularExpression kPath(u"(/\\S+) \\(0x"_s);
    const auto said = runProgram({}, {u"ldd"_s, {program}, {}, {}, {}});
    auto it = kPath.globalMatch(said ? QString::fromUtf8(*said) : QString());
    while (it.hasNext()) {
        files << it.next().captured(1);
    }
    return files;
}

/// This host's file under its path, with the links on the way to it.
void putHostFile(FileTree& tree, const QString& path) {
    const QFileInfo info(path);
    if (info.isSymLink()) {
        tree.put(path, linkTo(info.symLinkTarget()));
        putHostFile(tree, info.symLinkTarget());
    } else {
        tree.put(path, fileWith(contentOf(path)));
    }
}

} // namespace

class TestImages : public QObject {
    Q_OBJECT

private:
    OpContext m_context;
    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] QByteArray archiveOf(const FileTree& tree, const ImageConfig& config) const {
        const QString path = m_folder->filePath(u"image.tar"_s);
        const auto written = writeOciArchive(m_context, tree, config, path, m_folder->filePath(u"layer"_s));
        if (!written) {
            qWarning("%s", qPrintable(describe(written.error())));
        }
        return contentOf(path);
    }
    void loadEach(const FileTree& tree);
    /// The members of an archive, by name.
    [[nodiscard]] static QMap<QString, QByteArray> membersOf(const QByteArray& archive) {
        QBuffer buffer;
        buffer.setData(archive);
        buffer.open(QIODevice::ReadOnly);
        const auto list = listTar(buffer);
        QMap<QString, QByteArray> members;
        for (const TarMember& member : list.value_or(std::vector<TarMember>())) {
            members.insert(member.name, archive.mid(member.offset, member.size));
        }
        return members;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void pathsAreCleaned_data();
    void pathsAreCleaned();
    void linksAreFollowed();
    void takesWhatALinkLeadsTo();
    void closureIsWhatLddSays_data();
    void closureIsWhatLddSays();
    void namesWhatIsMissing();
    void refusesBrokenElf();
    void archiveIsWhatTheSpecificationSays();
    void sameTreeSameBytes();
    void oneProgramWithSeveralNamesIsThereOnce();
    void recipesAreWhole();
    void recipesFillInVersions();
    void debianImagesHoldAllThatTheyLoad();
};

void TestImages::pathsAreCleaned_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("cleaned");
    QTest::newRow("dot") << u"./usr/bin/x"_s << u"usr/bin/x"_s;
    QTest::newRow("merged") << u"/bin/x"_s << u"usr/bin/x"_s;
    QTest::newRow("merged folder") << u"./lib64/"_s << u"usr/lib64"_s;
    QTest::newRow("only alike") << u"/library/x"_s << u"library/x"_s;
    QTest::newRow("root") << u"./"_s << QString();
    QTest::newRow("out of it") << u"../../etc/shadow"_s << QString();
}

void TestImages::pathsAreCleaned() {
    QFETCH(QString, path);
    QFETCH(QString, cleaned);
    QCOMPARE(FileTree::clean(path), cleaned);
}

void TestImages::linksAreFollowed() {
    FileTree tree;
    tree.put(u"usr/lib/libz.so.1.2"_s, fileWith("z"));
    tree.put(u"usr/lib/libz.so.1"_s, linkTo(u"libz.so.1.2"_s));
    tree.put(u"usr/lib/libz.so"_s, linkTo(u"/lib/libz.so.1"_s));
    tree.put(u"opt/lib"_s, linkTo(u"../usr/lib"_s));
    tree.put(u"loop"_s, linkTo(u"loop"_s));
    tree.put(u"lost"_s, linkTo(u"nowhere"_s));
    QCOMPARE(tree.resolve(u"/lib/libz.so"_s), u"usr/lib/libz.so.1.2"_s);
    QCOMPARE(tree.resolve(u"opt/lib/libz.so.1"_s), u"usr/lib/libz.so.1.2"_s);
    QCOMPARE(*tree.read(u"opt/lib/libz.so"_s), "z");
    QVERIFY(!tree.resolve(u"loop"_s));
    QVERIFY(!tree.resolve(u"lost"_s));
}

void TestImages::takesWhatALinkLeadsTo() {
    FileTree packages;
    packages.put(u"usr/bin/vi"_s, linkTo(u"/etc/alternatives/vi"_s));
    packages.put(u"etc/alternatives/vi"_s, linkTo(u"/usr/bin/nvi"_s));
    packages.put(u"usr/bin/nvi"_s, fileWith("editor"));
    packages.put(u"etc/d"_s, {TarKind::Folder, 0755, 0, 0, {}, {}, {}});
    packages.put(u"etc/d/a"_s, fileWith("a"));
    packages.put(u"etc/dd"_s, fileWith("not in d"));
    FileTree image;
    QVERIFY(image.take(packages, u"usr/bin/vi"_s));
    QVERIFY(image.take(packages, u"/etc/d"_s));
    QCOMPARE(image.nodes().size(), 5U);
    QCOMPARE(*image.read(u"usr/bin/vi"_s), "editor");
    const auto none = image.take(packages, u"usr/bin/emacs"_s);
    QVERIFY(!none);
    QCOMPARE(none.error().message, u"None of the packages has usr/bin/emacs."_s);
}

void TestImages::closureIsWhatLddSays_data() {
    QTest::addColumn<QString>("program");
    QTest::newRow("curl") << u"/usr/bin/curl"_s;
    QTest::newRow("nginx") << u"/usr/sbin/nginx"_s;
    QTest::newRow("bgpd, with a folder of its own for libraries") << u"/usr/lib/frr/bgpd"_s;
}

void TestImages::closureIsWhatLddSays() {
    QFETCH(QString, program);
    FileTree host;
    QSet<QString> expected{program.mid(1)};
    for (const QString& file : loadedBy(program)) {
        putHostFile(host, file);
        expected.insert(*host.resolve(file));
    }
    QVERIFY(expected.size() > 3);
    FileTree image;
    image.put(program, fileWith(contentOf(program)));
    const auto closed = closeOverLibraries(image, host);
    QVERIFY2(closed, closed ? "" : qPrintable(closed.error().message));
    QSet<QString> got;
    for (const auto& [path, node] : image.nodes()) {
        if (node.kind == TarKind::File) {
            got.insert(path);
        }
    }
    QCOMPARE(got, expected);
    QCOMPARE(missingLibraries(image), QStringList());
}

void TestImages::namesWhatIsMissing() {
    FileTree image;
    image.put(u"usr/bin/curl"_s, fileWith(contentOf(u"/usr/bin/curl"_s)));
    QVERIFY(missingLibraries(image).contains(u"usr/bin/curl needs libcurl.so.4"_s));
    const auto closed = closeOverLibraries(image, FileTree());
    QVERIFY(!closed);
    QCOMPARE(closed.error().code, ErrorCode::NotFound);
    QVERIFY2(closed.error().message.startsWith(u"usr/bin/curl needs "_s), qPrintable(closed.error().message));
}

void TestImages::refusesBrokenElf() {
    const QByteArray whole = contentOf(u"/usr/bin/curl"_s);
    QVERIFY(readElf(whole));
    QVERIFY(!readElf("#!/bin/sh\n"));
    QVERIFY(!readElf({}));
    for (qsizetype size = 0; size < 4096; size += 7) { // whatever it says, it reads nothing that is not there
        (void)readElf(QByteArray(whole.left(size)));
    }
    for (qsizetype at = 0; at < 2048; ++at) {
        QByteArray bent = whole;
        bent[at] = static_cast<char>(~bent[at]);
        (void)readElf(bent);
    }
}

void TestImages::archiveIsWhatTheSpecificationSays() {
    FileTree tree;
    tree.put(u"pause"_s, {TarKind::File, 0755, 0, 0, "program", {}, {}});
    tree.put(u"bin/sh"_s, linkTo(u"busybox"_s));
    tree.put(u"var/run/frr"_s, {TarKind::Folder, 0750, 100, 101, {}, {}, {}});
    const auto members = membersOf(archiveOf(tree, {{u"localhost/a:1"_s, u"localhost/b:1"_s}, {u"/pause"_s}, {u"x"_s}}));
    QCOMPARE(members.size(), 5);
    const QJsonArray manifests = QJsonDocument::fromJson(members.value(u"index.json"_s)).object()[u"manifests"_s].toArray();
    QCOMPARE(manifests.size(), 2);
    QCOMPARE(manifests[1][u"annotations"_s][u"org.opencontainers.image.ref.name"_s].toString(), u"localhost/b:1"_s);
    const auto blob = [&members](const QJsonValue& descriptor) {
        const QString digest = descriptor[u"digest"_s].toString().mid(7);
        const QByteArray content = members.value(u"blobs/sha256/"_s + digest);
        return sha256Of(content) == digest && content.size() == descriptor[u"size"_s].toInteger() ? content : QByteArray();
    };
    const QJsonObject manifest = QJsonDocument::fromJson(blob(manifests[0])).object();
    const QJsonObject config = QJsonDocument::fromJson(blob(manifest[u"config"_s])).object();
    QCOMPARE(config[u"config"_s][u"Entrypoint"_s].toArray(), QJsonArray{u"/pause"_s});
    const QByteArray layer = blob(manifest[u"layers"_s].toArray()[0]);
    QCOMPARE(config[u"rootfs"_s][u"diff_ids"_s].toArray(), QJsonArray{QString(u"sha256:"_s + sha256Of(layer))});
    QCOMPARE(membersOf(layer).keys(),
             (QStringList{u"bin"_s, u"pause"_s, u"usr"_s, u"usr/bin"_s, u"usr/bin/sh"_s, u"var"_s, u"var/run"_s, u"var/run/frr"_s}));
    // GNU tar has no objection, and sees modes and owners.
    QFile file(m_folder->filePath(u"layer.tar"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(layer) == layer.size() && file.flush());
    const auto listed = runProgram(m_context, {u"tar"_s, {u"-tvf"_s, file.fileName(), u"--numeric-owner"_s}, {}, {}, {}});
    QVERIFY2(listed, listed ? "" : qPrintable(describe(listed.error())));
    QVERIFY2(listed->contains("drwxr-x--- 100/101"), listed->constData());
    QVERIFY2(listed->contains(" bin -> usr/bin"), listed->constData());
}

void TestImages::sameTreeSameBytes() {
    FileTree tree;
    tree.put(u"b"_s, fileWith("b"));
    tree.put(u"a"_s, fileWith("a"));
    FileTree other;
    other.put(u"a"_s, fileWith("a"));
    other.put(u"b"_s, fileWith("b"));
    const QByteArray first = archiveOf(tree, {{u"localhost/a:1"_s}, {}, {}});
    QVERIFY(!first.isEmpty());
    QCOMPARE(sha256Of(archiveOf(other, {{u"localhost/a:1"_s}, {}, {}})), sha256Of(first));
    other.put(u"b"_s, fileWith("c"));
    QVERIFY(sha256Of(archiveOf(other, {{u"localhost/a:1"_s}, {}, {}})) != sha256Of(first));
}

void TestImages::oneProgramWithSeveralNamesIsThereOnce() {
    const ImageRecipe recipe{u"kubernetes"_s, u"1"_s, {u"localhost/a:1"_s}, {}, {}, {}, {}, {}, {}, {}, {}};
    const QString file = QStringLiteral(PODLEAF_SOURCE_DIR "/README.md");
    const auto tree = imageTree(recipe, FileTree(),
                                {{u"usr/bin/a"_s, {file, u"1"_s}}, {u"usr/bin/b"_s, {file, u"1"_s}}, {u"usr/bin/c"_s, {file, u"2"_s}}});
    QVERIFY(tree);
    QCOMPARE(tree->find(u"usr/bin/a"_s)->kind, TarKind::File);
    QCOMPARE(tree->find(u"usr/bin/b"_s)->target, u"/usr/bin/a"_s);
    QCOMPARE(tree->find(u"usr/bin/c"_s)->kind, TarKind::File);
}

void TestImages::recipesAreWhole() {
    const auto recipes = builtinImages();
    QVERIFY2(recipes, recipes ? "" : qPrintable(describe(recipes.error())));
    QCOMPARE(recipes->size(), 7U);
    const auto table = VersionTable::builtin();
    for (const ImageRecipe& recipe : *recipes) {
        for (const QString& component : recipe.components()) {
            QVERIFY2(table->find(component) != nullptr, qPrintable(component));
        }
        QVERIFY2(!recipe.withVersions(table->sets.front()).names.join(u' ').contains(u'{'), qPrintable(recipe.name));
        QStringList sorted = recipe.packages;
        sorted.sort();
        sorted.removeDuplicates();
        QCOMPARE(recipe.packages, sorted);
    }
    QVERIFY(!parseImages("{"));
    QVERIFY(!parseImages(R"({"images":{"a":{"version":"1","names":["a"]}}})"));
}

void TestImages::recipesFillInVersions() {
    const auto recipes = parseImages(R"({"images":{"a":{"version":"{x}","names":["l/a:v{x}"],"programs":{"p":"x/p"}}}})");
    QVERIFY(recipes);
    const ImageRecipe recipe = recipes->front().withVersions({{u"x"_s, u"1.2"_s}});
    QCOMPARE(recipe.version, u"1.2"_s);
    QCOMPARE(recipe.names, QStringList{u"l/a:v1.2"_s});
    QCOMPARE(recipe.components(), QStringList{u"x"_s});
}

void TestImages::debianImagesHoldAllThatTheyLoad() {
    if (qEnvironmentVariableIsEmpty("PODLEAF_FULL")) {
        return; // It asks a mirror of Debian for 20 MB.
    }
    const auto recipes = builtinImages();
    for (const ImageRecipe& recipe : *recipes) {
        if (recipe.packages.isEmpty()) {
            continue;
        }
        QVERIFY(QDir().mkpath(m_folder->filePath(u"debs"_s)));
        const auto packages = readDebianPackages(m_context, recipe.packages, m_folder->filePath(u"debs"_s));
        QVERIFY2(packages, packages ? "" : qPrintable(describe(packages.error())));
        const auto tree = imageTree(recipe, packages->tree, {});
        QVERIFY2(tree, tree ? "" : qPrintable(describe(tree.error())));
        QCOMPARE(missingLibraries(*tree), QStringList());
        loadEach(*tree);
        QStringList digests;
        for (int i = 0; i < 2; ++i) {
            const auto made = makeImage(m_context, recipe, {}, m_folder->path(), m_folder->filePath(u"debs"_s));
            QVERIFY2(made, made ? "" : qPrintable(describe(made.error())));
            digests << *sha256OfFile(m_context, made->file);
        }
        QCOMPARE(digests[0], digests[1]);
    }
}

/// Lets the loader of the image itself find what each program in it needs.
void TestImages::loadEach(const FileTree& tree) {
    const QString root = m_folder->filePath(u"root"_s);
    QVERIFY(QDir(root).removeRecursively() && QDir().mkpath(root));
    QFile layer(m_folder->filePath(u"layer.tar"_s));
    QVERIFY(layer.open(QIODevice::WriteOnly));
    TarWriter writer([&layer](QByteArrayView bytes) {
        layer.write(bytes.data(), bytes.size());
        return Result<>();
    });
    QVERIFY(writeTree(tree, writer));
    layer.close();
    QVERIFY(runProgram(m_context, {u"tar"_s, {u"--no-same-owner"_s, u"-xf"_s, layer.fileName()}, root, {}, {}}));
    int loaded = 0;
    for (const auto& [path, node] : tree.nodes()) {
        const auto needs = node.kind == TarKind::File ? readElf(node.content) : std::nullopt;
        if (!needs || needs->interpreter.isEmpty() || path.contains(u".so"_s)) {
            continue;
        }
        const QStringList arguments{u"--map-root-user"_s, u"chroot"_s, root, needs->interpreter, u"--list"_s, QString(u'/' + path)};
        const auto listed = runProgram(m_context, {u"unshare"_s, arguments, {}, {}, {}});
        QVERIFY2(listed, listed ? "" : qPrintable(describe(listed.error())));
        QVERIFY2(!listed->contains("not found"), listed->constData());
        ++loaded;
    }
    QVERIFY(loaded > 0);
}

QTEST_GUILESS_MAIN(TestImages)
#include "tst_images.moc"
