// SPDX-License-Identifier: GPL-3.0-or-later
// RenameBox: a name typed where it stands on the canvas. Enter takes it, Esc or a click elsewhere leaves it; a name that
// is refused stays to be mended, with the reason below. GUI thread.
#pragma once

#include <core/base/result.h>
#include <ui/theme/theme.h>

#include <QLabel>
#include <QLineEdit>

#include <functional>

namespace podleaf::ui {

class RenameBox final : public QWidget {
    Q_OBJECT

public:
    /// An error keeps the box open.
    using Take = std::function<Result<>(const QString& name)>;
    /// Shows itself over `place` of `canvas` with the focus; deletes itself.
    RenameBox(const Theme& theme, QWidget* canvas, const QRect& place, const QString& name, Take take);

    [[nodiscard]] QLineEdit& edit() { return *m_edit; }
    [[nodiscard]] QString fault() const { return m_fault->text(); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void finish();

    Take m_take;
    QWidget* m_canvas;
    QLineEdit* m_edit;
    QLabel* m_fault;
};

} // namespace podleaf::ui
