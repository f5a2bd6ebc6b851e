// SPDX-License-Identifier: GPL-3.0-or-later
// The making of a cluster as steps: in which order, noted where, going on where it was interrupted, and without its secrets
// in what is told. Hosts are fakes; what kubeadm really does is for the tests with the label kube.
#include <core/blueprint/cluster_workloads.h>
#include <core/blueprint/kubernetes.h>
#include <core/blueprint/router_manifest.h>
#include <core/deploy/cluster.h>
#include <core/deploy/deploy.h>
#include <core/plan/plan_runner.h>
#include <tests/fakes/fake_channel.h>
#include <tests/fakes/tutorial_lab.h>

#include <QCryptographicHash>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <limits>
#include <mutex>

using namespace podleaf;
using namespace Qt::StringLiterals;

namespace {

model::Lab clusterLab() {
    model::Lab lab = fakes::tutorialLab();
    lab.kubernetes = model::Kubernetes{u"1.37.2"_s, NodeId(u"host1"_s), fakes::prefix("10.96.0.0/12")};
    return lab;
}

/// All that is noted when a cluster is done; of objects, which ones.
QStringList deeds() {
    const auto digest = [](const QByteArray& objects) {
        return QString::fromLatin1(QCryptographicHash::hash(objects, QCryptographicHash::Sha256).toHex().left(16));
    };
    return {u"certificates"_s,
            u"images"_s,
            u"control-plane"_s,
            u"settings"_s,
            u"pod-network"_s,
            u"join"_s,
            u"addons"_s,
            u"router-"_s + digest(blueprint::routerManifest(clusterLab())),
            u"workloads-"_s + digest(blueprint::workloadObjects(clusterLab()))};
}

/// Hosts that run what they are told and keep what is written to them.
class FakeHosts final : public engine::Engine {
public:
    using Script = std::function<channel::CommandResult(const NodeId&, const QStringList&)>;

    engine::Probe probe(OpContext& /*context*/) override { return {true, {}, {}, {}}; }
    Result<engine::Listing> list(OpContext& /*context*/) override { return engine::Listing{}; }
    Result<> create(OpContext& /*context*/, const std::vector<engine::NodeSpec>& /*nodes*/,
                    const std::vector<engine::LinkSpec>& /*links*/) override {
        return {};
    }
    Result<> removeParts(OpContext& /*context*/, const std::vector<NodeId>& /*nodes*/, const std::vector<LinkId>& /*links*/) override {
        return {};
    }
    Result<> remove(OpContext& /*context*/) override { return {}; }
    Result<> setLink(OpContext& /*context*/, const LinkId& /*link*/, bool /*up*/) override { return {}; }
    Result<> powerOff(OpContext& /*context*/, const NodeId& /*node*/) override { return {}; }
    Result<std::unique_ptr<engine::Subscription>> watch(engine::EventHandler /*handler*/) override {
        return fail(ErrorCode::Internal, u"not here"_s);
    }
    std::shared_ptr<channel::NodeChannel> channel(const NodeId& node) override { return host(node); }

    std::shared_ptr<fakes::FakeChannel> host(const NodeId& node) {
        const std::lock_guard lock(m_mutex);
        auto& host = m_hosts[node];
        if (!host) {
            host = std::make_shared<fakes::FakeChannel>([this, node](OpContext& /*context*/, const channel::Command& command) {
                return Result<channel::CommandResult>(answer(node, command.argv));
            });
        }
        return host;
    }

    /// What was run, "host1: kubeadm init phase certs all", in the order in which it was begun.
    [[nodiscard]] QStringList commands() const {
        const std::lock_guard lock(m_mutex);
        return m_commands;
    }
    Script script; ///< For whatever is neither a look at notes nor at the API server.

private:
    channel::CommandResult answer(const NodeId& node, const QStringList& argv) {
        if (argv.front() == u"ls"_s) {
            QByteArray notes;
            for (const QString& deed : deeds()) {
                notes += host(node)->modeOf(deploy::kClusterNotes + u'/' + deed) == 0 ? QByteArray() : deed.toUtf8() + '\n';
            }
            return {0, 0, notes, {}};
        }
        {
            const std::lock_guard lock(m_mutex);
            m_commands << node.name + u": "_s + argv.join(u' ');
        }
        return argv.front() == u"curl"_s ? channel::CommandResult{0, 0, "ok", {}} : script ? script(node, argv) : channel::CommandResult{};
    }

    mutable std::mutex m_mutex;
    std::map<NodeId, std::shared_ptr<fakes::FakeChannel>> m_hosts;
    QStringList m_commands;
};

class Cluster {
public:
    Cluster() {
        OpContext context;
        const bool written = hosts.host(NodeId(u"host1"_s))->upload(context, u"/etc/kubernetes/pki/ca.crt"_s, "CA", 0644).has_value();
        Q_ASSERT(written);
    }
    plan::Plan plan() {
        std::map<NodeId, QSet<QString>> notes;
        OpContext context;
        for (const char* host : {"host1", "host2", "host3"}) {
            notes[fakes::node(host)] = *deploy::clusterNotes(context, hosts, fakes::node(host));
        }
        plan::Plan plan;
        deploy::addClusterSteps(plan, clusterLab(), {u"/store/sets/1"_s, {u"images/pause-image.tar"_s}}, notes, {}, hosts);
        return plan;
    }
    plan::PlanResult up() {
        made = plan();
        OpContext context;
        context.deadline = Clock::now() + std::chrono::seconds(20);
        return plan::run(made, context);
    }

    FakeHosts hosts;
    plan::Plan made;
};

/// Where the first command is that the pattern is in; below all where there is none.
qsizetype placeOf(const QStringList& commands, const QString& pattern) {
    const QRegularExpression wanted(pattern);
    const auto found = std::ranges::find_if(commands, [&wanted](const QString& command) { return command.contains(wanted); });
    return found == commands.end() ? std::numeric_limits<qsizetype>::min() : found - commands.begin();
}

} // namespace

class TestCluster : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everythingComesInOrder() {
        Cluster cluster;
        const plan::PlanResult result = cluster.up();
        const auto error = result.firstError(cluster.made);
        QVERIFY2(!error, error ? qPrintable(describe(*error)) : "");
        const QStringList commands = cluster.hosts.commands();
        const auto isBefore = [&commands](const QString& earlier, const QString& later) {
            return placeOf(commands, earlier) >= 0 && placeOf(commands, earlier) < placeOf(commands, later);
        };
        QVERIFY2(isBefore(u"host1: kubeadm init phase certs all"_s, u"host1: kubeadm init phase kubelet-start"_s),
                 qPrintable(commands.join(u'\n')));
        QVERIFY(isBefore(u"host1: ctr .*pause-image"_s, u"host1: kubeadm init phase kubelet-start"_s));
        QVERIFY(isBefore(u"host1: kubeadm init phase kubelet-start"_s, u"host1: curl"_s));
        QVERIFY(isBefore(u"host1: curl"_s, u"host1: kubeadm init phase upload-config"_s));
        for (const QString& host : {u"host2"_s, u"host3"_s}) {
            QVERIFY(isBefore(u"host1: kubeadm init phase bootstrap-token"_s, host + u": kubeadm join"_s));
            QVERIFY(isBefore(host + u": ctr "_s, host + u": kubeadm join"_s));
            QVERIFY(isBefore(host + u": kubeadm join"_s, u"host1: kubectl patch node/"_s + host));
        }
        QCOMPARE(commands.filter(u"10.20.1.0/24"_s).size(), 1); // host2's network, as the lab file gives it
        QVERIFY(commands.back().startsWith(u"host1: kubectl wait --for=condition=Ready node --all"_s));
        QVERIFY(cluster.plan().isEmpty()); // all of it is noted
    }

    /// Each host's configuration and its token are for root alone, in memory.
    void secretsAreFilesOfRoot() {
        Cluster cluster;
        QCOMPARE(cluster.up().outcome, plan::Outcome::Succeeded);
        const auto control = cluster.hosts.host(NodeId(u"host1"_s));
        QCOMPARE(control->modeOf(u"/etc/kubernetes/podleaf-token"_s), 0600U);
        QCOMPARE(control->modeOf(u"/run/podleaf/kubeadm/init.yaml"_s), 0600U);
        QCOMPARE(cluster.hosts.host(NodeId(u"host2"_s))->modeOf(u"/run/podleaf/kubeadm/join.yaml"_s), 0600U);
        OpContext context;
        const QString token = QString::fromLatin1(control->download(context, u"/etc/kubernetes/podleaf-token"_s, 100)->trimmed());
        QVERIFY2(token.contains(QRegularExpression(u"^[a-z0-9]{6}\\.[a-z0-9]{16}$"_s)), qPrintable(token));
        QVERIFY(control->download(context, u"/run/podleaf/kubeadm/init.yaml"_s, 9999)->contains(token.toLatin1()));
        QVERIFY(cluster.hosts.commands().filter(token).isEmpty()); // arguments can be seen by everybody
    }

    void itGoesOnWhereItWasInterrupted() {
        Cluster cluster;
        cluster.hosts.script = [](const NodeId& host, const QStringList& argv) {
            const bool fails = host.name == u"host3"_s && argv.value(1) == u"join"_s;
            return channel::CommandResult{
                fails ? 1 : 0, 0, {}, fails ? QByteArray("token abcdef.0123456789abcdef is wrong") : QByteArray()};
        };
        const auto error = cluster.up().firstError(cluster.made);
        QVERIFY(error);
        QVERIFY2(describe(*error).contains(u"host3 could not join the cluster."_s), qPrintable(describe(*error)));
        QVERIFY(describe(*error).contains(u"token (token) is wrong"_s));
        QVERIFY(describe(*error).contains(u"podleaf logs tutorial host3 kubelet"_s));

        cluster.hosts.script = {};
        QStringList titles;
        for (const plan::Step& step : cluster.plan().steps) {
            titles << step.name();
        }
        QCOMPARE(titles, (QStringList{u"The API server answers (host1)"_s, u"Join the cluster (host3)"_s,
                                      u"Give it its pod network (host3)"_s, u"All hosts are ready"_s}));
        QCOMPARE(cluster.up().outcome, plan::Outcome::Succeeded);
        QCOMPARE(cluster.hosts.commands().filter(u"host1: kubeadm init phase certs all"_s).size(), 1);
        QVERIFY(cluster.plan().isEmpty());
    }

    void hostsRunContainersOnlyWhereThereIsWhat() {
        const model::Lab lab = clusterLab();
        for (const engine::NodeSpec& node : deploy::topologyOf(lab).nodes) {
            QVERIFY(!node.runsContainers);
        }
        for (const engine::NodeSpec& node : deploy::topologyOf(lab, deploy::ClusterSetup{u"/store/sets/1"_s, {}}).nodes) {
            QCOMPARE(node.runsContainers, node.id.name.startsWith(u"host"_s));
            QCOMPARE(node.programs, node.runsContainers ? u"/store/sets/1"_s : QString());
        }
    }
};

QTEST_GUILESS_MAIN(TestCluster)
#include "tst_cluster.moc"
