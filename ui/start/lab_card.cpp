// SPDX-License-Identifier: GPL-3.0-or-later
// LabCard: see start_page.h.
#include "lab_picture.h"
#include "start_page.h"

#include <core/labfile/labfile.h>

#include <QFile>
#include <QFileInfo>
#include <QKeyEvent>
#include <QPainter>
#include <QRegularExpression>

namespace podleaf::ui {

namespace {

constexpr QSize kPicture{244, 132};
constexpr int kPadding = 12;
constexpr int kWords = 84; ///< Below the picture: name and up to three lines.
constexpr qint64 kMostReadme = 8192;

} // namespace

QString sentenceOf(const QString& labPath) {
    QFile readme(QFileInfo(labPath).path() + QStringLiteral("/README.md"));
    if (QFileInfo(labPath).fileName() != QLatin1String("lab.yaml") || !readme.open(QIODevice::ReadOnly)) {
        return {};
    }
    QString text = QString::fromUtf8(readme.read(kMostReadme));
    static const QRegularExpression heading(QStringLiteral("^#[^\n]*\n+"));
    static const QRegularExpression link(QStringLiteral("\\[([^\\]]*)\\]\\([^)]*\\)")); // Its words without where it leads.
    text = text.replace(link, QStringLiteral("\\1")).remove(heading).section(QStringLiteral("\n\n"), 0, 0).simplified();
    const qsizetype end = text.indexOf(QLatin1String(". "));
    return (end < 0 ? text : text.left(end + 1)).remove(QLatin1Char('`'));
}

LabCard::LabCard(const Theme& theme, const LabEntry& entry, QWidget* parent) : QToolButton(parent), m_theme(theme), m_entry(entry) {
    setFocusPolicy(Qt::StrongFocus);
    setAutoRaise(true);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setAccessibleName(tr("Open %1").arg(entry.name));
    m_sentence = sentenceOf(entry.path);
    setAccessibleDescription(m_sentence);
    setToolTip(m_sentence);
    setFixedSize(sizeHint());
}

QSize LabCard::sizeHint() const {
    const double scale = m_theme.fontScale();
    return {qRound((kPicture.width() + 2 * kPadding) * scale), qRound((kPicture.height() + kWords + 2 * kPadding) * scale)};
}

void LabCard::load() {
    if (!m_picture.isNull()) {
        return;
    }
    m_picture = labPicture({}, m_theme, kPicture, devicePixelRatioF() * m_theme.fontScale());
    if (const auto source = labfile::load(m_entry.path); source && source->parsed.lab) {
        m_picture = labPicture(*source->parsed.lab, m_theme, kPicture, devicePixelRatioF() * m_theme.fontScale());
    } else {
        m_sentence = tr("This file has a mistake. Open it to see which.");
        setToolTip(m_sentence);
    }
    update();
}

void LabCard::refreshTheme() {
    m_picture = {};
    update();
}

void LabCard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        return click();
    }
    QToolButton::keyPressEvent(event);
}

void LabCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isLit = underMouse() || hasFocus();
    painter.setPen(QPen(m_theme.color(hasFocus() ? Role::Accent : isLit ? Role::Edge : Role::Border), hasFocus() ? 2 : 1));
    painter.setBrush(m_theme.color(isDown() ? Role::Select : isLit ? Role::Hover : Role::Card));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    const double scale = m_theme.fontScale();
    const QRectF picture(QPointF(kPadding, kPadding) * scale, QSizeF(kPicture) * scale);
    painter.fillRect(picture, m_theme.color(Role::Canvas));
    if (!m_picture.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawPixmap(picture, m_picture, m_picture.rect());
    }
    const double left = picture.left();
    const double width = picture.width();
    painter.setPen(m_theme.color(Role::Text));
    painter.setFont(m_theme.font(FontRole::NodeName));
    const QFontMetricsF strong(painter.font());
    const double top = picture.bottom() + 8 * scale;
    painter.drawText(QRectF(left, top, width, strong.height()), Qt::AlignLeft,
                     strong.elidedText(m_entry.name, Qt::ElideMiddle, width * 0.7));
    painter.setPen(m_theme.color(Role::Muted));
    painter.setFont(m_theme.font(FontRole::Second));
    painter.drawText(QRectF(left, top, width, strong.height()), Qt::AlignRight | Qt::AlignVCenter, tr("%n nodes", nullptr, m_entry.nodes));
    const QFontMetricsF metrics(painter.font());
    const QRectF words(left, top + strong.height() + 3 * scale, width, height() - top - strong.height() - 8 * scale);
    const int lines = std::max(1, static_cast<int>(words.height() / metrics.height()));
    const QString shown = metrics.elidedText(m_sentence, Qt::ElideRight, width * (lines - 0.4));
    painter.drawText(words, Qt::AlignLeft | Qt::TextWordWrap, shown);
}

} // namespace podleaf::ui
