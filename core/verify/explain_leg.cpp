// SPDX-License-Identifier: GPL-3.0-or-later
// Why a leg of a test fails: its packets' trace there and back, and the pod that should answer.
#include "trace.h"
#include "verify.h"

#include <core/state/session_reason.h>

#include <QCoreApplication>

namespace podleaf::verify {

namespace {

/// Of a pod that is there (the trace says when it is not): why it does not answer.
QString podFault(const state::LabState& state, const QString& name) {
    const auto it = state.pods.find(name);
    if (it == state.pods.end() || it->second.ready) {
        return {};
    }
    return it->second.reason.isEmpty() ? QCoreApplication::translate("Verify", "%1 is not ready.").arg(name)
                                       : QCoreApplication::translate("Verify", "%1 is not ready: %2").arg(name, it->second.reason);
}

TracePlace sourceOf(const Picture& picture, const intent::Leg& leg) {
    if (leg.fromPod.isEmpty()) {
        return {leg.fromNode.name, leg.fromNode, {}, {}, false};
    }
    const auto pod = picture.state.pods.find(leg.fromPod);
    return {leg.fromPod, leg.fromNode, leg.fromPod, pod == picture.state.pods.end() ? Ipv4Address{} : pod->second.address, true};
}

/// What takes some of the packets away on a way that they can go.
QString lossOn(const Picture& picture, const TracePath& path) {
    for (const TraceHop& hop : path.hops) {
        for (const TraceNext& next : hop.next) {
            const model::Link* link = picture.lab.findLink(next.link);
            const int end = link == nullptr ? -1 : model::endAt(*link, NodeId(hop.at));
            const QString loss = end < 0 ? QString() : state::lossFault(picture.state, *link, static_cast<std::size_t>(end)).sentence;
            if (!loss.isEmpty()) {
                return loss;
            }
        }
    }
    return {};
}

} // namespace

QString explainLeg(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state, const intent::Leg& leg) {
    if (!state.running) {
        return QCoreApplication::translate("Verify", "The lab is not running.");
    }
    const Picture picture{lab, intent, state};
    const TracePlace from = sourceOf(picture, leg);
    const TracePath there = tracePath(picture, from, leg.to);
    if (there.stop) {
        return there.stop->reason;
    }
    if (QString fault = podFault(state, leg.toPod); !fault.isEmpty()) {
        return fault;
    }
    const auto source = sourceAddress(picture, from, leg.to);
    const TracePath back = source ? tracePath(picture, {leg.toPod, leg.toNode, leg.toPod, leg.to, true}, *source) : TracePath{};
    if (back.stop) {
        return QCoreApplication::translate("Verify", "The answer has no way back: %1").arg(back.stop->reason);
    }
    const QString loss = lossOn(picture, there);
    return loss.isEmpty() ? lossOn(picture, back) : loss;
}

} // namespace podleaf::verify
