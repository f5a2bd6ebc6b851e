// SPDX-License-Identifier: GPL-3.0-or-later
// RouteBatch: many rtnetlink messages in few system calls. Single-threaded, blocking (the kernel answers
// within the call).
#pragma once

#include <core/base/unique_fd.h>

#include <linux/rtnetlink.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace podleaf::labhost {

/// A NETLINK_ROUTE socket in the network namespace of the calling process.
UniqueFd openRouteSocket();

class RouteBatch {
public:
    /// `socket` stays the caller's and must not be used by anybody else meanwhile.
    explicit RouteBatch(int socket) : m_socket(socket) {}

    /// Starts a message with an extra header of `extraBytes` zeros; attributes follow by mnl_attr_put*. The pointer
    /// is valid until the next begin() or finish(). A message has room for about 900 bytes.
    nlmsghdr* begin(std::uint16_t type, std::uint16_t flags, std::size_t extraBytes);
    /// Number of the message begun last.
    [[nodiscard]] std::size_t index() const { return m_count - 1; }

    struct Failure {
        std::size_t index; ///< Which message.
        int error;         ///< errno.
    };
    /// Sends what is left; the failures of all messages since construction.
    std::vector<Failure> finish();

private:
    void flush();
    void collect(std::uint32_t first, std::uint32_t last);

    static constexpr std::size_t kBytes = 8 * 1024;
    int m_socket;
    /// Not on the stack, whose pages every node's init would keep.
    std::unique_ptr<char[]> m_buffer = std::make_unique_for_overwrite<char[]>(kBytes);
    std::size_t m_used = 0;
    nlmsghdr* m_last = nullptr;
    std::size_t m_count = 0;
    std::size_t m_sent = 0;
    std::vector<Failure> m_failures;
};

/// A message that names an interface and its wanted administrative state; begin() of RTM_NEWLINK.
nlmsghdr* beginLinkState(RouteBatch& batch, const std::string& interface, bool up);

/// The unicast routes of the main table out of `interface` that neither the kernel nor a routing daemon will bring
/// back by itself after the link was down: those of DHCP clients and people. Each is the payload of an RTM_NEWROUTE.
std::vector<std::string> keptRoutes(int socket, unsigned interfaceIndex);
void addKeptRoutes(RouteBatch& batch, const std::vector<std::string>& routes);

/// The index of an interface in the namespace of `socket`, 0 when there is none.
unsigned interfaceIndex(int socket, const std::string& interface);

} // namespace podleaf::labhost
