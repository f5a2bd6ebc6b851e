// SPDX-License-Identifier: GPL-3.0-or-later
// What podleaf-router learns of its node: from files that others write, from its arguments, and from netlink. Good ones, and
// what a hostile one may hold.
#include <app/router/backoff.h>
#include <app/router/default_routes.h>
#include <app/router/files.h>
#include <app/router/node_files.h>
#include <app/router/options.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/stat.h>

#include <array>

using namespace podleaf::router;
using namespace std::chrono_literals;

namespace {

std::string textOf(const std::optional<Address>& address) {
    return address ? address->toString() : "none";
}

/// A configuration as containerd writes it of our template, with these ranges.
std::string cniWith(const std::string& ranges) {
    return R"({"cniVersion": "1.0.0", "name": "cbr0", "plugins": [{"type": "bridge", "ipam": {"type": "host-local", "ranges": [)" + ranges +
           R"(]}}, {"type": "portmap"}]})";
}

std::string cidrOf(const std::string& json) {
    const auto cidr = parsePodCidr(json);
    return cidr ? cidr->toString() : "refused: " + cidr.problem();
}

/// An rtnetlink message with room for attributes.
class Message {
public:
    template <class Header>
    Message(std::uint16_t type, const Header& header) {
        m_header = mnl_nlmsg_put_header(m_buffer.data());
        m_header->nlmsg_type = type;
        *static_cast<Header*>(mnl_nlmsg_put_extra_header(m_header, sizeof header)) = header;
    }
    void addAddress(std::uint16_t attribute, const char* address) { mnl_attr_put_u32(m_header, attribute, wire(address)); }
    void addName(const char* name) { mnl_attr_put_strz(m_header, IFLA_IFNAME, name); }
    /// RTA_MULTIPATH with these next hops, the last one cut short by `missing` bytes.
    void addMultipath(const std::vector<const char*>& hops, std::uint16_t missing = 0) {
        std::string payload;
        for (const char* hop : hops) {
            struct {
                rtnexthop head;
                nlattr attribute;
                std::uint32_t address;
            } each{};
            each.head.rtnh_len = sizeof each;
            each.attribute = {sizeof each.attribute + sizeof each.address, RTA_GATEWAY};
            each.address = wire(hop);
            payload.append(reinterpret_cast<const char*>(&each), sizeof each);
        }
        mnl_attr_put(m_header, RTA_MULTIPATH, payload.size() - missing, payload.data());
    }
    [[nodiscard]] const nlmsghdr* get() const { return m_header; }

private:
    static std::uint32_t wire(const char* address) { return htonl(Address::parse(address)->value); }

    alignas(nlmsghdr) std::array<char, 1024> m_buffer{};
    nlmsghdr* m_header = nullptr;
};

rtmsg defaultRoute(unsigned char protocol = RTPROT_DHCP) {
    rtmsg route{};
    route.rtm_family = AF_INET;
    route.rtm_type = RTN_UNICAST;
    route.rtm_table = RT_TABLE_MAIN;
    route.rtm_protocol = protocol;
    return route;
}

std::string joined(const std::vector<Address>& addresses) {
    std::string text;
    for (const Address& each : addresses) {
        text += each.toString() + ' ';
    }
    return text;
}

} // namespace

class TestRouterFacts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void addresses();
    void podCidrs();
    void asNumbers();
    void cniFiles_data();
    void cniFiles();
    void deepNestingIsSurvived();
    void theFirstGoodCniFileCounts();
    void leases_data();
    void leases();
    void onlyFilesAreRead();
    void textIsMadePrintable();
    void options();
    void restartsWaitLongerWhenTheyAreQuick();
    void defaultRoutes();
    void nextHops();
    void ownAddresses();
    void bridges();

private:
    void write(const char* name, const QByteArray& content) const {
        QFile file(m_folder.filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    [[nodiscard]] std::string path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }

    QTemporaryDir m_folder;
};

void TestRouterFacts::addresses() {
    for (const char* good : {"0.0.0.0", "172.16.0.1", "255.255.255.255"}) {
        QCOMPARE(textOf(Address::parse(good)), std::string(good));
    }
    for (const char* bad : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1..2.3", "1.2.3.", "+1.2.3.4",
                            "1.2.3.-4", "::1", "1.2.3.4/32", "a.b.c.d", "99999999999.1.1.1"}) {
        QCOMPARE(textOf(Address::parse(bad)), std::string("none"));
    }
    for (const char* nobodys : {"0.1.2.3", "127.0.0.1", "224.0.0.1", "255.255.255.255"}) {
        QVERIFY(!Address::parse(nobodys)->isOfOneNode());
    }
    QVERIFY(Address::parse("10.255.0.1")->isOfOneNode());
}

void TestRouterFacts::podCidrs() {
    const auto cidr = PodCidr::parse("10.20.1.0/24");
    QVERIFY(cidr);
    QCOMPARE(cidr->toString(), std::string("10.20.1.0/24"));
    QCOMPARE(cidr->firstAddress().toString(), std::string("10.20.1.1"));
    QVERIFY(PodCidr::parse("10.0.0.0/8") && PodCidr::parse("10.20.1.4/30"));
    for (const char* bad : {"", "/", "10.20.1.0", "10.20.1.0/", "10.20.1.0/7", "10.20.1.0/31", "10.20.1.1/24", "10.20.1.0/024", "0.0.0.0/8",
                            "127.0.0.0/8", "240.0.0.0/8", "10.20.1.0/24/24", "10.20.1.0/24 ", "fd00::/64", "10.20.1.0/24\nend"}) {
        QVERIFY2(!PodCidr::parse(bad), bad);
    }
}

void TestRouterFacts::asNumbers() {
    QCOMPARE(parseAsn("1").value_or(0), 1U);
    QCOMPARE(parseAsn("4294967294").value_or(0), 4294967294U);
    for (const char* bad : {"", "0", "4294967295", "4294967296", "99999999999", "-1", "+1", "1 ", "1.5", "01", "65001\n"}) {
        QVERIFY2(!parseAsn(bad), bad);
    }
}

void TestRouterFacts::cniFiles_data() {
    QTest::addColumn<std::string>("json");
    QTest::addColumn<std::string>("cidr");
    const auto row = [](const char* name, const std::string& json, const char* cidr) { QTest::newRow(name) << json << std::string(cidr); };
    row("of containerd", cniWith(R"([{"subnet": "10.20.1.0/24"}])"), "10.20.1.0/24");
    row("IPv6 first", cniWith(R"([{"subnet": "fd00::/64"}], [{"subnet": "10.20.1.0/24"}])"), "10.20.1.0/24");
    row("one plugin", R"({"type": "bridge", "ipam": {"ranges": [[{"subnet": "10.20.2.0/24"}]]}})", "10.20.2.0/24");
    const char* const none = "refused: has no IPv4 subnet in ipam.ranges";
    row("no ranges", cniWith(""), none);
    row("IPv6 only", cniWith(R"([{"subnet": "fd00::/64"}])"), none);
    row("a number", cniWith(R"([{"subnet": 10}])"), none);
    row("ranges of one level", cniWith(R"({"subnet": "10.20.1.0/24"})"), none);
    row("plugins that are none", R"({"plugins": {"a": 1}})", none);
    row("ipam that is none", R"({"plugins": [{"ipam": []}, null, 1, "x"]})", none);
    row("empty", "", "refused: is not a JSON object");
    row("a list", "[]", "refused: is not a JSON object");
    row("half", cniWith(R"([{"subnet": "10.20.1.0/24"}])").substr(0, 120), "refused: is not a JSON object");
    row("bytes", std::string("\0\xff\xfe", 3), "refused: is not a JSON object");
    row("no network", cniWith(R"([{"subnet": "10.20.1.0/24\nno bgp\u0007"}])"),
        "refused: has \"10.20.1.0/24?no bgp?\", which is not a pod network");
    row("everything", cniWith(R"([{"subnet": "0.0.0.0/0"}])"), "refused: has \"0.0.0.0/0\", which is not a pod network");
}

void TestRouterFacts::cniFiles() {
    QFETCH(std::string, json);
    QFETCH(std::string, cidr);
    QCOMPARE(cidrOf(json), cidr);
}

void TestRouterFacts::deepNestingIsSurvived() {
    const std::string open(32'000, '[');
    const std::string close(32'000, ']');
    QCOMPARE(cidrOf(cniWith(open + close)), std::string("refused: has no IPv4 subnet in ipam.ranges"));
    QCOMPARE(cidrOf(cniWith(open)), std::string("refused: is not a JSON object"));
    QCOMPARE(cidrOf(R"({"plugins": )" + open + close + "}"), std::string("refused: has no IPv4 subnet in ipam.ranges"));
}

void TestRouterFacts::theFirstGoodCniFileCounts() {
    const auto cidr = [this] {
        const auto found = podCidrIn(m_folder.path().toStdString());
        return found ? found->toString() : "refused: " + found.problem();
    };
    QCOMPARE(cidr(), std::string("refused: "));
    write("99-other.txt", "not looked at");
    QCOMPARE(cidr(), std::string("refused: "));
    write("10-broken.conflist", "{");
    QCOMPARE(cidr(), "refused: " + path("10-broken.conflist") + " is not a JSON object");
    write("30-second.conf", cniWith(R"([{"subnet": "10.20.3.0/24"}])").c_str());
    write("20-first.conflist", cniWith(R"([{"subnet": "10.20.2.0/24"}])").c_str());
    QCOMPARE(cidr(), std::string("10.20.2.0/24"));
    write("20-first.conflist", QByteArray(64 * 1024 + 1, ' '));
    QCOMPARE(cidr(), std::string("10.20.3.0/24"));
    QCOMPARE(podCidrIn(path("none")).problem(), "cannot read the folder " + path("none"));
}

void TestRouterFacts::leases_data() {
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("result");
    const auto row = [](const char* name, const char* text, const char* result) {
        QTest::newRow(name) << std::string(text) << std::string(result);
    };
    row("of the hook", "interface=eth1\naddress=172.16.0.2/30\ngateway=172.16.0.1\nasn=4200000001\npod-cidr=10.20.1.0/24\nloopback=\n",
        "4200000001 none");
    row("with a loopback", "asn=65001\nloopback=10.255.0.7", "65001 10.255.0.7");
    row("without an AS number", "asn=\nloopback=\n", "0 none");
    row("without anything", "interface=eth1\n", "0 none");
    row("a bad AS number", "asn=0\n", "refused: has an asn that is not an AS number");
    row("a command", "asn=65001 \n", "refused: has an asn that is not an AS number");
    row("a bad loopback", "asn=1\nloopback=10.255.0.1/32\n", "refused: has a loopback that is not a node's address");
    row("everybody's loopback", "asn=1\nloopback=127.0.0.1\n", "refused: has a loopback that is not a node's address");
    row("twice", "asn=1\nasn=2\n", "refused: is not made of different KEY=VALUE lines");
    row("no key", "=1\n", "refused: is not made of different KEY=VALUE lines");
    row("an empty line", "asn=1\n\n", "refused: is not made of different KEY=VALUE lines");
    row("no line", "router bgp 1", "refused: is not made of different KEY=VALUE lines");
}

void TestRouterFacts::leases() {
    QFETCH(std::string, text);
    QFETCH(std::string, result);
    const auto lease = parseLease(text);
    QCOMPARE(lease ? std::to_string(lease->asn.value_or(0)) + ' ' + textOf(lease->loopback) : "refused: " + lease.problem(), result);
}

void TestRouterFacts::onlyFilesAreRead() {
    write("five", "12345");
    QCOMPARE(*readFile(path("five"), 5), std::string("12345"));
    QCOMPARE(readFile(path("five"), 4).problem(), path("five") + " has more than 4 bytes");
    QCOMPARE(readFile(path("none"), 4).problem(), std::string());
    write("nothing", "");
    QVERIFY(!readFile(path("nothing"), 4) && readFile(path("nothing"), 4).problem().empty());
    QCOMPARE(::mkfifo(path("pipe").c_str(), 0600), 0);
    QCOMPARE(readFile(path("pipe"), 4).problem(), path("pipe") + " is not a file");
    QCOMPARE(readFile(m_folder.path().toStdString(), 4).problem(), m_folder.path().toStdString() + " is not a file");
    QCOMPARE(readFile("/dev/zero", 4).problem(), std::string("/dev/zero is not a file"));
}

void TestRouterFacts::textIsMadePrintable() {
    QCOMPARE(printable("a\nb\x1b[31m\xff"), std::string("a?b?[31m?"));
    QCOMPARE(printable("abcdef", 3), std::string("abc…"));
}

void TestRouterFacts::options() {
    const auto parsed = [](std::vector<const char*> words) {
        words.insert(words.begin(), "podleaf-router");
        return parseOptions(static_cast<int>(words.size()), const_cast<char**>(words.data()));
    };
    const auto usual = parsed({});
    QVERIFY(usual && usual->templatePath == "/etc/podleaf-router/frr.conf.in" && usual->cniFolder == "/host/cni/net.d" &&
            usual->leasePath == "/host/podleaf/lease" && usual->runFolder == "/var/run/frr" && !usual->asn && !usual->loopback);
    const auto given = parsed({"--asn", "65001", "--loopback", "10.255.0.7", "--lease", "/a/b"});
    QVERIFY(given && given->asn == 65001 && textOf(given->loopback) == "10.255.0.7" && given->leasePath == "/a/b");
    QVERIFY(!parsed({"--asn", "x"}) && !parsed({"--loopback", "127.0.0.1"}) && !parsed({"--lease", "a"}) && !parsed({"--lease"}) &&
            !parsed({"--what", "/a"}) && !parsed({"--bridge", "a-name-too-long-for-one"}));
}

void TestRouterFacts::restartsWaitLongerWhenTheyAreQuick() {
    Backoff backoff;
    QCOMPARE(backoff.afterLifeOf(1s).count(), 0);
    for (const int expected : {100, 200, 400, 800, 1600, 3200, 6400, 10'000, 10'000}) {
        QCOMPARE(backoff.afterLifeOf(1s).count(), expected);
    }
    QCOMPARE(backoff.afterLifeOf(10s).count(), 0);
    QCOMPARE(backoff.afterLifeOf(1s).count(), 100);
}

void TestRouterFacts::defaultRoutes() {
    QVERIFY(isDefaultRoute(Message(RTM_NEWROUTE, defaultRoute()).get()));
    QVERIFY(!isDefaultRoute(Message(RTM_NEWROUTE, defaultRoute(RTPROT_BGP)).get()));
    QVERIFY(!isDefaultRoute(Message(RTM_NEWROUTE, defaultRoute(RTPROT_ZEBRA)).get()));
    rtmsg other = defaultRoute();
    other.rtm_dst_len = 1;
    QVERIFY(!isDefaultRoute(Message(RTM_NEWROUTE, other).get()));
    other = defaultRoute();
    other.rtm_family = AF_INET6;
    QVERIFY(!isDefaultRoute(Message(RTM_NEWROUTE, other).get()));
    other = defaultRoute();
    other.rtm_type = RTN_BLACKHOLE;
    QVERIFY(!isDefaultRoute(Message(RTM_NEWROUTE, other).get()));
    QVERIFY(!isDefaultRoute(Message(RTM_NEWROUTE, rtgenmsg{AF_INET}).get())); // too short for a route
}

void TestRouterFacts::nextHops() {
    Message one(RTM_NEWROUTE, defaultRoute());
    one.addAddress(RTA_GATEWAY, "172.16.0.1");
    QCOMPARE(joined(nextHopsOf(one.get())), std::string("172.16.0.1 "));
    Message two(RTM_NEWROUTE, defaultRoute());
    two.addMultipath({"172.16.0.1", "172.16.0.5"});
    QCOMPARE(joined(nextHopsOf(two.get())), std::string("172.16.0.1 172.16.0.5 "));
    Message cut(RTM_NEWROUTE, defaultRoute());
    cut.addMultipath({"172.16.0.1", "172.16.0.5"}, 2);
    QCOMPARE(joined(nextHopsOf(cut.get())), std::string("172.16.0.1 "));
    Message nobody(RTM_NEWROUTE, defaultRoute());
    nobody.addAddress(RTA_GATEWAY, "127.0.0.1");
    nobody.addAddress(RTA_PREFSRC, "172.16.0.2");
    QCOMPARE(joined(nextHopsOf(nobody.get())), std::string());
}

void TestRouterFacts::ownAddresses() {
    ifaddrmsg info{};
    info.ifa_family = AF_INET;
    Message own(RTM_NEWADDR, info);
    own.addAddress(IFA_ADDRESS, "172.16.0.1"); // of the other end
    own.addAddress(IFA_LOCAL, "10.255.0.7");
    QCOMPARE(textOf(addressOf(own.get())), std::string("10.255.0.7"));
    QCOMPARE(textOf(addressOf(Message(RTM_NEWADDR, info).get())), std::string("none"));
    info.ifa_family = AF_INET6;
    Message other(RTM_NEWADDR, info);
    other.addAddress(IFA_LOCAL, "10.255.0.7");
    QCOMPARE(textOf(addressOf(other.get())), std::string("none"));
}

void TestRouterFacts::bridges() {
    ifinfomsg info{};
    info.ifi_flags = IFF_UP | IFF_RUNNING;
    Message up(RTM_NEWLINK, info);
    up.addName("cbr0");
    QCOMPARE(isUp(up.get(), "cbr0"), std::optional(true));
    QCOMPARE(isUp(up.get(), "cbr"), std::nullopt);
    info.ifi_flags = IFF_UP; // without a carrier, as a bridge without ports
    Message idle(RTM_NEWLINK, info);
    idle.addName("cbr0");
    QCOMPARE(isUp(idle.get(), "cbr0"), std::optional(false));
    QCOMPARE(isUp(Message(RTM_NEWLINK, info).get(), "cbr0"), std::nullopt);
}

QTEST_GUILESS_MAIN(TestRouterFacts)
#include "tst_router_facts.moc"
