// SPDX-License-Identifier: GPL-3.0-or-later
// CaptureRun: a capture while it runs and after: a thread that reads its packets, keeps the newest of them, bounded, and
// hands them on: as rows to the window, whole to Wireshark and tshark, as a file. Lives on the GUI thread.
#pragma once

#include <core/base/op_context.h>
#include <core/base/unique_fd.h>
#include <core/capture/capture.h>
#include <core/capture/packet_summary.h>

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace podleaf::ui {

/// What is kept of a capture; whichever is reached first.
inline constexpr int kMaxPackets = 50'000;
inline constexpr qint64 kMaxPacketBytes = 64 * 1024 * 1024;

struct PacketRow {
    qint64 number = 0;  ///< Counts from 1.
    quint64 atNs = 0;   ///< Unix time in nanoseconds.
    quint32 length = 0; ///< On the wire, in bytes.
    QString interface;
    capture::PacketSummary summary;
};
struct PacketBatch {
    std::vector<PacketRow> rows; ///< New ones.
    qint64 firstKept = 1;        ///< Older ones have been forgotten.
    quint64 dropped = 0;         ///< By the kernel, so far, because we were too slow.
};

/// capturePackets() of a cable, onto a pipe; blocks until it is asked to stop.
using Capture = std::function<Result<capture::Summary>(OpContext&, int output)>;

class CaptureRun final : public QObject {
    Q_OBJECT

public:
    /// Starts at once.
    explicit CaptureRun(Capture capture, QObject* parent = nullptr);
    /// Stops and waits, some ms.
    ~CaptureRun() override;

    void stop();
    [[nodiscard]] bool hasEnded() const { return m_ended; }
    /// Answered by packetReady().
    void askForPacket(qint64 number);
    /// What is kept, as a file; answered by saved().
    void save(const QString& path);
    /// From packet `from` on (or the oldest that is kept) as pcapng into `pipe`, and then what comes. A reader that is
    /// too slow, or `most` packets, end it: fed() tells.
    void feed(UniqueFd pipe, int id, qint64 from, qint64 most);

Q_SIGNALS:
    void packetsCame(const podleaf::ui::PacketBatch& batch);
    /// A capture file of this packet alone; `frame` are its bytes. Not answered when it is forgotten.
    void packetReady(qint64 number, const QByteArray& frame, const QByteArray& file);
    void saved(const podleaf::Result<>& result);
    /// The reader of a pipe got the packets from `first` on; this one is the next that it does not get.
    void feeding(int id, qint64 first);
    void fed(int id, qint64 next);
    void ended(const podleaf::Result<podleaf::capture::Summary>& summary);

private:
    class Private;
    std::unique_ptr<Private> d;
    bool m_ended = false;
};

} // namespace podleaf::ui
