// SPDX-License-Identifier: GPL-3.0-or-later
// Motion: see the header.
#include "motion.h"

#include <QApplication>
#include <QStyle>

#include <algorithm>
#include <vector>

namespace podleaf::ui {

namespace {

constexpr int kFrameMs = 33;

/// Cubic, ease-out.
double eased(double t) {
    const double left = 1 - t;
    return 1 - left * left * left;
}

} // namespace

Motion::Motion(QObject* parent) : QObject(parent) {
    m_clock.start();
    m_timer.setInterval(kFrameMs);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Motion::tick);
}

bool Motion::isReducedByDesktop() {
    return QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) == 0;
}

void Motion::setReduced(bool reduced) {
    m_reduced = reduced;
    if (reduced) {
        finishAll();
    }
}

void Motion::run(Sort sort, int milliseconds, Step step) {
    if (m_reduced) {
        m_moves.erase(sort);
        return step(1);
    }
    step(0);
    m_moves[sort] = {m_clock.elapsed(), milliseconds, std::move(step)};
    m_timer.start();
}

void Motion::finish(Sort sort) {
    auto move = m_moves.extract(sort);
    if (!move.empty()) {
        move.mapped().step(1);
    }
}

void Motion::finishAll() {
    while (!m_moves.empty()) {
        finish(m_moves.begin()->first);
    }
    m_timer.stop();
}

void Motion::tick() {
    std::vector<Sort> sorts; // A step may begin another motion.
    for (const auto& [sort, move] : m_moves) {
        sorts.push_back(sort);
    }
    for (const Sort sort : sorts) {
        const auto move = m_moves.find(sort);
        const double t = static_cast<double>(m_clock.elapsed() - move->second.startMs) / std::max(1, move->second.lengthMs);
        if (t >= 1) {
            finish(sort);
        } else {
            move->second.step(eased(std::max(0.0, t)));
        }
    }
    if (m_moves.empty()) {
        m_timer.stop();
    }
}

} // namespace podleaf::ui
