// SPDX-License-Identifier: GPL-3.0-or-later
#include "convergence_record.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace podleaf::state {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Convergence", text);
}

using Time = std::optional<qint64>;

/// The least (or greatest) of the times that are there; none is no time.
void takeFirst(Time& first, const Time& time) {
    first = time && (!first || *time < *first) ? time : first;
}
void takeLast(Time& last, const Time& time) {
    last = time && (!last || *time > *last) ? time : last;
}

void addWhen(QStringList& parts, const Time& time, const QString& sentence) {
    if (time) {
        parts += sentence.arg(*time);
    }
}

/// How the probes fared, or nothing when there were none.
QString probeWords(const ConvergenceRecord& record) {
    if (record.probes.empty()) {
        return {};
    }
    const Time lost = record.lostMs();
    const Time through = record.throughMs();
    if (record.isCutOff()) {
        return lost ? tr("probes stopped after %1 ms").arg(*lost) : tr("probes are still not answered");
    }
    if (through) {
        return tr("probes through again after %1 ms").arg(*through);
    }
    return tr("no probe was lost");
}

} // namespace

QString wordOf(ConvergenceEnd end) {
    switch (end) {
    case ConvergenceEnd::Open:
        return QStringLiteral("open");
    case ConvergenceEnd::Settled:
        return QStringLiteral("settled");
    case ConvergenceEnd::GaveUp:
        return QStringLiteral("gave-up");
    case ConvergenceEnd::Overtaken:
        return QStringLiteral("overtaken");
    case ConvergenceEnd::LabGone:
        return QStringLiteral("lab-gone");
    }
    return {};
}

std::optional<qint64> ConvergenceRecord::detectedMs() const {
    Time first;
    for (const auto& [name, seen] : nodes) {
        takeFirst(first, seen.carrierMs);
        takeFirst(first, seen.sessionMs);
    }
    return first;
}

std::optional<qint64> ConvergenceRecord::withdrawnMs() const {
    Time last;
    for (const auto& [name, seen] : nodes) {
        takeLast(last, seen.withdrawnMs);
    }
    return last;
}

std::optional<qint64> ConvergenceRecord::installedMs() const {
    Time last;
    for (const auto& [name, seen] : nodes) {
        takeLast(last, seen.installedMs);
    }
    return last;
}

std::optional<qint64> ConvergenceRecord::lostMs() const {
    Time first;
    for (const ProbeConvergence& probe : probes) {
        takeFirst(first, probe.lostMs);
    }
    return first;
}

std::optional<qint64> ConvergenceRecord::throughMs() const {
    Time last;
    for (const ProbeConvergence& probe : probes) {
        takeLast(last, probe.throughMs);
    }
    return isCutOff() ? std::nullopt : last;
}

bool ConvergenceRecord::isCutOff() const {
    return std::ranges::any_of(probes, [](const ProbeConvergence& probe) { return !probe.answered; });
}

QString toSentence(const ConvergenceRecord& record) {
    QStringList parts;
    addWhen(parts, record.detectedMs(), tr("detected after %1 ms"));
    addWhen(parts, record.withdrawnMs(), tr("last route withdrawn after %1 ms"));
    addWhen(parts, record.installedMs(), tr("last route installed after %1 ms"));
    if (const QString probes = probeWords(record); !probes.isEmpty()) {
        parts += probes;
    }
    if (record.detectedMs() == std::nullopt && !record.withdrawnMs() && !record.installedMs()) {
        parts.prepend(tr("nothing in the fabric changed"));
    }
    QString sentence = record.what + QStringLiteral(": ") + parts.join(QStringLiteral(", ")) + QLatin1Char('.');
    if (record.end == ConvergenceEnd::GaveUp) {
        sentence += tr(" It has not settled.");
    } else if (record.end == ConvergenceEnd::Overtaken) {
        sentence += tr(" Another event at the same place came before it settled.");
    } else if (record.end == ConvergenceEnd::LabGone) {
        sentence += tr(" Then the lab went.");
    }
    if (record.overlapped) {
        sentence += tr(" Another event was going on at the same time.");
    }
    if (record.partial) {
        sentence += tr(" Events were lost: the times may be too short.");
    }
    return sentence;
}

} // namespace podleaf::state
