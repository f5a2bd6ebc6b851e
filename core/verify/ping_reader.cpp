// SPDX-License-Identifier: GPL-3.0-or-later
// iputils-ping has no machine format; with -n, -D and -O its lines are these (ping_common.c, ping.c):
//   [1700000000.123456] 64 bytes from 10.20.1.10: icmp_seq=7 ttl=62 time=0.1 ms
//   [1700000000.123456] no answer yet for icmp_seq=8
//   [1700000000.123456] From 172.16.0.1 icmp_seq=9 Destination Net Unreachable
// Anything else is passed over.
#include "ping_reader.h"

#include <algorithm>
#include <utility>

namespace podleaf::verify {

namespace {

constexpr qsizetype kMaxLineBytes = 4096;
constexpr std::size_t kSilentProbes = 3;

/// "[seconds.microseconds] rest": the time in milliseconds, and what follows; nullopt for any other line.
std::optional<qint64> takeStamp(QByteArrayView& line) {
    const qsizetype end = line.indexOf(']');
    const qsizetype point = line.indexOf('.');
    if (!line.startsWith('[') || point < 2 || point > 12 || end != point + 7) { // 12: no overflow below
        return std::nullopt;
    }
    bool isNumber[2] = {};
    const qint64 seconds = line.sliced(1, point - 1).toByteArray().toLongLong(&isNumber[0]);
    const qint64 micros = line.sliced(point + 1, 6).toByteArray().toLongLong(&isNumber[1]);
    line = line.sliced(end + 1);
    return isNumber[0] && isNumber[1] ? std::optional(seconds * 1000 + micros / 1000) : std::nullopt;
}

int sequenceOf(QByteArrayView line) {
    constexpr QByteArrayView kMark("icmp_seq=");
    const qsizetype at = line.indexOf(kMark);
    const QByteArrayView rest = at < 0 ? QByteArrayView() : line.sliced(at + kMark.size());
    const auto digits = std::ranges::find_if_not(rest, [](char c) { return c >= '0' && c <= '9'; }) - rest.begin();
    return rest.first(std::min<qsizetype>(digits, 9)).toByteArray().toInt();
}

/// The address that `leg` is asked from: the pod's, the host's loopback or its first port.
QString sourceOf(const model::Lab& lab, const intent::Leg& leg) {
    for (const model::Pod& pod : lab.pods()) {
        if (pod.name == leg.fromPod) {
            return pod.address.toString();
        }
    }
    const model::Node* node = lab.findNode(leg.fromNode);
    if (node != nullptr && node->loopback) {
        return node->loopback->toString();
    }
    const auto links = lab.linksOf(leg.fromNode);
    return links.empty() ? QString()
                         : links.front()->addresses[static_cast<std::size_t>(model::endAt(*links.front(), leg.fromNode))].toString();
}

} // namespace

channel::Command pingCommand(const model::Lab& lab, const intent::Leg& leg, std::chrono::milliseconds interval) {
    channel::Command command;
    command.argv = {QStringLiteral("ping"), QStringLiteral("-n"), QStringLiteral("-D"),
                    QStringLiteral("-O"),   QStringLiteral("-i"), QString::number(static_cast<double>(interval.count()) / 1000, 'f', 3)};
    if (const QString source = sourceOf(lab, leg); !source.isEmpty()) {
        command.argv += {QStringLiteral("-I"), source};
    }
    command.argv += leg.to.toString();
    return command;
}

std::vector<PingTurn> PingReader::feed(QByteArrayView bytes) {
    std::vector<PingTurn> turns;
    m_rest.append(bytes);
    qsizetype begin = 0;
    for (qsizetype end = 0; (end = m_rest.indexOf('\n', begin)) >= 0; begin = end + 1) {
        const bool isTail = std::exchange(m_skips, false);
        if (!isTail && end - begin <= kMaxLineBytes) {
            readLine(QByteArrayView(m_rest).sliced(begin, end - begin), turns);
        }
    }
    m_rest.remove(0, begin);
    if (m_rest.size() > kMaxLineBytes) {
        m_rest.clear();
        m_skips = true;
    }
    return turns;
}

void PingReader::readLine(QByteArrayView line, std::vector<PingTurn>& turns) {
    const std::optional<qint64> at = takeStamp(line);
    if (!at) {
        return;
    }
    const int sequence = sequenceOf(line);
    if (line.contains(" bytes from ")) {
        std::erase_if(m_missing, [sequence](const Missing& each) { return each.sequence >= sequence; });
        if (!m_missing.empty()) {
            turn(false, m_missing.front().atMs, turns);
        }
        m_missing.clear();
        turn(true, *at, turns);
        return;
    }
    if (line.startsWith(" From ")) {
        turn(false, m_missing.empty() ? *at : m_missing.front().atMs, turns);
    } else if (line.startsWith(" no answer yet for ")) {
        m_missing.push_back({sequence, *at});
        if (m_missing.size() >= kSilentProbes) {
            turn(false, m_missing.front().atMs, turns);
            m_missing.resize(1); // the first is all that is needed of a long silence
        }
    }
}

void PingReader::turn(bool answered, qint64 atMs, std::vector<PingTurn>& turns) {
    if (m_answered != answered) {
        m_answered = answered;
        turns.push_back({answered, atMs});
    }
}

} // namespace podleaf::verify
