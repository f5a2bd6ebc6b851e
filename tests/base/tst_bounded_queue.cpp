// SPDX-License-Identifier: GPL-3.0-or-later
// BoundedQueue: nothing is lost without being counted, and a waiting taker can be stopped.
#include <core/base/bounded_queue.h>

#include <QTest>

#include <memory>
#include <thread>
#include <vector>

using namespace podleaf;

class TestBoundedQueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsOrder();
    void refusesAndCountsWhenFull();
    void stopEndsTheWait();
    void everyItemArrivesOrIsCounted();
};

void TestBoundedQueue::keepsOrder() {
    BoundedQueue<std::unique_ptr<int>> queue(3);
    QVERIFY(queue.push(std::make_unique<int>(1)));
    QVERIFY(queue.push(std::make_unique<int>(2)));
    const auto items = queue.takeAll({});
    QCOMPARE(items.size(), size_t{2});
    QCOMPARE(*items[0], 1);
    QCOMPARE(*items[1], 2);
}

void TestBoundedQueue::refusesAndCountsWhenFull() {
    BoundedQueue<int> queue(2);
    QVERIFY(queue.push(1));
    QVERIFY(queue.push(2));
    QVERIFY(!queue.push(3));
    QVERIFY(!queue.push(4));
    QCOMPARE(queue.takeRefused(), std::uint64_t{2});
    QCOMPARE(queue.takeRefused(), std::uint64_t{0});
    QCOMPARE(queue.takeAll({}), (std::deque<int>{1, 2}));
    QVERIFY(queue.push(5));
    QCOMPARE(queue.takeAll({}), std::deque<int>{5});
}

void TestBoundedQueue::stopEndsTheWait() {
    BoundedQueue<int> queue(2);
    std::deque<int> taken{7};
    {
        std::jthread taker([&](const std::stop_token& stop) { taken = queue.takeAll(stop); });
        taker.request_stop();
    }
    QVERIFY(taken.empty());
}

void TestBoundedQueue::everyItemArrivesOrIsCounted() {
    constexpr int kProducers = 3;
    constexpr int kEach = 20'000;
    BoundedQueue<int> queue(64);
    std::uint64_t arrived = 0;
    std::vector<int> lastOf(kProducers, -1);
    bool inOrder = true;
    std::jthread taker([&](const std::stop_token& stop) {
        for (auto items = queue.takeAll(stop); !items.empty(); items = queue.takeAll(stop)) {
            for (const int item : items) {
                int& last = lastOf[static_cast<size_t>(item / kEach)];
                inOrder = inOrder && item > last;
                last = item;
            }
            arrived += items.size();
        }
    });
    {
        std::vector<std::jthread> producers;
        for (int producer = 0; producer < kProducers; ++producer) {
            producers.emplace_back([&queue, producer] {
                for (int i = 0; i < kEach; ++i) {
                    queue.push(producer * kEach + i);
                }
            });
        }
    }
    taker.request_stop();
    taker.join();
    QCOMPARE(arrived + queue.takeRefused(), std::uint64_t{kProducers} * kEach);
    QVERIFY(inOrder);
}

QTEST_GUILESS_MAIN(TestBoundedQueue)
#include "tst_bounded_queue.moc"
