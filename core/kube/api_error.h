// SPDX-License-Identifier: GPL-3.0-or-later
// What the API server says when it refuses, as our errors. Pure functions; any thread.
#pragma once

#include <core/base/result.h>

#include <QJsonObject>

namespace podleaf::kube {

inline constexpr int kHttpOk = 200;
inline constexpr int kHttpGone = 410;

/// A Status object (k8s.io/apimachinery, meta/v1), as far as it is used; its texts are bounded.
struct Status {
    int code = 0;   ///< HTTP's.
    QString reason; ///< "AlreadyExists"; may be empty.
    QString message;

    bool operator==(const Status&) const = default;
};
Status statusOf(const QJsonObject& object);
/// The resource version that was asked for is too old: all must be listed anew.
bool isGone(const Status& status);

/// A status that is no success as an error with the API's own sentence. 401 and 403 are Denied, 404 NotFound, 409 AlreadyExists
/// or Conflict, 410 Conflict, 400 and 422 InvalidInput, 429, 503 and 504 Unreachable (for now), all else Failed.
Error errorOf(const Status& status);
/// An answer with that code of HTTP's, whose body holds a Status or something else.
Error errorOf(int httpCode, const QByteArray& body);

/// A foreign text on one line, without control characters, at most `most` characters.
QString boundedText(const QString& foreign, qsizetype most);

} // namespace podleaf::kube
