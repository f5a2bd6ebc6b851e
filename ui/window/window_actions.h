// SPDX-License-Identifier: GPL-3.0-or-later
// WindowActions: every action of the window with its words, icon and shortcut, and the menu and toolbar
// they stand in. What they do is connected in MainWindow. GUI thread.
#pragma once

#include <ui/theme/glyphs.h>

#include <QAction>
#include <QActionGroup>
#include <QObject>

class QComboBox;
class QLabel;
class QMainWindow;
class QMenu;
class QToolButton;

namespace podleaf::ui {

class WindowActions final : public QObject {
    Q_OBJECT

public:
    /// `theme` must outlive it; a child of `window`.
    WindowActions(QMainWindow& window, const Theme& theme);

    void refreshTheme();
    /// What can be done now; a disabled action's tool tip says why. `busy`: "Up is running." or empty.
    /// `fault`: why Plan and Up cannot be, such as a mistake in the file; else empty.
    void setState(bool hasLab, bool running, const QString& busy, const QString& fault = {});
    void setEngineName(const QString& name);
    void setEngine(Glyph glyph, const QString& toolTip);
    void setFileNote(const QString& text);
    /// The tests of *Test nginx*'s menu.
    void setTests(const QStringList& names);

    QAction* newLab;
    QAction* open;
    QAction* startPage;
    QAction* save;
    QAction* saveAs;
    QAction* undo;
    QAction* redo;
    QAction* quit;
    QAction* plan;
    QAction* up;
    QAction* down;
    QAction* test;
    QAction* deselect;
    QAction* zoomIn;
    QAction* zoomOut;
    QAction* fit;
    QAction* actualSize;
    QAction* find;         ///< On the canvas.
    QAction* arrange;      ///< Finds new places for the nodes.
    QAction* exportCanvas; ///< As SVG or PNG.
    QAction* resetLayout;
    QAction* freeze;
    QAction* reduceMotion;
    QAction* nextArea;
    QAction* help; ///< On the part that has the focus.
    QAction* about;
    QActionGroup* themes; ///< Each action's data is the ThemeMode as int.
    QMenu* builtinMenu;
    QMenu* editMenu; ///< Begins with undo and redo; ui/editor adds the rest.
    QMenu* docksMenu;

Q_SIGNALS:
    void testChosen(const QString& name);

private:
    QAction* add(const QString& text, const QString& iconName, const QKeySequence& shortcut, const QString& toolTip = {});
    void makeMenu();
    void makeToolBar();
    void setEnabled(QAction* action, const QString& whyNot);

    QMainWindow& m_window;
    const Theme& m_theme;
    QComboBox* m_engine = nullptr;
    QToolButton* m_testButton = nullptr;
    QMenu* m_testMenu = nullptr;
    QLabel* m_fileNote = nullptr;
};

} // namespace podleaf::ui
