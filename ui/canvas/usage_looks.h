// SPDX-License-Identifier: GPL-3.0-or-later
// What a card says of the processor time and memory that its node uses, in figures and as a line. Values; any thread.
#pragma once

#include <core/model/lab.h>
#include <core/state/lab_state.h>

#include <QPolygonF>
#include <QRectF>
#include <QString>

#include <optional>
#include <vector>

namespace podleaf::ui {

/// Nothing is known: empty texts.
struct UsageLook {
    QString cpu;    ///< "12 %".
    QString memory; ///< "34 MB".

    [[nodiscard]] bool isKnown() const { return !memory.isEmpty(); }
    /// "CPU 12 %, 34 MB of memory"; empty when nothing is known.
    [[nodiscard]] QString words() const;
};
UsageLook usageLookOf(const NodeId& node, const state::LabState& state);
/// Cores; nothing when it is not known.
std::optional<double> cpuOf(const NodeId& node, const state::LabState& state);

/// A node's CPU of the last minute, kept as it changes.
class CpuTrail {
public:
    /// The value from `atMs` (Unix milliseconds) on; nothing forgets what was before.
    void note(qint64 atMs, std::optional<double> cpu);
    /// The minute before `nowMs` as steps from left to right within `box`, which is as high as the most used, or a fifth of
    /// a core; empty when nothing is known.
    [[nodiscard]] QPolygonF line(const QRectF& box, qint64 nowMs) const;

private:
    struct Step {
        qint64 atMs = 0;
        double cpu = 0;
    };
    std::vector<Step> m_steps; ///< In the order of time; the first may be older than a minute.
};

} // namespace podleaf::ui
