// SPDX-License-Identifier: GPL-3.0-or-later
// `engine` and `simulation`: what is read, what is reported, and that it is written back.
#include <core/labfile/labfile.h>

#include <QTest>

using namespace podleaf;
using namespace Qt::StringLiterals;
using What = model::SimulationEvent::What;

namespace {

QByteArray labWith(const QByteArray& head) {
    return "name: a\n" + head +
           "nodes: {leaf1: {kind: leaf}, host1: {kind: host}}\nlinks: [{name: cable, ends: [leaf1:swp1, host1:eth1]}]\n";
}

} // namespace

class TestLabfileSimulation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void usuallyNothingIsSimulated() {
        const auto parsed = labfile::parse(labWith({}));
        QVERIFY(parsed.lab);
        QCOMPARE(parsed.lab->engine, model::EngineKind::Namespaces);
        QVERIFY(!labfile::toYaml(*parsed.lab).contains("engine"));
        QCOMPARE(labfile::parse(labWith("engine: namespaces\n")).lab, parsed.lab);
    }

    void theScriptIsReadInOrderOfTime() {
        const auto parsed = labfile::parse(labWith("engine: simulated\nsimulation:\n  seed: 7\n  events:\n"
                                                   "    - {at: 9s, storm: 50}\n    - {at: 2, cut: cable}\n    - {at: 3s, join: cable}\n"
                                                   "    - {at: 4s, kill: bgpd, on: leaf1}\n    - {at: 5s, start: bgpd, on: leaf1}\n"
                                                   "    - {at: 9s, storm: 60, for: 3s}\n"));
        QVERIFY2(parsed.lab, qPrintable(labfile::describe(u"a"_s, parsed.findings)));
        const model::Simulation& simulation = parsed.lab->simulation;
        QCOMPARE(simulation.seed, 7U);
        QCOMPARE(simulation.events.size(), std::size_t{6});
        QCOMPARE(simulation.events[0].what, What::Cut);
        QCOMPARE(simulation.events[0].link.name, u"cable"_s);
        QCOMPARE(simulation.events[2].node.name, u"leaf1"_s);
        QCOMPARE(simulation.events[2].service, u"bgpd"_s);
        QCOMPARE(simulation.events[4].rate, 50U);
        QCOMPARE(simulation.events[4].lasts, std::chrono::seconds(10));
        QCOMPARE(simulation.events[5].lasts, std::chrono::seconds(3));
        const auto again = labfile::parse(labfile::toYaml(*parsed.lab));
        QVERIFY(again.lab);
        QCOMPARE(*again.lab, *parsed.lab);
    }

    void mistakesAreTold_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("message");
        QTest::newRow("engine") << QByteArray("engine: docker\n") << 2 << u"\"docker\" is not supported as engine."_s;
        QTest::newRow("not simulated") << QByteArray("simulation: {seed: 1}\n") << 2 << u"Only a simulated lab has a simulation."_s;
        const auto event = [](const char* name, const char* text, const QString& message) {
            QTest::newRow(name) << QByteArray("engine: simulated\nsimulation:\n  events:\n    - ") + text + "\n" << 5 << message;
        };
        event("no time", "{cut: cable}", u"The event has no time."_s);
        event("no verb", "{at: 2s}", u"An event is one of cut, join, kill, start and storm."_s);
        event("two verbs", "{at: 2s, cut: cable, join: cable}", u"An event is one of cut, join, kill, start and storm."_s);
        event("no mapping", "cut", u"An event must be a mapping."_s);
        event("link", "{at: 2s, cut: cabel}", u"There is no link \"cabel\"."_s);
        event("daemon", "{at: 2s, kill: bgp, on: leaf1}", u"\"bgp\" is no daemon of a node."_s);
        event("node", "{at: 2s, kill: bgpd, on: leaf9}", u"There is no node \"leaf9\"."_s);
        event("where", "{at: 2s, kill: bgpd}", u"The event does not say on which node."_s);
        event("key", "{at: 2s, cut: cable, cutt: cable}", u"Unknown key \"cutt\" in the event."_s);
    }

    void mistakesAreTold() {
        QFETCH(QByteArray, head);
        QFETCH(int, line);
        QFETCH(QString, message);
        const auto parsed = labfile::parse(labWith(head));
        QVERIFY(!parsed.lab);
        const auto it = std::ranges::find(parsed.findings, message, &model::Finding::message);
        QVERIFY2(it != parsed.findings.end(), qPrintable(labfile::describe(u"a"_s, parsed.findings)));
        QCOMPARE(it->line, line);
    }
};

QTEST_GUILESS_MAIN(TestLabfileSimulation)
#include "tst_labfile_simulation.moc"
