// SPDX-License-Identifier: GPL-3.0-or-later
// ConsolesPanel: see the header.
#include "consoles_panel.h"

#include <ui/docks/empty_state.h>
#include <ui/theme/glyphs.h>

#include <QCursor>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QShortcut>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace podleaf::ui {

namespace {

QToolButton* button(QWidget* parent, const QString& text, const QString& toolTip) {
    auto* made = new QToolButton(parent);
    made->setText(text);
    made->setToolTip(toolTip);
    made->setAccessibleName(toolTip);
    made->setAutoRaise(true);
    return made;
}

} // namespace

ConsolesPanel::ConsolesPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_buttons(new QWidget(this)), m_add(button(m_buttons, {}, tr("Open a console"))),
      m_split(button(m_buttons, tr("Split"), tr("Opens another console of this node beside this one"))),
      m_all(button(m_buttons, tr("Send to all"), tr("What is typed goes to all consoles"))), m_menu(new QMenu(this)),
      m_strip(new QLabel(this)), m_splitter(new QSplitter(this)), m_empty(new EmptyState(m_splitter, this)) {
    auto* row = new QHBoxLayout(m_buttons);
    row->setContentsMargins(4, 0, 8, 0);
    row->setSpacing(4);
    m_buttons->setAutoFillBackground(true);
    m_buttons->setBackgroundRole(QPalette::Window);
    for (QToolButton* each : {m_add, m_split, m_all}) {
        row->addWidget(each);
    }
    m_add->setPopupMode(QToolButton::InstantPopup);
    m_add->setMenu(m_menu);
    m_all->setCheckable(true);
    m_strip->setContentsMargins(12, 2, 12, 2);
    m_strip->setAutoFillBackground(true);
    m_strip->hide();
    m_splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_strip);
    layout->addWidget(m_empty, 1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    connect(m_menu, &QMenu::aboutToShow, this, &ConsolesPanel::fillMenu);
    connect(m_split, &QToolButton::clicked, this, &ConsolesPanel::splitCurrent);
    connect(m_all, &QToolButton::toggled, this, &ConsolesPanel::refresh);
    onKey(Qt::Key_PageUp, [this] { stepTab(-1); });
    onKey(Qt::Key_PageDown, [this] { stepTab(1); });
    onKey(Qt::Key_W, [this] { closeCurrent(); });
    connect(m_empty, &EmptyState::actionClicked, this, [this] { m_menu->popup(QCursor::pos()); });
    refreshTheme();
    refresh();
}

ConsolesPanel::~ConsolesPanel() = default;

void ConsolesPanel::refreshTheme() {
    m_add->setIcon(icon(QStringLiteral("plus"), m_theme));
    QPalette strip = m_strip->palette();
    strip.setColor(QPalette::Window, m_theme.color(Role::BadTint));
    strip.setColor(QPalette::WindowText, m_theme.color(Role::Bad));
    m_strip->setPalette(strip);
    m_strip->setFont(m_theme.font(FontRole::Strong));
    for (ConsoleTab* tab : tabs()) {
        tab->view().refreshTheme();
    }
}

void ConsolesPanel::setLab(std::vector<ConsolePlace> places, OpenConsole open) {
    m_all->setChecked(false);
    for (ConsoleTab* tab : tabs()) {
        closeTab(tab);
    }
    m_places = std::move(places);
    m_open = std::move(open);
    m_selected = {};
    refresh();
}

void ConsolesPanel::changeLab(std::vector<ConsolePlace> places, OpenConsole open) {
    m_places = std::move(places);
    m_open = std::move(open);
    for (ConsoleTab* tab : tabs()) {
        tab->follow(programOf(tab->target()), std::ranges::find(m_places, tab->target().node, &ConsolePlace::node) != m_places.end());
    }
    refresh();
}

TerminalProgram ConsolesPanel::programOf(const ConsoleTarget& target) const {
    return [open = m_open, target](OpContext& context, int terminal) { return open(context, target, terminal); };
}

QList<QTabWidget*> ConsolesPanel::groups() const {
    QList<QTabWidget*> out;
    for (int i = 0; i < m_splitter->count(); ++i) {
        out.append(qobject_cast<QTabWidget*>(m_splitter->widget(i)));
    }
    return out;
}

QTabWidget* ConsolesPanel::groupOf(const ConsoleTab* tab) const {
    const QList<QTabWidget*> all = groups();
    const auto found = std::ranges::find_if(all, [tab](const QTabWidget* group) { return group->indexOf(tab) >= 0; });
    return found == all.end() ? nullptr : *found;
}

QList<ConsoleTab*> ConsolesPanel::tabs() const {
    QList<ConsoleTab*> out;
    for (const QTabWidget* group : groups()) {
        for (int i = 0; i < group->count(); ++i) {
            out.append(qobject_cast<ConsoleTab*>(group->widget(i)));
        }
    }
    return out;
}

ConsoleTab* ConsolesPanel::current() const {
    return m_active != nullptr ? qobject_cast<ConsoleTab*>(m_active->currentWidget()) : nullptr;
}

/// With Ctrl and Shift, which the consoles leave to the window.
void ConsolesPanel::onKey(Qt::Key key, const std::function<void()>& deed) {
    auto* shortcut = new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | key), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, deed);
}

/// To the tab that many places further, round through all groups.
void ConsolesPanel::stepTab(int step) {
    const QList<ConsoleTab*> all = tabs();
    if (!all.isEmpty()) {
        const auto at = all.indexOf(current()) + step;
        bringUp(*all[(at + all.size()) % all.size()]);
    }
}

QTabWidget* ConsolesPanel::addGroup() {
    auto* group = new QTabWidget(m_splitter);
    group->setDocumentMode(true);
    group->setMovable(true);
    group->setElideMode(Qt::ElideMiddle);
    m_splitter->addWidget(group);
    connect(group, &QTabWidget::tabBarClicked, this, [this, group](int index) {
        m_active = group;
        if (QWidget* tab = group->widget(index)) {
            tab->setFocus();
        }
    });
    return group;
}

ConsoleTab* ConsolesPanel::addTab(QTabWidget* group, const ConsoleTarget& target) {
    auto* tab = new ConsoleTab(target, programOf(target), m_theme, group);
    connect(tab, &ConsoleTab::keyPressed, this,
            [this, tab](const KeyPress& key) { forEachTarget(tab, [&key](ConsoleTab& each) { each.press(key); }); });
    connect(tab, &ConsoleTab::pasted, this,
            [this, tab](const QString& text) { forEachTarget(tab, [&text](ConsoleTab& each) { each.paste(text); }); });
    connect(tab, &ConsoleTab::focused, this, [this, tab] { m_active = groupOf(tab); });
    connect(tab, &ConsoleTab::aliveChanged, this, &ConsolesPanel::refresh);
    group->setCurrentIndex(group->addTab(tab, tab->title()));
    group->tabBar()->setTabToolTip(group->indexOf(tab), tab->title());
    QToolButton* close = button(group->tabBar(), {}, tr("Close"));
    close->setIcon(icon(QStringLiteral("close"), m_theme, Role::Muted));
    close->setIconSize({12, 12});
    group->tabBar()->setTabButton(group->indexOf(tab), QTabBar::RightSide, close);
    connect(close, &QToolButton::clicked, tab, [this, tab] { closeTab(tab); });
    m_active = group;
    return tab;
}

void ConsolesPanel::forEachTarget(ConsoleTab* typedInto, const std::function<void(ConsoleTab&)>& deed) {
    for (ConsoleTab* tab : m_all->isChecked() ? tabs() : QList<ConsoleTab*>{typedInto}) {
        deed(*tab);
    }
}

void ConsolesPanel::open(const ConsoleTarget& target) {
    const QList<ConsoleTab*> all = tabs();
    const auto found = std::ranges::find_if(all, [&target](const ConsoleTab* tab) { return tab->target() == target && tab->isAlive(); });
    if (found == all.end()) {
        return openNew(target);
    }
    bringUp(**found);
}

void ConsolesPanel::bringUp(ConsoleTab& tab) {
    m_active = groupOf(&tab);
    m_active->setCurrentWidget(&tab);
    tab.setFocus();
}

void ConsolesPanel::openNew(const ConsoleTarget& target) {
    if (!m_open) {
        return;
    }
    ConsoleTab* tab = addTab(m_active != nullptr ? m_active : addGroup(), target);
    refresh();
    tab->setFocus();
}

void ConsolesPanel::splitCurrent() {
    if (const ConsoleTab* tab = current()) {
        m_active = addGroup();
        openNew(tab->target());
        m_splitter->setSizes(QList<int>(m_splitter->count(), m_splitter->width() / m_splitter->count()));
    }
}

void ConsolesPanel::closeCurrent() {
    if (ConsoleTab* tab = current()) {
        closeTab(tab);
    }
}

void ConsolesPanel::closeTab(ConsoleTab* tab) {
    QTabWidget* group = groupOf(tab);
    const bool hadFocus = tab->view().hasFocus();
    group->removeTab(group->indexOf(tab));
    tab->setParent(this);
    tab->closeSoon();
    if (group->count() == 0) {
        if (group->cornerWidget() == m_buttons) {
            group->setCornerWidget(nullptr);
            m_buttons->setParent(this);
        }
        group->setParent(nullptr);
        group->deleteLater();
        m_active = groups().value(0);
    }
    if (ConsoleTab* next = hadFocus ? current() : nullptr) {
        next->setFocus();
    }
    refresh();
}

void ConsolesPanel::setSendsToAll(bool all) {
    m_all->setChecked(all);
}

QString ConsolesPanel::stripText() const {
    return m_strip->isVisibleTo(this) ? m_strip->text() : QString();
}

QString ConsolesPanel::emptySentence() const {
    return m_empty->sentence();
}

void ConsolesPanel::addPrograms(QMenu& menu, const ConsolePlace& place) {
    const auto add = [&](const QString& text, session::ConsoleProgram program) {
        menu.addAction(text, this, [this, node = place.node, program] { openNew({node, program}); });
    };
    add(tr("Shell of %1").arg(place.node.name), session::ConsoleProgram::Shell);
    if (place.hasRouter) {
        add(tr("vtysh of %1").arg(place.node.name), session::ConsoleProgram::Vtysh);
    }
    add(tr("Logs of %1").arg(place.node.name), session::ConsoleProgram::Logs);
}

void ConsolesPanel::fillMenu() {
    m_menu->clear();
    const auto selected = std::ranges::find(m_places, m_selected, &ConsolePlace::node);
    if (selected != m_places.end()) {
        addPrograms(*m_menu, *selected);
        m_menu->addSeparator();
    }
    for (const ConsolePlace& place : m_places) {
        QMenu* programs = m_menu->addMenu(place.node.name);
        connect(programs, &QMenu::aboutToShow, this, [this, programs, place] {
            programs->clear();
            addPrograms(*programs, place);
        });
    }
}

void ConsolesPanel::refresh() {
    const QList<ConsoleTab*> all = tabs();
    const auto alive = std::ranges::count_if(all, &ConsoleTab::isAlive);
    m_add->setEnabled(static_cast<bool>(m_open));
    m_strip->setVisible(m_all->isChecked() && alive > 0);
    m_strip->setText(alive == 1 ? tr("Typing into 1 console.") : tr("Typing into %1 consoles.").arg(alive));
    if (all.isEmpty()) {
        m_empty->showSentence(tr("Double-click a node to open its console."), m_open ? tr("Open a console…") : QString());
        m_buttons->hide();
        return;
    }
    if (QTabWidget* last = groups().constLast(); last->cornerWidget() != m_buttons) {
        for (QTabWidget* group : groups()) {
            group->setCornerWidget(nullptr);
        }
        last->setCornerWidget(m_buttons);
    }
    m_buttons->show();
    m_empty->showView();
}

} // namespace podleaf::ui
