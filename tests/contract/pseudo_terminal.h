// SPDX-License-Identifier: GPL-3.0-or-later
// PseudoTerminal: what a person has before them (keys, a screen, a window of some size), and the side of it that a program
// is run on. The test's thread.
#pragma once

#include <core/base/unique_fd.h>

#include <QByteArray>

#include <termios.h>

namespace podleaf::contract {

class PseudoTerminal {
public:
    PseudoTerminal(unsigned short rows, unsigned short columns);

    [[nodiscard]] bool isOpen() const { return m_program.isValid(); }
    /// The program's side. It stays this object's.
    [[nodiscard]] int program() const { return m_program.get(); }
    [[nodiscard]] bool resize(unsigned short rows, unsigned short columns) const;
    [[nodiscard]] bool type(const QByteArray& keys) const;
    /// What is shown until `text` is, or until nothing more comes for long.
    [[nodiscard]] QByteArray readUntil(const QByteArray& text) const;
    [[nodiscard]] termios settings() const;

private:
    UniqueFd m_person;
    UniqueFd m_program;
};

} // namespace podleaf::contract
