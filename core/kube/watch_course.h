// SPDX-License-Identifier: GPL-3.0-or-later
// WatchCourse: what one who lists and watches does next, from where, and after which pause. Pure; any thread.
//
//   list ──▶ watch from the list's version ──▶ (the stream ends) watch from the last version that was heard
//    ▲                    │
//    └── that is too old, or the stream made no sense
#pragma once

#include <QString>

#include <chrono>

namespace podleaf::kube {

class WatchCourse {
public:
    using Milliseconds = std::chrono::milliseconds;
    enum class Next { List, Watch };

    WatchCourse(Milliseconds firstPause, Milliseconds longestPause) : m_firstPause(firstPause), m_longestPause(longestPause) {}

    [[nodiscard]] Next next() const { return m_version.isEmpty() ? Next::List : Next::Watch; }
    /// From which version to watch.
    [[nodiscard]] QString version() const { return m_version; }
    /// How long to wait before that: longer after each failure in a row.
    [[nodiscard]] Milliseconds pause() const;

    /// All has been listed, as of that version.
    void listed(const QString& version) { m_version = version; }
    /// An event was heard.
    void heard(const QString& version);
    /// The server ended the stream in order, which had lasted that long.
    void ended(Milliseconds lasted);
    /// Nobody answered, or the stream broke off after that long: what was heard stands.
    void brokeOff(Milliseconds lasted);
    /// The version is too old, or it is not known what was missed.
    void lostTrack();

private:
    Milliseconds m_firstPause;
    Milliseconds m_longestPause;
    QString m_version;
    int m_failures = 0; ///< In a row: without an event, or a stream that lasted.
};

} // namespace podleaf::kube
