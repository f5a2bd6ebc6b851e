// SPDX-License-Identifier: GPL-3.0-or-later
// A small API server on the loopback, over TLS, with what clients rely on: objects with versions, lists in pages, watches with
// bookmarks, Status objects; and with all that goes wrong. It has its own thread; every call is answered by that.
#pragma once

#include "test_authority.h"

#include <QJsonObject>
#include <QMap>
#include <QObject>
#include <QStringList>
#include <QThread>
#include <QUrlQuery>

#include <functional>
#include <memory>

class QSslServer;
class QSslSocket;

namespace podleaf::test {

class ApiServer {
public:
    explicit ApiServer(const TestAuthority& authority);
    ~ApiServer();
    ApiServer(const ApiServer&) = delete;
    ApiServer& operator=(const ApiServer&) = delete;

    [[nodiscard]] quint16 port() const { return m_port; }

    /// The object of that name in a collection ("/api/v1/pods") came or changed.
    void put(const QString& collection, const QString& name, const QJsonObject& content = {});
    void remove(const QString& collection, const QString& name);
    /// All watches are told that nothing happened up to now.
    void bookmark();
    /// Who watches from a version before now is told that it is gone: by HTTP's code, or by an event.
    enum class GoneBy { Code, Event };
    void compact(GoneBy by);

    /// Ends all watches in order.
    void endWatches();
    /// Cuts all connections.
    void dropConnections();
    /// Sends to all watches what is no event.
    void babble(const QByteArray& bytes);
    /// Sends each body in chunks of so many bytes; 0: as it is.
    void chunk(qsizetype bytes);
    /// The next so many requests are answered by this; `body` a Status, or not.
    void refuse(int times, int code, const QByteArray& body);
    /// From now on nothing is answered.
    void fallSilent(bool isSilent = true);
    /// Listens at the same port again, or not.
    void listen(bool isListening);

    /// "GET /api/v1/pods?limit=500", in the order in which they came.
    [[nodiscard]] QStringList requests();
    void forgetRequests();
    /// Until one has come, or much too much time has passed.
    void waitForRequest();
    /// Of the last request that had one.
    [[nodiscard]] QByteArray lastBody();
    [[nodiscard]] QByteArray lastContentType();
    /// How many watches are open now.
    [[nodiscard]] int watches();

private:
    struct Change {
        qint64 version = 0;
        QString collection;
        QByteArray event;
    };
    struct Watching {
        QString collection;
    };
    struct Request {
        QByteArray verb;
        QString path;
        QUrlQuery query;
        QByteArray body;
    };

    void onThread(const std::function<void()>& call);
    void accept();
    void receive(QSslSocket& socket);
    void answer(QSslSocket& socket, const Request& request);
    void list(QSslSocket& socket, const Request& request);
    void watch(QSslSocket& socket, const Request& request);
    void change(QSslSocket& socket, const Request& request);
    void note(const QString& collection, const QByteArray& type, const QJsonObject& object);
    void send(QSslSocket& socket, int code, const QByteArray& body) const;
    void sendChunks(QSslSocket& socket, const QByteArray& bytes) const;

    QThread m_thread;
    QObject* m_here = nullptr;      ///< Lives on the thread.
    QSslServer* m_server = nullptr; ///< As does this, and its sockets.
    quint16 m_port = 0;

    // The thread's.
    QList<QSslSocket*> m_sockets;
    QMap<QSslSocket*, Watching> m_watching;
    QMap<QString, QMap<QString, QJsonObject>> m_objects; ///< By collection and name.
    QList<Change> m_changes;
    qint64 m_version = 100;
    qint64 m_compacted = 0;
    GoneBy m_goneBy = GoneBy::Code;
    qsizetype m_chunk = 0;
    int m_refusals = 0;
    int m_refusalCode = 0;
    QByteArray m_refusal;
    bool m_isSilent = false;
    QStringList m_requests;
    QByteArray m_lastBody;
    QByteArray m_lastContentType;
};

/// A Status as the API server sends it.
QByteArray statusBody(int code, const QString& reason, const QString& message);

} // namespace podleaf::test
