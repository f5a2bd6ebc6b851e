// SPDX-License-Identifier: GPL-3.0-or-later
// Saving the canvas as a picture, as it is on the screen. GUI thread.
#pragma once

#include <core/base/result.h>

#include <QString>

namespace podleaf::ui {

class LabView;

/// Writes what `view` shows to `path`: SVG or PNG, by the name's end. Errors: InvalidInput (another end), Failed (it cannot
/// be written).
Result<> exportCanvas(LabView& view, const QString& path);

} // namespace podleaf::ui
