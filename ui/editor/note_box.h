// SPDX-License-Identifier: GPL-3.0-or-later
// NoteBox: a note's text typed where it stands on the canvas. Ctrl+Enter or a click elsewhere takes it. GUI thread.
#pragma once

#include "typing_box.h"

#include <ui/theme/theme.h>

#include <QPlainTextEdit>

namespace podleaf::ui {

class NoteBox final : public TypingBox {
    Q_OBJECT

public:
    NoteBox(const Theme& theme, QWidget* canvas, const QRect& place, const QString& text, Take take);

    /// The text as it is taken: without tabs, and with nothing blank at its end.
    [[nodiscard]] static QString plain(QString text);
    [[nodiscard]] QPlainTextEdit& edit() { return *m_edit; }

protected:
    [[nodiscard]] bool isTakeKey(const QKeyEvent& event) const override;
    bool takeOrLeave() override;

private:
    QPlainTextEdit* m_edit;
};

} // namespace podleaf::ui
