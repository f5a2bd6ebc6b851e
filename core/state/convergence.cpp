// SPDX-License-Identifier: GPL-3.0-or-later
// Which event a transition belongs to, and when an event is over. The rules are meant to be read in one go:
// a deed opens a record; a symptom joins the open records that may have caused it, and opens one of its own
// only where there is none.
#include "convergence.h"

#include "neighbour_words.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::state {

namespace {

using What = Change::What;
const QStringList kSources{QStringLiteral("netlink"), QStringLiteral("bgp"), QStringLiteral("services")};

/// A lab that goes takes so long from its first daemon's end to its own, at most.
constexpr qint64 kLabGoesMs = 2000;

QString tr(const char* text) {
    return QCoreApplication::translate("Convergence", text);
}

/// Somebody's deed, or a thing's own end; not what follows from one.
bool isDeed(What what) {
    return what == What::Link || what == What::Node || what == What::Process;
}

/// The first full picture of every node that there is has come.
bool isSynced(const LabState& now) {
    const auto exists = [](const auto& entry) { return entry.second.exists; };
    return now.running && std::ranges::any_of(now.nodes, exists) && std::ranges::all_of(now.nodes, [&](const auto& entry) {
               return !exists(entry) ||
                      std::ranges::all_of(kSources, [&](const QString& source) { return entry.second.synced.contains(source); });
           });
}

bool runsBgpd(const LabState& now, const NodeId& id) {
    const NodeState* node = now.findNode(id);
    if (node == nullptr || !node->exists) {
        return false;
    }
    const auto bgpd = node->processes.find(QStringLiteral("bgpd"));
    return bgpd != node->processes.end() && bgpd->second.running;
}

/// A session that must yet come up, or go, because its cable has, or has not, carrier.
bool isPending(const SessionState& session, const LabState& now) {
    const auto link = now.links.find(session.link);
    if (link == now.links.end() || session.adminShut || !runsBgpd(now, session.node) || !runsBgpd(now, session.peerNode)) {
        return false;
    }
    const auto& impairments = link->second.impairments;
    const bool drops = std::ranges::any_of(impairments, &model::Impairment::drop);
    const bool carries = link->second.adminUp && link->second.carrier && !drops;
    return carries != (session.state == BgpState::Established);
}

QString sentenceOf(const model::Lab& lab, const Change& turned) {
    const QString& node = turned.node.name;
    switch (turned.what) {
    case What::Link:
        return turned.word == QLatin1String("cut")      ? tr("%1 was cut").arg(turned.link.name)
               : turned.word == QLatin1String("joined") ? tr("%1 was joined").arg(turned.link.name)
                                                        : tr("%1: %2").arg(turned.link.name, turned.word);
    case What::Node:
        return (turned.up ? tr("%1 was made") : tr("%1 went")).arg(node);
    case What::Process:
        return (turned.up ? tr("%1 on %2 started") : tr("%1 on %2 ended")).arg(turned.word, node);
    case What::Carrier:
        return (turned.up ? tr("%1 has carrier") : tr("%1 lost its carrier")).arg(turned.link.name);
    case What::Session:
        return (turned.up ? tr("%1's session to %2 came up") : tr("%1's session to %2 went down"))
            .arg(node, neighbourWord(lab, turned.node, turned.link, turned.peer));
    case What::Route:
        return (turned.up ? tr("%1 came to %2") : tr("%1 left %2")).arg(turned.prefix.toString(), node);
    case What::Loss:
    case What::Lab:
        break;
    }
    return {};
}

/// Takes the time of a transition into what its node saw of the event.
void note(ConvergenceRecord& record, const Change& turned) {
    const qint64 afterMs = std::max<qint64>(0, turned.atMs - record.atMs);
    record.lastMs = std::max(record.lastMs, afterMs);
    NodeConvergence& seen = record.nodes[turned.node];
    if (turned.what == What::Carrier) {
        seen.carrierMs = seen.carrierMs.value_or(afterMs);
    } else if (turned.what == What::Session) {
        seen.sessionMs = seen.sessionMs.value_or(afterMs);
    } else if (turned.up) {
        seen.installedMs = afterMs;
        ++seen.installed;
    } else {
        seen.withdrawnMs = afterMs;
        ++seen.withdrawn;
    }
}

/// Takes a probe into what its leg met. A leg that is lost again was not through yet.
void note(ConvergenceRecord& record, ProbeConvergence& leg, const ProbeSeen& probe) {
    const qint64 afterMs = probe.atMs - record.atMs;
    if (afterMs < 0) {
        leg.answeredAtFirst = leg.answered = probe.answered;
        return;
    }
    if (!probe.answered) {
        leg.lostMs = leg.lostMs || !leg.answered ? leg.lostMs : std::optional(afterMs);
        leg.throughMs.reset();
    } else if (!leg.answered) {
        leg.throughMs = afterMs;
    }
    if (leg.answered != probe.answered) {
        record.lastMs = std::max(record.lastMs, afterMs);
    }
    leg.answered = probe.answered;
}

} // namespace

ConvergencePatience ConvergencePatience::of(const model::Lab& lab) {
    ConvergencePatience patience;
    patience.firstSignMs = 2000 * static_cast<qint64>(lab.routing.holdSeconds) + 1000;
    patience.longestMs = std::max(patience.longestMs, 2 * patience.firstSignMs);
    return patience;
}

ConvergenceTracker::ConvergenceTracker(const model::Lab& lab, const ConvergencePatience& patience) : m_lab(lab), m_patience(patience) {}

void ConvergenceTracker::fold(const std::vector<Change>& changes) {
    for (const Change& turned : changes) {
        fold(turned);
    }
}

void ConvergenceTracker::fold(const Change& turned) {
    m_lastTurnMs = std::max(m_lastTurnMs, turned.atMs);
    if (turned.what == What::Loss) {
        for (Open& event : m_open) {
            event.record.partial = true;
        }
        return;
    }
    if (turned.what == What::Lab) {
        endAll(turned.atMs);
        m_armed = false; // what goes with the lab, or comes with it, is no event of its own
    }
    if (!m_armed) {
        return;
    }
    if (isDeed(turned.what)) {
        begin(eventOf(turned));
        return;
    }
    if (causesOf(turned).empty()) {
        begin(eventOf(turned));
    }
    for (Open* event : causesOf(turned)) {
        note(event->record, turned);
    }
}

ConvergenceTracker::Open ConvergenceTracker::eventOf(const Change& turned) const {
    Open event;
    event.isSymptom = !isDeed(turned.what);
    event.isOfCable = !turned.link.isEmpty();
    event.record.what = sentenceOf(m_lab, turned);
    event.record.up = turned.up;
    event.record.atMs = turned.atMs;
    event.record.link = turned.link;
    if (const model::Link* link = m_lab.findLink(turned.link)) {
        event.places = {link->ends[0].node, link->ends[1].node};
        return event;
    }
    const model::Node* owner = turned.what == What::Route ? ownerOf(turned.prefix) : nullptr;
    event.record.node = owner == nullptr ? turned.node : owner->id;
    event.places = {event.record.node};
    return event;
}

ConvergenceTracker::Open* ConvergenceTracker::sameAs(const Open& deed) {
    const auto it = std::ranges::find_if(m_open, [&](const Open& event) {
        const qint64 earlierMs = deed.record.atMs - event.record.atMs;
        const bool near = std::abs(earlierMs) <= m_patience.sameCauseMs;
        const bool sameCable = event.isOfCable && event.record.link == deed.record.link;
        const bool sameNode = !deed.isOfCable && event.places.contains(deed.record.node);
        if (event.record.up != deed.record.up) {
            return false;
        }
        // A node's services start one after the other; that they end so is another matter.
        return event.isSymptom ? near && (sameCable || sameNode) : sameNode && !event.isOfCable && (near || deed.record.up);
    });
    return it == m_open.end() ? nullptr : &*it;
}

void ConvergenceTracker::begin(Open event) {
    if (Open* same = event.isSymptom ? nullptr : sameAs(event)) {
        const bool renames = same->isSymptom;
        if (renames) {
            same->record.what = event.record.what;
            same->record.link = event.record.link;
            same->record.node = event.record.node;
            same->places = event.places;
            same->isOfCable = event.isOfCable;
            same->isSymptom = false;
        }
        return;
    }
    endOvertaken(event);
    event.record.id = ++m_lastId;
    for (Open& other : m_open) {
        other.record.overlapped = event.record.overlapped = true;
    }
    m_open.push_back(std::move(event));
}

void ConvergenceTracker::endOvertaken(const Open& by) {
    std::erase_if(m_open, [&](Open& event) {
        const bool samePlace = event.record.link == by.record.link && event.record.node == by.record.node;
        if (samePlace) {
            event.record.end = ConvergenceEnd::Overtaken;
            m_ended.push_back(event.record);
        }
        return samePlace;
    });
}

void ConvergenceTracker::endAll(qint64 atMs) {
    for (Open& event : m_open) {
        const bool isDeedOnCable = event.isOfCable && !event.isSymptom;
        const bool isOfTheEnd = !isDeedOnCable && atMs - event.record.atMs <= kLabGoesMs;
        if (!isOfTheEnd) {
            event.record.end = ConvergenceEnd::LabGone;
            m_ended.push_back(std::move(event.record));
        }
    }
    m_open.clear();
}

const model::Node* ConvergenceTracker::ownerOf(const Ipv4Prefix& prefix) const {
    const auto it = std::ranges::find_if(m_lab.nodes, [&](const model::Node& node) {
        return (node.podCidr && node.podCidr->contains(prefix.address)) || (node.loopback && *node.loopback == prefix.address);
    });
    return it == m_lab.nodes.end() ? nullptr : &*it;
}

int ConvergenceTracker::likelihood(const Open& event, const Change& turned) const {
    const auto isPlace = [&](const NodeId& node) { return event.places.contains(node); };
    if (turned.what == What::Route) {
        const model::Node* owner = ownerOf(turned.prefix);
        return (isPlace(turned.node) ? 1 : 0) + (owner != nullptr && isPlace(owner->id) ? 1 : 0);
    }
    if (event.isOfCable) {
        return event.record.link == turned.link ? 2 : 0;
    }
    const model::Link* link = m_lab.findLink(turned.link);
    const bool joins = link != nullptr && (isPlace(link->ends[0].node) || isPlace(link->ends[1].node));
    return joins || isPlace(turned.node) ? 2 : 0;
}

std::vector<ConvergenceTracker::Open*> ConvergenceTracker::causesOf(const Change& turned) {
    int most = 0;
    std::vector<Open*> causes;
    for (Open& event : m_open) {
        const int now = likelihood(event, turned);
        if (now > most) {
            causes.clear();
        }
        most = std::max(most, now);
        if (now > 0 && now == most) {
            causes.push_back(&event);
        }
    }
    if (causes.empty() && turned.what == What::Route && !m_open.empty()) {
        causes.push_back(&m_open.back()); // further away than its own nodes: routes go round
    }
    return causes;
}

bool ConvergenceTracker::concerns(const Open& event, const ProbeSeen& probe) const {
    const bool atHost = std::ranges::any_of(event.places, [this](const NodeId& place) {
        const model::Node* node = m_lab.findNode(place);
        return node != nullptr && model::infoOf(node->kind).runsPods;
    });
    return !atHost || event.places.contains(probe.fromNode) || event.places.contains(probe.toNode);
}

void ConvergenceTracker::fold(const ProbeSeen& probe) {
    for (Open& event : m_open) {
        ConvergenceRecord& record = event.record;
        if (!concerns(event, probe)) {
            continue;
        }
        auto leg = std::ranges::find_if(record.probes, [&](const auto& each) { return each.from == probe.from && each.to == probe.to; });
        if (leg == record.probes.end()) {
            const auto before = m_answered.find({probe.from, probe.to});
            const bool answered = before == m_answered.end() ? !record.up : before->second;
            leg = record.probes.insert(leg, {probe.from, probe.to, answered, answered, {}, {}});
        }
        note(record, *leg, probe);
    }
    m_answered[{probe.from, probe.to}] = probe.answered;
}

ConvergenceEnd ConvergenceTracker::judge(const Open& event, const LabState& now, qint64 nowMs) const {
    const ConvergenceRecord& record = event.record;
    const qint64 afterMs = nowMs - record.atMs;
    if (afterMs >= m_patience.longestMs) {
        return ConvergenceEnd::GaveUp;
    }
    const bool quiet = afterMs - record.lastMs >= m_patience.quietMs;
    const bool unnoticed = record.nodes.empty() && afterMs < m_patience.firstSignMs;
    const bool pending = std::ranges::any_of(now.sessions, [&](const auto& entry) {
        const SessionState& session = entry.second;
        return (event.places.contains(session.node) || event.places.contains(session.peerNode)) && isPending(session, now);
    });
    return quiet && !unnoticed && !pending ? ConvergenceEnd::Settled : ConvergenceEnd::Open;
}

std::vector<ConvergenceRecord> ConvergenceTracker::advance(const LabState& now, qint64 nowMs) {
    if (!m_armed && isSynced(now)) {
        const bool pending = std::ranges::any_of(now.sessions, [&](const auto& entry) { return isPending(entry.second, now); });
        m_armed = nowMs - m_lastTurnMs >= (pending ? m_patience.firstSignMs : m_patience.quietMs);
    }
    std::erase_if(m_open, [&](Open& event) {
        event.record.end = judge(event, now, nowMs);
        if (event.record.end == ConvergenceEnd::Open) {
            return false;
        }
        m_ended.push_back(event.record);
        return true;
    });
    return std::exchange(m_ended, {});
}

std::vector<ConvergenceRecord> ConvergenceTracker::open() const {
    std::vector<ConvergenceRecord> records;
    std::ranges::transform(m_open, std::back_inserter(records), &Open::record);
    return records;
}

} // namespace podleaf::state
