// SPDX-License-Identifier: GPL-3.0-or-later
#include "api_client.h"

#include "watch_decoder.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QTimer>

#include <iterator>
#include <limits>
#include <memory>
#include <stop_token>

namespace podleaf::kube {

namespace {

constexpr qsizetype kLongestAnswer = 64 << 20;
constexpr qsizetype kMostObjects = 100'000;

QString tr(const char* text) {
    return QCoreApplication::translate("Kube", text);
}

struct Call {
    QByteArray verb;
    QString path;
    QUrlQuery query = {};
    QByteArray body = {};
    QByteArray contentType = {};
};

/// One request and the whole of its answer.
class Exchange {
public:
    explicit Exchange(const ApiAccess& access) : m_access(access) { m_manager.setProxy(QNetworkProxy::NoProxy); }

    Result<QByteArray> run(const OpContext& context, const Call& call) {
        if (auto going = context.checkpoint(); !going) {
            return fail(std::move(going.error()));
        }
        QNetworkRequest request = requestTo(m_access, call.path, call.query);
        if (!call.contentType.isEmpty()) {
            request.setHeader(QNetworkRequest::ContentTypeHeader, call.contentType);
        }
        const std::unique_ptr<QNetworkReply> reply(m_manager.sendCustomRequest(request, call.verb, call.body));
        QEventLoop loop;
        QObject::connect(reply.get(), &QNetworkReply::readyRead, &loop, [&] { take(*reply); });
        QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
        const auto abort = [&reply] { reply->abort(); };
        const std::stop_callback onStop(context.stop, [&] { QMetaObject::invokeMethod(reply.get(), abort, Qt::QueuedConnection); });
        QTimer::singleShot(context.remainingMs(std::numeric_limits<int>::max()), reply.get(), abort);
        if (!reply->isFinished()) {
            loop.exec();
        }
        take(*reply);
        if (auto going = context.checkpoint(); !going && reply->error() != QNetworkReply::NoError) {
            return fail(std::move(going.error()));
        }
        return outcomeOf(*reply);
    }

private:
    void take(QNetworkReply& reply) {
        m_body += reply.isOpen() ? reply.readAll() : QByteArray();
        if (m_body.size() > kLongestAnswer) {
            m_isTooLong = true;
            m_body = {};
            reply.abort();
        }
    }

    Result<QByteArray> outcomeOf(const QNetworkReply& reply) {
        const int code = httpCodeOf(reply);
        if (m_isTooLong) {
            return fail(ErrorCode::Protocol, tr("The API server's answer has no end."));
        }
        if (code >= 400) {
            return fail(errorOf(code, m_body));
        }
        if (isCutShort(reply, m_body.size())) {
            return fail(networkErrorOf(reply));
        }
        if (code < 200 || code >= 300) {
            return fail(ErrorCode::Protocol, tr("The API server answered HTTP %1.").arg(code));
        }
        return std::move(m_body);
    }

    const ApiAccess& m_access;
    QNetworkAccessManager m_manager;
    QByteArray m_body;
    bool m_isTooLong = false;
};

Result<QByteArray> perform(const ApiAccess& access, const OpContext& context, const Call& call) {
    return Exchange(access).run(context, call);
}

Result<QJsonObject> objectFrom(const Result<QByteArray>& body) {
    if (!body) {
        return fail(body.error());
    }
    const QJsonDocument document = QJsonDocument::fromJson(*body);
    return document.isObject() ? Result<QJsonObject>(document.object())
                               : fail(ErrorCode::Protocol, tr("The API server answered something that is not an object."));
}

QByteArray jsonOf(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray contentTypeOf(PatchType type) {
    return type == PatchType::Merge ? "application/merge-patch+json" : "application/strategic-merge-patch+json";
}

} // namespace

Result<QJsonObject> ApiClient::get(const OpContext& context, const Resource& resource, const ObjectName& object) const {
    const auto path = objectPath(resource, object);
    return path ? objectFrom(perform(m_access, context, {"GET", *path})) : fail(path.error());
}

Result<std::vector<QJsonObject>> ApiClient::list(const OpContext& context, const Resource& resource, const Selection& selection) const {
    std::vector<QJsonObject> objects;
    QString next;
    do {
        const Call call{"GET", collectionPath(resource, selection.nameSpace), pageQuery(selection, next)};
        auto body = perform(m_access, context, call);
        auto page = body ? decodeList(*body) : fail(std::move(body.error()));
        if (!page) {
            return fail(std::move(page.error()));
        }
        std::move(page->objects.begin(), page->objects.end(), std::back_inserter(objects));
        next = page->next;
        if (objects.size() > kMostObjects) {
            return fail(ErrorCode::Protocol, tr("The API server's list has no end."));
        }
    } while (!next.isEmpty());
    return objects;
}

Result<QJsonObject> ApiClient::create(const OpContext& context, const Resource& resource, const QJsonObject& object) const {
    const QString path = collectionPath(resource, nameOf(object).nameSpace);
    return objectFrom(perform(m_access, context, {"POST", path, {}, jsonOf(object), "application/json"}));
}

Result<QJsonObject> ApiClient::patch(const OpContext& context, const Resource& resource, const ObjectName& object, PatchType type,
                                     const QJsonObject& change) const {
    const auto path = objectPath(resource, object);
    return path ? objectFrom(perform(m_access, context, {"PATCH", *path, {}, jsonOf(change), contentTypeOf(type)})) : fail(path.error());
}

Result<QJsonObject> ApiClient::apply(const OpContext& context, const Resource& resource, const QJsonObject& object) const {
    const auto path = objectPath(resource, nameOf(object));
    const QUrlQuery query{{QStringLiteral("fieldManager"), QStringLiteral("podleaf")}, {QStringLiteral("force"), QStringLiteral("true")}};
    return path ? objectFrom(perform(m_access, context, {"PATCH", *path, query, jsonOf(object), "application/apply-patch+yaml"}))
                : fail(path.error());
}

Result<> ApiClient::remove(const OpContext& context, const Resource& resource, const ObjectName& object) const {
    const auto path = objectPath(resource, object);
    if (!path) {
        return fail(path.error());
    }
    const QUrlQuery query{{QStringLiteral("propagationPolicy"), QStringLiteral("Background")}};
    const auto body = perform(m_access, context, {"DELETE", *path, query});
    return body ? Result<>() : fail(body.error());
}

Result<QByteArray> ApiClient::text(const OpContext& context, const QString& path) const {
    return perform(m_access, context, {"GET", path});
}

} // namespace podleaf::kube
