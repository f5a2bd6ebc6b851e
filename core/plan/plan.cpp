// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan.h"

#include <algorithm>

namespace podleaf::plan {

QString Step::name() const {
    return subject.isEmpty() ? title : QStringLiteral("%1 (%2)").arg(title, subject);
}

void Plan::prepend(Step step) {
    for (Step& each : steps) {
        for (StepIndex& earlier : each.after) {
            ++earlier;
        }
        each.after.push_back(0);
    }
    steps.insert(steps.begin(), std::move(step));
}

std::optional<Error> PlanResult::firstError(const Plan& plan) const {
    const std::size_t count = std::min(steps.size(), plan.steps.size());
    for (std::size_t i = 0; i < count; ++i) {
        if (steps[i].state == StepState::Failed && steps[i].error) {
            return wrapError(plan.steps[i].name(), *steps[i].error);
        }
    }
    return std::nullopt;
}

} // namespace podleaf::plan
