// SPDX-License-Identifier: GPL-3.0-or-later
// Mailbox: what the store has published and one reader has not taken yet. Written by the store's thread,
// emptied by the reader's. Internal to core/state; thread-safe.
#pragma once

#include "state_store.h"

#include <mutex>

namespace podleaf::state {

class Mailbox final {
public:
    explicit Mailbox(Snapshot first);

    void deliver(const Snapshot& snapshot, const Delta& delta);
    std::pair<Snapshot, Delta> take();
    [[nodiscard]] int wakeFd() const { return m_wake.get(); }

private:
    const UniqueFd m_wake; ///< An eventfd, readable while something waits.
    std::mutex m_mutex;
    Snapshot m_snapshot;
    Delta m_delta;
    std::uint64_t m_dropped = 0;
};

class MailboxReader final : public Reader {
public:
    explicit MailboxReader(std::shared_ptr<Mailbox> mailbox) : m_mailbox(std::move(mailbox)) {}
    [[nodiscard]] int wakeFd() const override { return m_mailbox->wakeFd(); }
    std::pair<Snapshot, Delta> take() override { return m_mailbox->take(); }

private:
    std::shared_ptr<Mailbox> m_mailbox;
};

} // namespace podleaf::state
