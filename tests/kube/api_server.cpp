// SPDX-License-Identifier: GPL-3.0-or-later
#include "api_server.h"

#include <QDeadlineTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#include <QUrl>

#include <thread>

namespace podleaf::test {

namespace {

QSslConfiguration configurationOf(const TestAuthority& authority) {
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificate(QSslCertificate(authority.serverCertificate, QSsl::Pem));
    const QSslKey key(authority.serverKey, QSsl::Ec);
    tls.setPrivateKey(key.isNull() ? QSslKey(authority.serverKey, QSsl::Rsa) : key);
    tls.setCaCertificates(QSslCertificate::fromData(authority.authority, QSsl::Pem));
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer); // clients without a certificate are not let in
    return tls;
}

QByteArray json(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray eventLine(const QByteArray& type, const QJsonObject& object) {
    return json({{QStringLiteral("type"), QString::fromLatin1(type)}, {QStringLiteral("object"), object}}) + '\n';
}

QJsonObject withVersion(QJsonObject object, qint64 version) {
    QJsonObject metadata = object.value(QLatin1String("metadata")).toObject();
    metadata[QStringLiteral("resourceVersion")] = QString::number(version);
    object[QStringLiteral("metadata")] = metadata;
    return object;
}

} // namespace

QByteArray statusBody(int code, const QString& reason, const QString& message) {
    return json({{QStringLiteral("kind"), QStringLiteral("Status")},
                 {QStringLiteral("code"), code},
                 {QStringLiteral("reason"), reason},
                 {QStringLiteral("message"), message}});
}

ApiServer::ApiServer(const TestAuthority& authority) : m_here(new QObject) {
    m_here->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_here, &QObject::deleteLater);
    m_thread.start();
    onThread([this, tls = configurationOf(authority)] {
        m_server = new QSslServer(m_here);
        m_server->setSslConfiguration(tls);
        QObject::connect(m_server, &QSslServer::pendingConnectionAvailable, m_here, [this] { accept(); });
        if (!m_server->listen(QHostAddress::LocalHost)) {
            qFatal("cannot listen");
        }
        m_port = m_server->serverPort();
    });
}

ApiServer::~ApiServer() {
    dropConnections();
    m_thread.quit();
    m_thread.wait();
}

void ApiServer::onThread(const std::function<void()>& call) {
    QMetaObject::invokeMethod(m_here, call, Qt::BlockingQueuedConnection);
}

void ApiServer::accept() {
    while (auto* const socket = qobject_cast<QSslSocket*>(m_server->nextPendingConnection())) {
        m_sockets.append(socket);
        QObject::connect(socket, &QSslSocket::readyRead, m_here, [this, socket] { receive(*socket); });
        QObject::connect(socket, &QSslSocket::disconnected, m_here, [this, socket] {
            m_sockets.removeAll(socket);
            m_watching.remove(socket);
            socket->deleteLater();
        });
        receive(*socket); // what came before
    }
}

void ApiServer::receive(QSslSocket& socket) {
    while (true) {
        const QByteArray bytes = socket.peek(1 << 20);
        const qsizetype end = bytes.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        const QList<QByteArray> lines = bytes.left(end).split('\n');
        qsizetype length = 0;
        QByteArray contentType;
        for (const QByteArray& line : lines) {
            const QByteArray value = line.mid(line.indexOf(':') + 1).trimmed();
            length = line.toLower().startsWith("content-length:") ? value.toLongLong() : length;
            contentType = line.toLower().startsWith("content-type:") ? value : contentType;
        }
        if (bytes.size() < end + 4 + length) {
            return;
        }
        socket.read(end + 4 + length);
        const QList<QByteArray> words = lines.front().trimmed().split(' ');
        const QUrl url = QUrl::fromEncoded(words.value(1));
        const Request request{words.front(), url.path(), QUrlQuery(url.query(QUrl::FullyEncoded)), bytes.mid(end + 4, length)};
        m_requests << QString::fromLatin1(words.front() + ' ' + words.value(1));
        if (length > 0) {
            m_lastBody = request.body;
            m_lastContentType = contentType;
        }
        answer(socket, request);
    }
}

void ApiServer::answer(QSslSocket& socket, const Request& request) {
    if (m_isSilent) {
        return;
    }
    if (m_refusals > 0) {
        --m_refusals;
        send(socket, m_refusalCode, m_refusal);
    } else if (request.verb != "GET") {
        change(socket, request);
    } else if (request.path == QLatin1String("/readyz")) {
        send(socket, 200, "ok");
    } else if (request.query.hasQueryItem(QStringLiteral("watch"))) {
        watch(socket, request);
    } else {
        list(socket, request);
    }
}

/// A collection, or one object of it.
void ApiServer::list(QSslSocket& socket, const Request& request) {
    const QString collection = request.path.section(QLatin1Char('/'), 0, -2);
    const QString name = request.path.section(QLatin1Char('/'), -1);
    if (m_objects.value(collection).contains(name)) {
        send(socket, 200, json(m_objects[collection][name]));
        return;
    }
    if (!m_objects.contains(request.path) && m_objects.contains(collection)) {
        send(socket, 404, statusBody(404, QStringLiteral("NotFound"), QStringLiteral("pods \"%1\" not found").arg(name)));
        return;
    }
    const QList<QJsonObject> all = m_objects.value(request.path).values();
    const qsizetype limit = std::max<qsizetype>(request.query.queryItemValue(QStringLiteral("limit")).toLongLong(), 1);
    const qsizetype from = request.query.queryItemValue(QStringLiteral("continue")).toLongLong();
    QJsonArray items;
    for (const QJsonObject& object : all.mid(from, limit)) {
        items.append(object);
    }
    QJsonObject metadata{{QStringLiteral("resourceVersion"), QString::number(m_version)}};
    if (from + limit < all.size()) {
        metadata[QStringLiteral("continue")] = QString::number(from + limit);
    }
    send(socket, 200, json({{QStringLiteral("metadata"), metadata}, {QStringLiteral("items"), items}}));
}

void ApiServer::watch(QSslSocket& socket, const Request& request) {
    const qint64 from = request.query.queryItemValue(QStringLiteral("resourceVersion")).toLongLong();
    const QByteArray gone = statusBody(410, QStringLiteral("Expired"), QStringLiteral("too old resource version"));
    if (from < m_compacted && m_goneBy == GoneBy::Code) {
        send(socket, 410, gone);
        return;
    }
    socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    if (from < m_compacted) {
        sendChunks(socket, eventLine("ERROR", QJsonDocument::fromJson(gone).object()));
        socket.write("0\r\n\r\n");
        return;
    }
    m_watching[&socket] = {request.path};
    for (const Change& each : std::as_const(m_changes)) {
        if (each.version > from && each.collection == request.path) {
            sendChunks(socket, each.event);
        }
    }
    socket.flush();
}

/// POST, PATCH, DELETE: only as much as says what was asked for.
void ApiServer::change(QSslSocket& socket, const Request& request) {
    const QJsonObject object = QJsonDocument::fromJson(request.body).object();
    const QString name = object.value(QLatin1String("metadata")).toObject().value(QLatin1String("name")).toString();
    if (request.verb == "POST" && m_objects.value(request.path).contains(name)) {
        send(socket, 409, statusBody(409, QStringLiteral("AlreadyExists"), QStringLiteral("pods \"%1\" already exists").arg(name)));
        return;
    }
    send(socket, 200, request.verb == "DELETE" ? statusBody(200, {}, {}) : json(withVersion(object, ++m_version)));
}

void ApiServer::send(QSslSocket& socket, int code, const QByteArray& body) const {
    socket.write(QByteArray("HTTP/1.1 " + QByteArray::number(code) + " Answer\r\nContent-Type: application/json\r\n"));
    if (m_chunk > 0) {
        socket.write("Transfer-Encoding: chunked\r\n\r\n");
        sendChunks(socket, body);
        socket.write("0\r\n\r\n");
    } else {
        socket.write(QByteArray("Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body));
    }
    socket.flush();
}

void ApiServer::sendChunks(QSslSocket& socket, const QByteArray& bytes) const {
    const qsizetype step = m_chunk > 0 ? m_chunk : std::max<qsizetype>(bytes.size(), 1);
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        const QByteArray part = bytes.mid(at, step);
        socket.write(QByteArray(QByteArray::number(part.size(), 16) + "\r\n" + part + "\r\n"));
        socket.flush();
    }
}

void ApiServer::note(const QString& collection, const QByteArray& type, const QJsonObject& object) {
    const Change change{m_version, collection, eventLine(type, object)};
    m_changes.append(change);
    for (auto it = m_watching.cbegin(); it != m_watching.cend(); ++it) {
        if (it->collection == collection) {
            sendChunks(*it.key(), change.event);
        }
    }
}

void ApiServer::put(const QString& collection, const QString& name, const QJsonObject& content) {
    onThread([&] {
        QJsonObject object = content;
        object[QStringLiteral("metadata")] =
            QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("namespace"), QStringLiteral("default")}};
        object = withVersion(object, ++m_version);
        const QByteArray type = m_objects[collection].contains(name) ? "MODIFIED" : "ADDED";
        m_objects[collection][name] = object;
        note(collection, type, object);
    });
}

void ApiServer::remove(const QString& collection, const QString& name) {
    onThread([&] {
        const QJsonObject object = withVersion(m_objects[collection].take(name), ++m_version);
        note(collection, "DELETED", object);
    });
}

void ApiServer::bookmark() {
    onThread([&] {
        const QByteArray line = eventLine("BOOKMARK", withVersion({}, ++m_version));
        for (auto it = m_watching.cbegin(); it != m_watching.cend(); ++it) {
            sendChunks(*it.key(), line);
        }
    });
}

void ApiServer::compact(GoneBy by) {
    onThread([&] {
        m_compacted = ++m_version;
        m_changes.clear();
        m_goneBy = by;
    });
}

void ApiServer::endWatches() {
    onThread([&] {
        const QList<QSslSocket*> sockets = m_watching.keys();
        m_watching.clear();
        for (QSslSocket* const socket : sockets) {
            socket->write("0\r\n\r\n");
            socket->flush();
        }
    });
}

void ApiServer::dropConnections() {
    onThread([&] {
        const QList<QSslSocket*> sockets = m_sockets;
        for (QSslSocket* const socket : sockets) {
            socket->abort();
        }
    });
}

void ApiServer::babble(const QByteArray& bytes) {
    onThread([&] {
        for (auto it = m_watching.cbegin(); it != m_watching.cend(); ++it) {
            sendChunks(*it.key(), bytes);
        }
    });
}

void ApiServer::chunk(qsizetype bytes) {
    onThread([&] { m_chunk = bytes; });
}

void ApiServer::refuse(int times, int code, const QByteArray& body) {
    onThread([&] {
        m_refusals = times;
        m_refusalCode = code;
        m_refusal = body;
    });
}

void ApiServer::fallSilent(bool isSilent) {
    onThread([&] { m_isSilent = isSilent; });
}

void ApiServer::listen(bool isListening) {
    onThread([&] {
        if (!isListening) {
            m_server->close();
        } else if (!m_server->listen(QHostAddress::LocalHost, m_port)) {
            qFatal("cannot listen again");
        }
    });
}

QStringList ApiServer::requests() {
    QStringList requests;
    onThread([&] { requests = m_requests; });
    return requests;
}

void ApiServer::forgetRequests() {
    onThread([&] { m_requests.clear(); });
}

void ApiServer::waitForRequest() {
    const QDeadlineTimer limit(30'000);
    while (requests().isEmpty() && !limit.hasExpired()) {
        std::this_thread::yield();
    }
}

QByteArray ApiServer::lastBody() {
    QByteArray body;
    onThread([&] { body = m_lastBody; });
    return body;
}

QByteArray ApiServer::lastContentType() {
    QByteArray type;
    onThread([&] { type = m_lastContentType; });
    return type;
}

int ApiServer::watches() {
    qsizetype count = 0;
    onThread([&] { count = m_watching.size(); });
    return static_cast<int>(count);
}

} // namespace podleaf::test
