// SPDX-License-Identifier: GPL-3.0-or-later
// readOn: waits for the first whole picture of a lab that runs, for as long as it comes. Any thread.
#pragma once

#include <core/base/op_context.h>
#include <core/state/state_store.h>

#include <chrono>
#include <functional>

namespace podleaf::session {

class LabSession;

enum class Picture {
    Whole,
    Partial, ///< Some nodes do not answer.
};

/// Calls `wait`, which waits for the whole picture and fails with Timeout at its context's deadline, for `patience` at a
/// time. Patience is for nodes that do not answer: of a very large lab the answers are there and take their time to be
/// read into `store`. While a thousand routes come in each time it waits on; a comparison with half of them would find a
/// million missing. Errors: those of `wait`, but Timeout. When `context` itself has run out the picture is Partial.
Result<Picture> readOn(const OpContext& context, const state::StateStore& store, std::chrono::milliseconds patience,
                       const std::function<Result<>(OpContext&)>& wait);

/// How long nodes that do not answer are waited for.
inline constexpr std::chrono::seconds kNodePatience{5};
/// The same of a session that is attached, with kNodePatience.
Result<Picture> readOn(const OpContext& context, LabSession& session);

} // namespace podleaf::session
