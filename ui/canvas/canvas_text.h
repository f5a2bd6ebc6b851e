// SPDX-License-Identifier: GPL-3.0-or-later
// The translation context of everything on the canvas that is not a QObject. Any thread.
#pragma once

#include <QCoreApplication>

namespace podleaf::ui {

struct CanvasText {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

} // namespace podleaf::ui
