// SPDX-License-Identifier: GPL-3.0-or-later
// Place: a running lab and one of its nodes or pods, as the words of a command name them. Main thread.
#pragma once

#include "invocation.h"

#include <core/channel/node_channel.h>

namespace podleaf::cli {

struct Place {
    std::unique_ptr<session::LabSession> session;
    NodeId node;
};

/// Resolves "[LAB] NODE" from the arguments. Errors: NotFound; Unreachable, where the lab does not run; those of openLab().
Result<Place> findPlace(Invocation& invocation, const QString& labName, const QString& nodeName);

/// The exit code that a shell would give.
int exitCodeOf(const channel::CommandResult& result);

} // namespace podleaf::cli
