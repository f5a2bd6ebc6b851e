// SPDX-License-Identifier: GPL-3.0-or-later
#include "test_authority.h"

#include <QFile>
#include <QProcess>

namespace podleaf::test {

namespace {

constexpr auto kConfig = "[req]\ndistinguished_name = dn\n[dn]\n"
                         "[authority]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, digitalSignature, keyCertSign\n"
                         "[server]\nbasicConstraints = critical, CA:FALSE\nsubjectAltName = IP:127.0.0.1\nextendedKeyUsage = serverAuth\n"
                         "[client]\nbasicConstraints = critical, CA:FALSE\nextendedKeyUsage = clientAuth\n";

} // namespace

TestAuthority::TestAuthority(Keys keys) : m_keys(keys) {
    QFile config(m_folder.filePath(QStringLiteral("openssl.cnf")));
    if (!config.open(QIODevice::WriteOnly) || config.write(kConfig) < 0) {
        qFatal("cannot write");
    }
    config.close();
    sign(QStringLiteral("ca"), QStringLiteral("authority"), true);
    sign(QStringLiteral("server"), QStringLiteral("server"));
    sign(QStringLiteral("client"), QStringLiteral("client"));
    authority = read(QStringLiteral("ca.crt"));
    serverCertificate = read(QStringLiteral("server.crt"));
    serverKey = read(QStringLiteral("server.key"));
    clientCertificate = read(QStringLiteral("client.crt"));
    clientKey = read(QStringLiteral("client.key"));
}

void TestAuthority::sign(const QString& name, const QString& section, bool bySelf) {
    const QString key = name + QStringLiteral(".key");
    if (m_keys == Keys::Rsa) {
        run({QStringLiteral("genrsa"), QStringLiteral("-traditional"), QStringLiteral("-out"), key, QStringLiteral("2048")});
    } else {
        run({QStringLiteral("ecparam"), QStringLiteral("-genkey"), QStringLiteral("-noout"), QStringLiteral("-name"),
             QStringLiteral("prime256v1"), QStringLiteral("-out"), key});
    }
    QStringList arguments{QStringLiteral("req"),         QStringLiteral("-x509"),       QStringLiteral("-config"),
                          QStringLiteral("openssl.cnf"), QStringLiteral("-extensions"), section,
                          QStringLiteral("-subj"),       QStringLiteral("/CN=") + name, QStringLiteral("-days"),
                          QStringLiteral("2"),           QStringLiteral("-key"),        key,
                          QStringLiteral("-out"),        name + QStringLiteral(".crt")};
    if (!bySelf) {
        arguments << QStringLiteral("-CA") << QStringLiteral("ca.crt") << QStringLiteral("-CAkey") << QStringLiteral("ca.key");
    }
    run(arguments);
}

void TestAuthority::run(const QStringList& arguments) const {
    QProcess openssl;
    openssl.setWorkingDirectory(m_folder.path());
    openssl.start(QStringLiteral("openssl"), arguments);
    if (!openssl.waitForFinished() || openssl.exitCode() != 0) {
        qFatal("openssl: %s", openssl.readAllStandardError().constData());
    }
}

QByteArray TestAuthority::read(const QString& file) const {
    QFile opened(m_folder.filePath(file));
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

kube::Kubeconfig TestAuthority::kubeconfig(quint16 port) const {
    return {QStringLiteral("https://127.0.0.1:%1").arg(port), authority, clientCertificate, clientKey};
}

} // namespace podleaf::test
