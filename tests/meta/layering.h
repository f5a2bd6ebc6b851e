// SPDX-License-Identifier: GPL-3.0-or-later
// The layering table of ARCHITECTURE.md as data, and a pure check of one file against it.
#pragma once

#include <QString>
#include <QStringList>

namespace podleaf::meta {

/// What `text`, the content of the file at `path` ("core/plan/plan.h", relative to the checkout), includes
/// and must not; one "path:line: sentence" each.
QStringList layeringMistakes(const QString& path, const QString& text);

/// The folder that a path belongs to in the table ("core/plan", "ui", "app/cli"), or empty.
QString layerOf(const QString& path);

/// Every folder that has a row in the table.
QStringList knownLayers();

/// The headers of core that the lab host, which has no Qt, may include.
QStringList sharedWithLabHost();

} // namespace podleaf::meta
