// SPDX-License-Identifier: GPL-3.0-or-later
// PortForward: a port of this host's loopback that leads to one of a node's, on any engine. It has a thread of its own, and one
// for each connection while that is made. Thread-safe.
#pragma once

#include "node_channel.h"

#include <functional>
#include <memory>

namespace podleaf::channel {

class PortForward {
public:
    struct Ports {
        std::uint16_t node = 0;  ///< On the node's own loopback.
        std::uint16_t local = 0; ///< On 127.0.0.1; 0: one that is free.
    };
    /// Told why a connection could not be joined with the node; it is reset then. On a thread of the forward, several at once;
    /// it must not destroy the forward.
    using OnRefused = std::function<void(const Error&)>;

    /// Listens until destroyed. Both sides' halves of a connection end one by one, as they do without it.
    /// Errors: AlreadyExists (somebody has the local port), Denied (it is below 1024), Failed.
    static Result<std::unique_ptr<PortForward>> open(std::shared_ptr<NodeChannel> node, Ports ports, OnRefused onRefused = {});
    ~PortForward(); ///< Ends at once, and resets what is connected.
    PortForward(const PortForward&) = delete;
    PortForward& operator=(const PortForward&) = delete;

    /// The local port.
    [[nodiscard]] std::uint16_t port() const;

private:
    class Private;
    explicit PortForward(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

} // namespace podleaf::channel
