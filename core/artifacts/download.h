// SPDX-License-Identifier: GPL-3.0-or-later
// Downloads by HTTP that go on where they stopped and end up as what their digest says, or not at all. Blocking, with an
// event loop of its own: on a worker or the command line's only thread, never on the GUI's.
#pragma once

#include "sha256.h"

#include <QUrl>

namespace podleaf::artifacts {

/// Asks for the bytes after those that `path` holds already; where the server does not go on from there, for all of them.
/// What came is kept when it breaks off, and thrown away when the digest is another.
/// Errors: Unreachable, NotFound (HTTP 404, 410), Protocol (other answers; a digest that differs), Failed (disk), Cancelled.
Result<> downloadFile(const OpContext& context, const QUrl& url, const QString& path, const Digest& digest);

/// A short text, such as a list of checksums. Errors: the same; Protocol when it is longer than a megabyte.
Result<QByteArray> downloadText(const OpContext& context, const QUrl& url);

/// The digest of `fileName` in the list, in each of the forms that projects publish: the lines of sha256sum, or the digest
/// alone. Errors: NotFound.
Result<Digest> findInSums(const QByteArray& sums, const QString& fileName);

} // namespace podleaf::artifacts
