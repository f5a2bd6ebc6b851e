// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_cluster.h"

#include <core/blueprint/kubernetes.h>

#include <QCoreApplication>

#include <atomic>
#include <stop_token>

namespace podleaf::session {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabSession", text);
}

} // namespace

Result<std::unique_ptr<kube::ClusterAccess>> openCluster(OpContext& context, LabSession& session, std::uint16_t localPort) {
    const model::Lab& lab = session.lab();
    if (!lab.kubernetes) {
        return fail(ErrorCode::NotFound, tr("The lab %1 has no cluster.").arg(lab.id.name), {}, tr("Its file would say: kubernetes:"));
    }
    auto listing = session.engine().list(context);
    if (!listing) {
        return fail(std::move(listing.error()));
    }
    if (!listing->running) {
        return fail(ErrorCode::Unreachable, tr("The lab %1 is not running.").arg(lab.id.name), {}, tr("podleaf up %1").arg(lab.id.name));
    }
    const channel::PortForward::Ports ports{.node = blueprint::kApiPort, .local = localPort};
    return kube::ClusterAccess::open(context, session.engine().channel(lab.kubernetes->controlPlane), ports);
}

Result<> waitWhileLabRuns(const OpContext& context, LabSession& session) {
    std::stop_source end;
    std::atomic<bool> isLost = false;
    const std::stop_callback onStop(context.stop, [&end] { end.request_stop(); });
    const auto subscription = session.engine().watch([&](const engine::Event& event) {
        if (event.type == engine::Event::Type::Lost) {
            isLost = true;
            end.request_stop();
        }
    });
    if (!subscription) {
        return fail(subscription.error());
    }
    OpContext waiting = context;
    waiting.stop = end.get_token();
    auto ended = waiting.sleepFor(std::chrono::hours(24 * 365));
    return isLost ? Result<>() : std::move(ended);
}

} // namespace podleaf::session
