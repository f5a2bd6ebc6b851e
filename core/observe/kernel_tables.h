// SPDX-License-Identifier: GPL-3.0-or-later
// KernelTables: what is known of one node's interfaces, addresses and routes, kept so that only changes
// are told. Pure (no I/O); one thread at a time.
#pragma once

#include "rtnetlink_decoder.h"

#include <core/base/ids.h>
#include <core/state/observation.h>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace podleaf::observe {

/// Dumps links, addresses and routes one after the other, follows the events, and dumps again where the kernel
/// is silent: IPv4 routes that go with an interface set down, with an address or with a nexthop object end
/// without an RTM_DELROUTE (fib_flush() tells nobody). A dump of links waits for the kernel's network lock, so
/// the dump of routes after it sees the flush completed.
/// A dump itself may be read without that lock (routes and addresses, since Linux 6.9): an event about an entry may
/// come before the dump's older word of it. So, until a dump has ended, what an event said of an entry stands.
class KernelTables {
public:
    explicit KernelTables(NodeId node) : m_node(std::move(node)) {}

    /// Asks for all three tables (again); what is not in them any more is told as gone at the end.
    void refresh();
    /// Asks for the ports' counters, unless tables are being read (which bring them too).
    void askCounters();
    /// Messages were lost: tells so, forgets everything and asks for all three tables.
    void noteLoss(std::vector<state::Observed>& out);
    /// The dump request to send now, if one is due. The kernel takes one at a time.
    std::optional<QByteArray> takeRequest();
    /// The last request could not be sent or was refused (the kernel was busy): call retry() in a moment.
    [[nodiscard]] bool isRefused() const { return m_refused; }
    void noteRefusal() { m_refused = true; }
    void retry();

    void apply(const NetlinkMessage& message, std::vector<state::Observed>& out);

private:
    enum class Stage { Idle, Links, Addresses, Routes, Counters };
    template <class T>
    struct Known {
        T value;
        std::uint64_t generation = 0; ///< Of the dump that last had it.
    };
    using Out = std::vector<state::Observed>;
    using RouteKey = std::pair<Ipv4Prefix, std::uint32_t>;

    void applyLink(const NetlinkLink& link, bool ofDump, Out& out);
    void removeLink(int index, Out& out);
    void applyAddress(const NetlinkAddress& address, bool ofDump, Out& out);
    void applyRoute(const NetlinkRoute& route, bool ofDump, Out& out);
    void finishTable(Out& out);
    void finishCounters(Out& out);
    void sweep(Out& out);
    void begin(Stage stage);
    /// False for a dump's word of what an event told of meanwhile; what is known of it then counts as found by the dump.
    template <class Key, class T>
    [[nodiscard]] bool isNews(std::set<Key>& byEvent, std::map<Key, Known<T>>& known, const Key& key, bool ofDump);
    [[nodiscard]] QString interfaceName(int index) const;

    const NodeId m_node;
    Stage m_stage = Stage::Idle;
    bool m_requestDue = false;
    bool m_refused = false;
    bool m_again = false;       ///< Another round is wanted after this one.
    bool m_interrupted = false; ///< This round may have missed something.
    bool m_synced = false;
    std::uint32_t m_sequence = 0;
    std::uint64_t m_generation = 0;
    std::map<int, Known<state::InterfaceSeen>> m_links;
    std::map<std::pair<int, Ipv4Prefix>, Known<state::AddressSeen>> m_addresses;
    std::map<RouteKey, Known<state::RouteSeen>> m_routes;
    std::set<std::pair<int, Ipv4Prefix>> m_addressEvents; ///< Told of by events since the dump under way was asked for.
    std::set<RouteKey> m_routeEvents;                     ///< The same of routes.
    std::map<int, NetlinkCounters> m_counters;            ///< By interface, as they were heard last.
    std::map<int, NetlinkCounters> m_told;                ///< As they were told last.
    bool m_moving = false;                                ///< What was told last differed from what was told before.
};

} // namespace podleaf::observe
