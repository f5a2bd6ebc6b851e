// SPDX-License-Identifier: GPL-3.0-or-later
// A trace as JSON and as text for a terminal. Pure; any thread.
#pragma once

#include "render.h"

#include <core/verify/trace.h>

namespace podleaf::cli {

/// `trace --json`; docs/trace.md explains every key.
QJsonObject traceJson(const verify::Trace& trace);
/// Hop by hop, the intended way beside it.
QString traceText(const verify::Trace& trace);

} // namespace podleaf::cli
