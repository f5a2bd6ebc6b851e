// SPDX-License-Identifier: GPL-3.0-or-later
// The last third of Resolver: where each pod goes, its address, and the tests that ask them.
#include "resolver.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::labfile {

namespace {

/// The first ones are for the bridge and for whatever a host may need later.
constexpr std::uint32_t kFirstPodOffset = 10;

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

/// The offset of the broadcast address: what pods must stay below.
std::uint32_t endOffset(const Ipv4Prefix& prefix) {
    return ~prefix.mask();
}

} // namespace

size_t Resolver::replicasOf(const WorkloadDeclaration& declaration) const {
    return declaration.replicas.value.value_or(static_cast<std::uint32_t>(std::max<size_t>(declaration.spots.size(), 1)));
}

void Resolver::workloads() {
    claimPodAddresses();
    for (const WorkloadDeclaration& declaration : m_declarations.workloads) {
        model::Workload workload{declaration.name, declaration.image, declaration.port, {}};
        placePods(declaration, workload);
        m_lab.workloads.push_back(std::move(workload));
    }
}

void Resolver::claimPodAddresses() {
    for (const WorkloadDeclaration& declaration : m_declarations.workloads) {
        for (size_t i = 0; i < declaration.spots.size(); ++i) {
            const SpotDeclaration& spot = declaration.spots[i];
            const model::Node* host = spot.host.value ? node(*spot.host.value) : nullptr;
            if (!spot.address.value || host == nullptr || !host->podCidr) {
                continue;
            }
            const Ipv4Address address = *spot.address.value;
            const std::uint32_t offset = address.value - host->podCidr->network().address.value;
            const QString pod = declaration.name + QLatin1Char('-') + QString::number(i + 1);
            if (!host->podCidr->contains(address) || offset < 2 || offset >= endOffset(*host->podCidr)) {
                m_report.error(spot.address.place, tr("%1 is not an address for a pod on %2.").arg(address.toString(), host->id.name),
                               tr("Its pods have addresses from %1 to %2.")
                                   .arg(host->podCidr->at(2).toString(), host->podCidr->at(endOffset(*host->podCidr) - 1).toString()));
            } else if (m_podAddresses.contains(address)) {
                m_report.error(spot.address.place,
                               tr("The address %1 is used by %2 already.").arg(address.toString(), m_podAddresses.value(address)),
                               tr("Leave address away to have a free one chosen."));
            } else {
                m_podAddresses.insert(address, pod);
            }
        }
    }
}

/// The places of a workload in turn: what `on` says, or all hosts in the file's order.
std::vector<SpotDeclaration> Resolver::spotsOf(const WorkloadDeclaration& declaration) {
    std::vector<SpotDeclaration> spots;
    if (!declaration.hasSpots) {
        for (const QString& host : nodeNames(model::NodeKind::Host)) {
            spots.push_back({{host, declaration.place}, {}});
        }
        if (spots.empty() && !m_declarations.nodes.empty()) {
            m_report.error(declaration.place, tr("There is no host for the pods of %1.").arg(declaration.name),
                           tr("Add a node of kind host."));
        }
        return spots;
    }
    for (const SpotDeclaration& spot : declaration.spots) {
        if (!spot.host.value) {
            continue;
        }
        const QString& name = *spot.host.value;
        if (node(name) == nullptr) {
            m_report.error(spot.host.place, tr("There is no node %1.").arg(quoted(name)),
                           hintForName(name, nodeNames(model::NodeKind::Host)));
        } else if (hasKind(name) && !model::infoOf(m_kinds.value(name)).runsPods) {
            m_report.error(spot.host.place, tr("%1 is a %2 and runs no pods.").arg(name, model::infoOf(m_kinds.value(name)).word),
                           hintForName(QString(), nodeNames(model::NodeKind::Host)));
        } else {
            spots.push_back(spot);
        }
    }
    return spots;
}

void Resolver::placePods(const WorkloadDeclaration& declaration, model::Workload& workload) {
    const auto spots = spotsOf(declaration);
    const size_t replicas = replicasOf(declaration);
    if (declaration.hasSpots && replicas < spots.size()) {
        m_report.warning(declaration.replicas.place,
                         tr("%1 has fewer replicas (%2) than places (%3).")
                             .arg(declaration.name, QString::number(replicas), QString::number(spots.size())),
                         tr("The last places get no pod."));
    }
    for (size_t i = 0; i < replicas && !spots.empty(); ++i) {
        const SpotDeclaration& spot = spots[i % spots.size()];
        const model::Node* host = node(*spot.host.value);
        const QString name = declaration.name + QLatin1Char('-') + QString::number(i + 1);
        if (++m_podCount > kMaxPods) {
            m_report.error(declaration.place, tr("The lab has more than %1 pods.").arg(kMaxPods), tr("Use fewer replicas."));
            return;
        }
        const bool isGiven = i < spots.size() && spot.address.value;
        if (m_lab.kubernetes) { // which names its pods and gives them addresses
            if (isGiven) {
                m_report.warning(spot.address.place,
                                 tr("In a cluster no pod gets %1: Kubernetes chooses.").arg(spot.address.value->toString()),
                                 tr("Leave address away."));
            }
            workload.pods.push_back({name, host->id, {}});
            continue;
        }
        if (node(name) != nullptr) {
            m_report.error(declaration.place, tr("The pod %1 would have the name of a node.").arg(name),
                           tr("Rename the workload or the node."));
        }
        const auto address = isGiven ? spot.address.value : nextPodAddress(*host);
        if (!address) {
            if (host->podCidr) {
                m_report.error(declaration.place,
                               tr("%1 has no address left in %2 for the pod %3.").arg(host->id.name, host->podCidr->toString(), name),
                               tr("Use fewer replicas, more hosts, or larger networks with addresses.pods-per-host."));
            }
            return;
        }
        workload.pods.push_back({name, host->id, *address});
    }
}

std::optional<Ipv4Address> Resolver::nextPodAddress(const model::Node& host) {
    if (!host.podCidr) {
        return std::nullopt; // The pool's end was reported.
    }
    std::uint32_t& offset = m_nextPodOffset[host.id.name];
    offset = std::max(offset, kFirstPodOffset);
    while (offset < endOffset(*host.podCidr)) {
        const Ipv4Address address = host.podCidr->at(offset++);
        if (!m_podAddresses.contains(address)) {
            m_podAddresses.insert(address, host.id.name);
            return address;
        }
    }
    return std::nullopt;
}

void Resolver::tests() {
    QStringList names;
    for (const WorkloadDeclaration& declaration : m_declarations.workloads) {
        names << declaration.name;
    }
    const QSet<QString> known(names.begin(), names.end());
    for (const TestDeclaration& declaration : m_declarations.tests) {
        const auto& target = declaration.workload;
        if (target.value && !known.contains(*target.value)) {
            m_report.error(target.place, tr("There is no workload %1.").arg(quoted(*target.value)),
                           names.isEmpty() ? tr("Add one under workloads.") : hintForName(*target.value, names));
        }
        m_lab.tests.push_back({declaration.name, declaration.fromHosts, declaration.fromPods, target.value.value_or(QString())});
    }
}

} // namespace podleaf::labfile
