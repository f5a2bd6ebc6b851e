// SPDX-License-Identifier: GPL-3.0-or-later
// VtyFeed: asks one node's bgpd about its neighbours over one persistent connection to bgpd.vty, at a steady
// pace and only while it is wanted. Lives on the poll thread.
#pragma once

#include "poll_loop.h"
#include "vty_decoder.h"

#include <core/channel/node_channel.h>
#include <core/state/observation.h>

#include <functional>
#include <memory>

namespace podleaf::observe {

class VtyFeed final : public Feed {
public:
    struct Target {
        std::shared_ptr<channel::NodeChannel> channel;
        QString socketPath;
    };
    struct Listener {
        std::function<void(state::Observed)> push;
        std::function<void(const std::vector<BgpNeighbor>&)> answered;
    };

    VtyFeed(PollLoop& loop, Target target, Listener listener) : Feed(loop), m_target(std::move(target)), m_listener(std::move(listener)) {}

    /// True: ask at once, then every 250 ms. False: ask no more; the connection stays.
    void setWanted(bool wanted);
    /// bgpd has ended: close the connection.
    void disconnect();

    void readable() override;
    void timeout() override { ask(); }

private:
    void ask();
    void connected(Result<UniqueFd> socket);
    bool send(QLatin1StringView command);
    bool take(const VtyAnswer& answer);

    const Target m_target;
    const Listener m_listener;
    bool m_wanted = false;
    bool m_connecting = false;
    int m_answersDue = 0;       ///< To what was sent.
    bool m_greetingDue = false; ///< The first answer is that to "enable".
    UniqueFd m_socket;
    VtyDecoder m_decoder;
};

} // namespace podleaf::observe
