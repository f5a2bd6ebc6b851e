// SPDX-License-Identifier: GPL-3.0-or-later
// FaultBox: see the header.
#include "fault_box.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

namespace podleaf::ui {

namespace {
/// Raw output can be long; the rest is in the log.
constexpr qsizetype kMaxDetail = 4000;
} // namespace

FaultBox::FaultBox(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_sentence(new QLabel(this)), m_hint(new QLabel(this)), m_detail(new QLabel(this)),
      m_showOutput(new QPushButton(tr("Show output"), this)), m_buttons(new QHBoxLayout) {
    for (QLabel* label : {m_sentence, m_hint, m_detail}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_hint->setProperty("role", QStringLiteral("muted"));
    m_detail->setFont(theme.font(FontRole::Mono));
    m_detail->setVisible(false);
    m_showOutput->setCheckable(true);
    connect(m_showOutput, &QPushButton::toggled, m_detail, &QWidget::setVisible);
    connect(m_showOutput, &QPushButton::toggled, this, &FaultBox::heightWanted);
    m_buttons->setSpacing(8);
    m_buttons->addWidget(m_showOutput);
    m_buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 6, 10, 6);
    layout->setSpacing(4);
    layout->addWidget(m_sentence);
    layout->addWidget(m_hint);
    layout->addLayout(m_buttons);
    layout->addWidget(m_detail);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
}

void FaultBox::setFault(const Error& error) {
    setFault(error.message, error.hint, error.detail);
}

void FaultBox::setFault(const QString& sentence, const QString& hint, const QString& detail) {
    m_sentence->setText(sentence);
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    m_detail->setText(detail.right(kMaxDetail));
    m_showOutput->setVisible(!detail.isEmpty());
    if (detail.isEmpty()) {
        m_showOutput->setChecked(false);
    }
}

QPushButton* FaultBox::addAction(const QString& text) {
    auto* button = new QPushButton(text, this);
    m_buttons->insertWidget(m_buttons->indexOf(m_showOutput), button);
    return button;
}

QSize FaultBox::sizeHint() const {
    const int width = isVisible() || parentWidget() == nullptr ? this->width() : parentWidget()->width();
    layout()->activate();
    return {QWidget::sizeHint().width(), layout()->totalHeightForWidth(width)};
}

void FaultBox::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (sizeHint().height() != height()) {
        Q_EMIT heightWanted();
    }
}

void FaultBox::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::BadTint));
    painter.fillRect(QRect(0, 0, 4, height()), m_theme.color(Role::Bad));
}

} // namespace podleaf::ui
