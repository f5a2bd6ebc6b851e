// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

namespace podleaf::router {

std::string timeNow() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    tm parts{};
    ::gmtime_r(&now.tv_sec, &parts);
    std::array<char, 32> text{};
    const std::size_t used = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03ldZ", now.tv_nsec / 1'000'000 % 1000);
    return std::string(text.data(), used) + fraction.data();
}

void Journal::say(const std::string& sentence) const {
    std::fprintf(stderr, "%s podleaf-router: %s\n", timeNow().c_str(), sentence.c_str());
}

void Journal::problem(const std::string& subject, const std::string& sentence) {
    if (std::exchange(m_problems[subject], sentence) != sentence && !sentence.empty()) {
        m_lastError = {sentence, timeNow()};
        say(sentence);
    }
}

} // namespace podleaf::router
