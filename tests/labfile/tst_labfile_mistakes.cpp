// SPDX-License-Identifier: GPL-3.0-or-later
// What each mistake in a lab file is told as, with its exact place.
#include "small_lab.h"

#include <QJsonObject>
#include <QTest>

using namespace podleaf;
using namespace podleaf::test;
using namespace Qt::StringLiterals;

class TestLabFileMistakes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void mistakes_data();
    void mistakes();
    void allMistakesAtOnceSortedByPlace();
    void findingsAsTextAndJson();
};

void TestLabFileMistakes::mistakes_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const QByteArray& text, const char* expected) {
        QTest::newRow(name) << text << QString::fromUtf8(expected);
    };

    // The whole.
    row("empty", "", "1:1 The file is empty. | A lab file begins with a line like \"name: tutorial\", then nodes and links.");
    row("only a comment", "# nothing\n",
        "1:1 The file is empty. | A lab file begins with a line like \"name: tutorial\", then nodes and links.");
    row("a list", "- a\n",
        "1:1 The file is not a mapping of keys to values. | A lab file begins with a line like \"name: tutorial\", then nodes and links.");
    row("one word", "tutorial\n",
        "1:1 The file is not a mapping of keys to values. | A lab file begins with a line like \"name: tutorial\", then nodes and links.");
    row("no name, no nodes", "links: []\n",
        "1:1 The lab has no name. | Add a line like \"name: tutorial\".\n1:1 The lab has no nodes. | Add \"nodes:\" with at least one leaf "
        "or host.");
    row("name empty", withLine(1, "name:"), "1:1 name has no value. | Give it one or remove the key.");
    row("name is a list", withLine(1, "name: [a]"), "1:7 name must be a single value, not a list.");
    row("name with capitals", withLine(1, "name: My Lab"),
        "1:7 The name \"My Lab\" is not a valid name. | Use 1 to 32 of a-z, 0-9 and -, with a letter or digit at both ends, as in "
        "\"my-lab\".");
    row("name too long", withLine(1, "name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        "1:7 The name \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" is not a valid name. | Use 1 to 32 of a-z, 0-9 and -, with a letter or digit "
        "at both ends, "
        "as in \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\".");
    row("unknown key", withLine(11, "test:"), "11:1 Unknown key \"test\" in the lab. | Did you mean \"tests\"?");
    row("unknown key, nothing near", withLine(11, "zzzzzzzzz:"),
        "11:1 Unknown key \"zzzzzzzzz\" in the lab. | Known: name, engine, simulation, kubernetes, addresses, routing, fabric, "
        "nodes, links, workloads, tests, groups, notes.");
    row("duplicate key", kBase + "name: again\n", "13:1 The key \"name\" is given twice. | Remove or rename one of them.");
    row("columns count characters",
        "n\xC3\xA4me: \xE2\x82\xAC\nname: a\nnodes: {l: {kind: leaf}}\ntests: {\xE2\x82\xAC\xE2\x82\xAC: , 7: {to: x}}\n",
        "1:1 Unknown key \"n\xC3\xA4me\" in the lab. | Did you mean \"name\"?\n"
        "4:9 The name \"\xE2\x82\xAC\xE2\x82\xAC\" is not a valid name. | Use 1 to 63 of a-z, 0-9 and -, with a letter or digit at both "
        "ends.\n"
        "4:9 The test \"\xE2\x82\xAC\xE2\x82\xAC\" has no target. | Add \"to:\" with the name of a workload.\n"
        "4:23 There is no workload \"x\". | Add one under workloads.");

    // Nodes.
    row("nodes empty", "name: a\nnodes:\n",
        "2:1 The lab has no nodes. | Write them like this: nodes: {leaf1: {kind: leaf}, host1: {kind: host}}");
    row("nodes an empty mapping", "name: a\nnodes: {}\n",
        "2:8 The lab has no nodes. | Write them like this: nodes: {leaf1: {kind: leaf}, host1: {kind: host}}");
    row("nodes a list", "name: a\nnodes:\n  - leaf1\n",
        "3:3 nodes must be a mapping, not a list. | Write it like this: nodes: {leaf1: {kind: leaf}, host1: {kind: host}}");
    row("node twice", withLine(5, "  host2: {kind: host}\n  host1: {kind: host}"),
        "6:3 The key \"host1\" is given twice. | Remove or rename one of them.");
    row("node without kind", withLine(3, "  leaf1: {asn: 65100}"),
        "3:3 \"leaf1\" has no kind. | Add \"kind: host\"; the kinds are leaf, host, spine, router.");
    row("node without anything", withLine(3, "  leaf1:"), "3:3 \"leaf1\" has no kind. | Write {kind: leaf} or {kind: host}.");
    row("node a word", withLine(3, "  leaf1: leaf"),
        "3:10 leaf1 must be a mapping, not a single value. | Write it like this: leaf1: {kind: host}");
    row("kind misspelt", withLine(3, "  leaf1: {kind: leef}"),
        "3:17 Unknown kind \"leef\". | Did you mean \"leaf\"? The kinds are leaf, host, spine, router.");
    row("kind unknown", withLine(3, "  leaf1: {kind: bridge}"), "3:17 Unknown kind \"bridge\". | The kinds are leaf, host, spine, router.");
    row("key of a node", withLine(3, "  leaf1: {kind: leaf, asnn: 1}"), "3:23 Unknown key \"asnn\" in \"leaf1\". | Did you mean \"asn\"?");
    row("node's name", withLine(5, "  host2: {kind: host}\n  Host_9: {kind: leaf}"),
        "6:3 The name \"Host_9\" is not a valid name. | Use 1 to 63 of a-z, 0-9 and -, with a letter or digit at both ends, as in "
        "\"host-9\".");

    // AS numbers.
    row("asn a word", withLine(3, "  leaf1: {kind: leaf, asn: big}"),
        "3:28 \"big\" is not a value for asn. | Write a whole number from 1 to 4294967294, such as 1.");
    row("asn zero", withLine(3, "  leaf1: {kind: leaf, asn: 0}"),
        "3:28 \"0\" is out of range for asn. | Write a whole number from 1 to 4294967294, such as 1.");
    row("asn too big", withLine(3, "  leaf1: {kind: leaf, asn: 4294967295}"),
        "3:28 \"4294967295\" is out of range for asn. | Write a whole number from 1 to 4294967294, such as 1.");
    row("asn huge", withLine(3, "  leaf1: {kind: leaf, asn: " + QByteArray(60, '9') + "}"),
        "3:28 \"999999999999999999999999999999999999999999999999\xE2\x80\xA6\" is out of range for asn. | Write a whole number from 1 to "
        "4294967294, such as 1.");
    row("asn octal", withLine(3, "  leaf1: {kind: leaf, asn: 0100}"),
        "3:28 \"0100\" is not a value for asn. | Write a whole number from 1 to 4294967294, such as 1.");
    row("asn negative", withLine(3, "  leaf1: {kind: leaf, asn: -1}"),
        "3:28 \"-1\" is not a value for asn. | Write a whole number from 1 to 4294967294, such as 1.");
    row("asn a mapping", withLine(3, "  leaf1: {kind: leaf, asn: {a: b}}"), "3:28 asn must be a single value, not a mapping.");
    row("asn reserved", withLine(3, "  leaf1: {kind: leaf, asn: 23456}"),
        "3:28 AS 23456 is reserved. | Use a private one: 64512 to 65534 or 4200000000 to 4294967294.");
    row("asn taken", "name: a\nnodes:\n  leaf1: {kind: leaf, asn: 65100}\n  leaf2: {kind: leaf, asn: 65100}\n",
        "4:28 leaf2 uses AS 65100, which is leaf1's. | Every node needs its own; leave asn away to have a free one chosen.");

    // Addresses.
    row("addresses a word", withLine(1, "name: a\naddresses: 10.0.0.0/8"),
        "2:12 addresses must be a mapping, not a single value. | Write it like this: addresses: {links: 172.16.0.0/16}");
    row("pool malformed", withLine(1, "name: a\naddresses: {links: 172.16/16}"),
        "2:20 \"172.16/16\" is not an IPv4 prefix. | Write an address, a slash and a length from 0 to 32, such as 10.20.0.0/16.");
    row("pool with host bits", withLine(1, "name: a\naddresses: {pods: 10.20.1.0/16}"),
        "2:19 10.20.1.0/16 has bits set behind its length. | The network is 10.20.0.0/16.");
    row("pool reserved", withLine(1, "name: a\naddresses: {links: 127.1.0.0/16}"),
        "2:20 127.1.0.0/16 cannot be used for addresses.links: it meets reserved addresses. | Use private addresses, such as 10.0.0.0/8 or "
        "172.16.0.0/12.");
    row("pool too small", "name: a\naddresses: {links: 172.16.0.0/31}\nnodes: {a: {kind: leaf}}\n",
        "2:20 172.16.0.0/31 is too small for addresses.links. | It is cut into /30 parts; use a shorter length.");
    row("pools overlap", withLine(1, "name: a\naddresses:\n  links: 10.0.0.0/8"),
        "3:10 10.0.0.0/8 (addresses.links) overlaps 10.255.0.0/16 (addresses.loopbacks). | Give each its own range.\n"
        "3:10 10.0.0.0/8 (addresses.links) overlaps 10.20.0.0/16 (addresses.pods). | Give each its own range.");
    row("given pools overlap", withLine(1, "name: a\naddresses: {pods: 10.9.0.0/16, links: 10.9.8.0/24}"),
        "2:39 10.9.8.0/24 (addresses.links) overlaps 10.9.0.0/16 (addresses.pods). | Give each its own range.");
    row("pods per host", withLine(1, "name: a\naddresses: {pods-per-host: /30}"),
        "2:28 \"/30\" is out of range for pods-per-host. | Write a whole number from 16 to 28, such as /24.");
    row("pod pool exhausted", withLine(1, "name: a\naddresses: {pods: 10.20.0.0/24}"),
        "6:3 No free /24 is left in 10.20.0.0/24 for host2. | Make addresses.pods larger: a shorter length behind the slash.");
    row("link pool exhausted", withLine(1, "name: a\naddresses: {links: 172.16.0.0/30}"),
        "9:5 No free /30 is left in 172.16.0.0/30 for cable2. | Make addresses.links larger: a shorter length behind the slash.");
    row("loopback with length", withLine(3, "  leaf1: {kind: leaf, loopback: 10.255.0.1/32}"),
        "3:33 \"10.255.0.1/32\" is not an IPv4 address. | Leave the length away: 10.255.0.1.");
    row("loopback malformed", withLine(3, "  leaf1: {kind: leaf, loopback: 10.255.0.256}"),
        "3:33 \"10.255.0.256\" is not an IPv4 address. | Write four numbers from 0 to 255, such as 10.255.0.1.");
    row("loopback outside", withLine(3, "  leaf1: {kind: leaf, loopback: 10.254.0.1}"),
        "3:33 10.254.0.1 is outside the loopback pool 10.255.0.0/16. | Take an address in it or change addresses.loopbacks.");
    row("loopback taken", "name: a\nnodes:\n  a: {kind: leaf, loopback: 10.255.0.7}\n  b: {kind: leaf, loopback: 10.255.0.7}\n",
        "4:29 b uses the loopback 10.255.0.7, which is a's. | Leave loopback away to have a free one chosen.");
    row("pod-cidr of a leaf", withLine(3, "  leaf1: {kind: leaf, pod-cidr: 10.20.9.0/24}"),
        "3:33 \"leaf1\" is a leaf and runs no pods. | Remove pod-cidr; it belongs to hosts.");
    row("pod-cidr of wrong length", withLine(4, "  host1: {kind: host, pod-cidr: 10.20.0.0/23}"),
        "4:33 The pod network 10.20.0.0/23 is not a /24. | All hosts have networks of one size; addresses.pods-per-host sets it.");
    row("pod-cidr outside", withLine(4, "  host1: {kind: host, pod-cidr: 10.21.0.0/24}"),
        "4:33 10.21.0.0/24 is outside the pod pool 10.20.0.0/16. | Take a network in it or change addresses.pods.");
    row("pod-cidr taken", withLine(4, "  host1: {kind: host, pod-cidr: 10.20.5.0/24}\n  host3: {kind: host, pod-cidr: 10.20.5.0/24}"),
        "5:3 host3 has no link to a leaf. | Add one under links: - {ends: [leaf1:swp1, host3:eth1]}\n"
        "5:33 host3 uses the pod network 10.20.5.0/24, which is host1's. | Leave pod-cidr away to have a free one chosen.");

    // Routing.
    row("protocol", withLine(1, "name: a\nrouting: {protocol: ospf}"),
        "2:21 \"ospf\" is not supported as protocol. | Supported: ebgp, unnumbered-ebgp, ibgp-reflector.");
    row("hold too short", withLine(1, "name: a\nrouting: {keepalive: 2s, hold: 5s}"),
        "2:32 A hold time of 5 s is too short for a keepalive of 2 s. | Hold must be at least three keepalives: 6s.");
    row("keepalive in ms", withLine(1, "name: a\nrouting: {keepalive: 500ms}"),
        "2:22 \"500ms\" is not a value for keepalive. | Write a whole number from 1 to 21845, such as 1s.");

    row("bfd", withLine(1, "name: a\nrouting: {bfd: yes}"), "2:16 \"yes\" is not a value for bfd. | Write true or false.");
    row("bfd empty", withLine(1, "name: a\nrouting: {bfd: }"), "2:11 bfd has no value. | Give it one or remove the key.");
    row("ecmp zero", withLine(1, "name: a\nrouting: {ecmp: 0}"),
        "2:17 \"0\" is out of range for ecmp. | Write a whole number from 1 to 64, such as 1.");
    row("ecmp a list", withLine(1, "name: a\nrouting: {ecmp: [2]}"), "2:17 ecmp must be a single value, not a list.");
    row("routing.asn of eBGP", withLine(1, "name: a\nrouting: {asn: 10000}"),
        "2:16 routing has an asn, but in an eBGP lab every node has its own. | Write protocol: ibgp-reflector, or give asn to the nodes.");
    row("routing.asn out of range", withLine(1, "name: a\nrouting: {protocol: ibgp-reflector, asn: 0}"),
        "2:42 \"0\" is out of range for asn. | Write a whole number from 1 to 4294967294, such as 1.");
    row("another AS in iBGP",
        withLine(1, "name: a\nrouting: {protocol: ibgp-reflector}").replace("host1: {kind: host", "host1: {kind: host, asn: 7"),
        "5:28 host1 is in AS 7, but an iBGP lab is one AS: 10000. | Remove it; routing.asn sets the AS of all.");
    row("iBGP with two leaves", "name: a\nrouting: {protocol: ibgp-reflector}\nnodes: {leaf1: {kind: leaf}, leaf2: {kind: leaf}}\n",
        "2:21 ibgp-reflector is for one leaf, but there are 2. | Use protocol: ebgp.");
    row("iBGP with a spine",
        "name: a\nrouting: {protocol: ibgp-reflector}\nnodes: {leaf1: {kind: leaf}, spine1: {kind: spine}}\nlinks:\n"
        "  - {ends: [leaf1:swp49, spine1:swp1]}\n",
        "5:26 leaf1 and spine1 are both switches. | ibgp-reflector is for one leaf and its hosts; use protocol: ebgp.");

    // The short form.
    row("fabric a word", "name: a\nfabric: big\n",
        "2:9 fabric must be a mapping, not a single value. | Write it like this: fabric: {spines: 2, leaves: 4, hosts-per-leaf: 3}");
    row("fabric empty", "name: a\nfabric:\n",
        "2:1 The fabric is empty. | Write it like this: fabric: {spines: 2, leaves: 4, hosts-per-leaf: 3}");
    row("fabric without leaves", "name: a\nfabric: {spines: 2}\n",
        "2:1 The fabric has no leaves. | Write it like this: fabric: {spines: 2, leaves: 4, hosts-per-leaf: 3}");
    row("fabric's keys", "name: a\nfabric: {leaves: 1, hosts: 3}\n",
        "2:21 Unknown key \"hosts\" in the fabric. | Known: spines, leaves, hosts-per-leaf.");
    row("fabric's numbers", "name: a\nfabric: {spines: 17, leaves: 0, hosts-per-leaf: many}\n",
        "2:18 \"17\" is out of range for spines. | Write a whole number from 0 to 16, such as 0.\n"
        "2:30 \"0\" is out of range for leaves. | Write a whole number from 1 to 256, such as 1.\n"
        "2:49 \"many\" is not a value for hosts-per-leaf. | Write a whole number from 0 to 48, such as 0.");
    row("a node of the fabric again", "name: a\nfabric: {leaves: 1, hosts-per-leaf: 1}\nnodes: {leaf1: {kind: leaf}}\n",
        "3:9 The fabric has a node \"leaf1\" already. | Rename it, or write the whole lab out (podleaf validate --expand).");
    row("a port of the fabric again",
        "name: a\nfabric: {leaves: 1, hosts-per-leaf: 1}\nnodes: {h: {kind: host}}\nlinks: [{ends: [leaf1:swp1, h:eth1]}]\n",
        "4:17 The port leaf1:swp1 is used by leaf1-swp1 already. | A port takes one cable; use another port.");

    // Positions.
    row("position is a word", withLine(3, "  leaf1: {kind: leaf, position: here}"),
        "3:33 \"position\" is not a position. | Write two whole numbers, such as position: [296, 204].");
    row("position of one number", withLine(3, "  leaf1: {kind: leaf, position: [1]}"),
        "3:33 \"position\" is not a position. | Write two whole numbers, such as position: [296, 204].");
    row("position too far", withLine(3, "  leaf1: {kind: leaf, position: [1, 1000001]}"),
        "3:33 \"position\" is not a position. | Write two whole numbers, such as position: [296, 204].");

    // DHCP.
    row("dhcp unknown", withLine(3, "  leaf1: {kind: leaf, dhcp: yes}"),
        "3:29 \"yes\" is not supported as dhcp. | Supported: server, relay, none.");
    row("dhcp of a host", withLine(4, "  host1: {kind: host, dhcp: none}"),
        "4:29 host1 is a host and asks for leases. | Remove dhcp; it belongs to leaves, spines and routers.");
    row("dhcp without addresses",
        withLine(1, "name: a\nrouting: {protocol: unnumbered-ebgp}").replace("leaf1: {kind: leaf", "leaf1: {kind: leaf, dhcp: server"),
        "4:29 leaf1 cannot lease addresses: the links of this lab have none. | Remove dhcp, or use protocol: ebgp.");
    row("relay without a server", withLine(3, "  leaf1: {kind: leaf, dhcp: relay}"),
        "3:29 leaf1 relays, but it is not said to whom. | Add a node with dhcp: server, such as dhcp1: {kind: router, dhcp: server}.");
    row("relay with two servers",
        withLine(3, "  leaf1: {kind: leaf, dhcp: relay}\n  r1: {kind: router, dhcp: server}\n  r2: {kind: router, dhcp: server}"),
        "3:29 leaf1 relays, but it is not said to whom. | Add dhcp-server with one of r1, r2.");
    row("relay to nobody", withLine(3, "  leaf1: {kind: leaf, dhcp: relay, dhcp-server: r2}\n  r1: {kind: router, dhcp: server}"),
        "3:49 There is no node \"r2\". | Did you mean \"r1\"?");
    row("relay to a node that does not serve", withLine(3, "  leaf1: {kind: leaf, dhcp: relay, dhcp-server: r1}\n  r1: {kind: router}"),
        "3:49 r1 is no DHCP server. | Add dhcp: server to it.");
    row("relay far from its server", withLine(3, "  leaf1: {kind: leaf, dhcp: relay}\n  r1: {kind: router, dhcp: server}"),
        "3:29 leaf1 and its DHCP server r1 have no link. | Add one under links: - {ends: [leaf1:swp49, r1:swp1]}");
    row("relay that is a spine", withLine(3, "  leaf1: {kind: leaf}\n  spine1: {kind: spine, dhcp: relay}"),
        "4:31 spine1 is a spine and has no hosts to relay for. | Write dhcp: server or dhcp: none.");
    row("server without relay", withLine(3, "  leaf1: {kind: leaf, dhcp-server: leaf1}"),
        "3:36 leaf1 has a dhcp-server but is no relay. | Add dhcp: relay or remove dhcp-server.");
    row("half a host's leaves lease",
        withLine(8, "  - {name: cable2, ends: [leaf1:swp2, host2:eth1]}\n  - {name: cable3, ends: [leaf2:swp2, host2:eth2]}")
            .replace("leaf1: {kind: leaf}", "leaf1: {kind: leaf}\n  leaf2: {kind: leaf, dhcp: none}"),
        "6:3 host2 gets addresses by DHCP from leaf1, but none from leaf2. | Give all leaves of a host the same dhcp.");

    // Links.
    row("links a mapping", "name: a\nnodes: {h: {kind: host}}\nlinks: {}\n",
        "3:8 links must be a list, not a mapping. | Write it like this: - {name: intnet1, ends: [leaf1:swp1, host1:eth1]}");
    row("link a word", withLine(7, "  - leaf1:swp1"),
        "7:5 A link must be a mapping. | Write it like this: {name: intnet1, ends: [leaf1:swp1, host1:eth1]}");
    row("link without ends", withLine(8, "  - {name: cable2, ends: [leaf1:swp2, host2:eth1]}\n  - {name: cable3}"),
        "9:5 The link has no ends. | Write it like this: {name: intnet1, ends: [leaf1:swp1, host1:eth1]}");
    row("link with three ends", withLine(7, "  - {name: cable1, ends: [leaf1:swp1, host1:eth1, leaf1:swp9]}"),
        "7:26 A link has two ends, not 3. | Write one link per cable.");
    row("end without port", withLine(7, "  - {name: cable1, ends: [leaf1, host1:eth1]}"),
        "7:27 \"leaf1\" does not name a port. | Write node:port, such as leaf1:swp1.");
    row("end with a wrong node", withLine(7, "  - {name: cable1, ends: [leaf1:swp1, hots1:eth1]}"),
        "7:39 There is no node \"hots1\". | Did you mean \"host1\"?");
    row("port used twice", withLine(8, "  - {name: cable2, ends: [leaf1:swp1, host2:eth1]}"),
        "8:27 The port leaf1:swp1 is used by cable1 already. | A port takes one cable; use another port.");
    row("port too long", withLine(7, "  - {name: cable1, ends: [leaf1:swp1234567890123, host1:eth1]}"),
        "7:27 The port name \"swp1234567890123\" is too long. | Linux allows 15 characters, as in swp1.");
    row("port with a blank", withLine(7, "  - {name: cable1, ends: [leaf1:sw p1, host1:eth1]}"),
        "7:27 \"sw p1\" is not a port name. | Begin with a letter and use letters, digits, \".\", \"-\" and \"_\", as in swp1.");
    row("port taken by the system", withLine(7, "  - {name: cable1, ends: [leaf1:lo, host1:eth1]}"),
        "7:27 The port name \"lo\" is taken by the system. | Use another one, such as swp1 or eth1.");
    row("link name twice", withLine(8, "  - {name: cable1, ends: [leaf1:swp2, host2:eth1]}"),
        "8:12 There are two links named \"cable1\". | Rename one of them.");
    row("host to host", withLine(8, "  - {name: cable2, ends: [leaf1:swp2, host2:eth1]}\n  - {ends: [host1:eth1, host2:eth1]}"),
        "9:13 The port host1:eth1 is used by cable1 already. "
        "| A port takes one cable; use another port.\n9:25 The port host2:eth1 is used by cable2 already. | A port takes one cable; use "
        "another port.");
    row("host to host, free ports", withLine(8, "  - {name: cable2, ends: [host1:eth2, host2:eth1]}"),
        "8:39 host1 and host2 are both hosts. | Hosts are joined to leaves.");
    row("host to spine",
        withLine(8, "  - {name: cable2, ends: [spine1:swp2, host2:eth1]}").replace("  host1: {", "  spine1: {kind: spine}\n  host1: {"),
        "9:27 spine1 is a spine; hosts are joined to leaves. | Known: leaf1.");
    row("link to itself", "name: a\nnodes: {a: {kind: leaf}}\nlinks:\n  - {ends: [a:swp1, a:swp2]}\n",
        "4:21 Both ends of the link are at a. | A link joins two nodes.");
    row("host without link", withLine(8, ""), "5:3 host2 has no link to a leaf. | Add one under links: - {ends: [leaf1:swp1, host2:eth1]}");
    row("hosts' ports differ", withLine(8, "  - {name: cable2, ends: [leaf1:swp2, host2:eth2]}"),
        "8:39 host2 uses the port eth2, but host1 uses eth1. | All hosts hold the same files, so their ports must be named alike: "
        "host2:eth1.");
    row("prefix of wrong length", withLine(7, "  - {name: cable1, ends: [leaf1:swp1, host1:eth1], prefix: 172.16.0.0/24}"),
        "7:60 The prefix 172.16.0.0/24 of a link is not a /30. | A link has two addresses, one for each end: 172.16.0.0/30.");
    row("prefix with host bits", withLine(7, "  - {name: cable1, ends: [leaf1:swp1, host1:eth1], prefix: 172.16.0.1/30}"),
        "7:60 172.16.0.1/30 has bits set behind its length. | The network is 172.16.0.0/30.");
    row("prefix outside", withLine(7, "  - {name: cable1, ends: [leaf1:swp1, host1:eth1], prefix: 172.17.0.0/30}"),
        "7:60 172.17.0.0/30 is outside the link pool 172.16.0.0/16. | Take a /30 in it or change addresses.links.");
    row("prefix twice", QByteArray(kBase).replace("eth1]}", "eth1], prefix: 172.16.0.0/30}"),
        "8:60 The prefix 172.16.0.0/30 is used by cable1 already. | Leave prefix away to have a free one chosen.");
    const auto impaired = [](const char* value) {
        return withLine(7, QByteArray("  - {name: cable1, ends: [leaf1:swp1, host1:eth1], impairment: ") + value + "}");
    };
    const auto like = [&row](const char* name, const QByteArray& text, const char* finding) {
        row(name, text,
            QByteArray(QByteArray(finding) + " | Write it like this: impairment: {loss: 5%, rate: 10mbit, from: leaf1}").constData());
    };
    like("impairment empty", impaired(""), "7:52 The impairment is empty.");
    like("impairment an empty list", impaired("[]"), "7:64 The impairment is empty.");
    like("impairment an empty mapping", impaired("{}"), "7:64 The impairment has no loss, rate or delay.");
    like("impairment a word", impaired("5%"), "7:64 An impairment must be a mapping.");
    like("impairment of words", impaired("[{loss: 5%, from: leaf1}, 5%]"), "7:90 An impairment must be a mapping.");
    like("impairment of nothing", impaired("{from: leaf1}"), "7:64 The impairment has no loss, rate or delay.");
    row("impairment unknown key", impaired("{los: 5%, rate: 500}"), "7:65 Unknown key \"los\" in the impairment. | Did you mean \"loss\"?");
    row("loss no number", impaired("{loss: much}"), "7:71 \"much\" is not a value for loss. | A loss is 0 to 100 percent, as in 2.5.");
    row("loss too large", impaired("{loss: 101%}"), "7:71 \"101%\" is not a value for loss. | A loss is 0 to 100 percent, as in 2.5.");
    row("loss of everything", impaired("{loss: 100%}"),
        "7:71 Nothing would get through. | In a lab file a loss is less than 100%; `podleaf link LINK drop` stops everything for a while.");
    row("loss of nothing", impaired("{loss: 0, rate: 500}"), "7:71 A loss of \"0\" is none. | Leave loss away.");
    row("rate too small", impaired("{rate: 7kbit}"),
        "7:71 \"7kbit\" is not a value for rate. | A rate is 8kbit to 10gbit a second, as in 500kbit or 1.5mbit; 0 is no limit.");
    row("delay too long", impaired("{delay: 11s}"),
        "7:72 \"11s\" is not a value for delay. | A delay is at most 10s, as in 50ms; 0 is none.");
    row("impairment from elsewhere", impaired("{loss: 5%, from: host2}"),
        "7:81 No end of the link is at \"host2\". | Its ends are leaf1:swp1 and host1:eth1.");
    row("impairment from nowhere", impaired("{loss: 5%, from: }"), "7:75 from has no value. | Give it one or remove the key.");
    row("impaired twice", impaired("[{loss: 5%}, {rate: 500, from: host1:eth1}]"),
        "7:77 What host1:eth1 sends is impaired twice. | Say it once, or for each end apart: "
        "[{loss: 5%, from: leaf1}, {loss: 1%, from: host1}]");
    row("two islands",
        withLine(8, "  - {name: cable2, ends: [leaf2:swp2, host2:eth1]}").replace("  host1: {", "  leaf2: {kind: leaf}\n  host1: {"),
        "4:3 ? The hosts of leaf2 cannot reach those of leaf1. | Join the leaves by a spine, or every host to both.");

    // Workloads and tests.
    row("image", withLine(10, "  web: {image: apache}"), "10:16 \"apache\" is not supported as image. | Supported: nginx.");
    row("replicas", withLine(10, "  web: {replicas: 0}"),
        "10:19 \"0\" is out of range for replicas. | Write a whole number from 1 to 1000, such as 1.");
    row("port of a workload", withLine(10, "  web: {port: 70000}"),
        "10:15 \"70000\" is out of range for port. | Write a whole number from 1 to 65535, such as 1.");
    row("on a leaf", withLine(10, "  web: {on: [leaf1]}"), "10:14 leaf1 is a leaf and runs no pods. | Known: host1, host2.");
    row("on an unknown host", withLine(10, "  web: {on: host9}"), "10:13 There is no node \"host9\". | Did you mean \"host1\"?");
    row("too many pods", withLine(10, "  web: {replicas: 246, on: [host1]}"),
        "10:3 host1 has no address left in 10.20.0.0/24 for the pod web-246. "
        "| Use fewer replicas, more hosts, or larger networks with addresses.pods-per-host.");
    row("fewer replicas than places", withLine(10, "  web: {replicas: 1, on: [host1, host2]}"),
        "10:19 ? web has fewer replicas (1) than places (2). | The last places get no pod.");
    row("pod's address", withLine(10, "  web: {on: [{host: host1, address: 10.20.0.1}]}"),
        "10:37 10.20.0.1 is not an address for a pod on host1. | Its pods have addresses from 10.20.0.2 to 10.20.0.254.");
    row("pod's address twice", withLine(10, "  web: {on: [{host: host1, address: 10.20.0.9}, {host: host1, address: 10.20.0.9}]}"),
        "10:72 The address 10.20.0.9 is used by web-1 already. | Leave address away to have a free one chosen.");
    row("pod with a node's name", withLine(10, "  web: {on: [host1]}").replace("  host1: {", "  web-1: {kind: leaf}\n  host1: {"),
        "11:3 The pod web-1 would have the name of a node. | Rename the workload or the node.");
    row("no place", withLine(10, "  web: {on: []}"),
        "10:9 \"web\" has no place for a pod. | Name a host, or leave on away: then all hosts take pods.");
    row("empty place", withLine(10, "  web: {on: }"),
        "10:9 \"web\" has no place for a pod. | Name a host, or leave on away: then all hosts take pods.");
    row("no hosts", "name: a\nnodes: {a: {kind: leaf}}\nworkloads: {w: {}}\n",
        "3:13 There is no host for the pods of w. | Add a node of kind host.");
    row("test of an unknown workload", withLine(12, "  web: {to: wed}"), "12:13 There is no workload \"wed\". | Did you mean \"web\"?");
    row("test without target", withLine(12, "  web: {from: hosts}"),
        "12:3 The test \"web\" has no target. | Add \"to:\" with the name of a workload.");
    row("test from nobody", withLine(12, "  web: {from: [], to: web}"),
        "12:9 The test has no sources. | Write hosts, pods or both: from: [hosts, pods]");
    row("test from leaves", withLine(12, "  web: {from: [leaves], to: web}"),
        "12:16 \"leaves\" cannot be a source of a test. | Write hosts, pods or both.");

    // YAML itself.
    row("tab", "name: a\nnodes:\n\tleaf1: {kind: leaf}\n", "3:1 A tab stands where YAML wants blanks. | Indent with blanks, two a level.");
    row("unclosed bracket", "name: a\nlinks: [a, b\n", "2:8 A \"[\" is not closed. | Add the missing \"]\".");
    row("unclosed brace", "name: a\nnodes: {a: b\n", "2:8 A \"{\" is not closed. | Add the missing \"}\".");
    row("unclosed quote", "name: \"a\n", "1:7 A quote is not closed. | Add the missing quote.");
    row("two colons", "name: a: b\n",
        "1:8 A \":\" stands where no key can be. | Put values that contain \": \" in quotes and check the indentation.");
    row("bad indentation", "name: a\nnodes:\n  a: {kind: leaf}\n b: {kind: leaf}\n",
        "4:2 This line does not fit the mapping around it. | Check its indentation and that it reads \"key: value\".");
    row("anchor and alias", "name: &a b\nnodes: {b: *a}\n",
        "1:7 Anchors (&name) are not allowed in a lab file. | Remove it and write values out.\n"
        "2:12 Aliases (*name) are not allowed in a lab file. | Write the value out.");
    row("alias without anchor", "name: *a\n", "1:7 Aliases (*name) are not allowed in a lab file. | Write the value out.");
    row("merge key", "name: a\nnodes:\n  a: {<<: {kind: leaf}, kind: leaf}\n",
        "3:7 Merge keys (<<) are not allowed in a lab file. | Write the values out.");
    row("tag", "name: !!str a\nnodes: {a: {kind: leaf}}\n",
        "1:7 Tags (!name) are not allowed in a lab file. | Remove it; types follow from the key.");
    row("two documents", "name: a\nnodes: {a: {kind: leaf}}\n---\nname: b\n",
        "3:1 The document ends before this. | A lab file is one YAML mapping; keep one document in it.");
    row("key a list", "name: a\n[a, b]: c\nnodes: {a: {kind: leaf}}\n", "2:1 A key must be a word. | Write \"key: value\".");
    row("escape sequence in a value", "name: \"a\\e[31m\"\nnodes: {a: {kind: leaf}}\n",
        "1:7 The name \"a\xEF\xBF\xBD[31m\" is not a valid name. | Use 1 to 32 of a-z, 0-9 and -, with a letter or digit at both ends, as "
        "in \"a--31m\".");
}

void TestLabFileMistakes::mistakes() {
    QFETCH(QByteArray, text);
    QFETCH(QString, expected);
    const auto parsed = labfile::parse(text);
    QCOMPARE(told(parsed.findings), expected);
    const bool hasError = std::ranges::any_of(parsed.findings, [](const auto& f) { return f.severity == model::Severity::Error; });
    QCOMPARE(parsed.lab.has_value(), !hasError);
}

void TestLabFileMistakes::allMistakesAtOnceSortedByPlace() {
    QCOMPARE(told("tests: {t: {to: wep}}\n"
                  "workloads: {web: {imag: nginx, on: [host1, leaf1]}}\n"
                  "links:\n"
                  "  - {ends: [leaf1:swp1, host1:eth1], prefix: 10.0.0.0/30}\n"
                  "nodes:\n"
                  "  leaf1: {kind: leaf, asn: 7}\n"
                  "  host1: {kind: host, asn: 7}\n"
                  "nmae: x\n"),
             u"1:1 The lab has no name. | Add a line like \"name: tutorial\".\n"
             "1:17 There is no workload \"wep\". | Did you mean \"web\"?\n"
             "2:19 Unknown key \"imag\" in \"web\". | Did you mean \"image\"?\n"
             "2:44 leaf1 is a leaf and runs no pods. | Known: host1.\n"
             "4:46 10.0.0.0/30 is outside the link pool 172.16.0.0/16. | Take a /30 in it or change addresses.links.\n"
             "7:28 host1 uses AS 7, which is leaf1's. | Every node needs its own; leave asn away to have a free one chosen.\n"
             "8:1 Unknown key \"nmae\" in the lab. | Did you mean \"name\"?"_s);
}

void TestLabFileMistakes::findingsAsTextAndJson() {
    const model::Findings findings{{model::Severity::Error, 14, 3, u"No."_s, u"Yes."_s}, {model::Severity::Warning, 0, 0, u"Odd."_s, {}}};
    QCOMPARE(labfile::describe(u"a.yaml"_s, findings), u"a.yaml:14:3: error: No. (Yes.)\na.yaml: warning: Odd.\n"_s);
    const QJsonArray json = labfile::toJson(findings);
    const QJsonObject first{
        {u"severity"_s, u"error"_s}, {u"line"_s, 14}, {u"column"_s, 3}, {u"message"_s, u"No."_s}, {u"hint"_s, u"Yes."_s}};
    QCOMPARE(json.size(), 2);
    QCOMPARE(json.first().toObject(), first);
}

QTEST_GUILESS_MAIN(TestLabFileMistakes)
#include "tst_labfile_mistakes.moc"
