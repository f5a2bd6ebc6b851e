// SPDX-License-Identifier: GPL-3.0-or-later
// Kubernetes: the cluster that a lab's hosts make up. Plain values; any thread.
#pragma once

#include <core/base/ids.h>
#include <core/base/ipv4.h>

#include <QString>
#include <QStringList>

namespace podleaf::model {

/// What a lab may ask for, the default first: what resources/kubernetes/versions.json has sets of.
QStringList kubernetesVersions();

/// Where a cluster takes its services' addresses from unless its lab says otherwise; kubeadm's default, too.
inline constexpr Ipv4Prefix kUsualServices{{10U << 24U | 96U << 16U}, 12};
/// How long the prefix of such a network may be: the API server takes no larger, kubeadm no smaller one.
inline constexpr int kShortestServices = 12;
inline constexpr int kLongestServices = 28;

/// All hosts of the lab are its nodes, each with its own pod network.
struct Kubernetes {
    QString version;     ///< "1.37.2"; one of kubernetesVersions() once resolved.
    NodeId controlPlane; ///< The host that the control plane runs on; it takes pods like the others.
    Ipv4Prefix services; ///< Nothing else in the lab has an address in it.

    bool operator==(const Kubernetes&) const = default;
};

} // namespace podleaf::model
