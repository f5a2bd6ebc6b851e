// SPDX-License-Identifier: GPL-3.0-or-later
// Change: one thing that turned, with the moment it was seen. A delta carries them in order; a fold over
// time (convergence.h) needs them where a snapshot, which has no past, will not do. Plain values; any thread.
#pragma once

#include <core/base/ids.h>
#include <core/base/ipv4.h>

#include <QString>

namespace podleaf::state {

struct Change {
    enum class What {
        Link,    ///< Somebody did something to a cable: `word` is "cut" or "joined".
        Node,    ///< A leaf or host was made or has gone.
        Process, ///< A service of a leaf or host (`word`) started or ended.
        Carrier, ///< A port of `node` on `link` gained or lost carrier.
        Session, ///< `node`'s session to `peer` over `link` was Established or lost.
        Route,   ///< A BGP route of `node`'s kernel came or changed (up), or went.
        Loss,    ///< Observations were lost; `word` is the source.
        Lab,     ///< The lab runs or is gone.
    };
    What what = What::Lab;
    bool up = false;
    NodeId node = {};
    LinkId link = {};
    Ipv4Address peer = {};
    Ipv4Prefix prefix = {};
    QString word = {};
    qint64 atMs = 0; ///< Unix milliseconds of the observation.

    bool operator==(const Change&) const = default;
};

} // namespace podleaf::state
