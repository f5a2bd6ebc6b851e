// SPDX-License-Identifier: GPL-3.0-or-later
#include "fabric.h"

#include "node_content.h"
#include "route_batch.h"

#include <cstring>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <set>

namespace podleaf::labhost {

namespace {

std::string portKey(const PortInfo& end) {
    return end.node + '\n' + end.port;
}

std::string nameOf(const PortInfo& end) {
    return end.node + ":" + end.port;
}

void putEnd(nlmsghdr* header, const std::string& lab, const PortInfo& end, const NodeNetwork& network) {
    const auto mac = macOf(lab, end.node, end.port);
    mnl_attr_put_strz(header, IFLA_IFNAME, end.port.c_str());
    mnl_attr_put(header, IFLA_ADDRESS, mac.size(), mac.data());
    mnl_attr_put_u32(header, IFLA_NET_NS_FD, static_cast<std::uint32_t>(network.networkNamespace.get()));
    // One queue: the default is one per possible processor, each with memory and set-up time.
    mnl_attr_put_u32(header, IFLA_NUM_TX_QUEUES, 1);
    mnl_attr_put_u32(header, IFLA_NUM_RX_QUEUES, 1);
}

void putPair(RouteBatch& batch, const std::string& lab, const LinkInfo& link, const NodeNetwork& a, const NodeNetwork& b) {
    nlmsghdr* header = batch.begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(ifinfomsg));
    auto* info = static_cast<ifinfomsg*>(mnl_nlmsg_get_payload(header));
    info->ifi_change = IFF_UP;
    info->ifi_flags = IFF_UP;
    putEnd(header, lab, link.a, a);
    nlattr* linkInfo = mnl_attr_nest_start(header, IFLA_LINKINFO);
    mnl_attr_put_strz(header, IFLA_INFO_KIND, "veth");
    nlattr* data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
    nlattr* peer = mnl_attr_nest_start(header, VETH_INFO_PEER);
    // The peer cannot be made up here: veth_open() runs before the pair is joined (ENOTCONN).
    mnl_nlmsg_put_extra_header(header, sizeof(ifinfomsg));
    putEnd(header, lab, link.b, b);
    mnl_attr_nest_end(header, peer);
    mnl_attr_nest_end(header, data);
    mnl_attr_nest_end(header, linkInfo);
}

void deleteInterface(int socket, const std::string& name) {
    RouteBatch batch(socket);
    mnl_attr_put_strz(batch.begin(RTM_DELLINK, 0, sizeof(ifinfomsg)), IFLA_IFNAME, name.c_str());
    batch.finish();
}

} // namespace

Fabric::Fabric(std::string lab, NetworkOf networkOf)
    : m_lab(std::move(lab)), m_networkOf(std::move(networkOf)), m_ownNetwork(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {}

Answer Fabric::checkEnd(const PortInfo& end) const {
    if (!isValidPortName(end.port)) {
        return {Status::InvalidInput, "not a port name: " + end.port.substr(0, 64)};
    }
    const NodeNetwork* network = m_networkOf(end.node);
    if (network == nullptr) {
        return {Status::NotFound, "there is no node " + end.node.substr(0, 64)};
    }
    if (!end.bridge.empty() && network->bridgeIndexes.count(end.bridge) == 0) {
        return {Status::NotFound, end.node + " has no bridge " + end.bridge.substr(0, 64)};
    }
    if (network->bridgeIndexes.count(end.port) != 0 || m_linkOfPort.count(portKey(end)) != 0) {
        return {Status::Conflict, "the port " + nameOf(end) + " is taken"};
    }
    return {};
}

Answer Fabric::checkLink(const LinkInfo& link, bool& isThere) const {
    if (!isValidLinkId(link.id)) {
        return {Status::InvalidInput, "not a name of a link"};
    }
    const auto existing = m_links.find(link.id);
    isThere = existing != m_links.end();
    if (isThere) {
        const bool same = existing->second.info.a == link.a && existing->second.info.b == link.b;
        return same ? Answer{} : Answer{Status::Conflict, "the link " + link.id + " exists between other ports"};
    }
    if (link.a.node == link.b.node && link.a.port == link.b.port) {
        return {Status::Conflict, "the port " + nameOf(link.a) + " is taken"};
    }
    Answer answer = checkEnd(link.a);
    return answer.status == Status::Ok ? checkEnd(link.b) : std::move(answer);
}

Answer Fabric::add(const std::vector<LinkInfo>& wanted, std::vector<LinkInfo>& added) {
    std::vector<LinkInfo> missing;
    std::vector<std::string> unplugged;
    std::set<std::string> ids;
    std::set<std::string> ports;
    for (const LinkInfo& link : wanted) {
        bool isThere = false;
        if (Answer answer = checkLink(link, isThere); answer.status != Status::Ok) {
            return answer;
        }
        if (isThere) {
            unplugged.push_back(link.id);
            continue;
        }
        if (!ids.insert(link.id).second || !ports.insert(portKey(link.a)).second || !ports.insert(portKey(link.b)).second) {
            return {Status::Conflict, "a port or a link is named twice: " + link.id};
        }
        missing.push_back(link);
        missing.back().up = true;
    }
    if (m_links.size() + missing.size() > kMaxLinks) {
        return {Status::Failed, "too many links"};
    }
    Answer answer;
    std::vector<LinkInfo> made = createPairs(missing, answer);
    raiseEnds(made, answer);
    for (const LinkInfo& link : made) {
        m_links.emplace(link.id, Cable{link});
        m_linkOfPort.emplace(portKey(link.a), link.id);
        m_linkOfPort.emplace(portKey(link.b), link.id);
    }
    for (const std::string& id : unplugged) {
        Cable& cable = m_links.at(id);
        if (cable.parkedA.empty() && cable.parkedB.empty()) {
            continue;
        }
        plugIn(cable.info.a, cable.info.up, cable.parkedA, answer);
        plugIn(cable.info.b, cable.info.up, cable.parkedB, answer);
        made.push_back(cable.info);
    }
    added.insert(added.end(), made.begin(), made.end());
    return answer;
}

std::vector<LinkInfo> Fabric::createPairs(const std::vector<LinkInfo>& links, Answer& answer) {
    const UniqueFd socket = openRouteSocket(); // in the lab host's own namespace: neither end stays there
    RouteBatch batch(socket.get());
    for (const LinkInfo& link : links) {
        putPair(batch, m_lab, link, *m_networkOf(link.a.node), *m_networkOf(link.b.node));
    }
    std::set<std::size_t> refused;
    for (const auto& failure : batch.finish()) {
        if (refused.empty()) {
            answer = {Status::Failed, "cannot make the link " + links[failure.index].id + ": " + std::strerror(failure.error)};
        }
        refused.insert(failure.index);
    }
    std::vector<LinkInfo> made;
    for (std::size_t i = 0; i < links.size(); ++i) {
        if (refused.count(i) == 0) {
            made.push_back(links[i]);
        }
    }
    return made;
}

/// Second message to each end that needs one: the peer's up, and the bridge. Links that fail are deleted again.
void Fabric::raiseEnds(std::vector<LinkInfo>& links, Answer& answer) {
    struct Todo {
        std::size_t link;
        const PortInfo* end;
    };
    std::map<std::string, std::vector<Todo>> byNode;
    for (std::size_t i = 0; i < links.size(); ++i) {
        if (!links[i].a.bridge.empty()) {
            byNode[links[i].a.node].push_back({i, &links[i].a});
        }
        byNode[links[i].b.node].push_back({i, &links[i].b});
    }
    std::set<std::size_t, std::greater<>> refused;
    for (const auto& [node, todos] : byNode) {
        const NodeNetwork& network = *m_networkOf(node);
        RouteBatch batch(network.routeSocket.get());
        for (const Todo& todo : todos) {
            nlmsghdr* header = beginLinkState(batch, todo.end->port, true);
            if (!todo.end->bridge.empty()) {
                mnl_attr_put_u32(header, IFLA_MASTER, network.bridgeIndexes.at(todo.end->bridge));
            }
        }
        for (const auto& failure : batch.finish()) {
            const Todo& todo = todos[failure.index];
            answer = {Status::Failed, "cannot bring up " + nameOf(*todo.end) + ": " + std::strerror(failure.error)};
            refused.insert(todo.link);
        }
    }
    for (const std::size_t index : refused) {
        deleteInterface(m_networkOf(links[index].a.node)->routeSocket.get(), links[index].a.port);
        links.erase(links.begin() + static_cast<std::ptrdiff_t>(index));
    }
}

Answer Fabric::setLink(const SetLink& request, bool& changed) {
    const auto found = m_links.find(request.id);
    if (found == m_links.end()) {
        return {Status::NotFound, "there is no link " + request.id.substr(0, 255)};
    }
    Cable& cable = found->second;
    changed = cable.info.up != request.up;
    Answer answer;
    if (request.up) {
        // Also one that is joined: somebody in a node may have set its port down.
        // Both up before any route comes back, so that none is added while there is no carrier.
        setEnd(cable.info.a, true, {}, answer);
        setEnd(cable.info.b, true, std::exchange(cable.keptB, {}), answer);
        setEnd(cable.info.a, true, std::exchange(cable.keptA, {}), answer);
    } else if (changed) {
        cable.keptA = setEnd(cable.info.a, false, {}, answer);
        cable.keptB = setEnd(cable.info.b, false, {}, answer);
    }
    if (answer.status == Status::Ok) {
        cable.info.up = request.up;
    }
    return answer;
}

std::vector<std::string> Fabric::setEnd(const PortInfo& end, bool up, const std::vector<std::string>& kept, Answer& answer) {
    const NodeNetwork* network = m_networkOf(end.node);
    if (network == nullptr) {
        return {}; // unplugged; plugIn() does what is due
    }
    const int socket = network->routeSocket.get();
    std::vector<std::string> routes;
    if (!up) {
        routes = keptRoutes(socket, interfaceIndex(socket, end.port));
    }
    RouteBatch batch(socket);
    beginLinkState(batch, end.port, up);
    for (const auto& failure : batch.finish()) {
        answer = {Status::Failed, "cannot set " + nameOf(end) + ": " + std::strerror(failure.error)};
    }
    RouteBatch restore(socket);
    addKeptRoutes(restore, kept);
    restore.finish(); // one that is there again, or whose address is gone, is as it should be
    return routes;
}

Fabric::Cables::iterator Fabric::remove(Cables::iterator cable, const PortInfo& end) {
    const LinkInfo& info = cable->second.info;
    const std::string& parked = end == info.a ? cable->second.parkedA : cable->second.parkedB;
    if (const NodeNetwork* network = m_networkOf(end.node); network != nullptr && parked.empty()) {
        deleteInterface(network->routeSocket.get(), end.port);
    } else if (!parked.empty()) {
        deleteInterface(openRouteSocket().get(), parked);
    }
    m_linkOfPort.erase(portKey(info.a));
    m_linkOfPort.erase(portKey(info.b));
    return m_links.erase(cable);
}

void Fabric::remove(const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
        if (const auto cable = m_links.find(id); cable != m_links.end()) {
            const PortInfo end = cable->second.info.a;
            remove(cable, end);
        }
    }
}

void Fabric::removeLinksOf(const std::string& node) {
    for (auto cable = m_links.begin(); cable != m_links.end();) {
        const LinkInfo& info = cable->second.info;
        if (info.a.node != node && info.b.node != node) {
            ++cable;
            continue;
        }
        // Through the other end: it deletes the pair at once, while a dying namespace takes its time.
        const PortInfo other = info.a.node == node ? info.b : info.a;
        cable = remove(cable, other);
    }
}

std::vector<LinkInfo> Fabric::links() const {
    std::vector<LinkInfo> result;
    for (const auto& [id, cable] : m_links) {
        result.push_back(cable.info);
    }
    return result;
}

} // namespace podleaf::labhost
