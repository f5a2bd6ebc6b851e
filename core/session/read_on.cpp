// SPDX-License-Identifier: GPL-3.0-or-later
// readOn: see the header.
#include "read_on.h"

#include "lab_session.h"

#include <utility>

namespace podleaf::session {

namespace {

constexpr std::size_t kStillComing = 1000; ///< Routes.

/// How many routes are known, in kernels and from neighbours.
std::size_t routesIn(const state::LabState& state) {
    std::size_t routes = 0;
    for (const auto& [id, node] : state.nodes) {
        routes += node.routes.size();
    }
    for (const auto& [key, session] : state.sessions) {
        routes += session.received.size();
    }
    return routes;
}

} // namespace

Result<Picture> readOn(const OpContext& context, const state::StateStore& store, std::chrono::milliseconds patience,
                       const std::function<Result<>(OpContext&)>& wait) {
    for (std::size_t known = 0;;) {
        OpContext once = context.withTimeout(patience);
        auto synced = wait(once);
        if (synced) {
            return Picture::Whole;
        }
        if (synced.error().code != ErrorCode::Timeout) {
            return fail(std::move(synced.error()));
        }
        const std::size_t before = std::exchange(known, routesIn(*store.snapshot()));
        if (known < before + kStillComing || !context.checkpoint()) {
            return Picture::Partial;
        }
    }
}

Result<Picture> readOn(const OpContext& context, LabSession& session) {
    return readOn(context, session.store(), kNodePatience, [&session](OpContext& patience) {
        const auto synced = session.waitSynced(patience);
        return synced ? Result<>() : fail(synced.error());
    });
}

} // namespace podleaf::session
