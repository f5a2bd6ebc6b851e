// SPDX-License-Identifier: GPL-3.0-or-later
// LeaseFeed: the leases of one node's DHCP server, read again when something points to a change.
// Lives on the poll thread.
#pragma once

#include "poll_loop.h"
#include "text_files.h"

#include <core/channel/node_channel.h>
#include <core/state/observation.h>

#include <functional>
#include <memory>

namespace podleaf::observe {

class LeaseFeed final : public Feed {
public:
    struct Target {
        NodeId node;
        std::shared_ptr<channel::NodeChannel> channel;
        QString leaseFile;
    };
    LeaseFeed(PollLoop& loop, const model::Lab& lab, Target target, std::function<void(state::Observed)> push)
        : Feed(loop), m_lab(lab), m_target(std::move(target)), m_push(std::move(push)) {}

    /// Reads the lease file, and once more afterwards if this is called again meanwhile.
    void read();

private:
    void compare(const Leases& leases);
    void tell(const Leases::value_type& lease, bool present);

    const model::Lab& m_lab;
    const Target m_target;
    const std::function<void(state::Observed)> m_push;
    Leases m_known;
    bool m_reading = false;
    bool m_again = false;
};

} // namespace podleaf::observe
