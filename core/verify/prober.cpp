// SPDX-License-Identifier: GPL-3.0-or-later
#include "prober.h"

#include "ping_reader.h"

#include <core/model/node_kinds.h>

#include <QLoggingCategory>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace podleaf::verify {

namespace {

using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(logProber, "podleaf.verify.prober", QtInfoMsg)

constexpr auto kInterval = 20ms;
/// A ping that ended (its node was stopped) is started again so much later.
constexpr auto kPause = 100ms;

/// One leg's ping, for as long as this exists.
class Probe final {
public:
    using Told = std::function<void(const PingTurn&)>;

    Probe(std::shared_ptr<channel::NodeChannel> channel, channel::Command command, Told told)
        : m_channel(std::move(channel)), m_command(std::move(command)), m_told(std::move(told)),
          m_runner([this](const std::stop_token& stop) { run(stop); }) {}

private:
    void run(const std::stop_token& stop);
    void read(int pipe) const;

    const std::shared_ptr<channel::NodeChannel> m_channel;
    const channel::Command m_command;
    const Told m_told;
    std::jthread m_runner; ///< Last: stops and joins before the rest goes.
};

void Probe::run(const std::stop_token& stop) {
    OpContext context;
    context.stop = stop;
    const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    while (context.checkpoint()) {
        std::array<int, 2> ends{-1, -1};
        if (!nothing.isValid() || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
            qCWarning(logProber) << "pipe=failed error=" << qt_error_string(errno);
            return;
        }
        UniqueFd ours(ends[0]);
        UniqueFd theirs(ends[1]);
        const std::jthread reader([this, &ours] { read(ours.get()); });
        const auto ended = m_channel->execOn(context, m_command, {nothing.get(), theirs.get(), nothing.get()});
        theirs.reset(); // the reader comes to the end
        if (!ended && ended.error().code != ErrorCode::Cancelled) {
            qCDebug(logProber) << "ping=ended error=" << ended.error().message;
        }
        if (!context.sleepFor(kPause)) {
            return;
        }
    }
}

void Probe::read(int pipe) const {
    PingReader reader;
    std::array<char, 4096> buffer;
    while (true) {
        const ssize_t count = ::read(pipe, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return;
        }
        for (const PingTurn& turn : reader.feed({buffer.data(), count})) {
            m_told(turn);
        }
    }
}

bool isHost(const model::Lab& lab, const NodeId& id) {
    const model::Node* node = lab.findNode(id);
    return node != nullptr && model::infoOf(node->kind).runsPods;
}

} // namespace

std::set<NodeId> placesOf(const model::Lab& lab, const state::ConvergenceRecord& record) {
    const model::Link* link = lab.findLink(record.link);
    return link == nullptr ? std::set<NodeId>{record.node} : std::set<NodeId>{link->ends[0].node, link->ends[1].node};
}

std::vector<intent::Leg> legsTouchedAt(const model::Lab& lab, const intent::Intent& intent, const std::set<NodeId>& places) {
    if (lab.engine == model::EngineKind::Simulated) {
        return {};
    }
    const bool atHost = std::ranges::any_of(places, [&lab](const NodeId& place) { return isHost(lab, place); });
    std::vector<intent::Leg> touched;
    for (const intent::Leg& leg : intent.legs) {
        const bool between = leg.fromNode != leg.toNode && leg.expected;
        const bool there = !atHost || places.contains(leg.fromNode) || places.contains(leg.toNode);
        if (between && there && touched.size() < kMaxProbedLegs) {
            touched.push_back(leg);
        }
    }
    return touched;
}

class Prober::Private {
public:
    struct Asked {
        intent::Leg leg;
        std::unique_ptr<Probe> probe;
    };

    void start(const intent::Leg& leg);

    model::Lab lab;
    ChannelOf channelOf;
    Told told;
    std::mutex telling;
    std::mutex changing;
    std::vector<Asked> asked; ///< Guarded by `changing`. Last: its threads use the rest.
};

void Prober::Private::start(const intent::Leg& leg) {
    auto channel = channelOf(NodeId(leg.from()));
    if (!channel) {
        return;
    }
    const auto tell = [this, leg](const PingTurn& turn) {
        const std::lock_guard lock(telling);
        told({leg.from(), leg.fromNode, leg.toPod, leg.toNode, turn.answered, turn.atMs});
    };
    asked.push_back({leg, std::make_unique<Probe>(std::move(channel), pingCommand(lab, leg, kInterval), tell)});
}

Prober::Prober(model::Lab lab, ChannelOf channelOf, Told told) : d(std::make_unique<Private>()) {
    d->lab = std::move(lab);
    d->channelOf = std::move(channelOf);
    d->told = std::move(told);
}

Prober::~Prober() = default;

void Prober::probe(const std::vector<intent::Leg>& legs) {
    const std::lock_guard lock(d->changing);
    std::erase_if(d->asked, [&](const Private::Asked& each) { return std::ranges::find(legs, each.leg) == legs.end(); });
    for (const intent::Leg& leg : legs) {
        if (std::ranges::find(d->asked, leg, &Private::Asked::leg) == d->asked.end()) {
            d->start(leg);
        }
    }
}

} // namespace podleaf::verify
