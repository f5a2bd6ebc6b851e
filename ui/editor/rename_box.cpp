// SPDX-License-Identifier: GPL-3.0-or-later
// RenameBox: see the header.
#include "rename_box.h"

#include <utility>

namespace podleaf::ui {

namespace {
constexpr int kWidth = 180;
}

RenameBox::RenameBox(const Theme& theme, QWidget* canvas, const QRect& place, const QString& name, Take take)
    : TypingBox(canvas, std::move(take)), m_edit(new QLineEdit(name, this)) {
    m_edit->setFont(theme.font(FontRole::NodeName));
    m_edit->setAccessibleName(tr("New name of %1").arg(name));
    connect(m_edit, &QLineEdit::returnPressed, this, [this] {
        if (this->take(m_edit->text().trimmed())) {
            finish();
        }
    });
    m_edit->selectAll();
    open(*m_edit, place, qRound(kWidth * theme.fontScale()));
}

} // namespace podleaf::ui
