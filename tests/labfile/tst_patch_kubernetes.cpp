// SPDX-License-Identifier: GPL-3.0-or-later
// Edits of the cluster as changes of a lab file's text, and what other edits mean for it.
#include "patch_cases.h"
#include "small_lab.h"

#include <core/labfile/labfile.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::model;
using namespace podleaf::test;
using namespace Qt::StringLiterals;

namespace {

SetKubernetes cluster(const QString& controlPlane = {}, const QString& services = {}) {
    return {Kubernetes{{}, NodeId(controlPlane), Ipv4Prefix::parse(services).value_or(Ipv4Prefix{})}};
}

QByteArray labWith(const QByteArray& head) {
    return withLine(1, "name: small\n" + head);
}

} // namespace

class TestPatchKubernetes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void changes_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<Edits>("edits");
        QTest::addColumn<QString>("difference");
        const auto row = [](const char* name, const QByteArray& text, const Edits& edits, const char* difference) {
            QTest::newRow(name) << text << edits << QString::fromUtf8(difference);
        };
        const NodeId host1(u"host1"_s);
        const QByteArray chosen = labWith("kubernetes: # the cluster\n  control-plane: host1 # of three\n  services: 10.100.0.0/16");
        row("on", kBase, {cluster()}, "@@ line 13 @@\n+kubernetes:\n");
        row("on, with all", kBase, {cluster(u"host2"_s, u"10.100.0.0/16"_s)},
            "@@ line 13 @@\n+kubernetes:\n+  control-plane: host2\n+  services: 10.100.0.0/16\n");
        row("off", labWith("kubernetes:"), {SetKubernetes{}}, "@@ line 2 @@\n-kubernetes:\n");
        row("off, all", chosen, {SetKubernetes{}},
            "@@ line 2 @@\n-kubernetes: # the cluster\n-  control-plane: host1 # of three\n-  services: 10.100.0.0/16\n");
        row("off, where there is none", kBase, {SetKubernetes{}}, "");
        row("another host", chosen, {cluster(u"host2"_s, u"10.100.0.0/16"_s)},
            "@@ line 3 @@\n-  control-plane: host1 # of three\n+  control-plane: host2 # of three\n");
        row("the file's choice", chosen, {cluster({}, u"10.100.0.0/16"_s)}, "@@ line 3 @@\n-  control-plane: host1 # of three\n");
        row("in an empty section", labWith("kubernetes:"), {cluster(u"host2"_s)}, "@@ line 3 @@\n+  control-plane: host2\n");
        row("in brackets", labWith("kubernetes: {}"), {cluster(u"host2"_s)},
            "@@ line 2 @@\n-kubernetes: {}\n+kubernetes: {control-plane: host2}\n");
        row("its host is renamed", chosen, {RenameNode{host1, NodeId(u"host9"_s)}},
            "@@ line 3 @@\n-  control-plane: host1 # of three\n+  control-plane: host9 # of three\n"
            "@@ line 7 @@\n-  host1: {kind: host}\n+  host9: {kind: host, asn: 4200000001, pod-cidr: 10.20.0.0/24}\n"
            "@@ line 10 @@\n-  - {name: cable1, ends: [leaf1:swp1, host1:eth1]}\n+  - {name: cable1, ends: [leaf1:swp1, host9:eth1]}\n");
        row("its host goes", chosen, {RemoveNode{host1}},
            "@@ line 3 @@\n-  control-plane: host1 # of three\n@@ line 7 @@\n-  host1: {kind: host}\n"
            "@@ line 10 @@\n-  - {name: cable1, ends: [leaf1:swp1, host1:eth1]}\n");
        row("another host comes first", labWith("kubernetes:"), {host(u"host0"_s, 1), cable(u"cable3"_s, u"leaf1:swp3"_s, u"host0:eth1"_s)},
            "@@ line 3 @@\n+  control-plane: host1\n@@ line 5 @@\n+  host0: {kind: host}\n"
            "@@ line 10 @@\n+  - {name: cable3, ends: [leaf1:swp3, host0:eth1]}\n");
    }
    void changes() {
        QFETCH(QByteArray, text);
        QFETCH(Edits, edits);
        QFETCH(QString, difference);
        const auto before = labfile::parse(text).lab;
        QVERIFY(before);
        const auto patched = labfile::patch(text, edits);
        QVERIFY2(patched, qPrintable(why(patched)));
        QCOMPARE(labfile::difference(text, patched->text), difference);
        const auto back = labfile::patch(patched->text, patched->inverse);
        QVERIFY2(back, qPrintable(why(back)));
        QVERIFY2(back->lab == *before, back->text.constData());
    }

    void whatCannotBe_data() {
        QTest::addColumn<Edits>("edits");
        QTest::addColumn<ErrorCode>("code");
        const SetPlaces given{u"web"_s, {{NodeId(u"host1"_s), Ipv4Address::parse(u"10.20.0.77")}}};
        QTest::newRow("no such host") << Edits{cluster(u"host7"_s)} << ErrorCode::NotFound;
        QTest::newRow("a leaf") << Edits{cluster(u"leaf1"_s)} << ErrorCode::InvalidInput;
        QTest::newRow("version") << Edits{SetKubernetes{Kubernetes{u"1.2.3"_s, {}, {}}}} << ErrorCode::InvalidInput;
        QTest::newRow("services among pods") << Edits{cluster({}, u"10.20.0.0/16"_s)} << ErrorCode::InvalidInput;
        QTest::newRow("addresses of pods") << Edits{cluster(), given} << ErrorCode::InvalidInput;
    }
    void whatCannotBe() {
        QFETCH(Edits, edits);
        QFETCH(ErrorCode, code);
        const auto patched = labfile::patch(kBase, edits);
        QVERIFY(!patched);
        QCOMPARE(patched.error().code, code);
    }
};

QTEST_GUILESS_MAIN(TestPatchKubernetes)
#include "tst_patch_kubernetes.moc"
