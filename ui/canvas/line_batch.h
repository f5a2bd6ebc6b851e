// SPDX-License-Identifier: GPL-3.0-or-later
// LineBatch: many lines in few calls. A pen of its own for each of a thousand lines costs more than the lines. GUI thread.
#pragma once

#include "looks.h"

#include <QLineF>
#include <QPainter>

#include <map>
#include <vector>

namespace podleaf::ui {

/// Where many cables lie above each other, what is broken is seen above what is well.
int rankOf(Role line);

class LineBatch {
public:
    /// What all lines of a stroke have in common. Those of a higher rank lie above the others.
    struct Stroke {
        int rank = 0;
        QRgb color = 0;
        double width = 1;
        Dash dash = {};
        double dashUnit = 1; ///< What the dash's lengths are multiplied with.

        [[nodiscard]] QPen pen() const;
        bool operator==(const Stroke& other) const;
    };

    void add(const Stroke& stroke, const QLineF& line);
    void paint(QPainter& painter) const;

private:
    struct Order {
        bool operator()(const Stroke& a, const Stroke& b) const;
    };
    using Lines = std::map<Stroke, std::vector<QLineF>, Order>;
    Lines m_lines;
    Lines::value_type* m_last = nullptr; ///< Most lines are drawn like the one before.
};

} // namespace podleaf::ui
