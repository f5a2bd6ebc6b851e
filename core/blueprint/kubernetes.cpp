// SPDX-License-Identifier: GPL-3.0-or-later
#include "kubernetes.h"

#include "templates.h"

#include <core/model/node_kinds.h>

#include <algorithm>

namespace podleaf::blueprint {

namespace {

const QString kContainerdConfig = QStringLiteral("/etc/containerd/config.toml");
const QString kCniTemplate = QStringLiteral("/usr/lib/podleaf/cbr0.conflist.in");
const QString kKubelet = QStringLiteral("/usr/lib/podleaf/kubelet");
const QString kContainerdSocket = QStringLiteral("/run/containerd/containerd.sock");
const QString kResolvConf = QStringLiteral("/usr/lib/podleaf/resolv.conf");

/// The template with each "@KEY@" replaced.
QByteArray filled(const QString& name, const std::vector<std::pair<const char*, QString>>& values) {
    QByteArray text = templateText(name);
    for (const auto& [key, value] : values) {
        const QByteArray mark = '@' + QByteArray(key) + '@';
        text.replace(mark, value.toUtf8());
    }
    return text;
}

Ipv4Address apiAddress(const model::Lab& lab) {
    const model::Node* const host = lab.findNode(lab.kubernetes->controlPlane);
    return host == nullptr ? Ipv4Address{} : clusterAddress(lab, *host);
}

QByteArray clusterConfig(const model::Lab& lab) {
    const ClusterImages images = clusterImages(lab.kubernetes->version);
    return filled(QStringLiteral("kubeadm-cluster.yaml"), {{"VERSION", lab.kubernetes->version},
                                                           {"LAB", lab.id.name},
                                                           {"CONTROL_PLANE", lab.kubernetes->controlPlane.name},
                                                           {"API", apiAddress(lab).toString()},
                                                           {"PODS", lab.addressPlan.pods.toString()},
                                                           {"SERVICES", lab.kubernetes->services.toString()},
                                                           {"ETCD", images.etcd},
                                                           {"COREDNS", images.coreDns}});
}

/// Nobody resolves names for a lab. A leaf is asked all the same: CoreDNS needs somebody, and ends when that is itself.
QString nameServer(const model::Lab& lab) {
    const auto leaf = std::ranges::find(lab.nodes, model::NodeKind::Leaf, &model::Node::kind);
    const Ipv4Address address = leaf == lab.nodes.end() ? Ipv4Address{} : leaf->loopback.value_or(Ipv4Address{});
    return QStringLiteral("nameserver %1\n").arg(address.toString());
}

Service containerdService() {
    Service service{QStringLiteral("containerd"),
                    {kKubernetesPrograms + QStringLiteral("/containerd"), QStringLiteral("--config"), kContainerdConfig},
                    kContainerdSocket,
                    {},
                    {}};
    service.files = {kContainerdConfig, kCniTemplate};
    service.comesBack = true;
    return service;
}

/// It waits for kubeadm by itself.
Service kubeletService() {
    Service service{QStringLiteral("kubelet"), {kKubelet}, {}, {}, {QStringLiteral("containerd")}};
    service.files = {kKubelet, kResolvConf};
    service.comesBack = true;
    return service;
}

/// What kubeadm is told of one node, in its words.
QString registration(const model::Lab& lab, const model::Node& host) {
    return QStringLiteral("nodeRegistration:\n"
                          "  name: \"%1\"\n" // a name such as "no" or "1e3" is text
                          "  criSocket: unix://%2\n"
                          "  imagePullPolicy: Never\n"
                          "  taints: []\n"
                          "  ignorePreflightErrors: [SystemVerification]\n" // its one error is cgroups v1
                          "  kubeletExtraArgs:\n"
                          "    - {name: node-ip, value: \"%3\"}\n")
        .arg(host.id.name, kContainerdSocket, clusterAddress(lab, host).toString());
}

} // namespace

ClusterImages clusterImages(const QString& kubernetesVersion) {
    Q_ASSERT(kubernetesVersion == QLatin1StringView("1.37.2")); // another version: another row
    return {QStringLiteral("localhost/k8s/pause:3.10.2"), QStringLiteral("3.7.0-0"), QStringLiteral("v1.14.6")};
}

Ipv4Address clusterAddress(const model::Lab& lab, const model::Node& host) {
    if (host.loopback) {
        return *host.loopback;
    }
    const auto links = lab.linksOf(host.id);
    return links.empty() ? Ipv4Address{} : links.front()->addresses[static_cast<std::size_t>(model::endAt(*links.front(), host.id))];
}

void addKubernetes(const model::Lab& lab, NodeBlueprint& host) {
    host.files.push_back(
        {kContainerdConfig, filled(QStringLiteral("containerd.toml"), {{"PAUSE", clusterImages(lab.kubernetes->version).pause}})});
    host.files.push_back({kCniTemplate, templateText(QStringLiteral("cbr0.conflist.in"))});
    host.files.push_back({QStringLiteral("/etc/crictl.yaml"), QByteArray("runtime-endpoint: unix://" + kContainerdSocket.toUtf8() + '\n')});
    host.files.push_back({kResolvConf, nameServer(lab).toUtf8()});
    host.files.push_back({kKubelet, templateText(QStringLiteral("kubelet.sh")), 0755});
    host.files.push_back({kClusterConfig, clusterConfig(lab)});
    // What pods of one bridge ask of a service passes the rules that lead there and back.
    const QString bridged = QStringLiteral("net.bridge.bridge-nf-call-iptables");
    std::ranges::find(host.sysctls, bridged, &Sysctl::key)->value = QStringLiteral("1");
    host.services.push_back(containerdService());
    host.services.push_back(kubeletService());
}

QByteArray kubeadmInit(const model::Lab& lab, const ClusterSecrets& secrets) {
    const model::Node& host = *lab.findNode(lab.kubernetes->controlPlane);
    const QString own = QStringLiteral("apiVersion: kubeadm.k8s.io/v1beta4\n"
                                       "kind: InitConfiguration\n"
                                       "bootstrapTokens:\n"
                                       "  - {token: \"%1\", ttl: 0s}\n" // whoever comes later joins with it, too
                                       "localAPIEndpoint: {advertiseAddress: %2, bindPort: %3}\n")
                            .arg(secrets.token, apiAddress(lab).toString())
                            .arg(kApiPort);
    return (own + registration(lab, host)).toUtf8() + "---\n" + clusterConfig(lab);
}

QByteArray kubeadmJoin(const model::Lab& lab, const model::Node& host, const ClusterSecrets& secrets, const QString& discoveryPath) {
    const QString own = QStringLiteral("apiVersion: kubeadm.k8s.io/v1beta4\n"
                                       "kind: JoinConfiguration\n"
                                       "discovery:\n"
                                       "  file: {kubeConfigPath: %1}\n"
                                       "  tlsBootstrapToken: \"%2\"\n")
                            .arg(discoveryPath, secrets.token);
    return (own + registration(lab, host)).toUtf8();
}

/// By a file: with the token alone kubeadm waits until the API has signed what it says of itself, which takes seconds.
QByteArray kubeadmDiscovery(const model::Lab& lab, const ClusterSecrets& secrets) {
    return QStringLiteral("apiVersion: v1\n"
                          "kind: Config\n"
                          "clusters:\n"
                          "  - name: \"\"\n"
                          "    cluster: {server: \"https://%1:%2\", certificate-authority-data: %3}\n")
        .arg(apiAddress(lab).toString())
        .arg(kApiPort)
        .arg(QString::fromLatin1(secrets.authority.toBase64()))
        .toUtf8();
}

} // namespace podleaf::blueprint
