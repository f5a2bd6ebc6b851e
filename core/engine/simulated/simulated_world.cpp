// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_world.h"

#include <QHash>
#include <QJsonArray>

#include <csignal>
#include <functional>

namespace podleaf::engine {

namespace {

const QString kDo = QStringLiteral("do");
const QString kNode = QStringLiteral("node");
const QString kLink = QStringLiteral("link");
const QString kService = QStringLiteral("service");
const QString kAt = QStringLiteral("at");

QJsonObject make(const char* verb, QJsonObject rest = {}) {
    rest.insert(kDo, QString::fromLatin1(verb));
    return rest;
}

QJsonObject portJson(const PortSpec& port) {
    return {{kNode, port.node.name}, {QStringLiteral("port"), port.port}, {QStringLiteral("bridge"), port.bridge}};
}

PortSpec portOf(const QJsonObject& json) {
    return {NodeId(json[kNode].toString()), json[QStringLiteral("port")].toString(), json[QStringLiteral("bridge")].toString()};
}

QJsonArray names(const auto& ids) {
    QJsonArray all;
    for (const auto& id : ids) {
        all.append(id.name);
    }
    return all;
}

QJsonArray impairmentJson(const model::Impairment& one) {
    return {one.drop, static_cast<qint64>(one.loss), static_cast<qint64>(one.rateKbit), static_cast<qint64>(one.delayMicroseconds)};
}

model::Impairment impairmentOf(const QJsonArray& json) {
    return {json.at(0).toBool(), static_cast<std::uint32_t>(json.at(1).toInteger()), static_cast<std::uint32_t>(json.at(2).toInteger()),
            static_cast<std::uint32_t>(json.at(3).toInteger())};
}

Event nodeEvent(Event::Type type, const SimulatedNode& node) {
    Event event{};
    event.type = type;
    event.node = node.spec.id;
    event.poweredOff = type == Event::Type::NodeGone && !node.on;
    return event;
}

Event serviceEvent(const NodeId& node, const QString& name, const SimulatedService& service) {
    Event event{};
    event.type = service.running ? Event::Type::ProcessStarted : Event::Type::ProcessExited;
    event.node = node;
    event.process = name;
    event.pid = service.pid;
    event.exitCode = service.exitCode;
    event.signal = service.signal;
    event.paused = service.paused;
    event.stopped = service.stopped;
    return event;
}

Event linkEvent(const SimulatedLink& link) {
    Event event{};
    event.type = Event::Type::LinkChanged;
    event.link = link.spec.id;
    event.linkUp = link.up;
    event.impairments = link.impairments;
    return event;
}

/// One method per word of the journal.
class Folder {
public:
    Folder(SimulatedWorld& world, const QJsonObject& deed) : m_world(world), m_deed(deed) {}

    std::vector<Event> run() {
        ++m_world.revision;
        using Method = void (Folder::*)();
        static const QHash<QString, Method> kVerbs{{QStringLiteral("lab"), &Folder::lab},
                                                   {QStringLiteral("play"), &Folder::play},
                                                   {QStringLiteral("played"), &Folder::played},
                                                   {QStringLiteral("nodes"), &Folder::nodes},
                                                   {QStringLiteral("links"), &Folder::links},
                                                   {QStringLiteral("remove"), &Folder::remove},
                                                   {QStringLiteral("set-link"), &Folder::setLink},
                                                   {QStringLiteral("impair"), &Folder::impair},
                                                   {QStringLiteral("power-off"), &Folder::powerOff},
                                                   {QStringLiteral("apply"), &Folder::apply},
                                                   {QStringLiteral("start"), &Folder::start},
                                                   {QStringLiteral("stop"), &Folder::stop},
                                                   {QStringLiteral("forget"), &Folder::forget},
                                                   {QStringLiteral("signal"), &Folder::signal}};
        if (const Method method = kVerbs.value(m_deed[kDo].toString(), nullptr)) {
            (this->*method)();
        }
        return std::move(m_events);
    }

private:
    void lab() {
        m_world.createdMs = m_world.exists ? m_world.createdMs : m_deed[kAt].toInteger();
        m_world.exists = true;
        m_world.labFile = m_deed[QStringLiteral("file")].toString();
        m_world.labText = m_deed[QStringLiteral("text")].toString().toUtf8();
    }
    void play() { m_world.playsSinceMs = m_world.playsSinceMs > 0 ? m_world.playsSinceMs : m_deed[kAt].toInteger(); }
    void played() { m_world.playedEvents = static_cast<std::size_t>(m_deed[QStringLiteral("events")].toInteger()); }

    void nodes() {
        const QJsonArray all = m_deed[QStringLiteral("nodes")].toArray();
        for (const QJsonValue& each : all) {
            const QJsonObject json = each.toObject();
            NodeSpec spec{NodeId(json[QStringLiteral("name")].toString()), json[QStringLiteral("hostname")].toString(), {}};
            const QJsonArray bridges = json[QStringLiteral("bridges")].toArray();
            for (const QJsonValue& bridge : bridges) {
                spec.bridges.append(bridge.toString());
            }
            const auto known = m_world.nodes.find(spec.id);
            if (known != m_world.nodes.end() && known->second.on) {
                continue;
            }
            SimulatedNode& node = m_world.nodes[spec.id];
            node = {std::move(spec), true, false, {}, {}};
            m_events.push_back(nodeEvent(Event::Type::NodeAdded, node));
        }
    }

    void links() {
        const QJsonArray all = m_deed[QStringLiteral("links")].toArray();
        for (const QJsonValue& each : all) {
            const QJsonObject json = each.toObject();
            const LinkSpec spec{LinkId(json[QStringLiteral("name")].toString()), portOf(json[QStringLiteral("a")].toObject()),
                                portOf(json[QStringLiteral("b")].toObject())};
            const auto [it, isNew] = m_world.links.try_emplace(spec.id, SimulatedLink{spec, true, {}, {}});
            if (isNew) {
                m_events.push_back(linkEvent(it->second));
            }
        }
    }

    void remove() {
        const QJsonArray links = m_deed[QStringLiteral("links")].toArray();
        for (const QJsonValue& link : links) {
            m_world.links.erase(LinkId(link.toString()));
        }
        const QJsonArray nodes = m_deed[QStringLiteral("nodes")].toArray();
        for (const QJsonValue& name : nodes) {
            const auto it = m_world.nodes.find(NodeId(name.toString()));
            if (it == m_world.nodes.end()) {
                continue;
            }
            it->second.on = true; // it is not off, it is gone
            m_events.push_back(nodeEvent(Event::Type::NodeGone, it->second));
            std::erase_if(m_world.links,
                          [&it](const auto& link) { return link.second.spec.a.node == it->first || link.second.spec.b.node == it->first; });
            m_world.nodes.erase(it);
        }
    }

    void setLink() {
        if (SimulatedLink* link = findLink()) {
            link->up = m_deed[QStringLiteral("up")].toBool();
            m_events.push_back(linkEvent(*link));
        }
    }

    void impair() {
        if (SimulatedLink* link = findLink()) {
            link->impairments = {impairmentOf(m_deed[QStringLiteral("a")].toArray()), impairmentOf(m_deed[QStringLiteral("b")].toArray())};
            const QJsonArray declared = m_deed[QStringLiteral("declared")].toArray();
            if (!declared.isEmpty()) {
                link->declared = {impairmentOf(declared.at(0).toArray()), impairmentOf(declared.at(1).toArray())};
            }
            m_events.push_back(linkEvent(*link));
        }
    }

    void powerOff() {
        SimulatedNode* node = findNode();
        if (node != nullptr && node->on) {
            *node = {node->spec, false, false, {}, {}};
            m_events.push_back(nodeEvent(Event::Type::NodeGone, *node));
        }
    }

    void apply() {
        SimulatedNode* node = findNode();
        if (node == nullptr) {
            return;
        }
        node->applied = true;
        const QJsonArray gone = m_deed[QStringLiteral("gone")].toArray();
        for (const QJsonValue& path : gone) {
            node->files.erase(path.toString());
        }
        const QJsonObject files = m_deed[QStringLiteral("files")].toObject();
        for (auto it = files.begin(); it != files.end(); ++it) {
            node->files[it.key()] = it.value().toString().toUtf8();
        }
    }

    void start() {
        SimulatedNode* node = findNode();
        const QString name = m_deed[kService].toString();
        if (node != nullptr && node->on && !node->runs(name)) {
            node->services[name] = {++m_world.lastPid, true, false, 0, 0, false};
            tell(*node, name);
        }
    }
    void stop() { end({.stopped = true}); }

    void forget() {
        stop();
        SimulatedNode* node = findNode();
        const QString name = m_deed[kService].toString();
        if (node != nullptr && node->services.erase(name) > 0) {
            Event event{};
            event.type = Event::Type::ProcessForgotten;
            event.node = node->spec.id;
            event.process = name;
            m_events.push_back(event);
        }
    }

    void signal() {
        const int number = m_deed[QStringLiteral("number")].toInt();
        SimulatedNode* node = findNode();
        const QString name = m_deed[kService].toString();
        if (node == nullptr || !node->everRan(name) || !node->services[name].running) {
            return;
        }
        if (number == SIGSTOP || number == SIGCONT) {
            node->services[name].paused = number == SIGSTOP;
            tell(*node, name);
        } else if (number == SIGKILL || number == SIGTERM || number == SIGSEGV || number == SIGABRT || number == SIGINT) {
            end({.signal = number == SIGTERM || number == SIGINT ? 0 : number});
        }
    }

    struct End {
        int signal = 0;
        bool stopped = false;
    };
    void end(End how) {
        SimulatedNode* node = findNode();
        const QString name = m_deed[kService].toString();
        if (node == nullptr || !node->everRan(name) || !node->services[name].running) {
            return;
        }
        SimulatedService& service = node->services[name];
        service.running = service.paused = false;
        service.signal = how.signal;
        service.stopped = how.stopped;
        tell(*node, name);
    }

    void tell(const SimulatedNode& node, const QString& service) {
        m_events.push_back(serviceEvent(node.spec.id, service, node.services.at(service)));
    }
    SimulatedNode* findNode() {
        const auto it = m_world.nodes.find(NodeId(m_deed[kNode].toString()));
        return it == m_world.nodes.end() ? nullptr : &it->second;
    }
    SimulatedLink* findLink() {
        const auto it = m_world.links.find(LinkId(m_deed[kLink].toString()));
        return it == m_world.links.end() ? nullptr : &it->second;
    }

    SimulatedWorld& m_world;
    const QJsonObject& m_deed;
    std::vector<Event> m_events;
};

} // namespace

bool SimulatedNode::runs(const QString& service) const {
    const auto it = services.find(service);
    return on && it != services.end() && it->second.running;
}

const SimulatedNode* SimulatedWorld::findOn(const NodeId& node) const {
    const auto it = nodes.find(node);
    return it == nodes.end() || !it->second.on ? nullptr : &it->second;
}

namespace deed {

QJsonObject lab(const QString& file, const QByteArray& text, qint64 atMs) {
    return make("lab", {{QStringLiteral("file"), file}, {QStringLiteral("text"), QString::fromUtf8(text)}, {kAt, atMs}});
}
QJsonObject play(qint64 atMs) {
    return make("play", {{kAt, atMs}});
}
QJsonObject played(std::size_t events) {
    return make("played", {{QStringLiteral("events"), static_cast<qint64>(events)}});
}
QJsonObject nodes(const std::vector<NodeSpec>& nodes) {
    QJsonArray all;
    for (const NodeSpec& node : nodes) {
        all.append(QJsonObject{{QStringLiteral("name"), node.id.name},
                               {QStringLiteral("hostname"), node.hostname},
                               {QStringLiteral("bridges"), QJsonArray::fromStringList(node.bridges)}});
    }
    return make("nodes", {{QStringLiteral("nodes"), all}});
}
QJsonObject links(const std::vector<LinkSpec>& links) {
    QJsonArray all;
    for (const LinkSpec& link : links) {
        all.append(QJsonObject{
            {QStringLiteral("name"), link.id.name}, {QStringLiteral("a"), portJson(link.a)}, {QStringLiteral("b"), portJson(link.b)}});
    }
    return make("links", {{QStringLiteral("links"), all}});
}
QJsonObject removeParts(const std::vector<NodeId>& nodes, const std::vector<LinkId>& links) {
    return make("remove", {{QStringLiteral("nodes"), names(nodes)}, {QStringLiteral("links"), names(links)}});
}
QJsonObject setLink(const LinkId& link, bool up) {
    return make("set-link", {{kLink, link.name}, {QStringLiteral("up"), up}});
}
QJsonObject impair(const LinkId& link, const model::CableImpairments& impairments) {
    return make(
        "impair",
        {{kLink, link.name}, {QStringLiteral("a"), impairmentJson(impairments[0])}, {QStringLiteral("b"), impairmentJson(impairments[1])}});
}
QJsonObject declare(const LinkId& link, const model::CableImpairments& declared, const model::CableImpairments& impairments) {
    QJsonObject made = impair(link, impairments);
    made.insert(QStringLiteral("declared"), QJsonArray{impairmentJson(declared[0]), impairmentJson(declared[1])});
    return made;
}
QJsonObject powerOff(const NodeId& node) {
    return make("power-off", {{kNode, node.name}});
}
QJsonObject apply(const NodeId& node, const std::map<QString, QByteArray>& files, const QStringList& goneFiles) {
    QJsonObject kept;
    for (const auto& [path, content] : files) {
        kept.insert(path, QString::fromUtf8(content));
    }
    return make("apply",
                {{kNode, node.name}, {QStringLiteral("files"), kept}, {QStringLiteral("gone"), QJsonArray::fromStringList(goneFiles)}});
}
QJsonObject start(const NodeId& node, const QString& service) {
    return make("start", {{kNode, node.name}, {kService, service}});
}
QJsonObject stop(const NodeId& node, const QString& service) {
    return make("stop", {{kNode, node.name}, {kService, service}});
}

QJsonObject forget(const NodeId& node, const QString& service) {
    return make("forget", {{kNode, node.name}, {kService, service}});
}
QJsonObject signal(const NodeId& node, const QString& service, int number) {
    return make("signal", {{kNode, node.name}, {kService, service}, {QStringLiteral("number"), number}});
}

} // namespace deed

std::vector<Event> fold(SimulatedWorld& world, const QJsonObject& deed) {
    return Folder(world, deed).run();
}

std::vector<Event> wholePicture(const SimulatedWorld& world) {
    std::vector<Event> events;
    for (const auto& [id, node] : world.nodes) {
        events.push_back(nodeEvent(node.on ? Event::Type::NodeAdded : Event::Type::NodeGone, node));
        for (const auto& [name, service] : node.services) {
            events.push_back(serviceEvent(id, name, service));
        }
    }
    for (const auto& [id, link] : world.links) {
        events.push_back(linkEvent(link));
    }
    return events;
}

} // namespace podleaf::engine
