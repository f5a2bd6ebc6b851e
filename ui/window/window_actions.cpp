// SPDX-License-Identifier: GPL-3.0-or-later
// WindowActions: see the header.
#include "window_actions.h"

#include <QComboBox>
#include <QLabel>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QToolBar>
#include <QToolButton>

namespace podleaf::ui {

namespace {
const char* const kIcon = "iconName";
const char* const kToolTip = "ownToolTip";
} // namespace

WindowActions::WindowActions(QMainWindow& window, const Theme& theme) : QObject(&window), m_window(window), m_theme(theme) {
    newLab = add(tr("&New…"), {}, QKeySequence::New, tr("Begins a lab file with a leaf and two hosts."));
    startPage = add(tr("Start page"), {}, Qt::ALT | Qt::Key_Home, tr("All labs with pictures. The open lab stays open."));
    open = add(tr("&Open…"), QStringLiteral("open"), QKeySequence::Open, tr("Opens a lab file."));
    save = add(tr("&Save"), {}, QKeySequence::Save, tr("Writes the lab file."));
    saveAs = add(tr("Save &as…"), {}, {}, tr("Writes the lab into another file and goes on with that one."));
    undo = add(tr("Undo"), QStringLiteral("undo"), QKeySequence::Undo);
    redo = add(tr("Redo"), QStringLiteral("redo"), Qt::CTRL | Qt::SHIFT | Qt::Key_Z);
    quit = add(tr("&Quit"), {}, QKeySequence::Quit, tr("Closes the window. The lab goes on running."));
    plan = add(tr("Plan"), QStringLiteral("plan"), Qt::Key_F7, tr("Shows what Up would do."));
    up = add(tr("Up"), QStringLiteral("up"), Qt::Key_F8, tr("Makes the lab run as the file says."));
    down = add(tr("Down"), QStringLiteral("down"), Qt::SHIFT | Qt::Key_F8, tr("Removes the running lab from this host; the file stays."));
    test = add(tr("Test nginx"), QStringLiteral("test"), Qt::Key_F5, tr("Asks every pod's nginx from every host and every pod."));
    deselect = add(tr("Deselect"), {}, Qt::Key_Escape);
    zoomIn = add(tr("Zoom in"), QStringLiteral("plus"), QKeySequence::ZoomIn);
    zoomOut = add(tr("Zoom out"), QStringLiteral("minus"), QKeySequence::ZoomOut);
    fit = add(tr("Fit"), QStringLiteral("fit"), Qt::CTRL | Qt::Key_0);
    actualSize = add(tr("100 %"), {}, Qt::CTRL | Qt::Key_1);
    find = add(tr("Find on the canvas"), QStringLiteral("search"), Qt::CTRL | Qt::Key_K);
    arrange = add(tr("Arrange nodes"), {}, {}, tr("Finds new places for all nodes."));
    exportCanvas = add(tr("Export canvas…"), {}, Qt::CTRL | Qt::SHIFT | Qt::Key_E, tr("Saves what the canvas shows as SVG or PNG."));
    resetLayout = add(tr("Reset layout"), {}, {});
    freeze = add(tr("Freeze the views"), QStringLiteral("pause"), {});
    freeze->setCheckable(true);
    reduceMotion = add(tr("Reduce motion"), {}, {}, tr("Shows at once what else moves."));
    reduceMotion->setCheckable(true);
    nextArea = add(tr("Next area"), {}, Qt::Key_F6);
    help = add(tr("Help on this part"), {}, QKeySequence::HelpContents);
    about = add(tr("About Podleaf"), {}, {});
    themes = new QActionGroup(this);
    const std::pair<QString, ThemeMode> modes[] = {
        {tr("System"), ThemeMode::System}, {tr("Light"), ThemeMode::Light}, {tr("Dark"), ThemeMode::Dark}};
    for (const auto& [text, mode] : modes) {
        QAction* action = themes->addAction(text);
        action->setCheckable(true);
        action->setData(static_cast<int>(mode));
    }
    makeMenu();
    makeToolBar();
    refreshTheme();
}

QAction* WindowActions::add(const QString& text, const QString& iconName, const QKeySequence& shortcut, const QString& toolTip) {
    auto* action = new QAction(text, this);
    action->setShortcut(shortcut);
    action->setProperty(kIcon, iconName);
    const QString keys = shortcut.toString(QKeySequence::NativeText);
    action->setProperty(kToolTip,
                        keys.isEmpty() || toolTip.isEmpty() ? toolTip : QString(toolTip + QLatin1String(" (") + keys + QLatin1Char(')')));
    action->setToolTip(action->property(kToolTip).toString());
    m_window.addAction(action);
    return action;
}

void WindowActions::makeMenu() {
    QMenuBar* bar = m_window.menuBar();
    QMenu* file = bar->addMenu(tr("&File"));
    file->addActions({newLab, open});
    builtinMenu = file->addMenu(tr("Open &built-in"));
    file->addAction(startPage);
    file->addSeparator();
    file->addActions({save, saveAs, exportCanvas});
    file->addSeparator();
    file->addAction(quit);
    editMenu = bar->addMenu(tr("&Edit"));
    editMenu->addActions({undo, redo});
    QMenu* lab = bar->addMenu(tr("&Lab"));
    lab->addActions({plan, up, down});
    bar->addMenu(tr("&Test"))->addAction(test);
    QMenu* view = bar->addMenu(tr("&View"));
    view->addMenu(tr("Theme"))->addActions(themes->actions());
    view->addAction(reduceMotion);
    view->addActions({find, zoomIn, zoomOut, fit, actualSize, arrange, freeze});
    view->addSeparator();
    docksMenu = view->addMenu(tr("Docks"));
    view->addActions({resetLayout, nextArea});
    bar->addMenu(tr("&Help"))->addActions({help, about});
    m_fileNote = new QLabel(bar);
    m_fileNote->setTextFormat(Qt::PlainText);
    m_fileNote->setProperty("role", QStringLiteral("muted"));
    m_fileNote->setContentsMargins(0, 0, 12, 0);
    m_fileNote->setAlignment(Qt::AlignVCenter);
    bar->setCornerWidget(m_fileNote);
}

void WindowActions::makeToolBar() {
    QToolBar* bar = m_window.addToolBar(tr("Lab"));
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize({m_theme.scaled(16), m_theme.scaled(16)});
    bar->addActions({plan, up, down});
    bar->addSeparator();
    auto* label = new QLabel(tr("Engine"), bar);
    label->setProperty("role", QStringLiteral("muted"));
    label->setContentsMargins(0, 0, 4, 0);
    bar->addWidget(label);
    m_engine = new QComboBox(bar);
    m_engine->setIconSize({m_theme.scaled(16), m_theme.scaled(16)});
    m_engine->addItem(tr("Namespaces"));
    m_engine->setMinimumWidth(m_theme.scaled(146));
    m_engine->setAccessibleName(tr("Engine"));
    bar->addWidget(m_engine);
    bar->addSeparator();
    m_testButton = new QToolButton(bar);
    m_testButton->setDefaultAction(test);
    m_testButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_testButton->setProperty("primary", true);
    m_testMenu = new QMenu(m_testButton);
    bar->addWidget(m_testButton);
    bar->addSeparator();
    bar->addActions({undo, redo});
    for (QAction* action : {undo, redo}) {
        static_cast<QToolButton*>(bar->widgetForAction(action))->setToolButtonStyle(Qt::ToolButtonIconOnly);
    }
}

void WindowActions::setTests(const QStringList& names) {
    m_testMenu->clear();
    for (const QString& name : names) {
        connect(m_testMenu->addAction(name), &QAction::triggered, this, [this, name] { Q_EMIT testChosen(name); });
    }
    // One test is what the button itself does.
    m_testButton->setMenu(names.size() > 1 ? m_testMenu : nullptr);
    m_testButton->setPopupMode(names.size() > 1 ? QToolButton::MenuButtonPopup : QToolButton::DelayedPopup);
}

void WindowActions::refreshTheme() {
    for (QAction* action : {open, undo, redo, plan, up, down, test, zoomIn, zoomOut, fit, find, freeze}) {
        const QString name = action->property(kIcon).toString();
        action->setIcon(icon(name, m_theme, action == test ? Role::OnAccent : Role::Text));
    }
}

void WindowActions::setEnabled(QAction* action, const QString& whyNot) {
    action->setEnabled(whyNot.isEmpty());
    action->setToolTip(whyNot.isEmpty() ? action->property(kToolTip).toString() : whyNot);
}

void WindowActions::setState(bool hasLab, bool running, const QString& busy, const QString& fault) {
    const QString why = hasLab ? busy : tr("No lab is open.");
    setEnabled(exportCanvas, hasLab ? QString() : why);
    setEnabled(arrange, hasLab ? QString() : why);
    setEnabled(plan, why.isEmpty() ? fault : why);
    setEnabled(up, why.isEmpty() ? fault : why);
    setEnabled(down, why);
    setEnabled(test, !why.isEmpty() || running ? why : tr("The lab is not running. Up starts it."));
}

void WindowActions::setEngineName(const QString& name) {
    m_engine->setItemText(0, name);
}

void WindowActions::setEngine(Glyph glyph, const QString& toolTip) {
    m_engine->setItemIcon(0, glyphIcon(glyph, m_theme));
    m_engine->setToolTip(toolTip);
}

void WindowActions::setFileNote(const QString& text) {
    m_fileNote->setText(text);
    m_fileNote->setMinimumHeight(m_window.menuBar()->sizeHint().height() - 1);
    m_window.menuBar()->setCornerWidget(m_fileNote); // Makes the menu bar look at its new width.
    m_fileNote->show();
}

} // namespace podleaf::ui
