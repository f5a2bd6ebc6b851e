// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_console.h"

#include <core/blueprint/blueprint.h>

#include <QCoreApplication>

namespace podleaf::session {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("NodeConsole", text);
}

/// The services of a node or pod; nothing where there is no such place.
std::optional<std::vector<blueprint::Service>> servicesOf(const model::Lab& lab, const NodeId& place) {
    if (const model::Node* node = lab.findNode(place)) {
        return blueprint::blueprintOf(lab, *node).services;
    }
    for (const model::Workload& workload : lab.workloads) {
        for (const model::Pod& pod : workload.pods) {
            if (pod.name == place.name) {
                return blueprint::blueprintOf(lab, workload, pod).services;
            }
        }
    }
    return std::nullopt;
}

QStringList followLogs(const std::vector<blueprint::Service>& services) {
    QStringList files;
    for (const blueprint::Service& service : services) {
        files.append(service.logFile.isEmpty() ? QStringLiteral("/var/log/podleaf/%1.log").arg(service.name) : service.logFile);
    }
    return QStringList{QStringLiteral("tail"), QStringLiteral("-n"), QStringLiteral("200"), QStringLiteral("-F")} + files;
}

} // namespace

Result<QStringList> consoleCommand(const model::Lab& lab, const NodeId& node, ConsoleProgram program) {
    const auto services = servicesOf(lab, node);
    if (!services) {
        return fail(ErrorCode::NotFound, tr("The lab %1 has no node or pod named %2.").arg(lab.id.name, node.name));
    }
    switch (program) {
    case ConsoleProgram::Shell:
        break;
    case ConsoleProgram::Vtysh:
        if (std::ranges::none_of(*services, [](const blueprint::Service& each) { return each.name == QLatin1String("bgpd"); })) {
            return fail(ErrorCode::NotFound, tr("%1 runs no router: it has no vtysh.").arg(node.name));
        }
        return QStringList{QStringLiteral("vtysh")};
    case ConsoleProgram::Logs:
        if (services->empty()) {
            return fail(ErrorCode::NotFound, tr("%1 runs no service that logs.").arg(node.name));
        }
        return followLogs(*services);
    }
    return QStringList{QStringLiteral("/bin/bash"), QStringLiteral("-l")};
}

Result<ConsoleEnd> runConsole(OpContext& context, LabSession& session, const NodeId& node, ConsoleProgram program, int terminal) {
    auto argv = consoleCommand(session.lab(), node, program);
    if (!argv) {
        return fail(std::move(argv.error()));
    }
    const channel::Command command{std::move(*argv), {QStringLiteral("TERM=xterm-256color"), QStringLiteral("COLORTERM=truecolor")}, {}};
    auto ended = session.engine().channel(node)->execOn(context, command, {terminal, terminal, terminal});
    return ended ? Result<ConsoleEnd>(ConsoleEnd{ended->exitCode, ended->signal}) : fail(std::move(ended.error()));
}

} // namespace podleaf::session
