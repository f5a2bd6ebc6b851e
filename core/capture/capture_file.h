// SPDX-License-Identifier: GPL-3.0-or-later
// CaptureFile: writes whole blocks to a file or a pipe whose reader may be slow, leave or never come back. One
// thread. SIGPIPE must be ignored.
#pragma once

#include <core/base/op_context.h>

#include <QByteArray>

namespace podleaf::capture {

enum class Written { All, ReaderLeft };

class CaptureFile {
public:
    /// `descriptor` stays the caller's.
    explicit CaptureFile(int descriptor);

    /// Writes all of `blocks`, or nothing where a file's disk is full: a file always ends with a whole block. A
    /// stop or the deadline leaves a pipe's reader two seconds more for each 4 KiB. Errors: Failed (the disk is full, …),
    /// Cancelled and Timeout when the reader does not take it even then.
    Result<Written> write(const OpContext& context, const QByteArray& blocks);

    /// For poll(2) without events: POLLERR tells that a pipe's reader has left.
    [[nodiscard]] int descriptor() const { return m_descriptor; }

private:
    Result<> waitForRoom(const OpContext& context) const;
    void takeBack(qsizetype bytes) const;

    int m_descriptor;
    bool m_isFile;
};

} // namespace podleaf::capture
