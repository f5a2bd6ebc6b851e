// SPDX-License-Identifier: GPL-3.0-or-later
// SshPump: one channel of an SSH session, from its opening to its end, and the bytes between it and the sockets of its
// task. Never blocks; lives on the connection's poll thread. It holds at most one buffer per direction: what the other
// side does not take stays where it came from, so that windows and kernel buffers close behind it.
#pragma once

#include "ssh_session.h"
#include "ssh_task.h"

#include <core/base/op_context.h>

#include <memory>
#include <poll.h>
#include <vector>

namespace podleaf::channel {

class SshPump {
public:
    /// `node` is for sentences. The session outlives the pump.
    SshPump(SshSession& session, std::shared_ptr<SshTask> task, const QString& node);
    ~SshPump();
    SshPump(const SshPump&) = delete;
    SshPump& operator=(const SshPump&) = delete;

    /// Goes on as far as it can without waiting; true when it moved something.
    bool advance();
    /// What poll(2) is to wait for on the sockets of the task; what it said comes back by noteHangUp().
    void addTo(std::vector<pollfd>& waits) const;
    void noteHangUp(int descriptor);

    [[nodiscard]] bool isProgram() const;
    [[nodiscard]] bool isEnded() const;
    /// When it ended because the server opens no more sessions now: its task, as it came, for another try; and why.
    std::shared_ptr<SshTask> refusedTask();
    [[nodiscard]] Error refusal() const;
    /// When to call advance() although nothing happens; max() when there is no such time.
    [[nodiscard]] Clock::time_point wakeAt() const;
    /// The connection is lost.
    void lose(const Error& error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace podleaf::channel
