// SPDX-License-Identifier: GPL-3.0-or-later
// One example of every message of the lab host's protocol, as whole frames. Their bytes are kept in tests/fuzz/corpus:
// golden here, first inputs there. Values; any thread.
#pragma once

#include <core/channel/labhost_messages.h>

#include <functional>
#include <string>
#include <vector>

namespace podleaf::test {

struct Example {
    std::string name;
    std::string frame;
    /// Decodes a body as this message and encodes it again; empty when it is refused.
    std::function<std::string(std::string_view)> again;
};

inline std::string frameOf(labhost::Kind kind, labhost::Verb verb, const std::string& body) {
    labhost::Header header;
    header.kind = kind;
    header.verb = verb;
    header.id = 0x0102030405060708;
    header.bodyBytes = static_cast<std::uint32_t>(body.size());
    return labhost::encodeHeader(header) + body;
}

template <class Message>
Example example(const char* name, labhost::Kind kind, labhost::Verb verb, const Message& message, const std::string& before = {}) {
    return {name, frameOf(kind, verb, before + labhost::encode(message)), [](std::string_view body) {
                const auto decoded = labhost::decode<Message>(body);
                return decoded ? labhost::encode(*decoded) : std::string();
            }};
}
template <class Message>
Example request(const char* name, labhost::Verb verb, const Message& message) {
    return example(name, labhost::Kind::Request, verb, message);
}
/// A good reply: the head stands before the verb's own.
template <class Message>
Example reply(const char* name, labhost::Verb verb, const Message& message) {
    return example(name, labhost::Kind::Reply, verb, message, labhost::encode(labhost::ReplyHead{}));
}

inline std::vector<Example> requestExamples() {
    using namespace labhost;
    const NodeInfo host{"host1", "host1", {"cbr0"}};
    const LinkInfo cable{"intnet1", {"leaf1", "swp1", ""}, {"host1", "eth1", "cbr0"}, true};
    return {
        request("hello", Verb::Hello, Empty{}),
        request("set-lab", Verb::SetLab, SetLab{"/labs/x.yaml", "name: x\n"}),
        request("add-nodes", Verb::AddNodes, AddNodes{{host, {"leaf1", "leaf1", {}}, {"host2", "host2", {}, true, "/var/cache/programs"}}}),
        request("add-links", Verb::AddLinks, AddLinks{{cable}}),
        request("set-link", Verb::SetLink, SetLink{"intnet1", false}),
        request("declare-impairments", Verb::DeclareImpairments, DeclareImpairments{"intnet1", {false, 500, 10'000, 0}, {}}),
        request("remove-links", Verb::RemoveLinks, RemoveLinks{{"intnet1", "intnet2"}}),
        request("remove-node", Verb::RemoveNode, NodeRequest{"host1"}),
        request("apply", Verb::Apply,
                Apply{"host1",
                      {{"/etc/frr/frr.conf", "hostname host1\n", 0640, "frr"}},
                      {{"net.ipv4.ip_forward", "1"}},
                      {{"cbr0", 0x0a140001, 24}},
                      {{0, 0, 0x0a140001, 0x0aff0065}},
                      {"/etc/old"},
                      {{"cbr0", 0x0a150001, 24}},
                      {{0x0a160000, 16, 0x0a140001, 0}}}),
        request("start-service", Verb::StartService,
                StartService{"host1", "bgpd", {"/usr/lib/frr/bgpd", "-f", "/etc/frr/frr.conf"}, "/run/frr/bgpd.vty", 5000}),
        request("stop-service", Verb::StopService, StopService{"host1", "bgpd"}),
        request("exec", Verb::Exec, Exec{"host1", {"sh", "-c", "exit 3"}, {"TERM=xterm"}, true}),
        request("signal", Verb::Signal, Signal{"host1", "bgpd", 9}),
        request("connect-unix", Verb::ConnectUnix, ConnectUnix{"host1", "/run/frr/bgpd.vty"}),
        request("connect-tcp", Verb::ConnectTcp, ConnectTcp{"host1", 11019}),
        request("open-netlink", Verb::OpenNetlink, OpenNetlink{"host1", 0x80000051}),
        request("open-packets", Verb::OpenPackets, OpenPackets{"leaf1", "swp1"}),
        request("read-file", Verb::ReadFile, ReadFile{"host1", "/var/lib/misc/dnsmasq.leases", 1 << 20}),
        request("usage", Verb::Usage, Empty{}),
        example("cancel", Kind::Cancel, Verb::None, Empty{})};
}

inline std::vector<Example> replyExamples() {
    using namespace labhost;
    EventBody exited;
    exited.type = static_cast<std::uint8_t>(EventType::ProcessExited);
    exited.node = "host1";
    exited.process = "bgpd";
    exited.pid = 42;
    exited.signal = 9;
    exited.stopped = true;
    return {reply("hello", Verb::Hello, HelloReply{"tutorial", "/labs/tutorial/lab.yaml", 4711, 1'764'140'400'000}),
            reply("list", Verb::List,
                  ListReply{{{"leaf1", "leaf1", {}}},
                            {{"intnet1", {"leaf1", "swp1", ""}, {"host1", "eth1", ""}, false}},
                            {{"intnet1", {{false, 500, 0, 0}, {}}, {{true, 500, 0, 0}, {}}}}}),
            reply("list-services", Verb::ListServices, ListServicesReply{{{"bgpd", 42}, {"zebra", 41}}}),
            reply("exec", Verb::Exec, ExitInfo{3, 0}),
            reply("read-file", Verb::ReadFile, ReadFileReply{std::string("a\0b", 3)}),
            reply("stats", Verb::Stats, StatsReply{4, 3, 2, 1, 1000, 7}),
            reply("node-ready", Verb::NodeReady, NodeReady{{5, 6}}),
            reply("usage", Verb::Usage, UsageReply{{{"host1", 1'250'000, 12 << 20}, {"leaf1", 40, 0}}}),
            example("refused", Kind::Reply, Verb::Apply,
                    ReplyHead{static_cast<std::uint8_t>(Status::NotFound), "there is no node x", "detail"}),
            example("event", Kind::Event, Verb::None, exited)};
}

} // namespace podleaf::test
