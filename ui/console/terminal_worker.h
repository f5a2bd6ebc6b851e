// SPDX-License-Identifier: GPL-3.0-or-later
// TerminalWorker: a program on a pty, with a thread that reads it into an emulator. The GUI thread gets frames, at most
// one each 16 ms and never a second before it took the first, and sends values; so a program that prints without end
// costs it no more than one that is quiet. Lives on the GUI thread.
#pragma once

#include "terminal_frame.h"

#include <core/base/op_context.h>
#include <core/session/node_console.h>

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace podleaf::ui {

/// Runs a program on its side of the pty until it ends; blocks, stops when asked to.
using TerminalProgram = std::function<Result<session::ConsoleEnd>(OpContext&, int terminal)>;

class TerminalWorker final : public QObject {
    Q_OBJECT

public:
    /// Starts at once.
    TerminalWorker(TerminalProgram program, TerminalSize size, QObject* parent = nullptr);
    /// Stops the program and waits for it; call stop() before and wait for ended() where that must not take time.
    ~TerminalWorker() override;

    void stop();
    [[nodiscard]] bool hasEnded() const { return m_ended; }

    void press(const KeyPress& key);
    void paste(const QString& text);
    void report(const MouseReport& mouse);
    void resize(TerminalSize size);
    /// The frames show the history from this line on; none: the screen itself, and whatever comes.
    void scrollTo(std::optional<qint64> firstLine);
    /// Answered by copied().
    void copy(const TerminalRange& range);

Q_SIGNALS:
    void frameChanged(const podleaf::ui::TerminalFramePtr& frame);
    void copied(const QString& text);
    /// The last signal, after the last frame.
    void ended(const podleaf::Result<podleaf::session::ConsoleEnd>& end);

private:
    class Private;
    std::unique_ptr<Private> d;
    bool m_ended = false;
};

} // namespace podleaf::ui
