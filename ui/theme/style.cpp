// SPDX-License-Identifier: GPL-3.0-or-later
// The theme as QPalette and as a small style sheet. GUI thread.
#include "theme.h"

#include <QPalette>
#include <QRegularExpression>

namespace podleaf::ui {

QPalette Theme::palette() const {
    const auto c = [this](Role role) { return color(role); };
    QPalette p;
    p.setColor(QPalette::Window, c(Role::Window));
    p.setColor(QPalette::WindowText, c(Role::Text));
    p.setColor(QPalette::Base, c(Role::Base));
    p.setColor(QPalette::AlternateBase, c(Role::Alt));
    p.setColor(QPalette::Text, c(Role::Text));
    p.setColor(QPalette::Button, c(Role::Button));
    p.setColor(QPalette::ButtonText, c(Role::Text));
    p.setColor(QPalette::BrightText, c(Role::Bad));
    p.setColor(QPalette::Highlight, c(Role::Select));
    p.setColor(QPalette::HighlightedText, c(Role::Text)); // Text keeps its colour on a selected row.
    p.setColor(QPalette::Link, c(Role::Accent));
    p.setColor(QPalette::LinkVisited, c(Role::Accent));
    p.setColor(QPalette::ToolTipBase, c(Role::Card));
    p.setColor(QPalette::ToolTipText, c(Role::Text));
    p.setColor(QPalette::PlaceholderText, c(Role::Muted));
    p.setColor(QPalette::Light, c(Role::Base));
    p.setColor(QPalette::Midlight, c(Role::Header));
    p.setColor(QPalette::Mid, c(Role::Border));
    p.setColor(QPalette::Dark, c(Role::Edge));
    p.setColor(QPalette::Shadow, c(Role::Edge));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        p.setColor(QPalette::Disabled, role, c(Role::Disabled));
    }
    p.setColor(QPalette::Disabled, QPalette::HighlightedText, c(Role::Disabled));
    return p;
}

namespace {

/// `@role` stands for the role's colour, `@24` for 24 px of the design at the user's size of font.
const char* const kSheet = R"(
QMainWindow::separator { background: @border; width: 1px; height: 1px; }
QMenuBar { background: @window; border-bottom: 1px solid @border; }
QMenuBar::item { padding: 4px 9px; background: transparent; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @card; border: 1px solid @edge; padding: 4px 0; }
QMenu::item { padding: 5px 20px 5px 10px; }
QMenu::icon { padding-left: 10px; }
QMenu::item:selected { background: @select; }
QMenu::item:disabled { color: @disabled; }
QMenu::separator { height: 1px; background: @border; margin: 4px 0; }
QToolTip { background: @card; color: @text; border: 1px solid @edge; padding: 3px; }
QToolBar { background: @window; border: 0; border-bottom: 1px solid @border; padding: 7px; spacing: 5px; }
QToolBar::separator { background: @border; width: 1px; margin: 4px 6px; }
QToolBar QToolButton, QPushButton, QComboBox {
    background: @button; border: 1px solid @border; border-radius: 3px; padding: 3px 10px; min-height: 18px; }
QToolBar QToolButton { min-height: 24px; padding: 2px 8px; }
QToolBar QComboBox { min-height: 24px; padding: 2px 8px; }
QToolBar QToolButton:hover, QPushButton:hover, QComboBox:hover { background: @hover; border-color: @edge; }
QToolBar QToolButton:pressed, QPushButton:pressed, QToolBar QToolButton:checked, QPushButton:checked { background: @select; border-color: @accent; }
QToolBar QToolButton:disabled, QPushButton:disabled, QComboBox:disabled { color: @disabled; background: @button; border-color: @border; }
QToolBar QToolButton:focus, QPushButton:focus, QComboBox:focus { border-color: @accent; }
QToolBar QToolButton[primary="true"], QPushButton[primary="true"] {
    background: @accentFill; border-color: @accentFill; color: @onAccent; font-weight: 600; }
QToolBar QToolButton[primary="true"]:hover, QPushButton[primary="true"]:hover { border-color: @text; }
QToolBar QToolButton[primary="true"]:disabled, QPushButton[primary="true"]:disabled {
    background: @offTint; border-color: @border; color: @disabled; }
QToolBar QToolButton[popupMode="1"] { padding-right: 26px; }
QToolBar QToolButton::menu-button { border: 0; width: 20px; }
QToolButton[tile="true"] { background: @button; border: 1px solid @border; border-radius: 3px; padding: 4px 1px; }
QToolButton[tile="true"]:hover, QToolButton[tile="true"]:focus { background: @hover; border-color: @edge; }
QToolButton[tile="true"]:focus { border-color: @accent; }
QToolButton[tile="true"]:pressed { background: @select; border-color: @accent; }
QToolButton[tile="true"]:disabled { color: @disabled; }
QDockWidget { titlebar-close-icon: none; }
QDockWidget::title { background: @header; padding: 5px 10px; border-bottom: 1px solid @border; text-align: left; }
QTabBar { background: @window; }
QTabBar::tab { background: transparent; color: @muted; padding: 6px 12px; border: 1px solid transparent; border-top: 2px solid transparent; }
QTabBar::tab:selected { background: @base; color: @text; border-color: @border; border-top-color: @accent; border-bottom-color: @base; }
QTabBar::tab:hover:!selected { background: @hover; }
QTabWidget::pane { border: 0; border-top: 1px solid @border; background: @base; }
QHeaderView { background: @header; }
QHeaderView::section { background: @header; color: @muted; border: 0; border-bottom: 1px solid @border; padding: 3px 8px; }
QAbstractItemView { background: @base; alternate-background-color: @alt; border: 0; outline: 0;
    selection-background-color: @select; selection-color: @text; gridline-color: @border; }
QAbstractItemView::item:hover:!selected { background: @hover; }
QComboBox::drop-down { border: 0; width: @24px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { border: 1px solid @edge; }
QLineEdit { background: @base; border: 1px solid @border; border-radius: 3px; padding: 3px 6px; }
QLineEdit:focus { border-color: @accent; }
QProgressBar { background: @offTint; border: 0; border-radius: 3px; max-height: 8px; min-height: 8px; text-align: center; color: transparent; }
QProgressBar::chunk { background: @accentFill; border-radius: 3px; }
QStatusBar { background: @window; border-top: 1px solid @border; }
QStatusBar::item { border: 0; }
QStatusBar QToolButton { border: 0; border-right: 1px solid @border; padding: 1px 8px; }
QStatusBar QToolButton:hover { background: @hover; }
QTreeView[padded="true"] { padding: 4px 8px; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="ok"] { color: @ok; font-weight: 600; }
QLabel[role="bad"] { color: @bad; font-weight: 600; }
QLabel[role="warn"] { color: @warn; font-weight: 600; }
QLabel[role="wait"] { color: @wait; font-weight: 600; }
)";

} // namespace

QString Theme::styleSheet() const {
    QString sheet = QString::fromLatin1(kSheet);
    static const QRegularExpression placeholder(QStringLiteral("@([A-Za-z]+|[0-9]+)"));
    QString out;
    qsizetype last = 0;
    for (auto it = placeholder.globalMatch(sheet); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        out += QStringView(sheet).mid(last, match.capturedStart() - last);
        if (match.capturedView(1).front().isDigit()) {
            out += QString::number(scaled(match.capturedView(1).toInt()));
        }
        for (const Role role : allRoles()) {
            if (toString(role) == match.capturedView(1)) {
                out += color(role).name();
            }
        }
        last = match.capturedEnd();
    }
    return out + QStringView(sheet).mid(last);
}

} // namespace podleaf::ui
