// SPDX-License-Identifier: GPL-3.0-or-later
// Distinct id types, so that a node's name can never be passed for a link's. Values; any thread.
#pragma once

#include <QHash>
#include <QString>

#include <compare>
#include <functional>
#include <utility>

namespace podleaf {

/// A name with a type. Names are unique per kind within a lab and are what users type and see.
template <class Tag>
struct Id {
    QString name;

    Id() = default;
    explicit Id(QString text) : name(std::move(text)) {}

    [[nodiscard]] bool isEmpty() const { return name.isEmpty(); }
    friend bool operator==(const Id& a, const Id& b) { return a.name == b.name; }
    friend std::strong_ordering operator<=>(const Id& a, const Id& b) {
        const int order = a.name.compare(b.name);
        return order < 0 ? std::strong_ordering::less : order > 0 ? std::strong_ordering::greater : std::strong_ordering::equal;
    }
};

template <class Tag>
size_t qHash(const Id<Tag>& id, size_t seed = 0) {
    return qHash(id.name, seed);
}

using LabId = Id<struct LabTag>;   ///< A lab's name.
using NodeId = Id<struct NodeTag>; ///< A leaf, a host, or a pod that is a node of its own on an engine.
using LinkId = Id<struct LinkTag>;

} // namespace podleaf

template <class Tag>
struct std::hash<podleaf::Id<Tag>> {
    size_t operator()(const podleaf::Id<Tag>& id) const noexcept { return qHash(id.name); }
};
