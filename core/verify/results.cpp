// SPDX-License-Identifier: GPL-3.0-or-later
#include "results.h"

#include <algorithm>

namespace podleaf::verify {

bool TestReport::ok() const {
    return mismatches.empty() && std::ranges::all_of(legs, &LegResult::asIntended);
}

} // namespace podleaf::verify
