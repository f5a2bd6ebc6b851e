// SPDX-License-Identifier: GPL-3.0-or-later
#include "step_words.h"

#include <QCoreApplication>

namespace podleaf::deploy {

QString countedParts(qsizetype nodes, qsizetype cables) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Deploy", text); };
    const QString ofNodes = nodes == 1 ? tr("1 node") : tr("%1 nodes").arg(nodes);
    const QString ofCables = cables == 1 ? tr("1 cable") : tr("%1 cables").arg(cables);
    return cables == 0 ? ofNodes : nodes == 0 ? ofCables : tr("%1 and %2").arg(ofNodes, ofCables);
}

} // namespace podleaf::deploy
