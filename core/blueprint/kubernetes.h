// SPDX-License-Identifier: GPL-3.0-or-later
// What makes a host a node of the lab's cluster: containerd, the kubelet, and what kubeadm is told. The programs lie in a
// folder that the engine shows in the node. Pure functions; any thread.
#pragma once

#include "blueprint.h"

namespace podleaf::blueprint {

/// Where a node finds the programs of Kubernetes; the CNI plugins are in its folder cni, images as OCI archives in images.
inline constexpr QLatin1StringView kKubernetesPrograms("/usr/lib/podleaf/kubernetes");
/// What kubeadm is told of the cluster, without anything secret.
inline constexpr QLatin1StringView kClusterConfig("/usr/lib/podleaf/kubeadm-cluster.yaml");
inline constexpr std::uint16_t kApiPort = 6443;

/// Adds to a host of a lab with Kubernetes what it holds beside others.
void addKubernetes(const model::Lab& lab, NodeBlueprint& host);

/// Whom the other nodes know the host as: its loopback where it has one, else the address of its first port.
Ipv4Address clusterAddress(const model::Lab& lab, const model::Node& host);

/// What only kubeadm and those who join may know.
struct ClusterSecrets {
    QString token;        ///< "abcdef.0123456789abcdef", [a-z0-9].
    QByteArray authority; ///< The cluster's certificate authority, PEM. Not secret, but not to be guessed either.
};

/// `kubeadm init --config` of the control plane: kClusterConfig with the node's own part. Holds the token.
QByteArray kubeadmInit(const model::Lab& lab, const ClusterSecrets& secrets);
/// `kubeadm join --config` of another host, and the file whose path (`discoveryPath`) that names. Holds the token.
QByteArray kubeadmJoin(const model::Lab& lab, const model::Node& host, const ClusterSecrets& secrets, const QString& discoveryPath);
QByteArray kubeadmDiscovery(const model::Lab& lab, const ClusterSecrets& secrets);

/// The images that kubeadm and containerd name by themselves, as of a version of Kubernetes.
struct ClusterImages {
    QString pause; ///< A whole name, "localhost/k8s/pause:3.10.2".
    QString etcd;  ///< Tags below localhost/k8s.
    QString coreDns;
};
ClusterImages clusterImages(const QString& kubernetesVersion);

} // namespace podleaf::blueprint
