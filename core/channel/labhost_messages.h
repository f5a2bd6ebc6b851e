// SPDX-License-Identifier: GPL-3.0-or-later
// The bodies of the lab host's messages, and which names it accepts. Std only; values, any thread.
#pragma once

#include "labhost_faults.h"
#include "labhost_usage.h"
#include "labhost_wire.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace podleaf::labhost {

inline constexpr std::size_t kMaxNodes = 4096;
inline constexpr std::size_t kMaxLinks = 16384;
inline constexpr std::size_t kMaxServicesPerNode = 64;
inline constexpr std::size_t kMaxExecsPerNode = 256;
inline constexpr std::size_t kMaxClients = 256;
inline constexpr std::size_t kMaxPortNameBytes = 15; ///< IFNAMSIZ - 1.

/// A name that is safe as a folder, a host name's part and an argument: letters, digits, '.', '_', '-', at most 63,
/// starting with a letter or digit, no "..".
inline bool isValidName(std::string_view name) {
    const auto isAlnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    if (name.empty() || name.size() > 63 || !isAlnum(name.front()) || name.find("..") != std::string_view::npos) {
        return false;
    }
    for (const char c : name) {
        if (!isAlnum(c) && c != '.' && c != '_' && c != '-') {
            return false;
        }
    }
    return true;
}

/// A Linux interface name out of the same letters.
inline bool isValidPortName(std::string_view name) {
    return name.size() <= kMaxPortNameBytes && isValidName(name) && name != "lo" && name != "all" && name != "default";
}

/// A link's id: one line of at most 255 printable ASCII characters. It names nothing on the host.
inline bool isValidLinkId(std::string_view id) {
    if (id.empty() || id.size() > 255) {
        return false;
    }
    for (const char c : id) {
        if (c < 0x20 || c > 0x7e) {
            return false;
        }
    }
    return true;
}

/// An absolute path without "..", "." or empty components, and without a NUL.
inline bool isValidPath(std::string_view path) {
    if (path.size() < 2 || path.size() > 1024 || path.front() != '/' || path.find('\0') != std::string_view::npos) {
        return false;
    }
    std::size_t start = 1;
    while (start <= path.size()) {
        const std::size_t slash = std::min(path.find('/', start), path.size());
        const std::string_view part = path.substr(start, slash - start);
        if (part.empty() || part == "." || part == ".." || part.size() > 255) {
            return false;
        }
        start = slash + 1;
    }
    return true;
}

/// Where a node shows the programs that it was given, to be read and run only.
inline constexpr const char* kProgramsFolder = "/usr/lib/podleaf/kubernetes";

/// Start of every reply's body; the verb's own reply follows when status is Ok.
struct ReplyHead {
    std::uint8_t status = 0; ///< Status.
    std::string message;
    std::string detail;

    template <class A>
    void fields(A& a) {
        a(status), a(message), a(detail);
    }
};

/// A reply taken apart: its head and the verb's own reply behind it.
struct SplitReply {
    ReplyHead head;
    std::string_view body; ///< Points into the given bytes.
};
inline std::optional<SplitReply> splitReply(std::string_view bytes) {
    Reader reader(bytes);
    SplitReply reply;
    reader(reply.head);
    if (!reader.ok() || reply.head.status > static_cast<std::uint8_t>(Status::Internal)) {
        return std::nullopt;
    }
    reply.body = reader.rest();
    return reply;
}

struct Empty {
    template <class A>
    void fields(A&) {}
};

struct HelloReply {
    std::string lab;
    std::string labFile;
    std::int32_t outerPid = 0; ///< On the host.
    std::uint64_t startedAtUnixMs = 0;

    template <class A>
    void fields(A& a) {
        a(lab), a(labFile), a(outerPid), a(startedAtUnixMs);
    }
};

struct SetLab {
    std::string path;
    std::string text;

    template <class A>
    void fields(A& a) {
        a(path), a(text);
    }
};

struct NodeInfo {
    std::string name;
    std::string hostname;
    std::vector<std::string> bridges;
    bool runsContainers = false; ///< It has control groups and keeps /var/lib of containers on a disk.
    std::string programs = {};   ///< Only where containers run: a folder of the host that the node shows as kProgramsFolder.

    bool operator==(const NodeInfo&) const = default;
    template <class A>
    void fields(A& a) {
        a(name), a(hostname), a(bridges), a(runsContainers), a(programs);
    }
};

struct PortInfo {
    std::string node;
    std::string port;
    std::string bridge; ///< Empty: none.

    bool operator==(const PortInfo&) const = default;
    template <class A>
    void fields(A& a) {
        a(node), a(port), a(bridge);
    }
};

struct LinkInfo {
    std::string id;
    PortInfo a;
    PortInfo b;
    bool up = true;

    template <class A>
    void fields(A& archive) {
        archive(id), archive(a), archive(b), archive(up);
    }
};

struct AddNodes {
    std::vector<NodeInfo> nodes;

    template <class A>
    void fields(A& a) {
        a(nodes);
    }
};

struct AddLinks {
    std::vector<LinkInfo> links;

    template <class A>
    void fields(A& a) {
        a(links);
    }
};

struct ListReply {
    std::vector<NodeInfo> nodes;
    std::vector<LinkInfo> links;
    std::vector<ImpairedLink> impaired;

    template <class A>
    void fields(A& a) {
        a(nodes), a(links), a(impaired);
    }
};

struct SetLink {
    std::string id;
    bool up = true;

    template <class A>
    void fields(A& a) {
        a(id), a(up);
    }
};

struct RemoveLinks {
    std::vector<std::string> ids;

    template <class A>
    void fields(A& a) {
        a(ids);
    }
};

/// Requests about one node begin with its name: the lab host reads that and passes the rest on.
struct NodeRequest {
    std::string node;

    template <class A>
    void fields(A& a) {
        a(node);
    }
};

struct FileInfo {
    std::string path;
    std::string content;
    std::uint32_t mode = 0644;
    std::string owner; ///< A user of the node; its group is the user's own.

    template <class A>
    void fields(A& a) {
        a(path), a(content), a(mode), a(owner);
    }
};
struct SysctlInfo {
    std::string key;
    std::string value;

    template <class A>
    void fields(A& a) {
        a(key), a(value);
    }
};
struct AddressInfo {
    std::string interface;
    std::uint32_t address = 0; ///< Host byte order.
    std::uint8_t prefixLength = 0;

    template <class A>
    void fields(A& a) {
        a(interface), a(address), a(prefixLength);
    }
};
struct RouteInfo {
    std::uint32_t destination = 0;
    std::uint8_t prefixLength = 0;
    std::uint32_t via = 0;
    std::uint32_t source = 0; ///< RTA_PREFSRC; 0 is none.

    template <class A>
    void fields(A& a) {
        a(destination), a(prefixLength), a(via), a(source);
    }
};

struct Apply {
    std::string node;
    std::vector<FileInfo> files;
    std::vector<SysctlInfo> sysctls;
    std::vector<AddressInfo> addresses;
    std::vector<RouteInfo> routes;
    std::vector<std::string> goneFiles; ///< What an earlier content had and this one has not.
    std::vector<AddressInfo> goneAddresses;
    std::vector<RouteInfo> goneRoutes;

    template <class A>
    void fields(A& a) {
        a(node), a(files), a(sysctls), a(addresses), a(routes), a(goneFiles), a(goneAddresses), a(goneRoutes);
    }
};

struct StartService {
    std::string node;
    std::string name;
    std::vector<std::string> argv;
    std::string readySocket; ///< "/path", "tcp:PORT" or empty.
    std::uint32_t timeoutMs = 0;
    bool comesBack = false; ///< Once started, it is started again whenever it ends, until it is stopped.

    template <class A>
    void fields(A& a) {
        a(node), a(name), a(argv), a(readySocket), a(timeoutMs), a(comesBack);
    }
};

struct StopService {
    std::string node;
    std::string name;
    bool forget = false; ///< It is not one of the node's services any more: whoever watches is told so.

    template <class A>
    void fields(A& a) {
        a(node), a(name), a(forget);
    }
};

struct ServiceInfo {
    std::string name;
    std::int32_t pid = 0; ///< As seen inside the node.

    template <class A>
    void fields(A& a) {
        a(name), a(pid);
    }
};

struct ListServicesReply {
    std::vector<ServiceInfo> services;

    template <class A>
    void fields(A& a) {
        a(services);
    }
};

/// Runs a program on the three descriptors passed along; the reply comes when it has ended.
struct Exec {
    std::string node;
    std::vector<std::string> argv;
    std::vector<std::string> environment; ///< "KEY=value".
    bool controllingTerminal = false;     ///< Standard input becomes the program's controlling terminal.

    template <class A>
    void fields(A& a) {
        a(node), a(argv), a(environment), a(controllingTerminal);
    }
};

struct ExitInfo {
    std::int32_t exitCode = 0;
    std::int32_t signal = 0;

    template <class A>
    void fields(A& a) {
        a(exitCode), a(signal);
    }
};

struct Signal {
    std::string node;
    std::string service;
    std::int32_t signal = 0;

    template <class A>
    void fields(A& a) {
        a(node), a(service), a(signal);
    }
};

struct ConnectUnix {
    std::string node;
    std::string path;

    template <class A>
    void fields(A& a) {
        a(node), a(path);
    }
};

struct ConnectTcp {
    std::string node;
    std::uint16_t port = 0; ///< On 127.0.0.1.

    template <class A>
    void fields(A& a) {
        a(node), a(port);
    }
};

struct OpenNetlink {
    std::string node;
    std::uint32_t groups = 0;

    template <class A>
    void fields(A& a) {
        a(node), a(groups);
    }
};

struct OpenPackets {
    std::string node;
    std::string port; ///< An Ethernet port of the node.

    template <class A>
    void fields(A& a) {
        a(node), a(port);
    }
};

struct ReadFile {
    std::string node;
    std::string path;
    std::uint32_t maxBytes = 0;

    template <class A>
    void fields(A& a) {
        a(node), a(path), a(maxBytes);
    }
};

struct ReadFileReply {
    std::string content;

    template <class A>
    void fields(A& a) {
        a(content);
    }
};

struct StatsReply {
    std::uint32_t nodes = 0;
    std::uint32_t links = 0;
    std::uint32_t clients = 0;
    std::uint64_t eventsLost = 0; ///< Over all subscribers.
    std::uint64_t requests = 0;
    std::uint64_t malformed = 0; ///< Frames that were refused; their senders were disconnected.

    template <class A>
    void fields(A& a) {
        a(nodes), a(links), a(clients), a(eventsLost), a(requests), a(malformed);
    }
};

/// A node's init tells that its node stands; the network namespace and a netlink socket in it come along.
struct NodeReady {
    std::vector<std::uint32_t> bridgeIndexes; ///< In the order of NodeInfo::bridges.

    template <class A>
    void fields(A& a) {
        a(bridgeIndexes);
    }
};

enum class EventType : std::uint8_t {
    NodeAdded,
    NodeGone,
    ProcessStarted,
    ProcessExited,
    ProcessForgotten, ///< After it has exited: it is not one of the node's services any more.
    LinkChanged,
    EventsLost,
    Last = EventsLost
};

struct EventBody {
    std::uint8_t type = 0; ///< EventType.
    std::string node;
    std::string process;
    std::int32_t pid = 0;
    std::int32_t exitCode = 0;
    std::int32_t signal = 0;
    std::string link;
    bool linkUp = true;
    ImpairmentsReply impairments; ///< LinkChanged: what its packets suffer now.
    bool poweredOff = false;      ///< NodeGone: switched off, to come back; its cables stay.
    bool paused = false;          ///< ProcessStarted: it runs but stands still, by SIGSTOP.
    bool stopped = false;         ///< ProcessExited: a client had asked for it.
    std::uint64_t lost = 0;       ///< EventsLost: how many this subscriber missed.

    template <class A>
    void fields(A& a) {
        a(type), a(node), a(process), a(pid), a(exitCode), a(signal), a(link), a(linkUp), a(impairments), a(poweredOff), a(paused),
            a(stopped), a(lost);
    }
};

/// Whether the last event of a service says that it runs.
inline bool runs(const EventBody& last) {
    return last.type == static_cast<std::uint8_t>(EventType::ProcessStarted);
}

} // namespace podleaf::labhost
