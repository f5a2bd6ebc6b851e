// SPDX-License-Identifier: GPL-3.0-or-later
// NamespaceEngine: nodes as Linux namespaces under one podleaf-labhost per running lab. A client without
// state: several processes may drive the same lab at once. Thread-safe, blocking.
#pragma once

#include <core/channel/labhost_client.h>
#include <core/engine/capture.h>
#include <core/engine/engine.h>
#include <core/engine/impairments.h>
#include <core/engine/node_setup.h>

#include <QByteArray>
#include <QDateTime>

namespace podleaf::engine {

struct NamespaceEngineSettings {
    LabId lab;
    QString runFolder;      ///< The lab lives in runFolder/NAME.
    QString labhostProgram; ///< Path of podleaf-labhost.
    QString labFilePath;    ///< The file the lab was read from, absolute.
    QByteArray labFileText; ///< Its text; a running lab keeps a copy in runFolder/NAME/lab.yaml.
};

class NamespaceEngine final : public Engine, public NodeSetup, public Capture, public Impairments {
public:
    /// Touches nothing on the host. Errors: InvalidInput (a lab name that cannot be a folder).
    static Result<std::unique_ptr<NamespaceEngine>> open(NamespaceEngineSettings settings);
    ~NamespaceEngine() override;

    Probe probe(OpContext& context) override;
    Result<Listing> list(OpContext& context) override;
    /// Starts the lab host when none runs, then makes what is missing. A node or link that exists with other
    /// properties is a Conflict.
    Result<> create(OpContext& context, const std::vector<NodeSpec>& nodes, const std::vector<LinkSpec>& links) override;
    Result<> removeParts(OpContext& context, const std::vector<NodeId>& nodes, const std::vector<LinkId>& links) override;
    Result<> remove(OpContext& context) override;
    Result<> setLink(OpContext& context, const LinkId& link, bool up) override;
    Result<> powerOff(OpContext& context, const NodeId& node) override;
    /// Errors: Unreachable when the lab does not run. The handler runs on a thread of the subscription and must
    /// not destroy it. After Lost no event comes any more; watch again once the lab runs.
    Result<std::unique_ptr<Subscription>> watch(EventHandler handler) override;
    std::shared_ptr<channel::NodeChannel> channel(const NodeId& node) override;
    NodeSetup* nodeSetup() override { return this; }
    Result<Capture*> capture() override { return this; }
    Result<Impairments*> impairments() override { return this; }

    /// Sysctls of "net.ipv4.conf.default" and "net.ipv6.conf.default" are written to the ports that exist as well.
    Result<> apply(OpContext& context, const NodeId& node, const NodeContent& content) override;
    Result<> startService(OpContext& context, const NodeId& node, const ServiceSpec& service) override;
    Result<> stopService(OpContext& context, const NodeId& node, const QString& service) override;
    Result<> forgetService(OpContext& context, const NodeId& node, const QString& service) override;
    Result<> signalService(OpContext& context, const NodeId& node, const QString& service, int signal) override;
    Result<QStringList> runningServices(OpContext& context, const NodeId& node) override;
    Result<UniqueFd> openNetlink(OpContext& context, const NodeId& node, std::uint32_t groups) override;
    Result<std::vector<NodeUsage>> usage(OpContext& context) override;
    Result<UniqueFd> openPackets(OpContext& context, const NodeId& node, const QString& port) override;
    Result<model::CableImpairments> impair(OpContext& context, const LinkId& link, Senders senders,
                                           const ImpairmentChange& change) override;
    Result<model::CableImpairments> declare(OpContext& context, const LinkId& link, const model::CableImpairments& impairments) override;
    Result<model::CableImpairments> impairmentsOf(OpContext& context, const LinkId& link) override;

private:
    class Private;
    explicit NamespaceEngine(std::unique_ptr<Private> d);
    std::shared_ptr<Private> d;
};

/// Whether this host can run labs of namespaces; NamespaceEngine::probe and `podleaf doctor`.
Probe probeNamespaces(OpContext& context, const QString& labhostProgram);

/// A lab that runs, found by its socket.
struct RunningLab {
    LabId lab;
    qint64 pid = 0;  ///< Of the outer lab host process, as seen on this host.
    QString labFile; ///< Path of the file it was deployed from.
    QString labCopy; ///< runFolder/NAME/lab.yaml: the text it was deployed from.
    QDateTime since; ///< UTC.
};
std::vector<RunningLab> runningLabs(const QString& runFolder);

/// Something of ours on this host that belongs to no running lab. kind: "process", "folder", "file", "mount", "cgroup".
struct Leftover {
    QString kind;
    QString name;
};
/// Looks at the host itself (processes, mounts, cgroups) and at `runFolder`, not at records of ours.
std::vector<Leftover> findLeftovers(const QString& runFolder);
/// Removes every leftover; running labs are not touched. Errors: Failed (what is still there, in detail).
Result<> collectGarbage(OpContext& context, const QString& runFolder);

} // namespace podleaf::engine
