// SPDX-License-Identifier: GPL-3.0-or-later
// Feed over a real store that other threads push into: what comes, in which order, and what stands still. Also under
// ThreadSanitizer.
#include <tests/fakes/running_lab.h>
#include <ui/feed/feed.h>

#include <QSignalSpy>
#include <QTest>

#include <map>
#include <thread>

using namespace podleaf;
using namespace podleaf::ui;

namespace {

constexpr int kPatienceMs = 20'000;

/// The tutorial's store, and what its collectors would push into it.
struct ObservedLab {
    model::Lab lab = fakes::tutorialLab();
    state::StateStore store{lab, fakes::seedsOf(lab)};
    qint64 nowMs = fakes::kStartMs;

    void push(const fakes::Sequence& seen) {
        for (const state::Observed& each : seen) {
            store.push({++nowMs, each});
        }
    }
    void pushGreen() { push(fakes::greenTutorial(lab)); }
};

} // namespace

class FeedTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_lab = std::make_unique<ObservedLab>(); }
    void followsTheStore();
    void losesNoLogEntry();
    void losesNoEntryOfManyThreads();
    void frozenViewsStandStill();
    void anotherStoreStartsAnew();
    void storeMayGoFirst();

private:
    std::unique_ptr<ObservedLab> m_lab;
};

void FeedTest::followsTheStore() {
    Feed feed;
    const QSignalSpy restarted(&feed, &Feed::restarted);
    const QSignalSpy updated(&feed, &Feed::updated);
    QVERIFY(feed.shown() == nullptr);
    feed.follow(&m_lab->store);
    QCOMPARE(restarted.count(), 1);
    QVERIFY(feed.shown() != nullptr && !feed.shown()->running);
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(feed.shown()->running && feed.shown()->findNode(fakes::node("host3"))->phase == state::NodePhase::Ready,
                             kPatienceMs);
    QVERIFY(updated.count() >= 1);
    feed.follow(nullptr);
    QVERIFY(feed.shown() == nullptr);
}

void FeedTest::losesNoLogEntry() {
    Feed feed;
    std::size_t entries = 0;
    connect(&feed, &Feed::updated, this, [&entries](const state::Snapshot&, const state::Delta& delta) {
        for (const auto& entry : delta.log) {
            entries += entry.kind == QLatin1String("link") && entry.where == QLatin1String("intnet1") ? 1 : 0;
        }
    });
    feed.follow(&m_lab->store);
    m_lab->push({state::EngineSeen{true}});
    constexpr std::size_t kFlips = 200;
    for (std::size_t flip = 0; flip < kFlips; ++flip) {
        m_lab->push({state::LinkAdminSeen{fakes::link("intnet1"), flip % 2 == 1}});
    }
    QTRY_COMPARE_WITH_TIMEOUT(entries, kFlips, kPatienceMs);
}

void FeedTest::frozenViewsStandStill() {
    Feed feed;
    feed.follow(&m_lab->store);
    const QSignalSpy updated(&feed, &Feed::updated);
    feed.setFrozen(true);
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(feed.eventsBehind() > 10, kPatienceMs);
    QCOMPARE(updated.count(), 0);
    QVERIFY(!feed.shown()->running);
    feed.setFrozen(false);
    QCOMPARE(updated.count(), 1);
    QVERIFY(feed.shown()->running);
    QCOMPARE(feed.eventsBehind(), 0);
}

void FeedTest::anotherStoreStartsAnew() {
    Feed feed;
    feed.follow(&m_lab->store);
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(feed.shown()->running, kPatienceMs);
    ObservedLab other;
    const QSignalSpy restarted(&feed, &Feed::restarted);
    feed.follow(&other.store);
    QCOMPARE(restarted.count(), 1);
    QVERIFY(!feed.shown()->running);
}

/// Collectors push from threads of their own, each cable's flips in their order.
void FeedTest::losesNoEntryOfManyThreads() {
    constexpr int kFlips = 100;
    Feed feed;
    std::map<QString, int> entries;
    connect(&feed, &Feed::updated, this, [&entries](const state::Snapshot&, const state::Delta& delta) {
        for (const auto& entry : delta.log) {
            entries[entry.where] += entry.kind == QLatin1String("link") ? 1 : 0;
        }
    });
    feed.follow(&m_lab->store);
    m_lab->push({state::EngineSeen{true}});
    std::vector<std::jthread> collectors;
    for (const model::Link& link : m_lab->lab.links) {
        collectors.emplace_back([this, id = link.id] {
            for (int flip = 0; flip < kFlips; ++flip) {
                m_lab->store.push({fakes::kStartMs + flip, state::LinkAdminSeen{id, flip % 2 == 1}});
            }
        });
    }
    for (const model::Link& link : m_lab->lab.links) {
        QTRY_COMPARE_WITH_TIMEOUT(entries[link.id.name], kFlips, kPatienceMs);
    }
}

void FeedTest::storeMayGoFirst() {
    Feed feed;
    auto reader = m_lab->store.openReader();
    feed.follow(std::move(reader), m_lab->store.snapshot());
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(feed.shown()->running, kPatienceMs);
    const state::Snapshot last = feed.shown();
    m_lab.reset();
    QCoreApplication::processEvents();
    QVERIFY(feed.shown()->running && last->running);
}

QTEST_GUILESS_MAIN(FeedTest)
#include "tst_feed.moc"
