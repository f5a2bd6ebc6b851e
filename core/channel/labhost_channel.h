// SPDX-License-Identifier: GPL-3.0-or-later
// LabhostChannel: NodeChannel into a node of a running lab host. Thread-safe, no state but the name.
#pragma once

#include "labhost_client.h"
#include "node_channel.h"

namespace podleaf::channel {

/// Gives the connection to use now, making it when there is none. Thread-safe.
using LabhostSource = std::function<Result<std::shared_ptr<LabhostClient>>(OpContext&)>;

class LabhostChannel final : public NodeChannel {
public:
    LabhostChannel(LabhostSource source, QString node);

    Result<CommandResult> exec(OpContext& context, const Command& command) override;
    Result<CommandResult> execOn(OpContext& context, const Command& command, const StandardStreams& streams) override;
    Result<> upload(OpContext& context, const QString& path, const QByteArray& content, std::uint32_t mode) override;
    Result<QByteArray> download(OpContext& context, const QString& path, qsizetype maxBytes) override;
    Result<UniqueFd> connectUnix(OpContext& context, const QString& path) override;
    Result<UniqueFd> connectTcp(OpContext& context, std::uint16_t port) override;

private:
    LabhostSource m_source;
    QString m_node;
};

} // namespace podleaf::channel
