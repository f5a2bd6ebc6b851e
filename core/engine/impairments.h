// SPDX-License-Identifier: GPL-3.0-or-later
// Impairments: what an engine offers that can make a cable lose, slow or delay packets. Asked for by
// Engine::impairments(). Thread-safe, blocking.
#pragma once

#include <core/base/ids.h>
#include <core/base/op_context.h>
#include <core/model/impairment.h>

#include <optional>

namespace podleaf::engine {

/// What to change; what is not given stays as it is.
struct ImpairmentChange {
    std::optional<bool> drop = {};
    std::optional<std::uint32_t> loss = {};              ///< Hundredths of a percent, at most 10,000.
    std::optional<std::uint32_t> rateKbit = {};          ///< 0 or 8 to 10,000,000.
    std::optional<std::uint32_t> delayMicroseconds = {}; ///< At most 10,000,000.

    /// The change that takes everything away.
    static ImpairmentChange none() { return {false, 0, 0, 0}; }
    bool operator==(const ImpairmentChange&) const = default;
};

/// The directions that are meant, by the end of the cable that sends.
enum class Senders { A, B, Both };

class Impairments {
public:
    virtual ~Impairments() = default;
    /// Changes what a cable does to packets, for every client of the lab; returns what the kernel then has. Watchers are
    /// told by LinkChanged. Errors: NotFound (no such cable), InvalidInput (out of range), HostLacks (the kernel cannot),
    /// Conflict (somebody else's qdisc is in the way); after an error the cable is as it was.
    virtual Result<model::CableImpairments> impair(OpContext& context, const LinkId& link, Senders senders,
                                                   const ImpairmentChange& change) = 0;
    /// Makes a cable do what the lab file says of it: in a direction that this impairs, or did when declared before, loss, rate
    /// and delay become that; others are left as they are, and so are drops. Engine::list() tells what was declared last.
    /// Else like impair().
    virtual Result<model::CableImpairments> declare(OpContext& context, const LinkId& link, const model::CableImpairments& impairments) = 0;
    /// What the kernels at both ends have now.
    virtual Result<model::CableImpairments> impairmentsOf(OpContext& context, const LinkId& link) = 0;
};

} // namespace podleaf::engine
