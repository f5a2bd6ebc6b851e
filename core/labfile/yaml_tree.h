// SPDX-License-Identifier: GPL-3.0-or-later
// YAML text → a small tree with places. Hostile text ends here: size, depth and number of values are
// bounded while the parser runs; anchors, aliases, tags, merge keys and second documents are refused.
// Any thread.
#pragma once

#include "report.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

namespace podleaf::labfile {

/// Longest line, longest part in brackets, both in bytes, and most values a file may have; a lab of a
/// thousand hosts has twelve thousand values.
inline constexpr qsizetype kMaxLineBytes = 4096;
inline constexpr qsizetype kMaxFlowBytes = 256 * 1024;
inline constexpr int kMaxValues = 50'000;

struct YamlEntry;

/// One value. Scalars are text as written: what a number or an address is, is decided by who reads it,
/// so that a node may be called `no` or `1e3`.
struct YamlNode {
    enum class Type {
        Null,
        Scalar,
        List,
        Map,
        Broken, ///< Already reported; readers pass over it.
    };
    Type type = Type::Null;
    Place place;
    QString text;                   ///< Of a scalar.
    std::vector<YamlNode> items;    ///< Of a list.
    std::vector<YamlEntry> entries; ///< Of a map, in the file's order, keys unique.
};

struct YamlEntry {
    QString key;
    Place keyPlace;
    YamlNode value;
};

/// The file's one document, or nullopt when it cannot be read at all (reported).
/// `text` must be free of a byte order mark.
std::optional<YamlNode> readYaml(const QByteArray& text, Report& report);

} // namespace podleaf::labfile
