// SPDX-License-Identifier: GPL-3.0-or-later
// exec, shell, logs, link: acting on one node or cable.
#include "commands.h"
#include "record.h"

#include <core/blueprint/blueprint.h>
#include <core/channel/interactive.h>

#include <QCoreApplication>

#include <unistd.h>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

/// A running lab and one of its nodes or pods.
struct Place {
    std::unique_ptr<session::LabSession> session;
    NodeId node;
};

/// Resolves "[LAB] NODE" from the arguments.
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

/// The exit code that a shell would give.
int exitCodeOf(const channel::CommandResult& result) {
    return result.signal != 0 ? 128 + result.signal : result.exitCode;
}

std::vector<blueprint::Service> servicesOf(const model::Lab& lab, const NodeId& node) {
    if (const model::Node* found = lab.findNode(node)) {
        return blueprint::blueprintOf(lab, *found).services;
    }
    for (const model::Workload& workload : lab.workloads) {
        for (const model::Pod& pod : workload.pods) {
            if (pod.name == node.name) {
                return blueprint::blueprintOf(lab, workload, pod).services;
            }
        }
    }
    return {};
}

/// Prints one service's own log and its output; whether there was any.
bool printLogOf(Invocation& invocation, const Place& place, const blueprint::Service& service) {
    const auto channel = place.session->engine().channel(place.node);
    bool any = false;
    for (const QString& path : {QStringLiteral("/var/log/podleaf/%1.log").arg(service.name), service.logFile}) {
        if (path.isEmpty()) {
            continue;
        }
        const auto text = channel->download(invocation.context, path, 4 * 1024 * 1024);
        if (text && !text->isEmpty()) {
            printResult(QString::fromUtf8(*text));
            any = true;
        }
    }
    return any;
}

} // namespace

int exec(Invocation& invocation) {
    const qsizetype count = invocation.arguments.size();
    if (count < 1 || count > 2 || invocation.command.isEmpty()) {
        return reportUsage(QStringLiteral("podleaf exec [LAB] NODE -- COMMAND…"));
    }
    auto place = findPlace(invocation, count == 2 ? invocation.arguments[0] : QString(), invocation.arguments.back());
    if (!place) {
        return reportError(invocation, place.error());
    }
    const channel::Command command{invocation.command, {}, {}};
    const auto channel = place->session->engine().channel(place->node);
    if (invocation.json) {
        auto result = channel->exec(invocation.context, command);
        if (!result) {
            return reportError(invocation, result.error());
        }
        printJson({{QStringLiteral("ok"), result->ok()},
                   {QStringLiteral("exitCode"), exitCodeOf(*result)},
                   {QStringLiteral("stdout"), QString::fromUtf8(result->output)},
                   {QStringLiteral("stderr"), QString::fromUtf8(result->errorOutput)}});
        return exitCodeOf(*result);
    }
    auto result = isatty(STDIN_FILENO) != 0 ? channel::runInteractive(invocation.context, *channel, command)
                                            : channel->execOn(invocation.context, command, {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO});
    return result ? exitCodeOf(*result) : reportError(invocation, result.error());
}

int shell(Invocation& invocation) {
    const qsizetype count = invocation.arguments.size();
    if (count < 1 || count > 2) {
        return reportUsage(QStringLiteral("podleaf shell [LAB] NODE"));
    }
    auto place = findPlace(invocation, count == 2 ? invocation.arguments[0] : QString(), invocation.arguments.back());
    if (!place) {
        return reportError(invocation, place.error());
    }
    const auto channel = place->session->engine().channel(place->node);
    auto result = channel::runInteractive(invocation.context, *channel, {{QStringLiteral("/bin/bash"), QStringLiteral("-l")}, {}, {}});
    return result ? exitCodeOf(*result) : reportError(invocation, result.error());
}

int logs(Invocation& invocation) {
    QStringList arguments = invocation.arguments;
    if (arguments.isEmpty() || arguments.size() > 3) {
        return reportUsage(QStringLiteral("podleaf logs [LAB] NODE [SERVICE]"));
    }
    if (!namesLab(invocation, arguments.front())) {
        arguments.prepend(QString());
    }
    auto place = findPlace(invocation, arguments.value(0), arguments.value(1));
    if (!place) {
        return reportError(invocation, place.error());
    }
    const QString wanted = arguments.value(2);
    QStringList names;
    bool found = false;
    for (const blueprint::Service& service : servicesOf(place->session->lab(), place->node)) {
        names.append(service.name);
        if (!wanted.isEmpty() && service.name != wanted) {
            continue;
        }
        found = true;
        if (wanted.isEmpty()) {
            printResult(QStringLiteral("== %1\n").arg(service.name));
        }
        printLogOf(invocation, *place, service);
    }
    if (!found) {
        return reportError(invocation, {ErrorCode::NotFound,
                                        tr("%1 runs no service named %2.").arg(place->node.name, wanted),
                                        {},
                                        tr("It runs: %1").arg(names.join(QStringLiteral(", "))),
                                        {}});
    }
    return Done;
}

int link(Invocation& invocation) {
    const qsizetype count = invocation.arguments.size();
    const QString verb = count > 0 ? invocation.arguments.back() : QString();
    const bool join = verb == QLatin1String("join");
    if (count < 2 || count > 3 || (!join && verb != QLatin1String("cut"))) {
        return reportUsage(QStringLiteral("podleaf link [LAB] LINK cut|join [--record]"));
    }
    const QString lab = count == 3 ? invocation.arguments[0] : QString();
    auto session = invocation.record ? openLiveLab(invocation, lab) : openLab(invocation, lab);
    if (!session) {
        return reportError(invocation, session.error());
    }
    const LinkId id(invocation.arguments[count - 2]);
    if (invocation.record) {
        return recordLink(invocation, **session, id, join);
    }
    if (auto set = (*session)->setLink(invocation.context, id, join); !set) {
        return reportError(invocation, set.error());
    }
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), true},
                   {QStringLiteral("link"), id.name},
                   {QStringLiteral("admin"), join ? QStringLiteral("up") : QStringLiteral("down")}});
    } else {
        printResult(join ? tr("%1 is joined.\n").arg(id.name) : tr("%1 is cut.\n").arg(id.name));
    }
    return Done;
}

} // namespace podleaf::cli
