// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedCollector: makes up, from what exists of a simulated lab, what the collectors of a real one would see. Two
// threads of its own: one follows the journal, one works out what came of it and pushes.
#pragma once

#include <core/engine/simulated/simulated_engine.h>
#include <core/state/observation.h>

#include <functional>
#include <memory>

namespace podleaf::observe {

class SimulatedCollector {
public:
    struct Target {
        std::function<void(state::Observation)> push;
        /// How much of what was pushed is still to be taken in; the first picture of a large lab waits for it.
        std::function<std::size_t()> backlog;
    };

    /// Watches until destroyed, or until the lab is gone (EngineSeen{false}). What is pushed is what Collector pushes, and
    /// in its order. What a change brings about comes after delays that depend on the lab's seed alone.
    /// `engine` must outlive the collector. Errors: Unreachable (the lab is not up), Failed.
    static Result<std::unique_ptr<SimulatedCollector>> start(engine::SimulatedEngine& engine, const model::Lab& lab, Target target);
    ~SimulatedCollector(); ///< Ends at once; nothing is pushed after that.
    /// The lab is gone; this collector will never push again.
    [[nodiscard]] bool isFinished() const;

private:
    class Private;
    explicit SimulatedCollector(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace podleaf::observe
