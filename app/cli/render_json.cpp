// SPDX-License-Identifier: GPL-3.0-or-later
#include "render.h"

#include "render_cluster.h"

#include <core/model/node_kinds.h>
#include <core/state/neighbour_words.h>
#include <core/state/route_seen.h>
#include <core/state/session_reason.h>

#include <QDateTime>
#include <QJsonDocument>

#include <algorithm>
#include <utility>

namespace podleaf::cli {

namespace {

QString compact(const QJsonObject& object) {
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QString phaseWord(state::NodePhase phase) {
    switch (phase) {
    case state::NodePhase::Planned:
        return QStringLiteral("planned");
    case state::NodePhase::Created:
        return QStringLiteral("created");
    case state::NodePhase::Ports:
        return QStringLiteral("ports");
    case state::NodePhase::Dhcp:
        return QStringLiteral("dhcp");
    case state::NodePhase::Bgp:
        return QStringLiteral("bgp");
    case state::NodePhase::Ready:
        return QStringLiteral("ready");
    case state::NodePhase::Failed:
        return QStringLiteral("failed");
    case state::NodePhase::Stopped:
        return QStringLiteral("stopped");
    }
    return {};
}

QString changeWord(plan::StepKind kind) {
    switch (kind) {
    case plan::StepKind::Create:
        return QStringLiteral("create");
    case plan::StepKind::Change:
        return QStringLiteral("change");
    case plan::StepKind::Remove:
        return QStringLiteral("remove");
    case plan::StepKind::Check:
        return QStringLiteral("check");
    }
    return {};
}

} // namespace

QJsonObject withHead(qint64 atMs, const QString& type, const QJsonObject& body) {
    QJsonObject object{{QStringLiteral("at"), timestamp(atMs)}, {QStringLiteral("type"), type}};
    for (auto it = body.begin(); it != body.end(); ++it) {
        object.insert(it.key(), it.value());
    }
    return object;
}

QString timestamp(qint64 unixMs) {
    return QDateTime::fromMSecsSinceEpoch(unixMs, Qt::UTC).toString(Qt::ISODateWithMs);
}

QString phaseOf(const state::LabState& state, const std::vector<verify::Mismatch>& mismatches) {
    if (!state.running) {
        return QStringLiteral("down");
    }
    const bool missing =
        std::ranges::any_of(state.nodes, [](const auto& entry) { return !entry.second.exists && !entry.second.poweredOff; });
    if (missing) {
        return QStringLiteral("starting");
    }
    return mismatches.empty() ? QStringLiteral("up") : QStringLiteral("degraded");
}

QJsonObject nodeJson(const model::Lab& lab, const state::NodeState& node) {
    QJsonArray addresses;
    for (const auto& [name, interface] : node.interfaces) {
        for (const Ipv4Prefix& address : interface.addresses) {
            if (name != QLatin1String("lo") || address.length == 32) {
                addresses.append(address.toString());
            }
        }
    }
    QJsonArray processes;
    for (const auto& [name, process] : node.processes) {
        QJsonObject object{
            {QStringLiteral("name"), name}, {QStringLiteral("running"), process.running}, {QStringLiteral("pid"), process.pid}};
        if (!process.running) {
            object.insert(QStringLiteral("exitCode"), process.exitCode);
            object.insert(QStringLiteral("signal"), process.signal);
            object.insert(QStringLiteral("log"), process.lastLogLines);
            if (process.stopped) {
                object.insert(QStringLiteral("stopped"), true);
            }
        } else if (process.paused) {
            object.insert(QStringLiteral("paused"), true);
        }
        processes.append(object);
    }
    QJsonObject object{{QStringLiteral("name"), node.id.name},
                       {QStringLiteral("state"), phaseWord(node.phase)},
                       {QStringLiteral("addresses"), addresses},
                       {QStringLiteral("processes"), processes}};
    if (const model::Node* planned = lab.findNode(node.id)) {
        object.insert(QStringLiteral("kind"), model::infoOf(planned->kind).word);
        object.insert(QStringLiteral("asn"), static_cast<qint64>(planned->asn));
        if (planned->podCidr) {
            object.insert(QStringLiteral("podCidr"), planned->podCidr->network().toString());
        }
    }
    if (!node.reason.isEmpty()) {
        object.insert(QStringLiteral("reason"), node.reason);
    }
    if (node.usage) {
        object.insert(QStringLiteral("memory"), static_cast<qint64>(node.usage->memoryBytes));
    }
    if (node.usage && node.usage->cpu) {
        object.insert(QStringLiteral("cpu"), *node.usage->cpu);
    }
    return object;
}

QJsonArray impairmentsJson(const std::array<model::Endpoint, 2>& ends, const model::CableImpairments& impairments) {
    QJsonArray array;
    for (std::size_t sender = 0; sender < impairments.size(); ++sender) {
        const model::Impairment& impairment = impairments[sender];
        if (!impairment.isNone()) {
            const QString direction = ends[sender].toString() + QStringLiteral(" > ") + ends[1 - sender].toString();
            array.append(QJsonObject{{QStringLiteral("direction"), direction},
                                     {QStringLiteral("drop"), impairment.drop},
                                     {QStringLiteral("lossPercent"), impairment.loss / 100.0},
                                     {QStringLiteral("rateKbit"), static_cast<qint64>(impairment.rateKbit)},
                                     {QStringLiteral("delayMs"), impairment.delayMicroseconds / 1000.0}});
        }
    }
    return array;
}

QJsonObject linkJson(const model::Lab& lab, const model::Link& link, const state::LabState& state) {
    const state::LinkState& seen = state.links.at(link.id);
    QJsonObject object{{QStringLiteral("name"), link.id.name},
                       {QStringLiteral("a"), link.ends[0].toString()},
                       {QStringLiteral("b"), link.ends[1].toString()},
                       {QStringLiteral("prefix"), lab.isNumbered() ? QJsonValue(link.prefix.toString()) : QJsonValue()},
                       {QStringLiteral("admin"), seen.adminUp ? QStringLiteral("up") : QStringLiteral("down")},
                       {QStringLiteral("carrier"), seen.carrier}};
    const bool blocks = std::ranges::any_of(seen.impairments, [](const model::Impairment& each) { return each.blocks(); });
    const QJsonArray impairments = impairmentsJson(link.ends, seen.impairments);
    if (!seen.adminUp) {
        object.insert(QStringLiteral("fault"), QStringLiteral("cut"));
    } else if (!impairments.isEmpty()) {
        object.insert(QStringLiteral("fault"), blocks ? QStringLiteral("drop") : QStringLiteral("impaired"));
    }
    if (!impairments.isEmpty()) {
        object.insert(QStringLiteral("impairments"), impairments);
    }
    if (state.running && !seen.carrier) {
        object.insert(QStringLiteral("reason"), state::cableFault(state, link, 0).sentence);
    }
    return object;
}

QJsonObject sessionJson(const model::Lab& lab, const state::SessionState& session, qint64 nowMs) {
    const bool up = session.state == state::BgpState::Established;
    QJsonObject object{{QStringLiteral("node"), session.node.name},
                       {QStringLiteral("peer"), state::neighbourWord(lab, session)},
                       {QStringLiteral("peerNode"), session.peerNode.name},
                       {QStringLiteral("link"), session.link.name},
                       {QStringLiteral("state"), state::toString(session.state)},
                       {QStringLiteral("uptimeMs"), up ? std::max<qint64>(0, nowMs - session.sinceMs) : 0},
                       {QStringLiteral("prefixesReceived"), static_cast<qint64>(session.received.size())},
                       {QStringLiteral("flaps"), session.flaps}};
    if (!up) {
        object.insert(QStringLiteral("reason"), session.reason);
        object.insert(QStringLiteral("connectTries"), session.connectTries);
        if (!session.lastError.isEmpty()) {
            object.insert(QStringLiteral("lastError"), session.lastError);
        }
    }
    return object;
}

QJsonObject routeJson(const model::Lab& lab, const NodeId& node, const state::RouteState& route) {
    QJsonArray hops;
    for (const state::NextHop& hop : route.nextHops) {
        const auto gateway = state::gatewayOf(lab, route.protocol, hop);
        hops.append(QJsonObject{{QStringLiteral("via"), gateway ? QJsonValue(gateway->toString()) : QJsonValue()},
                                {QStringLiteral("interface"), hop.interface}});
    }
    QJsonObject object{{QStringLiteral("node"), node.name},
                       {QStringLiteral("prefix"), route.prefix.toString()},
                       {QStringLiteral("protocol"), route.protocol},
                       {QStringLiteral("nextHops"), hops},
                       {QStringLiteral("metric"), static_cast<qint64>(route.metric)}};
    if (route.type != state::RouteType::Unicast) {
        object.insert(QStringLiteral("kind"), state::typeWord(route.type));
    }
    if (route.source) {
        object.insert(QStringLiteral("source"), route.source->toString());
    }
    return object;
}

QJsonObject podJson(const state::PodState& pod) {
    QJsonObject object{{QStringLiteral("namespace"), QStringLiteral("default")},
                       {QStringLiteral("name"), pod.name},
                       {QStringLiteral("node"), pod.host.name},
                       {QStringLiteral("ip"), pod.address.toString()},
                       {QStringLiteral("phase"), pod.ready    ? QStringLiteral("Running")
                                                 : pod.exists ? QStringLiteral("Failed")
                                                              : QStringLiteral("Pending")}};
    if (!pod.reason.isEmpty()) {
        object.insert(QStringLiteral("reason"), pod.reason);
    }
    if (pod.paused) {
        object.insert(QStringLiteral("paused"), true);
    }
    if (!pod.ready && !pod.lastLogLines.isEmpty()) {
        object.insert(QStringLiteral("log"), pod.lastLogLines);
    }
    return object;
}

QJsonObject legJson(const verify::LegResult& leg) {
    return {{QStringLiteral("from"), leg.from},    {QStringLiteral("to"), leg.to}, {QStringLiteral("url"), leg.url},
            {QStringLiteral("ok"), leg.ok},        {QStringLiteral("ms"), leg.ms}, {QStringLiteral("expected"), leg.expected},
            {QStringLiteral("reason"), leg.reason}};
}

QJsonArray mismatchesJson(const std::vector<verify::Mismatch>& mismatches) {
    QJsonArray array;
    for (const verify::Mismatch& mismatch : mismatches) {
        array.append(QJsonObject{
            {QStringLiteral("where"), mismatch.where}, {QStringLiteral("what"), mismatch.what}, {QStringLiteral("cause"), mismatch.cause}});
    }
    return array;
}

namespace {

/// Routes as JSON, one after the other. Of a large lab there are a million, and nearly all of a node differ from the one
/// before in nothing but the prefix: the text around it is kept.
class RouteTexts {
public:
    explicit RouteTexts(const model::Lab& lab) : m_lab(lab) {}

    QString of(const NodeId& node, const state::RouteState& route) {
        m_last.prefix = route.prefix;
        if (m_node != node || m_last != route) {
            m_node = node;
            m_last = route;
            split();
        }
        return m_before + route.prefix.toString() + m_after;
    }

private:
    void split() {
        const QString text = compact(routeJson(m_lab, m_node, m_last));
        const QString key = QStringLiteral("\"prefix\":\""); // Within a string its quotes would be escaped.
        const qsizetype begin = text.indexOf(key) + key.size();
        m_before = text.left(begin);
        m_after = text.mid(text.indexOf(QLatin1Char('"'), begin));
    }

    const model::Lab& m_lab;
    NodeId m_node;
    state::RouteState m_last;
    QString m_before;
    QString m_after;
};

void writeRoutes(const model::Lab& lab, const state::LabState& state, const TextSink& out) {
    RouteTexts texts(lab);
    TextPieces pieces(out);
    bool isFirst = true;
    for (const model::Node& planned : lab.nodes) {
        for (const auto& [key, route] : state.nodes.at(planned.id).routes) {
            pieces.add((std::exchange(isFirst, false) ? QString() : QStringLiteral(",")) + texts.of(planned.id, route));
        }
    }
    pieces.finish();
}

} // namespace

void statusJson(const model::Lab& lab, const state::LabState& state, const std::vector<verify::Mismatch>& mismatches,
                const QStringList& silent, qint64 nowMs, const TextSink& out) {
    QJsonArray nodes;
    for (const model::Node& planned : lab.nodes) {
        nodes.append(nodeJson(lab, state.nodes.at(planned.id)));
    }
    QJsonArray links;
    for (const model::Link& link : lab.links) {
        links.append(linkJson(lab, link, state));
    }
    QJsonArray sessions;
    for (const auto& [key, session] : state.sessions) {
        sessions.append(sessionJson(lab, session, nowMs));
    }
    QJsonArray pods = clusterPodsJson(state.cluster);
    for (const auto& [name, pod] : state.pods) {
        pods.append(podJson(pod));
    }
    QJsonObject lost;
    for (const auto& [source, count] : state.lost) {
        lost.insert(source, static_cast<qint64>(count));
    }
    QJsonObject object{{QStringLiteral("lab"), lab.id.name},
                       {QStringLiteral("engine"), model::engineWord(lab.engine)},
                       {QStringLiteral("phase"), phaseOf(state, mismatches)},
                       {QStringLiteral("nodes"), nodes},
                       {QStringLiteral("links"), links},
                       {QStringLiteral("sessions"), sessions},
                       {QStringLiteral("routes"), QJsonArray()},
                       {QStringLiteral("pods"), pods},
                       {QStringLiteral("mismatches"), state.running ? mismatchesJson(mismatches) : QJsonArray()},
                       {QStringLiteral("lost"), lost}};
    if (lab.kubernetes) {
        object.insert(QStringLiteral("cluster"), clusterJson(state.cluster));
    }
    if (!silent.isEmpty()) {
        object.insert(QStringLiteral("silent"), QJsonArray::fromStringList(silent));
    }
    const QString text = compact(object);
    const QString key = QStringLiteral("\"routes\":["); // The routes go in here, piece by piece.
    const qsizetype begin = text.indexOf(key) + key.size();
    out(text.left(begin));
    writeRoutes(lab, state, out);
    out(text.mid(begin));
}

QJsonObject planJson(const plan::Plan& plan) {
    QJsonArray steps;
    for (const plan::Step& step : plan.steps) {
        steps.append(QJsonObject{{QStringLiteral("change"), changeWord(step.kind)},
                                 {QStringLiteral("title"), step.title},
                                 {QStringLiteral("subject"), step.subject},
                                 {QStringLiteral("group"), step.group},
                                 {QStringLiteral("reason"), step.reason}});
    }
    QJsonArray kept;
    for (const QString& name : plan.kept) {
        kept.append(name);
    }
    return {{QStringLiteral("title"), plan.title}, {QStringLiteral("steps"), steps}, {QStringLiteral("keep"), kept}};
}

QList<QJsonObject> watchObjects(const model::Lab& lab, const state::LabState& state, const state::Delta& delta, qint64 nowMs) {
    QList<QJsonObject> objects;
    for (const NodeId& id : delta.nodes) {
        if (const auto it = state.nodes.find(id); it != state.nodes.end()) {
            objects.append(withHead(nowMs, QStringLiteral("node"), nodeJson(lab, it->second)));
        }
    }
    for (const LinkId& id : delta.links) {
        const auto it = state.links.find(id);
        const model::Link* link = lab.findLink(id);
        if (it != state.links.end() && link != nullptr) {
            objects.append(withHead(nowMs, QStringLiteral("link"), linkJson(lab, *link, state)));
        }
    }
    for (const state::SessionKey& key : delta.sessions) {
        if (const auto it = state.sessions.find(key); it != state.sessions.end()) {
            objects.append(withHead(nowMs, QStringLiteral("session"), sessionJson(lab, it->second, nowMs)));
        }
    }
    for (const state::RouteSeen& route : delta.routes) {
        QJsonObject body = routeJson(lab, route.node, state::keptOf(route));
        body.insert(QStringLiteral("present"), route.present);
        objects.append(withHead(nowMs, QStringLiteral("route"), body));
    }
    for (const QString& name : delta.pods) {
        if (const auto it = state.pods.find(name); it != state.pods.end()) {
            objects.append(withHead(nowMs, QStringLiteral("pod"), podJson(it->second)));
        }
    }
    objects += clusterObjects(state.cluster, delta, nowMs);
    for (const state::LogEntry& entry : delta.log) {
        if (entry.kind == QLatin1String("loss")) {
            objects.append(withHead(entry.atMs, QStringLiteral("loss"),
                                    {{QStringLiteral("source"), entry.where}, {QStringLiteral("what"), entry.what}}));
        }
    }
    return objects;
}

} // namespace podleaf::cli
