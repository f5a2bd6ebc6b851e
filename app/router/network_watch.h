// SPDX-License-Identifier: GPL-3.0-or-later
// NetworkWatch: the next hops of the node's default routes, its addresses and the state of its bridge, by netlink. In a Loop.
#pragma once

#include "addresses.h"

#include <app/labhost/loop.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace podleaf::router {

class NetworkWatch {
public:
    NetworkWatch(labhost::Loop& loop, std::string bridge, std::function<void()> changed);
    ~NetworkWatch();
    NetworkWatch(const NetworkWatch&) = delete;
    NetworkWatch& operator=(const NetworkWatch&) = delete;

    /// Looks for the first time. The sentence of what went wrong, else empty.
    std::string begin();

    /// Sorted, each once.
    [[nodiscard]] const std::vector<Address>& gateways() const { return m_gateways; }
    [[nodiscard]] bool hasAddress(Address address) const { return m_addresses.contains(address); }
    [[nodiscard]] bool isBridgeUp() const { return m_isBridgeUp; }

private:
    void receive();
    void lookAgain();

    labhost::Loop& m_loop;
    std::string m_bridge;
    std::function<void()> m_changed;
    UniqueFd m_events;
    std::optional<labhost::Loop::Token> m_token;
    std::vector<Address> m_gateways;
    std::set<Address> m_addresses;
    bool m_isBridgeUp = false;
};

} // namespace podleaf::router
