// SPDX-License-Identifier: GPL-3.0-or-later
// kubeconfig, kubectl, forward: ways from this host into a running lab, open as long as the command runs.
#include "cluster_command.h"
#include "commands.h"
#include "place.h"

#include <core/session/cluster_setup.h>
#include <core/session/lab_cluster.h>

#include <QCoreApplication>
#include <QFile>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

struct OpenCluster {
    std::unique_ptr<session::LabSession> session;
    std::unique_ptr<kube::ClusterAccess> access;

    [[nodiscard]] QByteArray kubeconfig() const { return kube::writeKubeconfig(access->kubeconfig(), session->lab().id.name); }
};

Result<OpenCluster> openCluster(Invocation& invocation, const QString& labName, std::uint16_t localPort) {
    auto session = openLab(invocation, labName);
    if (!session) {
        return fail(std::move(session.error()));
    }
    auto access = session::openCluster(invocation.context, **session, localPort);
    if (!access) {
        return fail(std::move(access.error()));
    }
    return OpenCluster{*std::move(session), *std::move(access)};
}

/// For the user alone: it holds the administrator's key.
Result<> writeSecret(const QString& path, const QByteArray& content) {
    QFile file(path);
    file.remove(); // else an old one would keep its permissions
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(content) != content.size() || !file.flush()) {
        return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(path), file.errorString());
    }
    return {};
}

/// Until Ctrl-C, or the lab goes down.
int holdOpen(Invocation& invocation, session::LabSession& session) {
    const auto ended = session::waitWhileLabRuns(invocation.context, session);
    if (ended) {
        printMessage(tr("The lab is down.\n"));
    }
    return ended || ended.error().code == ErrorCode::Cancelled ? Done : reportError(invocation, ended.error());
}

int runProgram(Invocation& invocation, const OpenCluster& cluster, const QStringList& argv) {
    const auto result = runWithKubeconfig(invocation.context, argv, cluster.kubeconfig(),
                                          invocation.json ? ProgramOutput::Collected : ProgramOutput::Shared);
    if (!result) {
        return reportError(invocation, result.error());
    }
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), result->ok()},
                   {QStringLiteral("exitCode"), exitCodeOf(*result)},
                   {QStringLiteral("stdout"), QString::fromUtf8(result->output)},
                   {QStringLiteral("stderr"), QString::fromUtf8(result->errorOutput)}});
    }
    return exitCodeOf(*result);
}

/// "80": from a free port; "8080:80": from that one.
std::optional<channel::PortForward::Ports> parsePorts(const QString& word) {
    const QStringList parts = word.split(QLatin1Char(':'));
    bool isNode = false;
    bool isLocal = true;
    const std::uint16_t node = parts.last().toUShort(&isNode);
    const std::uint16_t local = parts.size() == 2 ? parts.first().toUShort(&isLocal) : 0;
    if (!isNode || !isLocal || node == 0 || parts.size() > 2 || (parts.size() == 2 && local == 0)) {
        return {};
    }
    return channel::PortForward::Ports{.node = node, .local = local};
}

} // namespace

int kubeconfig(Invocation& invocation) {
    const QString file = invocation.cluster.file;
    auto cluster = openCluster(invocation, invocation.arguments.value(0), invocation.cluster.port);
    if (!cluster) {
        return reportError(invocation, cluster.error());
    }
    if (!invocation.command.isEmpty()) {
        return runProgram(invocation, *cluster, invocation.command);
    }
    if (!file.isEmpty()) {
        if (auto written = writeSecret(file, cluster->kubeconfig()); !written) {
            return reportError(invocation, written.error());
        }
    }
    if (invocation.json) {
        QJsonObject object{{QStringLiteral("server"), cluster->access->kubeconfig().server}};
        object.insert(file.isEmpty() ? QStringLiteral("kubeconfig") : QStringLiteral("file"),
                      file.isEmpty() ? QString::fromUtf8(cluster->kubeconfig()) : file);
        printJson(object);
    } else if (file.isEmpty()) {
        printResult(QString::fromUtf8(cluster->kubeconfig()));
    }
    printMessage(tr("%1 leads to the cluster until Ctrl-C.\n").arg(cluster->access->kubeconfig().server));
    return holdOpen(invocation, *cluster->session);
}

int kubectl(Invocation& invocation) {
    auto cluster = openCluster(invocation, invocation.arguments.value(0), 0);
    if (!cluster) {
        return reportError(invocation, cluster.error());
    }
    const auto program = session::kubectlProgram(invocation.context, *cluster->session->lab().kubernetes);
    if (!program) {
        return reportError(invocation, program.error());
    }
    return runProgram(invocation, *cluster, QStringList{*program} + invocation.command);
}

int forward(Invocation& invocation) {
    const qsizetype count = invocation.arguments.size();
    const auto ports = parsePorts(count == 0 ? QString() : invocation.arguments.last());
    if (count < 2 || count > 3 || !ports) {
        return reportUsage(QStringLiteral("podleaf forward [LAB] NODE [PORT:]PORT"));
    }
    auto place = findPlace(invocation, count == 3 ? invocation.arguments[0] : QString(), invocation.arguments[count - 2]);
    if (!place) {
        return reportError(invocation, place.error());
    }
    auto way = channel::PortForward::open(place->session->engine().channel(place->node), *ports,
                                          [](const Error& error) { printMessage(error.message + QLatin1Char('\n')); });
    if (!way) {
        return reportError(invocation, way.error());
    }
    if (invocation.json) {
        printJson({{QStringLiteral("address"), QStringLiteral("127.0.0.1")},
                   {QStringLiteral("port"), (*way)->port()},
                   {QStringLiteral("node"), place->node.name},
                   {QStringLiteral("nodePort"), ports->node}});
    } else {
        printResult(QStringLiteral("127.0.0.1:%1\n").arg((*way)->port()));
    }
    printMessage(tr("This leads to port %1 of %2 until Ctrl-C.\n").arg(ports->node).arg(place->node.name));
    return holdOpen(invocation, *place->session);
}

} // namespace podleaf::cli
