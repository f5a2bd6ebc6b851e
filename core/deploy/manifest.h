// SPDX-License-Identifier: GPL-3.0-or-later
// Manifest: what was applied to a node, written into the node itself, so that any later client can tell what a new
// lab file changes there. Pure; any thread.
#pragma once

#include <core/blueprint/blueprint.h>
#include <core/engine/node_setup.h>

#include <QByteArray>
#include <QSet>

#include <map>
#include <optional>

namespace podleaf::deploy {

/// Where a node keeps its manifest.
inline constexpr QLatin1StringView kManifestPath{"/run/podleaf/blueprint"};

struct Manifest {
    std::map<QString, QString> files;    ///< Path → digest of content, mode and owner.
    std::map<QString, QString> sysctls;  ///< Key → value.
    QSet<QString> addresses;             ///< "swp1 172.16.0.1/30".
    QSet<QString> routes;                ///< "0.0.0.0/0 10.20.1.1".
    std::map<QString, QString> services; ///< Name → digest of its command line.
    std::map<QString, QString> leases;   ///< Of a DHCP server: `node:port` of the host → digest of what it is told.

    bool operator==(const Manifest&) const = default;
};

Manifest manifestOf(const blueprint::NodeBlueprint& content);

/// JSON with sorted keys, so that equal contents give equal bytes.
QByteArray toJson(const Manifest& manifest);
/// nullopt for what toJson() did not make.
std::optional<Manifest> manifestFromJson(const QByteArray& json);

/// What must be applied to a node that has `old` (if anything) to make it `content`: files that differ, all the rest,
/// as applying is idempotent, and the removal of what `old` had and `content` has not. The manifest is the last file:
/// the engine writes files last, so it is there only when all else is.
engine::NodeContent changeTo(const blueprint::NodeBlueprint& content, const std::optional<Manifest>& old);

/// Paths of the files that are new, other or gone.
QSet<QString> changedFiles(const Manifest& old, const Manifest& now);
/// What of a node's content differs, as the reason of a step: "changed: /etc/frr/frr.conf, 10.0.0.1/32".
QString differenceOf(const Manifest& old, const Manifest& now);
/// The first four of `names` and how many more there are.
QString firstNames(QStringList names);

} // namespace podleaf::deploy
