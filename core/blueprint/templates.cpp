// SPDX-License-Identifier: GPL-3.0-or-later
#include "templates.h"

#include <QFile>

static void loadTemplates() {
    Q_INIT_RESOURCE(blueprint_templates); // must stand outside any namespace
}

namespace podleaf::blueprint {

QByteArray templateText(const QString& name) {
    loadTemplates();
    QFile file(QStringLiteral(":/podleaf/templates/") + name);
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened); // compiled in
    return opened ? file.readAll() : QByteArray();
}

} // namespace podleaf::blueprint
