// SPDX-License-Identifier: GPL-3.0-or-later
// SshConnection: one SSH session to a node and the one thread that speaks through it. Tasks come in from any thread by
// a queue and an eventfd; the thread opens a channel for each and moves their bytes side by side.
#pragma once

#include "ssh_target.h"
#include "ssh_task.h"

#include <core/base/op_context.h>

#include <memory>

namespace podleaf::channel {

/// Thread-safe. When the connection is lost, every task under way and every later one fails with Unreachable; a new
/// connection is made by a new object. Destroying it closes all streams that it carries.
class SshConnection {
public:
    /// Connects, checks the host key and logs in.
    /// Errors: InvalidInput (address or keys), Unreachable, Conflict (another host key), Denied (our key), Timeout.
    static Result<std::unique_ptr<SshConnection>> open(OpContext& context, const SshTarget& target);
    ~SshConnection();
    SshConnection(const SshConnection&) = delete;
    SshConnection& operator=(const SshConnection&) = delete;

    /// Hands a task over; `task->done` tells the rest.
    void submit(std::shared_ptr<SshTask> task);
    /// Has the poll thread look at its tasks: one was cancelled or its terminal resized.
    void wake();

private:
    class Private;
    explicit SshConnection(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

/// Waits until `event` is raised or the context ends.
Result<> waitFor(const OpContext& context, const SshEvent& event);

} // namespace podleaf::channel
