// SPDX-License-Identifier: GPL-3.0-or-later
// The words for BGP's numbers, for people: NOTIFICATION codes and events of the state machine. Any thread.
#pragma once

#include <QByteArrayView>
#include <QString>

#include <cstdint>

namespace podleaf::observe {

/// A NOTIFICATION's meaning, such as "Hold timer expired" or "Cease: administrative shutdown"
/// (RFC 4271 §4.5, RFC 4486 §3, RFC 8538 §3, RFC 9384). Numbers nobody has named stay numbers.
QString notificationText(std::uint8_t code, std::uint8_t subcode);

/// An event of the BGP state machine (RFC 4271 §8.1); empty for 0, which routers send for "none".
QString fsmEventText(std::uint16_t event);

/// Text of a peer, made fit to show: UTF-8 decoded, control characters replaced by blanks, at most
/// `maxLength` characters.
QString plainText(QByteArrayView text, qsizetype maxLength);

} // namespace podleaf::observe
