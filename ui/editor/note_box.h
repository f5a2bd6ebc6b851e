// SPDX-License-Identifier: GPL-3.0-or-later
// NoteBox: a note's text typed where it stands on the canvas. Ctrl+Enter or a click elsewhere takes it, Esc leaves it; a text
// that is refused stays to be mended, with the reason below. GUI thread.
#pragma once

#include <core/base/result.h>
#include <ui/theme/theme.h>

#include <QLabel>
#include <QPlainTextEdit>

#include <functional>

namespace podleaf::ui {

class NoteBox final : public QWidget {
    Q_OBJECT

public:
    /// An error keeps the box open.
    using Take = std::function<Result<>(const QString& text)>;
    /// Shows itself over `place` of `canvas` with the focus; deletes itself.
    NoteBox(const Theme& theme, QWidget* canvas, const QRect& place, const QString& text, Take take);

    /// The text as it is taken: without tabs, and with nothing blank at its end.
    [[nodiscard]] static QString plain(QString text);
    [[nodiscard]] QPlainTextEdit& edit() { return *m_edit; }
    [[nodiscard]] QString fault() const { return m_fault->text(); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// False when it was refused.
    bool take();
    void finish();

    Take m_take;
    QWidget* m_canvas;
    QPlainTextEdit* m_edit;
    QLabel* m_fault;
};

} // namespace podleaf::ui
