// SPDX-License-Identifier: GPL-3.0-or-later
// What the nodes of the built-in labs hold, against tests/blueprint/golden-labs/LAB/NODE.txt: one file a node with all
// that was rendered into it. PODLEAF_UPDATE_GOLDEN=1 rewrites them; read the difference before committing.
#include <core/blueprint/blueprint.h>
#include <core/labfile/labfile.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTest>

#include <algorithm>

using namespace podleaf;
using namespace Qt::StringLiterals;

namespace {

model::Lab labNamed(const QString& name) {
    const auto source = labfile::load(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/") + name + u"/lab.yaml"_s);
    return source && source->parsed.lab ? *source->parsed.lab : model::Lab{};
}

/// All of a blueprint but the scripts, which are the same everywhere (tests/blueprint/golden has them).
QByteArray textOf(const blueprint::NodeBlueprint& node) {
    QString text = u"hostname %1\n"_s.arg(node.hostname);
    for (const blueprint::Sysctl& sysctl : node.sysctls) {
        text += u"sysctl %1=%2\n"_s.arg(sysctl.key, sysctl.value);
    }
    for (const QString& bridge : node.bridges) {
        text += u"bridge %1\n"_s.arg(bridge);
    }
    for (const blueprint::InterfaceAddress& address : node.addresses) {
        text += u"address %1 %2\n"_s.arg(address.interface, address.address.toString());
    }
    for (const blueprint::StaticRoute& route : node.routes) {
        text += u"route %1 via %2%3\n"_s.arg(route.destination.toString(), route.via.toString(),
                                             route.source ? u" source "_s + route.source->toString() : QString());
    }
    for (const blueprint::Service& service : node.services) {
        text += u"service %1 after [%2]\n  %3\n"_s.arg(service.name, service.after.join(u' '), service.command.join(u' '));
    }
    for (const blueprint::File& file : node.files) {
        text += u"\n==== %1 %2 %3\n"_s.arg(file.path, QString::number(file.mode, 8), file.owner);
        text += file.content.startsWith("#!") ? u"(a script)\n"_s : QString::fromUtf8(file.content);
    }
    return text.toUtf8();
}

} // namespace

class TestBlueprintLabs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void goldenFolderHoldsNothingElse();
    void leasedHostsAreByteIdentical();
    void servicesComeAfterServicesThatExist();
};

void TestBlueprintLabs::golden_data() {
    QTest::addColumn<QString>("lab");
    QTest::addColumn<QString>("node");
    const QList<std::pair<QString, QStringList>> nodes{{u"tutorial-2016"_s, {u"leaf1"_s, u"host1"_s}},
                                                       {u"unnumbered"_s, {u"leaf1"_s, u"host1"_s}},
                                                       {u"two-leaf-ecmp"_s, {u"leaf2"_s, u"host1"_s}},
                                                       {u"leaf-spine"_s, {u"spine1"_s, u"leaf1"_s}},
                                                       {u"dhcp-relay"_s, {u"dhcp1"_s, u"leaf1"_s}}};
    for (const auto& [lab, names] : nodes) {
        for (const QString& name : names) {
            QTest::addRow("%s/%s", qPrintable(lab), qPrintable(name)) << lab << name;
        }
    }
}

void TestBlueprintLabs::golden() {
    QFETCH(QString, lab);
    QFETCH(QString, node);
    const model::Lab parsed = labNamed(lab);
    const model::Node* found = parsed.findNode(NodeId(node));
    QVERIFY(found != nullptr);
    const QByteArray actual = textOf(blueprint::blueprintOf(parsed, *found));
    const QString path = QStringLiteral(PODLEAF_SOURCE_DIR "/tests/blueprint/golden-labs/%1/%2.txt").arg(lab, node);
    QFile file(path);
    if (qEnvironmentVariableIsSet("PODLEAF_UPDATE_GOLDEN")) {
        QDir().mkpath(QFileInfo(path).path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(actual);
        file.close();
    }
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(path));
    const QByteArray golden = file.readAll();
    if (golden != actual) {
        qWarning().noquote() << path << "should hold:\n" << actual;
    }
    QVERIFY2(golden == actual, qPrintable(path));
}

void TestBlueprintLabs::goldenFolderHoldsNothingElse() {
    const QDir folder(QStringLiteral(PODLEAF_SOURCE_DIR "/tests/blueprint/golden-labs"));
    qsizetype files = 0;
    const QStringList labs = folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& lab : labs) {
        files += QDir(folder.filePath(lab)).entryList(QDir::Files).size();
    }
    QCOMPARE(files, 10);
}

void TestBlueprintLabs::leasedHostsAreByteIdentical() {
    for (const QString& name : {u"tutorial-2016"_s, u"two-leaf-ecmp"_s, u"leaf-spine"_s, u"dhcp-relay"_s}) {
        const model::Lab lab = labNamed(name);
        std::optional<blueprint::NodeBlueprint> first;
        for (const model::Node& node : lab.nodes) {
            if (node.kind != model::NodeKind::Host) {
                continue;
            }
            blueprint::NodeBlueprint own = blueprint::blueprintOf(lab, node);
            own.hostname.clear();
            first = first.value_or(own);
            QVERIFY2(own == *first, qPrintable(name + u' ' + node.id.name));
        }
        QVERIFY(first);
    }
}

void TestBlueprintLabs::servicesComeAfterServicesThatExist() {
    for (const QString& name : {u"tutorial-2016"_s, u"unnumbered"_s, u"two-leaf-ecmp"_s, u"leaf-spine"_s, u"dhcp-relay"_s}) {
        const model::Lab lab = labNamed(name);
        QVERIFY(!lab.nodes.empty());
        for (const model::Node& node : lab.nodes) {
            QStringList seen;
            for (const blueprint::Service& service : blueprint::blueprintOf(lab, node).services) {
                QVERIFY(std::ranges::all_of(service.after, [&seen](const QString& earlier) { return seen.contains(earlier); }));
                QVERIFY(!seen.contains(service.name));
                seen << service.name;
            }
        }
    }
}

QTEST_GUILESS_MAIN(TestBlueprintLabs)
#include "tst_blueprint_labs.moc"
