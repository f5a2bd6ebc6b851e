// SPDX-License-Identifier: GPL-3.0-or-later
// Texts taken apart. Views into what they were made of; pure.
#pragma once

#include <string_view>
#include <vector>

namespace podleaf::router {

/// The lines of a text, without their ends; the last one needs none.
std::vector<std::string_view> linesOf(std::string_view text);
/// What stands between blanks.
std::vector<std::string_view> wordsOf(std::string_view line);

} // namespace podleaf::router
