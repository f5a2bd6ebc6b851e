// SPDX-License-Identifier: GPL-3.0-or-later
// The words for faults on the command line: directions, losses, rates and delays (core/model/impairment_words.h). Pure; any thread.
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

/// Errors of both: InvalidInput, with what would be right as hint.
Result<engine::Senders> parseSenders(const QString& word, const model::Link& link);
/// What of the options is given.
Result<engine::ImpairmentChange> parseChange(const ImpairOptions& options);

} // namespace podleaf::cli
