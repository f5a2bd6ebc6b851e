// SPDX-License-Identifier: GPL-3.0-or-later
#include "text_lines.h"

#include <algorithm>

namespace podleaf::router {

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        lines.push_back(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
    }
    return lines;
}

std::vector<std::string_view> wordsOf(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t start = line.find_first_not_of(' '); start != std::string_view::npos; start = line.find_first_not_of(' ', start)) {
        words.push_back(line.substr(start, line.find(' ', start) - start));
        start += words.back().size();
    }
    return words;
}

} // namespace podleaf::router
