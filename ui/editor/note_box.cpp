// SPDX-License-Identifier: GPL-3.0-or-later
// NoteBox: see the header.
#include "note_box.h"

#include <QKeyEvent>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {
constexpr int kWidth = 260;
constexpr int kHeight = 110;
} // namespace

NoteBox::NoteBox(const Theme& theme, QWidget* canvas, const QRect& place, const QString& text, Take take)
    : TypingBox(canvas, std::move(take)), m_edit(new QPlainTextEdit(text, this)) {
    m_edit->setFont(theme.font(FontRole::Second));
    m_edit->setAccessibleName(tr("Text of the note"));
    m_edit->setToolTip(tr("Ctrl+Enter or a click elsewhere takes it, Esc leaves it as it was."));
    m_edit->setTabChangesFocus(true);
    m_edit->setFixedHeight(theme.scaled(kHeight));
    m_edit->selectAll();
    open(*m_edit, place, std::max(theme.scaled(kWidth), std::min(place.width(), canvas->width())));
}

QString NoteBox::plain(QString text) {
    text.replace(QLatin1Char('\t'), QLatin1Char(' '));
    while (!text.isEmpty() && text.back().isSpace()) {
        text.chop(1);
    }
    return text;
}

bool NoteBox::isTakeKey(const QKeyEvent& event) const {
    const bool isEnter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    return isEnter && event.modifiers().testFlag(Qt::ControlModifier);
}

bool NoteBox::takeOrLeave() {
    return take(plain(m_edit->toPlainText()));
}

} // namespace podleaf::ui
