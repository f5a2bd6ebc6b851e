// SPDX-License-Identifier: GPL-3.0-or-later
// Store: artifacts on disk, each file under its digest, and an index from recipe to files. Several processes may use one
// folder at once: all that is written appears whole, and locks keep them from making the same thing twice. Values; any
// thread.
//
//   blobs/DIGEST       a file's content, read-only
//   index/KEY.json     an Entry
//   sets/DIGEST/       hard links to blobs by the names of programs and images: what nodes are shown
//   partial/NAME       downloads that are not complete yet
//   scratch/           what is being made
//   build/             modules and objects of Go, which only save time
//   locks/             one file each
#pragma once

#include "entry.h"

#include <core/base/unique_fd.h>

#include <QTemporaryDir>

#include <functional>
#include <optional>

namespace podleaf::artifacts {

/// What the index has on a recipe. Damaged: a sentence on what is wrong; the entry was taken out of the index.
struct Lookup {
    std::optional<Entry> entry;
    QString damage;
};

/// Bytes on disk.
struct DiskUse {
    qint64 artifacts = 0; ///< Files that an entry names.
    qint64 unused = 0;    ///< Files that none does, half downloads, scratch.
    qint64 build = 0;     ///< What Go keeps.
};

/// Held until it is destroyed.
using StoreLock = UniqueFd;

class Store {
public:
    /// Makes the folder where there is none. Errors: Failed.
    static Result<Store> open(const QString& folder);
    /// $XDG_CACHE_HOME/podleaf/artifacts.
    static QString defaultFolder();

    /// Reads every file that the entry names and compares its digest. Errors: Cancelled.
    Result<Lookup> find(const OpContext& context, const Recipe& recipe) const;
    /// All that can be read, ordered by component; the files are not looked at.
    [[nodiscard]] std::vector<Entry> entries() const;

    /// Takes the file at `path` into the store, as `name`; it is gone from there. Errors: Failed.
    Result<StoredFile> adopt(const OpContext& context, const QString& path, const QString& name, bool isExecutable) const;
    /// From now on `find` has it.
    Result<> put(const Entry& entry) const;

    /// Where the file's content is. Never written to.
    [[nodiscard]] QString pathOf(const Digest& digest) const { return m_folder + QStringLiteral("/blobs/") + digest; }
    [[nodiscard]] QString setPath(const Digest& digest) const { return m_folder + QStringLiteral("/sets/") + digest; }
    [[nodiscard]] QString partialPath(const Digest& name) const { return m_folder + QStringLiteral("/partial/") + name; }
    [[nodiscard]] QString buildFolder() const { return m_folder + QStringLiteral("/build"); }
    /// A folder of its own on the store's file system, removed with the object.
    Result<std::unique_ptr<QTemporaryDir>> scratch() const;

    /// Waits until no other holds it. Errors: Cancelled, Timeout, Failed.
    Result<StoreLock> lock(const OpContext& context, const QString& name) const;

    [[nodiscard]] DiskUse diskUse() const;
    /// Removes entries that `isKept` does not hold, files that no entry names, sets that hold one of these, half downloads and
    /// what Go keeps.
    /// Returns the bytes that are gone. Errors: Conflict while something is being made.
    Result<qint64> prune(const OpContext& context, const std::function<bool(const Entry&)>& isKept) const;

private:
    explicit Store(QString folder) : m_folder(std::move(folder)) {}
    [[nodiscard]] QString indexPath(const Digest& key) const {
        return m_folder + QStringLiteral("/index/") + key + QStringLiteral(".json");
    }
    Result<QString> damageIn(const OpContext& context, const Entry& entry) const;

    QString m_folder;
};

} // namespace podleaf::artifacts
