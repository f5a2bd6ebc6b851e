// SPDX-License-Identifier: GPL-3.0-or-later
// The files of resources/templates, compiled in. Any thread.
#pragma once

#include <QByteArray>
#include <QString>

namespace podleaf::blueprint {

/// The content of resources/templates/NAME, which must be one of blueprint_templates.qrc.
QByteArray templateText(const QString& name);

} // namespace podleaf::blueprint
