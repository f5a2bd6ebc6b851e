// SPDX-License-Identifier: GPL-3.0-or-later
#include "api_error.h"

#include <QCoreApplication>
#include <QJsonDocument>

namespace podleaf::kube {

namespace {

constexpr qsizetype kLongestMessage = 1000;
constexpr qsizetype kLongestReason = 100;
constexpr qsizetype kLongestBody = 1 << 20;

QString tr(const char* text) {
    return QCoreApplication::translate("Kube", text);
}

ErrorCode codeOf(const Status& status) {
    switch (status.code) {
    case 400:
    case 422:
        return ErrorCode::InvalidInput;
    case 401:
    case 403:
        return ErrorCode::Denied;
    case 404:
        return ErrorCode::NotFound;
    case 409:
        return status.reason == QLatin1String("AlreadyExists") ? ErrorCode::AlreadyExists : ErrorCode::Conflict;
    case kHttpGone:
        return ErrorCode::Conflict;
    case 429:
    case 503:
    case 504:
        return ErrorCode::Unreachable;
    default:
        return ErrorCode::Failed;
    }
}

/// The API's messages begin with a name as it is written, and have no full stop.
QString sentence(const QString& message) {
    return message.isEmpty() || message.endsWith(QLatin1Char('.')) ? message : message + QLatin1Char('.');
}

} // namespace

Status statusOf(const QJsonObject& object) {
    return {object.value(QLatin1String("code")).toInt(), boundedText(object.value(QLatin1String("reason")).toString(), kLongestReason),
            boundedText(object.value(QLatin1String("message")).toString(), kLongestMessage)};
}

bool isGone(const Status& status) {
    return status.code == kHttpGone || status.reason == QLatin1String("Expired") || status.reason == QLatin1String("Gone");
}

Error errorOf(const Status& status) {
    const QString said = status.message.isEmpty() ? tr("The API server gave no reason") : status.message;
    const QString reason = status.reason.isEmpty() ? QString() : QLatin1Char(' ') + status.reason;
    return {codeOf(status),
            sentence(tr("The cluster refused: %1").arg(said)),
            QStringLiteral("HTTP %1%2").arg(status.code).arg(reason),
            {},
            {}};
}

Error errorOf(int httpCode, const QByteArray& body) {
    const QJsonObject object = body.size() > kLongestBody ? QJsonObject() : QJsonDocument::fromJson(body).object();
    Status status = object.value(QLatin1String("kind")) == QLatin1String("Status") ? statusOf(object) : Status();
    if (status.message.isEmpty()) {
        status.message = boundedText(QString::fromUtf8(body.left(kLongestMessage)), kLongestMessage);
    }
    status.code = httpCode;
    return errorOf(status);
}

QString boundedText(const QString& foreign, qsizetype most) {
    QString text = foreign.left(most);
    for (QChar& c : text) {
        if (!c.isPrint()) {
            c = QLatin1Char(' ');
        }
    }
    return text.simplified();
}

} // namespace podleaf::kube
