// SPDX-License-Identifier: GPL-3.0-or-later
// What the canvas says about a state: glyph, words, line and colour role (design §3, §4). Pure
// functions of lab and state; any thread.
#pragma once

#include "lab_facts.h"

#include <core/state/lab_state.h>
#include <ui/theme/glyphs.h>

#include <QString>

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace podleaf::ui {

/// "4 min 12 s", "12 s", "1 h 3 min", "2 d 4 h".
QString durationText(qint64 milliseconds);

/// Dash patterns in px of a 3 px line; empty is solid.
using Dash = std::span<const double>;

/// One speaker's half of a cable.
struct HalfLook {
    Glyph glyph = Glyph::None;
    Role line = Role::Edge;
    Role ground = Role::OffTint; ///< Of the pill.
    Dash dash;
    double width = 1.5;
    QString words; ///< "Established", "Connect, try 2"; empty when there is no session to speak of.
    QString full;  ///< The whole reason as a sentence, for the tool tip.
    qint64 sinceMs = 0;
    bool counts = false; ///< Whether the time since `sinceMs` belongs to the words.
    int received = -1;   ///< Prefixes accepted from the peer; -1 while the session is not Established.
    qint64 seenMs = 0;   ///< When its source was heard last; 0 when there is none that could fall silent.
    bool operator==(const HalfLook& other) const { return glyph == other.glyph && line == other.line && words == other.words; }
};
/// The words with what depends on the clock: "Established 4 min 12 s".
QString wordsAt(const HalfLook& look, qint64 nowMs);
/// The source has been silent for more than 5 s.
bool isSilent(const HalfLook& look, qint64 nowMs);

enum class PortLook { Unknown, Up, NoCarrier, Shut };

struct CableLook {
    std::array<HalfLook, 2> halves;
    std::array<PortLook, 2> ports{};
    bool cut = false;         ///< The user cut it.
    bool carrierLost = false; ///< Two slashes over the tick.
    bool exists = false;
    bool drops = false; ///< All packets of a direction vanish on purpose: scissors.
    QString impairment; ///< What else packets suffer on purpose: "20 ms, 1 %".
    [[nodiscard]] bool agree() const { return halves[0] == halves[1]; }
};
CableLook lookOf(const model::Link& link, const state::LabState& state);

struct PodLook {
    QString name;
    QString address; ///< Empty: no address yet.
    quint16 port = 0;
    Glyph glyph = Glyph::Planned;
    QString full;
};

Glyph glyphOf(const state::PodState& pod);

/// What a host that is ready itself says while some of its pods are not: the worst of their glyphs, how many, and why.
struct PodsLook {
    Glyph glyph = Glyph::Wait;
    QString word;   ///< "1 pod not ready".
    QString reason; ///< Of the first that has one of that glyph; one sentence.
};
/// Of a host's pods as they are observed; nothing when all are ready.
std::optional<PodsLook> podsLookOf(const std::vector<const state::PodState*>& pods);

struct ServiceLook {
    Glyph glyph = Glyph::Planned;
    QString word;
};

/// A caption with its value, on a leaf's faceplate.
struct FactLook {
    QString caption;
    QString value;
    bool mono = false;
    qint64 sinceMs = 0;    ///< The value is the time since then.
    bool withLine = false; ///< Of the last minute, beside the value.
};

/// How far a node has come: all that is drawn of it from far away.
struct PhaseLook {
    Glyph glyph = Glyph::Planned;
    QString word;   ///< "Ready", "DHCP".
    QString reason; ///< Why it is not ready; one sentence.
    bool planned = true;
    bool failed = false;
    int bootPhases = 4; ///< Created, ports, DHCP, BGP; without DHCP where the node has no part in it.
    int bootDone = 0;   ///< How many of them are behind it.
};
PhaseLook phaseLookOf(const LabFacts& lab, const model::Node& node, const state::LabState& state);

struct NodeLook : PhaseLook {
    QString bridge;
    QString bridgeWord; ///< "in BGP".
    Role bridgeRole = Role::Muted;
    std::vector<PodLook> pods;
    std::vector<ServiceLook> services;
    QString footNote; ///< "4 routes".
    QString lease;    ///< The address that a host has by DHCP.
    std::vector<FactLook> facts;
};
NodeLook lookOf(const LabFacts& lab, const model::Node& node, const state::LabState& state);

/// "leaf" or "host": a node's role and the name of its icon.
QString kindWord(model::NodeKind kind);

} // namespace podleaf::ui
