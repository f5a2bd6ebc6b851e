// SPDX-License-Identifier: GPL-3.0-or-later
// NoteBox: see the header.
#include "note_box.h"

#include <QEvent>
#include <QKeyEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {

constexpr int kWidth = 260;
constexpr int kHeight = 110;

bool isTakeKey(const QKeyEvent& event) {
    const bool isEnter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    return isEnter && event.modifiers().testFlag(Qt::ControlModifier);
}

} // namespace

NoteBox::NoteBox(const Theme& theme, QWidget* canvas, const QRect& place, const QString& text, Take take)
    : QWidget(canvas), m_take(std::move(take)), m_canvas(canvas), m_edit(new QPlainTextEdit(text, this)), m_fault(new QLabel(this)) {
    m_edit->setFont(theme.font(FontRole::Second));
    m_edit->setAccessibleName(tr("Text of the note"));
    m_edit->setToolTip(tr("Ctrl+Enter or a click elsewhere takes it, Esc leaves it as it was."));
    m_edit->setTabChangesFocus(true);
    m_edit->setFixedHeight(theme.scaled(kHeight));
    m_fault->setTextFormat(Qt::PlainText);
    m_fault->setProperty("role", QStringLiteral("bad"));
    m_fault->setAutoFillBackground(true);
    m_fault->setContentsMargins(6, 3, 6, 3);
    m_fault->setWordWrap(true);
    m_fault->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_edit);
    layout->addWidget(m_fault);
    m_edit->installEventFilter(this);
    setFixedWidth(std::max(theme.scaled(kWidth), std::min(place.width(), canvas->width())));
    adjustSize();
    move(std::clamp(place.left(), 0, std::max(0, canvas->width() - width())),
         std::clamp(place.top(), 0, std::max(0, canvas->height() - height())));
    show();
    m_edit->selectAll();
    m_edit->setFocus(Qt::OtherFocusReason);
}

QString NoteBox::plain(QString text) {
    text.replace(QLatin1Char('\t'), QLatin1Char(' '));
    while (!text.isEmpty() && text.back().isSpace()) {
        text.chop(1);
    }
    return text;
}

bool NoteBox::eventFilter(QObject* watched, QEvent* event) {
    const auto* key =
        event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride ? static_cast<QKeyEvent*>(event) : nullptr;
    const bool isEscape = key != nullptr && key->key() == Qt::Key_Escape;
    if (isEscape || (key != nullptr && isTakeKey(*key))) {
        event->accept(); // Before the window: it would deselect.
        if (event->type() == QEvent::KeyPress && (isEscape || take())) {
            finish();
        }
        return true;
    }
    if (event->type() == QEvent::FocusOut && static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason && take()) {
        m_edit->removeEventFilter(this);
        hide();
        deleteLater();
    }
    return QWidget::eventFilter(watched, event);
}

bool NoteBox::take() {
    if (auto taken = m_take(plain(m_edit->toPlainText())); !taken) {
        m_fault->setText(taken.error().message);
        m_fault->show();
        adjustSize();
        return false;
    }
    return true;
}

void NoteBox::finish() {
    m_edit->removeEventFilter(this);
    hide();
    m_canvas->setFocus(Qt::OtherFocusReason);
    deleteLater();
}

} // namespace podleaf::ui
