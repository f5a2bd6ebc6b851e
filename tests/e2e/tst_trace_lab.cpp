// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf trace on the real tutorial, held against what the kernels themselves say (ip route get) and against
// packets that go the way (traceroute).
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>

#include <QJsonDocument>
#include <QMap>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using podleaf::test::findIn;
using podleaf::test::PodleafProgram;
using podleaf::test::ProgramResult;

namespace {

const QString kLab = QStringLiteral("tutorial");

QString s(const char* text) {
    return QString::fromUtf8(text);
}

QStringList everyone() {
    return {s("leaf1"), s("host1"), s("host2"), s("host3"), s("my-nginx-1"), s("my-nginx-2")};
}

/// The nodes and pods of a way, in order.
QStringList namesOf(const QJsonObject& way) {
    QStringList names;
    for (const QJsonValue& hop : way[s("hops")].toArray()) {
        names.append(hop.toObject()[s("node")].toString());
    }
    return names;
}

QString reasonOf(const QJsonObject& way) {
    const QJsonObject stops = way[s("stops")].toObject();
    return stops.isEmpty() ? QString() : stops[s("node")].toString() + s(": ") + stops[s("reason")].toString();
}

} // namespace

class TraceLabTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanupTestCase();
    void everyHopIsTheKernelsOwn();
    void routeSaysTheSource();
    void packetsGoTheWay();
    void cutCableIsTheReason();
    void wrongRouteGoesInCircles();
    void discardedOnTheWay();
    void mistakesSayWhatIsThere();

private:
    ProgramResult run(const QStringList& arguments) const { return PodleafProgram(m_runFolder).run(arguments); }
    ProgramResult exec(const QString& node, const QStringList& command) const {
        return run(QStringList{s("exec"), kLab, node, s("--")} + command);
    }
    QJsonObject trace(const QString& from, const QString& to) const { return run({s("trace"), kLab, from, to, s("--json")}).json(); }
    void checkWay(const QJsonObject& way, const QString& to) const;
    QMap<QString, QString> namesByAddress() const;

    QTemporaryDir m_folder;
    QString m_runFolder;
};

void TraceLabTest::initTestCase() {
    QVERIFY(m_folder.isValid());
    m_runFolder = m_folder.path() + s("/run");
}

void TraceLabTest::init() {
    const auto up = run({s("up"), kLab});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
}

void TraceLabTest::cleanupTestCase() {
    if (!m_runFolder.isEmpty()) {
        QCOMPARE(run({s("down"), kLab}).exitCode, 0);
    }
}

/// Each hop's gateway and port are what the kernel there would take for a packet to `to`.
void TraceLabTest::checkWay(const QJsonObject& way, const QString& to) const {
    QVERIFY2(way[s("ok")].toBool(), qPrintable(reasonOf(way)));
    for (const QJsonValue& value : way[s("hops")].toArray()) {
        const QJsonObject hop = value.toObject();
        const QString at = hop[s("node")].toString();
        const auto asked = exec(at, {s("ip"), s("-j"), s("route"), s("get"), to});
        QVERIFY2(asked.exitCode == 0, asked.messages.constData());
        const QJsonObject kernel = QJsonDocument::fromJson(asked.output).array().first().toObject();
        QCOMPARE(hop[s("arrives")].toBool(), kernel[s("type")].toString() == s("local"));
        if (!hop[s("arrives")].toBool()) {
            const QJsonArray next = hop[s("next")].toArray();
            QCOMPARE(next.size(), 1);
            QCOMPARE(at + s(" via ") + next[0][s("via")].toString(), at + s(" via ") + kernel[s("gateway")].toString());
            QCOMPARE(at + s(" dev ") + next[0][s("interface")].toString(), at + s(" dev ") + kernel[s("dev")].toString());
        }
    }
}

void TraceLabTest::everyHopIsTheKernelsOwn() {
    const QStringList names = everyone();
    for (auto first = names.begin(); first != names.end(); ++first) {
        for (auto second = first; second != names.end(); ++second) { // the way back is a part of each trace
            const QString& from = *first;
            const QString& to = *second;
            const QJsonObject traced = trace(from, to);
            const QString target = traced[s("to")][s("address")].toString();
            const QString source = traced[s("from")][s("address")].toString();
            QVERIFY2(traced[s("asIntended")].toBool(), qPrintable(from + s(" to ") + to));
            checkWay(traced, target);
            checkWay(traced[s("back")].toObject(), source);
            // And it asks from the address that its kernel chooses.
            const auto asked = exec(from, {s("ip"), s("-j"), s("route"), s("get"), target});
            QCOMPARE(QJsonDocument::fromJson(asked.output).array().first()[s("prefsrc")].toString(), source);
        }
    }
}

void TraceLabTest::routeSaysTheSource() {
    const QStringList more{s("172.16.0.8/30"), s("via"), s("172.16.0.5"), s("src"), s("10.20.1.1")};
    QCOMPARE(exec(s("host2"), QStringList{s("ip"), s("route"), s("add")} + more).exitCode, 0);
    const QJsonObject traced = trace(s("host2"), s("host3"));
    QCOMPARE(traced[s("from")][s("address")].toString(), s("10.20.1.1"));
    checkWay(traced[s("back")].toObject(), s("10.20.1.1"));
    QCOMPARE(exec(s("host2"), QStringList{s("ip"), s("route"), s("del")} + more).exitCode, 0);
}

QMap<QString, QString> TraceLabTest::namesByAddress() const {
    QMap<QString, QString> names;
    const QJsonObject status = PodleafProgram(m_runFolder).status(kLab);
    for (const QJsonValue& node : status[s("nodes")].toArray()) {
        for (const QJsonValue& address : node[s("addresses")].toArray()) {
            names.insert(address.toString().section(QLatin1Char('/'), 0, 0), node[s("name")].toString());
        }
    }
    for (const QJsonValue& pod : status[s("pods")].toArray()) {
        names.insert(pod[s("ip")].toString(), pod[s("name")].toString());
    }
    return names;
}

void TraceLabTest::packetsGoTheWay() {
    const QMap<QString, QString> names = namesByAddress();
    for (const auto& [from, to] : {std::pair(s("my-nginx-1"), s("my-nginx-2")), std::pair(s("host1"), s("my-nginx-1")),
                                   std::pair(s("leaf1"), s("my-nginx-2")), std::pair(s("host2"), s("host3"))}) {
        const QJsonObject traced = trace(from, to);
        const auto sent = exec(from, {s("traceroute"), s("-n"), s("-q1"), s("-w5"), s("-m16"), traced[s("to")][s("address")].toString()});
        QVERIFY2(sent.exitCode == 0, sent.messages.constData());
        QStringList seen{from};
        const QStringList lines = QString::fromUtf8(sent.output).split(QLatin1Char('\n'), Qt::SkipEmptyParts).mid(1);
        for (const QString& line : lines) {
            const QString address = line.simplified().section(QLatin1Char(' '), 1, 1);
            seen.append(names.value(address, address));
        }
        QCOMPARE(seen, namesOf(traced));
    }
}

void TraceLabTest::cutCableIsTheReason() {
    QCOMPARE(run({s("link"), kLab, s("intnet2"), s("cut")}).exitCode, 0);
    const QString reason = s("leaf1: leaf1 has no route to 10.20.1.0/24: the session to host2 is not Established because intnet2 is cut.");
    QTRY_COMPARE_WITH_TIMEOUT(reasonOf(trace(s("host1"), s("my-nginx-1"))), reason, 10'000);
    const auto traced = run({s("trace"), kLab, s("host1"), s("my-nginx-1"), s("--json")});
    QCOMPARE(traced.exitCode, 1);
    QCOMPARE(traced.json()[s("ok")].toBool(true), false);
    QCOMPARE(traced.json()[s("asIntended")].toBool(true), false);
    QCOMPARE(reasonOf(traced.json()[s("back")].toObject()), s("host2: host2 has no route to 172.16.0.2: intnet2 is cut."));
    // Intent does not change by what happens.
    QJsonArray intended = traced.json()[s("intended")].toArray();
    QCOMPARE(namesOf({{s("hops"), intended}}), (QStringList{s("host1"), s("leaf1"), s("host2"), s("my-nginx-1")}));
    QCOMPARE(run({s("link"), kLab, s("intnet2"), s("join")}).exitCode, 0);
    QTRY_VERIFY_WITH_TIMEOUT(trace(s("host1"), s("my-nginx-1"))[s("asIntended")].toBool(), 10'000);
}

void TraceLabTest::wrongRouteGoesInCircles() {
    const QStringList wrong{s("10.20.1.0/24"), s("via"), s("172.16.0.2"), s("metric"), s("1")};
    QCOMPARE(exec(s("leaf1"), QStringList{s("ip"), s("route"), s("add")} + wrong).exitCode, 0);
    const QJsonObject traced = trace(s("host3"), s("my-nginx-1"));
    QCOMPARE(reasonOf(traced), s("host1: Packets to 10.20.1.10 go in circles: leaf1 → host1 → leaf1."));
    const auto ping = exec(s("host3"), {s("ping"), s("-c1"), s("-W5"), s("10.20.1.10")});
    QVERIFY2(ping.output.contains("Time to live exceeded"), ping.output.constData());
    QCOMPARE(exec(s("leaf1"), QStringList{s("ip"), s("route"), s("del")} + wrong).exitCode, 0);
    QVERIFY(trace(s("host3"), s("my-nginx-1"))[s("ok")].toBool());
}

void TraceLabTest::discardedOnTheWay() {
    const QStringList pod{s("10.20.1.10/32")};
    QCOMPARE(exec(s("leaf1"), QStringList{s("ip"), s("route"), s("add"), s("prohibit")} + pod).exitCode, 0);
    const QString reason = s("leaf1: leaf1 discards packets to 10.20.1.10: its route to 10.20.1.10/32 is of type prohibit.");
    QTRY_COMPARE_WITH_TIMEOUT(reasonOf(trace(s("host1"), s("my-nginx-1"))), reason, 5'000);
    const auto ping = exec(s("host1"), {s("ping"), s("-c1"), s("-W5"), s("10.20.1.10")});
    QVERIFY2(ping.output.contains("Packet filtered"), ping.output.constData());
    const auto status = run({s("status"), kLab});
    QVERIFY2(status.output.contains("leaf1 discards packets to 10.20.1.10/32"), status.output.constData());
    QCOMPARE(exec(s("leaf1"), QStringList{s("ip"), s("route"), s("del"), s("prohibit")} + pod).exitCode, 0);
    QTRY_VERIFY_WITH_TIMEOUT(trace(s("host1"), s("my-nginx-1"))[s("ok")].toBool(), 5'000);
}

void TraceLabTest::mistakesSayWhatIsThere() {
    const auto unknown = run({s("trace"), kLab, s("host9"), s("host1")});
    QCOMPARE(unknown.exitCode, 2);
    QVERIFY2(unknown.messages.contains("my-nginx-2"), unknown.messages.constData());
    QCOMPARE(run({s("trace"), kLab, s("host1")}).exitCode, 2);
    QCOMPARE(run({s("down"), kLab}).exitCode, 0);
    const auto down = run({s("trace"), kLab, s("host1"), s("host2")});
    QCOMPARE(down.exitCode, 1);
    QVERIFY2(down.messages.contains("is not running"), down.messages.constData());
}

PODLEAF_TWO_WAYS_MAIN(TraceLabTest)
#include "tst_trace_lab.moc"
