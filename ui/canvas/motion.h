// SPDX-License-Identifier: GPL-3.0-or-later
// Motion: the canvas' short animations (design §9), at most 30 frames a second and none while nothing moves. With
// reduced motion everything is at its end at once. GUI thread.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <map>

namespace podleaf::ui {

class Motion final : public QObject {
    Q_OBJECT
public:
    /// What moves; a new motion of the same sort takes the place of the old one.
    enum class Sort { Hover, Select, View, Places, Marks };
    /// Draws the state at `progress`, 0 to 1, eased out. The last call is with 1.
    using Step = std::function<void(double progress)>;

    explicit Motion(QObject* parent = nullptr);

    /// The desktop's setting: whether its style animates widgets at all.
    static bool isReducedByDesktop();
    void setReduced(bool reduced);
    [[nodiscard]] bool isReduced() const { return m_reduced; }

    void run(Sort sort, int milliseconds, Step step);
    /// Goes to the end of a motion at once, as any input does.
    void finish(Sort sort);
    void finishAll();
    [[nodiscard]] bool isRunning(Sort sort) const { return m_moves.contains(sort); }

private:
    struct Move {
        qint64 startMs = 0;
        int lengthMs = 0;
        Step step;
    };
    void tick();

    bool m_reduced = false;
    std::map<Sort, Move> m_moves;
    QElapsedTimer m_clock;
    QTimer m_timer;
};

} // namespace podleaf::ui
