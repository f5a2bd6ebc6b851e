// SPDX-License-Identifier: GPL-3.0-or-later
// LossWatch: see the header.
#include "loss_watch.h"

#include "words.h"

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LossWatch", text);
}

QString events(std::uint64_t count) {
    return count == 1 ? tr("1 event was lost") : tr("%L1 events were lost").arg(count);
}

/// "14:02:31": who asks since when wants no milliseconds.
QString second(qint64 unixMs) {
    return clockTime(unixMs).left(8);
}

/// What a source of losses (LossSeen) is to the user.
QString sourceWord(const QString& source) {
    if (source == QLatin1String("netlink")) {
        return tr("the kernels' changes");
    }
    if (source == QLatin1String("bmp")) {
        return tr("bgpd's messages");
    }
    if (source == QLatin1String("vty")) {
        return tr("the daemons' answers");
    }
    if (source == QLatin1String("leases")) {
        return tr("DHCP leases");
    }
    if (source == QLatin1String("queue")) {
        return tr("observations that came too fast");
    }
    return oneLine(source, 40);
}

/// When the first loss of `delta` was seen; `nowMs` where it does not say.
qint64 firstLoss(const state::Delta& delta, qint64 nowMs) {
    const auto isLoss = [](const state::Change& change) { return change.what == state::Change::What::Loss; };
    const auto first = std::ranges::find_if(delta.changes, isLoss);
    return first == delta.changes.end() ? nowMs : first->atMs;
}

} // namespace

bool LossWatch::update(const state::LabState& lab, const state::Delta& delta, qint64 nowMs) {
    bool any = false;
    for (const auto& [source, count] : lab.lost) {
        const std::uint64_t before = m_counted[source];
        const std::uint64_t added = count >= before ? count - before : count;
        if (added == 0) {
            continue;
        }
        m_sinceMs = m_lost.empty() ? firstLoss(delta, nowMs) : m_sinceMs;
        m_lost[source] += added;
        any = true;
    }
    m_counted = lab.lost;
    return any;
}

void LossWatch::acknowledge(qint64 nowMs) {
    if (!m_lost.empty()) {
        m_past += count();
        m_acknowledgedMs = nowMs;
        m_lost.clear();
    }
}

std::uint64_t LossWatch::count() const {
    std::uint64_t all = 0;
    for (const auto& [source, count] : m_lost) {
        all += count;
    }
    return all;
}

QString LossWatch::sentence() const {
    return m_lost.empty() ? QString() : tr("%1 since %2.").arg(events(count()), second(m_sinceMs));
}

QString LossWatch::explanation() const {
    if (m_lost.empty()) {
        return {};
    }
    QStringList sources;
    for (const auto& [source, count] : m_lost) {
        sources += tr("%L1 of %2").arg(count).arg(sourceWord(source));
    }
    return tr("%1 since %2: %3. What is shown may lack something.")
        .arg(events(count()), second(m_sinceMs), sources.join(QLatin1String(", ")));
}

QString LossWatch::past() const {
    return m_past == 0 ? QString() : tr("%1 before %2 and acknowledged.").arg(events(m_past), second(m_acknowledgedMs));
}

} // namespace podleaf::ui
