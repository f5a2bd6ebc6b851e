// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_channel.h"

#include "simulated_chance.h"
#include "simulated_network.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>

namespace podleaf::engine {

namespace {

constexpr int kCouldNotConnect = 7; // curl(1), EXIT CODES
constexpr int kTimedOut = 28;

/// What tells daemons that their files have changed (core/blueprint/services.cpp).
const QStringList kReloads{QStringLiteral("/usr/lib/podleaf/bgpd-reload"), QStringLiteral("/usr/lib/podleaf/dhcp-renew")};

QString text(const char* source) {
    return QCoreApplication::translate("SimulatedEngine", source);
}

Unexpected runsNothing(const NodeId& node) {
    return fail(ErrorCode::NotFound, text("%1 is simulated: no program runs in it.").arg(node.name), {},
                text("Leave \"engine: simulated\" out of the lab file to run it for real."));
}

/// A pod of the lab by its name or its address.
std::optional<model::Pod> findPod(const model::Lab& lab, const auto& matches) {
    const auto pods = lab.pods();
    const auto it = std::ranges::find_if(pods, matches);
    return it == pods.end() ? std::nullopt : std::optional(*it);
}

} // namespace

Result<channel::CommandResult> SimulatedChannel::exec(OpContext& context, const channel::Command& command) {
    if (command.argv.value(0) == QLatin1String("curl")) {
        return curl(context, command.argv.constLast());
    }
    if (kReloads.contains(command.argv.value(0))) {
        return channel::CommandResult(); // What a daemon does follows from the lab file as it is: it has read it already.
    }
    return runsNothing(m_node);
}

/// Asks for a pod as the network is now; the answer is what readCurl() of core/verify wants to read.
Result<channel::CommandResult> SimulatedChannel::curl(OpContext& context, const QString& url) {
    channel::CommandResult result;
    std::size_t hops = 0;
    auto code = exitCodeOf(url, result.output, hops);
    if (!code) {
        return fail(std::move(code.error()));
    }
    result.exitCode = *code;
    const auto us = 250 + 120 * hops + simulatedBetween(0, 400, m_inside.seed, QString(m_node.name + url));
    if (auto slept = context.sleepFor(std::chrono::milliseconds(us / 1000)); !slept) {
        return fail(std::move(slept.error()));
    }
    result.errorOutput =
        QStringLiteral("\npodleaf-leg %1 %2\n").arg(result.exitCode == 0 ? 200 : 0).arg(static_cast<double>(us) / 1e6).toUtf8();
    return result;
}

Result<int> SimulatedChannel::exitCodeOf(const QString& url, QByteArray& answer, std::size_t& hops) const {
    const model::Lab& lab = m_inside.lab;
    const auto target = Ipv4Address::parse(QUrl(url).host());
    const auto self = findPod(lab, [this](const model::Pod& pod) { return pod.name == m_node.name; });
    const auto pod = findPod(lab, [&target](const model::Pod& one) { return target && one.address == *target; });
    bool isThere = false;
    bool serves = false;
    bool answers = false;
    auto looked = m_inside.look([&](const SimulatedWorld& world) {
        isThere = world.findOn(m_node) != nullptr;
        const SimulatedNode* server = pod ? world.findOn(NodeId(pod->name)) : nullptr;
        serves = server != nullptr;
        answers = serves && server->runs(QStringLiteral("nginx"));
    });
    if (!looked) {
        return fail(std::move(looked.error()));
    }
    auto network = m_inside.network();
    if (!network) {
        return fail(std::move(network.error()));
    }
    if (!isThere) {
        return fail(ErrorCode::Unreachable, text("%1 is not there.").arg(m_node.name));
    }
    const NodeId from = self ? self->host : m_node;
    const auto there = target ? wayOf(lab, **network, from, *target) : SimulatedWay();
    const Ipv4Address own = self ? self->address : answersOf(lab, from);
    hops = there.nodes.size();
    if (!there.arrives || !serves || !wayOf(lab, **network, there.nodes.back(), own).arrives) {
        return kTimedOut;
    }
    answer = answers ? pod->name.toUtf8() + '\n' : QByteArray();
    return answers ? 0 : kCouldNotConnect;
}

Result<channel::CommandResult> SimulatedChannel::execOn(OpContext& /*context*/, const channel::Command& /*command*/,
                                                        const channel::StandardStreams& /*streams*/) {
    return runsNothing(m_node);
}

Result<> SimulatedChannel::upload(OpContext& /*context*/, const QString& /*path*/, const QByteArray& /*content*/, std::uint32_t /*mode*/) {
    return runsNothing(m_node);
}

Result<QByteArray> SimulatedChannel::download(OpContext& /*context*/, const QString& path, qsizetype maxBytes) {
    Result<QByteArray> content = fail(ErrorCode::Unreachable, text("%1 is not there.").arg(m_node.name));
    auto looked = m_inside.look([&](const SimulatedWorld& world) {
        const SimulatedNode* node = world.findOn(m_node);
        const auto it = node == nullptr ? decltype(node->files)::const_iterator() : node->files.find(path);
        if (node != nullptr && it != node->files.end()) {
            content = it->second.left(maxBytes);
        } else if (node != nullptr) {
            content = fail(ErrorCode::NotFound, text("%1 is simulated: it has no file %2.").arg(m_node.name, path));
        }
    });
    return looked ? content : fail(std::move(looked.error()));
}

Result<UniqueFd> SimulatedChannel::connectUnix(OpContext& /*context*/, const QString& /*path*/) {
    return runsNothing(m_node);
}

Result<UniqueFd> SimulatedChannel::connectTcp(OpContext& /*context*/, std::uint16_t /*port*/) {
    return runsNothing(m_node);
}

} // namespace podleaf::engine
