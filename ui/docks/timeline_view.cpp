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
constexpr int kGap = 8;
constexpr double kMostOfNames = 0.35; ///< Of the width; longer names lose their middle.
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
        for (Line& line : m_lines) {
            std::ranges::stable_sort(line.marks, {}, &Mark::ms);
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

/// Names stand left of the time axis, the last mark's words right of it.
TimelineView::Axis TimelineView::axis(const QFontMetrics& metrics) const {
    int names = 0;
    int words = 0;
    for (const Line& line : m_lines) {
        names = std::max(names, metrics.horizontalAdvance(line.name));
        words = std::max(words, metrics.horizontalAdvance(wordsOf(line.marks.back())) + 2 + kMark);
    }
    const int left = kMargin + std::min(names + kGap, static_cast<int>(kMostOfNames * width()));
    return {left, std::max(left + kMark, width() - kMargin - words)};
}

std::vector<std::pair<QRect, QString>> TimelineView::times() const {
    if (m_lines.empty()) {
        return {};
    }
    const QFontMetrics metrics(m_theme.font(FontRole::Caption));
    const auto [left, right] = axis(metrics);
    const int y = kMargin + lineHeight(metrics) * static_cast<int>(m_lines.size());
    const auto placed = [&](int x, const QString& text) {
        return std::pair(QRect(x, y, metrics.horizontalAdvance(text), lineHeight(metrics)), text);
    };
    auto first = placed(left, tr("0 ms"));
    auto last = placed(0, tr("%1 ms").arg(m_lastMs));
    last.first.moveLeft(std::min(right - last.first.width() / 2, width() - kMargin - last.first.width()));
    if (first.first.right() + kGap > last.first.left()) {
        return {last};
    }
    return {first, last};
}

int TimelineView::lineHeight(const QFontMetrics& metrics) {
    return metrics.height() + 6;
}

QString TimelineView::wordsOf(const Mark& mark) {
    return QStringLiteral("%1 %2").arg(mark.what).arg(mark.ms);
}

QSize TimelineView::minimumSizeHint() const {
    const int line = lineHeight(QFontMetrics(m_theme.font(FontRole::Caption)));
    return {260, 2 * kMargin + line * static_cast<int>(m_lines.size() + 1)};
}

/// Words stand right of their mark or, where there is no room, left of it; what has none there either is left to the tool
/// tip.
void TimelineView::paintMarks(QPainter& painter, const Line& line, const QRect& row, const std::function<int(qint64)>& xOf) const {
    const QFontMetrics metrics = painter.fontMetrics();
    int free = row.left();
    for (std::size_t i = 0; i < line.marks.size(); ++i) {
        const Mark& mark = line.marks[i];
        const int x = xOf(mark.ms);
        const int next = i + 1 < line.marks.size() ? xOf(line.marks[i + 1].ms) - kMark : row.right();
        const QString text = wordsOf(mark);
        const int room = metrics.horizontalAdvance(text) + 2;
        const bool isRight = x + kMark + room <= next;
        const int begin = isRight ? x + kMark : x - kMark - room;
        if (begin >= free) {
            const QRect box(begin, row.y(), room, row.height());
            painter.fillRect(box, m_theme.color(Role::Base));
            painter.setPen(m_theme.color(Role::Muted));
            painter.drawText(box, Qt::AlignVCenter, text);
            free = box.right() + kMark;
        }
        free = std::max(free, x + kMark);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.color(mark.role));
        painter.drawEllipse(QPoint(x, row.center().y()), kMark / 2, kMark / 2);
    }
}

void TimelineView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::Base));
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = m_theme.font(FontRole::Caption);
    const QFontMetrics metrics(font);
    painter.setFont(font);
    const int height = lineHeight(metrics);
    const int left = axis(metrics).left;
    const int right = axis(metrics).right;
    const int names = left - kMargin - kGap;
    // Square roots: what happens within a few ms stays apart beside what takes seconds.
    const auto xOf = [&](qint64 ms) {
        return left +
               static_cast<int>(std::sqrt(static_cast<double>(std::max<qint64>(0, ms)) / static_cast<double>(m_lastMs)) * (right - left));
    };
    int y = kMargin;
    for (const Line& line : m_lines) {
        const int middle = y + height / 2;
        painter.setPen(m_theme.color(Role::Text));
        painter.drawText(QRect(kMargin, y, names, height), Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(line.name, Qt::ElideMiddle, names));
        painter.setPen(m_theme.color(Role::Border));
        painter.drawLine(left, middle, right, middle);
        paintMarks(painter, line, QRect(left, y, width() - left, height), xOf);
        y += height;
    }
    painter.setPen(m_theme.color(Role::Muted));
    for (const auto& [place, text] : times()) {
        painter.drawText(place, Qt::AlignVCenter | Qt::TextDontClip, text);
    }
}

} // namespace podleaf::ui
