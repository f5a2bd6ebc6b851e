// SPDX-License-Identifier: GPL-3.0-or-later
// SeriesStore: what the plots show, in rings of bounded length, taken from snapshots as they come. A value is kept when
// it changes, and at least every ten seconds. Plain data; GUI thread.
#pragma once

#include <core/state/convergence_record.h>
#include <core/state/state_store.h>

#include <QString>

#include <deque>
#include <map>
#include <set>
#include <vector>

namespace podleaf::ui {

inline constexpr std::size_t kMaxSamples = 4000; ///< Of a series.
inline constexpr std::size_t kMaxSeries = 24;    ///< Of a plot; a larger lab shows its first nodes and the sum.
inline constexpr std::size_t kMaxTicks = 500;    ///< Events.

struct Sample {
    double atS = 0; ///< Unix seconds.
    double value = 0;
    bool operator==(const Sample&) const = default;
};

/// One line of a plot.
struct Series {
    QString name;
    std::deque<Sample> samples; ///< In the order of time.
    bool operator==(const Series&) const = default;
};

/// An event, drawn through all plots.
struct Tick {
    double atS = 0;
    QString what;
    bool bad = false;
};

class SeriesStore {
public:
    void clear();
    /// Takes the values of a snapshot that was seen at `nowMs` (Unix milliseconds). Since the last one, something of the
    /// `changed` nodes has changed. A large lab's million routes are counted some at a time, so that its curves come later.
    void sample(const state::LabState& lab, const std::set<NodeId>& changed, qint64 nowMs);
    void note(const std::vector<state::LogEntry>& log);
    void note(const state::ConvergenceRecord& record);

    [[nodiscard]] const std::vector<Series>& sessions() const { return m_sessions; }
    /// BGP routes in each node's kernel, then their sum.
    [[nodiscard]] const std::vector<Series>& prefixes() const { return m_prefixes; }
    /// What each node's ports send, in bits a second, then the sum.
    [[nodiscard]] const std::vector<Series>& rates() const { return m_rates; }
    /// What each node uses, in hundredths of a core, then the sum; empty where nobody tells.
    [[nodiscard]] const std::vector<Series>& cpu() const { return m_cpu; }
    /// In ms, one sample an event, at its time: detected, installed, through.
    [[nodiscard]] const std::vector<Series>& convergence() const { return m_convergence; }
    [[nodiscard]] const std::deque<Tick>& ticks() const { return m_ticks; }
    /// Everything as comma-separated values: time, plot, series, value.
    [[nodiscard]] QByteArray toCsv() const;

private:
    /// The series of that name; nullptr where the plot has as many as it may.
    static Series* find(std::vector<Series>& plot, const QString& name);
    /// A value that may be the one before.
    static void add(std::vector<Series>& plot, const QString& name, const Sample& sample);
    /// A node's value; the last place of a plot is the sum's.
    static void addOfNode(std::vector<Series>& plot, const NodeId& node, const Sample& sample);
    void sampleRates(const state::LabState& lab, double atS);
    void sampleCpu(const state::LabState& lab, double atS);
    void samplePrefixes(const state::LabState& lab, double atS);
    void countRoutes(const state::LabState& lab);
    static void append(Series& series, const Sample& sample);

    std::vector<Series> m_sessions;
    std::vector<Series> m_prefixes;
    std::vector<Series> m_rates;
    std::vector<Series> m_cpu;
    std::vector<Series> m_convergence;
    std::deque<Tick> m_ticks;
    std::map<NodeId, std::ptrdiff_t> m_bgpRoutes; ///< In each node's kernel, as counted last.
    std::set<NodeId> m_due;                       ///< To be counted again.
    NodeId m_countedLast;
};

} // namespace podleaf::ui
