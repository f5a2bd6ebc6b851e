// SPDX-License-Identifier: GPL-3.0-or-later
// SshChannel: NodeChannel into a machine with an SSH server. Thread-safe; one session, one thread, any number of
// programs and streams side by side.
#pragma once

#include "node_channel.h"
#include "ssh_connection.h"

#include <condition_variable>
#include <memory>
#include <mutex>

namespace podleaf::channel {

/// It connects when it is first used, with that call's context; while that fails, each call tries again. Once connected,
/// it is for one connection: when that is lost, every call fails with Unreachable from then on, while programs go on in
/// the node. Make a new channel to reconnect. Where it differs from a lab host's channel: files belong to the user who
/// logs in, the user's login shell must be a POSIX shell whose start-up files say nothing, and streams end with the channel.
class SshChannel final : public NodeChannel {
public:
    explicit SshChannel(SshTarget target);

    /// Connects now. Not needed, except to learn early why it does not work. Errors: as SshConnection::open.
    Result<> connect(OpContext& context);

    Result<CommandResult> exec(OpContext& context, const Command& command) override;
    Result<CommandResult> execOn(OpContext& context, const Command& command, const StandardStreams& streams) override;
    Result<> upload(OpContext& context, const QString& path, const QByteArray& content, std::uint32_t mode) override;
    Result<QByteArray> download(OpContext& context, const QString& path, qsizetype maxBytes) override;
    Result<UniqueFd> connectUnix(OpContext& context, const QString& path) override;
    Result<UniqueFd> connectTcp(OpContext& context, std::uint16_t port) override;

private:
    Result<SshConnection*> connection(OpContext& context);
    Result<UniqueFd> openStream(OpContext& context, SshRequest stream);
    [[nodiscard]] Unexpected fileError(const CommandResult& result, const QString& path) const;

    const SshTarget m_target;
    std::mutex m_mutex; ///< Guards what follows.
    std::condition_variable_any m_connected;
    bool m_isConnecting = false;
    std::unique_ptr<SshConnection> m_connection; ///< Set once.
};

} // namespace podleaf::channel
