// SPDX-License-Identifier: GPL-3.0-or-later
// RenameBox: see the header.
#include "rename_box.h"

#include <QEvent>
#include <QKeyEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {
constexpr int kWidth = 180;
}

RenameBox::RenameBox(const Theme& theme, QWidget* canvas, const QRect& place, const QString& name, Take take)
    : QWidget(canvas), m_take(std::move(take)), m_canvas(canvas), m_edit(new QLineEdit(name, this)), m_fault(new QLabel(this)) {
    m_edit->setFont(theme.font(FontRole::NodeName));
    m_edit->setAccessibleName(tr("New name of %1").arg(name));
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
    connect(m_edit, &QLineEdit::returnPressed, this, [this] {
        const QString typed = m_edit->text().trimmed();
        if (auto taken = m_take(typed); !taken) {
            m_fault->setText(taken.error().message);
            m_fault->show();
            adjustSize();
        } else {
            finish();
        }
    });
    setFixedWidth(qRound(kWidth * theme.fontScale()));
    adjustSize();
    move(std::clamp(place.left(), 0, std::max(0, canvas->width() - width())),
         std::clamp(place.top(), 0, std::max(0, canvas->height() - height())));
    show();
    m_edit->selectAll();
    m_edit->setFocus(Qt::OtherFocusReason);
}

bool RenameBox::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept(); // The window would deselect.
        return true;
    }
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        finish();
        return true;
    }
    if (event->type() == QEvent::FocusOut && static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason) {
        hide();
        deleteLater();
    }
    return QWidget::eventFilter(watched, event);
}

void RenameBox::finish() {
    m_edit->removeEventFilter(this);
    hide();
    m_canvas->setFocus(Qt::OtherFocusReason);
    deleteLater();
}

} // namespace podleaf::ui
