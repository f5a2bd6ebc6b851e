// SPDX-License-Identifier: GPL-3.0-or-later
#include "render.h"

#include <QCoreApplication>
#include <QStringList>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

using Time = std::optional<qint64>;

QJsonValue timeJson(const Time& time) {
    return time ? QJsonValue(*time) : QJsonValue();
}

QString timeText(const Time& time) {
    return time ? tr("%1 ms").arg(*time) : QStringLiteral("–");
}

QString probeText(const state::ProbeConvergence& probe) {
    if (!probe.answered) {
        return probe.answeredAtFirst ? tr("never, so far") : tr("not before either");
    }
    return probe.throughMs ? timeText(probe.throughMs) : tr("none was lost");
}

} // namespace

QJsonObject convergenceJson(const state::ConvergenceRecord& record) {
    QJsonArray nodes;
    for (const auto& [id, seen] : record.nodes) {
        nodes.append(QJsonObject{{QStringLiteral("name"), id.name},
                                 {QStringLiteral("carrierMs"), timeJson(seen.carrierMs)},
                                 {QStringLiteral("sessionMs"), timeJson(seen.sessionMs)},
                                 {QStringLiteral("withdrawnMs"), timeJson(seen.withdrawnMs)},
                                 {QStringLiteral("installedMs"), timeJson(seen.installedMs)},
                                 {QStringLiteral("withdrawn"), seen.withdrawn},
                                 {QStringLiteral("installed"), seen.installed}});
    }
    QJsonArray probes;
    for (const state::ProbeConvergence& probe : record.probes) {
        probes.append(QJsonObject{{QStringLiteral("from"), probe.from},
                                  {QStringLiteral("to"), probe.to},
                                  {QStringLiteral("answered"), probe.answered},
                                  {QStringLiteral("lostMs"), timeJson(probe.lostMs)},
                                  {QStringLiteral("throughMs"), timeJson(probe.throughMs)}});
    }
    return {{QStringLiteral("id"), record.id},
            {QStringLiteral("what"), record.what},
            {QStringLiteral("link"), record.link.name},
            {QStringLiteral("node"), record.node.name},
            {QStringLiteral("began"), timestamp(record.atMs)},
            {QStringLiteral("end"), state::wordOf(record.end)},
            {QStringLiteral("detectedMs"), timeJson(record.detectedMs())},
            {QStringLiteral("withdrawnMs"), timeJson(record.withdrawnMs())},
            {QStringLiteral("installedMs"), timeJson(record.installedMs())},
            {QStringLiteral("lostMs"), timeJson(record.lostMs())},
            {QStringLiteral("probeMs"), timeJson(record.throughMs())},
            {QStringLiteral("settledMs"), record.lastMs},
            {QStringLiteral("overlapped"), record.overlapped},
            {QStringLiteral("partial"), record.partial},
            {QStringLiteral("sentence"), state::toSentence(record)},
            {QStringLiteral("nodes"), nodes},
            {QStringLiteral("probes"), probes}};
}

QString convergenceText(const state::ConvergenceRecord& record) {
    QString text = state::toSentence(record) + QLatin1Char('\n');
    QList<QStringList> rows{{tr("NODE"), tr("CARRIER"), tr("SESSION"), tr("WITHDRAWN"), tr("INSTALLED")}};
    const auto counted = [](const Time& time, int routes) {
        return routes == 0 ? timeText(time) : tr("%1 (%2)").arg(timeText(time), QString::number(routes));
    };
    for (const auto& [id, seen] : record.nodes) {
        rows.append({id.name, timeText(seen.carrierMs), timeText(seen.sessionMs), counted(seen.withdrawnMs, seen.withdrawn),
                     counted(seen.installedMs, seen.installed)});
    }
    if (rows.size() > 1) {
        text += QLatin1Char('\n') + table(rows);
    }
    rows = {{tr("PROBES"), tr("LOST"), tr("THROUGH AGAIN")}};
    for (const state::ProbeConvergence& probe : record.probes) {
        rows.append({probe.from + QStringLiteral(" → ") + probe.to, timeText(probe.lostMs), probeText(probe)});
    }
    if (rows.size() > 1) {
        text += QLatin1Char('\n') + table(rows);
    }
    return text;
}

} // namespace podleaf::cli
