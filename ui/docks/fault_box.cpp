// SPDX-License-Identifier: GPL-3.0-or-later
// FaultBox: see the header.
#include "fault_box.h"

#include <ui/models/words.h>

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

namespace podleaf::ui {

namespace {
/// Raw output can be long; the rest is in the log.
constexpr qsizetype kMaxDetail = 4000;
constexpr qsizetype kMaxReason = 200;

QString firstLine(const QString& text) {
    const QString begin = text.left(kMaxDetail).trimmed();
    return begin.left(begin.indexOf(QLatin1Char('\n')));
}
} // namespace

FaultBox::FaultBox(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_sentence(new QLabel(this)), m_reason(new QLabel(this)), m_hint(new QLabel(this)),
      m_detail(new QLabel(this)), m_showOutput(new QPushButton(tr("Show output"), this)), m_buttons(new QHBoxLayout) {
    for (QLabel* label : {m_sentence, m_reason, m_hint, m_detail}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // A long word must not push the docks apart.
    }
    m_hint->setProperty("role", QStringLiteral("muted"));
    m_detail->setFont(theme.font(FontRole::Mono));
    m_detail->setVisible(false);
    m_showOutput->setCheckable(true);
    connect(m_showOutput, &QPushButton::toggled, this, &FaultBox::showOutput);
    connect(m_showOutput, &QPushButton::toggled, this, &FaultBox::heightWanted);
    m_buttons->setSpacing(8);
    m_buttons->addWidget(m_showOutput);
    m_buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 6, 10, 6);
    layout->setSpacing(4);
    layout->addWidget(m_sentence);
    layout->addWidget(m_reason);
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
    const QString reason = firstLine(detail);
    m_reason->setText(oneLine(reason, kMaxReason));
    const bool isMore = reason.size() > kMaxReason || reason.size() < detail.trimmed().size();
    m_showOutput->setVisible(isMore);
    m_showOutput->setChecked(isMore && m_showOutput->isChecked());
    showOutput(m_showOutput->isChecked());
}

void FaultBox::showOutput(bool shown) {
    m_detail->setVisible(shown);
    m_reason->setVisible(!shown && !m_reason->text().isEmpty());
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
