// SPDX-License-Identifier: GPL-3.0-or-later
// TimelineView: see the header.
#include "timeline_view.h"

#include <QPainter>
#include <QTextDocument>

#include <algorithm>
#include <cmath>

namespace podleaf::ui {

namespace {
constexpr int kMargin = 10;
constexpr int kNames = 110;
constexpr int kMark = 7;
constexpr std::size_t kMaxLines = 40; ///< A larger lab's first nodes.
} // namespace

TimelineView::TimelineView(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setAccessibleName(tr("Timeline of the selected event"));
}

void TimelineView::show(std::optional<state::ConvergenceRecord> record) {
    m_lines.clear();
    m_lastMs = 1;
    const auto put = [this](Line& line, const QString& what, std::optional<qint64> ms, Role role) {
        if (ms) {
            line.marks.push_back({what, *ms, role});
            m_lastMs = std::max(m_lastMs, *ms);
        }
    };
    if (record) {
        for (const auto& [id, node] : record->nodes) {
            Line line{id.name, {}};
            put(line, tr("carrier"), node.carrierMs, Role::Off);
            put(line, tr("session"), node.sessionMs, Role::Accent);
            put(line, tr("withdrawn"), node.withdrawnMs, Role::Bad);
            put(line, tr("installed"), node.installedMs, Role::Ok);
            m_lines.push_back(std::move(line));
        }
        for (const state::ProbeConvergence& probe : record->probes) {
            Line line{tr("%1 → %2").arg(probe.from, probe.to), {}};
            put(line, tr("lost"), probe.lostMs, Role::Bad);
            put(line, tr("through"), probe.throughMs, Role::Ok);
            m_lines.push_back(std::move(line));
        }
        std::erase_if(m_lines, [](const Line& line) { return line.marks.empty(); });
        m_lines.resize(std::min(m_lines.size(), kMaxLines));
    }
    setAccessibleDescription(lines().join(QLatin1Char('\n')));
    setToolTip(Qt::convertFromPlainText(accessibleDescription())); // Marks that lie on each other have their words there.
    setMinimumHeight(minimumSizeHint().height());
    updateGeometry();
    update();
}

QStringList TimelineView::lines() const {
    QStringList out;
    for (const Line& line : m_lines) {
        QStringList marks;
        for (const Mark& mark : line.marks) {
            marks += tr("%1 %2 ms").arg(mark.what).arg(mark.ms);
        }
        out += tr("%1: %2").arg(line.name, marks.join(QStringLiteral(", ")));
    }
    return out;
}

QSize TimelineView::minimumSizeHint() const {
    const int line = QFontMetrics(m_theme.font(FontRole::Caption)).height() + 6;
    return {260, 2 * kMargin + line * static_cast<int>(m_lines.size() + 1)};
}

void TimelineView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::Base));
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = m_theme.font(FontRole::Caption);
    const QFontMetrics metrics(font);
    painter.setFont(font);
    const int height = metrics.height() + 6;
    const int left = kMargin + kNames;
    const int right = width() - kMargin - metrics.horizontalAdvance(QStringLiteral("00000 ms"));
    // Square roots: what happens within a few ms stays apart beside what takes seconds.
    const auto xOf = [&](qint64 ms) {
        return left +
               static_cast<int>(std::sqrt(static_cast<double>(std::max<qint64>(0, ms)) / static_cast<double>(m_lastMs)) * (right - left));
    };
    int y = kMargin;
    for (const Line& line : m_lines) {
        const int middle = y + height / 2;
        painter.setPen(m_theme.color(Role::Text));
        painter.drawText(QRect(kMargin, y, kNames - 6, height), Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(line.name, Qt::ElideMiddle, kNames - 6));
        painter.setPen(m_theme.color(Role::Border));
        painter.drawLine(left, middle, right, middle);
        int free = left;
        for (const Mark& mark : line.marks) {
            const int x = xOf(mark.ms);
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_theme.color(mark.role));
            painter.drawEllipse(QPoint(x, middle), kMark / 2, kMark / 2);
            const QString text = QStringLiteral("%1 %2").arg(mark.what).arg(mark.ms);
            if (x + kMark >= free) { // Words that would lie on each other are left to the tool tip.
                painter.setPen(m_theme.color(Role::Muted));
                painter.drawText(QRect(x + kMark, y, metrics.horizontalAdvance(text) + 2, height), Qt::AlignVCenter, text);
                free = x + kMark + metrics.horizontalAdvance(text) + 6;
            }
        }
        y += height;
    }
    if (!m_lines.empty()) {
        painter.setPen(m_theme.color(Role::Muted));
        painter.drawText(QRect(left, y, 60, height), Qt::AlignVCenter, tr("0 ms"));
        painter.drawText(QRect(right - 60, y, 60, height), Qt::AlignVCenter | Qt::AlignRight, tr("%1 ms").arg(m_lastMs));
    }
}

} // namespace podleaf::ui
