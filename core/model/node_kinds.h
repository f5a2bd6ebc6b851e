// SPDX-License-Identifier: GPL-3.0-or-later
// The registry of node kinds: one row per kind, listed in one place. Constant data; any thread.
#pragma once

#include "lab.h"

#include <QString>
#include <QStringView>

#include <span>

namespace podleaf::model {

struct NodeKindInfo {
    NodeKind kind;
    QString word;        ///< As written in a lab file.
    QString description; ///< One sentence for the user.
    bool servesDhcp = false;
    bool runsPods = false;
    bool hasLoopback = false;
};

/// All kinds, in the order they are offered to the user.
std::span<const NodeKindInfo> nodeKinds();
const NodeKindInfo& infoOf(NodeKind kind);
/// The kind written as `word`, or nullptr.
const NodeKindInfo* findNodeKind(QStringView word);

} // namespace podleaf::model
