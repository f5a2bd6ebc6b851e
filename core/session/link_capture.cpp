// SPDX-License-Identifier: GPL-3.0-or-later
#include "link_capture.h"

#include <core/deploy/deploy.h>
#include <core/engine/capture.h>

#include <QCoreApplication>

#include <algorithm>
#include <sys/eventfd.h>

namespace podleaf::session {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LinkCapture", text);
}

std::vector<std::size_t> indexesOf(CaptureEnds ends) {
    switch (ends) {
    case CaptureEnds::A:
        return {0};
    case CaptureEnds::B:
        return {1};
    case CaptureEnds::Both:
        break;
    }
    return {0, 1};
}

} // namespace

class LinkCapture::Private {
public:
    /// The engine's word that one of the cable's nodes, or the whole lab, has gone; on the subscription's thread.
    void tell(const engine::Event& event) const {
        const bool nodeGone = event.type == engine::Event::Type::NodeGone && (event.node == ends[0].node || event.node == ends[1].node);
        if (nodeGone || event.type == engine::Event::Type::Lost) {
            static_cast<void>(::eventfd_write(gone.get(), 1) == 0);
        }
    }

    capture::Limits limits;
    std::array<model::Endpoint, 2> ends;
    UniqueFd gone{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::vector<capture::Source> sources;
    std::unique_ptr<engine::Subscription> subscription; ///< Last: its thread uses the others.
};

LinkCapture::LinkCapture(std::unique_ptr<Private> state) : d(std::move(state)) {}
LinkCapture::~LinkCapture() = default;

Result<std::array<model::Endpoint, 2>> captureEndsOf(const model::Lab& lab, const LinkId& link) {
    const deploy::Topology topology = deploy::topologyOf(lab);
    const auto found = std::ranges::find(topology.links, link, &engine::LinkSpec::id);
    if (found != topology.links.end()) {
        return std::array{model::Endpoint{found->a.node, found->a.port}, model::Endpoint{found->b.node, found->b.port}};
    }
    QStringList known;
    for (const engine::LinkSpec& each : topology.links) {
        known.append(each.id.name);
    }
    return fail(ErrorCode::NotFound, tr("The lab has no cable named %1.").arg(link.name), {},
                tr("Its cables are: %1").arg(known.join(QStringLiteral(", "))));
}

Result<std::unique_ptr<LinkCapture>> LinkCapture::open(OpContext& context, LabSession& session, const CaptureRequest& request) {
    auto ends = captureEndsOf(session.lab(), request.link);
    if (!ends) {
        return fail(std::move(ends.error()));
    }
    auto power = session.engine().capture();
    if (!power) {
        return fail(std::move(power.error()));
    }
    auto state = std::make_unique<Private>();
    state->limits = request.limits;
    state->ends = *ends;
    auto subscription = session.engine().watch([target = state.get()](const engine::Event& event) { target->tell(event); });
    if (!subscription) {
        const QString& name = session.lab().id.name;
        return subscription.error().code == ErrorCode::Unreachable
                   ? fail(ErrorCode::Unreachable, tr("The lab %1 is not running.").arg(name), {}, tr("podleaf up %1").arg(name))
                   : fail(std::move(subscription.error()));
    }
    state->subscription = std::move(*subscription);
    for (const std::size_t index : indexesOf(request.ends)) {
        const model::Endpoint& end = (*ends)[index];
        auto socket = (*power)->openPackets(context, end.node, end.port);
        if (!socket) {
            return fail(std::move(socket.error()));
        }
        state->sources.push_back({end.toString(), tr("%1 of %2").arg(request.link.name, session.lab().id.name), std::move(*socket)});
    }
    return std::unique_ptr<LinkCapture>(new LinkCapture(std::move(state)));
}

Result<capture::Summary> LinkCapture::run(const OpContext& context, int output) {
    return capture::capturePackets(context, std::exchange(d->sources, {}), d->limits, output, d->gone.get());
}

} // namespace podleaf::session
