// SPDX-License-Identifier: GPL-3.0-or-later
#include "service_turn.h"

#include <core/blueprint/dnsmasq_config.h>
#include <core/engine/node_setup.h>

#include <QCoreApplication>

namespace podleaf::deploy {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Deploy", text);
}

Result<> reload(OpContext& context, engine::Engine& engine, const NodeId& node, const blueprint::Service& service) {
    channel::Command command;
    command.argv = service.reload;
    auto result = engine.channel(node)->exec(context, command);
    if (!result) {
        return fail(std::move(result.error()));
    }
    if (!result->ok()) {
        return fail(ErrorCode::Failed, tr("%1 on %2 did not take its new configuration.").arg(service.name, node.name),
                    QString::fromUtf8(result->errorOutput + result->output).right(2000));
    }
    return {};
}

} // namespace

namespace {

/// dnsmasq keeps an address for the card that had it, and a port has only one: another host there would get none.
Result<> dropLeases(OpContext& context, engine::Engine& engine, const NodeId& server, const QStringList& addresses) {
    constexpr qsizetype kMostBytes = 4 * 1024 * 1024;
    const auto channel = engine.channel(server);
    const auto leases = channel->download(context, QString(blueprint::kLeaseFile), kMostBytes);
    if (!leases) {
        return leases.error().code == ErrorCode::NotFound ? Result<>() : fail(leases.error());
    }
    QByteArray kept;
    for (const QByteArray& line : leases->split('\n')) { // "EXPIRY MAC ADDRESS NAME CLIENT-ID"
        if (!line.isEmpty() && !addresses.contains(QString::fromLatin1(line.split(' ').value(2)))) {
            kept += line + '\n';
        }
    }
    return channel->upload(context, QString(blueprint::kLeaseFile), kept, 0644);
}

} // namespace

bool renews(const blueprint::Service& service) {
    return service.takesLease && !service.reload.isEmpty();
}

Result<> carryOut(OpContext& context, engine::Engine& engine, const NodeId& node, const blueprint::Service& service, Turn turn,
                  const QStringList& goneLeases) {
    if (turn == Turn::Reload) {
        return reload(context, engine, node, service);
    }
    engine::NodeSetup& setup = *engine.nodeSetup();
    if (turn == Turn::Restart) {
        if (auto stopped = setup.stopService(context, node, service.name); !stopped) {
            return stopped;
        }
        auto dropped = goneLeases.isEmpty() ? Result<>() : dropLeases(context, engine, node, goneLeases);
        if (!dropped) {
            return dropped;
        }
    }
    if (auto started = setup.startService(context, node, {service.name, service.command, service.readySocket, service.comesBack});
        !started) {
        return started;
    }
    // What is started after a DHCP client that was restarted reads what its lease says.
    return turn == Turn::Restart && renews(service) ? reload(context, engine, node, service) : Result<>();
}

} // namespace podleaf::deploy
