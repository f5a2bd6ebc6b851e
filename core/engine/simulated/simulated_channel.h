// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedChannel: the way into a simulated node. There is nothing in it: it answers the curl of a test by what the
// routes say, gives back what was applied, and says of everything else that it is not there. Thread-safe.
#pragma once

#include "simulated_network.h"

#include <core/channel/node_channel.h>
#include <core/model/lab.h>

#include <functional>

namespace podleaf::engine {

/// What a channel needs of its engine; what the functions use lives as long as they do.
struct SimulatedInside {
    const model::Lab& lab;
    std::uint32_t seed;
    std::function<Result<>(const std::function<void(const SimulatedWorld&)>&)> look;
    std::function<Result<std::shared_ptr<const SimulatedNetwork>>()> network;
};

class SimulatedChannel final : public channel::NodeChannel {
public:
    SimulatedChannel(SimulatedInside inside, NodeId node) : m_inside(std::move(inside)), m_node(std::move(node)) {}

    /// curl URL, as a test asks; reloads of daemons, which find nothing to do; NotFound for every other program.
    Result<channel::CommandResult> exec(OpContext& context, const channel::Command& command) override;
    Result<channel::CommandResult> execOn(OpContext& context, const channel::Command& command,
                                          const channel::StandardStreams& streams) override;
    Result<> upload(OpContext& context, const QString& path, const QByteArray& content, std::uint32_t mode) override;
    /// What was applied under /run/podleaf.
    Result<QByteArray> download(OpContext& context, const QString& path, qsizetype maxBytes) override;
    Result<UniqueFd> connectUnix(OpContext& context, const QString& path) override;
    Result<UniqueFd> connectTcp(OpContext& context, std::uint16_t port) override;

private:
    Result<channel::CommandResult> curl(OpContext& context, const QString& url);
    [[nodiscard]] Result<int> exitCodeOf(const QString& url, QByteArray& answer, std::size_t& hops) const;

    const SimulatedInside m_inside;
    const NodeId m_node;
};

} // namespace podleaf::engine
