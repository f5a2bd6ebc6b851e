// SPDX-License-Identifier: GPL-3.0-or-later
// NetlinkFeed: the netlink socket of one node and the tables made of it. Lives on the poll thread.
#pragma once

#include "kernel_tables.h"
#include "poll_loop.h"

#include <core/engine/node_setup.h>

#include <functional>

namespace podleaf::observe {

class NetlinkFeed final : public Feed {
public:
    /// `push` is told every observation, on the poll thread. The ports' counters are asked for each `countersEvery`.
    NetlinkFeed(PollLoop& loop, engine::NodeSetup& setup, NodeId node, std::chrono::milliseconds countersEvery,
                std::function<void(state::Observed)> push);

    void readable() override;
    void timeout() override;

private:
    void open();
    void opened(Result<UniqueFd> socket);
    void close();
    /// One datagram; false when there is none to read now.
    bool receive();
    void sendRequests();
    void flush();

    engine::NodeSetup& m_setup;
    const NodeId m_node;
    const std::chrono::milliseconds m_countersEvery;
    const std::function<void(state::Observed)> m_push;
    TimePoint m_countersDue = Clock::now();
    UniqueFd m_socket;
    KernelTables m_tables;
    std::vector<state::Observed> m_out;
    QByteArray m_buffer;
    std::chrono::milliseconds m_pause{0};
};

} // namespace podleaf::observe
