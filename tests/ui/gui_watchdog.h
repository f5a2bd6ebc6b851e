// SPDX-License-Identifier: GPL-3.0-or-later
// GuiWatchdog: measures how long the GUI thread is away from its event loop. What it waits for a processor (the
// kernel's run queue, /proc/thread-self/schedstat) is not counted: on a busy machine that says nothing about us. Lives
// on the GUI thread, which is the one it watches.
#pragma once

#include <QObject>
#include <QString>

#include <chrono>
#include <functional>
#include <vector>

namespace podleaf::test {

/// Longer than this is a stall, in a build without sanitizers.
inline constexpr std::chrono::milliseconds kStall{100};

class GuiWatchdog final : public QObject {
    Q_OBJECT
public:
    explicit GuiWatchdog(QObject* parent = nullptr);

    /// Runs the event loop until `done` holds, asked after each turn of it, or until the deadline; whether it held.
    bool runUntil(const std::function<bool()>& done, std::chrono::milliseconds patience);
    /// What comes is said to be of this part of the test.
    void enter(const QString& part) { m_part = part; }
    /// "up: 132 ms", one line a stall; empty when there was none.
    [[nodiscard]] QString stalls() const { return m_stalls.join(QLatin1Char('\n')); }
    [[nodiscard]] std::chrono::microseconds longest() const { return m_longest; }
    /// How long each turn took since the last call, longest first.
    std::vector<std::chrono::microseconds> takeTurns();

private:
    struct Clock {
        std::chrono::nanoseconds wall{0};
        std::chrono::nanoseconds queued{0}; ///< Ready to run, without a processor.
    };
    static Clock now();
    void begin();
    void end();

    QString m_part;
    QStringList m_stalls;
    Clock m_began;
    bool m_inTurn = false;
    std::chrono::microseconds m_longest{0};
    std::vector<std::chrono::microseconds> m_turns;
};

} // namespace podleaf::test
