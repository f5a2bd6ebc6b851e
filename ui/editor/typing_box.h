// SPDX-License-Identifier: GPL-3.0-or-later
// TypingBox: something typed where it stands on the canvas. Esc leaves it as it was; what is refused stays to be mended, with
// the reason below. GUI thread.
#pragma once

#include <core/base/result.h>

#include <QLabel>

#include <functional>

class QKeyEvent;

namespace podleaf::ui {

class TypingBox : public QWidget {
    Q_OBJECT

public:
    /// An error keeps the box open.
    using Take = std::function<Result<>(const QString& typed)>;

    [[nodiscard]] QString fault() const { return m_fault->text(); }

protected:
    TypingBox(QWidget* canvas, Take take);
    /// Shows itself over `place` of the canvas, `edit` with the focus; deletes itself.
    void open(QWidget& edit, const QRect& place, int width);
    /// False when it was refused.
    bool take(const QString& typed);
    void finish();

    /// Whether the key takes what was typed, in an editor that does not tell so itself.
    [[nodiscard]] virtual bool isTakeKey(const QKeyEvent& event) const;
    /// The focus goes elsewhere, or a key takes it; false keeps the box open.
    virtual bool takeOrLeave() = 0;

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void goAway();

    Take m_take;
    QWidget* m_canvas;
    QWidget* m_edit = nullptr;
    QLabel* m_fault;
};

} // namespace podleaf::ui
