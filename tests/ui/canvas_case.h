// SPDX-License-Identifier: GPL-3.0-or-later
// A canvas on the tutorial with its clock in the test's hand, for tests that inherit it. Offscreen; GUI thread.
#pragma once

#include "canvas_states.h"

#include <ui/canvas/lab_view.h>

#include <QTest>

#include <memory>

namespace podleaf::canvas_states {

/// How many pixels of a box around a place have exactly this colour.
inline int countNear(const QImage& image, const QPoint& centre, int reach, const QColor& color) {
    int count = 0;
    for (int y = centre.y() - reach; y <= centre.y() + reach; ++y) {
        for (int x = centre.x() - reach; x <= centre.x() + reach; ++x) {
            count += image.valid(x, y) && image.pixelColor(x, y) == color ? 1 : 0;
        }
    }
    return count;
}

class CanvasCase {
protected:
    void show(const state::LabState& state, const ui::Theme& theme = ui::Theme::light());
    [[nodiscard]] QImage image() { return m_view->grab().toImage(); }
    [[nodiscard]] QColor color(ui::Role role) const { return m_theme.color(role); }

    ui::Theme m_theme = ui::Theme::light();
    std::unique_ptr<ui::LabView> m_view;
    qint64 m_now = kNow;
};

inline void CanvasCase::show(const state::LabState& state, const ui::Theme& theme) {
    m_theme = theme;
    m_view = std::make_unique<ui::LabView>(theme);
    m_view->setClock([this] { return m_now; });
    m_view->setReducedMotion(true);
    m_view->resize(944, 516);
    m_view->show();
    m_view->setLab(fakes::tutorialLab());
    m_view->apply(snapshotOf(state), everything());
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

} // namespace podleaf::canvas_states
