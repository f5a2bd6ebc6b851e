// SPDX-License-Identifier: GPL-3.0-or-later
// The way between two places of a watched lab; what window and command line ask for by name. Any thread.
#pragma once

#include "lab_session.h"

#include <core/verify/trace_path.h>

namespace podleaf::session {

/// The way from `from` to `to` and back, as observed now, beside the intended one. Each is a node, a pod or an address.
/// Errors: NotFound (no such place), Unreachable (the lab does not run).
Result<verify::Trace> traceBetween(LabSession& session, const QString& from, const QString& to);

} // namespace podleaf::session
