// SPDX-License-Identifier: GPL-3.0-or-later
#include "http_server.h"

#include <QTcpServer>
#include <QTcpSocket>

namespace podleaf::test {

HttpServer::HttpServer() : m_server(new QTcpServer) {
    if (!m_server->listen(QHostAddress::LocalHost)) {
        qFatal("cannot listen");
    }
    m_port = m_server->serverPort();
    m_server->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_server, &QObject::deleteLater);
    QObject::connect(m_server, &QTcpServer::newConnection, m_server, [this] {
        while (QTcpSocket* const socket = m_server->nextPendingConnection()) {
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { answer(*socket); });
        }
    });
    m_thread.start();
}

HttpServer::~HttpServer() {
    m_thread.quit();
    m_thread.wait();
}

void HttpServer::publish(const QString& path, const QByteArray& content) {
    const std::lock_guard lock(m_mutex);
    m_content[path] = content;
}

void HttpServer::behave(const Behaviour& behaviour) {
    const std::lock_guard lock(m_mutex);
    m_behaviour = behaviour;
}

QUrl HttpServer::url(const QString& path) const {
    return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(m_port).arg(path));
}

QStringList HttpServer::requests() const {
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

void HttpServer::answer(QTcpSocket& socket) {
    const QByteArray head = socket.peek(65536);
    if (!head.contains("\r\n\r\n")) {
        return;
    }
    socket.readAll();
    const std::lock_guard lock(m_mutex);
    const QString path = QString::fromLatin1(head.mid(4, head.indexOf(' ', 4) - 4));
    const qsizetype at = head.toLower().indexOf("\r\nrange: ");
    const QByteArray range = at < 0 ? QByteArray() : head.mid(at + 9, head.indexOf('\r', at + 2) - at - 9);
    m_requests << QStringLiteral("GET ") + path + (range.isEmpty() ? QString() : QLatin1Char(' ') + QString::fromLatin1(range));
    if (!m_content.contains(path)) {
        socket.write("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone");
        return;
    }
    const QByteArray whole = m_content.value(path);
    const qsizetype begin = m_behaviour.knowsRanges && !range.isEmpty() ? range.mid(6).chopped(1).toLongLong() : 0;
    if (begin >= whole.size() && begin > 0) {
        socket.write("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    QByteArray body = whole.mid(begin);
    socket.write(begin > 0 ? "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + QByteArray::number(begin) + '-' +
                                 QByteArray::number(whole.size() - 1) + '/' + QByteArray::number(whole.size()) + "\r\n"
                           : QByteArray("HTTP/1.1 200 OK\r\n"));
    socket.write(QByteArray("Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n"));
    if (m_behaviour.breakOffAfter >= 0) {
        socket.write(body.left(m_behaviour.breakOffAfter));
        socket.disconnectFromHost();
    } else if (m_behaviour.stallAfter >= 0) {
        socket.write(body.left(m_behaviour.stallAfter));
        m_behaviour.onStall();
    } else {
        socket.write(body);
    }
}

} // namespace podleaf::test
