// SPDX-License-Identifier: GPL-3.0-or-later
// `podleaf kube` as a script would call it, in a cache folder of its own: what it makes without network, its JSON, its exit
// codes, and Ctrl-C.
#include <tests/e2e/podleaf_program.h>

#include <core/artifacts/entry.h>

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace podleaf::test;
using namespace Qt::StringLiterals;

class TestKubeCommand : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] PodleafProgram program() const { return PodleafProgram(m_folder->filePath(u"run"_s)); }
    ProgramResult kube(const QStringList& arguments) const { return program().run(QStringList{u"kube"_s} + arguments); }
    void useCache(const QString& name) const { qputenv("XDG_CACHE_HOME", m_folder->filePath(name).toLocal8Bit()); }
    static podleaf::artifacts::Entry oldEntry() {
        return {{u"etcd"_s, u"3.7.3"_s, podleaf::artifacts::Way::Build, podleaf::artifacts::sha256Of("an older recipe")},
                {{u"etcd"_s, podleaf::artifacts::sha256Of("gone"), 4, true}},
                QDateTime::currentDateTimeUtc(),
                u"go"_s,
                false};
    }
    /// Where the only artifact that was fetched came from.
    static QString sourceOf(const ProgramResult& result) { return result.json()[u"artifacts"_s][0][u"source"_s].toString(); }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        useCache(u"cache"_s);
        qputenv("PODLEAF_GO", "/nowhere/go");
    }
    void makesKeepsBundlesAndPrunes();
    void refusesVersionsBeforeAnything();
    void refusesWrongWords_data();
    void refusesWrongWords();
    void ctrlCEndsABuild();
};

void TestKubeCommand::makesKeepsBundlesAndPrunes() {
    const ProgramResult made = kube({u"fetch"_s, u"pause-image"_s, u"--json"_s});
    QVERIFY2(made.exitCode == 0, made.messages.constData());
    QCOMPARE(sourceOf(made), u"build"_s);
    QCOMPARE(sourceOf(kube({u"fetch"_s, u"pause-image"_s, u"--json"_s})), u"cache"_s);
    const QJsonObject listed = kube({u"list"_s, u"--json"_s}).json();
    const QJsonObject pause = listed[u"artifacts"_s].toArray().at(0).toObject();
    QCOMPARE(pause[u"name"_s].toString(), u"pause-image"_s);
    QCOMPARE(pause[u"version"_s].toString(), u"3.10.2"_s);
    QCOMPARE(listed[u"disk"_s][u"artifactsBytes"_s].toInteger(), pause[u"bytes"_s].toInteger());
    QVERIFY(kube({u"list"_s}).output.startsWith("pause-image (image)"));
    const QString file = m_folder->filePath(u"bundle"_s);
    const ProgramResult bundled = kube({u"bundle"_s, file, u"--json"_s});
    QVERIFY2(bundled.exitCode == 0, bundled.messages.constData());
    QVERIFY(bundled.json()[u"missing"_s].toArray().contains(u"kubernetes"_s));
    useCache(u"other"_s);
    QCOMPARE(sourceOf(kube({u"fetch"_s, u"pause-image"_s, u"--from-bundle"_s, file, u"--json"_s})), u"bundle"_s);
    QFile half(m_folder->filePath(u"other/podleaf/artifacts/partial/half"_s));
    QVERIFY(half.open(QIODevice::WriteOnly) && half.write("half") == 4 && half.flush());
    // What an older recipe made is no longer needed.
    QFile old(m_folder->filePath(u"other/podleaf/artifacts/index/"_s + oldEntry().recipe.key() + u".json"_s));
    QVERIFY(old.open(QIODevice::WriteOnly));
    old.write(QJsonDocument(oldEntry().toJson()).toJson());
    old.close();
    QCOMPARE(kube({u"list"_s, u"--json"_s}).json()[u"artifacts"_s].toArray().size(), 2);
    QCOMPARE(kube({u"prune"_s, u"--json"_s}).json()[u"removedBytes"_s].toInteger(), 4);
    QCOMPARE(kube({u"list"_s, u"--json"_s}).json()[u"artifacts"_s].toArray().size(), 1);
    QCOMPARE(sourceOf(kube({u"fetch"_s, u"pause-image"_s, u"--json"_s})), u"cache"_s);
}

void TestKubeCommand::refusesVersionsBeforeAnything() {
    const ProgramResult refused = kube({u"fetch"_s, u"--version"_s, u"1.20.2"_s});
    QCOMPARE(refused.exitCode, 2);
    QVERIFY2(refused.messages.startsWith("Kubernetes 1.20.2 is not supported.\nHint: Supported: "), refused.messages.constData());
    QVERIFY(!QDir(m_folder->filePath(u"cache"_s)).exists());
}

void TestKubeCommand::refusesWrongWords_data() {
    QTest::addColumn<QString>("words");
    for (const char* words : {"", "burn", "list all", "bundle", "bundle a b", "fetch docker", "fetch pause-image docker",
                              "fetch pause-image --from-bundle /none"}) {
        QTest::newRow(words) << QString::fromLatin1(words);
    }
}

void TestKubeCommand::refusesWrongWords() {
    QFETCH(QString, words);
    const ProgramResult refused = kube(words.split(u' ', Qt::SkipEmptyParts));
    QCOMPARE(refused.exitCode, 2);
    QVERIFY(!refused.messages.isEmpty());
}

void TestKubeCommand::ctrlCEndsABuild() {
    QFile go(m_folder->filePath(u"go"_s));
    QVERIFY(go.open(QIODevice::WriteOnly));
    go.write("#!/bin/sh\n[ \"$1\" = env ] && { echo go1.99.1; exit; }\nsleep 1000\n");
    go.close();
    go.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
    qputenv("PODLEAF_GO", go.fileName().toLocal8Bit());
    QProcess process;
    program().start(process, {u"kube"_s, u"fetch"_s, u"coredns"_s, u"--json"_s});
    QByteArray messages;
    const bool isBuilding = QTest::qWaitFor(
        [&] {
            messages += process.readAllStandardError();
            return messages.contains("Building coredns");
        },
        30'000);
    QVERIFY2(isBuilding, messages.constData());
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 130);
    QVERIFY(QDir(m_folder->filePath(u"cache/podleaf/artifacts/scratch"_s)).isEmpty());
}

QTEST_GUILESS_MAIN(TestKubeCommand)
#include "tst_kube_command.moc"
