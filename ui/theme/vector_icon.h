// SPDX-License-Identifier: GPL-3.0-or-later
// A QIcon that is painted anew in every size, by a function. GUI thread.
#pragma once

#include <QIcon>
#include <QRectF>

#include <functional>

class QPainter;

namespace podleaf::ui {

enum class IconState { Enabled, Disabled };
using PaintIcon = std::function<void(QPainter& painter, const QRectF& rect, IconState state)>;
QIcon vectorIcon(PaintIcon paint);

} // namespace podleaf::ui
