// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch.h"

#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <iterator>
#include <utility>

namespace podleaf::kube {

namespace {

constexpr qsizetype kLongestBody = 64 << 20;

QString tr(const char* text) {
    return QCoreApplication::translate("Kube", text);
}

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

} // namespace

Watch::Watch(const ApiAccess& access, Watches::Wanted wanted, const WatchTimes& times, QNetworkAccessManager& manager)
    : m_access(access), m_wanted(std::move(wanted)), m_times(times), m_manager(manager), m_course(times.firstPause, times.longestPause) {
    m_pause.setSingleShot(true);
    QObject::connect(&m_pause, &QTimer::timeout, &m_pause, [this] { askNext(); });
    m_silence.setSingleShot(true);
    QObject::connect(&m_silence, &QTimer::timeout, &m_silence, [this] {
        breakOff({ErrorCode::Unreachable, tr("The API server has fallen silent."), {}, {}, {}});
    });
}

void Watch::askNext() {
    m_doing = m_course.next();
    m_body.clear();
    m_decoder = {};
    m_begun.invalidate();
    const QUrlQuery query = isStream() ? streamQuery() : pageQuery(m_wanted.selection, m_nextPage);
    m_reply = m_manager.get(requestTo(m_access, collectionPath(m_wanted.resource, m_wanted.selection.nameSpace), query));
    QObject::connect(m_reply, &QNetworkReply::metaDataChanged, &m_connections, [this] { begin(); });
    QObject::connect(m_reply, &QNetworkReply::readyRead, &m_connections, [this] { read(); });
    QObject::connect(m_reply, &QNetworkReply::finished, &m_connections, [this] { finish(); });
    m_silence.start(m_times.answer);
}

QUrlQuery Watch::streamQuery() const {
    QUrlQuery query = queryOf(m_wanted.selection);
    query.addQueryItem(QStringLiteral("watch"), QStringLiteral("true"));
    query.addQueryItem(QStringLiteral("allowWatchBookmarks"), QStringLiteral("true"));
    query.addQueryItem(QStringLiteral("resourceVersion"), QString::fromLatin1(QUrl::toPercentEncoding(m_course.version())));
    return query;
}

void Watch::begin() {
    if (!isStream() || httpCodeOf(*m_reply) != kHttpOk || m_begun.isValid()) {
        return;
    }
    m_begun.start();
    m_silence.start(m_times.silence);
    if (std::exchange(m_told, Told::Live) != Told::Live) {
        m_wanted.tell(WatchLive{});
    }
}

void Watch::read() {
    const QByteArray bytes = m_reply->readAll();
    if (isStream() && httpCodeOf(*m_reply) == kHttpOk) {
        begin();
        m_silence.start(m_times.silence);
        readStream(bytes);
        return;
    }
    m_silence.start(m_times.answer);
    m_body += bytes;
    if (m_body.size() > kLongestBody) {
        breakOff({ErrorCode::Protocol, tr("The API server's answer has no end."), {}, {}, {}});
    }
}

void Watch::readStream(const QByteArray& bytes) {
    auto events = m_decoder.feed(bytes);
    if (!events) {
        tellBroken(std::move(events.error()));
        loseTrack();
        return;
    }
    for (WatchEvent& event : *events) {
        take(std::move(event));
        if (m_reply == nullptr) {
            return; // it was the last one
        }
    }
}

void Watch::take(WatchEvent&& event) {
    const auto onFailure = [this](const WatchFailed& failed) {
        if (isGone(failed.status)) {
            loseTrack();
        } else {
            breakOff(errorOf(failed.status));
        }
    };
    if (!event.resourceVersion.isEmpty()) {
        m_course.heard(event.resourceVersion);
    }
    std::visit(Overloaded{
                   [this](ObjectChanged& changed) { m_wanted.tell(ObjectSeen{std::move(changed.object)}); },
                   [this](const ObjectGone& gone) { m_wanted.tell(ObjectLost{nameOf(gone.object)}); },
                   [](const Bookmark&) {},
                   onFailure,
               },
               event.what);
}

void Watch::finish() {
    if (m_reply->isOpen() && m_reply->bytesAvailable() > 0) {
        read();
    }
    if (m_reply == nullptr) {
        return; // what came last ended it
    }
    const int code = httpCodeOf(*m_reply);
    if (code == kHttpGone) {
        loseTrack();
    } else if (code >= 400) {
        breakOff(errorOf(code, m_body));
    } else if (isCutShort(*m_reply, m_body.size())) {
        breakOff(networkErrorOf(*m_reply));
    } else if (isStream()) {
        m_course.ended(lasted());
        goOn();
    } else {
        finishList();
    }
}

void Watch::finishList() {
    auto page = decodeList(m_body);
    if (!page) {
        breakOff(std::move(page.error()));
        return;
    }
    std::move(page->objects.begin(), page->objects.end(), std::back_inserter(m_pages.objects));
    m_nextPage = page->next;
    if (m_nextPage.isEmpty()) {
        m_course.listed(page->resourceVersion);
        m_wanted.tell(std::exchange(m_pages, {}));
    }
    drop();
    askNext();
}

void Watch::goOn() {
    drop();
    m_pages = {};
    m_nextPage.clear();
    m_pause.start(m_course.pause());
}

void Watch::breakOff(Error error) {
    m_course.brokeOff(lasted());
    tellBroken(std::move(error));
    goOn();
}

void Watch::loseTrack() {
    m_course.lostTrack();
    goOn();
}

void Watch::tellBroken(Error error) {
    if (std::exchange(m_told, Told::Broken) != Told::Broken) {
        m_wanted.tell(WatchBroken{std::move(error)});
    }
}

void Watch::drop() {
    m_silence.stop();
    if (QNetworkReply* const reply = std::exchange(m_reply, nullptr)) {
        QObject::disconnect(reply, nullptr, &m_connections, nullptr);
        reply->deleteLater(); // which ends it; abort() would warn where an error is on its way
    }
}

std::chrono::milliseconds Watch::lasted() const {
    return std::chrono::milliseconds(m_begun.isValid() ? m_begun.elapsed() : 0);
}

} // namespace podleaf::kube
