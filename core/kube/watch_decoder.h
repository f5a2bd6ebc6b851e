// SPDX-License-Identifier: GPL-3.0-or-later
// Decoders of what the API server sends to those who list and watch: a list as one object, then one event a line. Pure; any
// thread. (Kubernetes documentation, "API Concepts": Efficient detection of changes.)
#pragma once

#include "api_error.h"

#include <QByteArrayView>
#include <QJsonObject>

#include <variant>
#include <vector>

namespace podleaf::kube {

/// One page of a list.
struct ListPage {
    std::vector<QJsonObject> objects;
    QString resourceVersion; ///< From which a watch goes on.
    QString next;            ///< Where the next page begins; empty: it is the last one.

    bool operator==(const ListPage&) const = default;
};
/// Errors: Protocol.
Result<ListPage> decodeList(const QByteArray& body);

/// An object came, or is different now.
struct ObjectChanged {
    QJsonObject object;
    bool operator==(const ObjectChanged&) const = default;
};
/// An object has gone; as it was last.
struct ObjectGone {
    QJsonObject object;
    bool operator==(const ObjectGone&) const = default;
};
/// Nothing happened up to this version.
struct Bookmark {
    bool operator==(const Bookmark&) const = default;
};
/// The stream ends with it.
struct WatchFailed {
    Status status;
    bool operator==(const WatchFailed&) const = default;
};
struct WatchEvent {
    std::variant<ObjectChanged, ObjectGone, Bookmark, WatchFailed> what;
    QString resourceVersion; ///< From which a watch goes on after this event; empty for WatchFailed.

    bool operator==(const WatchEvent&) const = default;
};

/// The lines of one watch's stream, in pieces of any size.
class WatchDecoder {
public:
    /// No event is longer: etcd takes no object above 1.5 MB, which JSON makes somewhat larger.
    static constexpr qsizetype kLongestEvent = 8 << 20;

    /// The events that are complete now. Errors: Protocol (a line that is no event, or has no end); then nothing more comes of it.
    Result<std::vector<WatchEvent>> feed(QByteArrayView bytes);

private:
    Result<std::vector<WatchEvent>> broken(const QString& why);

    QByteArray m_begun; ///< The line whose end has not come.
    bool m_broken = false;
};

} // namespace podleaf::kube
