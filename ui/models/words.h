// SPDX-License-Identifier: GPL-3.0-or-later
// The window's words for states, times and verdicts, with their glyphs: one place, so that tables,
// inspector and status bar speak alike. Pure functions; any thread.
#pragma once

#include <core/model/lab.h>
#include <core/state/lab_state.h>
#include <core/verify/results.h>
#include <ui/theme/glyphs.h>

#include <QString>

#include <chrono>
#include <cstdint>

namespace podleaf::ui {

/// A glyph with its word.
struct Word {
    Glyph glyph = Glyph::None;
    QString text;
    bool operator==(const Word&) const = default;
};

/// "Ready", "Waits for DHCP"…; a leaf that is ready is "Running".
Word wordOf(const state::NodeState& node, model::NodeKind kind);
/// "Established", "Connect, try 2", "Shut by user"…
Word wordOf(const state::SessionState& session);
/// The same, and "bgpd is not running" where that is what keeps it from being known.
Word wordOf(const state::SessionState& session, const state::LabState& lab);
Word wordOf(const state::PodState& pod);
Word wordOf(const state::LinkState& link);
/// "Running", "Killed by signal 9", "Ended with 1".
Word wordOf(const state::ProcessState& process);

/// "Allowed", "Not answered", "Not as wanted": how a leg of a test came out, whatever was intended.
Word wordOf(const verify::LegResult& leg);
Word wordOf(const state::TestLegSeen& leg);

/// "0.31 s", "57 s", "4 min 12 s", "2 h 5 min".
QString duration(std::chrono::milliseconds time);
/// "0.3 ms", "12 ms", "5 s".
QString latency(double ms);
/// "12 %", of one core.
QString cpuWords(double cores);
/// "4.2 MB", "34 MB", "9.6 GB"; a MB is 1024 kB, a GB is 1024 MB.
QString memoryWords(std::uint64_t bytes);
/// "14:02:31.482", local time.
QString clockTime(qint64 unixMs);
/// Names with numbers in the order of people: swp2 before swp10.
bool isBefore(const QString& one, const QString& other);
/// One line of hostile text: control characters out, at most `max` characters.
QString oneLine(const QString& text, qsizetype max = 300);

} // namespace podleaf::ui
