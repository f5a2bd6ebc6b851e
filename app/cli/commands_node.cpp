// SPDX-License-Identifier: GPL-3.0-or-later
// exec, shell, logs: acting on one node.
#include "commands.h"
#include "place.h"

#include <core/blueprint/blueprint.h>
#include <core/channel/interactive.h>

#include <QCoreApplication>

#include <unistd.h>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
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

} // namespace podleaf::cli
