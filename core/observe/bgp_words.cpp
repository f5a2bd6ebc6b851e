// SPDX-License-Identifier: GPL-3.0-or-later
// The words for BGP's numbers. Any thread.
#include "bgp_words.h"

#include <QCoreApplication>

#include <array>
#include <span>

namespace podleaf::observe {

namespace {

using Words = std::span<const char* const>;

QString translated(const char* text) {
    return QCoreApplication::translate("BgpWords", text);
}

// Indexed by code or subcode; 0 stands for "unspecific". QT_TRANSLATE_NOOP lets lupdate find them.
constexpr std::array kCodes{"",
                            QT_TRANSLATE_NOOP("BgpWords", "Message header error"),
                            QT_TRANSLATE_NOOP("BgpWords", "OPEN message error"),
                            QT_TRANSLATE_NOOP("BgpWords", "UPDATE message error"),
                            QT_TRANSLATE_NOOP("BgpWords", "Hold timer expired"),
                            QT_TRANSLATE_NOOP("BgpWords", "Finite state machine error"),
                            QT_TRANSLATE_NOOP("BgpWords", "Cease"),
                            QT_TRANSLATE_NOOP("BgpWords", "ROUTE-REFRESH message error"),
                            QT_TRANSLATE_NOOP("BgpWords", "Send hold timer expired")};
constexpr std::array kHeader{"", QT_TRANSLATE_NOOP("BgpWords", "connection not synchronized"),
                             QT_TRANSLATE_NOOP("BgpWords", "bad message length"), QT_TRANSLATE_NOOP("BgpWords", "bad message type")};
constexpr std::array kOpen{"",
                           QT_TRANSLATE_NOOP("BgpWords", "unsupported version number"),
                           QT_TRANSLATE_NOOP("BgpWords", "bad peer AS"),
                           QT_TRANSLATE_NOOP("BgpWords", "bad BGP identifier"),
                           QT_TRANSLATE_NOOP("BgpWords", "unsupported optional parameter"),
                           QT_TRANSLATE_NOOP("BgpWords", "authentication failure"),
                           QT_TRANSLATE_NOOP("BgpWords", "unacceptable hold time"),
                           QT_TRANSLATE_NOOP("BgpWords", "unsupported capability"),
                           "",
                           "",
                           "",
                           QT_TRANSLATE_NOOP("BgpWords", "role mismatch")};
constexpr std::array kUpdate{"",
                             QT_TRANSLATE_NOOP("BgpWords", "malformed attribute list"),
                             QT_TRANSLATE_NOOP("BgpWords", "unrecognized well-known attribute"),
                             QT_TRANSLATE_NOOP("BgpWords", "missing well-known attribute"),
                             QT_TRANSLATE_NOOP("BgpWords", "attribute flags error"),
                             QT_TRANSLATE_NOOP("BgpWords", "attribute length error"),
                             QT_TRANSLATE_NOOP("BgpWords", "invalid ORIGIN attribute"),
                             QT_TRANSLATE_NOOP("BgpWords", "AS routing loop"),
                             QT_TRANSLATE_NOOP("BgpWords", "invalid NEXT_HOP attribute"),
                             QT_TRANSLATE_NOOP("BgpWords", "optional attribute error"),
                             QT_TRANSLATE_NOOP("BgpWords", "invalid network field"),
                             QT_TRANSLATE_NOOP("BgpWords", "malformed AS_PATH")};
constexpr std::array kStateMachine{"", QT_TRANSLATE_NOOP("BgpWords", "unexpected message in OpenSent"),
                                   QT_TRANSLATE_NOOP("BgpWords", "unexpected message in OpenConfirm"),
                                   QT_TRANSLATE_NOOP("BgpWords", "unexpected message in Established")};
constexpr std::array kCease{"",
                            QT_TRANSLATE_NOOP("BgpWords", "maximum number of prefixes reached"),
                            QT_TRANSLATE_NOOP("BgpWords", "administrative shutdown"),
                            QT_TRANSLATE_NOOP("BgpWords", "peer de-configured"),
                            QT_TRANSLATE_NOOP("BgpWords", "administrative reset"),
                            QT_TRANSLATE_NOOP("BgpWords", "connection rejected"),
                            QT_TRANSLATE_NOOP("BgpWords", "other configuration change"),
                            QT_TRANSLATE_NOOP("BgpWords", "connection collision resolution"),
                            QT_TRANSLATE_NOOP("BgpWords", "out of resources"),
                            QT_TRANSLATE_NOOP("BgpWords", "hard reset"),
                            QT_TRANSLATE_NOOP("BgpWords", "BFD down")};
constexpr std::array kRefresh{"", QT_TRANSLATE_NOOP("BgpWords", "invalid message length")};
constexpr std::array kEvents{"",
                             QT_TRANSLATE_NOOP("BgpWords", "Started by hand"),
                             QT_TRANSLATE_NOOP("BgpWords", "Stopped by hand"),
                             QT_TRANSLATE_NOOP("BgpWords", "Started automatically"),
                             QT_TRANSLATE_NOOP("BgpWords", "Started by hand, waiting for the peer"),
                             QT_TRANSLATE_NOOP("BgpWords", "Started automatically, waiting for the peer"),
                             QT_TRANSLATE_NOOP("BgpWords", "Started automatically with damping"),
                             QT_TRANSLATE_NOOP("BgpWords", "Started automatically with damping, waiting for the peer"),
                             QT_TRANSLATE_NOOP("BgpWords", "Stopped automatically"),
                             QT_TRANSLATE_NOOP("BgpWords", "Connect retry timer expired"),
                             QT_TRANSLATE_NOOP("BgpWords", "Hold timer expired"),
                             QT_TRANSLATE_NOOP("BgpWords", "Keepalive timer expired"),
                             QT_TRANSLATE_NOOP("BgpWords", "Delay-open timer expired"),
                             QT_TRANSLATE_NOOP("BgpWords", "Idle hold timer expired"),
                             QT_TRANSLATE_NOOP("BgpWords", "TCP connection is valid"),
                             QT_TRANSLATE_NOOP("BgpWords", "TCP connection request is invalid"),
                             QT_TRANSLATE_NOOP("BgpWords", "TCP connection acknowledged"),
                             QT_TRANSLATE_NOOP("BgpWords", "TCP connection confirmed"),
                             QT_TRANSLATE_NOOP("BgpWords", "TCP connection failed"),
                             QT_TRANSLATE_NOOP("BgpWords", "OPEN message received"),
                             QT_TRANSLATE_NOOP("BgpWords", "OPEN message received while delaying ours"),
                             QT_TRANSLATE_NOOP("BgpWords", "Malformed message header received"),
                             QT_TRANSLATE_NOOP("BgpWords", "Malformed OPEN message received"),
                             QT_TRANSLATE_NOOP("BgpWords", "Lost a connection collision"),
                             QT_TRANSLATE_NOOP("BgpWords", "NOTIFICATION with a version error received"),
                             QT_TRANSLATE_NOOP("BgpWords", "NOTIFICATION received"),
                             QT_TRANSLATE_NOOP("BgpWords", "KEEPALIVE received"),
                             QT_TRANSLATE_NOOP("BgpWords", "UPDATE received"),
                             QT_TRANSLATE_NOOP("BgpWords", "Malformed UPDATE received")};

Words subcodesOf(std::uint8_t code) {
    switch (code) {
    case 1:
        return kHeader;
    case 2:
        return kOpen;
    case 3:
        return kUpdate;
    case 5:
        return kStateMachine;
    case 6:
        return kCease;
    case 7:
        return kRefresh;
    default:
        return {};
    }
}

/// The word at `number`, or nullptr where there is none.
const char* wordAt(Words words, size_t number) {
    return number < words.size() && *words[number] != '\0' ? words[number] : nullptr;
}

} // namespace

QString notificationText(std::uint8_t code, std::uint8_t subcode) {
    const char* main = wordAt(kCodes, code);
    if (main == nullptr) {
        return QCoreApplication::translate("BgpWords", "NOTIFICATION %1/%2").arg(code).arg(subcode);
    }
    if (subcode == 0) {
        return translated(main);
    }
    const char* detail = wordAt(subcodesOf(code), subcode);
    return translated(main) + QStringLiteral(": ") +
           (detail != nullptr ? translated(detail) : QCoreApplication::translate("BgpWords", "subcode %1").arg(subcode));
}

QString fsmEventText(std::uint16_t event) {
    if (event == 0) {
        return {};
    }
    const char* word = wordAt(kEvents, event);
    return word != nullptr ? translated(word) : QCoreApplication::translate("BgpWords", "State machine event %1").arg(event);
}

QString plainText(QByteArrayView text, qsizetype maxLength) {
    // A character takes up to four bytes, so more bytes than that can be left out unseen.
    QString plain = QString::fromUtf8(text.first(std::min(text.size(), maxLength * 4))).left(maxLength);
    for (QChar& character : plain) {
        if (character.category() == QChar::Other_Control || character.category() == QChar::Other_Format ||
            character.category() == QChar::Separator_Line || character.category() == QChar::Separator_Paragraph) {
            character = QLatin1Char(' ');
        }
    }
    return plain.trimmed();
}

} // namespace podleaf::observe
