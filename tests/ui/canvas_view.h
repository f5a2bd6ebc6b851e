// SPDX-License-Identifier: GPL-3.0-or-later
// A canvas on the (offscreen) screen, with its clock in the test's hand, and what tests do to it by mouse and key.
// GUI thread.
#pragma once

#include "canvas_states.h"
#include "menu_hand.h"

#include <core/intent/intent.h>
#include <ui/canvas/lab_view.h>

#include <QContextMenuEvent>
#include <QTest>

namespace podleaf::canvas_states {

struct ShownCanvas {
    explicit ShownCanvas(const model::Lab& shown = fakes::tutorialLab(), const ui::Theme& theme = ui::Theme::light(),
                         QSize size = {944, 516})
        : lab(shown), look(theme), view(theme) {
        view.setClock([this] { return now; });
        view.setReducedMotion(true);
        view.resize(size);
        view.show();
        view.setLab(lab);
        view.setIntent(std::make_shared<const intent::Intent>(intent::intentOf(lab)));
        [[maybe_unused]] const bool active = QTest::qWaitForWindowActive(&view);
        view.clearFocus(); // Being activated focuses the first item.
    }

    void apply(const state::LabState& state) { view.apply(snapshotOf(state), everything()); }
    /// In pixels of the screen, as many to a unit of the view as ratio() says.
    [[nodiscard]] QImage image() { return view.grab().toImage(); }
    [[nodiscard]] int ratio() const { return qRound(view.devicePixelRatioF()); }
    [[nodiscard]] QColor color(ui::Role role) const { return look.color(role); }
    /// How many pixels of a box around a place of the view have exactly this colour.
    [[nodiscard]] int count(const QPoint& centre, int reach, ui::Role role) {
        const QImage seen = image();
        const QPoint middle = centre * ratio();
        const int far = reach * ratio();
        int found = 0;
        for (int y = middle.y() - far; y <= middle.y() + far; ++y) {
            for (int x = middle.x() - far; x <= middle.x() + far; ++x) {
                found += seen.valid(x, y) && seen.pixelColor(x, y) == color(role) ? 1 : 0;
            }
        }
        return found;
    }
    void click(const QPoint& at) { QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, at); }
    void drag(const QPoint& from, const QPoint& by) {
        QTest::mousePress(view.viewport(), Qt::LeftButton, {}, from);
        QTest::mouseMove(view.viewport(), from + by / 2);
        QTest::mouseMove(view.viewport(), from + by);
        QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, from + by);
    }
    /// Opens the menu at a place and clicks through to the entry of that path ("Daemons", "bgpd", "Kill").
    void choose(const QPoint& at, const QStringList& path) {
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, view.viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(view.viewport(), &event);
        ui::chooseInMenu(path);
    }

    qint64 now = kNow;
    model::Lab lab;
    ui::Theme look;
    ui::LabView view;
};

} // namespace podleaf::canvas_states
