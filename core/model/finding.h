// SPDX-License-Identifier: GPL-3.0-or-later
// Finding: one thing wrong (or odd) in a lab file, with its place and what would be right. Any thread.
#pragma once

#include <QString>

#include <vector>

namespace podleaf::model {

enum class Severity { Error, Warning };

struct Finding {
    Severity severity = Severity::Error;
    int line = 0;    ///< 1-based; 0 when the finding has no place.
    int column = 0;  ///< 1-based.
    QString message; ///< What is wrong, one sentence.
    QString hint;    ///< What would be right; may be empty.

    bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

} // namespace podleaf::model
