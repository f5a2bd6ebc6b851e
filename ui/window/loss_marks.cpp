// SPDX-License-Identifier: GPL-3.0-or-later
// LossMarks: see the header.
#include "loss_marks.h"

#include <QDateTime>
#include <QDockWidget>
#include <QVBoxLayout>

namespace podleaf::ui {

LossMarks::LossMarks(const Theme& theme, QObject* parent) : QObject(parent), m_theme(theme) {}

void LossMarks::add(QDockWidget& dock) {
    QWidget* content = dock.widget();
    auto* both = new QWidget(&dock);
    auto* mark = new PartialMark(m_theme, both);
    auto* layout = new QVBoxLayout(both);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    dock.setWidget(both); // Hides what it had.
    layout->addWidget(content, 1);
    layout->addWidget(mark);
    content->show();
    m_marks.push_back(mark);
}

void LossMarks::clear() {
    m_losses.clear();
    show();
}

void LossMarks::update(const state::LabState& lab, const state::Delta& delta) {
    if (m_losses.update(lab, delta, QDateTime::currentMSecsSinceEpoch())) {
        show();
    }
}

void LossMarks::acknowledge() {
    m_losses.acknowledge(QDateTime::currentMSecsSinceEpoch());
    show();
}

void LossMarks::refreshTheme() {
    for (PartialMark* mark : m_marks) {
        mark->refreshTheme();
    }
}

void LossMarks::show() {
    for (PartialMark* mark : m_marks) {
        mark->show(m_losses);
    }
    Q_EMIT changed();
}

} // namespace podleaf::ui
