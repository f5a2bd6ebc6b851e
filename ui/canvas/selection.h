// SPDX-License-Identifier: GPL-3.0-or-later
// What can be selected on the canvas. Plain values; any thread.
#pragma once

#include <core/base/ids.h>

#include <QString>

#include <variant>

namespace podleaf::ui {

/// A pod, by its name, which is unique in a lab.
struct PodRef {
    QString name;
    bool operator==(const PodRef&) const = default;
};

/// Nothing, a node, a cable or a pod.
using Selection = std::variant<std::monostate, NodeId, LinkId, PodRef>;

} // namespace podleaf::ui
