// SPDX-License-Identifier: GPL-3.0-or-later
// A small HTTP server on the loopback with the paths that projects publish at, which can break off, forget ranges or
// lie. It has its own thread, as downloads block theirs.
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QThread>
#include <QUrl>

#include <functional>
#include <memory>
#include <mutex>

class QTcpServer;
class QTcpSocket;

namespace podleaf::test {

class HttpServer {
public:
    HttpServer();
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    struct Behaviour {
        bool knowsRanges = true;
        qsizetype breakOffAfter = -1;          ///< Closes after so many bytes of a body.
        qsizetype stallAfter = -1;             ///< Sends no more after so many bytes of a body.
        std::function<void()> onStall = [] {}; ///< On the server's thread.
    };

    /// What a GET of `path` answers; all else is 404.
    void publish(const QString& path, const QByteArray& content);
    void behave(const Behaviour& behaviour);
    [[nodiscard]] QUrl url(const QString& path) const;
    /// "GET /a", "GET /a bytes=5-", in the order in which they came.
    [[nodiscard]] QStringList requests() const;

private:
    void answer(QTcpSocket& socket);

    mutable std::mutex m_mutex;
    QMap<QString, QByteArray> m_content;
    Behaviour m_behaviour;
    QStringList m_requests;
    QThread m_thread;
    QTcpServer* m_server = nullptr; ///< Lives on the thread, which deletes it.
    quint16 m_port = 0;
};

} // namespace podleaf::test
