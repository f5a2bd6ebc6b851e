// SPDX-License-Identifier: GPL-3.0-or-later
// What is on the canvas only: groups of nodes, and notes.
#include "resolver.h"

#include <QCoreApplication>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

} // namespace

void Resolver::groups() {
    QSet<QString> names;
    QHash<QString, QString> groupOf; // By node.
    for (const GroupDeclaration& declaration : m_declarations.groups) {
        model::Group group{declaration.name.value.value_or(QString()), {}};
        if (!group.name.isEmpty() && names.contains(group.name)) {
            m_report.error(declaration.name.place, tr("There is a group %1 already.").arg(quoted(group.name)),
                           tr("Give it another name, or put the nodes of both into one."));
        }
        names.insert(group.name);
        for (const Given<QString>& given : declaration.nodes) {
            if (!given.value) {
                continue;
            }
            const QString& name = *given.value;
            if (node(name) == nullptr) {
                m_report.error(given.place, tr("There is no node %1.").arg(quoted(name)), hintForName(name, nodeNames()));
            } else if (const auto other = groupOf.constFind(name); other != groupOf.constEnd()) {
                m_report.error(given.place, tr("%1 is in the group %2 already.").arg(name, quoted(*other)),
                               tr("A node can be in one group."));
            } else {
                groupOf.insert(name, group.name);
                group.nodes.emplace_back(name);
            }
        }
        m_lab.groups.push_back(std::move(group));
    }
}

void Resolver::notes() {
    for (const NoteDeclaration& declaration : m_declarations.notes) {
        m_lab.notes.push_back({declaration.text, declaration.position.value.value_or(model::Position{})});
    }
}

} // namespace podleaf::labfile
