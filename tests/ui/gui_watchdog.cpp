// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui_watchdog.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QFile>
#include <QTimer>

#include <algorithm>

namespace podleaf::test {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kSlower = 10;
#else
constexpr int kSlower = 1;
#endif

} // namespace

GuiWatchdog::GuiWatchdog(QObject* parent) : QObject(parent) {
    auto* dispatcher = QAbstractEventDispatcher::instance();
    connect(dispatcher, &QAbstractEventDispatcher::awake, this, &GuiWatchdog::begin);
    connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, &GuiWatchdog::end);
}

/// proc(5): time on a processor, time in the run queue, in nanoseconds.
GuiWatchdog::Clock GuiWatchdog::now() {
    Clock clock{std::chrono::steady_clock::now().time_since_epoch(), {}};
    QFile file(QStringLiteral("/proc/thread-self/schedstat"));
    if (file.open(QIODevice::ReadOnly)) {
        clock.queued = std::chrono::nanoseconds(file.readAll().split(' ').value(1).toLongLong());
    }
    return clock;
}

void GuiWatchdog::begin() {
    m_began = now();
    m_inTurn = true;
}

void GuiWatchdog::end() {
    if (!std::exchange(m_inTurn, false)) {
        return;
    }
    const Clock ended = now();
    const auto away = std::chrono::duration_cast<std::chrono::microseconds>((ended.wall - m_began.wall) - (ended.queued - m_began.queued));
    m_turns.push_back(away);
    m_longest = std::max(m_longest, away);
    if (away > kStall * kSlower) {
        m_stalls += QStringLiteral("%1: %2 ms").arg(m_part).arg(away.count() / 1000);
    }
}

std::vector<std::chrono::microseconds> GuiWatchdog::takeTurns() {
    std::ranges::sort(m_turns, std::greater());
    return std::exchange(m_turns, {});
}

bool GuiWatchdog::runUntil(const std::function<bool()>& done, std::chrono::milliseconds patience) {
    constexpr int kLookMs = 10;
    const QDeadlineTimer deadline(patience);
    QEventLoop loop;
    QTimer look;
    bool held = done();
    connect(&look, &QTimer::timeout, &loop, [&] {
        held = done();
        if (held || deadline.hasExpired()) {
            loop.quit();
        }
    });
    look.start(kLookMs);
    if (!held) {
        loop.exec();
    }
    return held;
}

} // namespace podleaf::test
