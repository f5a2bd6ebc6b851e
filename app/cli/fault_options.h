// SPDX-License-Identifier: GPL-3.0-or-later
// The words for faults on the command line: directions, losses, rates, delays. Pure; any thread.
#pragma once

#include <core/engine/impairments.h>
#include <core/model/lab.h>

#include <QString>

namespace podleaf::cli {

/// `podleaf impair` and `podleaf link … drop`, as they were typed; empty where not given.
struct ImpairOptions {
    QString from; ///< The sending end: A, B, a node, or both.
    QString loss;
    QString rate;
    QString delay;
};

/// Errors of all: InvalidInput, with what would be right as hint.
Result<engine::Senders> parseSenders(const QString& word, const model::Link& link);
/// "5", "5%", "0.25 %": hundredths of a percent.
Result<std::uint32_t> parseLoss(const QString& text);
/// "500", "500kbit", "1.5mbit", "1gbit"; "0" and "none" take the limit away.
Result<std::uint32_t> parseRate(const QString& text);
/// "50", "50ms", "1.5s", "200us"; "0" and "none" take the delay away. Microseconds.
Result<std::uint32_t> parseDelay(const QString& text);
/// What of the options is given.
Result<engine::ImpairmentChange> parseChange(const ImpairOptions& options);

} // namespace podleaf::cli
