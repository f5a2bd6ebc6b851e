// SPDX-License-Identifier: GPL-3.0-or-later
// Feed: the window's one bridge from the state store. It takes the newest snapshot at most once every
// 16 ms and hands it to the views as a signal. GUI thread.
#pragma once

#include <core/state/state_store.h>

#include <QElapsedTimer>
#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <memory>

namespace podleaf::ui {

class Feed final : public QObject {
    Q_OBJECT

public:
    explicit Feed(QObject* parent = nullptr);
    ~Feed() override;

    /// Follows `store` from now on (nullptr: nothing) and shows its present snapshot at once with
    /// restarted(). The store must live until the next follow() or the feed's end.
    void follow(state::StateStore* store);
    /// For a source other than a store: `reader`'s deltas after `first`.
    void follow(std::unique_ptr<state::Reader> reader, state::Snapshot first);

    /// While frozen the feed goes on collecting, but the views stand still.
    void setFrozen(bool frozen);
    [[nodiscard]] bool isFrozen() const { return m_frozen; }
    /// Log entries collected but not shown yet; 0 unless frozen.
    [[nodiscard]] int eventsBehind() const { return static_cast<int>(m_pending.log.size()); }
    /// What the views show; null when nothing is followed.
    [[nodiscard]] const state::Snapshot& shown() const { return m_shown; }

Q_SIGNALS:
    /// A new source: forget everything and show this (which may be null).
    void restarted(const podleaf::state::Snapshot& snapshot);
    /// The newest snapshot and everything that changed since the last signal.
    void updated(const podleaf::state::Snapshot& snapshot, const podleaf::state::Delta& delta);
    void frozenChanged(bool frozen, int eventsBehind);

private:
    void onReadable();
    void takeAndShow();

    std::unique_ptr<state::Reader> m_reader;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_nextFrame;
    QElapsedTimer m_lastFrame;
    state::Snapshot m_shown;
    state::Snapshot m_newest;
    state::Delta m_pending;
    bool m_frozen = false;
};

} // namespace podleaf::ui
