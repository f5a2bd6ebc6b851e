// SPDX-License-Identifier: GPL-3.0-or-later
// FakeChannel: a NodeChannel without a node. A script answers what is run in it; everything asked is kept
// for the test to look at. Thread-safe, as the real ones are.
#pragma once

#include <core/channel/node_channel.h>

#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace podleaf::fakes {

class FakeChannel final : public channel::NodeChannel {
public:
    using Script = std::function<Result<channel::CommandResult>(OpContext&, const channel::Command&)>;

    /// `onExec` answers exec() and execOn(), on whatever thread calls them; empty: every program ends with 0.
    explicit FakeChannel(Script onExec = {}) : m_onExec(std::move(onExec)) {}

    Result<channel::CommandResult> exec(OpContext& context, const channel::Command& command) override {
        {
            const std::lock_guard lock(m_mutex);
            m_commands.push_back(command);
        }
        if (auto go = context.checkpoint(); !go) {
            return fail(std::move(go.error()));
        }
        return m_onExec ? m_onExec(context, command) : Result<channel::CommandResult>(channel::CommandResult{});
    }
    Result<channel::CommandResult> execOn(OpContext& context, const channel::Command& command,
                                          const channel::StandardStreams& /*streams*/) override {
        return exec(context, command);
    }
    Result<> upload(OpContext& context, const QString& path, const QByteArray& content, std::uint32_t /*mode*/) override {
        const std::lock_guard lock(m_mutex);
        m_files[path] = content;
        return context.checkpoint();
    }
    Result<QByteArray> download(OpContext& /*context*/, const QString& path, qsizetype maxBytes) override {
        const std::lock_guard lock(m_mutex);
        const auto it = m_files.find(path);
        if (it == m_files.end()) {
            return fail(ErrorCode::NotFound, QStringLiteral("%1 does not exist.").arg(path));
        }
        return it->second.left(maxBytes);
    }
    Result<UniqueFd> connectUnix(OpContext& /*context*/, const QString& path) override {
        return fail(ErrorCode::Unreachable, QStringLiteral("Nobody listens at %1.").arg(path));
    }
    Result<UniqueFd> connectTcp(OpContext& /*context*/, std::uint16_t port) override {
        return fail(ErrorCode::Unreachable, QStringLiteral("Nobody listens at port %1.").arg(port));
    }

    /// Everything that was run, in order.
    [[nodiscard]] std::vector<channel::Command> commands() const {
        const std::lock_guard lock(m_mutex);
        return m_commands;
    }

private:
    const Script m_onExec;
    mutable std::mutex m_mutex;
    std::vector<channel::Command> m_commands;
    std::map<QString, QByteArray> m_files;
};

} // namespace podleaf::fakes
