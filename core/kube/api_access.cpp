// SPDX-License-Identifier: GPL-3.0-or-later
#include "api_access.h"

#include <QCoreApplication>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslKey>

namespace podleaf::kube {

namespace {

constexpr int kPage = 500; ///< As many as kubectl asks for at once.

QString tr(const char* text) {
    return QCoreApplication::translate("Kube", text);
}

/// kubeadm's keys are one or the other, as its configuration says.
QSslKey readKey(const QByteArray& pem) {
    const QSslKey key(pem, QSsl::Ec);
    return key.isNull() ? QSslKey(pem, QSsl::Rsa) : key;
}

void add(QUrlQuery& query, const QString& key, const QString& value) {
    if (!value.isEmpty()) {
        query.addQueryItem(key, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    }
}

} // namespace

Result<ApiAccess> accessOf(const Kubeconfig& kubeconfig) {
    const QList<QSslCertificate> authorities = QSslCertificate::fromData(kubeconfig.authority, QSsl::Pem);
    const QList<QSslCertificate> own = QSslCertificate::fromData(kubeconfig.certificate, QSsl::Pem);
    const QSslKey key = readKey(kubeconfig.key);
    if (authorities.isEmpty() || own.isEmpty() || key.isNull()) {
        return fail(ErrorCode::Protocol, tr("The certificates of the cluster's kubeconfig cannot be read."));
    }
    ApiAccess access{QUrl(kubeconfig.server, QUrl::StrictMode), {}};
    access.tls.setProtocol(QSsl::TlsV1_2OrLater);
    access.tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    access.tls.setCaCertificates(authorities);
    access.tls.setLocalCertificateChain(own);
    access.tls.setPrivateKey(key);
    return access;
}

QNetworkRequest requestTo(const ApiAccess& access, const QString& path, const QUrlQuery& query) {
    QUrl url = access.server;
    url.setPath(path, QUrl::TolerantMode);
    url.setQuery(query);
    QNetworkRequest request(url);
    request.setSslConfiguration(access.tls);
    request.setRawHeader("Accept", "application/json");
    request.setRawHeader("Accept-Encoding", "identity"); // It does not leave this host; and compressed events would wait for each other.
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    // One connection for all would end all watches at once; how many HTTP/1.1 has is known (watches.cpp).
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    return request;
}

QUrlQuery queryOf(const Selection& selection) {
    QUrlQuery query;
    add(query, QStringLiteral("labelSelector"), selection.labels);
    add(query, QStringLiteral("fieldSelector"), selection.fields);
    return query;
}

QUrlQuery pageQuery(const Selection& selection, const QString& next) {
    QUrlQuery query = queryOf(selection);
    add(query, QStringLiteral("limit"), QString::number(kPage));
    add(query, QStringLiteral("continue"), next);
    return query;
}

int httpCodeOf(const QNetworkReply& reply) {
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

bool isCutShort(const QNetworkReply& reply, qsizetype received) {
    // Qt does not always take a connection that closed early for an error.
    return reply.error() != QNetworkReply::NoError || received < reply.header(QNetworkRequest::ContentLengthHeader).toLongLong();
}

Error networkErrorOf(const QNetworkReply& reply) {
    const QString server = reply.request().url().authority();
    if (reply.error() == QNetworkReply::SslHandshakeFailedError) {
        return {
            ErrorCode::Denied, tr("What answers at %1 is not the API server of this cluster.").arg(server), reply.errorString(), {}, {}};
    }
    return {ErrorCode::Unreachable, tr("The API server does not answer at %1.").arg(server), reply.errorString(), {}, {}};
}

} // namespace podleaf::kube
