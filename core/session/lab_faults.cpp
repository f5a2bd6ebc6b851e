// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_faults.h"

#include "cluster_setup.h"
#include "vty_command.h"

#include <core/blueprint/blueprint.h>
#include <core/deploy/deploy.h>
#include <core/engine/node_setup.h>
#include <core/state/neighbour_words.h>

#include <QCoreApplication>

#include <algorithm>
#include <csignal>

namespace podleaf::session {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFaults", text);
}

/// The services that a node or pod should have, first started first; nullopt when the lab has no such node.
std::optional<QStringList> servicesOf(const model::Lab& lab, const NodeId& node) {
    std::optional<blueprint::NodeBlueprint> content;
    if (const model::Node* found = lab.findNode(node)) {
        content = blueprint::blueprintOf(lab, *found);
    }
    for (const model::Workload& workload : lab.workloads) {
        for (const model::Pod& pod : workload.pods) {
            if (pod.name == node.name) {
                content = blueprint::blueprintOf(lab, workload, pod);
            }
        }
    }
    if (!content) {
        return std::nullopt;
    }
    QStringList names;
    for (const blueprint::Service& service : content->services) {
        names.append(service.name);
    }
    return names;
}

} // namespace

Result<> LabFaults::checkLink(const LinkId& link) const {
    const model::Lab& lab = m_session.lab();
    if (lab.findLink(link) != nullptr) {
        return {};
    }
    QStringList known;
    for (const model::Link& each : lab.links) {
        known.append(each.id.name);
    }
    return fail(ErrorCode::NotFound, tr("The lab has no cable named %1.").arg(link.name), {},
                tr("Its cables are: %1").arg(known.join(QStringLiteral(", "))));
}

Result<> LabFaults::checkService(const NodeId& node, const QString& service) const {
    const auto services = servicesOf(m_session.lab(), node);
    if (!services) {
        QStringList known;
        for (const model::Node& each : m_session.lab().nodes) {
            known.append(each.id.name);
        }
        return fail(ErrorCode::NotFound, tr("The lab has no node named %1.").arg(node.name), {},
                    tr("Its nodes are: %1").arg(known.join(QStringLiteral(", "))));
    }
    if (!service.isEmpty() && !services->contains(service)) {
        return fail(ErrorCode::NotFound, tr("%1 runs no service named %2.").arg(node.name, service), {},
                    tr("It runs: %1").arg(services->join(QStringLiteral(", "))));
    }
    return {};
}

std::vector<NodeId> LabFaults::podsOf(const NodeId& host) const {
    std::vector<NodeId> pods;
    for (const model::Pod& pod : m_session.lab().pods()) {
        if (pod.host == host) {
            pods.emplace_back(pod.name);
        }
    }
    return pods;
}

Result<model::CableImpairments> LabFaults::impair(OpContext& context, const LinkId& link, engine::Senders senders,
                                                  const engine::ImpairmentChange& change) {
    if (auto known = checkLink(link); !known) {
        return fail(std::move(known.error()));
    }
    auto power = m_session.engine().impairments();
    return power ? (*power)->impair(context, link, senders, change) : fail(std::move(power.error()));
}

Result<model::CableImpairments> LabFaults::impairmentsOf(OpContext& context, const LinkId& link) {
    if (auto known = checkLink(link); !known) {
        return fail(std::move(known.error()));
    }
    auto power = m_session.engine().impairments();
    return power ? (*power)->impairmentsOf(context, link) : fail(std::move(power.error()));
}

Result<> LabFaults::restore(OpContext& context, const LinkId& link) {
    if (auto joined = m_session.setLink(context, link, true); !joined) {
        return joined;
    }
    auto power = m_session.engine().impairments();
    if (!power) {
        return {}; // an engine that cannot impair has nothing to take away
    }
    auto freed = (*power)->impair(context, link, engine::Senders::Both, engine::ImpairmentChange::none());
    return freed ? Result<>() : fail(std::move(freed.error()));
}

/// The running ones of what is meant, the last started first.
Result<QStringList> LabFaults::servicesToHit(OpContext& context, const NodeId& node, const QString& service) {
    if (auto known = checkService(node, service); !known) {
        return fail(std::move(known.error()));
    }
    auto running = m_session.engine().nodeSetup()->runningServices(context, node);
    if (!running) {
        return fail(std::move(running.error()));
    }
    QStringList meant;
    const QStringList all = servicesOf(m_session.lab(), node).value_or(QStringList());
    for (const QString& name : all) {
        if (running->contains(name) && (service.isEmpty() || name == service)) {
            meant.prepend(name);
        }
    }
    return meant;
}

Result<> LabFaults::stop(OpContext& context, const NodeId& node, const QString& service) {
    auto services = servicesToHit(context, node, service);
    if (!services) {
        return fail(std::move(services.error()));
    }
    for (const QString& name : *services) {
        if (auto stopped = m_session.engine().nodeSetup()->stopService(context, node, name); !stopped) {
            return stopped;
        }
    }
    return {};
}

Result<> LabFaults::start(OpContext& context, const NodeId& node, const QString& service) {
    if (auto known = checkService(node, service); !known) {
        return known;
    }
    auto survey = deploy::survey(context, m_session.engine());
    if (!survey) {
        return fail(std::move(survey.error()));
    }
    if (!survey->listing.running) {
        return fail(ErrorCode::Unreachable, tr("The lab %1 is not running.").arg(m_session.lab().id.name), {},
                    tr("podleaf up %1").arg(m_session.lab().id.name));
    }
    auto cluster = clusterSetup(context, m_session.lab());
    if (!cluster) {
        return fail(std::move(cluster.error()));
    }
    survey->cluster = std::move(*cluster);
    deploy::StartScope scope{{node}, service};
    if (service.isEmpty()) {
        const std::vector<NodeId> pods = podsOf(node);
        scope.nodes.insert(pods.begin(), pods.end());
    }
    const plan::Plan plan = deploy::planStart(m_session.lab(), *survey, m_session.engine(), scope);
    std::optional<Error> failure;
    const plan::PlanResult result = m_session.run(plan, context, [&failure](plan::StepIndex, const plan::StepStatus& status) {
        failure = status.state == plan::StepState::Failed && !failure ? status.error : failure;
    });
    switch (result.outcome) {
    case plan::Outcome::Succeeded:
        return {};
    case plan::Outcome::Cancelled:
        return fail(ErrorCode::Cancelled, tr("Stopped."));
    case plan::Outcome::Failed:
        break;
    }
    return fail(failure.value_or(Error{ErrorCode::Failed, tr("%1 could not be started.").arg(node.name), {}, {}, {}}));
}

Result<> LabFaults::kill(OpContext& context, const NodeId& node, const QString& service) {
    if (!service.isEmpty()) {
        return signal(context, node, service, SIGKILL);
    }
    if (auto known = checkService(node, service); !known) {
        return known;
    }
    for (const NodeId& pod : podsOf(node)) {
        if (auto off = m_session.engine().powerOff(context, pod); !off) {
            return off;
        }
    }
    return m_session.engine().powerOff(context, node);
}

Result<> LabFaults::signal(OpContext& context, const NodeId& node, const QString& service, int number) {
    auto services = servicesToHit(context, node, service);
    if (!services) {
        return fail(std::move(services.error()));
    }
    if (services->isEmpty()) {
        return fail(ErrorCode::Conflict,
                    service.isEmpty() ? tr("Nothing runs on %1.").arg(node.name) : tr("%1 does not run on %2.").arg(service, node.name), {},
                    tr("podleaf node %1 %2 start").arg(m_session.lab().id.name, node.name));
    }
    for (const QString& name : *services) {
        if (auto sent = m_session.engine().nodeSetup()->signalService(context, node, name, number); !sent) {
            return sent;
        }
    }
    return {};
}

Result<> LabFaults::pause(OpContext& context, const NodeId& node, const QString& service) {
    return signal(context, node, service, SIGSTOP);
}

Result<> LabFaults::resume(OpContext& context, const NodeId& node, const QString& service) {
    return signal(context, node, service, SIGCONT);
}

Result<> LabFaults::clearSession(OpContext& context, const NodeId& node, const QString& peer) {
    QStringList known;
    for (const intent::ExpectedSession& session : m_session.intent().sessions) {
        if (session.node != node) {
            continue;
        }
        const QString name = state::neighbourWord(m_session.lab(), session.node, session.link, session.peer);
        if (session.peerNode.name == peer || name == peer) {
            const auto channel = m_session.engine().channel(node);
            return runVtyCommand(context, *channel, QStringLiteral("clear bgp %1").arg(name));
        }
        known.append(tr("%1 (%2)").arg(session.peerNode.name, name));
    }
    return fail(ErrorCode::NotFound, tr("%1 has no session to %2.").arg(node.name, peer), {},
                known.isEmpty() ? QString() : tr("Its neighbours are: %1").arg(known.join(QStringLiteral(", "))));
}

Result<> LabFaults::inject(OpContext& context, const Fault& fault) {
    if (const auto* cable = std::get_if<ImpairCable>(&fault)) {
        auto changed = impair(context, cable->link, cable->senders, cable->change);
        return changed ? Result<>() : fail(std::move(changed.error()));
    }
    if (const auto* cable = std::get_if<RestoreCable>(&fault)) {
        return restore(context, cable->link);
    }
    if (const auto* session = std::get_if<ClearSession>(&fault)) {
        return clearSession(context, session->node, session->peer);
    }
    const auto& node = std::get<NodeFault>(fault);
    switch (node.verb) {
    case NodeVerb::Stop:
        return stop(context, node.node, node.service);
    case NodeVerb::Start:
        return start(context, node.node, node.service);
    case NodeVerb::Kill:
        return kill(context, node.node, node.service);
    case NodeVerb::Pause:
        return pause(context, node.node, node.service);
    case NodeVerb::Continue:
        return resume(context, node.node, node.service);
    }
    return {};
}

} // namespace podleaf::session
