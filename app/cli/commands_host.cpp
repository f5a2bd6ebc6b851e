// SPDX-License-Identifier: GPL-3.0-or-later
// list, gc, doctor: what is on this host; and the table of all commands.
#include "commands.h"
#include "render.h"

#include <core/engine/namespaces/namespace_engine.h>
#include <core/session/lab_backend.h>

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

} // namespace

int list(Invocation& invocation) {
    const auto running = podleaf::session::runningLabs(invocation.environment);
    const auto builtin = labfile::builtinLabs();
    QJsonArray labs;
    QString text;
    for (const podleaf::session::RunningLab& lab : running) {
        labs.append(QJsonObject{{QStringLiteral("name"), lab.lab.name},
                                {QStringLiteral("path"), lab.labFile},
                                {QStringLiteral("running"), true},
                                {QStringLiteral("engine"), model::engineWord(lab.engine)},
                                {QStringLiteral("since"), timestamp(lab.since.toMSecsSinceEpoch())}});
        const qint64 age = lab.since.msecsTo(QDateTime::currentDateTimeUtc());
        const QString since = lab.engine == model::EngineKind::Simulated ? tr("simulated for %1") : tr("running for %1");
        text += QStringLiteral("%1  %2  %3\n").arg(lab.lab.name, -16).arg(since.arg(durationText(age)), -24).arg(lab.labFile);
    }
    for (const labfile::BuiltinLab& lab : builtin) {
        if (std::ranges::any_of(running, [&lab](const auto& each) { return each.lab.name == lab.name; })) {
            continue;
        }
        labs.append(
            QJsonObject{{QStringLiteral("name"), lab.name}, {QStringLiteral("path"), lab.path}, {QStringLiteral("running"), false}});
        text += QStringLiteral("%1  %2  %3\n").arg(lab.name, -16).arg(tr("built in"), -24).arg(lab.path);
    }
    if (invocation.json) {
        printJson({{QStringLiteral("labs"), labs}});
    } else {
        printResult(text);
    }
    return Done;
}

int gc(Invocation& invocation) {
    const QString& runFolder = invocation.environment.runFolder;
    const std::vector<engine::Leftover> before = engine::findLeftovers(runFolder);
    if (auto collected = engine::collectGarbage(invocation.context, runFolder); !collected) {
        return reportError(invocation, collected.error());
    }
    const std::vector<engine::Leftover> after = invocation.prove ? engine::findLeftovers(runFolder) : std::vector<engine::Leftover>();
    QJsonArray leftovers;
    for (const engine::Leftover& leftover : after) {
        leftovers.append(QJsonObject{{QStringLiteral("kind"), leftover.kind}, {QStringLiteral("name"), leftover.name}});
    }
    if (invocation.json) {
        printJson(
            {{QStringLiteral("leftovers"), leftovers}, {QStringLiteral("removed"), static_cast<qint64>(before.size() - after.size())}});
        return after.empty() ? Done : Failed;
    }
    for (const engine::Leftover& leftover : before) {
        printMessage(tr("Removed: %1 %2\n").arg(leftover.kind, leftover.name));
    }
    for (const engine::Leftover& leftover : after) {
        printResult(tr("Still there: %1 %2\n").arg(leftover.kind, leftover.name));
    }
    if (after.empty()) {
        printResult(invocation.prove ? tr("Nothing of ours is left besides running labs.\n")
                                     : tr("Removed %1 leftovers.\n").arg(before.size()));
    }
    return after.empty() ? Done : Failed;
}

int doctor(Invocation& invocation) {
    const engine::Probe probe = engine::probeNamespaces(invocation.context, invocation.environment.labhostProgram);
    QJsonArray problems;
    QString text = probe.summary + QLatin1Char('\n');
    for (qsizetype i = 0; i < probe.problems.size(); ++i) {
        const QString remedy = probe.remedies.value(i);
        problems.append(QJsonObject{{QStringLiteral("what"), probe.problems[i]}, {QStringLiteral("remedy"), remedy}});
        text += tr("✘ %1\n    mend it with: %2\n").arg(probe.problems[i], remedy);
    }
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), probe.usable},
                   {QStringLiteral("engines"), QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("namespaces")},
                                                                      {QStringLiteral("usable"), probe.usable},
                                                                      {QStringLiteral("summary"), probe.summary},
                                                                      {QStringLiteral("problems"), problems}}}}});
    } else {
        printResult(probe.usable ? text + tr("✔ This host can run labs.\n") : text);
    }
    return probe.usable ? Done : HostLacks;
}

std::span<const CommandInfo> commands() {
    static constexpr std::array kCommands{
        CommandInfo{"validate", "FILE [--expand]", "Check a lab file; every mistake with line and column", validate},
        CommandInfo{"edit", "FILE VERB …", "Change a lab file: nodes, cables, numbers, replicas; all other lines stay", edit},
        CommandInfo{"plan", "[LAB]", "Show the steps that `up` would take, and why", plan, 1},
        CommandInfo{"up", "[LAB]", "Bring a lab up and wait until it is as intended", up, 1},
        CommandInfo{"status", "[LAB]", "Nodes, cables, sessions, routes and pods as they are now", status, 1},
        CommandInfo{"watch", "[LAB]", "Print every change as it happens", watch, 1},
        CommandInfo{"test", "[LAB] [NAME]", "Ask every pod from everywhere and compare with the intent", test, 2},
        CommandInfo{"exec", "[LAB] NODE -- COMMAND…", "Run a command in a node or pod", exec},
        CommandInfo{"shell", "[LAB] NODE", "Open a shell in a node or pod", shell},
        CommandInfo{"logs", "[LAB] NODE [SERVICE]", "Print the logs of a node's services", logs},
        CommandInfo{"link", "[LAB] LINK cut|join|drop|restore", "Cut or join a cable, drop its packets silently, or mend all of it", link},
        CommandInfo{"impair", "[LAB] LINK", "Make a cable lose, slow or delay packets; without options: say what it does", impair},
        CommandInfo{"node", "[LAB] NODE stop|start|kill|pause|continue [SERVICE]", "Stop, start or kill a node or one daemon", node},
        CommandInfo{"session", "[LAB] NODE PEER clear", "Reset a BGP session; PEER is a node or an address", session},
        CommandInfo{"capture", "[LAB] LINK [-w FILE]", "Write a cable's packets as pcapng, for a file or for Wireshark", capture},
        CommandInfo{"trace", "[LAB] A B", "The way packets take between two places, there and back, and where it stops", trace},
        CommandInfo{"down", "[LAB]", "Remove a lab", down, 1},
        CommandInfo{"kube", "fetch|list|bundle|prune [NAME|FILE]…", "Get, list, bundle or remove the programs of Kubernetes", kube},
        CommandInfo{"kubectl", "[LAB] -- ARGUMENT…", "Run kubectl on this host for a lab's cluster", kubectl, 1},
        CommandInfo{"kubeconfig", "[LAB] [-w FILE] [-- COMMAND…]", "Give programs of this host a way to a lab's cluster", kubeconfig, 1},
        CommandInfo{"forward", "[LAB] NODE [PORT:]PORT", "Lead a port of this host into a node or pod", forward},
        CommandInfo{"list", "", "Running and built-in labs", list, 0},
        CommandInfo{"gc", "[--prove]", "Remove what crashed labs left behind", gc, 0},
        CommandInfo{"doctor", "", "What this host can and lacks", doctor, 0},
        CommandInfo{"completion", "bash|zsh", "Print the script that completes command lines in a shell", completion},
    };
    return kCommands;
}

} // namespace podleaf::cli
