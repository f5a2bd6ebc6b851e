// SPDX-License-Identifier: GPL-3.0-or-later
// FakeChannel: a NodeChannel without a node. A script answers what is run in it; everything asked is kept
// for the test to look at. Thread-safe, as the real ones are; tests/contract holds it to what they do.
#pragma once

#include <core/channel/node_channel.h>

#include <arpa/inet.h>
#include <array>
#include <fcntl.h>
#include <functional>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace podleaf::fakes {

class FakeChannel final : public channel::NodeChannel {
public:
    using Script = std::function<Result<channel::CommandResult>(OpContext&, const channel::Command&)>;

    using TerminalScript = std::function<Result<channel::CommandResult>(OpContext&, const channel::Command&, int terminal)>;

    /// `onExec` answers exec() and execOn(), on whatever thread calls them, and `onTerminal` execOn() where the input is a
    /// terminal; empty: every program ends with 0. A script that blocks returns when its context ends.
    explicit FakeChannel(Script onExec = {}, TerminalScript onTerminal = {})
        : m_onExec(std::move(onExec)), m_onTerminal(std::move(onTerminal)) {}

    Result<channel::CommandResult> exec(OpContext& context, const channel::Command& command) override {
        return perform(context, command, m_onExec);
    }
    Result<channel::CommandResult> execOn(OpContext& context, const channel::Command& command,
                                          const channel::StandardStreams& streams) override {
        auto result = ::isatty(streams.in) == 1 ? onTerminal(context, command, streams.in) : exec(context, fed(command, streams.in));
        if (result) {
            write(streams.out, std::exchange(result->output, {}));
            write(streams.err, std::exchange(result->errorOutput, {}));
        }
        return result;
    }
    Result<> upload(OpContext& context, const QString& path, const QByteArray& content, std::uint32_t mode) override {
        if (auto go = begin(context); !go) {
            return go;
        }
        const std::lock_guard lock(m_mutex);
        m_files[path] = {content, mode};
        return {};
    }
    Result<QByteArray> download(OpContext& context, const QString& path, qsizetype maxBytes) override {
        if (auto go = begin(context); !go) {
            return fail(std::move(go.error()));
        }
        const std::lock_guard lock(m_mutex);
        const auto it = m_files.find(path);
        if (it == m_files.end()) {
            return fail(ErrorCode::NotFound, QStringLiteral("%1 does not exist.").arg(path));
        }
        return it->second.content.left(maxBytes);
    }
    Result<UniqueFd> connectUnix(OpContext& context, const QString& path) override { return connect(context, path); }
    Result<UniqueFd> connectTcp(OpContext& context, std::uint16_t port) override {
        const std::uint16_t local = localPortOf(port);
        return local == 0 ? connect(context, QString::number(port)) : connectHere(context, local);
    }

    /// From now on somebody listens at a Unix socket's path or a TCP port, sends `greeting` to everybody, then its end.
    void listenAt(const QString& pathOrPort, const QByteArray& greeting) {
        const std::lock_guard lock(m_mutex);
        m_listeners[pathOrPort] = greeting;
    }
    /// From now on somebody listens there who is given the other end of each connection, on the thread of whoever connects.
    void serveAt(const QString& pathOrPort, std::function<void(UniqueFd)> onConnection) {
        const std::lock_guard lock(m_mutex);
        m_servers[pathOrPort] = std::move(onConnection);
    }
    /// From now on the node's port is that port of this host.
    void leadTo(std::uint16_t port, std::uint16_t localPort) {
        const std::lock_guard lock(m_mutex);
        m_localPorts[port] = localPort;
    }
    /// The node is gone: what is under way and everything later ends with Unreachable.
    void goAway() {
        m_gone.request_stop();
        const std::lock_guard lock(m_mutex);
        m_otherEnds.clear();
    }

    /// Everything that was run, in order.
    [[nodiscard]] std::vector<channel::Command> commands() const {
        const std::lock_guard lock(m_mutex);
        return m_commands;
    }
    /// The mode that a file was uploaded with; 0 when it was not.
    [[nodiscard]] std::uint32_t modeOf(const QString& path) const {
        const std::lock_guard lock(m_mutex);
        const auto it = m_files.find(path);
        return it == m_files.end() ? 0 : it->second.mode;
    }

private:
    struct File {
        QByteArray content;
        std::uint32_t mode = 0;
    };

    Result<channel::CommandResult> perform(OpContext& context, const channel::Command& command, const Script& script) {
        if (auto go = begin(context); !go) {
            return fail(std::move(go.error()));
        }
        {
            const std::lock_guard lock(m_mutex);
            m_commands.push_back(command);
        }
        std::stop_source either; // ends with the caller's and with the node
        const auto end = [&either] { either.request_stop(); };
        const std::stop_callback onStop(context.stop, end);
        const std::stop_callback onGone(m_gone.get_token(), end);
        OpContext inner = context;
        inner.stop = either.get_token();
        auto result = script ? script(inner, command) : Result<channel::CommandResult>(channel::CommandResult{});
        if (auto stillThere = begin(context); !stillThere) {
            return fail(std::move(stillThere.error()));
        }
        if (result) {
            cut(*result, command.maxOutputBytes);
        }
        return result;
    }
    Result<channel::CommandResult> onTerminal(OpContext& context, const channel::Command& command, int terminal) {
        return perform(context, command, [&](OpContext& inner, const channel::Command& what) {
            return m_onTerminal ? m_onTerminal(inner, what, terminal) : Result<channel::CommandResult>(channel::CommandResult{});
        });
    }
    /// The command with what its input holds.
    static channel::Command fed(const channel::Command& command, int input) {
        channel::Command whole = command;
        std::array<char, 4096> buffer;
        for (ssize_t count = 0; (count = ::read(input, buffer.data(), buffer.size())) > 0;) {
            whole.input.append(buffer.data(), count);
        }
        return whole;
    }
    Result<> begin(const OpContext& context) const {
        if (auto go = context.checkpoint(); !go) {
            return go;
        }
        return m_gone.stop_requested() ? fail(ErrorCode::Unreachable, QStringLiteral("The node is gone.")) : Result<>();
    }
    Result<UniqueFd> connect(const OpContext& context, const QString& target) {
        if (auto go = begin(context); !go) {
            return fail(std::move(go.error()));
        }
        const std::lock_guard lock(m_mutex);
        const auto it = m_listeners.find(target);
        const auto server = m_servers.find(target);
        std::array<int, 2> ends{-1, -1};
        if ((it == m_listeners.end() && server == m_servers.end()) ||
            ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
            return fail(ErrorCode::Unreachable, QStringLiteral("Nobody listens at %1.").arg(target));
        }
        if (server != m_servers.end()) {
            server->second(UniqueFd(ends[1]));
            return UniqueFd(ends[0]);
        }
        write(ends[1], it->second);
        ::shutdown(ends[1], SHUT_WR);
        m_otherEnds.emplace_back(ends[1]);
        return UniqueFd(ends[0]);
    }
    std::uint16_t localPortOf(std::uint16_t port) const {
        const std::lock_guard lock(m_mutex);
        const auto it = m_localPorts.find(port);
        return it == m_localPorts.end() ? 0 : it->second;
    }
    Result<UniqueFd> connectHere(const OpContext& context, std::uint16_t port) const {
        if (auto go = begin(context); !go) {
            return fail(std::move(go.error()));
        }
        UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            return fail(ErrorCode::Unreachable, QStringLiteral("Nobody listens at %1.").arg(port));
        }
        ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
        return socket;
    }
    static void cut(channel::CommandResult& result, qsizetype maxBytes) {
        for (QByteArray* output : {&result.output, &result.errorOutput}) {
            result.truncated = result.truncated || output->size() > maxBytes;
            output->truncate(maxBytes);
        }
    }
    static void write(int fd, const QByteArray& bytes) {
        static_cast<void>(::write(fd, bytes.constData(), static_cast<std::size_t>(bytes.size())) == bytes.size());
    }

    const Script m_onExec;
    const TerminalScript m_onTerminal;
    std::stop_source m_gone;
    mutable std::mutex m_mutex;
    std::vector<channel::Command> m_commands;
    std::map<QString, File> m_files;
    std::map<QString, QByteArray> m_listeners;
    std::map<std::uint16_t, std::uint16_t> m_localPorts;
    std::map<QString, std::function<void(UniqueFd)>> m_servers;
    std::vector<UniqueFd> m_otherEnds;
};

} // namespace podleaf::fakes
