// SPDX-License-Identifier: GPL-3.0-or-later
// ConsoleTab: one console: a terminal with a program of one node, and a strip that says how the program ended. GUI
// thread.
#pragma once

#include "terminal_view.h"
#include "terminal_worker.h"

#include <core/base/ids.h>

class QLabel;
class QPushButton;

namespace podleaf::ui {

/// What a console is of.
struct ConsoleTarget {
    NodeId node;
    session::ConsoleProgram program = session::ConsoleProgram::Shell;
    bool operator==(const ConsoleTarget&) const = default;
};

class ConsoleTab final : public QWidget {
    Q_OBJECT

public:
    /// Starts when it is first given room. `theme` must outlive it.
    ConsoleTab(ConsoleTarget target, TerminalProgram program, const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] const ConsoleTarget& target() const { return m_target; }
    /// "host2", "host2 vtysh", "host2 logs".
    [[nodiscard]] QString title() const;
    /// Whether its program runs.
    [[nodiscard]] bool isAlive() const { return m_worker != nullptr && !m_worker->hasEnded(); }
    [[nodiscard]] TerminalView& view() { return *m_view; }
    /// How it ended, or that it will, as the strip says; empty while it just runs.
    [[nodiscard]] QString endSentence() const;

    void press(const KeyPress& key);
    void paste(const QString& text);
    void restart();
    /// The lab has changed: its next start runs this; `isOfLab`: the node is still part of it.
    void follow(TerminalProgram program, bool isOfLab);
    /// Ends the program; deletes itself as soon as it has ended.
    void closeSoon();

Q_SIGNALS:
    /// Somebody types here; not sent on to the program, see press() and paste().
    void keyPressed(const podleaf::ui::KeyPress& key);
    void pasted(const QString& text);
    void focused();
    void aliveChanged();

private:
    void start(TerminalSize size);
    void onEnded(const Result<session::ConsoleEnd>& end);

    const ConsoleTarget m_target;
    TerminalProgram m_program;
    TerminalView* m_view;
    QWidget* m_strip;
    QLabel* m_sentence;
    QPushButton* m_again;
    TerminalWorker* m_worker = nullptr;
    bool m_closing = false;
    bool m_isOfLab = true;
};

} // namespace podleaf::ui
