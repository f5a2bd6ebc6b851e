// SPDX-License-Identifier: GPL-3.0-or-later
// TerminalFilter: see the header.
#include "terminal_filter.h"

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {

constexpr std::uint8_t kEsc = 0x1b;
constexpr std::uint8_t kCan = 0x18;
constexpr std::uint8_t kSub = 0x1a;
constexpr std::uint8_t kBel = 0x07;
constexpr std::uint8_t kDel = 0x7f;
constexpr qsizetype kMaxSequence = 128;
constexpr int kMaxNumbers = 16; ///< libvterm has room for as many.
constexpr int kMaxDigits = 4;
constexpr int kMaxRepeats = 500; ///< A line of the largest terminal.

bool isBetween(std::uint8_t byte, int low, int high) {
    return byte >= low && byte <= high;
}

/// The form of a control sequence that is passed on: a private mark, numbers, one intermediate byte.
bool isKnownForm(QByteArrayView body) {
    if (!body.isEmpty() && isBetween(static_cast<std::uint8_t>(body.front()), '<', '?')) {
        body = body.sliced(1);
    }
    int digits = 0;
    int numbers = 1;
    while (!body.isEmpty() && isBetween(static_cast<std::uint8_t>(body.front()), '0', ';')) {
        const bool digit = body.front() <= '9';
        digits = digit ? digits + 1 : 0;
        numbers += digit ? 0 : 1;
        if (digits > kMaxDigits || numbers > kMaxNumbers) {
            return false;
        }
        body = body.sliced(1);
    }
    return body.isEmpty() || (body.size() == 1 && isBetween(static_cast<std::uint8_t>(body.front()), ' ', '/'));
}

/// A whole UTF-8 character without overlong forms, surrogates and what is beyond Unicode (RFC 3629 §4).
bool isValid(QByteArrayView character) {
    const auto first = static_cast<std::uint8_t>(character[0]);
    const auto second = static_cast<std::uint8_t>(character[1]);
    return !(first == 0xc2 && second < 0xa0) && !(first == 0xe0 && second < 0xa0) && !(first == 0xed && second > 0x9f) &&
           !(first == 0xf0 && second < 0x90) && !(first == 0xf4 && second > 0x8f);
}

} // namespace

QByteArray TerminalFilter::pass(QByteArrayView bytes) {
    m_out.reserve(bytes.size() + kMaxSequence);
    for (const char byte : bytes) {
        take(static_cast<std::uint8_t>(byte));
    }
    return std::exchange(m_out, {});
}

void TerminalFilter::take(std::uint8_t byte) {
    switch (m_state) {
    case State::Ground:
        return takeGround(byte);
    case State::Utf8:
        return takeUtf8(byte);
    case State::Escape:
        return takeEscape(byte);
    case State::Control:
        return takeControl(byte);
    case State::String:
        m_state = byte == kEsc ? State::StringEscape : byte == kBel || byte == kCan || byte == kSub ? State::Ground : State::String;
        return;
    case State::StringEscape: // The end of the string, or of it and the beginning of something else.
        m_state = State::Ground;
        if (byte != '\\') {
            take(kEsc);
            take(byte);
        }
        return;
    }
}

void TerminalFilter::takeGround(std::uint8_t byte) {
    if (byte < 0x80) {
        if (byte == kEsc) {
            m_held.clear();
            m_broken = false;
            m_state = State::Escape;
        } else if (byte != kDel) {
            m_out += static_cast<char>(byte);
            m_last = byte >= ' ' ? m_out.last(1) : QByteArray();
        }
        return;
    }
    m_missing = isBetween(byte, 0xc2, 0xdf) ? 1 : isBetween(byte, 0xe0, 0xef) ? 2 : isBetween(byte, 0xf0, 0xf4) ? 3 : 0;
    if (m_missing == 0) {
        return replace();
    }
    m_held = QByteArray(1, static_cast<char>(byte));
    m_state = State::Utf8;
}

void TerminalFilter::takeUtf8(std::uint8_t byte) {
    if (!isBetween(byte, 0x80, 0xbf)) {
        replace();
        return take(byte);
    }
    m_held += static_cast<char>(byte);
    if (--m_missing > 0) {
        return;
    }
    if (!isValid(m_held)) {
        return replace();
    }
    m_out += m_held;
    m_last = m_held;
    m_state = State::Ground;
}

/// U+FFFD for what is no character.
void TerminalFilter::replace() {
    m_out += "\xef\xbf\xbd";
    m_state = State::Ground;
}

bool TerminalFilter::isBreak(std::uint8_t byte) {
    if (byte != kEsc && byte != kCan && byte != kSub) {
        return false;
    }
    m_state = State::Ground;
    if (byte == kEsc) {
        takeGround(byte);
    }
    return true;
}

void TerminalFilter::takeEscape(std::uint8_t byte) {
    if (isBreak(byte)) {
        return;
    }
    if (m_held.isEmpty() && byte == '[') {
        m_state = State::Control;
    } else if (m_held.isEmpty() && (byte == ']' || byte == 'P' || byte == 'X' || byte == '^' || byte == '_')) {
        m_state = State::String;
    } else if (isBetween(byte, 0x20, 0x2f)) {
        m_broken = m_broken || m_held.size() >= 1;
        m_held += static_cast<char>(byte);
        m_held.truncate(1);
    } else if (isBetween(byte, 0x30, 0x7e)) {
        if (!m_broken) {
            m_out.append(static_cast<char>(kEsc)).append(m_held).append(static_cast<char>(byte));
            m_last.clear();
        }
        m_state = State::Ground;
    } else {
        m_state = State::Ground;
    }
}

void TerminalFilter::takeControl(std::uint8_t byte) {
    if (isBreak(byte)) {
        return;
    }
    if (isBetween(byte, 0x40, 0x7e)) {
        endControl(byte);
    } else if (isBetween(byte, 0x20, 0x3f) && m_held.size() < kMaxSequence) {
        m_held += static_cast<char>(byte);
    } else {
        m_broken = true;
    }
}

void TerminalFilter::endControl(std::uint8_t final) {
    if (m_broken || !isKnownForm(m_held)) {
        m_state = State::Ground;
        return;
    }
    if (final == 'b') {
        repeat();
    } else {
        m_out.append(static_cast<char>(kEsc)).append('[').append(m_held).append(static_cast<char>(final));
    }
    m_last.clear();
    m_state = State::Ground;
}

/// REP (ECMA-48 §8.3.103), done here: libvterm never comes back from repeating what has no width.
void TerminalFilter::repeat() {
    const int count = std::clamp(m_held.toInt(), 1, kMaxRepeats);
    for (int i = 0; i < count && !m_last.isEmpty(); ++i) {
        m_out += m_last;
    }
}

} // namespace podleaf::ui
