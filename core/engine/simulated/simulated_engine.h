// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedEngine: an engine that makes nothing at all. What was done to the lab is kept in its journal, so that a lab
// lasts from `up` to `down` and every client sees the same; what its nodes would say is worked out from that. It needs
// no privilege and no program. Thread-safe, blocking.
#pragma once

#include "simulated_journal.h"

#include <core/engine/impairments.h>
#include <core/engine/node_setup.h>

#include <QDateTime>

namespace podleaf::engine {

struct SimulatedEngineSettings {
    model::Lab lab;         ///< As the file has it now.
    QString runFolder;      ///< The lab hosts' own; the journal lies beside it.
    QString labFilePath;    ///< The file the lab was read from, absolute.
    QByteArray labFileText; ///< Its text; the journal keeps a copy.
    std::uint32_t seed = 1;
};

class SimulatedEngine final : public Engine, public NodeSetup, public Impairments {
public:
    /// Touches nothing on the host.
    explicit SimulatedEngine(SimulatedEngineSettings settings);
    ~SimulatedEngine() override;

    Probe probe(OpContext& context) override;
    Result<Listing> list(OpContext& context) override;
    Result<> create(OpContext& context, const std::vector<NodeSpec>& nodes, const std::vector<LinkSpec>& links) override;
    Result<> removeParts(OpContext& context, const std::vector<NodeId>& nodes, const std::vector<LinkId>& links) override;
    Result<> remove(OpContext& context) override;
    Result<> setLink(OpContext& context, const LinkId& link, bool up) override;
    Result<> powerOff(OpContext& context, const NodeId& node) override;
    /// Errors: Unreachable when the lab is not up. The handler runs on a thread of the subscription and must not destroy
    /// it. After Lost no event comes any more.
    Result<std::unique_ptr<Subscription>> watch(EventHandler handler) override;
    /// Answers curl; runs nothing else.
    std::shared_ptr<channel::NodeChannel> channel(const NodeId& node) override;
    NodeSetup* nodeSetup() override { return this; }
    Result<Impairments*> impairments() override { return this; }

    Result<> apply(OpContext& context, const NodeId& node, const NodeContent& content) override;
    Result<> startService(OpContext& context, const NodeId& node, const ServiceSpec& service) override;
    Result<> stopService(OpContext& context, const NodeId& node, const QString& service) override;
    Result<> forgetService(OpContext& context, const NodeId& node, const QString& service) override;
    Result<> signalService(OpContext& context, const NodeId& node, const QString& service, int signal) override;
    Result<QStringList> runningServices(OpContext& context, const NodeId& node) override;
    /// Errors: HostLacks, always: there is no kernel that one could ask.
    Result<UniqueFd> openNetlink(OpContext& context, const NodeId& node, std::uint32_t groups) override;
    /// Errors: HostLacks, always: nothing runs that could use anything.
    Result<std::vector<NodeUsage>> usage(OpContext& context) override;
    Result<model::CableImpairments> impair(OpContext& context, const LinkId& link, Senders senders,
                                           const ImpairmentChange& change) override;
    Result<model::CableImpairments> declare(OpContext& context, const LinkId& link, const model::CableImpairments& impairments) override;
    Result<model::CableImpairments> impairmentsOf(OpContext& context, const LinkId& link) override;

    /// The text that the lab was brought up from; nullopt when it is not up.
    Result<std::optional<QByteArray>> deployedText();
    /// From now on the events of the lab file's script happen; success when they do already.
    Result<> play();
    /// Tells of everything that is new in the lab, from what there is now on; see SimulatedFollower.
    Result<std::unique_ptr<SimulatedFollower>> follow(SimulatedFollower::Handler handler);
    [[nodiscard]] std::uint32_t seed() const;

private:
    class Private;
    std::shared_ptr<Private> d;
};

/// A simulated lab that is up, found by its journal.
struct SimulatedLab {
    LabId lab;
    QString labFile;
    QByteArray labText; ///< What it was brought up from.
    QDateTime since;    ///< UTC.
};
std::vector<SimulatedLab> simulatedLabs(const QString& runFolder);

} // namespace podleaf::engine
