// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture_file.h"

#include <QCoreApplication>

#include <climits>
#include <optional>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace podleaf::capture {

namespace {

/// What a busy reader still gets after a stop, so that the file it sees is whole.
constexpr std::chrono::seconds kGrace{2};

Error cannotWrite(int error) {
    const char* message = error == ENOSPC || error == EDQUOT ? "The disk is full: the capture has ended." : "Cannot write the capture.";
    return Error{ErrorCode::Failed, QCoreApplication::translate("Capture", message), qt_error_string(error)};
}

} // namespace

CaptureFile::CaptureFile(int descriptor) : m_descriptor(descriptor) {
    struct stat about {};
    m_isFile = ::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
}

/// Returns when a write of PIPE_BUF bytes does not block.
Result<> CaptureFile::waitForRoom(const OpContext& context) const {
    std::optional<Clock::time_point> lastMoment;
    while (true) {
        pollfd wait{m_descriptor, POLLOUT, 0};
        if (m_isFile || ::poll(&wait, 1, 100) > 0) {
            return {};
        }
        auto go = context.checkpoint();
        if (go) {
            continue;
        }
        lastMoment = lastMoment.value_or(Clock::now() + kGrace);
        if (Clock::now() >= *lastMoment) {
            return go;
        }
    }
}

void CaptureFile::takeBack(qsizetype bytes) const {
    struct stat about {};
    if (m_isFile && bytes > 0 && ::fstat(m_descriptor, &about) == 0) {
        static_cast<void>(::ftruncate(m_descriptor, about.st_size - bytes) == 0);
    }
}

Result<Written> CaptureFile::write(const OpContext& context, const QByteArray& blocks) {
    qsizetype done = 0;
    while (done < blocks.size()) {
        if (auto room = waitForRoom(context); !room) {
            return fail(std::move(room.error()));
        }
        const qsizetype most = m_isFile ? blocks.size() - done : std::min<qsizetype>(PIPE_BUF, blocks.size() - done);
        const ssize_t count = ::write(m_descriptor, blocks.constData() + done, static_cast<std::size_t>(most));
        if (count >= 0) {
            done += count;
        } else if (errno == EPIPE) {
            return Written::ReaderLeft;
        } else if (errno != EINTR && errno != EAGAIN) {
            const int error = errno;
            takeBack(done);
            return fail(cannotWrite(error));
        }
    }
    return Written::All;
}

} // namespace podleaf::capture
