// SPDX-License-Identifier: GPL-3.0-or-later
#include "download.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QTimer>

namespace podleaf::artifacts {

namespace {

constexpr int kSilenceMs = 30'000;
constexpr qint64 kTellEveryMs = 1000;
constexpr qint64 kLongestText = 1 << 20;
constexpr int kOk = 200;
constexpr int kPartialContent = 206;
constexpr int kNotFound = 404;
constexpr int kGone = 410;
constexpr int kRangeNotSatisfiable = 416;

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

/// One GET, whose bytes go to `onBytes` once `onBegin` has taken the answer's head; either ends it by returning an error.
class Transfer {
public:
    using Head = std::function<Result<>(const QNetworkReply&)>;
    using Bytes = std::function<Result<>(const QByteArray&)>;

    Transfer(Head onBegin, Bytes onBytes) : m_onBegin(std::move(onBegin)), m_onBytes(std::move(onBytes)) {}

    Result<> run(const OpContext& context, const QUrl& url, qint64 offset) {
        QNetworkRequest request(url);
        request.setTransferTimeout(kSilenceMs);
        request.setRawHeader("Accept-Encoding", "identity"); // The digest is of the bytes as they lie there.
        if (offset > 0) {
            request.setRawHeader("Range", "bytes=" + QByteArray::number(offset) + '-');
        }
        QNetworkAccessManager manager;
        const std::unique_ptr<QNetworkReply> reply(manager.get(request));
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
        if (auto going = context.checkpoint(); !going) {
            return going;
        }
        return m_outcome ? outcomeOf(*reply) : std::move(m_outcome);
    }

private:
    static int statusOf(const QNetworkReply& reply) { return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(); }

    void take(QNetworkReply& reply) {
        const int status = statusOf(reply);
        const QByteArray bytes = reply.isOpen() ? reply.readAll() : QByteArray();
        if (!m_outcome || (status != kOk && status != kPartialContent)) {
            return;
        }
        if (!std::exchange(m_hasBegun, true)) {
            m_outcome = m_onBegin(reply);
        }
        m_received += bytes.size();
        if (m_outcome && !bytes.isEmpty()) {
            m_outcome = m_onBytes(bytes);
        }
        if (!m_outcome) {
            reply.abort();
        }
    }

    [[nodiscard]] Result<> outcomeOf(const QNetworkReply& reply) const {
        const int status = statusOf(reply);
        const QString where = reply.request().url().toDisplayString();
        if (status == kNotFound || status == kGone) {
            return fail(ErrorCode::NotFound, tr("The server has no %1 (HTTP %2).").arg(where).arg(status));
        }
        if (status == kRangeNotSatisfiable) {
            return fail(ErrorCode::Conflict, tr("The server has less of %1 than is here.").arg(where));
        }
        if (status != 0 && status != kOk && status != kPartialContent) {
            return fail(ErrorCode::Protocol, tr("The server answered HTTP %1 for %2.").arg(status).arg(where));
        }
        if (status == 0) {
            return fail(ErrorCode::Unreachable, tr("Cannot reach %1.").arg(reply.request().url().host()), reply.errorString());
        }
        // Qt does not always take a connection that closed early for an error.
        if (reply.error() != QNetworkReply::NoError || m_received < reply.header(QNetworkRequest::ContentLengthHeader).toLongLong()) {
            return fail(ErrorCode::Unreachable, tr("The download of %1 broke off.").arg(where), reply.errorString());
        }
        return {};
    }

    Head m_onBegin;
    Bytes m_onBytes;
    Result<> m_outcome;
    bool m_hasBegun = false;
    qint64 m_received = 0;
};

QString megabytes(qint64 bytes) {
    return QString::number(static_cast<double>(bytes) / 1e6, 'f', 1);
}

/// Where the bytes of a 206 begin, or -1: "bytes 100-199/200" (RFC 9110 §14.4).
qint64 beginOf(const QNetworkReply& reply) {
    static const QRegularExpression kRange(QStringLiteral("^bytes (\\d+)-"));
    const auto match = kRange.match(QString::fromLatin1(reply.rawHeader("Content-Range")));
    return match.hasMatch() ? match.captured(1).toLongLong() : -1;
}

/// One attempt; what came stays in the file.
Result<> goOn(const OpContext& context, const QUrl& url, QFile& file) {
    const qint64 offset = file.size();
    qint64 total = 0;
    QElapsedTimer sinceTold;
    sinceTold.start();
    const auto diskError = [&file] { return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(file.fileName()), file.errorString()); };
    Transfer transfer(
        [&](const QNetworkReply& reply) -> Result<> {
            const bool goesOn = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == kPartialContent;
            if (goesOn && beginOf(reply) != offset) {
                return fail(ErrorCode::Protocol, tr("The server went on at another place than it was asked to."));
            }
            total = (goesOn ? offset : 0) + reply.header(QNetworkRequest::ContentLengthHeader).toLongLong();
            const qint64 begin = goesOn ? offset : 0;
            return file.resize(begin) && file.seek(begin) ? Result<>() : diskError();
        },
        [&](const QByteArray& bytes) -> Result<> {
            if (file.write(bytes) != bytes.size()) {
                return diskError();
            }
            if (sinceTold.elapsed() >= kTellEveryMs) {
                sinceTold.restart();
                context.report(tr("%1: %2 of %3 MB").arg(url.fileName(), megabytes(file.pos()), megabytes(total)));
            }
            return {};
        });
    auto done = transfer.run(context, url, offset);
    return file.flush() || !done ? std::move(done) : diskError();
}

} // namespace

Result<> downloadFile(const OpContext& context, const QUrl& url, const QString& path, const Digest& digest) {
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite)) {
        return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(path), file.errorString());
    }
    const auto here = sha256OfFile(context, path);
    if (here && *here == digest) {
        return {};
    }
    auto done = goOn(context, url, file);
    if (!done && (done.error().code == ErrorCode::Conflict || done.error().code == ErrorCode::Protocol) && file.size() > 0) {
        file.resize(0);
        done = goOn(context, url, file);
    }
    if (!done) {
        return done;
    }
    const auto got = sha256OfFile(context, path);
    if (!got) {
        return fail(got.error());
    }
    if (*got != digest) {
        file.remove();
        return fail(ErrorCode::Protocol, tr("%1 is not what its checksum says; it was thrown away.").arg(url.toDisplayString()),
                    tr("expected %1\ngot      %2").arg(digest, *got));
    }
    return {};
}

Result<QByteArray> downloadText(const OpContext& context, const QUrl& url) {
    QByteArray text;
    Transfer transfer([](const QNetworkReply&) { return Result<>(); },
                      [&](const QByteArray& bytes) -> Result<> {
                          text += bytes;
                          return text.size() <= kLongestText ? Result<>()
                                                             : fail(ErrorCode::Protocol, tr("%1 is no list.").arg(url.toDisplayString()));
                      });
    auto done = transfer.run(context, url, 0);
    return done ? Result<QByteArray>(text) : fail(std::move(done.error()));
}

Result<Digest> findInSums(const QByteArray& sums, const QString& fileName) {
    static const QRegularExpression kLine(QStringLiteral("^([0-9a-fA-F]{64})(?:[ \\t]+\\*?(\\S+))?\\s*$"),
                                          QRegularExpression::MultilineOption);
    auto it = kLine.globalMatch(QString::fromUtf8(sums));
    while (it.hasNext()) {
        const auto match = it.next();
        const QString name = match.captured(2).section(QLatin1Char('/'), -1);
        if (name.isEmpty() || name == fileName) {
            return match.captured(1).toLower();
        }
    }
    return fail(ErrorCode::NotFound, tr("The list of checksums does not name %1.").arg(fileName));
}

} // namespace podleaf::artifacts
