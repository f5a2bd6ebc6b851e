// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch_decoder.h"

#include "resource.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace podleaf::kube {

namespace {

constexpr qsizetype kLongestVersion = 64;
constexpr qsizetype kLongestContinue = 16 * 1024;

QString tr(const char* text) {
    return QCoreApplication::translate("Kube", text);
}

/// Opaque, but never so long.
bool isVersion(const QString& version) {
    return !version.isEmpty() && version.size() <= kLongestVersion;
}

std::optional<WatchEvent> decodeEvent(const QByteArray& line) {
    const QJsonObject event = QJsonDocument::fromJson(line).object();
    const QString type = event.value(QLatin1String("type")).toString();
    const QJsonObject object = event.value(QLatin1String("object")).toObject();
    if (type == QLatin1String("ERROR")) {
        return WatchEvent{WatchFailed{statusOf(object)}, {}};
    }
    const QString version = resourceVersionOf(object);
    if (!isVersion(version)) {
        return {};
    }
    if (type == QLatin1String("ADDED") || type == QLatin1String("MODIFIED")) {
        return WatchEvent{ObjectChanged{object}, version};
    }
    if (type == QLatin1String("DELETED")) {
        return WatchEvent{ObjectGone{object}, version};
    }
    return type == QLatin1String("BOOKMARK") ? std::optional(WatchEvent{Bookmark{}, version}) : std::nullopt;
}

} // namespace

Result<ListPage> decodeList(const QByteArray& body) {
    const QJsonObject list = QJsonDocument::fromJson(body).object();
    const QJsonValue items = list.value(QLatin1String("items"));
    ListPage page{
        {}, resourceVersionOf(list), list.value(QLatin1String("metadata")).toObject().value(QLatin1String("continue")).toString()};
    const bool hasItems = items.isArray() || items.isNull() || items.isUndefined(); // Go writes an empty list as null
    if (!hasItems || !isVersion(page.resourceVersion) || page.next.size() > kLongestContinue) {
        return fail(ErrorCode::Protocol, tr("The API server answered something that is not a list."));
    }
    const QJsonArray array = items.toArray();
    page.objects.reserve(static_cast<std::size_t>(array.size()));
    for (const auto& item : array) {
        page.objects.push_back(item.toObject());
    }
    return page;
}

Result<std::vector<WatchEvent>> WatchDecoder::broken(const QString& why) {
    m_broken = true;
    m_begun = {};
    return fail(ErrorCode::Protocol, why);
}

Result<std::vector<WatchEvent>> WatchDecoder::feed(QByteArrayView bytes) {
    if (m_broken) {
        return broken(tr("The watch is broken."));
    }
    std::vector<WatchEvent> events;
    while (true) {
        const qsizetype end = bytes.indexOf('\n');
        const QByteArrayView piece = end < 0 ? bytes : bytes.first(end);
        if (m_begun.size() + piece.size() > kLongestEvent) {
            return broken(tr("The API server sent an event that is longer than any object can be."));
        }
        m_begun.append(piece);
        if (end < 0) {
            return events;
        }
        const QByteArray line = std::exchange(m_begun, {}).trimmed();
        bytes = bytes.sliced(end + 1);
        if (line.isEmpty()) {
            continue;
        }
        auto event = decodeEvent(line);
        if (!event) {
            return broken(tr("The API server sent something that is not an event of a watch."));
        }
        events.push_back(*std::move(event));
    }
}

} // namespace podleaf::kube
