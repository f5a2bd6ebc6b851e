// SPDX-License-Identifier: GPL-3.0-or-later
// ConsolesPanel: the Consoles dock: tabs of consoles, side by side where split, and one keyboard for all of them where
// asked for. GUI thread.
#pragma once

#include "console_tab.h"

#include <functional>

class QLabel;
class QMenu;
class QSplitter;
class QTabWidget;
class QToolButton;

namespace podleaf::ui {

class EmptyState;

/// Runs the program of a target on a pty; a call of the open lab.
using OpenConsole = std::function<Result<session::ConsoleEnd>(OpContext&, const ConsoleTarget&, int terminal)>;

/// A node or pod that can be looked into.
struct ConsolePlace {
    NodeId node;
    bool hasRouter = false; ///< And so a vtysh.
};

class ConsolesPanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the panel.
    explicit ConsolesPanel(const Theme& theme, QWidget* parent = nullptr);
    ~ConsolesPanel() override;

    /// Closes all consoles; from now on they are of these places.
    void setLab(std::vector<ConsolePlace> places, OpenConsole open);
    /// The lab was edited and has another session: what runs goes on, and says so where its node is no part of it any more.
    void changeLab(std::vector<ConsolePlace> places, OpenConsole open);
    /// Shows the console of a target, a new one where there is none that runs, and gives it the focus.
    void open(const ConsoleTarget& target);
    void openNew(const ConsoleTarget& target);
    /// What the + menu offers first.
    void setSelectedNode(const NodeId& node) { m_selected = node; }
    void splitCurrent();
    void closeCurrent();
    void setSendsToAll(bool all);

    [[nodiscard]] ConsoleTab* current() const;
    [[nodiscard]] QList<ConsoleTab*> tabs() const;
    /// "Typing into 3 consoles.", empty unless it is shown.
    [[nodiscard]] QString stripText() const;
    [[nodiscard]] QString emptySentence() const;
    void refreshTheme();

private:
    void onKey(Qt::Key key, const std::function<void()>& deed);
    void stepTab(int step);
    void bringUp(ConsoleTab& tab);
    QTabWidget* addGroup();
    ConsoleTab* addTab(QTabWidget* group, const ConsoleTarget& target);
    void closeTab(ConsoleTab* tab);
    [[nodiscard]] TerminalProgram programOf(const ConsoleTarget& target) const;
    [[nodiscard]] QList<QTabWidget*> groups() const;
    [[nodiscard]] QTabWidget* groupOf(const ConsoleTab* tab) const;
    void fillMenu();
    void addPrograms(QMenu& menu, const ConsolePlace& place);
    void refresh();
    void forEachTarget(ConsoleTab* typedInto, const std::function<void(ConsoleTab&)>& deed);

    const Theme& m_theme;
    std::vector<ConsolePlace> m_places;
    OpenConsole m_open;
    NodeId m_selected;
    QWidget* m_buttons;
    QToolButton* m_add;
    QToolButton* m_split;
    QToolButton* m_all;
    QMenu* m_menu;
    QLabel* m_strip;
    QSplitter* m_splitter;
    EmptyState* m_empty;
    QTabWidget* m_active = nullptr;
};

} // namespace podleaf::ui
