// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergenceRecord: what one event did to the lab and how long it took. All times are milliseconds after the
// event, as observed: the collector's clock, for probes the kernel's. Plain values; any thread.
#pragma once

#include <core/base/ids.h>

#include <QString>

#include <map>
#include <optional>
#include <vector>

namespace podleaf::state {

/// What one node saw of it.
struct NodeConvergence {
    std::optional<qint64> carrierMs;   ///< A port of it gained or lost carrier, first.
    std::optional<qint64> sessionMs;   ///< A session of it was lost or Established, first.
    std::optional<qint64> withdrawnMs; ///< A BGP route left its kernel, last.
    std::optional<qint64> installedMs; ///< A BGP route came to its kernel or changed there, last.
    int withdrawn = 0;                 ///< How many routes left, …
    int installed = 0;                 ///< … and how many came or changed.
    bool operator==(const NodeConvergence&) const = default;
};

/// What the probes from `from` to `to` (a host or pod, and a pod) met.
struct ProbeConvergence {
    QString from;
    QString to;
    bool answeredAtFirst = true;     ///< Just before the event.
    bool answered = true;            ///< At the end.
    std::optional<qint64> lostMs;    ///< The first one that was not answered.
    std::optional<qint64> throughMs; ///< The first one answered again, for good.
    bool operator==(const ProbeConvergence&) const = default;
};

enum class ConvergenceEnd {
    Open,      ///< Things still change, or are bound to.
    Settled,   ///< Nothing changed any more.
    GaveUp,    ///< It did not settle in time: something flaps, or a session that should come up does not.
    Overtaken, ///< Another event at the same place came first.
    LabGone,
};
/// "settled", "gave-up"…; a key of the JSON contract.
QString wordOf(ConvergenceEnd end);

struct ConvergenceRecord {
    int id = 0;        ///< Counts from 1 in the client that watches.
    QString what;      ///< "intnet2 was cut", "bgpd on host2 ended".
    LinkId link = {};  ///< Where: a cable …
    NodeId node = {};  ///< … or a node.
    bool up = false;   ///< The event joins, starts or restores something.
    qint64 atMs = 0;   ///< Unix milliseconds.
    qint64 lastMs = 0; ///< The last change that was counted, after the event.
    ConvergenceEnd end = ConvergenceEnd::Open;
    bool overlapped = false; ///< Another event was open meanwhile; what both may have caused counts for both.
    bool partial = false;    ///< Observations were lost meanwhile: there may have been more, and later.
    std::map<NodeId, NodeConvergence> nodes;
    std::vector<ProbeConvergence> probes;

    /// The first node that noticed: carrier or session.
    [[nodiscard]] std::optional<qint64> detectedMs() const;
    /// The last BGP route that left a kernel, wherever it was.
    [[nodiscard]] std::optional<qint64> withdrawnMs() const;
    /// The last BGP route that came to a kernel or changed there.
    [[nodiscard]] std::optional<qint64> installedMs() const;
    /// The first probe that was lost.
    [[nodiscard]] std::optional<qint64> lostMs() const;
    /// When every probe that had been lost, or was silent before, was answered again; none if one never was.
    [[nodiscard]] std::optional<qint64> throughMs() const;
    /// Some probe is not answered at the end.
    [[nodiscard]] bool isCutOff() const;

    bool operator==(const ConvergenceRecord&) const = default;
};

/// The record in one line for a person: "intnet2 was cut: detected after 1 ms, …".
QString toSentence(const ConvergenceRecord& record);

} // namespace podleaf::state
