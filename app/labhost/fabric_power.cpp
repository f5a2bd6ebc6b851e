// SPDX-License-Identifier: GPL-3.0-or-later
// Cables at a node without power: their ends wait, down, in the lab host's own network namespace, so that the
// other ends keep their place, their addresses and everything else but the carrier.
#include "fabric.h"

#include "route_batch.h"

#include <cstring>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>

namespace podleaf::labhost {

namespace {

/// Moves an interface to another namespace under another name; there it is down. Returns 0 or errno.
int moveInterface(int socket, const std::string& from, int toNamespace, const std::string& to) {
    const unsigned index = interfaceIndex(socket, from);
    if (index == 0) {
        return ENODEV;
    }
    RouteBatch batch(socket);
    nlmsghdr* header = batch.begin(RTM_NEWLINK, 0, sizeof(ifinfomsg));
    static_cast<ifinfomsg*>(mnl_nlmsg_get_payload(header))->ifi_index = static_cast<int>(index);
    mnl_attr_put_u32(header, IFLA_NET_NS_FD, static_cast<std::uint32_t>(toNamespace));
    mnl_attr_put_strz(header, IFLA_IFNAME, to.c_str());
    const auto failures = batch.finish();
    return failures.empty() ? 0 : failures.front().error;
}

} // namespace

std::string Fabric::parkEnd(const PortInfo& end, Answer& answer) {
    const NodeNetwork* network = m_networkOf(end.node);
    std::string parked = "off" + std::to_string(++m_parkings);
    const int error = network == nullptr ? ENODEV : moveInterface(network->routeSocket.get(), end.port, m_ownNetwork.get(), parked);
    if (error != 0) {
        answer = {Status::Failed, "cannot unplug " + end.node + ":" + end.port + ": " + std::strerror(error)};
        return {};
    }
    return parked;
}

Answer Fabric::unplug(const std::string& node) {
    Answer answer;
    for (auto& [id, cable] : m_links) {
        if (cable.info.a.node == node && cable.parkedA.empty()) {
            cable.parkedA = parkEnd(cable.info.a, answer);
            cable.keptA.clear();
        }
        if (cable.info.b.node == node && cable.parkedB.empty()) {
            cable.parkedB = parkEnd(cable.info.b, answer);
            cable.keptB.clear();
        }
    }
    return answer;
}

void Fabric::plugIn(const PortInfo& end, bool up, std::string& parked, Answer& answer) {
    const NodeNetwork* network = m_networkOf(end.node);
    if (parked.empty() || network == nullptr) {
        return;
    }
    const UniqueFd socket = openRouteSocket();
    int error = moveInterface(socket.get(), parked, network->networkNamespace.get(), end.port);
    if (error == 0) {
        parked.clear();
        RouteBatch batch(network->routeSocket.get());
        nlmsghdr* header = beginLinkState(batch, end.port, up);
        if (!end.bridge.empty()) {
            mnl_attr_put_u32(header, IFLA_MASTER, network->bridgeIndexes.at(end.bridge));
        }
        const auto failures = batch.finish();
        error = failures.empty() ? 0 : failures.front().error;
    }
    if (error != 0) {
        answer = {Status::Failed, "cannot plug in " + end.node + ":" + end.port + ": " + std::strerror(error)};
    }
}

const LinkInfo* Fabric::find(const std::string& id) const {
    const auto found = m_links.find(id);
    return found == m_links.end() ? nullptr : &found->second.info;
}

} // namespace podleaf::labhost
