// SPDX-License-Identifier: GPL-3.0-or-later
// Bundles: from one store into another, and what is refused.
#include <core/artifacts/bundle.h>
#include <core/artifacts/fetcher.h>
#include <core/artifacts/program.h>

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace podleaf;
using namespace podleaf::artifacts;
using namespace Qt::StringLiterals;

class TestBundle : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    OpContext m_context;
    VersionTable m_table;

    [[nodiscard]] QString path(const QString& name) const { return m_folder->filePath(name); }
    [[nodiscard]] Store store(const QString& name) const { return *Store::open(path(name)); }
    /// etcd as a build would have left it.
    [[nodiscard]] Entry putEtcd(const Store& into, const QByteArray& content) const {
        QFile file(path(u"new"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) < 0) {
            qFatal("cannot write");
        }
        file.close();
        const auto stored = into.adopt(m_context, file.fileName(), u"etcd"_s, /*isExecutable=*/true);
        Entry entry{recipesOf(*m_table.find(u"etcd"_s), u"3.7.3"_s)->back(), {*stored}, QDateTime::currentDateTimeUtc(), u"go"_s, false};
        if (!into.put(entry)) {
            qFatal("cannot put");
        }
        return entry;
    }
    /// A bundle of whatever lies in the folder.
    void pack(const QString& folder, const QStringList& members, const QString& bundle) const {
        QVERIFY(runProgram(m_context, {u"tar"_s, QStringList{u"-cf"_s, path(u"x.tar"_s)} + members, folder, {}, {}}));
        QVERIFY(runProgram(m_context, {u"zstd"_s, {u"-qf"_s, path(u"x.tar"_s), u"-o"_s, bundle}, {}, {}, {}}));
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_table = *VersionTable::builtin();
        qputenv("PODLEAF_GO", "/nowhere/go");
    }
    void fromOneStoreToAnother();
    void fetcherTakesWhatIsMissing();
    void aBundleThatIsNoneIsAnError();
    void refusesAForgedBlob();
    void refusesAHalfBundle();
    void stops();
};

void TestBundle::fromOneStoreToAnother() {
    const Entry etcd = putEtcd(store(u"a"_s), QByteArray(100'000, 'e'));
    const auto size = writeBundle(m_context, store(u"a"_s), {etcd, etcd}, path(u"bundle"_s));
    QVERIFY2(size, size ? "" : qPrintable(describe(size.error())));
    QVERIFY(*size < 10'000);
    QCOMPARE(*size, QFileInfo(path(u"bundle"_s)).size());
    QCOMPARE(*readBundle(m_context, store(u"b"_s), path(u"bundle"_s)), 2);
    const auto found = store(u"b"_s).find(m_context, etcd.recipe);
    QVERIFY(found && found->entry);
    QCOMPARE(found->entry->files, etcd.files);
    QVERIFY(found->entry->fromBundle);
    QVERIFY(QFileInfo(store(u"b"_s).pathOf(etcd.files.front().digest)).isExecutable());
    QCOMPARE(store(u"a"_s).diskUse().unused + store(u"b"_s).diskUse().unused, 0);
}

void TestBundle::fetcherTakesWhatIsMissing() {
    const Entry etcd = putEtcd(store(u"a"_s), "etcd");
    QVERIFY(writeBundle(m_context, store(u"a"_s), {etcd}, path(u"bundle"_s)));
    const Store empty = store(u"b"_s);
    for (Component& component : m_table.components) {
        component.release.sums = u"http://127.0.0.1:1/sums"_s; // nobody there
    }
    Fetcher fetcher(empty, m_table, {path(u"bundle"_s), {}, {}});
    const auto fetched = fetcher.programs(m_context, u"etcd"_s, u"3.7.3"_s);
    QVERIFY2(fetched, fetched ? "" : qPrintable(describe(fetched.error())));
    QCOMPARE(fetched->source, Source::Bundle);
    const auto other = fetcher.programs(m_context, u"cni"_s, u"1.9.1"_s);
    QVERIFY(!other);
    QVERIFY2(other.error().detail.contains(u"bundle: it is not in "_s), qPrintable(other.error().detail));
    QVERIFY2(other.error().detail.contains(u"download: Cannot reach 127.0.0.1."_s), qPrintable(other.error().detail));
}

void TestBundle::aBundleThatIsNoneIsAnError() {
    QCOMPARE(readBundle(m_context, store(u"b"_s), path(u"none"_s)).error().code, ErrorCode::NotFound);
    QFile file(path(u"text"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("text");
    file.close();
    const auto text = readBundle(m_context, store(u"b"_s), path(u"text"_s));
    QVERIFY(!text);
    QCOMPARE(text.error().code, ErrorCode::InvalidInput);
    pack(m_folder->path(), {u"text"_s}, path(u"unmarked"_s));
    const auto unmarked = readBundle(m_context, store(u"b"_s), path(u"unmarked"_s));
    QVERIFY(!unmarked);
    QCOMPARE(unmarked.error().detail, u"Its mark is missing."_s);
}

void TestBundle::refusesAForgedBlob() {
    const Entry etcd = putEtcd(store(u"a"_s), "etcd");
    const Digest digest = etcd.files.front().digest;
    QVERIFY(QFile::remove(store(u"a"_s).pathOf(digest)));
    QFile forged(store(u"a"_s).pathOf(digest));
    QVERIFY(forged.open(QIODevice::WriteOnly));
    forged.write("evil");
    forged.close();
    QFile mark(path(u"a/podleaf-bundle-1"_s));
    QVERIFY(mark.open(QIODevice::WriteOnly));
    pack(path(u"a"_s), {u"podleaf-bundle-1"_s, u"index/"_s + etcd.recipe.key() + u".json"_s, u"blobs/"_s + digest}, path(u"bundle"_s));
    const auto read = readBundle(m_context, store(u"b"_s), path(u"bundle"_s));
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::InvalidInput);
    QCOMPARE(read.error().message, u"A file of the bundle is not what its name says."_s);
    QVERIFY(store(u"b"_s).entries().empty());
    pack(path(u"a"_s), {u"podleaf-bundle-1"_s, u"index/"_s + etcd.recipe.key() + u".json"_s}, path(u"bundle"_s));
    const auto lacks = readBundle(m_context, store(u"b"_s), path(u"bundle"_s));
    QVERIFY(!lacks);
    QCOMPARE(lacks.error().detail, u"It lacks etcd of etcd."_s);
}

void TestBundle::refusesAHalfBundle() {
    QByteArray noise;
    for (int i = 0; i < 5000; ++i) {
        noise += sha256Of(QByteArray::number(i)).toUtf8();
    }
    QVERIFY(writeBundle(m_context, store(u"a"_s), {putEtcd(store(u"a"_s), noise)}, path(u"bundle"_s)));
    QVERIFY(QFile::resize(path(u"bundle"_s), QFileInfo(path(u"bundle"_s)).size() / 2));
    const auto read = readBundle(m_context, store(u"b"_s), path(u"bundle"_s));
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::InvalidInput);
    QVERIFY(store(u"b"_s).entries().empty());
}

void TestBundle::stops() {
    const Entry etcd = putEtcd(store(u"a"_s), "etcd");
    std::stop_source source;
    source.request_stop();
    const auto size = writeBundle({source.get_token(), Clock::time_point::max(), {}}, store(u"a"_s), {etcd}, path(u"bundle"_s));
    QVERIFY(!size);
    QCOMPARE(size.error().code, ErrorCode::Cancelled);
    QVERIFY(!QFileInfo::exists(path(u"bundle"_s)));
    QCOMPARE(store(u"a"_s).diskUse().unused, 0);
}

QTEST_GUILESS_MAIN(TestBundle)
#include "tst_bundle.moc"
