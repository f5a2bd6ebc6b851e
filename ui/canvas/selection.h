// SPDX-License-Identifier: GPL-3.0-or-later
// What can be selected on the canvas. Plain values; any thread.
#pragma once

#include <core/base/ids.h>

#include <QString>

#include <cstddef>
#include <set>
#include <variant>

namespace podleaf::ui {

/// A pod, by its name, which is unique in a lab.
struct PodRef {
    QString name;
    bool operator==(const PodRef&) const = default;
};

/// A leg of the last test, by its source (a host or a pod) and its target pod.
struct FlowRef {
    QString from;
    QString to;
    bool operator==(const FlowRef&) const = default;
};

/// A note, by its place in the lab's list.
struct NoteRef {
    std::size_t at = 0;
    bool operator==(const NoteRef&) const = default;
};

/// A group of nodes, by its name.
struct GroupRef {
    QString name;
    bool operator==(const GroupRef&) const = default;
};

/// Nothing, a node, a cable, a pod, a flow, a note or a group.
using Selection = std::variant<std::monostate, NodeId, LinkId, PodRef, FlowRef, NoteRef, GroupRef>;

/// What stands out while the rest fades: the answer of a search.
struct Lit {
    std::set<NodeId> nodes;
    std::set<LinkId> links;
    std::set<QString> pods; ///< By name.
    std::set<std::size_t> notes = {};
    [[nodiscard]] bool isEmpty() const { return nodes.empty() && links.empty() && pods.empty() && notes.empty(); }
    bool operator==(const Lit&) const = default;
};

} // namespace podleaf::ui
