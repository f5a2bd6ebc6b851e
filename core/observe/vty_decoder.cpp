// SPDX-License-Identifier: GPL-3.0-or-later
// Decodes FRR's vty protocol and `show bgp neighbors json`. One thread at a time.
#include "vty_decoder.h"

#include "bgp_words.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

namespace podleaf::observe {

namespace {

constexpr qsizetype kTrailerBytes = 4;
constexpr qsizetype kMaxText = 200;
constexpr qsizetype kMaxPortName = 15; // IFNAMSIZ - 1

Unexpected malformed(const QString& what) {
    return fail(ErrorCode::Protocol, QCoreApplication::translate("Vty", "The answer of bgpd is malformed: %1.").arg(what));
}

QString textOf(const QJsonObject& object, QLatin1StringView key) {
    return plainText(object.value(key).toString().left(kMaxText).toUtf8(), kMaxText);
}

/// lastErrorCodeSubcode is "0602": code and subcode in hexadecimal, of the last NOTIFICATION either way.
QString lastNotification(const QJsonObject& neighbor) {
    const QString number = textOf(neighbor, QLatin1StringView("lastErrorCodeSubcode"));
    bool ok = false;
    const uint value = number.toUInt(&ok, 16);
    if (!ok || value > 0xffff) {
        return {};
    }
    QString words = notificationText(static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value & 0xff));
    const QString reason = textOf(neighbor, QLatin1StringView("lastShutdownDescription"));
    words += reason.isEmpty() ? QString() : QStringLiteral(": ") + reason;
    const QString how = textOf(neighbor, QLatin1StringView("lastResetDueTo"));
    return how.endsWith(QLatin1StringView("send")) ? QCoreApplication::translate("Bmp", "%1 (NOTIFICATION sent)").arg(words)
                                                   : QCoreApplication::translate("Bmp", "%1 (NOTIFICATION received)").arg(words);
}

BgpNeighbor neighborOf(Ipv4Address peer, const QJsonObject& object) {
    BgpNeighbor neighbor;
    neighbor.peer = peer;
    // "Clearing" and "Deleted" are bgpd's own states on the way to Idle.
    neighbor.state = state::parseBgpState(object.value(QLatin1StringView("bgpState")).toString()).value_or(state::BgpState::Idle);
    neighbor.adminShut = object.value(QLatin1StringView("adminShutDown")).toBool();
    neighbor.established = object.value(QLatin1StringView("connectionsEstablished")).toInt();
    neighbor.dropped = object.value(QLatin1StringView("connectionsDropped")).toInt();
    neighbor.lastError = lastNotification(object);
    if (neighbor.lastError.isEmpty()) {
        neighbor.lastError = textOf(object, QLatin1StringView("lastResetDueTo"));
    }
    return neighbor;
}

} // namespace

QByteArray vtyRequest(QLatin1StringView command) {
    return QByteArray(command.data(), command.size()) + '\0';
}

Result<std::vector<VtyAnswer>> VtyDecoder::feed(QByteArrayView bytes) {
    if (m_broken) {
        return malformed(QCoreApplication::translate("Vty", "it was given up before"));
    }
    qsizetype searchFrom = m_buffer.size();
    m_buffer.append(bytes);
    std::vector<VtyAnswer> answers;
    qsizetype at = 0;
    while (true) {
        // What came before this call holds at most the beginning of a trailer: no need to search it again.
        const qsizetype zero = m_buffer.indexOf('\0', std::max(at, searchFrom - kTrailerBytes));
        if (zero < 0 || m_buffer.size() - zero < kTrailerBytes) {
            break;
        }
        if (m_buffer[zero + 1] != '\0' || m_buffer[zero + 2] != '\0') {
            m_broken = true;
            return malformed(QCoreApplication::translate("Vty", "it has a zero byte in its text"));
        }
        answers.push_back(VtyAnswer{m_buffer.sliced(at, zero - at), static_cast<std::uint8_t>(m_buffer[zero + 3])});
        at = zero + kTrailerBytes;
        searchFrom = at;
    }
    m_buffer.remove(0, at);
    if (m_buffer.size() > kMaxVtyAnswerBytes) {
        m_broken = true;
        return malformed(QCoreApplication::translate("Vty", "it does not end"));
    }
    return answers;
}

Result<std::vector<BgpNeighbor>> decodeBgpNeighbors(const QByteArray& json) {
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (!document.isObject()) {
        return malformed(error.errorString());
    }
    const QJsonObject object = document.object();
    std::vector<BgpNeighbor> neighbors;
    for (auto it = object.begin(); it != object.end(); ++it) {
        const auto peer = Ipv4Address::parse(it.key());
        const bool isPort = !peer && it.key().size() <= kMaxPortName && !it.key().contains(QLatin1Char(':'));
        if ((peer || isPort) && it.value().isObject()) {
            neighbors.push_back(neighborOf(peer.value_or(Ipv4Address{}), it.value().toObject()));
            neighbors.back().port = isPort ? it.key() : QString();
        }
    }
    return neighbors;
}

} // namespace podleaf::observe
