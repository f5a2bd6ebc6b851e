// SPDX-License-Identifier: GPL-3.0-or-later
// LabHold: at most one change of a lab at a time, whoever makes it. A locked file beside the lab's folder, which the
// kernel unlocks when its holder ends, however it ends. Any thread.
#pragma once

#include <core/base/ids.h>
#include <core/base/result.h>
#include <core/base/unique_fd.h>

namespace podleaf::session {

class LabHold {
public:
    /// `what` is told to whoever comes meanwhile: "podleaf up". Errors: Conflict, naming the holder; Failed.
    static Result<LabHold> take(const QString& runFolder, const LabId& lab, const QString& what);

    /// The file that is there while a change is made, and after its maker was killed.
    static QString pathOf(const QString& runFolder, const LabId& lab);

    LabHold(LabHold&&) noexcept = default;
    LabHold& operator=(LabHold&&) = delete;
    ~LabHold(); ///< Removes the file and lets go.

private:
    LabHold(QString path, UniqueFd file) : m_path(std::move(path)), m_file(std::move(file)) {}
    QString m_path;
    UniqueFd m_file;
};

} // namespace podleaf::session
