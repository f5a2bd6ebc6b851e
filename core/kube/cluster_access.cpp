// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster_access.h"

#include <QCoreApplication>

namespace podleaf::kube {

namespace {

constexpr qsizetype kMostBytes = 1 << 20;
constexpr QLatin1StringView kAdmin("/etc/kubernetes/admin.conf"); // as kubeadm writes it

} // namespace

Result<std::unique_ptr<ClusterAccess>> ClusterAccess::open(OpContext& context, std::shared_ptr<channel::NodeChannel> controlPlane,
                                                           channel::PortForward::Ports ports) {
    auto text = controlPlane->download(context, QString(kAdmin), kMostBytes);
    if (!text && text.error().code == ErrorCode::NotFound) {
        return fail(ErrorCode::NotFound, QCoreApplication::translate("Kube", "There is no cluster yet."), text.error().message);
    }
    auto kubeconfig = text ? parseKubeconfig(*text) : fail(std::move(text.error()));
    if (!kubeconfig) {
        return fail(std::move(kubeconfig.error()));
    }
    auto forward = channel::PortForward::open(std::move(controlPlane), ports);
    if (!forward) {
        return fail(std::move(forward.error()));
    }
    kubeconfig->server = QStringLiteral("https://127.0.0.1:%1").arg((*forward)->port());
    auto access = accessOf(*kubeconfig);
    if (!access) {
        return fail(std::move(access.error()));
    }
    return std::unique_ptr<ClusterAccess>(new ClusterAccess(*std::move(forward), *std::move(kubeconfig), *std::move(access)));
}

ClusterAccess::ClusterAccess(std::unique_ptr<channel::PortForward> forward, Kubeconfig kubeconfig, ApiAccess access)
    : m_forward(std::move(forward)), m_kubeconfig(std::move(kubeconfig)), m_access(std::move(access)) {}

} // namespace podleaf::kube
