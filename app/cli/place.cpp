// SPDX-License-Identifier: GPL-3.0-or-later
#include "place.h"

#include <QCoreApplication>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

} // namespace

Result<Place> findPlace(Invocation& invocation, const QString& labName, const QString& nodeName) {
    auto session = openLab(invocation, labName);
    if (!session) {
        return fail(std::move(session.error()));
    }
    const NodeId node(nodeName);
    const model::Lab& lab = (*session)->lab();
    QStringList known;
    for (const model::Node& each : lab.nodes) {
        known.append(each.id.name);
    }
    for (const model::Pod& pod : lab.pods()) {
        known.append(pod.name);
    }
    if (!known.contains(nodeName)) {
        return fail(ErrorCode::NotFound, tr("The lab %1 has no node or pod named %2.").arg(lab.id.name, nodeName), {},
                    tr("It has: %1").arg(known.join(QStringLiteral(", "))));
    }
    auto listing = (*session)->engine().list(invocation.context);
    if (!listing) {
        return fail(std::move(listing.error()));
    }
    if (!listing->running) {
        return fail(ErrorCode::Unreachable, tr("The lab %1 is not running.").arg(lab.id.name), {}, tr("podleaf up %1").arg(lab.id.name));
    }
    return Place{std::move(*session), node};
}

int exitCodeOf(const channel::CommandResult& result) {
    return result.signal != 0 ? 128 + result.signal : result.exitCode;
}

} // namespace podleaf::cli
