// SPDX-License-Identifier: GPL-3.0-or-later
// Emulator: a terminal of xterm's kind over libvterm: what a program writes becomes a screen with history, what is
// typed becomes what the program reads. Nothing that a program writes acts on anything but the screen: titles, clipboard
// requests and the bell are dropped. Bounded, whatever comes. One thread at a time.
#pragma once

#include "terminal_frame.h"

#include <QByteArray>

#include <memory>

namespace podleaf::ui {

/// Of history. Whichever is reached first.
inline constexpr int kMaxHistoryLines = 10'000;
inline constexpr qint64 kMaxHistoryCells = 1'000'000;

class Emulator {
public:
    explicit Emulator(TerminalSize size);
    ~Emulator();

    /// What the program wrote; any bytes.
    void write(QByteArrayView bytes);
    /// Clamped to what is possible.
    void resize(TerminalSize size);
    [[nodiscard]] TerminalSize size() const;

    void press(const KeyPress& key);
    /// Control characters other than tab and line end are taken out, so that what is pasted cannot pretend to be typed.
    void paste(const QString& text);
    void report(const MouseReport& mouse);
    /// What the program is to read: what was typed, and the terminal's own answers. At most 64 KiB are kept: a program
    /// that asks and does not read loses its answers.
    QByteArray takeInput();

    /// As seen from `back` lines above the screen.
    [[nodiscard]] TerminalFrame frame(qint64 back) const;
    /// The number of the screen's first line.
    [[nodiscard]] qint64 screenLine() const;
    /// How far one can go back.
    [[nodiscard]] qint64 historyLines() const;
    /// The text of a range; a line that the terminal wrapped stays two lines.
    [[nodiscard]] QString text(const TerminalRange& range) const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace podleaf::ui
