// SPDX-License-Identifier: GPL-3.0-or-later
// EmptyState: see the header.
#include "empty_state.h"

#include <QVBoxLayout>

namespace podleaf::ui {

EmptyState::EmptyState(QWidget* view, QWidget* parent)
    : QStackedWidget(parent), m_label(new QLabel(this)), m_button(new QPushButton(this)) {
    addWidget(view);
    auto* page = new QWidget(this);
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Base);
    m_label->setTextFormat(Qt::PlainText);
    m_label->setAlignment(Qt::AlignCenter);
    m_label->setWordWrap(true);
    m_label->setProperty("role", QStringLiteral("muted"));
    auto* layout = new QVBoxLayout(page);
    layout->addStretch();
    layout->addWidget(m_label);
    layout->addWidget(m_button, 0, Qt::AlignHCenter);
    layout->addStretch();
    addWidget(page);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::actionClicked);
}

void EmptyState::showSentence(const QString& sentence, const QString& action) {
    m_label->setText(sentence);
    m_button->setText(action);
    m_button->setVisible(!action.isEmpty());
    setCurrentIndex(1);
}

} // namespace podleaf::ui
