// SPDX-License-Identifier: GPL-3.0-or-later
// The store: found again by recipe, damage noticed, locks between processes, what prune takes and leaves.
#include <core/artifacts/current.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace podleaf;
using namespace podleaf::artifacts;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QString write(const QString& path, const QByteArray& content) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
        qFatal("cannot write %s", qPrintable(path));
    }
    return path;
}

} // namespace

class TestStore : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    OpContext m_context;

    [[nodiscard]] QString path(const QString& name) const { return m_folder->filePath(name); }
    [[nodiscard]] Store store() const { return *Store::open(path(u"store"_s)); }
    [[nodiscard]] static Recipe recipe(const QString& component, const QString& version = u"1"_s) {
        return {component, version, Way::Build, sha256Of("how")};
    }
    [[nodiscard]] Entry putOne(const QString& component, const QByteArray& content) const {
        const auto file = store().adopt(m_context, write(path(u"new"_s), content), component, /*isExecutable=*/true);
        Entry entry{recipe(component), {*file}, QDateTime::fromSecsSinceEpoch(1'700'000'000).toUTC(), u"a test"_s, false};
        if (!store().put(entry)) {
            qFatal("cannot put");
        }
        return entry;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void findsWhatWasPut();
    void anotherRecipeIsAnotherKey();
    void damageIsToldAndForgotten_data();
    void damageIsToldAndForgotten();
    void indexIsHostile_data();
    void indexIsHostile();
    void locksExcludeEachOther();
    void waitingForALockCanBeStopped();
    void pruneLeavesWhatIsKept();
    void pruneWaitsForNobody();
    void foldersShowFilesByTheirNames();
    void foldersGoWithTheirFiles();
    void findStops();
};

void TestStore::findsWhatWasPut() {
    QVERIFY(!store().find(m_context, recipe(u"etcd"_s))->entry);
    const Entry put = putOne(u"etcd"_s, "program");
    QVERIFY(!QFileInfo::exists(path(u"new"_s)));
    const auto found = store().find(m_context, recipe(u"etcd"_s));
    QVERIFY(found && found->entry);
    QCOMPARE(found->entry->files, put.files);
    QCOMPARE(found->entry->origin, put.origin);
    QCOMPARE(found->entry->madeAt, put.madeAt);
    const QFileInfo blob(store().pathOf(sha256Of("program")));
    QVERIFY(blob.isExecutable());
    QCOMPARE(blob.permissions() & QFile::WriteOwner, 0);
    QCOMPARE(store().entries().size(), 1U);
    QCOMPARE(store().diskUse().artifacts, 7);
}

void TestStore::anotherRecipeIsAnotherKey() {
    (void)putOne(u"etcd"_s, "program");
    Recipe other = recipe(u"etcd"_s, u"2"_s);
    QVERIFY(!store().find(m_context, other)->entry);
    other = recipe(u"etcd"_s);
    other.way = Way::Download;
    QVERIFY(!store().find(m_context, other)->entry);
    other = recipe(u"etcd"_s);
    other.digest = sha256Of("another way");
    QVERIFY(!store().find(m_context, other)->entry);
}

void TestStore::damageIsToldAndForgotten_data() {
    QTest::addColumn<QString>("damage");
    QTest::addColumn<QString>("told");
    QTest::newRow("one bit") << u"bit"_s << u"etcd of etcd 1 is damaged."_s;
    QTest::newRow("gone") << u"gone"_s << u"etcd of etcd 1 is missing."_s;
    QTest::newRow("index") << u"index"_s << u"The index entry of etcd 1 is damaged."_s;
}

void TestStore::damageIsToldAndForgotten() {
    QFETCH(QString, damage);
    QFETCH(QString, told);
    (void)putOne(u"etcd"_s, "program");
    const QString blob = store().pathOf(sha256Of("program"));
    const QString index = path(u"store/index/%1.json"_s.arg(recipe(u"etcd"_s).key()));
    QFile::setPermissions(blob, QFile::ReadOwner | QFile::WriteOwner);
    if (damage == u"bit"_s) {
        write(blob, "progran");
    } else if (damage == u"gone"_s) {
        QVERIFY(QFile::remove(blob));
    } else {
        write(index, "{\"component\":");
    }
    const auto found = store().find(m_context, recipe(u"etcd"_s));
    QVERIFY(found);
    QVERIFY(!found->entry);
    QCOMPARE(found->damage, told);
    const auto again = store().find(m_context, recipe(u"etcd"_s));
    QVERIFY(!again->entry);
    QCOMPARE(again->damage, QString());
}

void TestStore::indexIsHostile_data() {
    QTest::addColumn<QByteArray>("json");
    const auto with = [](const QByteArray& file) -> QByteArray {
        return R"({"component":"etcd","version":"1","way":"build","recipe":"","files":[)" + file + "]}";
    };
    const QByteArray digest(64, 'a');
    QTest::newRow("no files") << with("");
    QTest::newRow("path as name") << with(R"({"name":"../x","sha256":")" + digest + R"(","bytes":1})");
    QTest::newRow("hidden name") << with(R"({"name":"..","sha256":")" + digest + R"(","bytes":1})");
    QTest::newRow("path as digest") << with(R"({"name":"x","sha256":"../../../etc/passwd","bytes":1})");
    QTest::newRow("no size") << with(R"({"name":"x","sha256":")" + digest + R"("})");
    QTest::newRow("no way") << QByteArray(R"({"component":"etcd","way":"magic"})");
    QTest::newRow("array") << QByteArray("[]");
}

void TestStore::indexIsHostile() {
    QFETCH(QByteArray, json);
    QVERIFY(!Entry::fromJson(json));
}

void TestStore::locksExcludeEachOther() {
    auto first = store().lock(m_context, u"etcd"_s);
    QVERIFY(first);
    QVERIFY(store().lock(m_context, u"kubernetes"_s));
    QVERIFY(!store().lock(m_context.withTimeout(1ms), u"etcd"_s));
    first->reset();
    QVERIFY(store().lock(m_context, u"etcd"_s));
}

void TestStore::waitingForALockCanBeStopped() {
    const auto first = store().lock(m_context, u"etcd"_s);
    QVERIFY(first);
    std::stop_source source;
    OpContext context{source.get_token(), Clock::time_point::max(), {}};
    QString told;
    context.progress = [&](const QString& sentence) {
        told = sentence;
        source.request_stop();
    };
    const auto second = store().lock(context, u"etcd"_s);
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Cancelled);
    QCOMPARE(told, u"Waiting for another Podleaf that is at etcd."_s);
}

void TestStore::pruneLeavesWhatIsKept() {
    (void)putOne(u"etcd"_s, "program");
    (void)putOne(u"old"_s, "older program");
    write(store().partialPath(sha256Of("half")), "ha");
    write(store().buildFolder() + u"/object"_s, "object");
    QCOMPARE(store().diskUse().unused, 2);
    QCOMPARE(store().diskUse().build, 6);
    const auto gone = store().prune(m_context, [](const Entry& each) { return each.recipe.component == u"etcd"_s; });
    QVERIFY(gone);
    QCOMPARE(*gone, 13 + 2 + 6);
    QVERIFY(store().find(m_context, recipe(u"etcd"_s))->entry);
    QVERIFY(!store().find(m_context, recipe(u"old"_s))->entry);
    const DiskUse use = store().diskUse();
    QCOMPARE(use.artifacts, 7);
    QCOMPARE(use.unused + use.build, 0);
}

void TestStore::pruneWaitsForNobody() {
    const auto making = store().lock(m_context, {});
    QVERIFY(making);
    QVERIFY(store().lock(m_context, {})); // others may make, too
    const auto gone = store().prune(m_context, [](const Entry&) { return true; });
    QVERIFY(!gone);
    QCOMPARE(gone.error().code, ErrorCode::Conflict);
}

void TestStore::findStops() {
    (void)putOne(u"etcd"_s, "program");
    std::stop_source source;
    source.request_stop();
    const auto found = store().find({source.get_token(), Clock::time_point::max(), {}}, recipe(u"etcd"_s));
    QVERIFY(!found);
    QCOMPARE(found.error().code, ErrorCode::Cancelled);
    QVERIFY(store().find(m_context, recipe(u"etcd"_s))->entry);
}

void TestStore::foldersShowFilesByTheirNames() {
    const Entry containerd = putOne(u"containerd"_s, "a program");
    const Entry cni = putOne(u"cni"_s, "a plugin");
    Entry image = putOne(u"pause-image"_s, "an image");
    image.recipe.way = Way::Image;
    const auto folder = programFolder(m_context, store(), {containerd, cni, image});
    QVERIFY2(folder, folder ? "" : qPrintable(describe(folder.error())));
    const auto contentOf = [&folder](const QString& name) {
        QFile file(*folder + u'/' + name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
    };
    QCOMPARE(contentOf(u"containerd"_s), QByteArray("a program"));
    QCOMPARE(contentOf(u"cni/cni"_s), QByteArray("a plugin"));
    QCOMPARE(contentOf(u"images/pause-image.tar"_s), QByteArray("an image"));
    QVERIFY(QFileInfo(*folder + u"/containerd"_s).isExecutable());
    QCOMPARE(*programFolder(m_context, store(), {containerd, cni, image}), *folder);
    QVERIFY(*programFolder(m_context, store(), {containerd, cni}) != *folder);
    QFile::remove(store().pathOf(cni.files.front().digest));
    QVERIFY(!programFolder(m_context, store(), {cni}));
}

void TestStore::foldersGoWithTheirFiles() {
    const Entry kept = putOne(u"etcd"_s, "kept");
    const Entry gone = putOne(u"cni"_s, "gone");
    const QString stays = *programFolder(m_context, store(), {kept});
    const QString goes = *programFolder(m_context, store(), {kept, gone});
    QVERIFY(store().prune(m_context, [&kept](const Entry& each) { return each.recipe == kept.recipe; }));
    QVERIFY(QFileInfo::exists(stays + u"/etcd"_s));
    QVERIFY(!QFileInfo::exists(goes));
}

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
