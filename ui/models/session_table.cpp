// SPDX-License-Identifier: GPL-3.0-or-later
// SessionTable: see the header.
#include "session_table.h"

#include "words.h"

#include <core/state/neighbour_words.h>
#include <ui/canvas/looks.h>

#include <QCoreApplication>
#include <QHash>

#include <algorithm>

namespace podleaf::ui {

namespace {

using Asns = QHash<NodeId, std::uint32_t>;

Asns asnsOf(const model::Lab& lab) {
    Asns asns;
    asns.reserve(static_cast<qsizetype>(lab.nodes.size()));
    for (const model::Node& node : lab.nodes) {
        asns.insert(node.id, node.asn);
    }
    return asns;
}

/// The neighbour's own view of a session, or nullptr.
const state::SessionState* otherOf(const state::LabState& state, const state::SessionState& session) {
    auto it = state.sessions.lower_bound({session.peerNode, {}});
    while (it != state.sessions.end() && it->first.first == session.peerNode) {
        if (it->second.link == session.link && it->second.peerNode == session.node) {
            return &it->second;
        }
        ++it;
    }
    return nullptr;
}

std::vector<Cell> cellsOf(const model::Lab& lab, const Asns& asns, const state::LabState& state, const state::SessionState& session,
                          qint64 nowMs) {
    const bool up = session.known && session.state == state::BgpState::Established;
    const Word word = wordOf(session, state);
    const auto peer = asns.constFind(session.peerNode);
    const QString why = oneLine(session.reason.isEmpty() ? session.lastError : session.reason);

    std::vector<Cell> cells(SessionTable::ColumnCount);
    cells[SessionTable::Node].text = session.node.name;
    cells[SessionTable::Neighbour] = {.text = state::neighbourWord(lab, session), .font = FontRole::Mono, .second = session.peerNode.name};
    cells[SessionTable::Cable].text = session.link.name;
    cells[SessionTable::As] = {.text = peer != asns.constEnd() ? QString::number(*peer) : QString(), .font = FontRole::Mono};
    cells[SessionTable::State] = {.text = word.text, .glyph = word.glyph, .ink = textRoleOf(word.glyph)};
    if (session.known && session.sinceMs > 0) {
        cells[SessionTable::UpFor].text = durationText(nowMs - session.sinceMs);
        cells[SessionTable::UpFor].ink = up ? Role::Text : Role::Muted;
    }
    cells[SessionTable::Received].text = up ? QString::number(session.received.size()) : QString();
    cells[SessionTable::Received].alignRight = true;
    const state::SessionState* other = up ? otherOf(state, session) : nullptr;
    const bool otherUp = other != nullptr && other->state == state::BgpState::Established;
    cells[SessionTable::Sent].text = otherUp ? QString::number(other->received.size()) : QString();
    cells[SessionTable::Sent].toolTip = SessionTable::tr("What the neighbour says that it has accepted.");
    cells[SessionTable::Sent].alignRight = true;
    cells[SessionTable::Flaps].text = QString::number(session.flaps);
    cells[SessionTable::Flaps].alignRight = true;
    cells[SessionTable::LastError] = {.text = why, .ink = up ? Role::Muted : Role::Text};
    return cells;
}

} // namespace

SessionTable::SessionTable(QObject* parent)
    : KeyedTable({tr("Node"), tr("Neighbour"), tr("Cable"), tr("AS"), tr("State"), tr("Up for"), tr("Received"), tr("Sent"), tr("Flaps"),
                  tr("Last error")},
                 parent) {}

void SessionTable::show(const model::Lab& lab, const state::LabState& state, qint64 nowMs) {
    const Asns asns = asnsOf(lab);
    std::vector<Row> rows;
    rows.reserve(state.sessions.size());
    for (const auto& [key, session] : state.sessions) {
        rows.push_back({key, cellsOf(lab, asns, state, session, nowMs)});
    }
    setRows(std::move(rows));
}

void SessionTable::showChanges(const model::Lab& lab, const state::LabState& state, const std::set<state::SessionKey>& changed,
                               qint64 nowMs) {
    const bool sameRows = static_cast<std::size_t>(rowCount()) == state.sessions.size();
    if (!sameRows || 2 * changed.size() > state.sessions.size()) {
        return show(lab, state, nowMs);
    }
    std::set<state::SessionKey> rows = changed;
    for (const state::SessionKey& key : changed) {
        const auto session = state.sessions.find(key);
        const state::SessionState* other = session == state.sessions.end() ? nullptr : otherOf(state, session->second);
        if (other != nullptr) { // It shows what this one has accepted.
            rows.insert({other->node, other->peer});
        }
    }
    const Asns asns = asnsOf(lab);
    for (const state::SessionKey& key : rows) {
        const auto session = state.sessions.find(key);
        if (session == state.sessions.end() || !setCells(key, cellsOf(lab, asns, state, session->second, nowMs))) {
            return show(lab, state, nowMs);
        }
    }
}

} // namespace podleaf::ui
