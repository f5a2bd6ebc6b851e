// SPDX-License-Identifier: GPL-3.0-or-later
// What carries the lab and, for a simulated one, how it plays.
#include "resolver.h"

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::labfile {

namespace {

using What = model::SimulationEvent::What;

constexpr std::uint32_t kStormSeconds = 10;

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

/// The daemons that the blueprints start on nodes.
const QStringList kDaemons{QStringLiteral("bgpd"), QStringLiteral("zebra"), QStringLiteral("bfdd"), QStringLiteral("dnsmasq"),
                           QStringLiteral("udhcpc")};

bool isOfCable(What what) {
    return what == What::Cut || what == What::Join;
}

} // namespace

void Resolver::simulation() {
    m_lab.engine = m_declarations.engine.value.value_or(model::EngineKind::Namespaces);
    if (!m_declarations.simulation) {
        return;
    }
    const SimulationDeclaration& declared = *m_declarations.simulation;
    if (m_lab.engine != model::EngineKind::Simulated) {
        m_report.error(declared.place, tr("Only a simulated lab has a simulation."), tr("Add \"engine: simulated\", or remove it."));
        return;
    }
    m_lab.simulation.seed = declared.seed.value.value_or(1);
    for (const SimulationEventDeclaration& event : declared.events) {
        simulationEvent(event);
    }
    std::ranges::stable_sort(m_lab.simulation.events, {}, &model::SimulationEvent::at);
}

void Resolver::simulationEvent(const SimulationEventDeclaration& declared) {
    const QString example = tr("Write it like this: %1").arg(QStringLiteral("{at: 2s, cut: intnet1}"));
    if (!declared.what || declared.verbs != 1) {
        m_report.error(declared.place, tr("An event is one of cut, join, kill, start and storm."), example);
        return;
    }
    if (!declared.atSeconds.value) {
        m_report.error(declared.place, tr("The event has no time."), example);
        return;
    }
    model::SimulationEvent event;
    event.at = std::chrono::seconds(*declared.atSeconds.value);
    event.what = *declared.what;
    if (isOfCable(event.what)) {
        event.link = simulatedLink(declared);
    } else if (event.what == What::Storm) {
        event.rate = declared.rate.value.value_or(1);
        event.lasts = std::chrono::seconds(declared.lastsSeconds.value.value_or(kStormSeconds));
    } else {
        simulatedDaemon(declared, event);
    }
    m_lab.simulation.events.push_back(std::move(event));
}

LinkId Resolver::simulatedLink(const SimulationEventDeclaration& declared) {
    const QString name = declared.target.value.value_or(QString());
    if (!name.isEmpty() && m_lab.findLink(LinkId(name)) == nullptr) {
        QStringList known;
        for (const model::Link& link : m_lab.links) {
            known << link.id.name;
        }
        m_report.error(declared.target.place, tr("There is no link %1.").arg(quoted(name)), hintForName(name, known));
    }
    return LinkId(name);
}

void Resolver::simulatedDaemon(const SimulationEventDeclaration& declared, model::SimulationEvent& event) {
    event.service = declared.target.value.value_or(QString());
    if (!event.service.isEmpty() && !kDaemons.contains(event.service)) {
        m_report.error(declared.target.place, tr("%1 is no daemon of a node.").arg(quoted(event.service)),
                       knownWordsHint(event.service, kDaemons));
    }
    if (!declared.node.value) {
        m_report.error(declared.place, tr("The event does not say on which node."),
                       tr("Write it like this: %1").arg(QStringLiteral("{at: 5s, kill: bgpd, on: leaf1}")));
        return;
    }
    event.node = NodeId(*declared.node.value);
    if (node(event.node.name) == nullptr) {
        m_report.error(declared.node.place, tr("There is no node %1.").arg(quoted(event.node.name)),
                       hintForName(event.node.name, nodeNames()));
    }
}

} // namespace podleaf::labfile
