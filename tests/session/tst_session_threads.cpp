// SPDX-License-Identifier: GPL-3.0-or-later
// One LabSession, many threads, as the window has it: they ask, plan, test, cut and watch the same simulated lab at the
// same time while it comes up and goes. Above all under ThreadSanitizer.
#include <core/session/convergence_watch.h>
#include <core/session/lab_faults.h>
#include <tests/simulated/simulated_labs.h>

#include <QTemporaryDir>

#include <atomic>
#include <thread>

using namespace podleaf;
using namespace podleaf::test;
using namespace Qt::StringLiterals;
using session::LabSession;

namespace {

const LinkId kUplink(u"leaf1-swp49"_s);

/// Threads that all do the same at once; what one of them could not do is a failure.
class Crowd {
public:
    Crowd(int count, const std::function<bool()>& deed) {
        for (int i = 0; i < count; ++i) {
            m_threads.emplace_back([this, deed] { m_failed += deed() ? 0 : 1; });
        }
    }
    /// How many failed, when all have ended.
    int failed() {
        m_threads.clear();
        return m_failed;
    }

private:
    std::atomic<int> m_failed = 0;
    std::vector<std::jthread> m_threads; ///< Last: they have ended before the rest goes.
};

/// Does the same every millisecond until the scope ends.
std::jthread always(std::function<void()> deed) {
    return std::jthread([deed = std::move(deed)](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            deed();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
}

} // namespace

class TestSessionThreads : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::unique_ptr<LabSession> m_session;

private Q_SLOTS:
    void init() {
        m_session = openIn(m_folder.path(), sourceOf(smallLab()));
        QVERIFY(m_session);
    }
    void cleanup() {
        VERIFY_OK(down(*m_session));
        m_session.reset();
    }

    void intentIsWorkedOutOnce() {
        QVERIFY(m_session->knownIntent() == nullptr);
        std::atomic<const intent::Intent*> first = nullptr;
        Crowd asking(4, [&] {
            const intent::Intent* mine = &m_session->intent();
            const intent::Intent* none = nullptr;
            return first.compare_exchange_strong(none, mine) || none == mine;
        });
        QCOMPARE(asking.failed(), 0);
        QVERIFY(m_session->knownIntent() == first);
    }

    void manyPlanAndAttach() {
        Crowd planning(3, [this] {
            OpContext context = soon();
            const auto plan = m_session->planUp(context);
            return plan && !plan->isEmpty();
        });
        QCOMPARE(planning.failed(), 0);
        VERIFY_OK(up(*m_session));
        Crowd attaching(4, [this] {
            OpContext context = soon();
            return m_session->attach(context) && m_session->waitSynced(context) && m_session->silentNodes().isEmpty();
        });
        QCOMPARE(attaching.failed(), 0);
    }

    /// Up, tests, a cut, its repair and down, while others look at all of it.
    void everybodyLooksMeanwhile() {
        const std::jthread differences = always([this] { static_cast<void>(m_session->mismatches()); });
        const std::jthread silent = always([this] { static_cast<void>(m_session->silentNodes()); });
        VERIFY_OK(up(*m_session));
        std::atomic<int> records = 0;
        session::ConvergenceWatch watch(*m_session, session::Probing::On);
        const std::jthread recording = always([&] { records += static_cast<int>(watch.next(std::chrono::milliseconds(20)).ended.size()); });
        Crowd testing(2, [this] {
            OpContext context = soon();
            const auto report = m_session->test(context, {}, [](const verify::LegResult&) {});
            return report && report->ok();
        });
        QCOMPARE(testing.failed(), 0);
        OpContext context = soon();
        VERIFY_OK(m_session->setLink(context, kUplink, false));
        QVERIFY(waitUntil(*m_session, [](const state::LabState& now) { return !now.links.at(kUplink).adminUp; }));
        session::LabFaults faults(*m_session);
        VERIFY_OK(faults.restore(context, kUplink));
        QTRY_VERIFY_WITH_TIMEOUT(records > 0, 20'000);
        VERIFY_OK(down(*m_session));
        QVERIFY(waitUntil(*m_session, [](const state::LabState& now) { return !now.running; }));
    }

    void aPlanIsStoppedFromElsewhere() {
        OpContext context = soon();
        std::stop_source stop;
        context.stop = stop.get_token();
        const auto plan = m_session->planUp(context, session::PlanFor::Running);
        VERIFY_OK(plan);
        const auto atTheFirst = [&stop](plan::StepIndex, const plan::StepStatus& status) {
            if (status.state == plan::StepState::Running) {
                stop.request_stop(); // on the thread of that step
            }
        };
        const plan::PlanResult result = m_session->run(*plan, context, atTheFirst);
        QVERIFY(result.outcome == plan::Outcome::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestSessionThreads)
#include "tst_session_threads.moc"
