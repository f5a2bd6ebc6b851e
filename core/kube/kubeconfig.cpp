// SPDX-License-Identifier: GPL-3.0-or-later
#include "kubeconfig.h"

#include <QCoreApplication>
#include <QMap>
#include <QUrl>

namespace podleaf::kube {

namespace {

constexpr qsizetype kMostBytes = 1 << 20;
constexpr QLatin1StringView kServer("server");
constexpr QLatin1StringView kAuthority("certificate-authority-data");
constexpr QLatin1StringView kCertificate("client-certificate-data");
constexpr QLatin1StringView kKey("client-key-data");

Unexpected cannotRead(const QString& why) {
    return fail(ErrorCode::Protocol, QCoreApplication::translate("Kube", "The cluster's kubeconfig cannot be used: %1.").arg(why));
}
QString tr(const char* text) {
    return QCoreApplication::translate("Kube", text);
}

QByteArray unquoted(const QByteArray& value) {
    const bool isQuoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
    return isQuoted ? value.sliced(1, value.size() - 2) : value;
}

Result<QByteArray> pem(const QMap<QByteArray, QByteArray>& values, QLatin1StringView key) {
    const auto decoded =
        QByteArray::fromBase64Encoding(values.value(QByteArray(key.data(), key.size())), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || !decoded.decoded.startsWith("-----BEGIN ")) {
        return cannotRead(tr("its %1 is not a PEM text in base64").arg(key));
    }
    return decoded.decoded;
}

} // namespace

Result<Kubeconfig> parseKubeconfig(const QByteArray& text) {
    if (text.size() > kMostBytes) {
        return cannotRead(tr("it is larger than a megabyte"));
    }
    const QByteArrayList wanted{kServer.data(), kAuthority.data(), kCertificate.data(), kKey.data()};
    QMap<QByteArray, QByteArray> values;
    const QList<QByteArray> lines = text.split('\n');
    for (const QByteArray& line : lines) {
        const QByteArray trimmed = line.trimmed();
        const qsizetype colon = trimmed.indexOf(": ");
        const QByteArray key = trimmed.left(std::max<qsizetype>(colon, 0));
        if (!wanted.contains(key)) {
            continue;
        }
        if (values.contains(key)) {
            return cannotRead(tr("it names more than one %1").arg(QString::fromLatin1(key)));
        }
        values[key] = unquoted(trimmed.sliced(colon + 2).trimmed());
    }
    const QUrl server(QString::fromUtf8(values.value(kServer.data())), QUrl::StrictMode);
    if (!server.isValid() || server.scheme() != QLatin1String("https") || server.host().isEmpty()) {
        return cannotRead(tr("its server is not an https address"));
    }
    auto authority = pem(values, kAuthority);
    auto certificate = pem(values, kCertificate);
    auto key = pem(values, kKey);
    for (const Result<QByteArray>* each : {&authority, &certificate, &key}) {
        if (!*each) {
            return fail(each->error());
        }
    }
    return Kubeconfig{server.toString(), *std::move(authority), *std::move(certificate), *std::move(key)};
}

QByteArray writeKubeconfig(const Kubeconfig& kubeconfig, const QString& name) {
    QByteArray safe = name.toLatin1();
    for (char& c : safe) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        c = isPlain ? c : '-';
    }
    safe.prepend("podleaf-"); // never empty, and never what YAML takes for a number or a word of its own
    const QByteArray server = QUrl(kubeconfig.server).toEncoded();
    QByteArray text = "apiVersion: v1\nkind: Config\n";
    text.append("clusters:\n- name: ").append(safe).append("\n  cluster:\n    server: ").append(server);
    text.append("\n    certificate-authority-data: ").append(kubeconfig.authority.toBase64());
    text.append("\nusers:\n- name: ").append(safe).append("\n  user:\n    client-certificate-data: ");
    text.append(kubeconfig.certificate.toBase64()).append("\n    client-key-data: ").append(kubeconfig.key.toBase64());
    text.append("\ncontexts:\n- name: ")
        .append(safe)
        .append("\n  context:\n    cluster: ")
        .append(safe)
        .append("\n    user: ")
        .append(safe);
    return text.append("\ncurrent-context: ").append(safe).append('\n');
}

} // namespace podleaf::kube
