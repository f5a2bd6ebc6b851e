// SPDX-License-Identifier: GPL-3.0-or-later
#include "deploy.h"

#include <core/blueprint/blueprint.h>
#include <core/engine/node_setup.h>
#include <core/model/node_kinds.h>

#include <QCoreApplication>
#include <QCryptographicHash>

#include <algorithm>
#include <set>

namespace podleaf::deploy {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Deploy", text);
}

/// The node's own record of what was applied to it.
const QString kMarkPath = QStringLiteral("/run/podleaf/blueprint");

QByteArray markOf(const blueprint::NodeBlueprint& content) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const auto add = [&hash](const QString& text) {
        hash.addData(text.toUtf8());
        hash.addData(QByteArray(1, '\0'));
    };
    for (const blueprint::File& file : content.files) {
        add(file.path);
        hash.addData(file.content);
        add(QString::number(file.mode) + file.owner);
    }
    for (const blueprint::Sysctl& sysctl : content.sysctls) {
        add(sysctl.key + QLatin1Char('=') + sysctl.value);
    }
    for (const blueprint::InterfaceAddress& address : content.addresses) {
        add(address.interface + QLatin1Char(' ') + address.address.toString());
    }
    for (const blueprint::StaticRoute& route : content.routes) {
        add(route.destination.toString() + QLatin1Char(' ') + route.via.toString());
    }
    return hash.result().toHex() + '\n';
}

engine::NodeContent contentOf(const blueprint::NodeBlueprint& from) {
    engine::NodeContent to;
    for (const blueprint::File& file : from.files) {
        to.files.push_back({file.path, file.content, file.mode, file.owner});
    }
    for (const blueprint::Sysctl& sysctl : from.sysctls) {
        to.sysctls.push_back({sysctl.key, sysctl.value});
    }
    for (const blueprint::InterfaceAddress& address : from.addresses) {
        to.addresses.push_back({address.interface, address.address});
    }
    for (const blueprint::StaticRoute& route : from.routes) {
        to.routes.push_back({route.destination, route.via});
    }
    return to;
}

/// One node (leaf, host or pod) with what it must hold.
struct Target {
    NodeId id;
    QString group;
    blueprint::NodeBlueprint content;
    bool asksForLease = false;
    bool servesLeases = false;
};

std::vector<Target> targetsOf(const model::Lab& lab) {
    std::vector<Target> targets;
    for (const model::Node& node : lab.nodes) {
        const bool serves = model::infoOf(node.kind).servesDhcp;
        targets.push_back({node.id, tr("Routers and DHCP"), blueprint::blueprintOf(lab, node), !serves, serves});
    }
    for (const model::Workload& workload : lab.workloads) {
        for (const model::Pod& pod : workload.pods) {
            targets.push_back({NodeId(pod.name), tr("Workload %1").arg(workload.name), blueprint::blueprintOf(lab, workload, pod)});
        }
    }
    return targets;
}

/// Builds the plan step by step, remembering which step makes what.
class UpPlanner {
public:
    UpPlanner(const model::Lab& lab, const Survey& survey, engine::Engine& engine)
        : m_lab(lab), m_survey(survey), m_engine(engine), m_targets(targetsOf(lab)), m_topology(topologyOf(lab)) {}

    /// Leaves out what is not in `scope`; what exists already is none of its business.
    void limitTo(const StartScope& scope) {
        std::set<NodeId> there = scope.nodes;
        for (const engine::ListedNode& node : m_survey.listing.nodes) {
            there.insert(node.id);
        }
        std::erase_if(m_targets, [&](const Target& target) { return !scope.nodes.contains(target.id); });
        std::erase_if(m_topology.nodes, [&](const auto& node) { return !scope.nodes.contains(node.id); });
        std::erase_if(m_topology.links, [&](const auto& link) {
            const bool touched = scope.nodes.contains(link.a.node) || scope.nodes.contains(link.b.node);
            return !touched || !there.contains(link.a.node) || !there.contains(link.b.node);
        });
        m_onlyService = scope.service;
    }

    plan::Plan build() {
        m_plan.title = tr("Up %1").arg(m_lab.id.name);
        addCreation();
        for (const Target& target : m_targets) {
            addContent(target);
        }
        // DHCP servers first: a client that asks before its server listens waits a whole second.
        for (const bool clients : {false, true}) {
            for (const Target& target : m_targets) {
                if (target.asksForLease == clients) {
                    addServices(target);
                }
            }
        }
        return std::move(m_plan);
    }

private:
    void addCreation() {
        const Topology& topology = m_topology;
        std::set<NodeId> nodes;
        for (const engine::ListedNode& node : m_survey.listing.nodes) {
            nodes.insert(node.id);
        }
        std::set<LinkId> links;
        for (const engine::ListedLink& link : m_survey.listing.links) {
            links.insert(link.id);
        }
        const bool complete = m_survey.listing.running &&
                              std::ranges::all_of(topology.nodes, [&](const auto& node) { return nodes.contains(node.id); }) &&
                              std::ranges::all_of(topology.links, [&](const auto& link) { return links.contains(link.id); });
        if (complete) {
            return;
        }
        plan::Step step;
        step.title = tr("Create %1 nodes and %2 cables").arg(topology.nodes.size()).arg(topology.links.size());
        step.group = tr("Cables and addresses");
        step.reason = m_survey.listing.running ? tr("some are missing") : tr("the lab is not running");
        step.weight = 4;
        step.timeout = std::chrono::seconds(30);
        step.run = [engine = &m_engine, topology](OpContext& context) { return engine->create(context, topology.nodes, topology.links); };
        m_creation = add(std::move(step));
    }

    void addContent(const Target& target) {
        const QByteArray mark = markOf(target.content);
        const auto known = m_survey.nodes.find(target.id);
        if (known != m_survey.nodes.end() && known->second.contentMark == mark) {
            return;
        }
        plan::Step step;
        step.title = tr("Write files and addresses");
        step.subject = target.id.name;
        step.group = tr("Cables and addresses");
        step.reason = known == m_survey.nodes.end() ? tr("the node is new") : tr("its content changed");
        step.after = m_creation;
        engine::NodeContent content = contentOf(target.content);
        content.files.push_back({kMarkPath, mark, 0644, QStringLiteral("root")});
        step.run = [engine = &m_engine, node = target.id, content = std::move(content)](OpContext& context) -> Result<> {
            return engine->nodeSetup()->apply(context, node, content);
        };
        m_content[target.id] = add(std::move(step));
    }

    void addServices(const Target& target) {
        const auto known = m_survey.nodes.find(target.id);
        std::map<QString, plan::StepIndex> made;
        for (const blueprint::Service& service : target.content.services) {
            const bool runs = known != m_survey.nodes.end() && known->second.runningServices.contains(service.name);
            // A daemon whose own server is new would find it only after a long pause (bgpd zebra: 10 s).
            const bool stale = std::ranges::any_of(service.after, [&made](const QString& earlier) { return made.contains(earlier); });
            const bool wanted = m_onlyService.isEmpty() || service.name == m_onlyService;
            if (runs ? !stale : !wanted) {
                continue;
            }
            plan::Step step;
            step.title = runs ? tr("Restart %1").arg(service.name) : tr("Start %1").arg(service.name);
            step.subject = target.id.name;
            step.group = target.group;
            step.reason = runs ? tr("what it depends on is started again") : tr("not running");
            step.weight = 2;
            step.timeout = std::chrono::seconds(20);
            step.after = m_content.contains(target.id) ? m_content[target.id] : m_creation;
            for (const QString& earlier : service.after) {
                if (const auto it = made.find(earlier); it != made.end()) {
                    step.after.push_back(it->second);
                }
            }
            if (target.asksForLease && service.name == QLatin1String("udhcpc")) {
                step.after.insert(step.after.end(), m_dhcpServers.begin(), m_dhcpServers.end());
            }
            step.run = [engine = &m_engine, node = target.id, runs,
                        spec = engine::ServiceSpec{service.name, service.command, service.readySocket}](OpContext& context) -> Result<> {
                if (runs) {
                    if (auto stopped = engine->nodeSetup()->stopService(context, node, spec.name); !stopped) {
                        return stopped;
                    }
                }
                return engine->nodeSetup()->startService(context, node, spec);
            };
            made[service.name] = add(std::move(step)).front();
            if (target.servesLeases && service.name == QLatin1String("dnsmasq")) {
                m_dhcpServers.push_back(made[service.name]);
            }
        }
    }

    std::vector<plan::StepIndex> add(plan::Step step) {
        m_plan.steps.push_back(std::move(step));
        return {m_plan.steps.size() - 1};
    }

    const model::Lab& m_lab;
    const Survey& m_survey;
    engine::Engine& m_engine;
    std::vector<Target> m_targets;
    Topology m_topology;
    QString m_onlyService; ///< Empty: all.
    plan::Plan m_plan;
    std::vector<plan::StepIndex> m_creation; ///< None or one.
    std::map<NodeId, std::vector<plan::StepIndex>> m_content;
    std::vector<plan::StepIndex> m_dhcpServers;
};

} // namespace

Topology topologyOf(const model::Lab& lab) {
    Topology topology;
    for (const model::Node& node : lab.nodes) {
        topology.nodes.push_back({node.id, node.id.name, blueprint::blueprintOf(lab, node).bridges});
    }
    for (const model::Link& link : lab.links) {
        topology.links.push_back({link.id, {link.ends[0].node, link.ends[0].port, {}}, {link.ends[1].node, link.ends[1].port, {}}});
    }
    std::map<NodeId, int> podsOnHost;
    for (const model::Pod& pod : lab.pods()) {
        topology.nodes.push_back({NodeId(pod.name), pod.name, {}});
        const QString port = QStringLiteral("veth%1").arg(++podsOnHost[pod.host]);
        topology.links.push_back({LinkId(QStringLiteral("pod-") + pod.name),
                                  {pod.host, port, QStringLiteral("cbr0")},
                                  {NodeId(pod.name), QStringLiteral("eth0"), {}}});
    }
    return topology;
}

Result<Survey> survey(OpContext& context, engine::Engine& engine) {
    auto listing = engine.list(context);
    if (!listing) {
        return fail(std::move(listing.error()));
    }
    Survey survey{std::move(*listing), {}};
    for (const engine::ListedNode& node : survey.listing.nodes) {
        auto services = engine.nodeSetup()->runningServices(context, node.id);
        if (!services) {
            return fail(std::move(services.error()));
        }
        // No mark yet: an earlier `up` was stopped before this node got its content.
        auto mark = engine.channel(node.id)->download(context, kMarkPath, 4096);
        if (!mark && mark.error().code != ErrorCode::NotFound) {
            return fail(std::move(mark.error()));
        }
        survey.nodes[node.id] = {mark ? *mark : QByteArray(), *services};
    }
    return survey;
}

plan::Plan planUp(const model::Lab& lab, const Survey& survey, engine::Engine& engine) {
    return UpPlanner(lab, survey, engine).build();
}

plan::Plan planStart(const model::Lab& lab, const Survey& survey, engine::Engine& engine, const StartScope& scope) {
    UpPlanner planner(lab, survey, engine);
    planner.limitTo(scope);
    plan::Plan plan = planner.build();
    QStringList names;
    for (const NodeId& node : scope.nodes) {
        names.append(node.name);
    }
    plan.title = tr("Start %1").arg(scope.service.isEmpty() ? names.join(QStringLiteral(", ")) : scope.service);
    return plan;
}

plan::Plan planDown(const model::Lab& lab, const engine::Listing& listing, engine::Engine& engine) {
    plan::Plan plan;
    plan.title = tr("Down %1").arg(lab.id.name);
    if (listing.running) {
        plan::Step step;
        step.title = tr("Remove %1 nodes and %2 cables").arg(listing.nodes.size()).arg(listing.links.size());
        step.subject = lab.id.name;
        step.group = tr("Remove");
        step.reason = tr("asked for");
        step.run = [engine = &engine](OpContext& context) { return engine->remove(context); };
        plan.steps.push_back(std::move(step));
    }
    return plan;
}

} // namespace podleaf::deploy
