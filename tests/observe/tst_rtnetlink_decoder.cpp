// SPDX-License-Identifier: GPL-3.0-or-later
// decodeNetlink(): a kernel's own datagrams against golden texts, cut at every byte, and hostile ones.
#include "golden.h"
#include "netlink_bytes.h"
#include "observe_text.h"

#include <QTest>

#include <array>

using namespace podleaf;
using namespace podleaf::observe;
using namespace podleaf::test;

namespace {

constexpr std::array kRecordings{"addresses",
                                 "bgp_route_events",
                                 "carrier_lost_events",
                                 "error",
                                 "gone_events",
                                 "links",
                                 "multipath_events",
                                 "nexthop_gone_events",
                                 "routes",
                                 "own_port_down_events",
                                 "routes_after_port_down",
                                 "withdraw_events"};

QString q(const char* text) {
    return QString::fromLatin1(text);
}

QByteArray withLength(QByteArray message, std::uint32_t length) {
    reinterpret_cast<nlmsghdr*>(message.data())->nlmsg_len = length;
    return message;
}

} // namespace

class TestRtnetlinkDecoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recordings_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : kRecordings) {
            QTest::newRow(name) << q(name);
        }
    }
    void recordings() {
        QFETCH(QString, name);
        const auto messages = decodeNetlink(recorded(q("netlink_") + name + q(".bin")));
        QVERIFY(messages);
        const QStringList lines = toTexts(*messages);
        QCOMPARE(lines, golden(q("netlink_") + name, lines));
    }

    void datagramsCutAnywhereAreNoMoreThanTheirMessages_data() { recordings_data(); }
    void datagramsCutAnywhereAreNoMoreThanTheirMessages() {
        QFETCH(QString, name);
        const QByteArray bytes = recorded(q("netlink_") + name + q(".bin"));
        const auto whole = decodeNetlink(bytes);
        QVERIFY(whole);
        for (qsizetype cut = 0; cut < bytes.size(); ++cut) {
            const auto part = decodeNetlink(bytes.left(cut));
            if (part) { // cut between two messages
                QVERIFY(part->size() <= whole->size());
                QVERIFY(std::equal(part->begin(), part->end(), whole->begin()));
            } else {
                QCOMPARE(part.error().code, ErrorCode::Protocol);
            }
        }
    }

    void reads_data() {
        QTest::addColumn<QByteArray>("datagram");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char* name, const QByteArray& datagram, const QStringList& expected) {
            QTest::newRow(name) << datagram << expected;
        };
        row("nothing", {}, {});
        row("link up without carrier", nlLink(3, "eth0", 1), {q("+link eth0 up no-carrier")});
        row("link down", nlLink(3, "eth0", 0), {q("+link eth0 down no-carrier")});
        row("link of a bridge", nlLink(3, "eth0", 1, RTM_DELLINK, AF_BRIDGE), {});
        row("link gone", nlLink(3, "eth0", 0, RTM_DELLINK), {q("-link eth0 down no-carrier")});
        row("name without its end", nlMessage(RTM_NEWLINK, raw(ifinfomsg{}) + nlAttribute(IFLA_IFNAME, "eth0")),
            {q("+link eth0 down no-carrier")});
        row("address", nlAddressOf(3, "10.0.0.1", 24), {q("+address 10.0.0.1/24")});
        row("address of a point-to-point link",
            nlMessage(RTM_NEWADDR,
                      raw(ifaddrmsg{AF_INET, 32, 0, 0, 3}) + nlAddress(IFA_ADDRESS, "10.0.0.2") + nlAddress(IFA_LOCAL, "10.0.0.1")),
            {q("+address 10.0.0.1/32")});
        row("address of IPv6", nlMessage(RTM_NEWADDR, raw(ifaddrmsg{AF_INET6, 64, 0, 0, 3})), {});
        row("route", nlRoute("10.20.0.0", 16, nlVia("10.0.0.1", 3) + nlNumber(RTA_PRIORITY, 20)),
            {q("+route 10.20.0.0/16 bgp metric 20 10.0.0.1@if")});
        row("default route gone", nlRoute("", 0, nlVia("10.0.0.1", 3), RTPROT_BOOT, RTM_DELROUTE),
            {q("-route 0.0.0.0/0 boot metric 0 10.0.0.1@if")});
        row("route to a cable", nlRoute("10.0.0.0", 24, nlNumber(RTA_OIF, 3), RTPROT_KERNEL), {q("+route 10.0.0.0/24 kernel metric 0 if")});
        row("two ways", nlRoute("10.20.0.0", 16, nlAttribute(RTA_MULTIPATH, nlHop("10.0.0.1", 3) + nlHop("10.0.0.5", 4))),
            {q("+route 10.20.0.0/16 bgp metric 0 10.0.0.1@if 10.0.0.5@if")});
        const auto discards = [](unsigned char type) { return nlRoute("10.20.0.0", 16, {}, RTPROT_STATIC, RTM_NEWROUTE, type); };
        row("blackhole", discards(RTN_BLACKHOLE), {q("+route 10.20.0.0/16 static metric 0 blackhole")});
        row("unreachable", discards(RTN_UNREACHABLE), {q("+route 10.20.0.0/16 static metric 0 unreachable")});
        row("prohibit", discards(RTN_PROHIBIT), {q("+route 10.20.0.0/16 static metric 0 prohibit")});
        row("broadcast", discards(RTN_BROADCAST), {});
        row("route of another table", nlRoute("10.20.0.0", 16, nlNumber(RTA_TABLE, 77)), {});
        row("protocol without a word", nlRoute("10.20.0.0", 16, {}, 99), {q("+route 10.20.0.0/16 99 metric 0")});
        row("acknowledged", nlError(1, 0), {q("failure 0")});
        row("refused", nlError(1, -16), {q("failure 16")});
        row("an error that is none", nlError(1, INT32_MIN), {q("failure 4095")});
        row("dump failed", nlDone(1, -4), {q("failure 4 (dump)")});
        row("dump done", nlDone(1), {q("done (dump)")});
        row("overrun", nlMessage(NLMSG_OVERRUN, {}), {q("overrun")});
        row("next hop gone", nlMessage(RTM_DELNEXTHOP, {}), {q("nexthop")});
        row("something else", nlMessage(RTM_NEWNEIGH, "anything"), {});
        row("several", nlLink(3, "a") + nlMessage(RTM_NEWNEIGH, {}) + nlLink(4, "b"), {q("+link a up carrier"), q("+link b up carrier")});
    }
    void reads() {
        QFETCH(QByteArray, datagram);
        QFETCH(QStringList, expected);
        const auto messages = decodeNetlink(datagram);
        QVERIFY(messages);
        QCOMPARE(toTexts(*messages), expected);
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("datagram");
        const auto row = [](const char* name, const QByteArray& datagram) { QTest::newRow(name) << datagram; };
        row("half a header", QByteArray(15, '\1'));
        row("shorter than its header", withLength(nlLink(3, "eth0"), 15));
        row("of length 0", withLength(nlLink(3, "eth0"), 0));
        row("longer than the datagram", withLength(nlLink(3, "eth0"), 4096));
        row("of a negative length", withLength(nlLink(3, "eth0"), 0x80000010));
        row("of the greatest length", withLength(nlLink(3, "eth0"), 0xffffffff));
        row("bytes left over", nlLink(3, "eth0") + "xyz");
        row("link without body", nlMessage(RTM_NEWLINK, {}));
        row("link without name", nlMessage(RTM_NEWLINK, raw(ifinfomsg{})));
        row("link with a long name", nlLink(3, QByteArray(16, 'x')));
        row("address without body", nlMessage(RTM_NEWADDR, "x"));
        row("address without address", nlMessage(RTM_NEWADDR, raw(ifaddrmsg{AF_INET, 24, 0, 0, 3})));
        row("address cut short", nlMessage(RTM_NEWADDR, raw(ifaddrmsg{AF_INET, 24, 0, 0, 3}) + nlAttribute(IFA_LOCAL, "abc")));
        row("address of 33 bits", nlAddressOf(3, "10.0.0.1", 33));
        row("route without body", nlMessage(RTM_NEWROUTE, "x"));
        row("route of 33 bits", nlRoute("10.0.0.0", 33, {}));
        row("ways of no length", nlRoute("10.0.0.0", 24, nlAttribute(RTA_MULTIPATH, QByteArray(8, '\0'))));
        row("ways beyond the end", nlRoute("10.0.0.0", 24, nlAttribute(RTA_MULTIPATH, raw(rtnexthop{64, 0, 0, 3}))));
        row("error without body", nlMessage(NLMSG_ERROR, {}));
        row("too big", QByteArray(1024 * 1024 + 1, '\0'));
        QByteArray ways;
        for (int i = 0; i < 1025; ++i) {
            ways += raw(rtnexthop{8, 0, 0, 3});
        }
        row("too many ways", nlRoute("10.0.0.0", 24, nlAttribute(RTA_MULTIPATH, ways)));
    }
    void refuses() {
        QFETCH(QByteArray, datagram);
        const auto messages = decodeNetlink(datagram);
        QVERIFY(!messages);
        QCOMPARE(messages.error().code, ErrorCode::Protocol);
    }

    void attributesThatLieAreLeftOut() {
        QByteArray lying = nlAttribute(RTA_GATEWAY, raw(std::uint32_t(1)));
        reinterpret_cast<nlattr*>(lying.data())->nla_len = 200;
        const auto messages = decodeNetlink(nlRoute("10.20.0.0", 16, nlNumber(RTA_OIF, 3) + lying));
        QVERIFY(messages);
        QCOMPARE(toTexts(*messages), QStringList{q("+route 10.20.0.0/16 bgp metric 0 if")});
    }

    void flagsOfADumpAreKept() {
        const auto messages = decodeNetlink(QByteArray(nlDumped(nlLink(3, "a"), 7, NLM_F_DUMP_INTR) + nlLink(4, "b")));
        QVERIFY(messages);
        QVERIFY(messages->at(0).ofDump && messages->at(0).interrupted && messages->at(0).sequence == 7);
        QVERIFY(!messages->at(1).ofDump && !messages->at(1).interrupted);
    }

    void asksForTables_data() {
        QTest::addColumn<int>("table");
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("family");
        QTest::newRow("links") << static_cast<int>(NetlinkTable::Links) << int(RTM_GETLINK) << AF_UNSPEC;
        QTest::newRow("addresses") << static_cast<int>(NetlinkTable::Addresses) << int(RTM_GETADDR) << AF_INET;
        QTest::newRow("routes") << static_cast<int>(NetlinkTable::Routes) << int(RTM_GETROUTE) << AF_INET;
    }
    void asksForTables() {
        QFETCH(int, table);
        QFETCH(int, type);
        QFETCH(int, family);
        const QByteArray request = netlinkDumpRequest(static_cast<NetlinkTable>(table), 42);
        const auto* header = reinterpret_cast<const nlmsghdr*>(request.constData());
        QCOMPARE(header->nlmsg_len, static_cast<std::uint32_t>(request.size()));
        QCOMPARE(static_cast<int>(header->nlmsg_type), type);
        QCOMPARE(static_cast<int>(header->nlmsg_flags), NLM_F_REQUEST | NLM_F_DUMP);
        QCOMPARE(header->nlmsg_seq, 42U);
        QCOMPARE(static_cast<int>(request[sizeof(nlmsghdr)]), family);
    }
};

QTEST_GUILESS_MAIN(TestRtnetlinkDecoder)
#include "tst_rtnetlink_decoder.moc"
