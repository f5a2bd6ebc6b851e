// SPDX-License-Identifier: GPL-3.0-or-later
// Worker: its two threads and the one that owns it: orders go there, mail comes back in its order, a stop ends the
// program, and nothing outlives the owner. Also under ThreadSanitizer.
#include <ui/feed/worker.h>

#include <QTest>

#include <atomic>
#include <poll.h>
#include <variant>

using namespace podleaf;
using namespace podleaf::ui;

namespace {

constexpr int kPatienceMs = 20'000;

struct Number {
    int value = 0;
};
struct Ended {
    QString words;
};
using Order = std::variant<Quit, Number, Ended>;
using Mail = std::variant<Number, Ended>;
using NumberWorker = Worker<Order, Mail>;

/// Sends back twice what is ordered, and how the program ended, until it is to leave.
void doubles(Mailbox<Order>& orders, Mailbox<Mail>& mail) {
    while (true) {
        pollfd wake{orders.wakeFd(), POLLIN, 0};
        ::poll(&wake, 1, -1);
        for (const Order& order : orders.take()) {
            if (std::holds_alternative<Quit>(order)) {
                return;
            }
            if (const auto* number = std::get_if<Number>(&order)) {
                mail.post(Number{number->value * 2});
            } else {
                mail.post(std::get<Ended>(order));
            }
        }
    }
}

/// Runs until it is asked to stop.
Order sleeps(OpContext& context) {
    return guarded<Ended>(
        [&context] {
            const auto slept = context.sleepFor(std::chrono::hours(1));
            return Ended{slept ? QStringLiteral("slept") : QStringLiteral("stopped")};
        },
        [](const QString& words) { return Ended{words}; });
}

Order throws(OpContext& /*context*/) {
    return guarded<Ended>([]() -> Ended { throw std::runtime_error("thrown"); }, [](const QString& words) { return Ended{words}; });
}

} // namespace

class WorkerTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void ordersAreAnsweredInTheirOrder();
    void stopEndsTheProgram();
    void throwingProgramIsTold();
    void failIsMailToo();
    void nothingOutlivesIt();

private:
    std::unique_ptr<NumberWorker> make();

    std::vector<int> m_numbers;
    QStringList m_ends;
};

void WorkerTest::init() {
    m_numbers.clear();
    m_ends.clear();
}

std::unique_ptr<NumberWorker> WorkerTest::make() {
    return std::make_unique<NumberWorker>(this, [this](const Mail& mail) {
        if (const auto* number = std::get_if<Number>(&mail)) {
            m_numbers.push_back(number->value);
        } else {
            m_ends += std::get<Ended>(mail).words;
        }
    });
}

void WorkerTest::ordersAreAnsweredInTheirOrder() {
    const auto worker = make();
    worker->start(doubles, sleeps);
    std::vector<int> expected;
    for (int i = 0; i < 1000; ++i) {
        worker->order(Number{i});
        expected.push_back(2 * i);
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_numbers.size(), expected.size(), kPatienceMs);
    QVERIFY(m_numbers == expected);
    QVERIFY(m_ends.isEmpty());
}

void WorkerTest::stopEndsTheProgram() {
    const auto worker = make();
    worker->start(doubles, sleeps);
    worker->stop();
    QTRY_COMPARE_WITH_TIMEOUT(m_ends, QStringList{QStringLiteral("stopped")}, kPatienceMs);
    worker->order(Number{21}); // The reader goes on.
    QTRY_COMPARE_WITH_TIMEOUT(m_numbers, std::vector<int>{42}, kPatienceMs);
}

void WorkerTest::throwingProgramIsTold() {
    const auto worker = make();
    worker->start(doubles, throws);
    QTRY_COMPARE_WITH_TIMEOUT(m_ends, QStringList{QStringLiteral("thrown")}, kPatienceMs);
}

void WorkerTest::failIsMailToo() {
    const auto worker = make();
    worker->fail(Ended{QStringLiteral("no terminal")});
    QTRY_COMPARE_WITH_TIMEOUT(m_ends, QStringList{QStringLiteral("no terminal")}, kPatienceMs);
}

/// Both threads have ended when it is gone, whatever they were at.
void WorkerTest::nothingOutlivesIt() {
    std::atomic<int> running = 0;
    for (int i = 0; i < 50; ++i) {
        auto worker = make();
        worker->start(
            [&running](Mailbox<Order>& orders, Mailbox<Mail>& mail) {
                ++running;
                doubles(orders, mail);
                --running;
            },
            [&running](OpContext& context) {
                ++running;
                Order end = sleeps(context);
                --running;
                return end;
            });
        worker->order(Number{i});
        worker.reset();
        QCOMPARE(running.load(), 0);
    }
    QCoreApplication::processEvents();
    QVERIFY(m_numbers.empty() && m_ends.isEmpty()); // Nor does its mail come later.
}

QTEST_GUILESS_MAIN(WorkerTest)
#include "tst_worker.moc"
