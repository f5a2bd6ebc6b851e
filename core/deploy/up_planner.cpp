// SPDX-License-Identifier: GPL-3.0-or-later
// planUp: what differs between a lab and what exists of it, as steps. Pure but for the engine that the steps hold on to.
#include "deploy.h"
#include "impairment_change.h"
#include "service_turn.h"
#include "step_words.h"
#include "target.h"

#include <core/blueprint/blueprint.h>
#include <core/blueprint/kubernetes.h>
#include <core/engine/impairments.h>

#include <QCoreApplication>

#include <algorithm>
#include <set>
#include <utility>

namespace podleaf::deploy {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Deploy", text);
}

/// Builds the plan step by step, remembering which step makes what.
class UpPlanner {
public:
    UpPlanner(const model::Lab& lab, const Survey& survey, engine::Engine& engine)
        : m_lab(lab), m_survey(survey), m_engine(engine), m_topology(topologyOf(lab, survey.cluster)), m_targets(targetsOf(lab)) {}

    /// Leaves out what is not in `scope`: it is neither made nor removed nor changed.
    void limitTo(const StartScope& scope) {
        std::set<NodeId> there = scope.nodes;
        for (const engine::ListedNode& node : m_survey.listing.nodes) {
            there.insert(node.spec.id);
        }
        std::erase_if(m_targets, [&](const Target& target) { return !scope.nodes.contains(target.id); });
        std::erase_if(m_topology.nodes, [&](const engine::NodeSpec& node) { return !scope.nodes.contains(node.id); });
        std::erase_if(m_topology.links, [&](const engine::LinkSpec& link) {
            const bool touched = scope.nodes.contains(link.a.node) || scope.nodes.contains(link.b.node);
            // A cable to a node without power is there: the port needs it, though it has no carrier.
            return !touched || (!isListed(link.id) && (!there.contains(link.a.node) || !there.contains(link.b.node)));
        });
        m_scope = scope;
    }

    UpPlan build() {
        m_plan.title = m_scope ? tr("Start a part of %1").arg(m_lab.id.name) : tr("Up %1").arg(m_lab.id.name);
        if (!m_scope) {
            addRemovals();
        }
        addCreation();
        for (const engine::LinkSpec& link : m_topology.links) {
            addImpairment(link);
        }
        noteLeases();
        for (const Target& target : m_targets) {
            addContent(target, addStops(target));
        }
        for (const Target* target : inStartOrder(m_targets)) {
            addServices(*target);
        }
        if (m_lab.kubernetes && m_survey.cluster && !m_scope) {
            addCluster();
        }
        nameKept();
        return {std::move(m_plan), std::move(m_due)};
    }

private:
    void addRemovals();
    void addRemoval(const QString& title, const QString& subject, const QString& reason, std::vector<NodeId> nodes,
                    std::vector<LinkId> links);
    void addCreation();
    void addImpairment(const engine::LinkSpec& spec);
    void addContent(const Target& target, const std::vector<plan::StepIndex>& stops);
    void addServices(const Target& target);
    std::vector<plan::StepIndex> addStops(const Target& target);
    plan::StepIndex addTurn(const Target& target, const blueprint::Service& service, Turn turn, const QString& reason,
                            const std::map<QString, plan::StepIndex>& made);
    [[nodiscard]] std::pair<Turn, QString> turnOf(const Target& target, const blueprint::Service& service,
                                                  const std::map<QString, plan::StepIndex>& made) const;
    [[nodiscard]] QStringList addressesOfNewClients(const Target& server) const;
    void noteLeases();
    void addCluster();
    void nameKept();

    /// Whether the node is of a cluster that is to be another one: its certificates and what it keeps are that one's.
    [[nodiscard]] bool isOfOtherCluster(const NodeId& node) const;

    /// What the survey knows of a node that stays, or nullptr.
    [[nodiscard]] const NodeSurvey* known(const NodeId& node) const {
        const auto it = m_survey.nodes.find(node);
        return it == m_survey.nodes.end() || m_removedNodes.contains(node) ? nullptr : &it->second;
    }
    [[nodiscard]] bool isListed(const LinkId& link) const {
        return std::ranges::any_of(m_survey.listing.links, [&link](const engine::ListedLink& each) { return each.spec.id == link; });
    }
    [[nodiscard]] const Manifest* oldManifest(const NodeId& node) const {
        const NodeSurvey* survey = known(node);
        return survey != nullptr && survey->manifest ? &*survey->manifest : nullptr;
    }
    plan::StepIndex add(plan::Step step) {
        if (!step.subject.isEmpty()) {
            m_touched.insert(step.subject);
        }
        m_plan.steps.push_back(std::move(step));
        return m_plan.steps.size() - 1;
    }

    const model::Lab& m_lab;
    const Survey& m_survey;
    engine::Engine& m_engine;
    Topology m_topology;
    std::vector<Target> m_targets;
    std::optional<StartScope> m_scope; ///< None: the whole lab.
    plan::Plan m_plan;
    DueTurns m_due;
    std::set<NodeId> m_removedNodes;
    std::set<LinkId> m_removedLinks;
    std::set<std::pair<NodeId, QString>> m_newPorts;
    std::vector<plan::StepIndex> m_removals;
    std::vector<plan::StepIndex> m_creation; ///< What every later step waits for: none or one.
    std::map<NodeId, std::vector<plan::StepIndex>> m_content;
    std::vector<plan::StepIndex> m_dhcpServers;
    StartedBy m_started;
    std::set<NodeId> m_newLeases; ///< Hosts that a DHCP server tells something else than it did.
    std::set<QString> m_touched;
};

void UpPlanner::addRemoval(const QString& title, const QString& subject, const QString& reason, std::vector<NodeId> nodes,
                           std::vector<LinkId> links) {
    plan::Step step;
    step.title = title;
    step.subject = subject;
    step.group = tr("Remove");
    step.kind = plan::StepKind::Remove;
    step.reason = reason;
    step.run = [engine = &m_engine, nodes = std::move(nodes), links = std::move(links)](OpContext& context) {
        return engine->removeParts(context, nodes, links);
    };
    m_removals.push_back(add(std::move(step)));
}

void UpPlanner::addRemovals() {
    for (const engine::ListedNode& node : m_survey.listing.nodes) {
        const auto wanted = std::ranges::find(m_topology.nodes, node.spec.id, &engine::NodeSpec::id);
        if (wanted == m_topology.nodes.end() || *wanted != node.spec || isOfOtherCluster(node.spec.id)) {
            m_removedNodes.insert(node.spec.id);
            addRemoval(tr("Remove the node"), node.spec.id.name,
                       wanted == m_topology.nodes.end() ? tr("not in the lab file any more") : tr("it is made anew"), {node.spec.id}, {});
        }
    }
    for (const engine::ListedLink& link : m_survey.listing.links) {
        const bool goes = m_removedNodes.contains(link.spec.a.node) || m_removedNodes.contains(link.spec.b.node);
        const auto wanted = std::ranges::find(m_topology.links, link.spec.id, &engine::LinkSpec::id);
        if (goes) {
            m_removedLinks.insert(link.spec.id); // with its node
        } else if (wanted == m_topology.links.end() || *wanted != link.spec) {
            m_removedLinks.insert(link.spec.id);
            addRemoval(tr("Remove the cable"), link.spec.id.name,
                       wanted == m_topology.links.end() ? tr("not in the lab file any more") : tr("it joins other ports now"), {},
                       {link.spec.id});
        }
    }
}

void UpPlanner::addCreation() {
    QStringList nodes;
    for (const engine::NodeSpec& node : m_topology.nodes) {
        if (known(node.id) == nullptr) {
            nodes.append(node.id.name);
        }
    }
    QStringList links;
    for (const engine::LinkSpec& link : m_topology.links) {
        if (!isListed(link.id) || m_removedLinks.contains(link.id)) {
            links.append(link.id.name);
            m_newPorts.insert({link.a.node, link.a.port});
            m_newPorts.insert({link.b.node, link.b.port});
        }
    }
    if (m_survey.listing.running && nodes.isEmpty() && links.isEmpty()) {
        m_creation = m_removals;
        return;
    }
    plan::Step step;
    step.title = tr("Create %1").arg(countedParts(nodes.size(), links.size()));
    step.group = tr("Cables and addresses");
    step.reason = m_survey.listing.running ? tr("missing: %1").arg(firstNames(nodes + links)) : tr("the lab is not running");
    step.after = m_removals;
    step.weight = 4;
    step.timeout = std::chrono::seconds(30);
    step.run = [engine = &m_engine, topology = m_topology](OpContext& context) {
        return engine->create(context, topology.nodes, topology.links);
    };
    m_creation = {add(std::move(step))};
    for (const QString& name : nodes + links) {
        m_touched.insert(name);
    }
}

void UpPlanner::addImpairment(const engine::LinkSpec& spec) {
    const model::Link* link = m_lab.findLink(spec.id); // pods' cables have none
    if (link == nullptr) {
        return;
    }
    const auto listed = std::ranges::find(m_survey.listing.links, spec.id, [](const engine::ListedLink& each) { return each.spec.id; });
    const bool exists = listed != m_survey.listing.links.end() && !m_removedLinks.contains(spec.id);
    const auto change =
        impairmentChange(*link, exists ? &*listed : nullptr, known(spec.a.node) != nullptr && known(spec.b.node) != nullptr);
    if (!change) {
        return;
    }
    plan::Step step;
    step.title = change->kind == plan::StepKind::Remove ? tr("Take the impairment away") : tr("Impair the cable");
    step.subject = spec.id.name;
    step.group = tr("Cables and addresses");
    step.kind = change->kind;
    step.reason = change->reason;
    step.after = m_creation;
    step.run = [engine = &m_engine, id = spec.id, impairments = link->impairments](OpContext& context) -> Result<> {
        auto power = engine->impairments();
        auto done = power ? (*power)->declare(context, id, impairments) : fail(std::move(power.error()));
        return done ? Result<>() : fail(std::move(done.error()));
    };
    add(std::move(step));
}

void UpPlanner::addContent(const Target& target, const std::vector<plan::StepIndex>& stops) {
    const Manifest now = manifestOf(target.content);
    const Manifest* old = oldManifest(target.id);
    const auto lostAddresses = [&target](const std::pair<NodeId, QString>& port) {
        return port.first == target.id && std::ranges::find(target.content.addresses, port.second,
                                                            &blueprint::InterfaceAddress::interface) != target.content.addresses.end();
    };
    const auto newPort = std::ranges::find_if(m_newPorts, lostAddresses);
    if (old != nullptr && *old == now && newPort == m_newPorts.end()) {
        return;
    }
    plan::Step step;
    step.title = tr("Write files and addresses");
    step.subject = target.id.name;
    step.group = tr("Cables and addresses");
    step.kind = known(target.id) == nullptr ? plan::StepKind::Create : plan::StepKind::Change;
    step.reason = known(target.id) == nullptr ? tr("the node is new")
                  : old == nullptr            ? tr("not written yet")
                  : *old == now               ? tr("its port %1 is new").arg(newPort->second)
                                              : differenceOf(*old, now);
    step.after = m_creation;
    step.after.insert(step.after.end(), stops.begin(), stops.end());
    engine::NodeContent change = changeTo(target.content, old == nullptr ? std::nullopt : std::optional(*old));
    step.run = [engine = &m_engine, node = target.id, change = std::move(change)](OpContext& context) -> Result<> {
        return engine->nodeSetup()->apply(context, node, change);
    };
    m_content[target.id] = {add(std::move(step))};
}

/// Of services that run, and of those that ran: nobody may go on missing them. Before the node's files are written, as what
/// ran is known by the manifest among them alone: a change that is interrupted is continued by the next.
std::vector<plan::StepIndex> UpPlanner::addStops(const Target& target) {
    const NodeSurvey* survey = known(target.id);
    QStringList had = survey == nullptr ? QStringList() : survey->runningServices;
    for (const auto& [name, command] : survey != nullptr && survey->manifest ? survey->manifest->services : std::map<QString, QString>()) {
        had += had.contains(name) ? QStringList() : QStringList(name);
    }
    std::vector<plan::StepIndex> stops;
    for (const QString& service : std::as_const(had)) {
        if (std::ranges::find(target.content.services, service, &blueprint::Service::name) != target.content.services.end()) {
            continue;
        }
        plan::Step step;
        step.title = tr("Stop %1").arg(service);
        step.subject = target.id.name;
        step.group = tr("Remove");
        step.kind = plan::StepKind::Remove;
        step.reason = tr("not in the lab file any more");
        step.after = m_removals;
        step.run = [engine = &m_engine, node = target.id, service](OpContext& context) {
            return engine->nodeSetup()->forgetService(context, node, service);
        };
        stops.push_back(add(std::move(step)));
    }
    return stops;
}

/// Once for all hosts: a server's manifest is work, and each host may ask after each server.
void UpPlanner::noteLeases() {
    const auto note = [this](const QString& client) { m_newLeases.insert(NodeId(client.section(QLatin1Char(':'), 0, 0))); };
    for (const Target& server : m_targets) {
        const Manifest* old = oldManifest(server.id);
        if (old == nullptr) {
            continue;
        }
        for (const auto& [client, hash] : old->leases) {
            if (!server.content.leases.contains(client)) {
                note(client); // Its default route went with the port.
            }
        }
        for (const auto& [client, hash] : manifestOf(server.content).leases) {
            const auto before = old->leases.find(client);
            if (before != old->leases.end() && before->second != hash) {
                note(client);
            }
        }
    }
}

std::pair<Turn, QString> UpPlanner::turnOf(const Target& target, const blueprint::Service& service,
                                           const std::map<QString, plan::StepIndex>& made) const {
    const NodeSurvey* survey = known(target.id);
    if (survey == nullptr || !survey->runningServices.contains(service.name)) {
        const bool wanted = !m_scope || m_scope->service.isEmpty() || m_scope->service == service.name;
        return wanted ? std::pair(Turn::Start, tr("not running")) : std::pair(Turn::None, QString());
    }
    // A daemon whose own server is new would find it only after a long pause (bgpd zebra: 10 s).
    if (std::ranges::any_of(service.after, [&made](const QString& earlier) { return made.contains(earlier); })) {
        return {Turn::Restart, tr("what it depends on is started again")};
    }
    if (m_newPorts.contains({target.id, service.port})) {
        return {Turn::Restart, tr("its port %1 is new").arg(service.port)};
    }
    const auto due = m_survey.due.find({target.id, service.name});
    if (due != m_survey.due.end()) {
        const bool reloads = due->second == DueTurn::Reload && !service.reload.isEmpty();
        return {reloads ? Turn::Reload : Turn::Restart, tr("an earlier change was interrupted before that")};
    }
    const Manifest* old = oldManifest(target.id);
    if (old == nullptr) {
        return {Turn::None, {}};
    }
    const Manifest now = manifestOf(target.content);
    const auto command = old->services.find(service.name);
    if (command == old->services.end() || command->second != now.services.at(service.name)) {
        return {Turn::Restart, tr("what it is started with changed")};
    }
    const QSet<QString> changed = changedFiles(*old, now) & QSet<QString>(service.files.begin(), service.files.end());
    if (!changed.isEmpty()) {
        return {service.reload.isEmpty() ? Turn::Restart : Turn::Reload,
                tr("changed: %1").arg(firstNames({changed.begin(), changed.end()}))};
    }
    if (service.takesLease && m_newLeases.contains(target.id)) {
        return {service.reload.isEmpty() ? Turn::Restart : Turn::Reload, tr("the DHCP server tells %1 something else").arg(target.id.name)};
    }
    return {Turn::None, {}};
}

void UpPlanner::addServices(const Target& target) {
    std::map<QString, plan::StepIndex> made; // started or restarted
    std::vector<plan::StepIndex> renewed;
    for (const bool renewals : {true, false}) {
        for (const blueprint::Service& service : target.content.services) {
            const auto [turn, reason] = turnOf(target, service, made);
            const bool isRenewal = renews(service) && turn != Turn::Start;
            if (turn == Turn::None || isRenewal != renewals) {
                continue;
            }
            const plan::StepIndex index = addTurn(target, service, turn, reason, made);
            auto& after = m_plan.steps[index].after;
            after.insert(after.end(), renewed.begin(), renewed.end());
            if (isRenewal) {
                renewed.push_back(index);
            } else if (turn != Turn::Reload) {
                made[service.name] = index;
            }
        }
    }
}

plan::StepIndex UpPlanner::addTurn(const Target& target, const blueprint::Service& service, Turn turn, const QString& reason,
                                   const std::map<QString, plan::StepIndex>& made) {
    plan::Step step;
    step.title = (turn == Turn::Start ? tr("Start %1") : turn == Turn::Reload ? tr("Reload %1") : tr("Restart %1")).arg(service.name);
    step.subject = target.id.name;
    step.group = target.group;
    step.kind = turn == Turn::Start ? plan::StepKind::Create : plan::StepKind::Change;
    step.reason = reason;
    step.weight = 2;
    step.timeout = std::chrono::seconds(20);
    if (turn != Turn::Start) {
        m_due[{target.id, service.name}] = turn == Turn::Reload ? DueTurn::Reload : DueTurn::Restart;
    }
    step.after = m_content.contains(target.id) ? m_content[target.id] : m_creation;
    for (const QString& earlier : service.after) {
        if (const auto it = made.find(earlier); it != made.end()) {
            step.after.push_back(it->second);
        }
    }
    if (target.asksForLease && service.name.startsWith(QLatin1String("udhcpc"))) {
        step.after.insert(step.after.end(), m_dhcpServers.begin(), m_dhcpServers.end());
    }
    const QStringList gone =
        turn == Turn::Restart && service.name == QLatin1String("dnsmasq") ? addressesOfNewClients(target) : QStringList();
    step.run = [engine = &m_engine, node = target.id, service, turn, gone](OpContext& context) {
        return carryOut(context, *engine, node, service, turn, gone);
    };
    const plan::StepIndex index = add(std::move(step));
    m_started[target.id].push_back(index);
    if (service.name == QLatin1String("dnsmasq")) {
        m_dhcpServers.push_back(index);
    }
    return index;
}

/// What a DHCP server gives to ports that were not there before, whoever had it then.
QStringList UpPlanner::addressesOfNewClients(const Target& server) const {
    QStringList addresses;
    for (const model::Link& link : m_lab.links) {
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            const model::Endpoint& client = link.ends[end];
            if (server.content.leases.contains(client.toString()) && m_newPorts.contains({client.node, client.port})) {
                addresses += link.addresses[end].toString();
            }
        }
    }
    return addresses;
}

bool UpPlanner::isOfOtherCluster(const NodeId& node) const {
    const Manifest* const old = oldManifest(node);
    const auto target = std::ranges::find(m_targets, node, &Target::id);
    if (old == nullptr || target == m_targets.end()) {
        return false;
    }
    const Manifest now = manifestOf(target->content);
    const auto before = old->files.find(QString(blueprint::kClusterConfig));
    const auto after = now.files.find(QString(blueprint::kClusterConfig));
    return before != old->files.end() && after != now.files.end() && before->second != after->second;
}

void UpPlanner::addCluster() {
    std::map<NodeId, QSet<QString>> notes;
    for (const Target& target : m_targets) {
        const NodeSurvey* const survey = known(target.id);
        notes[target.id] = survey == nullptr ? QSet<QString>() : survey->clusterNotes;
    }
    const std::size_t before = m_plan.steps.size();
    addClusterSteps(m_plan, m_lab, *m_survey.cluster, notes, m_started, m_engine);
    for (std::size_t i = before; i < m_plan.steps.size(); ++i) {
        m_touched.insert(m_plan.steps[i].subject);
    }
}

void UpPlanner::nameKept() {
    for (const engine::NodeSpec& node : m_topology.nodes) {
        if (!m_touched.contains(node.id.name)) {
            m_plan.kept.push_back(node.id.name);
        }
    }
    for (const engine::LinkSpec& link : m_topology.links) {
        if (!m_touched.contains(link.id.name)) {
            m_plan.kept.push_back(link.id.name);
        }
    }
}

} // namespace

UpPlan planChange(const model::Lab& lab, const Survey& survey, engine::Engine& engine) {
    return UpPlanner(lab, survey, engine).build();
}

plan::Plan planStart(const model::Lab& lab, const Survey& survey, engine::Engine& engine, const StartScope& scope) {
    UpPlanner planner(lab, survey, engine);
    planner.limitTo(scope);
    return planner.build().plan;
}

plan::Plan planUp(const model::Lab& lab, const Survey& survey, engine::Engine& engine) {
    return planChange(lab, survey, engine).plan;
}

} // namespace podleaf::deploy
