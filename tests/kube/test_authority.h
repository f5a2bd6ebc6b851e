// SPDX-License-Identifier: GPL-3.0-or-later
// A cluster's certificates, made when they are asked for with the program openssl, as kubeadm makes them: an authority, a server
// at 127.0.0.1, a client. All PEM.
#pragma once

#include <core/kube/kubeconfig.h>

#include <QByteArray>
#include <QTemporaryDir>

namespace podleaf::test {

class TestAuthority {
public:
    enum class Keys { EllipticCurve, Rsa };

    /// Ends the program when openssl does not do it.
    explicit TestAuthority(Keys keys = Keys::EllipticCurve);

    QByteArray authority;
    QByteArray serverCertificate;
    QByteArray serverKey;
    QByteArray clientCertificate;
    QByteArray clientKey;

    /// A client's file for a server at that port.
    [[nodiscard]] kube::Kubeconfig kubeconfig(quint16 port) const;

private:
    void sign(const QString& name, const QString& section, bool bySelf = false);
    [[nodiscard]] QByteArray read(const QString& file) const;
    void run(const QStringList& arguments) const;

    QTemporaryDir m_folder;
    Keys m_keys;
};

} // namespace podleaf::test
