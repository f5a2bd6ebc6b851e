// SPDX-License-Identifier: GPL-3.0-or-later
// Lab → lab file: the explicit form, in which everything that was chosen is written out. Parsing it gives an equal lab.
#include "labfile.h"

#include "canvas_form.h"
#include "impairment_form.h"
#include "kubernetes_form.h"

#include <core/model/node_kinds.h>

#include <QStringList>

namespace podleaf::labfile {

namespace {

QString protocolWord(model::RoutingProfile profile) {
    switch (profile) {
    case model::RoutingProfile::UnnumberedEbgp:
        return QStringLiteral("unnumbered-ebgp");
    case model::RoutingProfile::IbgpReflector:
        return QStringLiteral("ibgp-reflector");
    case model::RoutingProfile::NumberedEbgp:
        break;
    }
    return QStringLiteral("ebgp");
}

QString dhcpWord(model::DhcpRole role) {
    switch (role) {
    case model::DhcpRole::Server:
        return QStringLiteral("server");
    case model::DhcpRole::Relay:
        return QStringLiteral("relay");
    case model::DhcpRole::Client:
    case model::DhcpRole::None:
        break;
    }
    return QStringLiteral("none");
}

/// Names that YAML would read as something else, such as "no" or "12", are text all the same to our reader: every
/// scalar is. So nothing needs quotes.
QString flow(const QStringList& fields) {
    return QLatin1Char('{') + fields.join(QStringLiteral(", ")) + QLatin1Char('}');
}

QString addresses(const model::AddressPlan& plan) {
    return QStringLiteral("addresses:\n  links: %1\n  loopbacks: %2\n  pods: %3\n  pods-per-host: /%4\n")
        .arg(plan.links.toString(), plan.loopbacks.toString(), plan.pods.toString(), QString::number(plan.podPrefixLength));
}

QString routing(const model::Lab& lab) {
    const model::Routing& routing = lab.routing;
    QString text = QStringLiteral("routing:\n  protocol: %1\n").arg(protocolWord(routing.profile));
    if (routing.profile == model::RoutingProfile::IbgpReflector && !lab.nodes.empty()) {
        text += QStringLiteral("  asn: %1\n").arg(lab.nodes.front().asn);
    }
    text += QStringLiteral("  keepalive: %1s\n  hold: %2s\n").arg(routing.keepaliveSeconds).arg(routing.holdSeconds);
    if (routing.bfd) {
        text += QStringLiteral("  bfd: true\n");
    }
    if (routing.maximumPaths > 0) {
        text += QStringLiteral("  ecmp: %1\n").arg(routing.maximumPaths);
    }
    return text;
}

QString node(const model::Lab& lab, const model::Node& node) {
    QStringList fields{QStringLiteral("kind: ") + model::infoOf(node.kind).word};
    if (lab.routing.profile != model::RoutingProfile::IbgpReflector) {
        fields << QStringLiteral("asn: %1").arg(node.asn);
    }
    if (node.loopback) {
        fields << QStringLiteral("loopback: ") + node.loopback->toString();
    }
    if (node.podCidr) {
        fields << QStringLiteral("pod-cidr: ") + node.podCidr->toString();
    }
    if (node.dhcp && node.kind != model::NodeKind::Host) {
        fields << QStringLiteral("dhcp: ") + dhcpWord(*node.dhcp);
    }
    if (!node.dhcpServer.isEmpty()) {
        fields << QStringLiteral("dhcp-server: ") + node.dhcpServer.name;
    }
    if (node.position) {
        fields << QStringLiteral("position: ") + positionValue(*node.position);
    }
    return QStringLiteral("  %1: %2\n").arg(node.id.name, flow(fields));
}

QString link(const model::Link& link) {
    QStringList fields{QStringLiteral("name: ") + link.id.name,
                       QStringLiteral("ends: [%1, %2]").arg(link.ends[0].toString(), link.ends[1].toString()),
                       QStringLiteral("prefix: ") + link.prefix.toString()};
    if (const QString impairment = impairmentValue(link); !impairment.isEmpty()) {
        fields << QStringLiteral("impairment: ") + impairment;
    }
    return QStringLiteral("  - %1\n").arg(flow(fields));
}

QString workload(const model::Lab& lab, const model::Workload& workload) {
    QString text = QStringLiteral("  %1:\n    image: %2\n    replicas: %3\n    port: %4\n    on:\n")
                       .arg(workload.name, workload.image)
                       .arg(workload.pods.size())
                       .arg(workload.port);
    for (const model::Pod& pod : workload.pods) {
        text += lab.kubernetes ? QStringLiteral("      - %1\n").arg(pod.host.name)
                               : QStringLiteral("      - {host: %1, address: %2}\n").arg(pod.host.name, pod.address.toString());
    }
    return text;
}

QString test(const model::Test& test) {
    QStringList sources;
    if (test.fromHosts) {
        sources << QStringLiteral("hosts");
    }
    if (test.fromPods) {
        sources << QStringLiteral("pods");
    }
    return QStringLiteral("  %1: {from: [%2], to: %3}\n").arg(test.name, sources.join(QStringLiteral(", ")), test.workload);
}

QString simulationEvent(const model::SimulationEvent& event) {
    using What = model::SimulationEvent::What;
    QStringList fields{QStringLiteral("at: %1s").arg(event.at.count())};
    switch (event.what) {
    case What::Cut:
        fields << QStringLiteral("cut: ") + event.link.name;
        break;
    case What::Join:
        fields << QStringLiteral("join: ") + event.link.name;
        break;
    case What::Kill:
        fields << QStringLiteral("kill: ") + event.service << QStringLiteral("on: ") + event.node.name;
        break;
    case What::Start:
        fields << QStringLiteral("start: ") + event.service << QStringLiteral("on: ") + event.node.name;
        break;
    case What::Storm:
        fields << QStringLiteral("storm: %1").arg(event.rate) << QStringLiteral("for: %1s").arg(event.lasts.count());
        break;
    }
    return QStringLiteral("    - %1\n").arg(flow(fields));
}

/// Nothing for a lab of the usual engine.
QString engine(const model::Lab& lab) {
    if (lab.engine != model::EngineKind::Simulated) {
        return {};
    }
    QString text = QStringLiteral("engine: %1\nsimulation:\n  seed: %2\n").arg(model::engineWord(lab.engine)).arg(lab.simulation.seed);
    text += lab.simulation.events.empty() ? QString() : QStringLiteral("  events:\n");
    for (const model::SimulationEvent& event : lab.simulation.events) {
        text += simulationEvent(event);
    }
    return text + QLatin1Char('\n');
}

QString kubernetes(const model::Lab& lab) {
    if (!lab.kubernetes) {
        return {};
    }
    QString text = QStringLiteral("kubernetes:\n");
    for (const auto& [key, value] : kubernetesFields(*lab.kubernetes)) {
        text += QStringLiteral("  %1: %2\n").arg(key, value);
    }
    return text + QLatin1Char('\n');
}

QString item(const ItemFields& all) {
    QStringList fields;
    for (const auto& [key, value] : all) {
        fields << key + QStringLiteral(": ") + value;
    }
    return QStringLiteral("  - %1\n").arg(flow(fields));
}

template <class T, class Write>
QString section(const char* key, const std::vector<T>& all, Write write) {
    QString text = all.empty() ? QString() : QStringLiteral("\n%1:\n").arg(QLatin1StringView(key));
    for (const T& one : all) {
        text += write(one);
    }
    return text;
}

} // namespace

QByteArray toYaml(const model::Lab& lab) {
    QString text = QStringLiteral("name: %1\n\n").arg(lab.id.name) + engine(lab) + kubernetes(lab) + addresses(lab.addressPlan) +
                   QLatin1Char('\n') + routing(lab);
    text += section("nodes", lab.nodes, [&lab](const model::Node& one) { return node(lab, one); });
    text += section("links", lab.links, link);
    text += section("workloads", lab.workloads, [&lab](const model::Workload& one) { return workload(lab, one); });
    text += section("tests", lab.tests, test);
    text += section("groups", lab.groups, [](const model::Group& group) { return item(groupFields(group)); });
    text += section("notes", lab.notes, [](const model::Note& note) { return item(noteFields(note)); });
    return text.toUtf8();
}

} // namespace podleaf::labfile
