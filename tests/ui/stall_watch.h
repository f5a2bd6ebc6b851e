// SPDX-License-Identifier: GPL-3.0-or-later
// StallWatch: how long the GUI thread did not come back to its event loop, at worst. Time in which the kernel let others
// run first (schedstat's run delay) is not the program's fault and is taken off. GUI thread.
#pragma once

#include <QElapsedTimer>
#include <QFile>
#include <QObject>
#include <QTimer>

#include <algorithm>

namespace podleaf::test {

/// What no slot may take; with a sanitizer, which makes all of it some times slower, the order of it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr double kStallMs = 400;
#else
inline constexpr double kStallMs = 100;
#endif

class StallWatch final : public QObject {
public:
    StallWatch() : m_schedstat(QStringLiteral("/proc/thread-self/schedstat")) {
        m_clock.start();
        m_lastDelayMs = delayMs();
        m_timer.setInterval(2);
        connect(&m_timer, &QTimer::timeout, this, &StallWatch::tick);
        m_timer.start();
    }
    /// Of everything since it was made.
    [[nodiscard]] double worstMs() {
        tick();
        return m_worstMs;
    }
    [[nodiscard]] int ticks() const { return m_ticks; }

private:
    void tick() {
        const double now = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
        const double delay = delayMs();
        m_worstMs = std::max(m_worstMs, (now - m_lastMs) - (delay - m_lastDelayMs));
        m_lastMs = now;
        m_lastDelayMs = delay;
        ++m_ticks;
    }
    [[nodiscard]] double delayMs() {
        if (!m_schedstat.isOpen() && !m_schedstat.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
            return 0;
        }
        m_schedstat.seek(0);
        return m_schedstat.read(128).split(' ').value(1).toDouble() / 1e6;
    }

    QElapsedTimer m_clock;
    QTimer m_timer;
    QFile m_schedstat; ///< "cpu-ns delay-ns slices".
    double m_lastMs = 0;
    double m_lastDelayMs = 0;
    double m_worstMs = 0;
    int m_ticks = 0;
};

} // namespace podleaf::test
