// SPDX-License-Identifier: GPL-3.0-or-later
// PacketReader: see the header.
#include "packet_reader.h"

#include <QCoreApplication>
#include <QSaveFile>

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <utility>

namespace podleaf::ui {

using namespace capture_mail;

namespace {

using namespace std::chrono_literals;

constexpr auto kBatchTime = 50ms;
constexpr std::size_t kMostRows = 2000;             ///< In a batch: what the window takes into its list in one turn.
constexpr qsizetype kMaxWaiting = 16 * 1024 * 1024; ///< For a reader that is slower than the packets.

QByteArray blockOf(const capture::CapturedPacket& packet) {
    capture::PcapngBuffer buffer;
    buffer.addPacket({packet.interface, packet.atNs, packet.bytes, packet.originalLength, packet.direction, capture::Reception::Unknown});
    return buffer.bytes();
}

} // namespace

void blockBrokenPipes() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void PacketReader::run() {
    blockBrokenPipes();
    while (!m_quit) {
        std::vector<pollfd> waits{{m_orders.wakeFd(), POLLIN, 0}, {m_pipe.get(), POLLIN, 0}}; // poll ignores -1
        for (const Sink& sink : m_sinks) {
            waits.push_back({sink.pipe.get(), static_cast<short>(sink.waiting.isEmpty() ? 0 : POLLOUT), 0});
        }
        ::poll(waits.data(), waits.size(), msToBatch());
        if (waits[1].revents != 0) {
            readPipe();
        }
        if (waits[0].revents != 0) {
            for (Order& order : m_orders.take()) {
                obey(std::move(order));
            }
        }
        writeSinks();
        if (!m_batchOut && !m_rows.empty() && Clock::now() >= m_nextBatch) {
            publish();
        }
        if (m_end && !m_pipe.isValid() && m_rows.empty()) {
            publish(); // How many were lost after the last packet.
            m_mail.post(m_fault ? CaptureEnded(fail(*m_fault)) : *m_end);
            m_end.reset();
        }
    }
}

int PacketReader::msToBatch() const {
    if (m_rows.empty() || m_batchOut) {
        return -1; // Whatever comes next wakes us.
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_nextBatch - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void PacketReader::readPipe() {
    std::array<char, 64 * 1024> buffer;
    const ssize_t count = ::read(m_pipe.get(), buffer.data(), buffer.size());
    if (count <= 0) {
        if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            m_pipe.reset();
        }
        return;
    }
    auto packets = m_format.read({buffer.data(), count});
    if (!packets) {
        m_fault = packets.error();
        m_pipe.reset();
        return;
    }
    for (capture::CapturedPacket& packet : *packets) {
        keep(std::move(packet));
    }
    if (hasHeader()) {
        for (Feed& feed : std::exchange(m_early, {})) {
            begin(std::move(feed));
        }
    }
}

void PacketReader::keep(capture::CapturedPacket packet) {
    const qint64 number = nextNumber();
    m_rows.push_back({number, packet.atNs, packet.originalLength, m_format.interfaces().value(static_cast<int>(packet.interface)),
                      capture::summarize(packet.bytes)});
    m_keptBytes += packet.bytes.size();
    m_kept.push_back(std::move(packet));
    for (Sink& sink : m_sinks) {
        give(sink, number);
    }
    while (static_cast<int>(m_kept.size()) > kMaxPackets || m_keptBytes > kMaxPacketBytes) {
        m_keptBytes -= m_kept.front().bytes.size();
        m_kept.pop_front();
        ++m_firstKept;
        if (!m_rows.empty() && m_rows.front().number < m_firstKept) { // The window is behind: it needs what is kept only.
            m_rows.pop_front();
        }
    }
}

void PacketReader::publish() {
    const auto end = m_rows.begin() + static_cast<std::ptrdiff_t>(std::min(m_rows.size(), kMostRows));
    m_mail.post(PacketBatch{{std::make_move_iterator(m_rows.begin()), std::make_move_iterator(end)}, m_firstKept, m_format.dropped()});
    m_rows.erase(m_rows.begin(), end);
    m_batchOut = true;
    m_nextBatch = Clock::now() + kBatchTime;
}

void PacketReader::obey(Order order) {
    if (const auto* ask = std::get_if<AskForPacket>(&order)) {
        if (const capture::CapturedPacket* packet = find(ask->number)) {
            m_mail.post(PacketReady{ask->number, packet->bytes, header() + blockOf(*packet)});
        }
    } else if (const auto* save = std::get_if<Save>(&order)) {
        m_mail.post(Saved{saveTo(save->path)});
    } else if (auto* feed = std::get_if<Feed>(&order)) {
        if (hasHeader()) {
            begin(std::move(*feed));
        } else {
            m_early.push_back(std::move(*feed));
        }
    } else if (std::holds_alternative<BatchTaken>(order)) {
        m_batchOut = false;
    } else if (std::holds_alternative<Quit>(order)) {
        m_quit = true;
    } else {
        m_end = std::get<CaptureEnded>(std::move(order));
    }
}

const capture::CapturedPacket* PacketReader::find(qint64 number) const {
    return number < m_firstKept || number >= nextNumber() ? nullptr : &m_kept[static_cast<std::size_t>(number - m_firstKept)];
}

QByteArray PacketReader::header() const {
    capture::PcapngBuffer buffer;
    buffer.addSection({{}, {}, QStringLiteral("podleaf")});
    for (const QString& name : m_format.interfaces()) {
        buffer.addInterface({name, {}, 0});
    }
    return buffer.bytes();
}

Result<> PacketReader::saveTo(const QString& path) const {
    QSaveFile file(path);
    bool written = file.open(QIODevice::WriteOnly) && file.write(header()) >= 0;
    for (const capture::CapturedPacket& packet : m_kept) {
        written = written && file.write(blockOf(packet)) >= 0;
    }
    if (!written || !file.commit()) {
        return fail(ErrorCode::Failed, QCoreApplication::translate("CaptureRun", "Cannot write %1.").arg(path), file.errorString());
    }
    return {};
}

void PacketReader::begin(Feed feed) {
    Sink sink{std::move(feed.pipe), feed.id, feed.most, std::max(feed.from, m_firstKept), header(), 0, false};
    m_mail.post(Feeding{sink.id, sink.next});
    const qint64 end = nextNumber();
    for (qint64 number = sink.next; number < end && !sink.closing; ++number) {
        give(sink, number);
    }
    m_sinks.push_back(std::move(sink));
}

void PacketReader::give(Sink& sink, qint64 number) {
    if (sink.closing || number < sink.next) {
        return;
    }
    if (sink.left <= 0 || sink.waiting.size() > kMaxPacketBytes + kMaxWaiting) {
        sink.closing = true;
        return;
    }
    sink.waiting += blockOf(*find(number));
    sink.next = number + 1;
    --sink.left;
}

bool PacketReader::write(Sink& sink) {
    if (!sink.waiting.isEmpty()) {
        const QByteArrayView rest = QByteArrayView(sink.waiting).sliced(sink.written);
        const ssize_t count = ::write(sink.pipe.get(), rest.data(), static_cast<std::size_t>(rest.size()));
        if (count < 0 && errno != EAGAIN && errno != EINTR) {
            return false; // Its reader has left.
        }
        sink.written += std::max<ssize_t>(0, count);
        if (sink.written > sink.waiting.size() / 2) { // Seldom: each byte is moved once.
            sink.waiting.remove(0, std::exchange(sink.written, 0));
        }
    }
    return !(sink.closing && sink.waiting.isEmpty());
}

void PacketReader::writeSinks() {
    std::erase_if(m_sinks, [this](Sink& sink) {
        pollfd state{sink.pipe.get(), 0, 0};
        ::poll(&state, 1, 0);
        const bool done = (state.revents & POLLERR) != 0 || !write(sink) || (!m_pipe.isValid() && sink.waiting.isEmpty());
        if (done) {
            m_mail.post(Fed{sink.id, sink.next});
        }
        return done;
    });
}

} // namespace podleaf::ui
