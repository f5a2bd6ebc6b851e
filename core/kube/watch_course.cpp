// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch_course.h"

#include <algorithm>

namespace podleaf::kube {

WatchCourse::Milliseconds WatchCourse::pause() const {
    constexpr int kMostDoublings = 16;
    if (m_failures == 0) {
        return Milliseconds(0);
    }
    return std::min(m_firstPause * (1 << std::min(m_failures - 1, kMostDoublings)), m_longestPause);
}

void WatchCourse::heard(const QString& version) {
    m_version = version;
    m_failures = 0;
}

void WatchCourse::ended(Milliseconds lasted) {
    if (lasted >= m_longestPause) {
        m_failures = 0; // as it does every few minutes
    } else {
        ++m_failures;
    }
}

void WatchCourse::brokeOff(Milliseconds lasted) {
    m_failures = lasted >= m_longestPause ? 1 : m_failures + 1;
}

void WatchCourse::lostTrack() {
    m_version.clear();
    ++m_failures;
}

} // namespace podleaf::kube
