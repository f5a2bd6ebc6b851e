// SPDX-License-Identifier: GPL-3.0-or-later
// PacketReader: the reader's thread of a CaptureRun: owns the pipe and the packets that are kept. Orders come and mail
// goes through mailboxes. Its own thread.
#pragma once

#include "capture_run.h"

#include <core/capture/pcapng_reader.h>
#include <ui/feed/worker.h>

#include <deque>
#include <optional>
#include <variant>

namespace podleaf::ui {

namespace capture_mail {
struct AskForPacket {
    qint64 number = 0;
};
struct Save {
    QString path;
};
struct Feed {
    UniqueFd pipe;
    int id = 0;
    qint64 from = 0;
    qint64 most = 0;
};
struct BatchTaken {};
using CaptureEnded = Result<capture::Summary>;
using Order = std::variant<AskForPacket, Save, Feed, BatchTaken, Quit, CaptureEnded>;

struct PacketReady {
    qint64 number = 0;
    QByteArray frame;
    QByteArray file;
};
struct Saved {
    Result<> result;
};
struct Feeding {
    int id = 0;
    qint64 first = 0;
};
struct Fed {
    int id = 0;
    qint64 next = 0;
};
using Mail = std::variant<PacketBatch, PacketReady, Saved, Feeding, Fed, CaptureEnded>;
} // namespace capture_mail

/// A pipe whose reader has left is told to this thread by EPIPE, not by the end of the program.
void blockBrokenPipes();

class PacketReader final {
public:
    PacketReader(UniqueFd pipe, Mailbox<capture_mail::Order>& orders, Mailbox<capture_mail::Mail>& mail)
        : m_pipe(std::move(pipe)), m_orders(orders), m_mail(mail) {}

    /// Until Quit.
    void run();

private:
    struct Sink {
        UniqueFd pipe;
        int id = 0;
        qint64 left = 0; ///< How many packets it may still get.
        qint64 next = 0; ///< The next packet for it.
        QByteArray waiting;
        qsizetype written = 0; ///< Of what waits.
        bool closing = false;
    };
    void obey(capture_mail::Order order);
    void readPipe();
    void keep(capture::CapturedPacket packet);
    void publish();
    /// Whether a header can be written.
    [[nodiscard]] bool hasHeader() const { return !m_format.interfaces().isEmpty() || !m_pipe.isValid(); }
    void begin(capture_mail::Feed feed);
    void give(Sink& sink, qint64 number);
    /// Writes what the pipe takes; false when the sink is done.
    bool write(Sink& sink);
    void writeSinks();
    [[nodiscard]] QByteArray header() const;
    [[nodiscard]] const capture::CapturedPacket* find(qint64 number) const;
    [[nodiscard]] qint64 nextNumber() const { return m_firstKept + static_cast<qint64>(m_kept.size()); }
    [[nodiscard]] Result<> saveTo(const QString& path) const;
    [[nodiscard]] int msToBatch() const;

    UniqueFd m_pipe; ///< Closed at its end.
    Mailbox<capture_mail::Order>& m_orders;
    Mailbox<capture_mail::Mail>& m_mail;
    capture::PcapngReader m_format;
    std::deque<capture::CapturedPacket> m_kept;
    qint64 m_keptBytes = 0;
    qint64 m_firstKept = 1;
    std::deque<PacketRow> m_rows;            ///< Not yet told.
    std::vector<capture_mail::Feed> m_early; ///< Asked for before it is known what there is to capture.
    std::vector<Sink> m_sinks;
    std::optional<capture_mail::CaptureEnded> m_end;
    std::optional<Error> m_fault;
    Clock::time_point m_nextBatch = Clock::now();
    bool m_batchOut = false;
    bool m_quit = false;
};

} // namespace podleaf::ui
