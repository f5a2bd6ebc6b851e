// SPDX-License-Identifier: GPL-3.0-or-later
#include "mailbox.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLoggingCategory>

#include <cerrno>
#include <cstring>
#include <sys/eventfd.h>

namespace podleaf::state {

namespace {

Q_LOGGING_CATEGORY(logMailbox, "podleaf.state.reader", QtInfoMsg)

/// A reader that does not take for so long loses the oldest entries, and is told.
constexpr std::size_t kLogLimit = 200000;

/// Drops the oldest half when there are too many; returns how many were dropped.
template <class Entry>
std::size_t bound(std::vector<Entry>& entries) {
    if (entries.size() <= kLogLimit) {
        return 0;
    }
    const std::size_t surplus = entries.size() - kLogLimit / 2;
    entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(surplus));
    return surplus;
}

} // namespace

Mailbox::Mailbox(Snapshot first) : m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), m_snapshot(std::move(first)) {
    if (!m_wake.isValid()) {
        qCWarning(logMailbox) << "eventfd=failed error=" << std::strerror(errno);
    }
}

void Mailbox::deliver(const Snapshot& snapshot, const Delta& delta) {
    {
        const std::lock_guard lock(m_mutex);
        m_snapshot = snapshot;
        m_delta.merge(Delta(delta));
        m_dropped += bound(m_delta.log) + bound(m_delta.routes) + bound(m_delta.changes);
    }
    ::eventfd_write(m_wake.get(), 1);
}

std::pair<Snapshot, Delta> Mailbox::take() {
    eventfd_t count = 0;
    ::eventfd_read(m_wake.get(), &count); // Before the take: what comes after wakes again.
    const std::lock_guard lock(m_mutex);
    Delta delta = std::exchange(m_delta, {});
    if (const std::uint64_t dropped = std::exchange(m_dropped, 0); dropped > 0) {
        delta.log.push_back({QDateTime::currentMSecsSinceEpoch(), QStringLiteral("loss"), m_snapshot->lab.name,
                             QCoreApplication::translate("State", "%1 entries came too fast to be shown.").arg(dropped), true});
    }
    return {m_snapshot, std::move(delta)};
}

} // namespace podleaf::state
