// SPDX-License-Identifier: GPL-3.0-or-later
// LabState and results as JSON (the contract of `--json`) and as text for a terminal. Pure; any thread.
#pragma once

#include <core/plan/plan.h>
#include <core/state/convergence_record.h>
#include <core/state/state_store.h>
#include <core/verify/results.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <utility>

namespace podleaf::cli {

/// "2026-01-31T12:00:00.123Z".
QString timestamp(qint64 unixMs);

QJsonObject nodeJson(const model::Lab& lab, const state::NodeState& node);
QJsonObject linkJson(const model::Lab& lab, const model::Link& link, const state::LabState& state);
/// The directions that suffer anything.
QJsonArray impairmentsJson(const std::array<model::Endpoint, 2>& ends, const model::CableImpairments& impairments);
QJsonObject sessionJson(const model::Lab& lab, const state::SessionState& session, qint64 nowMs);
QJsonObject routeJson(const model::Lab& lab, const NodeId& node, const state::RouteState& route);
QJsonObject podJson(const state::PodState& pod);
QJsonObject legJson(const verify::LegResult& leg);
QJsonArray mismatchesJson(const std::vector<verify::Mismatch>& mismatches);

/// Takes a text piece by piece: that of a large lab is longer than one would hold in memory.
using TextSink = std::function<void(const QString& piece)>;

/// Hands a long text on in pieces of tens of kilobytes.
class TextPieces {
public:
    explicit TextPieces(const TextSink& out) : m_out(out) {}
    void add(const QString& text) {
        m_piece += text;
        if (m_piece.size() > kPiece) {
            finish();
        }
    }
    /// What is left.
    void finish() { m_out(std::exchange(m_piece, {})); }

private:
    static constexpr qsizetype kPiece = 1 << 16; ///< Characters.
    const TextSink& m_out;
    QString m_piece;
};

/// `status --json`, one object without a line's end. `silent` are the nodes that did not answer.
void statusJson(const model::Lab& lab, const state::LabState& state, const std::vector<verify::Mismatch>& mismatches,
                const QStringList& silent, qint64 nowMs, const TextSink& out);
/// "down", "starting", "up" (all as intended) or "degraded".
QString phaseOf(const state::LabState& state, const std::vector<verify::Mismatch>& mismatches);

void statusText(const model::Lab& lab, const state::LabState& state, const std::vector<verify::Mismatch>& mismatches, qint64 nowMs,
                const TextSink& out);
QString testText(const verify::TestReport& report);
QString mismatchesText(const std::vector<verify::Mismatch>& mismatches);
/// Rows as columns, each as wide as its widest cell.
QString table(const QList<QStringList>& rows);
/// How wide its widest cell makes each column; `widths` are those of the rows before.
void widen(QList<qsizetype>& widths, const QStringList& row);
/// A line of a table with columns so wide.
QString tableLine(const QStringList& row, const QList<qsizetype>& widths);
/// "4 min 12 s", "0.3 s".
QString durationText(qint64 ms);

/// A plan before it runs: steps with where and why.
QJsonObject planJson(const plan::Plan& plan);
QString planText(const plan::Plan& plan);

/// How the fabric took one event; `type` convergence of `watch --json`.
QJsonObject convergenceJson(const state::ConvergenceRecord& record);
QString convergenceText(const state::ConvergenceRecord& record);
/// `body` as a line of `watch --json`.
QJsonObject withHead(qint64 atMs, const QString& type, const QJsonObject& body);

/// What one delta changed, one object per line of `watch --json`.
QList<QJsonObject> watchObjects(const model::Lab& lab, const state::LabState& state, const state::Delta& delta, qint64 nowMs);

} // namespace podleaf::cli
