// SPDX-License-Identifier: GPL-3.0-or-later
// What words, tables and the matrix say of a scripted lab. No widgets are shown.
#include "observed_tutorial.h"

#include <core/intent/intent.h>
#include <tests/fakes/unnumbered_lab.h>
#include <ui/canvas/looks.h>
#include <ui/models/event_table.h>
#include <ui/models/inspector_content.h>
#include <ui/models/lab_counter.h>
#include <ui/models/lab_summary.h>
#include <ui/models/mismatch_table.h>
#include <ui/models/route_difference.h>
#include <ui/models/route_table.h>
#include <ui/models/row_filter.h>
#include <ui/models/session_table.h>
#include <ui/models/test_matrix.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <random>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::fakes;
using std::chrono::milliseconds;
using Tester = QAbstractItemModelTester;

namespace {

/// The displayed text of every cell of a row, joined.
QString rowText(const QAbstractItemModel& model, int row) {
    QStringList cells;
    for (int column = 0; column < model.columnCount(); ++column) {
        cells += model.index(row, column).data().toString();
    }
    return cells.join(QLatin1Char('|'));
}

Glyph glyphAt(const QAbstractItemModel& model, int row, int column) {
    return static_cast<Glyph>(model.index(row, column).data(cell::kGlyph).toInt());
}

verify::LegResult leg(const char* from, const char* to, bool ok, double ms = 0.4) {
    return {QString::fromLatin1(from), QString::fromLatin1(to), QStringLiteral("http://10.20.1.10/"), ok, true, ms, {}};
}

} // namespace

class ModelsTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void words_data();
    void words();
    void oneLineIsHarmless();
    void eventsAreAppendedAndBounded();
    void mismatchesAreSorted();
    void sessionsKeepTheirRows();
    void changedSessionsAreShownAlone();
    void deadSpeakerSaysWhy();
    void routesAgainstIntent();
    void routesSayWhatBgpTold();
    void unnumberedLabsShowNoAddressOfACable();
    void summaryCounts();
    void counterKeepsUpWithChanges();
    void labsWord();
    void namesWithNumbers();
    void matrix();
    void filterTakesWords();
};

void ModelsTest::words_data() {
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("expected");
    QTest::newRow("short") << duration(milliseconds(310)) << QStringLiteral("0.31 s");
    QTest::newRow("seconds") << duration(milliseconds(57'400)) << QStringLiteral("57 s");
    QTest::newRow("minutes") << duration(milliseconds(252'000)) << QStringLiteral("4 min 12 s");
    QTest::newRow("hours") << duration(milliseconds(7'500'000)) << QStringLiteral("2 h 5 min");
    QTest::newRow("memory") << memoryWords(34 << 20) << QStringLiteral("34 MB");
    QTest::newRow("little memory") << memoryWords(4'400'000) << QStringLiteral("4.2 MB");
    QTest::newRow("much memory") << memoryWords(9881ULL << 20) << QStringLiteral("9.6 GB");
    QTest::newRow("as much as a GB") << memoryWords(1024ULL << 20) << QStringLiteral("1.0 GB");
    QTest::newRow("latency") << latency(0.34) << QStringLiteral("0.3 ms");
    QTest::newRow("slow") << latency(12.4) << QStringLiteral("12 ms");
    QTest::newRow("timeout") << latency(4999) << QStringLiteral("5.0 s");
    state::ProcessState killed;
    killed.signal = 9;
    QTest::newRow("killed") << wordOf(killed).text << QStringLiteral("Killed by signal 9");
    state::SessionState unknown;
    QTest::newRow("unknown") << wordOf(unknown).text << QStringLiteral("Not seen yet");
}

void ModelsTest::words() {
    QFETCH(QString, said);
    QTEST(said, "expected");
}

void ModelsTest::oneLineIsHarmless() {
    QCOMPARE(oneLine(QStringLiteral("a\x1b[31m\n\tb")), QStringLiteral("a[31m b"));
    QCOMPARE(oneLine(QString(500, QLatin1Char('x')), 10), QString(10, QLatin1Char('x')) + QChar(0x2026));
}

void ModelsTest::eventsAreAppendedAndBounded() {
    EventTable table;
    const Tester tester(&table, Tester::FailureReportingMode::QtTest);
    const QSignalSpy resets(&table, &QAbstractItemModel::modelReset);
    table.append({});
    QCOMPARE(table.rowCount(), 0);
    table.append({{1, QStringLiteral("link"), QStringLiteral("intnet2"), QStringLiteral("intnet2 was cut."), true},
                  {2, QStringLiteral("node"), QStringLiteral("host1"), QStringLiteral("host1 is ready."), false}});
    QCOMPARE(table.rowCount(), 2);
    QVERIFY(glyphAt(table, 0, EventTable::Kind) == Glyph::Bad);
    QVERIFY(glyphAt(table, 1, EventTable::Kind) == Glyph::Ok);
    QCOMPARE(table.index(0, EventTable::What).data().toString(), QStringLiteral("intnet2 was cut."));
    table.append(std::vector<state::LogEntry>(EventTable::kMaxRows, {3, QStringLiteral("route"), {}, {}, false}));
    QCOMPARE(table.rowCount(), EventTable::kMaxRows);
    QCOMPARE(table.index(0, EventTable::Kind).data().toString(), QStringLiteral("route")); // The oldest went.
    table.append(std::vector<state::LogEntry>(2 * EventTable::kMaxRows, {4, QStringLiteral("node"), {}, {}, false}));
    QCOMPARE(table.rowCount(), EventTable::kMaxRows);
    table.clear();
    QCOMPARE(table.rowCount(), 0);
    QCOMPARE(resets.count(), 0);
}

void ModelsTest::mismatchesAreSorted() {
    MismatchTable table;
    const Tester tester(&table, Tester::FailureReportingMode::QtTest);
    const verify::Mismatch route{{}, QStringLiteral("host2"), QStringLiteral("A route is missing."), QStringLiteral("bgpd was killed.")};
    const verify::Mismatch session{{}, QStringLiteral("host1"), QStringLiteral("A session is Active."), {}};
    table.show({route, session});
    QCOMPARE(table.rowCount(), 2);
    QCOMPARE(table.index(0, 0).data().toString(), QStringLiteral("host1"));
    QCOMPARE(table.index(1, 2).data().toString(), QStringLiteral("bgpd was killed."));
    table.show({route});
    QCOMPARE(table.rowCount(), 1);
    table.show({});
    QCOMPARE(table.rowCount(), 0);
}

void ModelsTest::sessionsKeepTheirRows() {
    ObservedLab lab = green();
    SessionTable table;
    const Tester tester(&table, Tester::FailureReportingMode::QtTest);
    table.show(lab.lab, lab.state, lab.nowMs);
    QCOMPARE(table.rowCount(), 6);
    const QPersistentModelIndex kept = table.index(0, SessionTable::State);
    const QSignalSpy inserted(&table, &QAbstractItemModel::rowsInserted);
    const QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
    table.show(lab.lab, lab.state, lab.nowMs); // Nothing is new: nothing is told.
    QCOMPARE(changed.count(), 0);
    lab.feed(bgpdKilled(lab.lab, node("host2")));
    table.show(lab.lab, lab.state, lab.nowMs);
    QCOMPARE(inserted.count(), 0);
    QVERIFY(changed.count() >= 2);
    QVERIFY(kept.isValid());
}

void ModelsTest::changedSessionsAreShownAlone() {
    ObservedLab lab = green();
    SessionTable table;
    const Tester tester(&table, Tester::FailureReportingMode::QtTest);
    table.show(lab.lab, lab.state, lab.nowMs);
    state::SessionState& received = lab.state.sessions.begin()->second; // Shown as sent by the other one.
    received.received.clear();
    const QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
    table.showChanges(lab.lab, lab.state, {lab.state.sessions.begin()->first}, lab.nowMs);
    QCOMPARE(changed.count(), 2);
    SessionTable whole;
    whole.show(lab.lab, lab.state, lab.nowMs);
    for (int row = 0; row < whole.rowCount(); ++row) {
        for (int column = 0; column < SessionTable::ColumnCount; ++column) {
            QCOMPARE(table.index(row, column).data(), whole.index(row, column).data());
        }
    }
    lab.state.sessions.erase(lab.state.sessions.begin());
    table.showChanges(lab.lab, lab.state, {}, lab.nowMs);
    QCOMPARE(table.rowCount(), whole.rowCount() - 1);
}

void ModelsTest::deadSpeakerSaysWhy() {
    ObservedLab lab = green();
    lab.feed(bgpdKilled(lab.lab, node("host2")));
    SessionTable table;
    table.show(lab.lab, lab.state, lab.nowMs);
    QStringList states;
    for (int row = 0; row < table.rowCount(); ++row) {
        if (table.index(row, SessionTable::Node).data().toString() == QLatin1String("host2")) {
            states += table.index(row, SessionTable::State).data().toString();
            QVERIFY(glyphAt(table, row, SessionTable::State) == Glyph::Bad);
        }
    }
    QCOMPARE(states, QStringList{QStringLiteral("bgpd is not running")});
}

void ModelsTest::routesAgainstIntent() {
    ObservedLab lab = green();
    const intent::Intent intent = intent::intentOf(lab.lab);
    RouteTable table;
    const Tester tester(&table, Tester::FailureReportingMode::QtTest);
    const auto count = [&table](const char* word) {
        int rows = 0;
        for (int row = 0; row < table.rowCount(); ++row) {
            rows += table.index(row, RouteTable::Kernel).data().toString() == QLatin1String(word) ? 1 : 0;
        }
        return rows;
    };
    table.show(lab.lab, intent, lab.state, kStartMs + 65'000);
    QCOMPARE(count("as intended"), int(intent.routes.size()));
    QCOMPARE(count("missing"), 0);
    lab.feed(podRoutes(lab.lab, node("host2"), false));
    table.show(lab.lab, intent, lab.state, kStartMs + 65'000);
    QCOMPARE(count("missing"), 3); // On the leaf and on both other hosts.
    lab.feed({bgpRoute(node("host1"), prefix("10.20.1.0/24"), address("172.16.0.9"), QStringLiteral("eth1"))});
    table.show(lab.lab, intent, lab.state, kStartMs + 65'000);
    QCOMPARE(count("other next hop"), 1);
    QCOMPARE(count("missing"), 2);
}

void ModelsTest::routesSayWhatBgpTold() {
    ObservedLab lab = green();
    const intent::Intent intent = intent::intentOf(lab.lab);
    RouteTable table;
    const Tester tester(&table, Tester::FailureReportingMode::QtTest);
    const auto rowsOf = [&table](const char* at, const char* to) {
        QStringList rows;
        for (int row = 0; row < table.rowCount(); ++row) {
            const auto text = [&](RouteTable::Column column) { return table.index(row, column).data().toString(); };
            if (text(RouteTable::Node) == QLatin1String(at) && text(RouteTable::Prefix) == QLatin1String(to)) {
                rows +=
                    QStringList{text(RouteTable::NextHop), text(RouteTable::AsPath), text(RouteTable::Best), text(RouteTable::Age)}.join(
                        QLatin1Char('|'));
            }
        }
        return rows;
    };
    auto& received = lab.state.sessions.at({node("host1"), address("172.16.0.1")}).received;
    received[prefix("10.20.1.0/24")].sinceMs = kStartMs;
    table.show(lab.lab, intent, lab.state, kStartMs + 65'000);
    QCOMPARE(rowsOf("host1", "10.20.1.0/24"), QStringList(QStringLiteral("172.16.0.1|65100|best|") + durationText(65'000)));
    QCOMPARE(rowsOf("host1", "10.20.0.0/24").value(0).section(QLatin1Char('|'), 1), QStringLiteral("kernel only||"));
    // Told, but the kernel goes another way, which nobody told.
    lab.feed({bgpRoute(node("host1"), prefix("10.20.1.0/24"), address("172.16.0.9"), QStringLiteral("eth1"))});
    table.show(lab.lab, intent, lab.state, kStartMs + 65'000);
    QCOMPARE(rowsOf("host1", "10.20.1.0/24"), (QStringList{QStringLiteral("172.16.0.1|65100|alternative|") + durationText(65'000),
                                                           QStringLiteral("172.16.0.9|not reported||")}));
}

void ModelsTest::unnumberedLabsShowNoAddressOfACable() {
    ObservedLab lab = observedUnnumbered();
    lab.feed(podRoutes(lab.lab, node("host3"), false)); // One that is missing, too.
    const intent::Intent intent = intent::intentOf(lab.lab);
    SessionTable sessions;
    sessions.show(lab.lab, lab.state, lab.nowMs);
    RouteTable routes;
    routes.show(lab.lab, intent, lab.state, lab.nowMs);
    RouteDifference difference;
    difference.show(lab.lab, state::initialState(lab.lab, {}), lab.state);
    EventTable events;
    events.append(lab.delta.log);
    TestMatrix matrix;
    matrix.setLegs(lab.lab, intent.legs);
    QStringList rows;
    for (const QAbstractItemModel* table :
         std::initializer_list<const QAbstractItemModel*>{&sessions, &routes, &difference, &events, &matrix}) {
        QVERIFY(table->rowCount() > 4);
        for (int row = 0; row < table->rowCount(); ++row) {
            rows += rowText(*table, row) + table->index(row, 0).data(cell::kSecond).toString();
        }
    }
    for (const Selection& each : std::initializer_list<Selection>{node("leaf1"), node("host1"), link("intnet1")}) {
        const InspectorContent content = inspect(each, lab.lab, lab.state, lab.nowMs);
        rows += content.title + content.second;
        for (const InspectorSection& section : content.sections) {
            for (const InspectorRow& row : section.rows) {
                rows += QStringList{row.label, row.text, row.note}.join(QLatin1Char('|'));
            }
        }
        for (const BootStep& step : content.boot) {
            QVERIFY2(step.glyph == Glyph::Ok, qPrintable(step.title)); // A lease is waited for by nobody.
        }
    }
    QCOMPARE(rows.filter(QStringLiteral("172.16.")), QStringList());
    QVERIFY(!rows.filter(QStringLiteral("host2|eth1|intnet2|65100|")).isEmpty());
    QVERIFY(!rows.filter(QStringLiteral("10.20.1.0/24|host1|eth1|eth1|bgp")).isEmpty());
    QVERIFY(rows.contains(QStringLiteral("host1:eth1|no address|")));
}

void ModelsTest::summaryCounts() {
    ObservedLab lab = green();
    const intent::Intent intent = intent::intentOf(lab.lab);
    LabSummary summary = summaryOf(intent, lab.state);
    QVERIFY(summary.running);
    QCOMPARE(summary.nodesUp, 4);
    QCOMPARE(summary.pods, 2);
    QCOMPARE(summary.podsUp, 2);
    QCOMPARE(summary.sessions, 3);
    QCOMPARE(summary.sessionsUp, 3);
    QCOMPARE(summary.routes, 9);
    QCOMPARE(summary.routesRight, 9);
    lab.feed(bgpdKilled(lab.lab, node("host2")));
    summary = summaryOf(intent, lab.state);
    QCOMPARE(summary.nodesFailed, 1);
    QCOMPARE(summary.sessionsUp, 2);
    QVERIFY(summary.routesRight < 9);
    QVERIFY(!summary.cpu && !summary.memoryBytes); // Nobody has told.
    lab.feed({state::UsageSeen{node("leaf1"), 0, 20 << 20}, state::UsageSeen{node("host1"), 0, 5 << 20}});
    QCOMPARE(summaryOf(intent, lab.state).memoryBytes, std::optional(std::uint64_t{(205 + 51) * 100 * 1024}));
    QVERIFY(!summaryOf(intent, lab.state).cpu);
    lab.nowMs += 999;
    lab.feed({state::UsageSeen{node("host1"), 250'000, 5 << 20}});
    QCOMPARE(summaryOf(intent, lab.state).cpu, std::optional(0.25));
}

void ModelsTest::counterKeepsUpWithChanges() {
    ObservedLab lab = green();
    const intent::Intent intent = intent::intentOf(lab.lab);
    LabCounter counter;
    QCOMPARE(counter.update(&intent, lab.state, std::exchange(lab.delta, {})), summaryOf(intent, lab.state));
    std::mt19937 random(1);
    for (int i = 0; i < 300; ++i) {
        for (unsigned more = random() % 4; more > 0; --more) {
            const intent::ExpectedRoute& wanted = intent.routes[random() % intent.routes.size()];
            const auto via = random() % 3 == 0 ? address("172.16.0.9") : wanted.nextHops.front();
            lab.feed({state::RouteSeen{wanted.node,
                                       wanted.prefix,
                                       QStringLiteral("bgp"),
                                       {{via, QStringLiteral("eth1")}},
                                       static_cast<std::uint32_t>(20 + random() % 2),
                                       random() % 2 == 0}});
        }
        if (i % 60 == 30) { // All of a node's routes go at once.
            lab.feed({state::NodeSeen{node("host2"), false}, state::NodeSeen{node("host2"), true}});
        }
        QCOMPARE(counter.update(&intent, lab.state, std::exchange(lab.delta, {})), summaryOf(intent, lab.state));
    }
}

void ModelsTest::labsWord() {
    ObservedLab lab = green();
    const intent::Intent intent = intent::intentOf(lab.lab);
    const auto word = [&] { return wordOf(summaryOf(intent, lab.state)); };
    QVERIFY((word() == Word{Glyph::Ok, QStringLiteral("Running")}));
    lab.feed({state::PodSeen{QStringLiteral("my-nginx-1"), true, false}});
    QVERIFY((word() == Word{Glyph::Partly, QStringLiteral("Not all as intended: 1 of 2 pods up")}));
    lab.feed({killed(node("my-nginx-1"), "nginx")});
    QVERIFY((word() == Word{Glyph::Bad, QStringLiteral("Failed: 1 of 2 pods up")}));
    LabSummary routes = summaryOf(intent, green().state);
    --routes.routesRight;
    QVERIFY((wordOf(routes) == Word{Glyph::Partly, QStringLiteral("Not all as intended: 8 of 9 routes in kernel")}));
    --routes.nodesUp;
    QVERIFY((wordOf(routes) == Word{Glyph::Wait, QStringLiteral("Starting: 3 of 4 nodes up, 8 of 9 routes in kernel")}));
    QVERIFY((wordOf(LabSummary()) == Word{Glyph::Idle, QStringLiteral("Not running")}));
}

void ModelsTest::namesWithNumbers() {
    std::vector<QString> names;
    for (const char* name : {"swp10", "lo", "swp2", "eth0", "swp1", "swp01", "swp", "swp2.20", "swp2.3"}) {
        names.push_back(QString::fromLatin1(name));
    }
    std::ranges::sort(names, isBefore);
    QCOMPARE(QStringList(names.begin(), names.end()).join(u' '), QStringLiteral("eth0 lo swp swp01 swp1 swp2 swp2.3 swp2.20 swp10"));
}

void ModelsTest::matrix() {
    const model::Lab lab = tutorialLab();
    TestMatrix matrix;
    const Tester tester(&matrix, Tester::FailureReportingMode::QtTest);
    matrix.setLegs(lab, intent::intentOf(lab).legs);
    QCOMPARE(matrix.rowCount(), 5);
    QCOMPARE(matrix.columnCount(), 3);
    QCOMPARE(matrix.sentence(), QStringLiteral("Not tested yet."));
    QCOMPARE(matrix.index(0, 0).data(cell::kSecond).toString(), QStringLiteral("172.16.0.2"));
    QCOMPARE(matrix.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("my-nginx-1\n10.20.1.10:80  host2"));
    QCOMPARE(matrix.index(0, 1).data().toString(), QStringLiteral("Not run"));
    matrix.setResult(leg("host1", "my-nginx-1", true));
    QCOMPARE(rowText(matrix, 0), QStringLiteral("host1|Allowed|Not run"));
    QCOMPARE(matrix.sentence(), QStringLiteral("1 of 10 legs: 1 allowed."));
    QCOMPARE(matrix.index(0, 1).data(cell::kTint).toInt(), int(Role::OkTint));
    verify::LegResult failed = leg("host1", "my-nginx-2", false, 5000);
    failed.reason = QStringLiteral("bgpd on host3 was killed by signal 9.");
    matrix.setResult(failed);
    QVERIFY(matrix.index(0, 2).data(cell::kFrame).toBool()); // Not as intended: framed.
    QCOMPARE(matrix.index(0, 2).data(Qt::ToolTipRole).toString(), failed.reason);
    QCOMPARE(matrix.sentence(), QStringLiteral("2 of 10 legs: 1 allowed, 1 not answered. 1 not as intended."));
    failed.answeredWrong = true;
    matrix.setResult(failed);
    QCOMPARE(rowText(matrix, 0), QStringLiteral("host1|Allowed|Not as wanted"));
    QCOMPARE(matrix.sentence(), QStringLiteral("2 of 10 legs: 1 allowed, 1 not as wanted. 1 not as intended."));
    failed.expected = false;
    matrix.setResult(failed);
    QVERIFY(!matrix.index(0, 2).data(cell::kFrame).toBool()); // A refusal that is intended is a success.
    QVERIFY(matrix.resultAt(matrix.index(0, 2)) == std::optional(failed));
    QVERIFY(!matrix.resultAt(matrix.index(1, 1)) && !matrix.resultAt(matrix.index(0, 0)));
    matrix.setResult(leg("nobody", "my-nginx-1", true)); // Of another test: not shown.
    QCOMPARE(matrix.counts().finished, 2);
    matrix.clearResults();
    QCOMPARE(matrix.sentence(), QStringLiteral("Not tested yet."));
}

void ModelsTest::filterTakesWords() {
    EventTable table;
    table.append({{1, QStringLiteral("link"), QStringLiteral("intnet2"), QStringLiteral("intnet2 was cut."), true},
                  {2, QStringLiteral("node"), QStringLiteral("host1"), QStringLiteral("host1 is ready."), false}});
    RowFilter filter;
    const Tester tester(&filter, Tester::FailureReportingMode::QtTest);
    filter.setSourceModel(&table);
    filter.setWords(QStringLiteral("CUT intnet2"));
    QCOMPARE(filter.rowCount(), 1);
    filter.setWords(QStringLiteral("cut host1"));
    QCOMPARE(filter.rowCount(), 0);
    filter.setWords(QStringLiteral("  "));
    QCOMPARE(filter.rowCount(), 2);
    filter.setFixedWords(QStringLiteral("cut"));
    QCOMPARE(filter.rowCount(), 1);
    table.clear();
    QCOMPARE(filter.rowCount(), 0);
}

QTEST_MAIN(ModelsTest)
#include "tst_models.moc"
