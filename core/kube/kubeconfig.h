// SPDX-License-Identifier: GPL-3.0-or-later
// Kubeconfig: where a cluster's API server is and how both sides prove who they are. Pure functions; any thread.
#pragma once

#include <core/base/result.h>

#include <QByteArray>
#include <QString>

namespace podleaf::kube {

struct Kubeconfig {
    QString server;         ///< "https://127.0.0.1:40123".
    QByteArray authority;   ///< PEM: what the server's certificate is signed with.
    QByteArray certificate; ///< PEM: ours.
    QByteArray key;         ///< PEM, secret.

    bool operator==(const Kubeconfig&) const = default;
};

/// Reads a file as kubeadm writes it (admin.conf): one cluster and one user, whose certificates and key stand in it as base64.
/// It is not a reader of YAML: each of the four things is looked for as `key: value` on a line of its own.
/// Errors: Protocol, which tells nothing of the content.
Result<Kubeconfig> parseKubeconfig(const QByteArray& text);

/// The same as a file for kubectl, whose cluster, user and context are called `name`; letters that YAML may misread become "-".
QByteArray writeKubeconfig(const Kubeconfig& kubeconfig, const QString& name);

} // namespace podleaf::kube
