// SPDX-License-Identifier: GPL-3.0-or-later
// Impairments: what packets on the cables suffer on purpose. Made in and read back from the kernel of each end:
// losses where packets arrive, queues where they leave. Runs in the lab host, single-threaded.
#pragma once

#include "fabric.h"

#include <array>
#include <optional>

namespace podleaf::labhost {

class Impairments {
public:
    explicit Impairments(NetworkOf networkOf) : m_networkOf(std::move(networkOf)) {}

    /// Changes a cable's directions. What an end cannot do is refused and the direction left as it was; an end whose node
    /// is switched off gets its part by reapply().
    Answer set(const LinkInfo& link, const SetImpairment& request);
    /// Makes a cable do what the lab file says, and remembers it; else like set().
    Answer declare(const LinkInfo& link, const DeclareImpairments& request);
    /// The cable, when it is impaired or declared to be.
    [[nodiscard]] std::optional<ImpairedLink> listed(const LinkInfo& link) const;
    /// What the kernels do to a cable's packets; nothing where a node is switched off. Cables that were never impaired
    /// cost no look.
    [[nodiscard]] ImpairmentsReply read(const LinkInfo& link) const;
    /// The cable has got an end back: puts there what was asked for.
    Answer reapply(const LinkInfo& link);
    /// The cable is about to go.
    void forget(const LinkInfo& link);

private:
    using Directions = std::array<ImpairmentInfo, 2>; ///< By the sending end: a, b.

    [[nodiscard]] Directions wantedOf(const LinkInfo& link) const;
    Answer change(const LinkInfo& link, const Directions& after);
    Answer write(const LinkInfo& link, std::size_t sender, const ImpairmentInfo& wanted) const;
    [[nodiscard]] ImpairmentInfo readDirection(const LinkInfo& link, std::size_t sender) const;

    NetworkOf m_networkOf;
    std::map<std::string, Directions> m_wanted;   ///< By link id; only cables that are impaired.
    std::map<std::string, Directions> m_declared; ///< By link id; only cables of which the lab file says something.
};

} // namespace podleaf::labhost
