// SPDX-License-Identifier: GPL-3.0-or-later
// Feed: see the header.
#include "feed.h"

#include <chrono>
#include <utility>

namespace podleaf::ui {

namespace {
constexpr std::chrono::milliseconds kFrame{16};
/// While frozen, older entries are dropped from the pending log beyond this many; the store's state keeps all.
constexpr std::size_t kMaxPendingLog = 20000;
} // namespace

Feed::Feed(QObject* parent) : QObject(parent) {
    m_nextFrame.setSingleShot(true);
    m_nextFrame.setTimerType(Qt::PreciseTimer);
    connect(&m_nextFrame, &QTimer::timeout, this, &Feed::takeAndShow);
}

Feed::~Feed() = default;

void Feed::follow(state::StateStore* store) {
    if (store == nullptr) {
        follow(nullptr, nullptr);
        return;
    }
    // The reader first: whatever is published between the two calls is then in the snapshot as well.
    auto reader = store->openReader();
    follow(std::move(reader), store->snapshot());
}

void Feed::follow(std::unique_ptr<state::Reader> reader, state::Snapshot first) {
    m_notifier.reset();
    m_nextFrame.stop();
    m_reader = std::move(reader);
    m_pending = {};
    m_newest = first;
    m_shown = std::move(first);
    m_lastFrame.invalidate();
    if (m_reader) {
        m_notifier = std::make_unique<QSocketNotifier>(m_reader->wakeFd(), QSocketNotifier::Read);
        connect(m_notifier.get(), &QSocketNotifier::activated, this, &Feed::onReadable);
    }
    Q_EMIT restarted(m_shown);
}

void Feed::onReadable() {
    const qint64 since = m_lastFrame.isValid() ? m_lastFrame.elapsed() : kFrame.count();
    if (since >= kFrame.count()) {
        takeAndShow();
        return;
    }
    // The wake-up stays readable until it is taken; look again when the frame is over.
    m_notifier->setEnabled(false);
    m_nextFrame.start(static_cast<int>(kFrame.count() - since));
}

void Feed::takeAndShow() {
    if (!m_reader) {
        return;
    }
    m_notifier->setEnabled(true);
    m_lastFrame.restart();
    auto [snapshot, delta] = m_reader->take();
    if (snapshot) {
        m_newest = std::move(snapshot);
    }
    m_pending.merge(std::move(delta));
    if (m_frozen) {
        if (m_pending.log.size() > kMaxPendingLog) {
            m_pending.log.erase(m_pending.log.begin(), m_pending.log.end() - kMaxPendingLog);
        }
        Q_EMIT frozenChanged(true, eventsBehind());
        return;
    }
    m_shown = m_newest;
    const state::Delta shownNow = std::exchange(m_pending, {});
    Q_EMIT updated(m_shown, shownNow);
}

void Feed::setFrozen(bool frozen) {
    if (frozen == m_frozen) {
        return;
    }
    m_frozen = frozen;
    Q_EMIT frozenChanged(m_frozen, eventsBehind());
    if (!m_frozen && m_newest != m_shown) {
        m_shown = m_newest;
        const state::Delta shownNow = std::exchange(m_pending, {});
        Q_EMIT updated(m_shown, shownNow);
    }
}

} // namespace podleaf::ui
