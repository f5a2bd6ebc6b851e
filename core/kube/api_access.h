// SPDX-License-Identifier: GPL-3.0-or-later
// ApiAccess: how requests to one cluster's API server are made, over HTTP/1.1 and TLS in which each side proves who it is.
// Plain values; any thread.
#pragma once

#include "kubeconfig.h"
#include "resource.h"

#include <QNetworkRequest>
#include <QSslConfiguration>
#include <QUrl>
#include <QUrlQuery>

class QNetworkReply;

namespace podleaf::kube {

struct ApiAccess {
    QUrl server;
    QSslConfiguration tls; ///< Trusts the cluster's authority and no other; holds our key.
};

/// Errors: Protocol when certificates or key cannot be read.
Result<ApiAccess> accessOf(const Kubeconfig& kubeconfig);

/// `path` is percent-encoded.
QNetworkRequest requestTo(const ApiAccess& access, const QString& path, const QUrlQuery& query = {});
/// The query of a selection, without its namespace, which stands in the path.
QUrlQuery queryOf(const Selection& selection);
/// The query of one page of its list; `next` is what the page before said, empty for the first.
QUrlQuery pageQuery(const Selection& selection, const QString& next);

/// HTTP's code of an answer; 0 where none came.
int httpCodeOf(const QNetworkReply& reply);
/// Whether the answer ended before its end; `received` are the bytes of its body.
bool isCutShort(const QNetworkReply& reply, qsizetype received);
/// Why an answer did not come, or not to its end: Denied (a server that is not this cluster's) or Unreachable.
Error networkErrorOf(const QNetworkReply& reply);

} // namespace podleaf::kube
