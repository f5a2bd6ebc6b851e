// SPDX-License-Identifier: GPL-3.0-or-later
#include "render.h"

#include "render_cluster.h"

#include <core/model/node_kinds.h>
#include <core/state/fault_words.h>
#include <core/state/neighbour_words.h>

#include <QCoreApplication>
#include <QMap>
#include <QStringList>

#include <algorithm>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

QString nodeWord(const state::NodeState& node) {
    switch (node.phase) {
    case state::NodePhase::Planned:
        return tr("planned");
    case state::NodePhase::Created:
        return tr("created");
    case state::NodePhase::Ports:
        return tr("waits for DHCP");
    case state::NodePhase::Dhcp:
        return tr("waits for BGP");
    case state::NodePhase::Bgp:
        return tr("degraded");
    case state::NodePhase::Ready:
        return tr("ready");
    case state::NodePhase::Failed:
        return tr("failed");
    case state::NodePhase::Stopped:
        return tr("stopped");
    }
    return {};
}

QStringList addressesOf(const state::NodeState& node) {
    QStringList texts;
    for (const auto& [name, interface] : node.interfaces) {
        for (const Ipv4Prefix& address : interface.addresses) {
            if (name != QLatin1String("lo") || address.length == 32) {
                texts.append(name + QLatin1Char(' ') + address.toString());
            }
        }
    }
    return texts;
}

QString linkWord(const state::LinkState& link) {
    if (!link.adminUp) {
        return tr("cut");
    }
    if (!link.carrier) {
        return tr("no carrier");
    }
    const auto& [fromA, fromB] = link.impairments;
    return fromA.blocks() || fromB.blocks() ? tr("drops packets") : fromA.isNone() && fromB.isNone() ? tr("carrier") : tr("impaired");
}

/// One line per direction of a cable that is impaired.
QString impairmentsText(const model::Lab& lab, const state::LabState& state) {
    QString text;
    for (const model::Link& link : lab.links) {
        const model::CableImpairments& impairments = state.links.at(link.id).impairments;
        for (std::size_t sender = 0; sender < impairments.size(); ++sender) {
            const QString sentence = state::impairmentSentence(link, sender, impairments[sender]);
            text += sentence.isEmpty() ? sentence : QString(QStringLiteral("  ") + sentence + QLatin1Char('\n'));
        }
    }
    return text;
}

/// What the services that are dead logged last.
QString lastWordsText(const state::LabState& state) {
    QString text;
    const auto add = [&text](const QString& service, const QString& where, const QString& lines) {
        if (!lines.isEmpty()) {
            text += tr("\nThe last words of %1 on %2:\n").arg(service, where);
            for (const QString& line : lines.split(QLatin1Char('\n'))) {
                text += QStringLiteral("  ") + line + QLatin1Char('\n');
            }
        }
    };
    for (const auto& [id, node] : state.nodes) {
        for (const auto& [service, process] : node.processes) {
            add(service, id.name, process.running ? QString() : process.lastLogLines);
        }
    }
    for (const auto& [name, pod] : state.pods) {
        add(QStringLiteral("nginx"), name, pod.ready ? QString() : pod.lastLogLines);
    }
    return text;
}

QString kindWord(plan::StepKind kind) {
    switch (kind) {
    case plan::StepKind::Create:
        return tr("create");
    case plan::StepKind::Change:
        return tr("change");
    case plan::StepKind::Remove:
        return tr("remove");
    case plan::StepKind::Check:
        return tr("check");
    }
    return {};
}

} // namespace

void widen(QList<qsizetype>& widths, const QStringList& row) {
    for (qsizetype i = 0; i < row.size(); ++i) {
        if (widths.size() <= i) {
            widths.append(0);
        }
        widths[i] = std::max(widths[i], row[i].size());
    }
}

QString tableLine(const QStringList& row, const QList<qsizetype>& widths) {
    qsizetype last = row.size() - 1;
    while (last > 0 && row[last].isEmpty()) {
        --last;
    }
    QString text = QStringLiteral("  ");
    for (qsizetype i = 0; i < last; ++i) {
        text += row[i].leftJustified(widths[i]) + QLatin1String("  ");
    }
    return text + (last < 0 ? QString() : row[last]) + QLatin1Char('\n');
}

QString table(const QList<QStringList>& rows) {
    QList<qsizetype> widths;
    for (const QStringList& row : rows) {
        widen(widths, row);
    }
    QString text;
    for (const QStringList& row : rows) {
        text += tableLine(row, widths);
    }
    return text;
}

QString durationText(qint64 ms) {
    if (ms < 10'000) {
        return QStringLiteral("%1 s").arg(static_cast<double>(ms) / 1000.0, 0, 'f', 1);
    }
    const qint64 seconds = ms / 1000;
    if (seconds < 60) {
        return QStringLiteral("%1 s").arg(seconds);
    }
    if (seconds < 3600) {
        return QStringLiteral("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    }
    return QStringLiteral("%1 h %2 min").arg(seconds / 3600).arg(seconds % 3600 / 60);
}

QString mismatchesText(const std::vector<verify::Mismatch>& mismatches) {
    QString text;
    for (const verify::Mismatch& mismatch : mismatches) {
        text += QStringLiteral("  ✘ ") + mismatch.what;
        if (!mismatch.cause.isEmpty()) {
            text += QLatin1Char(' ') + mismatch.cause;
        }
        text += QLatin1Char('\n');
    }
    return text;
}

namespace {

/// Calls `visit` with the cells of each BGP route, node by node. Most lead as the one before.
template <class Visit>
void visitRoutes(const model::Lab& lab, const state::LabState& state, Visit visit) {
    for (const model::Node& planned : lab.nodes) {
        state::NextHops last;
        QString via;
        for (const auto& [key, route] : state.nodes.at(planned.id).routes) {
            if (route.protocol != QLatin1String("bgp")) {
                continue;
            }
            if (route.nextHops != last) {
                last = route.nextHops;
                QStringList hops;
                for (const state::NextHop& hop : last) {
                    hops.append(state::hopWord(lab, route.protocol, hop));
                }
                via = hops.join(QStringLiteral(", "));
            }
            visit(QStringList{route.prefix.toString(), planned.id.name, via});
        }
    }
}

/// Looks at all of them twice: a large lab has a million, which are not kept as text.
void writeRoutes(const model::Lab& lab, const state::LabState& state, const TextSink& out) {
    const QStringList head{tr("ROUTE"), tr("NODE"), tr("VIA")};
    QList<qsizetype> widths;
    widen(widths, head);
    visitRoutes(lab, state, [&widths](const QStringList& row) { widen(widths, row); });
    TextPieces pieces(out);
    pieces.add(tableLine(head, widths));
    visitRoutes(lab, state, [&](const QStringList& row) { pieces.add(tableLine(row, widths)); });
    pieces.finish();
}

} // namespace

void statusText(const model::Lab& lab, const state::LabState& state, const std::vector<verify::Mismatch>& mismatches, qint64 nowMs,
                const TextSink& out) {
    QString text = tr("%1: %2\n").arg(lab.id.name, phaseOf(state, mismatches));
    if (lab.engine == model::EngineKind::Simulated) {
        text += tr("This lab is simulated: nothing of it runs.\n");
    }
    if (!state.running) {
        out(text + tr("This lab is not running. Start it with: podleaf up %1\n").arg(lab.id.name));
        return;
    }
    QList<QStringList> rows{{tr("NODE"), tr("KIND"), tr("STATE"), tr("AS"), tr("ADDRESSES")}};
    for (const model::Node& planned : lab.nodes) {
        const state::NodeState& node = state.nodes.at(planned.id);
        rows.append({planned.id.name, model::infoOf(planned.kind).word, nodeWord(node), QString::number(planned.asn),
                     addressesOf(node).join(QStringLiteral(", "))});
    }
    text += QLatin1Char('\n') + table(rows);
    rows = {{tr("CABLE"), tr("ENDS"), tr("STATE")}};
    for (const model::Link& link : lab.links) {
        const state::LinkState& seen = state.links.at(link.id);
        rows.append({link.id.name, link.ends[0].toString() + QStringLiteral(" – ") + link.ends[1].toString(), linkWord(seen)});
    }
    text += QLatin1Char('\n') + table(rows) + impairmentsText(lab, state);
    rows = {{tr("SESSION"), tr("STATE"), tr("PREFIXES"), tr("SINCE OR WHY NOT")}};
    for (const auto& [key, session] : state.sessions) {
        const bool up = session.state == state::BgpState::Established;
        rows.append({tr("%1 → %2 (%3)").arg(session.node.name, session.peerNode.name, state::neighbourWord(lab, session)),
                     state::toString(session.state), QString::number(session.received.size()),
                     up ? durationText(nowMs - session.sinceMs) : session.reason});
    }
    out(text + QLatin1Char('\n') + table(rows) + QLatin1Char('\n'));
    writeRoutes(lab, state, out);
    rows = {{tr("POD"), tr("HOST"), tr("ADDRESS"), tr("STATE")}};
    for (const auto& [name, pod] : state.pods) {
        rows.append({name, pod.host.name, pod.address.toString(), pod.paused ? tr("paused") : pod.ready ? tr("running") : pod.reason});
    }
    rows += clusterPodRows(state.cluster);
    text = QLatin1Char('\n') + table(rows);
    text += lab.kubernetes ? clusterText(state.cluster) : QString();
    for (const auto& [source, count] : state.lost) {
        text += tr("\n%1 events were lost (%2); the view may be partial.\n").arg(count).arg(source);
    }
    text += mismatches.empty() ? tr("\nAll as intended.\n") : tr("\nNot as intended:\n") + mismatchesText(mismatches);
    out(text + lastWordsText(state));
}

QString testText(const verify::TestReport& report) {
    QStringList targets;
    QMap<QString, QMap<QString, QString>> cells;
    QStringList sources;
    qsizetype answered = 0;
    qsizetype wrong = 0;
    for (const verify::LegResult& leg : report.legs) {
        if (!targets.contains(leg.to)) {
            targets.append(leg.to);
        }
        if (!sources.contains(leg.from)) {
            sources.append(leg.from);
        }
        answered += leg.ok ? 1 : 0;
        wrong += leg.asIntended() ? 0 : 1;
        cells[leg.from][leg.to] = leg.ok ? QStringLiteral("✔ %1 ms").arg(leg.ms, 0, 'f', 1) : QStringLiteral("✘");
    }
    QList<QStringList> rows{QStringList{tr("FROM \\ TO")} + targets};
    for (const QString& source : sources) {
        QStringList row{source};
        for (const QString& target : targets) {
            row.append(cells[source].value(target, QStringLiteral("–")));
        }
        rows.append(row);
    }
    QString text = table(rows);
    text += tr("\n%1 legs: %2 answered. %3\n")
                .arg(report.legs.size())
                .arg(answered)
                .arg(report.ok() ? tr("All as intended.") : tr("%1 not as intended.").arg(wrong));
    for (const verify::LegResult& leg : report.legs) {
        if (!leg.asIntended()) {
            text += tr("  ✘ %1 → %2: %3\n").arg(leg.from, leg.to, leg.reason);
        }
    }
    return report.mismatches.empty() ? text : text + tr("\nNot as intended:\n") + mismatchesText(report.mismatches);
}

QString planText(const plan::Plan& plan) {
    QList<QStringList> rows;
    for (const plan::Step& step : plan.steps) {
        rows.append({kindWord(step.kind), step.title, step.subject, step.reason});
    }
    if (plan.isEmpty()) {
        return tr("Nothing to do.\n");
    }
    for (const QString& name : plan.kept) {
        rows.append({tr("keep"), QString(), name, tr("as it should be")});
    }
    return plan.title + QStringLiteral(":\n") + table(rows);
}

} // namespace podleaf::cli
