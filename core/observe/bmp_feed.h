// SPDX-License-Identifier: GPL-3.0-or-later
// BmpFeed: the BMP connection to one node's bgpd, kept up while bgpd runs. Lives on the poll thread.
#pragma once

#include "bmp_peers.h"
#include "poll_loop.h"

#include <core/channel/node_channel.h>

#include <functional>
#include <memory>

namespace podleaf::observe {

class BmpFeed final : public Feed {
public:
    struct Target {
        NodeId node;
        std::uint32_t ownAsn = 0;
        std::shared_ptr<channel::NodeChannel> channel;
        std::uint16_t port = 0;
        UnnumberedPeers unnumbered;
    };
    /// What the feed tells its owner, on the poll thread.
    struct Listener {
        std::function<void(state::Observed)> push;
        std::function<void()> changed; ///< After a connection, its end, or messages.
    };

    BmpFeed(PollLoop& loop, Target target, Listener listener);

    /// bgpd runs: connect, now and again while it refuses.
    void start();
    /// bgpd has ended.
    void stop();
    /// What BMP has told is not so: begin anew.
    void renew();
    /// Something happened that bgpd may have waited for (an address): if it refused, try again at once.
    void hurry();

    [[nodiscard]] bool isConnected() const { return m_socket.isValid(); }
    /// A try has been refused since bgpd was started or the connection ended.
    [[nodiscard]] bool wasRefused() const { return m_refused; }
    [[nodiscard]] const BmpPeers& peers() const { return m_peers; }
    /// When a peer came up or a route came last.
    [[nodiscard]] TimePoint lastNews() const { return m_lastNews; }

    void readable() override;
    void timeout() override { connect(); }

private:
    void connect();
    void connected(Result<UniqueFd> socket);
    void disconnect();
    void retryLater();
    /// Decodes what was read; false when the stream is broken.
    bool take(QByteArrayView bytes);

    const Target m_target;
    const Listener m_listener;
    bool m_wanted = false;
    bool m_connecting = false;
    bool m_again = false; ///< Try again at once when the try under way is refused.
    bool m_refused = false;
    std::chrono::milliseconds m_pause{0};
    UniqueFd m_socket;
    BmpDecoder m_decoder;
    BmpPeers m_peers;
    TimePoint m_lastNews;
};

} // namespace podleaf::observe
