// SPDX-License-Identifier: GPL-3.0-or-later
// Parses SVG path data (SVG 1.1 §8.3), circles instead of general ellipses. Pure; any thread.
#include "svg_path.h"

#include <QtMath>

#include <cmath>
#include <optional>

namespace podleaf::ui {

namespace {

class Parser {
public:
    explicit Parser(QStringView text) : m_text(text) {}

    QPainterPath run() {
        QChar command;
        while (skipBlanks(), m_at < m_text.size()) {
            if (m_text[m_at].isLetter()) {
                command = m_text[m_at++];
            } else if (command.isNull() || command.toUpper() == QLatin1Char('Z')) {
                break;
            }
            if (!step(command)) {
                break;
            }
            if (command.toUpper() == QLatin1Char('M')) { // Pairs after a move are lines.
                command = command.isLower() ? QLatin1Char('l') : QLatin1Char('L');
            }
        }
        return m_path;
    }

private:
    void skipBlanks() {
        while (m_at < m_text.size() && (m_text[m_at].isSpace() || m_text[m_at] == QLatin1Char(','))) {
            ++m_at;
        }
    }

    std::optional<double> number() {
        skipBlanks();
        const qsizetype begin = m_at;
        if (m_at < m_text.size() && (m_text[m_at] == QLatin1Char('-') || m_text[m_at] == QLatin1Char('+'))) {
            ++m_at;
        }
        bool dot = false;
        while (m_at < m_text.size() && (m_text[m_at].isDigit() || (m_text[m_at] == QLatin1Char('.') && !dot))) {
            dot = dot || m_text[m_at] == QLatin1Char('.');
            ++m_at;
        }
        bool good = false;
        const double value = m_text.mid(begin, m_at - begin).toDouble(&good);
        return good ? std::optional(value) : std::nullopt;
    }

    std::optional<bool> flag() { // Flags need no blank after them.
        skipBlanks();
        if (m_at >= m_text.size()) {
            return std::nullopt;
        }
        return m_text[m_at++] == QLatin1Char('1');
    }

    std::optional<QPointF> point(bool relative) {
        const auto x = number();
        const auto y = number();
        if (!x || !y) {
            return std::nullopt;
        }
        const QPointF p(*x, *y);
        return relative ? p + m_path.currentPosition() : p;
    }

    bool step(QChar command) {
        const bool relative = command.isLower();
        switch (command.toUpper().unicode()) {
        case 'M':
        case 'L':
            return moveOrLine(command.toUpper() == QLatin1Char('M'), relative);
        case 'H':
        case 'V':
            return straight(command.toUpper() == QLatin1Char('H'), relative);
        case 'C':
            return curve(relative);
        case 'A':
            return arc(relative);
        case 'Z':
            m_path.closeSubpath();
            return true;
        default:
            return false;
        }
    }

    bool moveOrLine(bool move, bool relative) {
        const auto p = point(relative);
        if (!p) {
            return false;
        }
        move ? m_path.moveTo(*p) : m_path.lineTo(*p);
        return true;
    }

    bool straight(bool horizontal, bool relative) {
        const auto value = number();
        if (!value) {
            return false;
        }
        QPointF p = m_path.currentPosition();
        double& coordinate = horizontal ? p.rx() : p.ry();
        coordinate = relative ? coordinate + *value : *value;
        m_path.lineTo(p);
        return true;
    }

    bool curve(bool relative) {
        const auto a = point(relative);
        const auto b = point(relative);
        const auto c = point(relative);
        if (!a || !b || !c) {
            return false;
        }
        m_path.cubicTo(*a, *b, *c);
        return true;
    }

    /// SVG 1.1 F.6.5 for a circle: from the two ends to the centre and the angles.
    bool arc(bool relative) {
        const auto rx = number();
        const auto ry = number();
        const auto rotation = number();
        const auto large = flag();
        const auto sweep = flag();
        const auto end = point(relative);
        if (!rx || !ry || !rotation || !large || !sweep || !end) {
            return false;
        }
        const QPointF start = m_path.currentPosition();
        const QPointF half = (*end - start) / 2;
        const double distance = std::hypot(half.x(), half.y());
        if (distance <= 0) {
            return true;
        }
        const double radius = std::max(*rx, distance);
        const double rise = std::sqrt(std::max(0.0, radius * radius - distance * distance)) / distance;
        const double side = *large == *sweep ? 1 : -1;
        const QPointF centre = (start + *end) / 2 + QPointF(half.y(), -half.x()) * rise * side;
        const double from = qRadiansToDegrees(std::atan2(centre.y() - start.y(), start.x() - centre.x()));
        const double to = qRadiansToDegrees(std::atan2(centre.y() - end->y(), end->x() - centre.x()));
        double span = to - from; // Qt counts angles against the clock, SVG's sweep is with it.
        if (*sweep && span > 0) {
            span -= 360;
        } else if (!*sweep && span < 0) {
            span += 360;
        }
        m_path.arcTo(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius), from, span);
        return true;
    }

    QStringView m_text;
    qsizetype m_at = 0;
    QPainterPath m_path;
};

} // namespace

QPainterPath parseSvgPath(QStringView text) {
    return Parser(text).run();
}

} // namespace podleaf::ui
