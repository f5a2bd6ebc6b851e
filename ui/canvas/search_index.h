// SPDX-License-Identifier: GPL-3.0-or-later
// The search of the canvas: nodes, links, pods, addresses, prefixes, AS numbers, groups and notes of a lab by a few letters
// of them. Pure; any thread.
#pragma once

#include "selection.h"

#include <core/model/lab.h>

#include <optional>
#include <vector>

namespace podleaf::ui {

struct SearchHit {
    QString icon;                          ///< Name of a line icon.
    QString title;                         ///< What was found: "host2", "10.20.1.0/24", "AS 65100".
    QString detail;                        ///< What it is: "pod network of host2".
    Selection item;                        ///< What is selected and brought into the middle.
    Lit lit;                               ///< What stands out.
    std::optional<Ipv4Prefix> prefix = {}; ///< What the Routes lens shows.
};

/// What `text` may mean, best first: what is it exactly, what begins with it, what contains it. An address also finds the
/// networks that it is in. At most `limit` hits; none for blanks.
std::vector<SearchHit> searchLab(const model::Lab& lab, const QString& text, std::size_t limit = 20);

} // namespace podleaf::ui
