// SPDX-License-Identifier: GPL-3.0-or-later
// What the store's index holds: which recipe gave which files. Plain values; any thread.
#pragma once

#include "sha256.h"

#include <QDateTime>
#include <QJsonObject>

#include <vector>

namespace podleaf::artifacts {

/// How an artifact came to be; a part of its key, as what the project publishes differs from what we build.
enum class Way {
    Download, ///< What the project publishes.
    Build,    ///< From source.
    Image,    ///< An OCI archive, put together from other artifacts and Debian packages.
};
QString wayWord(Way way);

/// Everything that decides what comes out. Equal recipes have equal keys.
struct Recipe {
    QString component;
    QString version;
    Way way = Way::Download;
    Digest digest; ///< Of the recipe's own text and of what it is made from.

    /// Where it stands in the index.
    [[nodiscard]] Digest key() const;
    bool operator==(const Recipe&) const = default;
};

struct StoredFile {
    QString name; ///< "kubelet", "image.tar"; several names may share one digest.
    Digest digest;
    qint64 bytes = 0;
    bool isExecutable = false;

    bool operator==(const StoredFile&) const = default;
};

struct Entry {
    Recipe recipe;
    std::vector<StoredFile> files;
    QDateTime madeAt; ///< UTC.
    QString origin;   ///< For a person: a URL, "go1.26.8", the packages of an image.
    bool fromBundle = false;

    /// Nullptr where it has no file of that name.
    [[nodiscard]] const StoredFile* find(const QString& name) const;
    /// Of its files, each content once.
    [[nodiscard]] qint64 bytes() const;

    [[nodiscard]] QJsonObject toJson() const;
    /// Errors: InvalidInput for anything that toJson() does not write, as names with a slash or digests that are none.
    static Result<Entry> fromJson(const QByteArray& json);
};

} // namespace podleaf::artifacts
