// SPDX-License-Identifier: GPL-3.0-or-later
// What a node's kernel and bgpd themselves say, asked with ip, tc, nft and vtysh, in the same words as what `status --json`
// says of the node; for tests that compare the two. Main thread; blocking.
#pragma once

#include "podleaf_program.h"

#include <QMap>
#include <QSet>

namespace podleaf::test {

/// Facts as short texts: "route 10.20.0.0/24 bgp 20 172.16.0.2 swp1", "carrier swp1", "established 172.16.0.2",
/// "arrive swp1 drop", "arrive swp1 lose 2500", "leave swp1 500 kbit".
using Facts = QSet<QString>;

struct TruthOptions {
    bool bgpdAnswers = true; ///< A paused one does not.
};

/// Asks a node that exists.
Facts factsOfNode(const PodleafProgram& podleaf, const QString& lab, const QString& node, const TruthOptions& options);
/// The same facts out of `status --json`, per node.
QMap<QString, Facts> factsOfStatus(const QJsonObject& status);

} // namespace podleaf::test
