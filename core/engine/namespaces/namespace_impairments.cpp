// SPDX-License-Identifier: GPL-3.0-or-later
#include "namespace_impairments.h"

#include "namespace_engine_private.h"

#include <QCoreApplication>

namespace podleaf::engine {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("NamespaceEngine", source);
}

static_assert(labhost::kMaxLoss == model::kMaxLoss && labhost::kMinRateKbit == model::kMinRateKbit &&
              labhost::kMaxRateKbit == model::kMaxRateKbit && labhost::kMaxDelayMicroseconds == model::kMaxDelayMicroseconds);

labhost::ImpairmentInfo toWire(const model::Impairment& impairment) {
    return {impairment.drop, impairment.loss, impairment.rateKbit, impairment.delayMicroseconds};
}

model::Impairment fromWire(const labhost::ImpairmentInfo& info) {
    return {info.drop, info.loss, info.rateKbit, info.delayMicroseconds};
}

/// The lab host says what the kernel lacks; here is what to do about it.
Error withHint(Error error) {
    if (error.code == ErrorCode::HostLacks) {
        error.hint = text("Load the module that the detail names with modprobe, or boot a kernel that has it.");
    }
    return error;
}

} // namespace

model::CableImpairments fromWire(const labhost::ImpairmentsReply& reply) {
    return {fromWire(reply.fromA), fromWire(reply.fromB)};
}

labhost::SetImpairment toWire(const LinkId& link, Senders senders, const ImpairmentChange& change) {
    labhost::SetImpairment request;
    request.link = link.name.toStdString();
    request.senders = senders == Senders::A ? labhost::kSenderA : senders == Senders::B ? labhost::kSenderB : labhost::kBothSenders;
    const auto partOf = [](const auto& value, std::uint8_t part) { return value ? part : std::uint8_t{0}; };
    request.parts =
        static_cast<std::uint8_t>(partOf(change.drop, labhost::kDropPart) | partOf(change.loss, labhost::kLossPart) |
                                  partOf(change.rateKbit, labhost::kRatePart) | partOf(change.delayMicroseconds, labhost::kDelayPart));
    request.impairment = {change.drop.value_or(false), change.loss.value_or(0), change.rateKbit.value_or(0),
                          change.delayMicroseconds.value_or(0)};
    return request;
}

Result<model::CableImpairments> NamespaceEngine::impair(OpContext& context, const LinkId& link, Senders senders,
                                                        const ImpairmentChange& change) {
    const QString what = text("Cannot impair the link %1").arg(link.name);
    auto connection = d->client(context);
    if (!connection) {
        return fail(wrapError(what, connection.error()));
    }
    auto reply = (*connection)->ask<labhost::ImpairmentsReply>(context, Verb::SetImpairment, toWire(link, senders, change));
    if (!reply) {
        return fail(withHint(wrapError(what, reply.error())));
    }
    return fromWire(*reply);
}

Result<model::CableImpairments> NamespaceEngine::declare(OpContext& context, const LinkId& link,
                                                         const model::CableImpairments& impairments) {
    const QString what = text("Cannot impair the link %1").arg(link.name);
    auto connection = d->client(context);
    if (!connection) {
        return fail(wrapError(what, connection.error()));
    }
    const labhost::DeclareImpairments request{link.name.toStdString(), toWire(impairments[0]), toWire(impairments[1])};
    auto reply = (*connection)->ask<labhost::ImpairmentsReply>(context, Verb::DeclareImpairments, request);
    if (!reply) {
        return fail(withHint(wrapError(what, reply.error())));
    }
    return fromWire(*reply);
}

Result<model::CableImpairments> NamespaceEngine::impairmentsOf(OpContext& context, const LinkId& link) {
    const QString what = text("Cannot ask about the link %1").arg(link.name);
    auto connection = d->client(context);
    if (!connection) {
        return fail(wrapError(what, connection.error()));
    }
    auto reply =
        (*connection)->ask<labhost::ImpairmentsReply>(context, Verb::GetImpairments, labhost::LinkRequest{link.name.toStdString()});
    if (!reply) {
        return fail(wrapError(what, reply.error()));
    }
    return fromWire(*reply);
}

} // namespace podleaf::engine
