// SPDX-License-Identifier: GPL-3.0-or-later
// A lab without namespaces for the collector: an engine whose events the test makes, and nodes whose bgpd, vty, kernel
// and files answer as the test has set them. Thread-safe; a thread of its own plays the daemons.
#pragma once

#include <core/channel/node_channel.h>
#include <core/engine/engine.h>
#include <core/engine/node_setup.h>

#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <thread>

namespace podleaf::test {

/// What a node's daemons and kernel say. Change it before the collector asks.
struct FakeNode {
    QByteArray bmp;   ///< What bgpd sends to whoever connects; empty: it does not listen.
    QByteArray vty;   ///< The answer to `show bgp neighbors json`; empty: nobody listens.
    QByteArray links; ///< The kernel's tables, as undumped rtnetlink messages.
    QByteArray addresses;
    QByteArray routes;
    std::map<QString, QByteArray> files;
    std::vector<engine::NodeUsage> usage; ///< One a look, the last for ever; empty: nothing is told of it.
    bool hangs = false;                   ///< Every call blocks until its context ends.
};

class FakeFabric final : public engine::Engine, public engine::NodeSetup {
public:
    FakeFabric();
    ~FakeFabric() override;

    /// Changes what a node says from now on.
    void set(const char* node, const std::function<void(FakeNode&)>& change);
    /// Sends bytes on every open connection of this kind ("bmp", "vty", "netlink") of a node; false when there is none.
    bool say(const char* node, const char* kind, const QByteArray& bytes);
    /// Closes them.
    void hangUp(const char* node, const char* kind);
    /// Events go to who watches, and to who will.
    void emitEvent(engine::Event::Type type, const char* node, const char* process = "", int signal = 0);
    void emitLink(const char* link, bool up);
    /// How many connections of this kind are open; and how many questions the vtys were asked in all.
    [[nodiscard]] int open(const char* kind) const;
    [[nodiscard]] int questions() const;
    /// Whether nobody can tell what the nodes use; and how often that was asked.
    void setUsageFails(bool fails);
    [[nodiscard]] int looks() const;

    engine::Probe probe(OpContext& context) override;
    Result<engine::Listing> list(OpContext& context) override;
    Result<> create(OpContext& context, const std::vector<engine::NodeSpec>& nodes, const std::vector<engine::LinkSpec>& links) override;
    Result<> removeParts(OpContext& context, const std::vector<NodeId>& nodes, const std::vector<LinkId>& links) override;
    Result<> remove(OpContext& context) override;
    Result<> setLink(OpContext& context, const LinkId& link, bool up) override;
    Result<> powerOff(OpContext& context, const NodeId& node) override;
    Result<std::unique_ptr<engine::Subscription>> watch(engine::EventHandler handler) override;
    std::shared_ptr<channel::NodeChannel> channel(const NodeId& node) override;
    engine::NodeSetup* nodeSetup() override { return this; }
    Result<> apply(OpContext& context, const NodeId& node, const engine::NodeContent& content) override;
    Result<> startService(OpContext& context, const NodeId& node, const engine::ServiceSpec& service) override;
    Result<> stopService(OpContext& context, const NodeId& node, const QString& service) override;
    Result<> forgetService(OpContext& context, const NodeId& node, const QString& service) override;
    Result<> signalService(OpContext& context, const NodeId& node, const QString& service, int signal) override;
    Result<QStringList> runningServices(OpContext& context, const NodeId& node) override;
    Result<UniqueFd> openNetlink(OpContext& context, const NodeId& node, std::uint32_t groups) override;
    Result<std::vector<engine::NodeUsage>> usage(OpContext& context) override;

private:
    friend class FakeFabricChannel;
    friend class FakeSubscription;
    struct Connection {
        QString node;
        QString kind;
        UniqueFd ours;
    };
    void emitEvent(const engine::Event& event);
    /// The client's end of a new connection, whose other end the thread plays.
    Result<UniqueFd> connect(OpContext& context, const QString& node, const QString& kind);
    Result<> waitWhileHanging(OpContext& context, const QString& node) const;
    Result<QByteArray> file(const QString& node, const QString& path) const;
    void run(const std::stop_token& stop);
    /// Answers what came on a connection; false when the client has closed it.
    bool serve(Connection& connection);
    void answerKernel(const Connection& connection, const QByteArray& request);

    mutable std::mutex m_mutex; ///< Guards everything below.
    std::map<QString, FakeNode> m_nodes;
    std::list<Connection> m_connections;
    std::vector<engine::Event> m_past; ///< What a watcher who comes later is told first.
    engine::EventHandler m_handler;
    int m_questions = 0;
    bool m_usageFails = false;
    int m_looks = 0;
    UniqueFd m_wake;
    std::jthread m_thread;
};

} // namespace podleaf::test
