// SPDX-License-Identifier: GPL-3.0-or-later
// A small picture of a lab's shape for its card: nodes and cables where the canvas would lay them, names where they fit.
// GUI thread.
#pragma once

#include <core/model/lab.h>
#include <ui/theme/theme.h>

#include <QPixmap>
#include <QSize>

namespace podleaf::ui {

/// `size` in design pixels; `ratio` device pixels to each of them.
QPixmap labPicture(const model::Lab& lab, const Theme& theme, const QSize& size, double ratio);

} // namespace podleaf::ui
