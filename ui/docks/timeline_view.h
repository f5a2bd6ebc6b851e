// SPDX-License-Identifier: GPL-3.0-or-later
// TimelineView: one event's convergence, a line per node from the event to its last change: carrier, session, routes that
// left and came, probes. GUI thread.
#pragma once

#include <core/state/convergence_record.h>
#include <ui/theme/theme.h>

#include <QWidget>

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace podleaf::ui {

class TimelineView final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the view.
    explicit TimelineView(const Theme& theme, QWidget* parent = nullptr);
    void show(std::optional<state::ConvergenceRecord> record);
    /// What is drawn, a line each: "host2: session 3 ms, withdrawn 5 ms"; the accessible description, too.
    [[nodiscard]] QStringList lines() const;
    /// The times below the lines, and where: the first and the last or, where there is no room for both, the last.
    [[nodiscard]] std::vector<std::pair<QRect, QString>> times() const;
    [[nodiscard]] QSize minimumSizeHint() const override;
    using QWidget::show;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Mark {
        QString what;
        qint64 ms = 0;
        Role role = Role::Text;
    };
    struct Line {
        QString name;
        std::vector<Mark> marks;
    };
    struct Axis { ///< From the event to the last change, in px.
        int left = 0;
        int right = 0;
    };
    [[nodiscard]] static QString wordsOf(const Mark& mark);
    [[nodiscard]] static int lineHeight(const QFontMetrics& metrics);
    [[nodiscard]] Axis axis(const QFontMetrics& metrics) const;
    void paintMarks(QPainter& painter, const Line& line, const QRect& row, const std::function<int(qint64)>& xOf) const;

    const Theme& m_theme;
    std::vector<Line> m_lines;
    qint64 m_lastMs = 1;
};

} // namespace podleaf::ui
