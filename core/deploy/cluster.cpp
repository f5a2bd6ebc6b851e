// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster.h"

#include "kubeadm.h"

#include <core/blueprint/cluster_workloads.h>
#include <core/blueprint/router_manifest.h>
#include <core/model/node_kinds.h>

#include <QCoreApplication>
#include <QCryptographicHash>

#include <memory>
#include <utility>

namespace podleaf::deploy {

using namespace std::chrono_literals;

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Deploy", text);
}

/// One thing that is done once on a host and noted there.
struct Deed {
    QString name; ///< As noted.
    QString title;
    NodeId host;
    std::chrono::seconds timeout{60};
    int weight = 4;
    std::function<Result<>(const Kubeadm&, OpContext&)> run;
};

/// Objects that the cluster is given by Podleaf.
struct ObjectSet {
    QString name;
    QString title;
    QByteArray objects;
    /// As noted: with a digest of the objects, as another lab file has others.
    QString deed =
        name + QLatin1Char('-') + QString::fromLatin1(QCryptographicHash::hash(objects, QCryptographicHash::Sha256).toHex().left(16));
};

std::vector<ObjectSet> objectSetsOf(const model::Lab& lab) {
    std::vector<ObjectSet> sets;
    if (blueprint::hasRouterPods(lab)) {
        sets.push_back({QStringLiteral("router"), tr("Give the cluster its router pods"), blueprint::routerManifest(lab)});
    }
    sets.push_back({QString(blueprint::kWorkloadSet), tr("Give the cluster its workloads"), blueprint::workloadObjects(lab)});
    return sets;
}

class ClusterPlanner {
public:
    ClusterPlanner(plan::Plan& plan, const model::Lab& lab, const ClusterSetup& setup, const std::map<NodeId, QSet<QString>>& notes,
                   const StartedBy& startedBy, engine::Engine& engine)
        : m_plan(plan), m_lab(lab), m_setup(setup), m_notes(notes), m_startedBy(startedBy), m_sets(objectSetsOf(lab)),
          m_kubeadm(std::make_shared<const Kubeadm>(lab, engine)) {}

    void build() {
        const NodeId& control = m_lab.kubernetes->controlPlane;
        const std::size_t before = m_plan.steps.size();
        const auto certificates = add({QStringLiteral("certificates"), tr("Make the certificates"), control, 60s, 2,
                                       phases({QStringLiteral("certs all"), QStringLiteral("kubeconfig all")})},
                                      {});
        const auto images = addImages(control);
        const auto plane =
            add({QStringLiteral("control-plane"), tr("Start the control plane"), control, 60s, 2,
                 phases({QStringLiteral("etcd local"), QStringLiteral("control-plane all"), QStringLiteral("kubelet-start")})},
                {certificates, images});
        const auto api = addApi(plane, before);
        const auto settings =
            add({QStringLiteral("settings"), tr("Give the cluster its settings"), control, 60s, 3,
                 phases({QStringLiteral("upload-config all"), QStringLiteral("mark-control-plane"), QStringLiteral("bootstrap-token")})},
                {api});
        addNetwork(control, {settings});
        for (const model::Node& host : m_lab.nodes) {
            if (model::infoOf(host.kind).runsPods && host.id != control) {
                const auto joined = add({QStringLiteral("join"), tr("Join the cluster"), host.id, 120s, 6,
                                         [id = host.id](const Kubeadm& kubeadm, OpContext& context) { return kubeadm.join(context, id); }},
                                        {settings, addImages(host.id)});
                addNetwork(host.id, {joined});
            }
        }
        add({QStringLiteral("addons"), tr("Install kube-proxy and CoreDNS"), control, 60s, 3,
             phases({QStringLiteral("addon kube-proxy"), QStringLiteral("addon coredns")})},
            {settings});
        for (const ObjectSet& set : m_sets) {
            addObjects(set, {settings});
        }
        if (m_plan.steps.size() > before) {
            addReady(before);
        }
    }

private:
    using Index = std::optional<plan::StepIndex>; ///< None: it is done already.

    static std::function<Result<>(const Kubeadm&, OpContext&)> phases(const QStringList& names) {
        return [names](const Kubeadm& kubeadm, OpContext& context) { return kubeadm.initPhases(context, names); };
    }

    Index addImages(const NodeId& host) {
        return add({QStringLiteral("images"), tr("Take in the images"), host, 120s, 6,
                    [host, images = m_setup.images](const Kubeadm& kubeadm, OpContext& context) {
                        return kubeadm.importImages(context, host, images);
                    }},
                   {});
    }

    void addObjects(const ObjectSet& set, const std::vector<Index>& after) {
        const NodeId& control = m_lab.kubernetes->controlPlane;
        add({set.deed, set.title, control, 60s, 3,
             [control, set](const Kubeadm& kubeadm, OpContext& context) {
                 auto applied = kubeadm.apply(context, set.name, set.objects);
                 return applied ? kubeadm.forget(context, control, set.name + QLatin1Char('-')) : applied;
             }},
            after);
    }

    void addNetwork(const NodeId& host, const std::vector<Index>& after) {
        add({QStringLiteral("pod-network"), tr("Give it its pod network"), host, 90s, 1,
             [host](const Kubeadm& kubeadm, OpContext& context) { return kubeadm.setPodNetwork(context, host); }},
            after);
    }

    /// Each time that something is to be asked of it: it may just have been started.
    Index addApi(Index plane, std::size_t before) {
        if (m_plan.steps.size() == before && isAllDone()) {
            return {};
        }
        plan::Step step;
        step.title = tr("The API server answers");
        step.subject = m_lab.kubernetes->controlPlane.name;
        step.group = tr("Kubernetes");
        step.kind = plan::StepKind::Check;
        step.reason = tr("the rest asks it");
        step.timeout = 120s;
        step.weight = 8;
        step.after = behind(m_lab.kubernetes->controlPlane, {plane});
        step.run = [kubeadm = m_kubeadm](OpContext& context) { return kubeadm->waitForApi(context); };
        m_plan.steps.push_back(std::move(step));
        return m_plan.steps.size() - 1;
    }

    void addReady(std::size_t before) {
        plan::Step step;
        step.title = tr("All hosts are ready");
        step.group = tr("Kubernetes");
        step.kind = plan::StepKind::Check;
        step.reason = tr("the last step proves the rest");
        step.timeout = 120s;
        step.weight = 4;
        for (std::size_t i = before; i < m_plan.steps.size(); ++i) {
            step.after.push_back(i);
        }
        step.run = [kubeadm = m_kubeadm](OpContext& context) { return kubeadm->waitForNodes(context); };
        m_plan.steps.push_back(std::move(step));
    }

    Index add(Deed deed, const std::vector<Index>& after) {
        if (isNoted(deed.host, deed.name)) {
            return {};
        }
        plan::Step step;
        step.title = deed.title;
        step.subject = deed.host.name;
        step.group = tr("Kubernetes");
        step.reason = tr("not done yet");
        step.timeout = deed.timeout;
        step.weight = deed.weight;
        step.after = behind(deed.host, after);
        // A host that was off kept its notes, but nobody could read them.
        step.alreadyDone = [kubeadm = m_kubeadm, host = deed.host, name = deed.name](OpContext& context) {
            return kubeadm->isNoted(context, host, name);
        };
        step.run = [kubeadm = m_kubeadm, deed](OpContext& context) {
            auto done = deed.run(*kubeadm, context);
            return done ? kubeadm->note(context, deed.host, deed.name) : done;
        };
        m_plan.steps.push_back(std::move(step));
        return m_plan.steps.size() - 1;
    }

    [[nodiscard]] std::vector<plan::StepIndex> behind(const NodeId& host, const std::vector<Index>& after) const {
        std::vector<plan::StepIndex> steps;
        if (const auto started = m_startedBy.find(host); started != m_startedBy.end()) {
            steps = started->second;
        }
        for (const Index& index : after) {
            if (index) {
                steps.push_back(*index);
            }
        }
        return steps;
    }

    [[nodiscard]] bool isNoted(const NodeId& host, const QString& deed) const {
        const auto notes = m_notes.find(host);
        return notes != m_notes.end() && notes->second.contains(deed);
    }

    /// Whether nothing behind the API server is missing.
    [[nodiscard]] bool isAllDone() const {
        const NodeId& control = m_lab.kubernetes->controlPlane;
        bool isDone = isNoted(control, QStringLiteral("settings")) && isNoted(control, QStringLiteral("addons"));
        for (const ObjectSet& set : m_sets) {
            isDone = isDone && isNoted(control, set.deed);
        }
        for (const model::Node& host : m_lab.nodes) {
            if (model::infoOf(host.kind).runsPods) {
                isDone = isDone && isNoted(host.id, QStringLiteral("pod-network")) &&
                         (host.id == control || isNoted(host.id, QStringLiteral("join")));
            }
        }
        return isDone;
    }

    plan::Plan& m_plan;
    const model::Lab& m_lab;
    const ClusterSetup& m_setup;
    const std::map<NodeId, QSet<QString>>& m_notes;
    const StartedBy& m_startedBy;
    const std::vector<ObjectSet> m_sets;
    std::shared_ptr<const Kubeadm> m_kubeadm;
};

} // namespace

void addClusterSteps(plan::Plan& plan, const model::Lab& lab, const ClusterSetup& setup, const std::map<NodeId, QSet<QString>>& notes,
                     const StartedBy& startedBy, engine::Engine& engine) {
    ClusterPlanner(plan, lab, setup, notes, startedBy, engine).build();
}

} // namespace podleaf::deploy
