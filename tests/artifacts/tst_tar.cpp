// SPDX-License-Identifier: GPL-3.0-or-later
// The tar writer against GNU tar and the reader against both, and against what is no archive.
#include <core/artifacts/program.h>
#include <core/artifacts/tar.h>

#include <QBuffer>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace podleaf;
using namespace podleaf::artifacts;
using namespace Qt::StringLiterals;

namespace {

TarMember file(const QString& name, qsizetype size) {
    return {name, TarKind::File, 0640, 7, 8, {}, size, 0};
}

Result<std::vector<TarMember>> list(const QByteArray& archive, std::size_t most = 100) {
    QBuffer buffer;
    buffer.setData(archive);
    buffer.open(QIODevice::ReadOnly);
    return listTar(buffer, most);
}

class Archive {
public:
    QByteArray bytes;
    TarWriter writer{[this](QByteArrayView more) {
        bytes.append(more.data(), more.size());
        return Result<>();
    }};
};

} // namespace

class TestTar : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatItWrites();
    void gnuTarReadsIt();
    void readsGnuAndPaxNames_data();
    void readsGnuAndPaxNames();
    void refusesTooLongNames();
    void refusesWhatIsNone();
    void everyCutIsNoticed();
    void bentBytesDoNoHarm();
};

void TestTar::readsWhatItWrites() {
    Archive archive;
    const QString longName = QString(120, u'd') + u'/' + QString(90, u'f');
    QVERIFY(archive.writer.add(file(u"a"_s, 5), QByteArrayView("hello")));
    QVERIFY(archive.writer.add({u"l"_s, TarKind::Link, 0777, 0, 0, u"a"_s, 0, 0}, QByteArrayView()));
    QVERIFY(archive.writer.add({u"d"_s, TarKind::Folder, 01777, 0, 0, {}, 0, 0}, QByteArrayView()));
    QBuffer content;
    content.setData(QByteArray(3'000'000, 'x'));
    content.open(QIODevice::ReadOnly);
    QVERIFY(archive.writer.add(file(longName, 3'000'000), content));
    QVERIFY(archive.writer.finish());
    const auto members = list(archive.bytes);
    QVERIFY(members);
    QCOMPARE(members->size(), 4U);
    const TarMember& first = members->front();
    QCOMPARE(first.name, u"a"_s);
    QCOMPARE(first.mode, 0640);
    QCOMPARE(first.user, 7);
    QCOMPARE(first.group, 8);
    QCOMPARE(archive.bytes.mid(first.offset, first.size), "hello");
    QCOMPARE((*members)[1].target, u"a"_s);
    QCOMPARE((*members)[2].kind, TarKind::Folder);
    QCOMPARE((*members)[2].mode, 01777);
    QCOMPARE(members->back().name, longName);
    QCOMPARE(members->back().size, 3'000'000);
}

void TestTar::gnuTarReadsIt() {
    Archive archive;
    QVERIFY(archive.writer.add(file(u"folder/a"_s, 5), QByteArrayView("hello")));
    QVERIFY(archive.writer.finish());
    const QTemporaryDir folder;
    QFile written(folder.filePath(u"a.tar"_s));
    QVERIFY(written.open(QIODevice::WriteOnly));
    written.write(archive.bytes);
    written.close();
    const auto content = runProgram({}, {u"tar"_s, {u"-xOf"_s, written.fileName(), u"folder/a"_s}, {}, {}, {}});
    QVERIFY2(content, content ? "" : qPrintable(describe(content.error())));
    QCOMPARE(*content, "hello");
}

void TestTar::readsGnuAndPaxNames_data() {
    QTest::addColumn<QString>("format");
    QTest::newRow("gnu") << u"--format=gnu"_s;
    QTest::newRow("pax") << u"--format=pax"_s;
    QTest::newRow("ustar") << u"--format=ustar"_s;
}

void TestTar::readsGnuAndPaxNames() {
    QFETCH(QString, format);
    const QTemporaryDir folder;
    const QString name = QString(80, u'd') + u'/' + QString(90, u'f');
    QVERIFY(QDir().mkpath(folder.filePath(name.section(u'/', 0, 0))));
    QFile made(folder.filePath(name));
    QVERIFY(made.open(QIODevice::WriteOnly));
    made.write("hello");
    made.close();
    QVERIFY(QFile::link(QString(90, u't'), folder.filePath(u"link"_s)));
    const auto archive = runProgram({}, {u"tar"_s, {format, u"-cf"_s, u"-"_s, name, u"link"_s}, folder.path(), {}, {}});
    QVERIFY(archive);
    const auto members = list(*archive);
    QVERIFY(members);
    QCOMPARE(members->size(), 2U);
    QCOMPARE(members->front().name, name);
    QCOMPARE(archive->mid(members->front().offset, members->front().size), "hello");
    QCOMPARE(members->back().target, QString(90, u't'));
}

void TestTar::refusesTooLongNames() {
    Archive archive;
    QVERIFY(!archive.writer.add(file(QString(101, u'f'), 0), QByteArrayView()));
    QVERIFY(!archive.writer.add(file(QString(156, u'd') + u"/f"_s, 0), QByteArrayView()));
    QVERIFY(!archive.writer.add({u"l"_s, TarKind::Link, 0777, 0, 0, QString(101, u't'), 0, 0}, QByteArrayView()));
    QCOMPARE(archive.bytes, QByteArray());
}

void TestTar::refusesWhatIsNone() {
    QVERIFY(!list({}));
    QVERIFY(!list(QByteArray(4096, 'x')));
    QVERIFY(list(QByteArray(1024, '\0')));
    Archive archive;
    QVERIFY(archive.writer.add(file(u"a"_s, 0), QByteArrayView()));
    QVERIFY(archive.writer.add(file(u"b"_s, 0), QByteArrayView()));
    QVERIFY(archive.writer.finish());
    QVERIFY(!list(archive.bytes, 1));
}

void TestTar::everyCutIsNoticed() {
    Archive archive;
    QVERIFY(archive.writer.add(file(u"a"_s, 700), QByteArray(700, 'x')));
    const QByteArray withoutEnd = archive.bytes;
    for (qsizetype size = 0; size <= withoutEnd.size(); size += 64) {
        QVERIFY2(!list(withoutEnd.left(size)), qPrintable(QString::number(size)));
    }
}

void TestTar::bentBytesDoNoHarm() {
    Archive archive;
    QVERIFY(archive.writer.add(file(u"a"_s, 5), QByteArrayView("hello")));
    QVERIFY(archive.writer.finish());
    for (qsizetype at = 0; at < 512; at += at == 154 ? 2 : 1) { // 155 ends the sum, whatever it is
        QByteArray bent = archive.bytes;
        bent[at] = static_cast<char>(bent[at] ^ 0x15);
        QVERIFY2(!list(bent), qPrintable(QString::number(at))); // its sum is another
    }
}

QTEST_GUILESS_MAIN(TestTar)
#include "tst_tar.moc"
