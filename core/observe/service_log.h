// SPDX-License-Identifier: GPL-3.0-or-later
// ServiceLog: the last words of services that died. Lives on the poll thread; reads on its worker.
#pragma once

#include "poll_loop.h"

#include <core/channel/node_channel.h>

#include <QStringList>

namespace podleaf::observe {

class ServiceLog final : public Feed {
public:
    /// `paths`: where a service may log, "%1" standing for its name; the later ones come last.
    ServiceLog(PollLoop& loop, QStringList paths) : Feed(loop), m_paths(std::move(paths)) {}

    /// Gives `done` the last lines of `service` in the node of `channel`, at most 10; empty when there are none.
    void read(const std::shared_ptr<channel::NodeChannel>& channel, const QString& service, std::function<void(const QString&)> done);

private:
    const QStringList m_paths;
};

} // namespace podleaf::observe
