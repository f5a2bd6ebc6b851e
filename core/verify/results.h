// SPDX-License-Identifier: GPL-3.0-or-later
// The results of verify as plain values, for command line and window. Any thread.
#pragma once

#include <core/base/ids.h>

#include <QString>

#include <vector>

namespace podleaf::verify {

enum class MismatchKind { NodeMissing, ProcessDead, LinkDown, NoLease, SessionDown, RouteMissing, RouteWrong, StaticRoute, PodDown };

/// One thing that is not as intended, as a sentence with its cause.
struct Mismatch {
    MismatchKind kind;
    QString where; ///< Node, link or pod.
    QString what;  ///< "The session to host2 (172.16.0.6) is Active."
    QString cause; ///< "bgpd on host2 was killed by signal 9."
    bool operator==(const Mismatch&) const = default;
};

/// One leg of a test as it came out.
struct LegResult {
    QString from;
    QString to;
    QString url;
    bool ok = false;            ///< Answered with 200 by the pod that was asked.
    bool expected = true;       ///< What intent says `ok` should be.
    double ms = 0;              ///< Time to the last byte, or until it failed.
    QString reason;             ///< When ok != expected: why.
    bool answeredWrong = false; ///< Not ok, though something answered: with another status, or another pod.

    [[nodiscard]] bool asIntended() const { return ok == expected; }
    bool operator==(const LegResult&) const = default;
};

/// A whole test: legs and intent.
struct TestReport {
    std::vector<LegResult> legs;
    std::vector<Mismatch> mismatches;

    [[nodiscard]] bool ok() const;
};

} // namespace podleaf::verify
