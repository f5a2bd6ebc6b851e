// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedWorld: what exists of a simulated lab, as its journal tells it: one deed a line, folded one after the other.
// Plain values and pure functions; any thread.
#pragma once

#include <core/engine/engine.h>

#include <QByteArray>
#include <QJsonObject>

#include <map>
#include <vector>

namespace podleaf::engine {

struct SimulatedService {
    qint64 pid = 0;
    bool running = false;
    bool paused = false;
    int exitCode = 0;
    int signal = 0;
    bool stopped = false; ///< It ended because it was asked to.
};

struct SimulatedNode {
    NodeSpec spec;
    bool on = true;
    bool applied = false;                         ///< It has its addresses and files.
    std::map<QString, QByteArray> files;          ///< Those of /run/podleaf only.
    std::map<QString, SimulatedService> services; ///< All that were ever started, by name.

    [[nodiscard]] bool runs(const QString& service) const;
    /// A DHCP client or server has done its work once, even if it was killed since.
    [[nodiscard]] bool everRan(const QString& service) const { return services.contains(service); }
};

struct SimulatedLink {
    LinkSpec spec;
    bool up = true;
    model::CableImpairments impairments = {};
    model::CableImpairments declared = {};
};

struct SimulatedWorld {
    bool exists = false;
    QString labFile;
    QByteArray labText;
    qint64 createdMs = 0;         ///< Unix milliseconds.
    qint64 playsSinceMs = 0;      ///< When the script of the lab file began; 0: not yet.
    std::size_t playedEvents = 0; ///< How many of its events have happened.
    qint64 lastPid = 100;
    std::uint64_t revision = 0; ///< Counts deeds.
    std::map<NodeId, SimulatedNode> nodes;
    std::map<LinkId, SimulatedLink> links;

    [[nodiscard]] const SimulatedNode* findOn(const NodeId& node) const;
};

/// The words of the journal. `atMs` is the time of the deed.
namespace deed {
QJsonObject lab(const QString& file, const QByteArray& text, qint64 atMs);
QJsonObject play(qint64 atMs);
QJsonObject played(std::size_t events); ///< So many events of the script have happened.
QJsonObject nodes(const std::vector<NodeSpec>& nodes);
QJsonObject links(const std::vector<LinkSpec>& links);
QJsonObject removeParts(const std::vector<NodeId>& nodes, const std::vector<LinkId>& links);
QJsonObject setLink(const LinkId& link, bool up);
QJsonObject impair(const LinkId& link, const model::CableImpairments& impairments);
/// As the lab file has it, and what comes of it.
QJsonObject declare(const LinkId& link, const model::CableImpairments& declared, const model::CableImpairments& impairments);
QJsonObject powerOff(const NodeId& node);
QJsonObject apply(const NodeId& node, const std::map<QString, QByteArray>& files, const QStringList& goneFiles);
QJsonObject start(const NodeId& node, const QString& service);
QJsonObject stop(const NodeId& node, const QString& service);
QJsonObject forget(const NodeId& node, const QString& service);
QJsonObject signal(const NodeId& node, const QString& service, int number);
} // namespace deed

/// Does what a line of the journal says and returns what a watcher is told of it. What makes no sense is passed over.
std::vector<Event> fold(SimulatedWorld& world, const QJsonObject& deed);

/// The events from which a late watcher starts: everything there is.
std::vector<Event> wholePicture(const SimulatedWorld& world);

} // namespace podleaf::engine
