// SPDX-License-Identifier: GPL-3.0-or-later
// RememberingEngine: what the planner's tests plan against and carry their plans out on. The test's thread.
#pragma once

#include <core/engine/engine.h>
#include <core/engine/impairments.h>
#include <core/engine/node_setup.h>

#include <algorithm>
#include <map>
#include <memory>

namespace podleaf::fakes {

/// An engine of one remembered world: create makes everything, apply and startService remember.
class RememberingEngine final : public engine::Engine, public engine::NodeSetup, public engine::Impairments {
public:
    engine::Probe probe(OpContext& /*context*/) override { return {true, {}, {}, {}}; }
    Result<engine::Listing> list(OpContext& /*context*/) override { return world; }
    Result<> create(OpContext& /*context*/, const std::vector<engine::NodeSpec>& nodes,
                    const std::vector<engine::LinkSpec>& links) override {
        world.running = true;
        for (const engine::NodeSpec& node : nodes) {
            if (std::ranges::none_of(world.nodes, [&node](const auto& each) { return each.spec == node; })) {
                world.nodes.push_back({node, engine::PowerState::On});
            }
        }
        for (const engine::LinkSpec& link : links) {
            if (std::ranges::none_of(world.links, [&link](const auto& each) { return each.spec == link; })) {
                world.links.push_back({link, true});
            }
        }
        return {};
    }
    Result<> removeParts(OpContext& /*context*/, const std::vector<NodeId>& nodes, const std::vector<LinkId>& links) override {
        for (const NodeId& node : nodes) {
            std::erase_if(world.nodes, [&node](const auto& each) { return each.spec.id == node; });
            std::erase_if(world.links, [&node](const auto& each) { return each.spec.a.node == node || each.spec.b.node == node; });
            files.erase(node);
            services.erase(node);
        }
        for (const LinkId& link : links) {
            std::erase_if(world.links, [&link](const auto& each) { return each.spec.id == link; });
        }
        return {};
    }
    Result<> remove(OpContext& /*context*/) override {
        world = {};
        return {};
    }
    Result<> setLink(OpContext& /*context*/, const LinkId& /*link*/, bool /*up*/) override { return {}; }
    Result<> powerOff(OpContext& /*context*/, const NodeId& /*node*/) override { return {}; }
    Result<std::unique_ptr<engine::Subscription>> watch(engine::EventHandler /*handler*/) override {
        return fail(ErrorCode::Internal, QStringLiteral("not here"));
    }
    std::shared_ptr<channel::NodeChannel> channel(const NodeId& node) override { return std::make_shared<Channel>(files[node]); }
    engine::NodeSetup* nodeSetup() override { return this; }
    Result<engine::Impairments*> impairments() override { return this; }

    Result<model::CableImpairments> impair(OpContext& /*context*/, const LinkId& /*link*/, engine::Senders /*senders*/,
                                           const engine::ImpairmentChange& /*change*/) override {
        return fail(ErrorCode::Internal, QStringLiteral("not here"));
    }
    Result<model::CableImpairments> impairmentsOf(OpContext& /*context*/, const LinkId& link) override { return find(link).impairments; }
    Result<model::CableImpairments> declare(OpContext& /*context*/, const LinkId& link,
                                            const model::CableImpairments& impairments) override {
        find(link).declared = impairments;
        find(link).impairments = impairments;
        return impairments;
    }
    engine::ListedLink& find(const LinkId& link) {
        return *std::ranges::find(world.links, link, [](const engine::ListedLink& each) { return each.spec.id; });
    }

    Result<> apply(OpContext& /*context*/, const NodeId& node, const engine::NodeContent& content) override {
        for (const engine::FileSpec& file : content.files) {
            files[node][file.path] = file.content;
        }
        for (const QString& path : content.goneFiles) {
            files[node].erase(path);
        }
        return {};
    }
    Result<> startService(OpContext& /*context*/, const NodeId& node, const engine::ServiceSpec& service) override {
        services[node].append(service.name);
        return {};
    }
    Result<> stopService(OpContext& /*context*/, const NodeId& node, const QString& service) override {
        services[node].removeAll(service);
        return {};
    }
    Result<> forgetService(OpContext& context, const NodeId& node, const QString& service) override {
        forgotten[node].append(service);
        return stopService(context, node, service);
    }
    Result<> signalService(OpContext& /*context*/, const NodeId& /*node*/, const QString& /*service*/, int /*signal*/) override {
        return {};
    }
    Result<QStringList> runningServices(OpContext& /*context*/, const NodeId& node) override { return services[node]; }
    Result<UniqueFd> openNetlink(OpContext& /*context*/, const NodeId& /*node*/, std::uint32_t /*groups*/) override { return UniqueFd(); }
    Result<std::vector<engine::NodeUsage>> usage(OpContext& /*context*/) override { return std::vector<engine::NodeUsage>(); }

    using Files = std::map<QString, QByteArray>;
    class Channel final : public channel::NodeChannel {
    public:
        explicit Channel(Files files) : m_files(std::move(files)) {}
        Result<channel::CommandResult> exec(OpContext& /*context*/, const channel::Command& /*command*/) override {
            return channel::CommandResult{}; // a reload
        }
        Result<channel::CommandResult> execOn(OpContext& /*context*/, const channel::Command& /*command*/,
                                              const channel::StandardStreams& /*streams*/) override {
            return no();
        }
        Result<> upload(OpContext& /*context*/, const QString& /*path*/, const QByteArray& /*content*/, std::uint32_t /*mode*/) override {
            return no();
        }
        Result<QByteArray> download(OpContext& /*context*/, const QString& path, qsizetype /*maxBytes*/) override {
            const auto it = m_files.find(path);
            return it == m_files.end() ? Result<QByteArray>(fail(ErrorCode::NotFound, path)) : Result<QByteArray>(it->second);
        }
        Result<UniqueFd> connectUnix(OpContext& /*context*/, const QString& /*path*/) override { return no(); }
        Result<UniqueFd> connectTcp(OpContext& /*context*/, std::uint16_t /*port*/) override { return no(); }

    private:
        static Unexpected no() { return fail(ErrorCode::Internal, QStringLiteral("not here")); }
        Files m_files;
    };

    engine::Listing world;
    std::map<NodeId, Files> files;
    std::map<NodeId, QStringList> services;
    std::map<NodeId, QStringList> forgotten;
};

} // namespace podleaf::fakes
