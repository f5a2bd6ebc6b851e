// SPDX-License-Identifier: GPL-3.0-or-later
// Journal: what podleaf-router says, on its error output, and what went wrong last.
#pragma once

#include <map>
#include <string>

namespace podleaf::router {

/// "2026-11-27T21:31:54.123Z"
std::string timeNow();

class Journal {
public:
    /// Writes a line.
    void say(const std::string& sentence) const;
    /// Something is wrong with `subject`: written when it is something else than before. Empty: nothing is any more.
    void problem(const std::string& subject, const std::string& sentence);

    struct Error {
        std::string sentence;
        std::string at; ///< timeNow() of then.
    };
    /// What went wrong last, whether it still is or not; empty when nothing has.
    [[nodiscard]] const Error& lastError() const { return m_lastError; }

private:
    std::map<std::string, std::string> m_problems; ///< By their subjects.
    Error m_lastError;
};

} // namespace podleaf::router
