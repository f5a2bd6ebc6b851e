// SPDX-License-Identifier: GPL-3.0-or-later
// LabSession on the real tutorial: what it says of a lab that does not run, of one that does, of another lab of the same
// name, and that it watches on when the lab goes and comes back. Needs root.
#include <core/channel/node_channel.h>
#include <core/engine/engine.h>
#include <core/session/lab_session.h>
#include <tests/fakes/outcome.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace podleaf;
using session::LabSession;
using test::codeOf;

namespace {

QString q(const char* text) {
    return QString::fromUtf8(text);
}

OpContext soon() {
    OpContext context;
    context.deadline = Clock::now() + std::chrono::seconds(20);
    return context;
}

labfile::LabSource tutorial(const QByteArray& instead = {}, const QByteArray& by = {}) {
    QFile file(q(PODLEAF_SOURCE_DIR "/labs/tutorial/lab.yaml"));
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("no tutorial");
    }
    QByteArray text = file.readAll();
    if (!instead.isEmpty()) {
        text.replace(instead, by);
    }
    return {file.fileName(), text, labfile::parse(text)};
}

} // namespace

class TestLabSession : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::unique_ptr<LabSession> open(const labfile::LabSource& source) {
        auto opened = LabSession::open(source, {q(PODLEAF_BIN_DIR "/podleaf-labhost"), m_folder.path()});
        return opened ? *std::move(opened) : nullptr;
    }
    static void up(LabSession& session) {
        OpContext context = soon();
        const auto plan = session.planUp(context);
        VERIFY_OK(plan);
        const plan::PlanResult result = session.run(*plan, context, {});
        const auto error = result.firstError(*plan);
        QVERIFY2(result.outcome == plan::Outcome::Succeeded, error ? qPrintable(describe(*error)) : "");
    }
    static void down(LabSession& session) {
        OpContext context = soon();
        const auto plan = session.planDown(context);
        VERIFY_OK(plan);
        QVERIFY(session.run(*plan, context, {}).outcome == plan::Outcome::Succeeded);
    }
    static bool waitUntil(LabSession& session, const std::function<bool(const state::LabState&)>& condition) {
        OpContext context = soon();
        return session.store().waitUntil(context, condition).has_value();
    }

private Q_SLOTS:
    void initTestCase() {
        if (::geteuid() != 0) {
            QSKIP("This test needs root; tests with two ways run without it, too.");
        }
        QVERIFY(m_folder.isValid());
    }
    void cleanup() {
        if (::geteuid() == 0) {
            const auto session = open(tutorial());
            QVERIFY(session);
            down(*session);
        }
    }

    void anInvalidLabIsNotOpened() {
        const auto opened = LabSession::open({q("x.yaml"), "name: x\n", labfile::parse("nodes: []\n")}, {{}, m_folder.path()});
        QCOMPARE(codeOf(opened), ErrorCode::InvalidInput);
        QVERIFY(opened.error().detail.contains(q("x.yaml:")));
    }

    void namesWhoHasNotAnswered() {
        const auto starter = open(tutorial());
        QVERIFY(starter);
        up(*starter);
        OpContext context = soon();
        VERIFY_OK(starter->waitSynced(context));
        QCOMPARE(starter->silentNodes(), QStringList());
        channel::Command pause;
        pause.argv = {q("pkill"), q("-STOP"), q("-x"), q("bgpd")};
        const auto paused = starter->engine().channel(NodeId(q("host2")))->exec(context, pause);
        VERIFY_OK(paused);
        QVERIFY(paused->ok());
        const auto late = open(tutorial());
        QVERIFY(late);
        VERIFY_OK(late->attach(context));
        // All others have answered long before it is given up.
        QTRY_COMPARE_WITH_TIMEOUT(late->silentNodes(), QStringList{q("host2")}, 2000);
    }

    void aLabThatDoesNotRun() {
        const auto session = open(tutorial());
        QVERIFY(session);
        QCOMPARE(session->lab().id.name, q("tutorial"));
        QCOMPARE(session->intent().sessions.size(), std::size_t(6));
        OpContext context = soon();
        VERIFY_OK(session->attach(context));
        const auto snapshot = session->waitSynced(context);
        VERIFY_OK(snapshot);
        QVERIFY(!(*snapshot)->running);
        QCOMPARE(codeOf(session->test(context, {}, {})), ErrorCode::Unreachable);
        QCOMPARE(codeOf(session->setLink(context, LinkId(q("intnet1")), false)), ErrorCode::Unreachable);
        const auto unknown = session->setLink(context, LinkId(q("none")), false);
        QCOMPARE(codeOf(unknown), ErrorCode::NotFound);
        QVERIFY(unknown.error().hint.contains(q("intnet1, intnet2, intnet3")));
        const auto nothing = session->planDown(context);
        VERIFY_OK(nothing);
        QVERIFY(nothing->isEmpty());
        const auto plan = session->planUp(context);
        VERIFY_OK(plan);
        for (const plan::Step& step : plan->steps) {
            QVERIFY2(!step.title.isEmpty() && !step.reason.isEmpty(), qPrintable(step.name()));
        }
    }

    void aLabThatRuns() {
        const auto session = open(tutorial());
        up(*session);
        QVERIFY(session->mismatches().empty());
        OpContext context = soon();
        const auto again = session->planUp(context);
        VERIFY_OK(again);
        QVERIFY(again->isEmpty());
        const auto unknown = session->test(context, q("burn"), {});
        QCOMPARE(codeOf(unknown), ErrorCode::NotFound);
        QVERIFY(unknown.error().hint.contains(q("nginx")));
        std::atomic<std::size_t> told = 0;
        const auto report = session->test(context, q("nginx"), [&told](const verify::LegResult&) { ++told; });
        VERIFY_OK(report);
        QVERIFY(report->ok());
        QCOMPARE(told.load(), report->legs.size());
        QVERIFY(waitUntil(*session, [&](const state::LabState& now) { return now.testLegs.size() == report->legs.size(); }));

        VERIFY_OK(session->setLink(context, LinkId(q("intnet2")), false));
        QVERIFY(waitUntil(*session, [](const state::LabState& now) { return !now.links.at(LinkId(q("intnet2"))).carrier; }));
        const auto isCut = [](const verify::Mismatch& m) { return m.cause.contains(q("cut")); };
        QTRY_VERIFY_WITH_TIMEOUT(std::ranges::any_of(session->mismatches(), isCut), 10'000); // once BGP has noticed
    }

    void anotherFileOfTheSameNameIsRefused() {
        const auto first = open(tutorial());
        up(*first);
        labfile::LabSource elsewhere = tutorial();
        elsewhere.path = m_folder.path() + q("/other.yaml");
        const auto other = open(elsewhere);
        QVERIFY(other);
        OpContext context = soon();
        const auto plan = other->planUp(context);
        QCOMPARE(codeOf(plan), ErrorCode::Conflict);
        QVERIFY(plan.error().hint.contains(q("podleaf down ") + first->path()));
        QCOMPARE(codeOf(other->attach(context)), ErrorCode::Conflict);
    }

    void anotherVersionOfTheFileIsPlanned() {
        const auto first = open(tutorial());
        up(*first);
        OpContext context = soon();
        const auto changed = open(tutorial("replicas: 2", "replicas: 1"));
        QVERIFY(changed->lab() != first->lab());
        const auto plan = changed->planUp(context);
        VERIFY_OK(plan);
        QVERIFY(!plan->isEmpty());
        const auto same = open(tutorial("replicas: 2", "replicas: 2 # two")); // a comment makes no other lab
        const auto nothing = same->planUp(context);
        VERIFY_OK(nothing);
        QVERIFY(nothing->isEmpty());
    }

    void itWatchesOnWhenTheLabGoesAndComesBack() {
        const auto session = open(tutorial());
        up(*session);
        const auto other = open(tutorial());
        down(*other);
        QVERIFY(waitUntil(*session, [](const state::LabState& now) { return !now.running; }));
        QVERIFY(!session->store().snapshot()->nodes.at(NodeId(q("leaf1"))).exists);
        up(*other);
        OpContext context = soon();
        VERIFY_OK(session->attach(context));
        VERIFY_OK(session->waitSynced(context));
        QVERIFY(waitUntil(*session, [&](const state::LabState& /*now*/) { return session->mismatches().empty(); }));
    }

    void aStoppedPlanIsCancelledAndContinues() {
        const auto session = open(tutorial());
        OpContext context = soon();
        std::stop_source source;
        context.stop = source.get_token();
        const auto plan = session->planUp(context);
        VERIFY_OK(plan);
        const plan::PlanResult result = session->run(*plan, context, [&source](plan::StepIndex, const plan::StepStatus& status) {
            if (status.state == plan::StepState::Done) {
                source.request_stop(); // in the middle: after the first step
            }
        });
        QVERIFY(result.outcome == plan::Outcome::Cancelled);
        QCOMPARE(codeOf(session->test(context, {}, {})), ErrorCode::Cancelled);
        up(*session);
        QVERIFY(session->mismatches().empty());
    }
};

QTEST_GUILESS_MAIN(TestLabSession)
#include "tst_lab_session.moc"
