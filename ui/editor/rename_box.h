// SPDX-License-Identifier: GPL-3.0-or-later
// RenameBox: a name typed where it stands on the canvas. Enter takes it, a click elsewhere leaves it as it was. GUI thread.
#pragma once

#include "typing_box.h"

#include <ui/theme/theme.h>

#include <QLineEdit>

namespace podleaf::ui {

class RenameBox final : public TypingBox {
    Q_OBJECT

public:
    RenameBox(const Theme& theme, QWidget* canvas, const QRect& place, const QString& name, Take take);

    [[nodiscard]] QLineEdit& edit() { return *m_edit; }

protected:
    bool takeOrLeave() override { return true; } // A name half typed is none.

private:
    QLineEdit* m_edit;
};

} // namespace podleaf::ui
