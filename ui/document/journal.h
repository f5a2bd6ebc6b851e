// SPDX-License-Identifier: GPL-3.0-or-later
// Journal: what was changed in a lab file and not saved yet, kept beside the settings so that a crash, a power cut or a
// closed window loses nothing. Never beside the user's file. GUI thread; the disk is written on a thread of its own.
#pragma once

#include "latest.h"

#include <core/base/result.h>

#include <QByteArray>
#include <QDateTime>
#include <QLockFile>
#include <QString>

#include <memory>
#include <optional>

namespace podleaf::ui {

/// Text that is not on the disk.
struct Unsaved {
    QByteArray base; ///< What the disk held when it was last read or written.
    QByteArray text;
    QDateTime at = {}; ///< When it was kept.
};

class Journal final {
public:
    explicit Journal(QString folder);
    ~Journal();

    /// From now on for the lab file at `path`. Gives what a window that is gone has left of it; nothing while another
    /// window has the file open, which keeps its own changes. Waits until the file before this one is written.
    std::optional<Unsaved> open(const QString& path);
    /// Writes it soon, before the destructor returns at the latest; the newest wins.
    void keep(const Unsaved& unsaved);
    /// Everything is saved: nothing to keep.
    void forget();
    /// All that was kept or forgotten is on the disk.
    [[nodiscard]] bool isIdle() const { return m_writer == nullptr || m_writer->isIdle(); }
    /// Why the last writing failed, if it did.
    [[nodiscard]] const std::optional<Error>& fault() const { return m_fault; }

private:
    struct Entry {
        QString file;                   ///< Of the journal.
        QString path;                   ///< Of the lab.
        std::optional<Unsaved> unsaved; ///< Nothing: the file goes.
    };
    static std::optional<Error> write(const Entry& entry);

    QString m_folder;
    QString m_path;
    QString m_file; ///< Empty: another window keeps the changes of this file.
    std::unique_ptr<QLockFile> m_lock;
    std::optional<Error> m_fault;
    std::unique_ptr<Latest<Entry, std::optional<Error>>> m_writer; ///< One per file: no other file's entry overtakes it.
};

} // namespace podleaf::ui
