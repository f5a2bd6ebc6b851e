// SPDX-License-Identifier: GPL-3.0-or-later
#include "fault_words.h"

#include "session_reason.h"
#include "words.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace podleaf::state {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("State", text);
}

QString numberText(double value) {
    return QString::number(value, 'g', 6);
}

} // namespace

QString percentText(std::uint32_t loss) {
    return numberText(loss / 100.0);
}

QString rateText(std::uint32_t rateKbit) {
    return rateKbit < 1000 ? tr("%1 kbit/s").arg(rateKbit) : tr("%1 Mbit/s").arg(numberText(rateKbit / 1000.0));
}

QString lossSentence(const model::Link& link, std::size_t sender, const model::Impairment& impairment) {
    const QString& from = link.ends[sender].node.name;
    const QString& to = link.ends[1 - sender].node.name;
    if (impairment.blocks()) {
        return tr("Packets from %1 to %2 on %3 are dropped on purpose.").arg(from, to, link.id.name);
    }
    return impairment.loss == 0 ? QString()
                                : tr("%1 % of the packets from %2 to %3 on %4 are lost on purpose.")
                                      .arg(percentText(impairment.loss), from, to, link.id.name);
}

QString impairmentSentence(const model::Link& link, std::size_t sender, const model::Impairment& impairment) {
    if (impairment.isNone() || impairment.blocks()) {
        return lossSentence(link, sender, impairment);
    }
    QStringList what;
    if (impairment.loss > 0) {
        what.append(tr("%1 % are lost").arg(percentText(impairment.loss)));
    }
    if (impairment.rateKbit > 0) {
        what.append(tr("slowed to %1").arg(rateText(impairment.rateKbit)));
    }
    if (impairment.delayMicroseconds > 0) {
        what.append(tr("delayed by %1 ms").arg(numberText(impairment.delayMicroseconds / 1000.0)));
    }
    return tr("Packets from %1 to %2 on %3, on purpose: %4.")
        .arg(link.ends[sender].node.name, link.ends[1 - sender].node.name, link.id.name, what.join(QStringLiteral(", ")));
}

std::vector<FaultInTheWay> faultsInTheWay(const model::Lab& lab, const LabState& state) {
    std::vector<FaultInTheWay> faults;
    for (const model::Link& link : lab.links) {
        const auto it = state.links.find(link.id);
        if (it == state.links.end()) {
            continue;
        }
        const QString remedy = tr("podleaf link %1 %2 restore").arg(lab.id.name, link.id.name);
        if (!it->second.adminUp) {
            faults.push_back({tr("%1 is cut.").arg(link.id.name), remedy});
            continue;
        }
        for (std::size_t sender = 0; sender < it->second.impairments.size(); ++sender) {
            if (it->second.impairments[sender].blocks()) {
                faults.push_back({lossSentence(link, sender, it->second.impairments[sender]), remedy});
            }
        }
    }
    for (const auto& [id, node] : state.nodes) {
        for (const auto& [name, process] : node.processes) {
            if (process.running && process.paused) {
                faults.push_back({serviceFault(state, id, name), tr("podleaf node %1 %2 continue %3").arg(lab.id.name, id.name, name)});
            }
        }
    }
    for (const auto& [name, pod] : state.pods) {
        if (pod.paused) {
            faults.push_back({podFault(pod), tr("podleaf node %1 %2 continue nginx").arg(lab.id.name, name)});
        }
    }
    return faults;
}

QString podFault(const PodState& pod) {
    return pod.paused ? tr("nginx is paused on %1.").arg(pod.name) : pod.ready ? QString() : pod.reason;
}

bool isStopped(const NodeState& node) {
    const auto endedInOrder = [](const auto& entry) { return !entry.second.running && endedCleanly(entry.second); };
    return node.poweredOff || (node.exists && !node.processes.empty() && std::ranges::all_of(node.processes, endedInOrder));
}

QString stoppedSentence(const NodeId& node) {
    return tr("%1 is stopped.").arg(node.name);
}

QString startHint(const LabId& lab, const NodeId& node, const QString& service) {
    const QString command = QStringLiteral("podleaf node %1 %2 start %3").arg(lab.name, node.name, service).trimmed();
    return tr("`%1` starts it again.").arg(command);
}

} // namespace podleaf::state
