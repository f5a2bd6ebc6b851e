// SPDX-License-Identifier: GPL-3.0-or-later
// Impairments as the lab host speaks of them. Internal to this folder; pure, any thread.
#pragma once

#include <core/channel/labhost_faults.h>
#include <core/engine/impairments.h>

namespace podleaf::engine {

model::CableImpairments fromWire(const labhost::ImpairmentsReply& reply);
labhost::SetImpairment toWire(const LinkId& link, Senders senders, const ImpairmentChange& change);

} // namespace podleaf::engine
