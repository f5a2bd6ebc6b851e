// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256, by which everything in the store is named. OpenSSL's, as Qt's own is ten times slower on the gigabyte that a
// cluster takes. Any thread, one object each.
#pragma once

#include <core/base/op_context.h>

#include <QByteArray>
#include <QString>

#include <memory>

namespace podleaf::artifacts {

/// 64 lower-case hexadecimal digits.
using Digest = QString;

/// Whether `text` has the form of one; what comes from a file or the network is asked before it becomes part of a path.
bool isDigest(const QString& text);

class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(QByteArrayView bytes);
    /// Of all that was added; ends the calculation.
    [[nodiscard]] Digest finish();

private:
    class Private;
    std::unique_ptr<Private> d;
};

Digest sha256Of(QByteArrayView bytes);

/// Reads the file once. Errors: NotFound, Failed when it cannot be read, Cancelled.
Result<Digest> sha256OfFile(const OpContext& context, const QString& path);

} // namespace podleaf::artifacts
