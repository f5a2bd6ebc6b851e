// SPDX-License-Identifier: GPL-3.0-or-later
// LossWatch: the observations of the open lab that were lost since the user last acknowledged losses. A plain value; GUI
// thread.
#pragma once

#include <core/state/state_store.h>

#include <QString>

#include <cstdint>
#include <map>

namespace podleaf::ui {

class LossWatch {
public:
    /// Another lab is shown.
    void clear() { *this = LossWatch(); }
    /// A snapshot that is shown, and what changed since the last one; a store that counts anew adds to what is known.
    /// `nowMs`: Unix milliseconds. Returns whether anything was lost.
    bool update(const state::LabState& lab, const state::Delta& delta, qint64 nowMs);
    /// From now on only what is lost later counts. `nowMs`: Unix milliseconds.
    void acknowledge(qint64 nowMs);

    /// Observations lost and not acknowledged.
    [[nodiscard]] std::uint64_t count() const;
    /// "37 events were lost since 14:02:31." Empty while there are none.
    [[nodiscard]] QString sentence() const;
    /// What was lost where, and what that means for a view; empty while nothing was lost and not acknowledged.
    [[nodiscard]] QString explanation() const;
    /// "37 events were lost before 14:05:10, which was acknowledged." Empty while nothing was acknowledged.
    [[nodiscard]] QString past() const;

private:
    std::map<QString, std::uint64_t> m_counted; ///< As the snapshots count.
    std::map<QString, std::uint64_t> m_lost;    ///< Not acknowledged, by source.
    qint64 m_sinceMs = 0;                       ///< When the first of m_lost went.
    std::uint64_t m_past = 0;                   ///< Acknowledged.
    qint64 m_acknowledgedMs = 0;
};

} // namespace podleaf::ui
