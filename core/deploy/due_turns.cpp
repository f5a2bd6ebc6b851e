// SPDX-License-Identifier: GPL-3.0-or-later
#include "due_turns.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace podleaf::deploy {

namespace {

const QString kNode = QStringLiteral("node");
const QString kService = QStringLiteral("service");
const QString kTurn = QStringLiteral("turn");
const QString kReload = QStringLiteral("reload");
const QString kRestart = QStringLiteral("restart");

} // namespace

QByteArray toJson(const DueTurns& due) {
    QJsonArray array;
    for (const auto& [what, turn] : due) {
        array.append(QJsonObject{{kNode, what.first.name}, {kService, what.second}, {kTurn, turn == DueTurn::Reload ? kReload : kRestart}});
    }
    return QJsonDocument(array).toJson(QJsonDocument::Compact);
}

DueTurns dueFromJson(const QByteArray& json) {
    DueTurns due;
    const QJsonArray array = QJsonDocument::fromJson(json).array();
    for (const auto& value : array) {
        const QJsonObject each = value.toObject();
        const QString turn = each[kTurn].toString();
        if (turn == kReload || turn == kRestart) {
            due[{NodeId(each[kNode].toString()), each[kService].toString()}] = turn == kReload ? DueTurn::Reload : DueTurn::Restart;
        }
    }
    return due;
}

} // namespace podleaf::deploy
