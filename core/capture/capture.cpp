// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture.h"

#include "capture_file.h"
#include "packet_socket.h"

#include <QSysInfo>

#include <algorithm>
#include <chrono>
#include <poll.h>
#include <sys/eventfd.h>

namespace podleaf::capture {

namespace {

std::uint64_t unixNanoseconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

class Run final {
public:
    Run(const OpContext& context, std::vector<Source> sources, const Limits& limits, int output, int gone);
    Result<Summary> run();

private:
    using Ended = std::optional<EndedBy>;

    Result<Ended> begin();
    Result<Ended> capture();
    Result<> end(EndedBy why);
    [[nodiscard]] Ended wait();
    Result<bool> takeRound();
    Result<Ended> drain();
    void tellLosses();
    Result<Ended> flush();
    [[nodiscard]] bool isFull() const { return m_limits.packets && m_summary.packets >= *m_limits.packets; }

    const OpContext& m_context;
    const Limits& m_limits;
    const Clock::time_point m_end; ///< The limit of time or the deadline.
    CaptureFile m_file;
    const int m_gone;
    const UniqueFd m_stop{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    const std::stop_callback<std::function<void()>> m_onStop;
    const std::uint64_t m_beganNs = unixNanoseconds();
    std::vector<Source> m_sources; ///< Without their sockets.
    std::vector<PacketSocket> m_sockets;
    PcapngBuffer m_blocks;
    Clock::time_point m_nextLosses = Clock::now();
    Summary m_summary;
};

Clock::time_point endOf(const OpContext& context, const Limits& limits) {
    return limits.time ? std::min(context.deadline, Clock::now() + *limits.time) : context.deadline;
}

Run::Run(const OpContext& context, std::vector<Source> sources, const Limits& limits, int output, int gone)
    : m_context(context), m_limits(limits), m_end(endOf(context, limits)), m_file(output), m_gone(gone),
      m_onStop(context.stop, [this] { static_cast<void>(::eventfd_write(m_stop.get(), 1) == 0); }), m_sources(std::move(sources)) {
    for (Source& source : m_sources) {
        m_summary.interfaces.push_back({source.name, 0, 0, 0});
        m_sockets.emplace_back(std::move(source.socket), static_cast<std::uint32_t>(m_sockets.size()));
    }
}

Result<Summary> Run::run() {
    auto ended = begin();
    if (ended && !*ended) {
        ended = capture();
    }
    if (!ended) {
        return fail(std::move(ended.error()));
    }
    m_summary.endedBy = ended->value_or(EndedBy::Stop);
    if (auto done = end(m_summary.endedBy); !done) {
        return fail(std::move(done.error()));
    }
    return m_summary;
}

/// The header at once: a reader that waits for it sees that the capture stands.
Result<Run::Ended> Run::begin() {
    m_blocks.addSection({QSysInfo::currentCpuArchitecture(), QSysInfo::prettyProductName(), QStringLiteral("podleaf")});
    for (const Source& source : m_sources) {
        m_blocks.addInterface({source.name, source.description, kSnapLength});
    }
    return flush();
}

Result<Run::Ended> Run::capture() {
    while (true) {
        if (isFull()) {
            return Ended(EndedBy::Limit);
        }
        if (const Ended ended = wait()) {
            return ended;
        }
        if (auto took = takeRound(); !took) {
            return fail(std::move(took.error()));
        }
        tellLosses();
        if (auto flushed = flush(); !flushed || *flushed) {
            return flushed;
        }
    }
}

/// New losses as they come, at most once a second: who follows the capture is told before its end.
void Run::tellLosses() {
    if (Clock::now() < m_nextLosses) {
        return;
    }
    m_nextLosses = Clock::now() + std::chrono::seconds(1);
    for (std::size_t i = 0; i < m_sockets.size(); ++i) {
        const PacketCounts counts = m_sockets[i].counts();
        if (counts.dropped > m_summary.interfaces[i].dropped) {
            m_summary.interfaces[i].dropped = counts.dropped;
            m_blocks.addStatistics({static_cast<std::uint32_t>(i), m_beganNs, unixNanoseconds(), counts.received, counts.dropped});
        }
    }
}

/// Until there are packets (nothing is returned) or a reason to end.
Run::Ended Run::wait() {
    std::vector<pollfd> waits{{m_stop.get(), POLLIN, 0}, {m_gone, POLLIN, 0}, {m_file.descriptor(), 0, 0}};
    for (const PacketSocket& socket : m_sockets) {
        waits.push_back({socket.descriptor(), POLLIN, 0});
    }
    OpContext until = m_context;
    until.deadline = m_end;
    while (true) {
        const int ready = ::poll(waits.data(), waits.size(), until.remainingMs(60'000));
        if (waits[0].revents != 0) {
            return EndedBy::Stop;
        }
        if (waits[1].revents != 0) {
            return EndedBy::SourceGone;
        }
        if ((waits[2].revents & POLLERR) != 0) {
            return EndedBy::ReaderLeft;
        }
        if (Clock::now() >= m_end) {
            return EndedBy::Limit;
        }
        if (ready > 0) {
            return std::nullopt;
        }
    }
}

/// One batch of each socket, in the order of time. False when there was none.
Result<bool> Run::takeRound() {
    std::vector<Packet> packets;
    for (PacketSocket& socket : m_sockets) {
        auto batch = socket.receive();
        if (!batch) {
            return fail(std::move(batch.error()));
        }
        packets.insert(packets.end(), batch->begin(), batch->end());
    }
    std::ranges::stable_sort(packets, {}, &Packet::atNs);
    for (const Packet& packet : packets) {
        if (isFull()) {
            break;
        }
        m_blocks.addPacket(packet);
        ++m_summary.packets;
        ++m_summary.interfaces[packet.interface].packets;
    }
    return !packets.empty();
}

Result<Run::Ended> Run::flush() {
    auto written = m_file.write(m_context, m_blocks.bytes());
    m_blocks.clear();
    if (written) {
        return *written == Written::All ? Ended() : Ended(EndedBy::ReaderLeft);
    }
    if (written.error().code == ErrorCode::Cancelled || written.error().code == ErrorCode::Timeout) {
        return Ended(EndedBy::ReaderLeft); // It does not read any more.
    }
    return fail(std::move(written.error()));
}

/// What is still in the sockets, unless the reader leaves.
Result<Run::Ended> Run::drain() {
    while (!isFull()) {
        auto more = takeRound();
        if (!more) {
            return fail(std::move(more.error()));
        }
        if (!*more) {
            break;
        }
        if (auto flushed = flush(); !flushed || *flushed) {
            return flushed;
        }
    }
    return Ended();
}

/// What was seen before the end, then the counts, which know of nothing later.
Result<> Run::end(EndedBy why) {
    for (PacketSocket& socket : m_sockets) {
        if (auto closed = socket.close(); !closed) {
            return closed;
        }
    }
    const std::uint64_t endedNs = unixNanoseconds();
    auto left = why == EndedBy::ReaderLeft ? Result<Ended>(Ended(why)) : drain();
    if (!left) {
        return fail(std::move(left.error()));
    }
    for (std::size_t i = 0; i < m_sockets.size(); ++i) {
        const PacketCounts counts = m_sockets[i].counts();
        m_summary.interfaces[i].received = counts.received;
        m_summary.interfaces[i].dropped = counts.dropped;
        m_summary.dropped += counts.dropped;
        m_blocks.addStatistics({static_cast<std::uint32_t>(i), m_beganNs, endedNs, counts.received, counts.dropped});
    }
    if (*left) {
        return {};
    }
    auto flushed = flush();
    return flushed ? Result<>() : fail(std::move(flushed.error()));
}

} // namespace

Result<Summary> capturePackets(const OpContext& context, std::vector<Source> sources, const Limits& limits, int output, int gone) {
    return Run(context, std::move(sources), limits, output, gone).run();
}

} // namespace podleaf::capture
