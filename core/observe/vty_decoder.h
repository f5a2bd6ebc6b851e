// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol of FRR's vty sockets and the answers we ask for. Pure but for the bytes of an unfinished
// answer; hostile input ends in a Protocol error. One thread at a time.
//
// A client sends a command and a zero byte; the answer is text (which has no zero bytes) followed by three
// zero bytes and a status byte (lib/command.h's CMD_*: 0 is success).
#pragma once

#include <core/base/ipv4.h>
#include <core/base/result.h>
#include <core/state/observation.h>

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <vector>

namespace podleaf::observe {

/// Longest answer accepted: `show bgp neighbors json` takes 5 kB a neighbour.
inline constexpr qsizetype kMaxVtyAnswerBytes = 16 * 1024 * 1024;

struct VtyAnswer {
    QByteArray text;
    int status = 0;
    bool operator==(const VtyAnswer&) const = default;
};

/// What to send for a command.
QByteArray vtyRequest(QLatin1StringView command);

class VtyDecoder {
public:
    /// Takes the next bytes, in pieces of any size, and returns the answers that are complete.
    /// Errors: Protocol (a lone zero byte, an answer without end); the decoder is of no use after that.
    Result<std::vector<VtyAnswer>> feed(QByteArrayView bytes);

private:
    QByteArray m_buffer;
    bool m_broken = false;
};

/// One neighbour as `show bgp neighbors json` tells of it.
struct BgpNeighbor {
    Ipv4Address peer;
    QString port; ///< The router's own port, of a neighbour that is named by it and has no address.
    state::BgpState state = state::BgpState::Idle;
    bool adminShut = false;
    int established = 0; ///< How often the session came up.
    int dropped = 0;     ///< How often it went down.
    QString lastError;   ///< The last NOTIFICATION in RFC words, else bgpd's own words; empty when none.
    bool operator==(const BgpNeighbor&) const = default;
};

/// The neighbours that are named by an IPv4 address or a port; none when bgpd has no BGP instance yet. Errors: Protocol (not such JSON).
Result<std::vector<BgpNeighbor>> decodeBgpNeighbors(const QByteArray& json);

} // namespace podleaf::observe
