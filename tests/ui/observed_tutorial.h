// SPDX-License-Identifier: GPL-3.0-or-later
// The tutorial as it is when all is well, for the tests of models. Pure; any thread.
#pragma once

#include <tests/fakes/green_state.h>
#include <tests/fakes/running_lab.h>

namespace podleaf::fakes {

inline ObservedLab green() {
    ObservedLab made;
    made.feed(greenTutorial(made.lab));
    return made;
}

} // namespace podleaf::fakes
