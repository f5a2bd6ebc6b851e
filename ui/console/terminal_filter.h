// SPDX-License-Identifier: GPL-3.0-or-later
// TerminalFilter: stands before libvterm and lets only well-formed, bounded input through. libvterm 0.1.4 writes beyond
// its buffers for broken UTF-8 and for large numbers in escape sequences; and of the strings that a program can
// send (titles, clipboard, links, queries) none is to act on the desktop. Pure; one stream an object.
#pragma once

#include <QByteArray>

#include <cstdint>

namespace podleaf::ui {

class TerminalFilter {
public:
    /// What of `bytes`, which follow those of the calls before, is passed on: valid UTF-8, ASCII's controls, and escape
    /// sequences of known form (ECMA-48 §5.3, §5.4) whose numbers have four digits at most. What is not finished is
    /// kept back, a few bytes at most.
    QByteArray pass(QByteArrayView bytes);

private:
    enum class State { Ground, Utf8, Escape, Control, String, StringEscape };
    void take(std::uint8_t byte);
    void takeGround(std::uint8_t byte);
    void takeUtf8(std::uint8_t byte);
    void takeEscape(std::uint8_t byte);
    void takeControl(std::uint8_t byte);
    /// Takes what may break off any sequence: ESC, CAN, SUB.
    bool isBreak(std::uint8_t byte);
    void endControl(std::uint8_t final);
    void repeat();
    void replace();

    State m_state = State::Ground;
    QByteArray m_out;
    QByteArray m_held;     ///< The sequence or character that is not finished.
    QByteArray m_last;     ///< The character that stands just before, which REP repeats; none after a control.
    int m_missing = 0;     ///< Bytes of a character.
    bool m_broken = false; ///< The sequence is too long or of no known form: it is swallowed up to its end.
};

} // namespace podleaf::ui
