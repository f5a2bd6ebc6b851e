// SPDX-License-Identifier: GPL-3.0-or-later
#include "pseudo_terminal.h"

#include "contract_words.h"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace podleaf::contract {

PseudoTerminal::PseudoTerminal(unsigned short rows, unsigned short columns) : m_person(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (::grantpt(m_person.get()) == 0 && ::unlockpt(m_person.get()) == 0 && resize(rows, columns)) {
        m_program = UniqueFd(::ioctl(m_person.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    }
}

bool PseudoTerminal::resize(unsigned short rows, unsigned short columns) const {
    const winsize size{rows, columns, 0, 0};
    return ::ioctl(m_person.get(), TIOCSWINSZ, &size) == 0;
}

bool PseudoTerminal::type(const QByteArray& keys) const {
    return ::write(m_person.get(), keys.constData(), static_cast<std::size_t>(keys.size())) == keys.size();
}

QByteArray PseudoTerminal::readUntil(const QByteArray& text) const {
    QByteArray shown;
    while (!shown.contains(text) && isReady(m_person.get(), POLLIN)) {
        std::array<char, 1024> buffer;
        const ssize_t count = ::read(m_person.get(), buffer.data(), buffer.size());
        if (count <= 0) {
            break;
        }
        shown.append(buffer.data(), count);
    }
    return shown;
}

termios PseudoTerminal::settings() const {
    termios now{};
    ::tcgetattr(m_program.get(), &now);
    return now;
}

} // namespace podleaf::contract
