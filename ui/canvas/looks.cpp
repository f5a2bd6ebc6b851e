// SPDX-License-Identifier: GPL-3.0-or-later
// Cables: from the sessions of both speakers and the carrier of both ports to lines, glyphs and words.
// Pure; any thread.
#include "looks.h"

#include "canvas_text.h"

#include <core/state/fault_words.h>

#include <algorithm>
#include <array>

namespace podleaf::ui {

namespace {

constexpr std::array kDashOpen{10.0, 4.0};
constexpr std::array kDashTrying{4.0, 4.0};
constexpr std::array kDashIdle{1.5, 4.5};
constexpr std::array kDashBad{2.5, 3.5};
constexpr double kSessionWidth = 3;
constexpr qint64 kSilentMs = 5000;

void draw(HalfLook& look, Glyph glyph, Role ground, Dash dash) {
    look.glyph = glyph;
    look.line = colorRoleOf(glyph);
    look.ground = ground;
    look.dash = dash;
    look.width = kSessionWidth;
}

/// A clause of a sentence: what stands before the first full stop or colon.
QString firstClause(const QString& sentence) {
    const qsizetype end = sentence.indexOf(QLatin1String(". "));
    QString out = end < 0 ? sentence : sentence.left(end);
    while (out.endsWith(QLatin1Char('.'))) {
        out.chop(1);
    }
    return out;
}

/// Idle has three faces: shut by the user, after an error, and just idle.
void drawIdle(HalfLook& look, const state::SessionState& session, const QString& fault) {
    if (session.adminShut) {
        draw(look, Glyph::Shut, Role::OffTint, kDashIdle);
        look.words = CanvasText::tr("Shut by user");
    } else if (!fault.isEmpty()) {
        draw(look, Glyph::Bad, Role::BadTint, kDashBad);
        look.words = fault;
    } else {
        draw(look, Glyph::Idle, Role::OffTint, kDashIdle);
        look.words = CanvasText::tr("Idle");
    }
}

void drawSession(HalfLook& look, const state::SessionState& session, const QString& fault) {
    using state::BgpState;
    switch (session.state) {
    case BgpState::Established:
        draw(look, Glyph::Ok, Role::OkTint, {});
        look.words = CanvasText::tr("Established");
        look.counts = true;
        return;
    case BgpState::OpenSent:
    case BgpState::OpenConfirm:
        draw(look, Glyph::Wait, Role::WaitTint, kDashOpen);
        look.words = toString(session.state) + QChar(0x2026);
        return;
    case BgpState::Connect:
        draw(look, Glyph::Connect, Role::WaitTint, kDashTrying);
        look.words = session.connectTries > 0 ? CanvasText::tr("Connect, try %1").arg(session.connectTries) : CanvasText::tr("Connect");
        return;
    case BgpState::Active:
        draw(look, Glyph::Warn, Role::WarnTint, kDashTrying);
        look.words = CanvasText::tr("Active, no answer for");
        look.counts = true;
        return;
    case BgpState::Idle:
        return drawIdle(look, session, fault);
    }
}

/// What happened to this speaker itself, in few words: its bgpd died, or the last error of the session.
QString faultOf(const state::SessionState& session, const state::NodeState* node) {
    if (node != nullptr) {
        const auto bgpd = node->processes.find(QStringLiteral("bgpd"));
        if (bgpd != node->processes.end() && !bgpd->second.running) {
            return CanvasText::tr("bgpd is not running");
        }
    }
    return firstClause(session.lastError);
}

HalfLook halfLookOf(const model::Link& link, std::size_t end, const state::LabState& state) {
    HalfLook look;
    const state::NodeState* node = state.findNode(link.ends[end].node);
    const state::SessionState* session = state.findSession(link.ends[end].node, link.addresses[1 - end]);
    if (!state.running || node == nullptr || !node->exists || session == nullptr) {
        return look;
    }
    const QString fault = faultOf(*session, node);
    if (!session->known && !session->configured && fault.isEmpty()) {
        return look; // No session to speak of yet.
    }
    drawSession(look, *session, fault);
    look.full = session->reason;
    look.received = session->state == state::BgpState::Established ? static_cast<int>(session->received.size()) : -1;
    look.sinceMs = session->sinceMs;
    // A quiet session with a live source does not fade: only a source that is gone has fallen silent.
    if (session->state == state::BgpState::Established && !node->bmpConnected) {
        look.seenMs = node->bmpLastSeenMs;
    }
    return look;
}

/// "20 ms, 1 %, 1 Mbit/s"; empty when there is none. Dropping everything is the scissors' to say.
QString impairmentWords(const model::Impairment& impairment) {
    QStringList parts;
    if (impairment.delayMicroseconds > 0) {
        parts += CanvasText::tr("%1 ms").arg(QString::number(impairment.delayMicroseconds / 1000.0, 'g', 4));
    }
    if (impairment.loss > 0 && !impairment.blocks()) {
        parts += CanvasText::tr("%1 %").arg(state::percentText(impairment.loss));
    }
    if (impairment.rateKbit > 0) {
        parts += state::rateText(impairment.rateKbit);
    }
    return parts.join(QLatin1String(", "));
}

/// Both directions alike: one setting; else each with the end that sends.
void addImpairments(CableLook& look, const model::Link& link, const model::CableImpairments& impairments) {
    look.drops = impairments[0].blocks() || impairments[1].blocks();
    const std::array words{impairmentWords(impairments[0]), impairmentWords(impairments[1])};
    if (words[0] == words[1]) {
        look.impairment = words[0];
        return;
    }
    QStringList parts;
    for (const std::size_t sender : {std::size_t(0), std::size_t(1)}) {
        if (!words.at(sender).isEmpty()) {
            parts += CanvasText::tr("%1: %2").arg(link.ends[sender].node.name, words.at(sender));
        }
    }
    look.impairment = parts.join(QLatin1String("; "));
}

PortLook portLookOf(const model::Endpoint& end, const state::LabState& state) {
    const state::NodeState* node = state.findNode(end.node);
    if (!state.running || node == nullptr || !node->exists) {
        return PortLook::Unknown;
    }
    const auto port = node->interfaces.find(end.port);
    if (port == node->interfaces.end()) {
        return PortLook::Unknown;
    }
    if (!port->second.adminUp) {
        return PortLook::Shut;
    }
    return port->second.carrier ? PortLook::Up : PortLook::NoCarrier;
}

} // namespace

QString durationText(qint64 milliseconds) {
    const qint64 seconds = std::max<qint64>(0, milliseconds) / 1000;
    const qint64 minutes = seconds / 60;
    const qint64 hours = minutes / 60;
    if (hours >= 24) {
        return CanvasText::tr("%1 d %2 h").arg(hours / 24).arg(hours % 24);
    }
    if (hours > 0) {
        return CanvasText::tr("%1 h %2 min").arg(hours).arg(minutes % 60);
    }
    if (minutes > 0) {
        return CanvasText::tr("%1 min %2 s").arg(minutes).arg(seconds % 60);
    }
    return CanvasText::tr("%1 s").arg(seconds);
}

bool isSilent(const HalfLook& look, qint64 nowMs) {
    return look.seenMs > 0 && nowMs - look.seenMs > kSilentMs;
}

QString wordsAt(const HalfLook& look, qint64 nowMs) {
    if (isSilent(look, nowMs)) {
        return CanvasText::tr("seen %1 ago").arg(durationText(nowMs - look.seenMs));
    }
    if (!look.counts || look.sinceMs <= 0) {
        return look.words;
    }
    return look.words + QLatin1Char(' ') + durationText(nowMs - look.sinceMs);
}

CableLook lookOf(const model::Link& link, const state::LabState& state) {
    CableLook look;
    for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
        look.halves[end] = halfLookOf(link, end, state);
        look.ports[end] = portLookOf(link.ends[end], state);
        look.carrierLost = look.carrierLost || look.ports[end] == PortLook::NoCarrier;
    }
    const auto cable = state.links.find(link.id);
    if (cable != state.links.end() && state.running) {
        look.exists = cable->second.exists;
        look.cut = !cable->second.adminUp;
        addImpairments(look, link, cable->second.impairments);
        // A cut is no carrier at both ends, whichever way the engine brings it about.
        for (PortLook& port : look.ports) {
            port = look.cut && port != PortLook::Unknown ? PortLook::NoCarrier : port;
        }
    }
    look.carrierLost = look.carrierLost || look.cut;
    return look;
}

} // namespace podleaf::ui
