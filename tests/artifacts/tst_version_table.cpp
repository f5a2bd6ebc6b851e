// SPDX-License-Identifier: GPL-3.0-or-later
// The table of versions: what it refuses, and that the modules under resources/kubernetes/build are what it says.
#include <core/artifacts/go_build.h>
#include <core/artifacts/image_recipe.h>
#include <core/artifacts/version_table.h>
#include <core/blueprint/kubernetes.h>
#include <core/model/kubernetes.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::artifacts;
using namespace Qt::StringLiterals;

class TestVersionTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void choosesASet();
    void labsMayAskForWhatItHas();
    void hostsNameImagesThatAreMade();
    void saysWhatIsSupported();
    void refusesContradictions_data();
    void refusesContradictions();
    void expandsPatterns();
    void modulesAreOfTheTablesVersions();
    void readsTheGoLine();
};

void TestVersionTable::choosesASet() {
    const auto table = VersionTable::builtin();
    QVERIFY2(table, table ? "" : qPrintable(describe(table.error())));
    const auto newest = table->choose({});
    QVERIFY(newest);
    QCOMPARE(newest->value(u"kubernetes"_s), u"1.37.2"_s);
    QCOMPARE(*table->choose({{u"kubernetes"_s, u"1.37.2"_s}, {u"etcd"_s, u"3.7.3"_s}}), *newest);
}

void TestVersionTable::labsMayAskForWhatItHas() {
    const auto table = VersionTable::builtin();
    QStringList versions;
    for (const VersionSet& set : table->sets) {
        versions << set.value(u"kubernetes"_s);
    }
    versions.removeDuplicates();
    QCOMPARE(model::kubernetesVersions(), versions);
}

/// What kubeadm and containerd ask for by themselves is what `podleaf kube fetch` makes.
void TestVersionTable::hostsNameImagesThatAreMade() {
    const auto table = VersionTable::builtin();
    const auto recipes = builtinImages();
    QVERIFY(table && recipes);
    for (const VersionSet& set : table->sets) {
        QStringList names;
        for (const ImageRecipe& recipe : *recipes) {
            names += recipe.withVersions(set).names;
        }
        const blueprint::ClusterImages images = blueprint::clusterImages(set.value(u"kubernetes"_s));
        const QStringList wanted{images.pause, u"localhost/k8s/etcd:"_s + images.etcd, u"localhost/k8s/coredns:"_s + images.coreDns};
        for (const QString& name : wanted) {
            QVERIFY2(names.contains(name), qPrintable(name));
        }
    }
}

void TestVersionTable::saysWhatIsSupported() {
    const auto table = VersionTable::builtin();
    const auto old = table->choose({{u"kubernetes"_s, u"1.20.2"_s}});
    QVERIFY(!old);
    QCOMPARE(old.error().code, ErrorCode::InvalidInput);
    QCOMPARE(old.error().message, u"Kubernetes 1.20.2 is not supported."_s);
    QVERIFY2(old.error().hint.contains(u"Kubernetes 1.37.2"_s), qPrintable(old.error().hint));
    const auto pair = table->choose({{u"kubernetes"_s, u"1.37.2"_s}, {u"containerd"_s, u"1.6.20"_s}});
    QVERIFY(!pair);
    QCOMPARE(pair.error().message, u"containerd 1.6.20 and Kubernetes 1.37.2 do not go together."_s);
    QVERIFY2(pair.error().hint.contains(u"containerd 2.4.2"_s), qPrintable(pair.error().hint));
    QCOMPARE(table->choose({{u"docker"_s, u"1"_s}}).error().message, u"There is no component docker."_s);
}

void TestVersionTable::refusesContradictions_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("message");
    const auto component = [](const QByteArray& release, const QByteArray& build) -> QByteArray {
        return R"({"sets":[{"a":"1"}],"components":{"a":{"title":"A","programs":["p"],"download":{)" + release + R"(},"build":{)" + build +
               "}}}}";
    };
    QTest::newRow("text") << QByteArray("sets:") << u"The table of versions cannot be read."_s;
    QTest::newRow("no set") << QByteArray(R"({"components":{}})") << u"The table has no set of versions."_s;
    QTest::newRow("set lacks one") << QByteArray(R"({"sets":[{"b":"1"}],"components":{"a":{"title":"A","programs":["p"],)"
                                                 R"("download":{"url":"{program}"},"build":{"module":"a","allInOne":"."}}}})")
                                   << u"Each set of versions must name each component."_s;
    QTest::newRow("no module") << component(R"("url":"http://h/{program}")", "")
                               << u"a lacks its programs, its module or where it is published."_s;
    QTest::newRow("archive without member") << component(R"("url":"http://h/a.tgz")", R"("module":"a","allInOne":".")")
                                            << u"a is published either as programs or as members of an archive."_s;
    QTest::newRow("no package") << component(R"("url":"http://h/{program}")", R"("module":"a","packages":{"q":"."})")
                                << u"a has no package that builds p."_s;
    QTest::newRow("checksum") << component(R"("url":"http://h/{program}","sha256":{"http://h/p":"12"})", R"("module":"a","allInOne":".")")
                              << u"a has a checksum that is none: 12."_s;
}

void TestVersionTable::refusesContradictions() {
    QFETCH(QByteArray, json);
    QFETCH(QString, message);
    const auto table = VersionTable::parse(json);
    QVERIFY(!table);
    QCOMPARE(table.error().message, message);
}

void TestVersionTable::expandsPatterns() {
    QCOMPARE(expand(u"v{version} {major} {minor} {program}"_s, u"1.37.2"_s, u"kubelet"_s), u"v1.37.2 1 37 kubelet"_s);
    QCOMPARE(expand(u"{arch}"_s, {}), hostArchitecture());
}

void TestVersionTable::modulesAreOfTheTablesVersions() {
    const auto table = VersionTable::builtin();
    for (const Component& component : table->components) {
        const auto goMod = recipeFile(u"build/%1/go.mod"_s.arg(component.build.module));
        QVERIFY(goMod);
        const QByteArray wanted = " v" + table->sets.front().value(component.name).toUtf8() + '\n';
        QVERIFY2(goMod->contains(wanted), qPrintable(component.name));
        QVERIFY2(!goVersionNeeded(*goMod).isEmpty(), qPrintable(component.name));
        const auto goSum = recipeFile(u"build/%1/go.sum"_s.arg(component.build.module));
        QVERIFY2(goSum && goSum->contains(" h1:"), qPrintable(component.name));
        const bool hasOwnMain = component.build.allInOne == u"."_s || component.build.packages.values().contains(u"."_s);
        QCOMPARE(recipeFile(u"build/%1/main.go"_s.arg(component.build.module)).has_value(), hasOwnMain);
    }
}

void TestVersionTable::readsTheGoLine() {
    QCOMPARE(goVersionNeeded("module x\n\ngo 1.26.6\nrequire a v1\n"), u"1.26.6"_s);
    QCOMPARE(goVersionNeeded("module x\n"), QString());
    QVERIFY(isGoNewEnough(u"1.26.8"_s, u"1.26.6"_s));
    QVERIFY(isGoNewEnough(u"1.27"_s, u"1.26.6"_s));
    QVERIFY(!isGoNewEnough(u"1.26.5"_s, u"1.26.6"_s));
    QVERIFY(!isGoNewEnough(u"1.9"_s, u"1.26.0"_s));
    QVERIFY(!isGoNewEnough(QString(), u"1.26.0"_s));
}

QTEST_GUILESS_MAIN(TestVersionTable)
#include "tst_version_table.moc"
