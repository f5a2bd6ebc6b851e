// SPDX-License-Identifier: GPL-3.0-or-later
// TypingBox: see the header.
#include "typing_box.h"

#include <QEvent>
#include <QKeyEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {

/// The focus is gone for good: to another widget, not to another window or a menu.
bool isLeaving(const QEvent& event) {
    if (event.type() != QEvent::FocusOut) {
        return false;
    }
    const Qt::FocusReason reason = static_cast<const QFocusEvent&>(event).reason();
    return reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason;
}

} // namespace

TypingBox::TypingBox(QWidget* canvas, Take take) : QWidget(canvas), m_take(std::move(take)), m_canvas(canvas), m_fault(new QLabel(this)) {
    m_fault->setTextFormat(Qt::PlainText);
    m_fault->setProperty("role", QStringLiteral("bad"));
    m_fault->setAutoFillBackground(true);
    m_fault->setContentsMargins(6, 3, 6, 3);
    m_fault->setWordWrap(true);
    m_fault->hide();
}

void TypingBox::open(QWidget& edit, const QRect& place, int width) {
    m_edit = &edit;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_edit);
    layout->addWidget(m_fault);
    m_edit->installEventFilter(this);
    setFixedWidth(width);
    adjustSize();
    move(std::clamp(place.left(), 0, std::max(0, m_canvas->width() - this->width())),
         std::clamp(place.top(), 0, std::max(0, m_canvas->height() - height())));
    show();
    m_edit->setFocus(Qt::OtherFocusReason);
}

bool TypingBox::take(const QString& typed) {
    if (auto taken = m_take(typed); !taken) {
        m_fault->setText(taken.error().message);
        m_fault->show();
        adjustSize();
        return false;
    }
    return true;
}

bool TypingBox::isTakeKey(const QKeyEvent& /*event*/) const {
    return false;
}

bool TypingBox::eventFilter(QObject* watched, QEvent* event) {
    const bool isKey = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    const auto* key = isKey ? static_cast<QKeyEvent*>(event) : nullptr;
    const bool isEscape = key != nullptr && key->key() == Qt::Key_Escape;
    if (isEscape || (key != nullptr && isTakeKey(*key))) {
        event->accept(); // Before the window: it would deselect.
        if (event->type() == QEvent::KeyPress && (isEscape || takeOrLeave())) {
            finish();
        }
        return true;
    }
    if (isLeaving(*event) && takeOrLeave()) {
        goAway();
    }
    return QWidget::eventFilter(watched, event);
}

void TypingBox::goAway() {
    m_edit->removeEventFilter(this);
    hide();
    deleteLater();
}

void TypingBox::finish() {
    goAway();
    m_canvas->setFocus(Qt::OtherFocusReason);
}

} // namespace podleaf::ui
