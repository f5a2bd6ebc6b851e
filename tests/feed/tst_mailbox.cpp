// SPDX-License-Identifier: GPL-3.0-or-later
// Mailbox: many threads post, one takes: everything arrives, of each thread in its order, and the wake-up says so. Also
// under ThreadSanitizer.
#include <ui/feed/mailbox.h>

#include <QTest>

#include <poll.h>
#include <thread>

using podleaf::ui::Mailbox;

namespace {

/// Whether the mailbox's wake-up is readable, waiting so long for it.
template <class T>
bool isWoken(const Mailbox<T>& box, int waitMs = 0) {
    pollfd wake{box.wakeFd(), POLLIN, 0};
    return ::poll(&wake, 1, waitMs) == 1 && (wake.revents & POLLIN) != 0;
}

} // namespace

class MailboxTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wakesUntilItIsTaken();
    void losesNothingOfManyThreads();
    void holdsWhatCannotBeCopied();
};

void MailboxTest::wakesUntilItIsTaken() {
    Mailbox<int> box;
    QVERIFY(!isWoken(box));
    box.post(1);
    box.post(2);
    QVERIFY(isWoken(box));
    QCOMPARE(box.take(), (std::vector<int>{1, 2}));
    QVERIFY(!isWoken(box));
    QVERIFY(box.take().empty());
}

void MailboxTest::losesNothingOfManyThreads() {
    constexpr int kThreads = 4;
    constexpr int kEach = 2000;
    Mailbox<std::pair<int, int>> box;
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < kThreads; ++writer) {
        writers.emplace_back([&box, writer] {
            for (int i = 0; i < kEach; ++i) {
                box.post({writer, i});
            }
        });
    }
    std::vector<int> seen(kThreads, 0);
    for (int all = 0; all < kThreads * kEach;) {
        QVERIFY(isWoken(box, 20'000));
        for (const auto& [writer, i] : box.take()) {
            QCOMPARE(i, seen.at(static_cast<std::size_t>(writer))++);
            ++all;
        }
    }
    writers.clear();
    QVERIFY(box.take().empty());
}

void MailboxTest::holdsWhatCannotBeCopied() {
    Mailbox<std::unique_ptr<QString>> box;
    const std::jthread writer([&box] { box.post(std::make_unique<QString>(QStringLiteral("made elsewhere"))); });
    QVERIFY(isWoken(box, 20'000));
    const auto taken = box.take();
    QCOMPARE(taken.size(), std::size_t(1));
    QCOMPARE(*taken.front(), QStringLiteral("made elsewhere"));
}

QTEST_GUILESS_MAIN(MailboxTest)
#include "tst_mailbox.moc"
