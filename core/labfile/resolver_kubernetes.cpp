// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Resolver about the cluster that the hosts make up.
#include "resolver.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

bool beginsWithLetter(const QString& name) {
    return !name.isEmpty() && name.front() >= QLatin1Char('a') && name.front() <= QLatin1Char('z');
}

} // namespace

void Resolver::kubernetes() {
    if (!m_declarations.kubernetes) {
        return;
    }
    const KubernetesDeclaration& declared = *m_declarations.kubernetes;
    if (m_declarations.engine.value == model::EngineKind::Simulated) {
        m_report.error(declared.place, tr("A simulated lab has no cluster: nothing runs in it."),
                       tr("Remove kubernetes, or \"engine: simulated\"."));
    }
    m_lab.kubernetes = model::Kubernetes{declared.version.value.value_or(model::kubernetesVersions().front()), controlPlane(declared),
                                         declared.services.value.value_or(model::kUsualServices)};
    checkServices(declared.services);
    for (const WorkloadDeclaration& workload : m_declarations.workloads) {
        if (!beginsWithLetter(workload.name)) { // RFC 1035, which Kubernetes holds services' names to
            m_report.error(workload.place, tr("%1 cannot be the name of a service of Kubernetes.").arg(quoted(workload.name)),
                           tr("Begin it with a letter."));
        }
    }
}

NodeId Resolver::controlPlane(const KubernetesDeclaration& declared) {
    const QStringList hosts = nodeNames(model::NodeKind::Host);
    if (!declared.controlPlane.value) {
        if (hosts.empty()) {
            m_report.error(declared.place, tr("There is no host for the control plane."), tr("Add a node of kind host."));
        }
        return NodeId(hosts.value(0));
    }
    const QString& name = *declared.controlPlane.value;
    if (node(name) == nullptr) {
        m_report.error(declared.controlPlane.place, tr("There is no node %1.").arg(quoted(name)), hintForName(name, hosts));
    } else if (hasKind(name) && m_kinds.value(name) != model::NodeKind::Host) {
        m_report.error(declared.controlPlane.place,
                       tr("%1 is a %2; the control plane runs on a host.").arg(name, model::infoOf(m_kinds.value(name)).word),
                       hintForName(QString(), hosts));
    }
    return NodeId(name);
}

/// That it overlaps no pool is checked with the pools.
void Resolver::checkServices(const Given<Ipv4Prefix>& services) {
    const int length = services.value.value_or(model::kUsualServices).length;
    const QString hint = tr("Kubernetes takes networks from /%1 to /%2.").arg(model::kShortestServices).arg(model::kLongestServices);
    if (length < model::kShortestServices) {
        m_report.error(services.place, tr("%1 is too large for kubernetes.services.").arg(services.value->toString()), hint);
    } else if (length > model::kLongestServices) {
        m_report.error(services.place, tr("%1 is too small for kubernetes.services.").arg(services.value->toString()), hint);
    }
}

} // namespace podleaf::labfile
