// SPDX-License-Identifier: GPL-3.0-or-later
// Acts on a window as a person does: every click and key goes in at the platform window, so that Qt itself
// finds the widget below it, opens its context menu or runs its shortcut. GUI thread.
#pragma once

#include <QAction>
#include <QImage>
#include <QMenu>
#include <QTest>
#include <QWidget>

namespace podleaf::test {

/// Clicks at a place of `widget`, which must be in sight.
void clickAt(QWidget& widget, const QPoint& place, Qt::MouseButton button = Qt::LeftButton);
/// Clicks in the middle of `widget`.
void click(QWidget& widget);
/// Presses in the middle of one widget, moves to a place of another one of the same window, and lets go there.
void dragTo(const QWidget& from, const QWidget& to, const QPoint& place);
/// Clicks the tab of a dock of this title; false when no tab bar of the window shows one.
bool clickDockTab(const QWidget& window, const QString& title);
/// Clicks the button in sight with this text; false when there is none or it is disabled.
bool clickButton(const QWidget& parent, const QString& text);
/// The menu that is open, or nullptr.
QMenu* openMenu();
/// Clicks the entry of a menu that has this text; false when there is none or it is disabled.
bool chooseFrom(QMenu& menu, const QString& text);
/// Types a path into a file dialog and clicks its button; false when there is no such dialog.
bool answerWithPath(QWidget* dialog, const QString& path);
void press(QWidget& window, Qt::Key key, Qt::KeyboardModifiers modifiers = {});

/// Whether any of `widget` is within its window: a covered tab counts as visible, but lies outside.
bool isInSight(const QWidget& widget);
/// How many pixels of a square around a place have exactly this colour.
int countNear(const QImage& image, const QPoint& centre, int reach, const QColor& color);

} // namespace podleaf::test
