// SPDX-License-Identifier: GPL-3.0-or-later
#include "kubeadm.h"

#include "cluster.h"

#include <core/blueprint/cluster_workloads.h>

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QRegularExpression>

#include <algorithm>

namespace podleaf::deploy {

using namespace std::chrono_literals;

namespace {

/// In memory: they hold the token.
const QString kInitConfig = QStringLiteral("/run/podleaf/kubeadm/init.yaml");
const QString kJoinConfig = QStringLiteral("/run/podleaf/kubeadm/join.yaml");
const QString kDiscovery = QStringLiteral("/run/podleaf/kubeadm/discovery.conf");
const QString kToken = QStringLiteral("/etc/kubernetes/podleaf-token");
const QString kAuthority = QStringLiteral("/etc/kubernetes/pki/ca.crt");
const QString kAdmin = QStringLiteral("/etc/kubernetes/admin.conf");
const QString kKubeletLog = QStringLiteral("/var/log/podleaf/kubelet.log");

QString tr(const char* text) {
    return QCoreApplication::translate("Deploy", text);
}

QString withoutTokens(QString text) {
    static const QRegularExpression kAnyToken(QStringLiteral("\\b[a-z0-9]{6}\\.[a-z0-9]{16}\\b"));
    return text.replace(kAnyToken, QStringLiteral("(token)"));
}

/// kubeadm's form: six characters that name it, sixteen that prove it.
QString newToken() {
    static const QLatin1StringView kLetters("abcdefghijklmnopqrstuvwxyz0123456789");
    QString token;
    for (int i = 0; i < 22; ++i) {
        token += i == 6 ? QStringLiteral(".") : QString();
        token += kLetters[QRandomGenerator::system()->bounded(static_cast<int>(kLetters.size()))];
    }
    return token;
}

QString lastLines(const QByteArray& text, qsizetype count) {
    const QStringList lines = QString::fromUtf8(text).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    return lines.mid(std::max<qsizetype>(lines.size() - count, 0)).join(QLatin1Char('\n'));
}

} // namespace

Result<QSet<QString>> clusterNotes(OpContext& context, engine::Engine& engine, const NodeId& host) {
    auto listed = engine.channel(host)->exec(context, {{QStringLiteral("ls"), QString(kClusterNotes)}, {}, {}});
    if (!listed) {
        return fail(std::move(listed.error()));
    }
    const QStringList names = QString::fromUtf8(listed->output).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    return QSet<QString>(names.begin(), names.end());
}

Result<bool> Kubeadm::isNoted(OpContext& context, const NodeId& host, const QString& deed) const {
    auto notes = clusterNotes(context, *m_engine, host);
    return notes ? Result<bool>(notes->contains(deed)) : fail(std::move(notes.error()));
}

Result<> Kubeadm::note(OpContext& context, const NodeId& host, const QString& deed) const {
    return m_engine->channel(host)->upload(context, kClusterNotes + QLatin1Char('/') + deed, "done\n", 0644);
}

Result<> Kubeadm::forget(OpContext& context, const NodeId& host, const QString& begin) const {
    auto notes = clusterNotes(context, *m_engine, host);
    if (!notes) {
        return fail(std::move(notes.error()));
    }
    QStringList argv{QStringLiteral("rm"), QStringLiteral("--force"), QStringLiteral("--")};
    for (const QString& note : *notes) {
        argv += note.startsWith(begin) ? QStringList(kClusterNotes + QLatin1Char('/') + note) : QStringList();
    }
    auto done = run(context, host, argv, tr("What was noted on %1 is not to be removed.").arg(host.name));
    return done ? Result<>() : fail(std::move(done.error()));
}

Result<> Kubeadm::upload(OpContext& context, const NodeId& host, const QString& path, const QByteArray& content) const {
    return m_engine->channel(host)->upload(context, path, content, 0600);
}

Result<QByteArray> Kubeadm::run(OpContext& context, const NodeId& host, const QStringList& argv, const QString& sentence) const {
    const auto channel = m_engine->channel(host);
    auto done = channel->exec(context, {argv, {QStringLiteral("KUBECONFIG=") + kAdmin}, {}});
    if (!done) {
        return fail(wrapError(sentence, std::move(done.error())));
    }
    if (done->ok()) {
        return std::move(done->output);
    }
    QString detail = lastLines(done->output + '\n' + done->errorOutput, 15);
    if (const auto log = channel->download(context, kKubeletLog, 4 * 1024 * 1024); log && !log->isEmpty()) {
        detail += QLatin1Char('\n') + tr("The kubelet of %1 said last:").arg(host.name) + QLatin1Char('\n') + lastLines(*log, 5);
    }
    return fail(ErrorCode::Failed, sentence, withoutTokens(detail), tr("podleaf logs %1 %2 kubelet").arg(m_lab.id.name, host.name));
}

Result<QByteArray> Kubeadm::kubectl(OpContext& context, const QStringList& arguments, const QString& sentence) const {
    return run(context, controlPlane(), QStringList{QStringLiteral("kubectl")} + arguments, sentence);
}

Result<> Kubeadm::importImages(OpContext& context, const NodeId& host, const QStringList& archives) const {
    for (const QString& archive : archives) {
        const QString path = blueprint::kKubernetesPrograms + QLatin1Char('/') + archive;
        auto done = run(context, host,
                        {QStringLiteral("ctr"), QStringLiteral("--namespace"), QStringLiteral("k8s.io"), QStringLiteral("images"),
                         QStringLiteral("import"), path},
                        tr("containerd of %1 did not take %2.").arg(host.name, archive));
        if (!done) {
            return fail(std::move(done.error()));
        }
    }
    return {};
}

Result<QString> Kubeadm::token(OpContext& context) const {
    constexpr qsizetype kMostBytes = 64;
    const auto channel = m_engine->channel(controlPlane());
    auto kept = channel->download(context, kToken, kMostBytes);
    if (kept) {
        return QString::fromLatin1(kept->trimmed());
    }
    if (kept.error().code != ErrorCode::NotFound) {
        return fail(std::move(kept.error()));
    }
    QString made = newToken();
    auto written = upload(context, controlPlane(), kToken, made.toLatin1() + '\n');
    return written ? Result<QString>(std::move(made)) : fail(std::move(written.error()));
}

Result<> Kubeadm::initPhases(OpContext& context, const QStringList& phases) const {
    auto secret = token(context);
    if (!secret) {
        return fail(std::move(secret.error()));
    }
    if (auto written = upload(context, controlPlane(), kInitConfig, blueprint::kubeadmInit(m_lab, {*secret, {}})); !written) {
        return written;
    }
    for (const QString& phase : phases) {
        const QStringList argv = QStringList{QStringLiteral("kubeadm"), QStringLiteral("init"), QStringLiteral("phase")} +
                                 phase.split(QLatin1Char(' ')) + QStringList{QStringLiteral("--config"), kInitConfig};
        if (auto done = run(context, controlPlane(), argv, tr("kubeadm's phase \"%1\" failed.").arg(phase)); !done) {
            return fail(std::move(done.error()));
        }
    }
    return {};
}

Result<> Kubeadm::waitForApi(OpContext& context) const {
    const model::Node& host = *m_lab.findNode(controlPlane());
    const QString url =
        QStringLiteral("https://%1:%2/readyz").arg(blueprint::clusterAddress(m_lab, host).toString()).arg(blueprint::kApiPort);
    const QStringList argv{QStringLiteral("curl"),       QStringLiteral("--silent"),
                           QStringLiteral("--insecure"), // who asks has the certificates; this is only about when
                           QStringLiteral("--max-time"), QStringLiteral("2"),        url};
    while (true) {
        auto answer = m_engine->channel(controlPlane())->exec(context, {argv, {}, {}});
        if (answer && answer->output == "ok") {
            return {};
        }
        auto going = answer ? context.sleepFor(100ms) : fail(std::move(answer.error()));
        if (!going && going.error().code == ErrorCode::Timeout) { // says what the components said
            OpContext brief;
            brief.stop = context.stop;
            brief.deadline = Clock::now() + 2s;
            auto why = run(brief, controlPlane(), {QStringLiteral("false")}, tr("The API server did not become ready in time."));
            return why ? std::move(going) : fail(std::move(why.error()));
        }
        if (!going) {
            return going;
        }
    }
}

Result<> Kubeadm::join(OpContext& context, const NodeId& host) const {
    constexpr qsizetype kMostBytes = 64 * 1024;
    auto secret = token(context);
    auto authority = m_engine->channel(controlPlane())->download(context, kAuthority, kMostBytes);
    if (!secret || !authority) {
        return fail(secret ? std::move(authority.error()) : std::move(secret.error()));
    }
    const blueprint::ClusterSecrets secrets{*secret, *authority};
    const model::Node& node = *m_lab.findNode(host);
    if (auto written = upload(context, host, kDiscovery, blueprint::kubeadmDiscovery(m_lab, secrets)); !written) {
        return written;
    }
    if (auto written = upload(context, host, kJoinConfig, blueprint::kubeadmJoin(m_lab, node, secrets, kDiscovery)); !written) {
        return written;
    }
    auto done = run(context, host, {QStringLiteral("kubeadm"), QStringLiteral("join"), QStringLiteral("--config"), kJoinConfig},
                    tr("%1 could not join the cluster.").arg(host.name));
    return done ? Result<>() : fail(std::move(done.error()));
}

Result<> Kubeadm::setPodNetwork(OpContext& context, const NodeId& host) const {
    const model::Node& node = *m_lab.findNode(host);
    if (!node.podCidr) {
        return {};
    }
    const QString sentence = tr("%1 did not get its pod network.").arg(host.name);
    const QString object = QStringLiteral("node/") + host.name;
    auto there =
        kubectl(context, {QStringLiteral("wait"), QStringLiteral("--for=create"), object, QStringLiteral("--timeout=60s")}, sentence);
    if (!there) {
        return fail(std::move(there.error()));
    }
    const QString network = node.podCidr->network().toString();
    const QJsonObject patch{
        {QStringLiteral("spec"), QJsonObject{{QStringLiteral("podCIDR"), network}, {QStringLiteral("podCIDRs"), QJsonArray{network}}}}};
    auto done = kubectl(context,
                        {QStringLiteral("patch"), object, QStringLiteral("--type=merge"), QStringLiteral("--patch"),
                         QString::fromUtf8(QJsonDocument(patch).toJson(QJsonDocument::Compact))},
                        sentence);
    return done ? Result<>() : fail(std::move(done.error()));
}

Result<> Kubeadm::apply(OpContext& context, const QString& set, const QByteArray& objects) const {
    const QString path = QStringLiteral("/run/podleaf/kubeadm/%1.json").arg(set);
    if (auto written = upload(context, controlPlane(), path, objects); !written) {
        return written;
    }
    QStringList arguments{QStringLiteral("apply"), QStringLiteral("--filename"), path};
    if (set == blueprint::kWorkloadSet) {
        arguments << QStringLiteral("--prune") << QStringLiteral("--selector") << blueprint::kSetLabel + QLatin1Char('=') + set
                  << QStringLiteral("--prune-allowlist=apps/v1/Deployment") << QStringLiteral("--prune-allowlist=core/v1/Service");
    }
    auto done = kubectl(context, arguments, tr("The cluster did not take the objects of %1.").arg(set));
    return done ? Result<>() : fail(std::move(done.error()));
}

Result<> Kubeadm::waitForNodes(OpContext& context) const {
    auto done = kubectl(context,
                        {QStringLiteral("wait"), QStringLiteral("--for=condition=Ready"), QStringLiteral("node"), QStringLiteral("--all"),
                         QStringLiteral("--timeout=%1s").arg(std::max(context.remainingMs(120'000) / 1000 - 1, 1))},
                        tr("Not all hosts became ready."));
    return done ? Result<>() : fail(std::move(done.error()));
}

} // namespace podleaf::deploy
