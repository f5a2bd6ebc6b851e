// SPDX-License-Identifier: GPL-3.0-or-later
// What the tables, the matrix, the plan's tree and the inspector say of a scripted lab. No widgets are shown.
#include <core/intent/intent.h>
#include <tests/fakes/unnumbered_lab.h>
#include <ui/canvas/looks.h>
#include <ui/models/event_table.h>
#include <ui/models/inspector_content.h>
#include <ui/models/lab_summary.h>
#include <ui/models/mismatch_table.h>
#include <ui/models/plan_tree.h>
#include <ui/models/route_difference.h>
#include <ui/models/route_table.h>
#include <ui/models/row_filter.h>
#include <ui/models/session_table.h>
#include <ui/models/test_matrix.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::fakes;
using std::chrono::milliseconds;
using Tester = QAbstractItemModelTester;

namespace {

ObservedLab green() {
    ObservedLab made;
    made.feed(greenTutorial(made.lab));
    return made;
}

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

const InspectorSection* sectionOf(const InspectorContent& content, const char* title) {
    const auto found = std::ranges::find(content.sections, QString::fromLatin1(title), &InspectorSection::title);
    return found == content.sections.end() ? nullptr : &*found;
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
    void matrix();
    void filterTakesWords();
    void planTreeShowsProgressAndFault();
    void planTreeGuessesNothing();
    void planTreeTellsOfManyStepsAtOnce();
    void inspectorOfANode();
    void inspectorOfAFailedNodeBeginsWithItsLog();
    void inspectorOfACable();
    void inspectorOfACablesTraffic();
    void inspectorOfACablesFailure();
    void inspectorOfAFlow();
    void inspectorOfNothing();
};

void ModelsTest::words_data() {
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("expected");
    QTest::newRow("short") << duration(milliseconds(310)) << QStringLiteral("0.31 s");
    QTest::newRow("seconds") << duration(milliseconds(57'400)) << QStringLiteral("57 s");
    QTest::newRow("minutes") << duration(milliseconds(252'000)) << QStringLiteral("4 min 12 s");
    QTest::newRow("hours") << duration(milliseconds(7'500'000)) << QStringLiteral("2 h 5 min");
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
    QCOMPARE(summary.sessions, 3);
    QCOMPARE(summary.sessionsUp, 3);
    QCOMPARE(summary.routes, 9);
    QCOMPARE(summary.routesRight, 9);
    lab.feed(bgpdKilled(lab.lab, node("host2")));
    lab.feed({state::LossSeen{QStringLiteral("netlink"), 37}});
    summary = summaryOf(intent, lab.state);
    QCOMPARE(summary.nodesFailed, 1);
    QCOMPARE(summary.sessionsUp, 2);
    QVERIFY(summary.routesRight < 9);
    QCOMPARE(int(summary.lost), 37);
    QVERIFY(!summary.cpu && !summary.memoryBytes); // Nobody has told.
    lab.feed({state::UsageSeen{node("leaf1"), 0, 20 << 20}, state::UsageSeen{node("host1"), 0, 5 << 20}});
    QCOMPARE(summaryOf(intent, lab.state).memoryBytes, std::optional(std::uint64_t{(205 + 51) * 100 * 1024}));
    QVERIFY(!summaryOf(intent, lab.state).cpu);
    lab.nowMs += 999;
    lab.feed({state::UsageSeen{node("host1"), 250'000, 5 << 20}});
    QCOMPARE(summaryOf(intent, lab.state).cpu, std::optional(0.25));
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

namespace {
std::shared_ptr<const plan::Plan> threeSteps() {
    plan::Plan made{QStringLiteral("Up tutorial"), {}};
    const auto step = [](const char* title, const char* where, const char* group) {
        plan::Step one;
        one.title = QString::fromLatin1(title);
        one.subject = QString::fromLatin1(where);
        one.group = QString::fromLatin1(group);
        return one;
    };
    made.steps = {step("Create", "leaf1", "Nodes"), step("Create", "host1", "Nodes"), step("Start bgpd", "host1", "BGP")};
    return std::make_shared<const plan::Plan>(std::move(made));
}
} // namespace

void ModelsTest::planTreeShowsProgressAndFault() {
    Clock::time_point now{};
    PlanTree tree(nullptr, [&now] { return now; });
    const Tester tester(&tree, Tester::FailureReportingMode::QtTest);
    tree.setPlan(threeSteps());
    QCOMPARE(tree.rowCount(), 2);
    const QModelIndex nodes = tree.index(0, 0);
    QCOMPARE(tree.rowCount(nodes), 2);
    QCOMPARE(tree.index(0, PlanTree::Where).data().toString(), QStringLiteral("2 places"));
    tree.setStatus(0, {plan::StepState::Running, {}, {}});
    QVERIFY(tree.wantsUnfolded(nodes));
    QVERIFY(static_cast<Glyph>(nodes.data(cell::kGlyph).toInt()) == Glyph::Wait);
    now += milliseconds(310);
    tree.tick();
    QCOMPARE(tree.index(0, PlanTree::Took, nodes).data().toString(), QStringLiteral("0.31 s"));
    tree.setStatus(0, {plan::StepState::Done, milliseconds(310), {}});
    tree.setStatus(1, {plan::StepState::AlreadyDone, {}, {}});
    QVERIFY(!tree.wantsUnfolded(nodes)); // What has gone well folds itself up.
    QCOMPARE(tree.stepsDone(), 2);
    QVERIFY(qAbs(tree.progress() - 2.0 / 3) < 0.001);
    const Error error{ErrorCode::Failed, QStringLiteral("bgpd ended with 1."), {}, {}, {}};
    tree.setStatus(2, {plan::StepState::Failed, milliseconds(5), error});
    QVERIFY(tree.wantsUnfolded(tree.index(1, 0)));
    const QModelIndex fault = tree.faultIndex(2);
    QCOMPARE(fault.data().toString(), error.message);
    QVERIFY(tree.faultOf(fault) == std::optional<plan::StepIndex>(2));
    tree.setStatus(2, {plan::StepState::Running, {}, {}}); // Tried again: the fault goes.
    QVERIFY(!tree.faultIndex(2).isValid());
}

void ModelsTest::planTreeGuessesNothing() {
    Clock::time_point now{};
    PlanTree tree(nullptr, [&now] { return now; });
    tree.setPlan(threeSteps());
    tree.setStatus(0, {plan::StepState::Running, {}, {}});
    now += std::chrono::seconds(9);
    tree.tick();
    QCOMPARE(tree.index(0, PlanTree::Left).data().toString(), QString()); // Two samples are needed.
    plan::PlanResult cancelled{plan::Outcome::Cancelled, std::vector<plan::StepStatus>(3), {}};
    for (auto& step : cancelled.steps) {
        step.state = plan::StepState::Cancelled;
    }
    tree.setResult(cancelled);
    QCOMPARE(tree.index(0, 0, tree.index(1, 0)).data(cell::kSecond).toString(), QStringLiteral("stopped"));
}

/// Of a plan with many steps views hear some times a second, and of a heading when its wish changes.
void ModelsTest::planTreeTellsOfManyStepsAtOnce() {
    constexpr int kSteps = 400;
    PlanTree tree;
    const Tester tester(&tree, Tester::FailureReportingMode::QtTest);
    plan::Plan many;
    many.steps.resize(kSteps);
    for (plan::Step& step : many.steps) {
        step.group = QStringLiteral("Nodes");
    }
    tree.setPlan(std::make_shared<const plan::Plan>(std::move(many)));
    QSignalSpy changed(&tree, &QAbstractItemModel::dataChanged);
    const QSignalSpy unfolds(&tree, &PlanTree::unfoldChanged);
    for (const plan::StepState state : {plan::StepState::Running, plan::StepState::Done}) {
        for (plan::StepIndex step = 0; step < kSteps; ++step) {
            tree.setStatus(step, {state, milliseconds(1), {}});
        }
    }
    QCOMPARE(changed.count(), 0);
    QCOMPARE(unfolds.count(), 2);
    QCOMPARE(tree.stepsDone(), kSteps);
    QVERIFY(static_cast<Glyph>(tree.index(0, 0).data(cell::kGlyph).toInt()) == Glyph::Ok);
    QVERIFY(changed.wait(20'000));
    QCOMPARE(changed.count(), kSteps + 1); // Each step once, and the heading.
}

void ModelsTest::inspectorOfANode() {
    ObservedLab lab = green();
    const InspectorContent content = inspect(node("host2"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(content.title, QStringLiteral("host2"));
    QVERIFY((content.state == Word{Glyph::Ok, QStringLiteral("Ready")}));
    QCOMPARE(content.fault, QString());
    QCOMPARE(content.boot.size(), std::size_t(5));
    QVERIFY(std::ranges::all_of(content.boot, [](const BootStep& step) { return step.glyph == Glyph::Ok; }));
    model::Lab withSpine = lab.lab;
    withSpine.nodes.front().kind = model::NodeKind::Spine; // Has no part in DHCP.
    QStringList steps;
    for (const BootStep& step : inspect(withSpine.nodes.front().id, withSpine, lab.state, kStartMs).boot) {
        steps += step.title;
    }
    QCOMPARE(steps.join(u' '), QStringLiteral("Created Ports BGP Running"));
    QVERIFY(sectionOf(content, "Addresses") != nullptr && sectionOf(content, "Pods") != nullptr);
    QCOMPARE(sectionOf(content, "BGP")->note, QStringLiteral("AS 4200000002"));
    lab.feed({state::InterfaceSeen{node("host2"), QStringLiteral("veth1"), 12, true, true, true}});
    const InspectorContent withVeth = inspect(node("host2"), lab.lab, lab.state, lab.nowMs);
    QVERIFY(*sectionOf(withVeth, "Addresses") == *sectionOf(content, "Addresses")); // A pod's end has none: no fault.
    const InspectorContent leaf = inspect(node("leaf1"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(sectionOf(leaf, "DHCP leases")->rows.size(), std::size_t(3));
    QVERIFY(sectionOf(leaf, "Load") == nullptr);
    lab.feed({state::UsageSeen{node("leaf1"), 0, 20 << 20}});
    const InspectorContent loaded = inspect(node("leaf1"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(sectionOf(loaded, "Load")->rows.size(), std::size_t(1)); // One look makes no rate.
    QCOMPARE(sectionOf(loaded, "Load")->rows.front().text, QStringLiteral("20 MB"));
}

void ModelsTest::inspectorOfAFailedNodeBeginsWithItsLog() {
    ObservedLab lab = green();
    state::ProcessSeen end = killed(node("host2"), "bgpd");
    end.lastLogLines = QStringLiteral("BGP: [MEM04-FJRX1] the last line");
    lab.feed(bgpdKilled(lab.lab, node("host2"))).feed({end});
    const InspectorContent content = inspect(node("host2"), lab.lab, lab.state, lab.nowMs);
    QVERIFY((content.state == Word{Glyph::Bad, QStringLiteral("Failed")}));
    QVERIFY2(content.fault.contains(QStringLiteral("bgpd")), qPrintable(content.fault));
    QVERIFY(content.sections.size() > 2);
    QCOMPARE(content.sections[0].title, QStringLiteral("Processes"));
    QCOMPARE(content.sections[1].log, end.lastLogLines);
}

void ModelsTest::inspectorOfACable() {
    ObservedLab lab = green();
    lab.feed({state::LinkAdminSeen{link("intnet2"), false}});
    const InspectorContent content = inspect(link("intnet2"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(content.title, QStringLiteral("intnet2"));
    QCOMPARE(content.state.text, QStringLiteral("Cut"));
    QVERIFY(sectionOf(content, "As leaf1 sees it") != nullptr && sectionOf(content, "As host2 sees it") != nullptr);
}

void ModelsTest::inspectorOfACablesTraffic() {
    ObservedLab lab = green();
    QVERIFY(sectionOf(inspect(link("intnet1"), lab.lab, lab.state, lab.nowMs), "Traffic") == nullptr); // Nothing was counted yet.
    const auto count = [&lab](const char* at, const char* port, std::uint64_t rx, std::uint64_t tx, std::uint64_t dropped) {
        lab.feed({state::TrafficSeen{node(at), {{QString::fromLatin1(port), rx, tx, dropped, 0}}}});
    };
    count("leaf1", "swp1", 0, 0, 0);
    lab.nowMs += 999;
    count("leaf1", "swp1", 1000, 250'000, 12);
    using Row = InspectorRow;
    const std::vector<Row> fromOneEnd{{QStringLiteral("From leaf1"), Glyph::None, QStringLiteral("2.0 Mbit/s"), {}, false},
                                      {QStringLiteral("From host1"), Glyph::None, QStringLiteral("8.0 kbit/s"), {}, false},
                                      {QStringLiteral("Dropped"), Glyph::Warn, QStringLiteral("12 by leaf1:swp1"), {}, false}};
    QCOMPARE(sectionOf(inspect(link("intnet1"), lab.lab, lab.state, lab.nowMs), "Traffic")->rows, fromOneEnd);
    count("host1", "eth1", 0, 0, 0);
    const auto late = inspect(link("intnet1"), lab.lab, lab.state, lab.nowMs + 8000);
    QCOMPARE(sectionOf(late, "Traffic")->rows.size(), std::size_t(4));
    QCOMPARE(sectionOf(late, "Traffic")->rows[0].note, QStringLiteral("seen 8 s ago"));
    QCOMPARE(sectionOf(late, "Traffic")->rows[3].text, QStringLiteral("0 by host1:eth1"));
}

void ModelsTest::inspectorOfACablesFailure() {
    ObservedLab lab = green();
    QVERIFY(sectionOf(inspect(link("intnet2"), lab.lab, lab.state, lab.nowMs), "Failure") == nullptr);
    lab.feed({state::LinkAdminSeen{link("intnet2"), false}});
    lab.state.links[link("intnet2")].impairments[1].loss = 1000;
    const InspectorContent content = inspect(link("intnet2"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(content.sections.front().title, QStringLiteral("Failure"));
    const auto& rows = content.sections.front().rows;
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(rows[0].text, QStringLiteral("intnet2 is cut."));
    QCOMPARE(rows[1].label, QStringLiteral("From host2"));
    QCOMPARE(rows[1].text, QStringLiteral("Packets from host2 to leaf1 on intnet2, on purpose: 10 % are lost."));
}

void ModelsTest::inspectorOfAFlow() {
    ObservedLab lab = green();
    const FlowRef flow{QStringLiteral("host1"), QStringLiteral("my-nginx-2")};
    QVERIFY(inspect(flow, lab.lab, lab.state, lab.nowMs).isEmpty());
    lab.feed({state::TestLegSeen{flow.from, flow.to, false, true, 0.2, QStringLiteral("The session to host3 is down.")}});
    const InspectorContent content = inspect(flow, lab.lab, lab.state, lab.nowMs);
    QCOMPARE(content.title, QStringLiteral("host1 → my-nginx-2"));
    QVERIFY((content.state == Word{Glyph::Bad, QStringLiteral("Not answered")}));
    QCOMPARE(content.fault, QStringLiteral("The session to host3 is down."));
    lab.feed({state::TestLegSeen{flow.from, flow.to, false, false, 0.2, {}}});
    QCOMPARE(inspect(flow, lab.lab, lab.state, lab.nowMs).fault, QString()); // As intended: no fault.
}

void ModelsTest::inspectorOfNothing() {
    const ObservedLab lab = green();
    QVERIFY(inspect({}, lab.lab, lab.state, 0).isEmpty());
    QVERIFY(inspect(node("nobody"), lab.lab, lab.state, 0).isEmpty());
    QVERIFY(inspect(link("nothing"), lab.lab, lab.state, 0).isEmpty());
    QVERIFY(inspect(PodRef{QStringLiteral("no-pod")}, lab.lab, lab.state, 0).isEmpty());
}

QTEST_MAIN(ModelsTest)
#include "tst_models.moc"
