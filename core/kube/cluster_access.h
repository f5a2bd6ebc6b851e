// SPDX-License-Identifier: GPL-3.0-or-later
// ClusterAccess: the way from this host to the API server of a lab's cluster, as long as it lives: the administrator's
// certificates, read from the control plane, and a port forward into it. Thread-safe.
#pragma once

#include "api_client.h"

#include <core/channel/port_forward.h>

#include <memory>

namespace podleaf::kube {

class ClusterAccess {
public:
    /// `apiPort` is the API server's in the node. Errors: NotFound (there is no cluster yet); Protocol; those of the channel and
    /// of PortForward::open().
    static Result<std::unique_ptr<ClusterAccess>> open(OpContext& context, std::shared_ptr<channel::NodeChannel> controlPlane,
                                                       channel::PortForward::Ports ports);

    /// With this host's port as the server.
    [[nodiscard]] const Kubeconfig& kubeconfig() const { return m_kubeconfig; }
    [[nodiscard]] const ApiAccess& access() const { return m_access; }
    [[nodiscard]] ApiClient client() const { return ApiClient(m_access); }

private:
    ClusterAccess(std::unique_ptr<channel::PortForward> forward, Kubeconfig kubeconfig, ApiAccess access);

    std::unique_ptr<channel::PortForward> m_forward;
    const Kubeconfig m_kubeconfig;
    const ApiAccess m_access;
};

} // namespace podleaf::kube
