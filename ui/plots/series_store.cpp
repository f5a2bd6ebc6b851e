// SPDX-License-Identifier: GPL-3.0-or-later
// SeriesStore: see the header.
#include "series_store.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace podleaf::ui {

namespace {

constexpr double kLongestGapS = 10;           ///< So that a line that does not change goes on.
constexpr std::size_t kRoutesAtOnce = 20'000; ///< Some 4 ms.

QString tr(const char* text) {
    return QCoreApplication::translate("SeriesStore", text);
}

QByteArray quoted(const QString& text) {
    QString out = text;
    out.replace(QLatin1Char('"'), QStringLiteral("\"\""));
    return QString(QLatin1Char('"') + out + QLatin1Char('"')).toUtf8();
}

} // namespace

void SeriesStore::clear() {
    *this = {};
}

Series* SeriesStore::find(std::vector<Series>& plot, const QString& name) {
    const auto found = std::ranges::find(plot, name, &Series::name);
    if (found != plot.end()) {
        return &*found;
    }
    return plot.size() < kMaxSeries ? &plot.emplace_back(Series{name, {}}) : nullptr;
}

void SeriesStore::append(Series& series, const Sample& sample) {
    series.samples.push_back(sample);
    if (series.samples.size() > kMaxSamples) {
        series.samples.pop_front();
    }
}

void SeriesStore::add(std::vector<Series>& plot, const QString& name, const Sample& sample) {
    Series* series = find(plot, name);
    if (series == nullptr) {
        return;
    }
    const bool same =
        !series->samples.empty() && series->samples.back().value == sample.value && sample.atS - series->samples.back().atS < kLongestGapS;
    if (!same) {
        append(*series, sample);
    }
}

void SeriesStore::addOfNode(std::vector<Series>& plot, const NodeId& node, const Sample& sample) {
    if (plot.size() + 1 < kMaxSeries || std::ranges::find(plot, node.name, &Series::name) != plot.end()) {
        add(plot, node.name, sample);
    }
}

void SeriesStore::sampleRates(const state::LabState& lab, double atS) {
    double sum = 0;
    bool any = false;
    for (const auto& [id, node] : lab.nodes) {
        double sent = 0;
        for (const auto& [port, traffic] : node.traffic) {
            sent += traffic.txBitsPerSecond;
        }
        if (!node.traffic.empty()) {
            any = true;
            sum += sent;
            addOfNode(m_rates, id, {atS, sent});
        }
    }
    if (any) {
        add(m_rates, tr("All nodes"), {atS, sum});
    }
}

void SeriesStore::sampleCpu(const state::LabState& lab, double atS) {
    double sum = 0;
    bool any = false;
    for (const auto& [id, node] : lab.nodes) {
        if (node.usage && node.usage->cpu) {
            const double percent = std::round(100 * *node.usage->cpu);
            any = true;
            sum += percent;
            addOfNode(m_cpu, id, {atS, percent});
        }
    }
    if (any) {
        add(m_cpu, tr("All nodes"), {atS, sum});
    }
}

void SeriesStore::countRoutes(const state::LabState& lab) {
    for (const auto& [id, node] : lab.nodes) {
        if (!m_bgpRoutes.contains(id)) {
            m_due.insert(id);
        }
    }
    std::erase_if(m_bgpRoutes, [&lab](const auto& counted) { return lab.findNode(counted.first) == nullptr; });
    std::size_t looked = 0;
    while (!m_due.empty() && looked < kRoutesAtOnce) {
        auto next = m_due.upper_bound(m_countedLast); // Round about: what changes all the time keeps nobody waiting.
        next = next == m_due.end() ? m_due.begin() : next;
        m_countedLast = *next;
        m_due.erase(next);
        const state::NodeState* node = lab.findNode(m_countedLast);
        if (node == nullptr) {
            continue;
        }
        looked += node->routes.size();
        m_bgpRoutes[m_countedLast] =
            std::ranges::count_if(node->routes, [](const auto& each) { return each.second.protocol == QLatin1String("bgp"); });
    }
}

void SeriesStore::samplePrefixes(const state::LabState& lab, double atS) {
    countRoutes(lab);
    std::ptrdiff_t sum = 0;
    for (const auto& [id, count] : m_bgpRoutes) {
        sum += count;
        addOfNode(m_prefixes, id, {atS, static_cast<double>(count)});
    }
    add(m_prefixes, tr("All nodes"), {atS, static_cast<double>(sum)});
}

void SeriesStore::sample(const state::LabState& lab, const std::set<NodeId>& changed, qint64 nowMs) {
    const double atS = static_cast<double>(nowMs) / 1000;
    const auto up = std::ranges::count_if(
        lab.sessions, [](const auto& each) { return each.second.known && each.second.state == state::BgpState::Established; });
    add(m_sessions, tr("Established"), {atS, static_cast<double>(up)});
    add(m_sessions, tr("All sides"), {atS, static_cast<double>(lab.sessions.size())});
    m_due.insert(changed.begin(), changed.end());
    samplePrefixes(lab, atS);
    sampleRates(lab, atS);
    sampleCpu(lab, atS);
}

void SeriesStore::note(const std::vector<state::LogEntry>& log) {
    for (const state::LogEntry& entry : log) {
        const bool drawn = entry.kind == QLatin1String("link") || entry.kind == QLatin1String("process") ||
                           entry.kind == QLatin1String("node") || (entry.kind == QLatin1String("session") && entry.bad);
        if (!drawn) {
            continue;
        }
        m_ticks.push_back({static_cast<double>(entry.atMs) / 1000, entry.what, entry.bad});
        if (m_ticks.size() > kMaxTicks) {
            m_ticks.pop_front();
        }
    }
}

void SeriesStore::note(const state::ConvergenceRecord& record) {
    const auto put = [&](const char* name, std::optional<qint64> ms) {
        Series* series = ms ? find(m_convergence, tr(name)) : nullptr;
        if (series != nullptr) {
            append(*series, {static_cast<double>(record.atMs) / 1000, static_cast<double>(*ms)});
        }
    };
    put(QT_TRANSLATE_NOOP("SeriesStore", "Detected"), record.detectedMs());
    put(QT_TRANSLATE_NOOP("SeriesStore", "Installed"), record.installedMs());
    put(QT_TRANSLATE_NOOP("SeriesStore", "Through"), record.throughMs());
}

QByteArray SeriesStore::toCsv() const {
    QByteArray out("time,plot,series,value\n");
    const auto write = [&out](const char* plot, const std::vector<Series>& all) {
        for (const Series& series : all) {
            for (const Sample& sample : series.samples) {
                out.append(QByteArray::number(sample.atS, 'f', 3)).append(',').append(plot).append(',');
                out.append(quoted(series.name)).append(',').append(QByteArray::number(sample.value)).append('\n');
            }
        }
    };
    write("sessions", m_sessions);
    write("prefixes", m_prefixes);
    write("sent-bits-per-second", m_rates);
    write("cpu-percent", m_cpu);
    write("convergence-ms", m_convergence);
    return out;
}

} // namespace podleaf::ui
