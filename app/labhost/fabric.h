// SPDX-License-Identifier: GPL-3.0-or-later
// Fabric: the cables of a lab, as veth pairs between the nodes' network namespaces. Runs in the lab host,
// single-threaded.
#pragma once

#include "connection.h"

#include <functional>
#include <map>

namespace podleaf::labhost {

/// What the lab host holds of a node's network.
struct NodeNetwork {
    UniqueFd networkNamespace;
    UniqueFd routeSocket;  ///< NETLINK_ROUTE, inside.
    UniqueFd filterSocket; ///< NETLINK_NETFILTER, inside; invalid where the kernel has none.
    std::map<std::string, std::uint32_t> bridgeIndexes;
};

/// A node's network by name; nullptr when there is no such node or it does not stand yet.
using NetworkOf = std::function<const NodeNetwork*(const std::string& node)>;

class Fabric {
public:
    Fabric(std::string lab, NetworkOf networkOf);

    /// Makes the missing ones of `wanted` in one transaction, both ends up, and plugs in again what unplug() took out;
    /// those made or plugged in are appended to `added`.
    Answer add(const std::vector<LinkInfo>& wanted, std::vector<LinkInfo>& added);
    /// Takes both ends down or up. Routes that a DHCP client or a person put out of an end come back with it, as they
    /// would not have gone by pulling a real cable. `changed` is false when it was so already.
    Answer setLink(const SetLink& request, bool& changed);
    /// Deletes cables; those that do not exist are passed over.
    void remove(const std::vector<std::string>& ids);
    /// Deletes the cables of a node that is about to go.
    void removeLinksOf(const std::string& node);
    /// Takes the ends of a node's cables out of it, before it loses its power: the other ends stay as they are and lose
    /// their carrier.
    Answer unplug(const std::string& node);
    /// The cable of that id, or nullptr.
    [[nodiscard]] const LinkInfo* find(const std::string& id) const;
    [[nodiscard]] std::vector<LinkInfo> links() const;
    [[nodiscard]] std::size_t size() const { return m_links.size(); }

private:
    struct Cable {
        LinkInfo info;
        std::vector<std::string> keptA = {}; ///< Routes to bring back at end a.
        std::vector<std::string> keptB = {};
        std::string parkedA = {}; ///< Name of end a in the lab host's own namespace while its node has no power.
        std::string parkedB = {};
    };
    using Cables = std::map<std::string, Cable>;
    /// Deletes the pair through `end`, whose node must stand yet; returns what follows.
    Cables::iterator remove(Cables::iterator cable, const PortInfo& end);
    Answer checkLink(const LinkInfo& link, bool& isThere) const;
    Answer checkEnd(const PortInfo& end) const;
    std::string parkEnd(const PortInfo& end, Answer& answer);
    void plugIn(const PortInfo& end, bool up, std::string& parked, Answer& answer);
    std::vector<LinkInfo> createPairs(const std::vector<LinkInfo>& links, Answer& answer);
    void raiseEnds(std::vector<LinkInfo>& links, Answer& answer);
    std::vector<std::string> setEnd(const PortInfo& end, bool up, const std::vector<std::string>& kept, Answer& answer);

    std::string m_lab;
    NetworkOf m_networkOf;
    UniqueFd m_ownNetwork;
    std::uint64_t m_parkings = 0;
    Cables m_links;
    std::map<std::string, std::string> m_linkOfPort; ///< "node\nport" to link id.
};

} // namespace podleaf::labhost
