// SPDX-License-Identifier: GPL-3.0-or-later
// Words: see the header.
#include "words.h"

#include "seen_legs.h"

#include <core/model/node_kinds.h>
#include <ui/canvas/looks.h>

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>

namespace podleaf::ui {

namespace {
QString tr(const char* text) {
    return QCoreApplication::translate("Words", text);
}

bool isDigit(QChar c) {
    return c >= QLatin1Char('0') && c <= QLatin1Char('9');
}

/// The digits, or all up to the next digit, from a place on.
QStringView partAt(const QString& text, qsizetype from) {
    const bool digits = isDigit(text[from]);
    const auto end = std::find_if(text.begin() + from, text.end(), [digits](QChar c) { return isDigit(c) != digits; });
    return QStringView(text).mid(from, end - text.begin() - from);
}

QStringView withoutZeros(QStringView digits) {
    while (digits.size() > 1 && digits.front() == QLatin1Char('0')) {
        digits = digits.mid(1);
    }
    return digits;
}
} // namespace

Word wordOf(const state::NodeState& node, model::NodeKind kind) {
    switch (node.phase) {
    case state::NodePhase::Planned:
        return {Glyph::Planned, tr("Planned")};
    case state::NodePhase::Created:
        return {Glyph::Wait, tr("Created")};
    case state::NodePhase::Ports:
        return {Glyph::Wait, tr("Ports")};
    case state::NodePhase::Dhcp: // Reached by spines and routers as well, which have no part in it.
        return {Glyph::Wait, model::infoOf(kind).dhcp == model::DhcpRole::None ? tr("Ports") : tr("DHCP")};
    case state::NodePhase::Bgp:
        return {Glyph::Wait, tr("BGP")};
    case state::NodePhase::Ready:
        return {Glyph::Ok, kind != model::NodeKind::Host ? tr("Running") : tr("Ready")};
    case state::NodePhase::Failed:
        return {Glyph::Bad, tr("Failed")};
    case state::NodePhase::Stopped:
        return {Glyph::Shut, tr("Stopped")};
    }
    return {};
}

Word wordOf(const state::SessionState& session) {
    if (!session.known) {
        return {Glyph::Planned, tr("Not seen yet")};
    }
    if (session.adminShut) {
        return {Glyph::Shut, tr("Shut by user")};
    }
    if (!session.configured && session.state != state::BgpState::Established) {
        return {Glyph::Planned, tr("Not configured")};
    }
    switch (session.state) {
    case state::BgpState::Established:
        return {Glyph::Ok, tr("Established")};
    case state::BgpState::OpenSent:
        return {Glyph::Wait, tr("OpenSent")};
    case state::BgpState::OpenConfirm:
        return {Glyph::Wait, tr("OpenConfirm")};
    case state::BgpState::Connect:
        return {Glyph::Connect, session.connectTries > 0 ? tr("Connect, try %1").arg(session.connectTries) : tr("Connect")};
    case state::BgpState::Active:
        return {Glyph::Warn, tr("Active")};
    case state::BgpState::Idle:
        return {session.lastError.isEmpty() ? Glyph::Idle : Glyph::Bad, tr("Idle")};
    }
    return {};
}

Word wordOf(const state::SessionState& session, const state::LabState& lab) {
    if (const state::NodeState* node = lab.findNode(session.node); node != nullptr && !session.known) {
        const auto bgpd = node->processes.find(QStringLiteral("bgpd"));
        if (bgpd != node->processes.end() && !bgpd->second.running) {
            return {Glyph::Bad, tr("bgpd is not running")};
        }
    }
    return wordOf(session);
}

Word wordOf(const state::PodState& pod) {
    if (!pod.exists) {
        return {Glyph::Planned, tr("Planned")};
    }
    return {glyphOf(pod), pod.paused ? tr("Paused") : pod.ready ? tr("Running") : tr("Not ready")};
}

Word wordOf(const state::LinkState& link) {
    if (!link.exists) {
        return {Glyph::Planned, tr("Planned")};
    }
    if (!link.adminUp) {
        return {Glyph::Shut, tr("Cut")};
    }
    if (!link.carrier) {
        return {Glyph::Bad, tr("No carrier")};
    }
    const auto& [fromA, fromB] = link.impairments;
    if (fromA.isNone() && fromB.isNone()) {
        return {Glyph::Ok, tr("Joined")};
    }
    return {Glyph::Warn, fromA.blocks() || fromB.blocks() ? tr("Drops packets") : tr("Impaired")};
}

Word wordOf(const state::ProcessState& process) {
    if (process.running) {
        return process.paused ? Word{Glyph::Warn, tr("Paused")} : Word{Glyph::Ok, tr("Running")};
    }
    if (process.stopped) {
        return {Glyph::Bad, tr("Stopped")};
    }
    if (process.signal != 0) {
        return {Glyph::Bad, tr("Killed by signal %1").arg(process.signal)};
    }
    return {Glyph::Bad, tr("Ended with %1").arg(process.exitCode)};
}

Word wordOf(const verify::LegResult& leg) {
    return leg.ok              ? Word{Glyph::Ok, tr("Allowed")}
           : leg.answeredWrong ? Word{Glyph::Bad, tr("Not as wanted")}
                               : Word{Glyph::Bad, tr("Not answered")};
}

Word wordOf(const state::TestLegSeen& leg) {
    return wordOf(legOf(leg));
}

QString duration(std::chrono::milliseconds time) {
    const qint64 ms = time.count();
    if (ms < 10'000) {
        return tr("%1 s").arg(static_cast<double>(ms) / 1000.0, 0, 'f', ms < 1000 ? 2 : 1);
    }
    const qint64 seconds = ms / 1000;
    if (seconds < 60) {
        return tr("%1 s").arg(seconds);
    }
    if (seconds < 3600) {
        return tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    }
    return tr("%1 h %2 min").arg(seconds / 3600).arg(seconds % 3600 / 60);
}

QString latency(double ms) {
    if (ms >= 1000) {
        return tr("%1 s").arg(ms / 1000, 0, 'f', ms >= 9950 ? 0 : 1);
    }
    return tr("%1 ms").arg(ms, 0, 'f', ms < 9.95 ? 1 : 0);
}

QString cpuWords(double cores) {
    return tr("%1 %").arg(qRound(100 * cores));
}

QString memoryWords(std::uint64_t bytes) {
    const double megabytes = static_cast<double>(bytes) / (1024 * 1024);
    if (megabytes >= 1023.5) {
        const double gigabytes = megabytes / 1024;
        return tr("%1 GB").arg(gigabytes, 0, 'f', gigabytes < 99.95 ? 1 : 0);
    }
    return tr("%1 MB").arg(megabytes, 0, 'f', megabytes < 9.95 ? 1 : 0);
}

QString clockTime(qint64 unixMs) {
    return QDateTime::fromMSecsSinceEpoch(unixMs).time().toString(QStringLiteral("HH:mm:ss.zzz"));
}

bool isBefore(const QString& one, const QString& other) {
    qsizetype a = 0;
    qsizetype b = 0;
    while (a < one.size() && b < other.size()) {
        const QStringView first = partAt(one, a);
        const QStringView second = partAt(other, b);
        const bool numbers = isDigit(first.front()) && isDigit(second.front());
        const QStringView left = numbers ? withoutZeros(first) : first;
        const QStringView right = numbers ? withoutZeros(second) : second;
        if (numbers && left.size() != right.size()) {
            return left.size() < right.size();
        }
        if (const int order = left.compare(right); order != 0) {
            return order < 0;
        }
        a += first.size();
        b += second.size();
    }
    const qsizetype restOfOne = one.size() - a;
    const qsizetype restOfOther = other.size() - b;
    return restOfOne != restOfOther ? restOfOne < restOfOther : one < other; // p01 and p1 are two, in an order that holds.
}

QString oneLine(const QString& text, qsizetype max) {
    QString line = text.left(max + 1).simplified();
    line.removeIf([](QChar c) { return !c.isPrint(); });
    if (text.size() > max) {
        line = line.left(max) + QChar(0x2026);
    }
    return line;
}

} // namespace podleaf::ui
