// SPDX-License-Identifier: GPL-3.0-or-later
// KernelTables: what is told of dumps and events, when it dumps again, and what it does about losses.
#include "netlink_bytes.h"
#include "observe_text.h"

#include <core/observe/kernel_tables.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::observe;
using namespace podleaf::test;

namespace {

QString q(const char* text) {
    return QString::fromLatin1(text);
}

/// A node's tables beside a kernel that answers as it is told.
class Bench {
public:
    KernelTables tables{NodeId(q("leaf1"))};

    /// Everything told since the last call.
    QStringList told() { return toTexts(std::exchange(m_out, {})); }
    void datagram(const QByteArray& bytes) {
        const auto messages = decodeNetlink(bytes);
        QVERIFY(messages);
        for (const NetlinkMessage& message : *messages) {
            tables.apply(message, m_out);
        }
    }
    void noteLoss() { tables.noteLoss(m_out); }
    /// The type and sequence of the request that is due; 0 when there is none.
    std::pair<int, std::uint32_t> takeRequest() {
        const auto request = tables.takeRequest();
        if (!request) {
            return {0, 0};
        }
        const auto* header = reinterpret_cast<const nlmsghdr*>(request->constData());
        m_sequence = header->nlmsg_seq;
        return {header->nlmsg_type, m_sequence};
    }
    /// Answers the dumps of links, addresses and routes, which must be due, one after the other.
    void dumpAll(const QByteArray& links, const QByteArray& addresses, const QByteArray& routes, int moreFlags = 0) {
        const std::array<std::pair<int, QByteArray>, 3> stages{{{RTM_GETLINK, links}, {RTM_GETADDR, addresses}, {RTM_GETROUTE, routes}}};
        for (const auto& [type, content] : stages) {
            const auto [asked, sequence] = takeRequest();
            QCOMPARE(asked, type);
            datagram(asDump(content, sequence) + nlDone(sequence, 0, moreFlags));
        }
    }
    [[nodiscard]] std::uint32_t sequence() const { return m_sequence; }

private:
    /// Marks each message of `content` as part of the answer.
    static QByteArray asDump(QByteArray content, std::uint32_t sequence) {
        for (qsizetype at = 0; at < content.size();) {
            auto* header = reinterpret_cast<nlmsghdr*>(content.data() + at);
            header->nlmsg_flags = NLM_F_MULTI;
            header->nlmsg_seq = sequence;
            at += NLMSG_ALIGN(header->nlmsg_len);
        }
        return content;
    }

    std::vector<state::Observed> m_out;
    std::uint32_t m_sequence = 0;
};

QByteArray linksOfLeaf() {
    return nlLink(1, "lo") + nlLink(2, "swp1") + nlLink(3, "swp2");
}
QByteArray addressesOfLeaf() {
    return nlAddressOf(2, "172.16.0.1", 30) + nlAddressOf(3, "172.16.0.5", 30);
}
QByteArray routesOfLeaf() {
    return nlRoute("172.16.0.0", 30, nlNumber(RTA_OIF, 2), RTPROT_KERNEL) + nlRoute("10.20.0.0", 24, nlVia("172.16.0.2", 2));
}

/// A bench whose node is known.
void settle(Bench& bench) {
    bench.tables.refresh();
    bench.dumpAll(linksOfLeaf(), addressesOfLeaf(), routesOfLeaf());
    bench.told();
}

} // namespace

class TestKernelTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFirstDumpTellsEverythingThenSynced() {
        Bench bench;
        QCOMPARE(bench.takeRequest().first, 0);
        bench.tables.refresh();
        bench.tables.refresh(); // before it was asked: no second round
        bench.dumpAll(linksOfLeaf(), addressesOfLeaf(), routesOfLeaf());
        QCOMPARE(bench.told(), QStringList({q("leaf1 +link lo up carrier"), q("leaf1 +link swp1 up carrier"),
                                            q("leaf1 +link swp2 up carrier"), q("leaf1 +address swp1 172.16.0.1/30"),
                                            q("leaf1 +address swp2 172.16.0.5/30"), q("leaf1 +route 172.16.0.0/30 kernel swp1"),
                                            q("leaf1 +route 10.20.0.0/24 bgp 172.16.0.2@swp1"), q("leaf1 synced netlink")}));
        QCOMPARE(bench.takeRequest().first, 0);
    }

    void aDumpOfTheSameTellsNothing() {
        Bench bench;
        settle(bench);
        bench.tables.refresh();
        bench.dumpAll(linksOfLeaf(), addressesOfLeaf(), routesOfLeaf());
        QCOMPARE(bench.told(), QStringList());
    }

    void countersAreToldWhileTheyMove() {
        Bench bench;
        settle(bench);
        const auto count = [&bench](std::uint64_t rx, std::uint64_t dropped) {
            bench.tables.askCounters();
            const auto [asked, sequence] = bench.takeRequest();
            QCOMPARE(asked, RTM_GETLINK);
            bench.datagram(nlCountedLink(1, "lo", 9, 9) + nlCountedLink(2, "swp1", rx, 70, dropped) + nlDone(sequence));
        };
        count(1000, 0);
        QCOMPARE(bench.told(), QStringList({q("leaf1 traffic swp1 rx 1000 tx 70 dropped 0")}));
        count(3000, 2);
        QCOMPARE(bench.told(), QStringList({q("leaf1 traffic swp1 rx 3000 tx 70 dropped 2")}));
        count(3000, 2); // Once more, so that the rate falls to nothing.
        QCOMPARE(bench.told(), QStringList({q("leaf1 traffic swp1 rx 3000 tx 70 dropped 2")}));
        count(3000, 2);
        QCOMPARE(bench.told(), QStringList());
        QCOMPARE(bench.takeRequest().first, 0);
    }

    void countersWaitForTables() {
        Bench bench;
        bench.tables.refresh();
        bench.tables.askCounters(); // The tables have them, too.
        bench.dumpAll(linksOfLeaf(), addressesOfLeaf(), routesOfLeaf());
        QCOMPARE(bench.takeRequest().first, 0);
        bench.tables.askCounters();
        const auto sequence = bench.takeRequest().second;
        bench.datagram(nlRoute("10.9.0.0", 24, nlVia("172.16.0.2", 2)) + nlLink(2, "swp1", 0) + nlDone(sequence));
        QCOMPARE(bench.takeRequest().first, RTM_GETLINK); // swp1 went down meanwhile: all tables are read again.
    }

    void whatADumpDoesNotHaveIsGone() {
        Bench bench;
        settle(bench);
        bench.tables.refresh();
        bench.dumpAll(nlLink(1, "lo") + nlLink(2, "swp1"), {}, {});
        QCOMPARE(bench.told(), QStringList({q("leaf1 -route 10.20.0.0/24 bgp 172.16.0.2@swp1"), q("leaf1 -route 172.16.0.0/30 kernel swp1"),
                                            q("leaf1 -address swp1 172.16.0.1/30"), q("leaf1 -address swp2 172.16.0.5/30"),
                                            q("leaf1 -link swp2 down no-carrier")}));
    }

    void eventsAreToldOnce_data() {
        QTest::addColumn<QByteArray>("event");
        QTest::addColumn<QStringList>("expected");
        QTest::addColumn<bool>("asksAgain");
        const auto row = [](const char* name, const QByteArray& event, const QStringList& expected, bool asksAgain) {
            QTest::newRow(name) << event << expected << asksAgain;
        };
        row("carrier lost", nlLink(2, "swp1", 1), {q("leaf1 +link swp1 up no-carrier")}, false);
        row("set down: its routes go silently", nlLink(2, "swp1", 0), {q("leaf1 +link swp1 down no-carrier")}, true);
        row("new link", nlLink(9, "cbr0"), {q("leaf1 +link cbr0 up carrier")}, false);
        row("same link", nlLink(2, "swp1"), {}, false);
        row("renamed", nlLink(2, "eth9"),
            {q("leaf1 -address swp1 172.16.0.1/30"), q("leaf1 -link swp1 down no-carrier"), q("leaf1 +link eth9 up carrier")}, true);
        row("link gone", nlLink(2, "swp1", 0, RTM_DELLINK), {q("leaf1 -address swp1 172.16.0.1/30"), q("leaf1 -link swp1 down no-carrier")},
            true);
        row("unknown link gone", nlLink(77, "x", 0, RTM_DELLINK), {}, true);
        row("new address", nlAddressOf(2, "10.9.9.9", 24), {q("leaf1 +address swp1 10.9.9.9/24")}, false);
        row("same address", nlAddressOf(2, "172.16.0.1", 30), {}, false);
        row("address gone: its routes go silently", nlAddressOf(2, "172.16.0.1", 30, RTM_DELADDR), {q("leaf1 -address swp1 172.16.0.1/30")},
            true);
        row("address of an unknown link", nlAddressOf(77, "10.9.9.9", 24), {}, false);
        row("new route", nlRoute("10.20.1.0", 24, nlVia("172.16.0.6", 3)), {q("leaf1 +route 10.20.1.0/24 bgp 172.16.0.6@swp2")}, false);
        row("same route", nlRoute("10.20.0.0", 24, nlVia("172.16.0.2", 2)), {}, false);
        row("route by another way", nlRoute("10.20.0.0", 24, nlVia("172.16.0.6", 3)), {q("leaf1 +route 10.20.0.0/24 bgp 172.16.0.6@swp2")},
            false);
        row("route gone", nlRoute("10.20.0.0", 24, nlVia("172.16.0.2", 2), 186, RTM_DELROUTE),
            {q("leaf1 -route 10.20.0.0/24 bgp 172.16.0.2@swp1")}, false);
        row("route of another protocol gone", nlRoute("10.20.0.0", 24, nlVia("172.16.0.2", 2), RTPROT_STATIC, RTM_DELROUTE), {}, false);
        row("route over an unknown link", nlRoute("10.20.1.0", 24, nlVia("10.0.0.1", 77)),
            {q("leaf1 +route 10.20.1.0/24 bgp 10.0.0.1@if77")}, false);
        row("next hop gone", nlMessage(RTM_DELNEXTHOP, {}), {}, true);
        row("a stranger's dump ends", nlDone(99), {}, false);
        row("a stranger's error", nlError(99, -16), {}, false);
    }
    void eventsAreToldOnce() {
        QFETCH(QByteArray, event);
        QFETCH(QStringList, expected);
        QFETCH(bool, asksAgain);
        Bench bench;
        settle(bench);
        bench.datagram(event);
        QCOMPARE(bench.told(), expected);
        QCOMPARE(bench.takeRequest().first, asksAgain ? int(RTM_GETLINK) : 0);
        QVERIFY(!bench.tables.isRefused());
    }

    void routesOfAPortSetDownGoWithTheDumpThatFollows() {
        Bench bench;
        settle(bench);
        bench.datagram(nlLink(2, "swp1", 0));
        bench.told();
        bench.dumpAll(nlLink(1, "lo") + nlLink(2, "swp1", 0) + nlLink(3, "swp2"), addressesOfLeaf(), {});
        QCOMPARE(bench.told(),
                 QStringList({q("leaf1 -route 10.20.0.0/24 bgp 172.16.0.2@swp1"), q("leaf1 -route 172.16.0.0/30 kernel swp1")}));
    }

    void whatHappensDuringADumpIsDumpedAgain() {
        Bench bench;
        bench.tables.refresh();
        bench.takeRequest();
        bench.datagram(nlMessage(RTM_DELNEXTHOP, {}));
        bench.datagram(nlDone(bench.sequence()));
        bench.takeRequest();
        bench.datagram(nlDone(bench.sequence()));
        bench.takeRequest();
        bench.datagram(nlDone(bench.sequence()));
        QCOMPARE(bench.told(), QStringList{q("leaf1 synced netlink")});
        bench.dumpAll({}, {}, {});
        QCOMPARE(bench.takeRequest().first, 0);
    }

    void eventsStandAgainstTheOlderWordOfADump() {
        Bench bench;
        settle(bench);
        bench.tables.refresh();
        bench.takeRequest();
        bench.datagram(nlDumped(nlLink(1, "lo"), bench.sequence()) + nlDumped(nlLink(2, "swp1"), bench.sequence()) +
                       nlDumped(nlLink(3, "swp2"), bench.sequence()) + nlDone(bench.sequence()));
        bench.takeRequest();
        bench.datagram(nlAddressOf(2, "10.9.9.9", 24));
        bench.datagram(nlAddressOf(2, "10.9.9.9", 24, RTM_DELADDR));
        bench.datagram(nlDumped(nlAddressOf(2, "10.9.9.9", 24), bench.sequence()) +
                       nlDumped(nlAddressOf(2, "172.16.0.1", 30), bench.sequence()) +
                       nlDumped(nlAddressOf(3, "172.16.0.5", 30), bench.sequence()) + nlDone(bench.sequence()));
        QCOMPARE(bench.told(), QStringList({q("leaf1 +address swp1 10.9.9.9/24"), q("leaf1 -address swp1 10.9.9.9/24")}));
        bench.takeRequest();
        // One route goes, one comes by another way, and one of a second protocol goes beside one that stays.
        bench.datagram(nlRoute("10.20.1.0", 24, nlVia("172.16.0.6", 3)));
        bench.datagram(nlRoute("10.20.1.0", 24, nlVia("172.16.0.6", 3), 186, RTM_DELROUTE));
        bench.datagram(nlRoute("10.20.0.0", 24, nlVia("172.16.0.6", 3)));
        bench.datagram(nlRoute("172.16.0.0", 30, nlNumber(RTA_OIF, 2), RTPROT_STATIC, RTM_DELROUTE));
        bench.told();
        bench.datagram(nlDumped(nlRoute("10.20.1.0", 24, nlVia("172.16.0.6", 3)), bench.sequence()) +
                       nlDumped(nlRoute("10.20.0.0", 24, nlVia("172.16.0.2", 2)), bench.sequence()) +
                       nlDumped(nlRoute("172.16.0.0", 30, nlNumber(RTA_OIF, 2), RTPROT_STATIC), bench.sequence()) +
                       nlDumped(nlRoute("172.16.0.0", 30, nlNumber(RTA_OIF, 2), RTPROT_KERNEL), bench.sequence()) +
                       nlDone(bench.sequence()));
        QCOMPARE(bench.told(), QStringList());
        bench.dumpAll(linksOfLeaf(), addressesOfLeaf(), routesOfLeaf());                         // Asked for by the address that went.
        QCOMPARE(bench.told(), QStringList{q("leaf1 +route 10.20.0.0/24 bgp 172.16.0.2@swp1")}); // Now it is the newer word.
    }

    void anInterruptedDumpSweepsNothingAndIsRepeated() {
        Bench bench;
        settle(bench);
        bench.tables.refresh();
        bench.dumpAll({}, {}, {}, NLM_F_DUMP_INTR);
        QCOMPARE(bench.told(), QStringList());
        bench.dumpAll(linksOfLeaf(), addressesOfLeaf(), routesOfLeaf());
        QCOMPARE(bench.told(), QStringList());
        QCOMPARE(bench.takeRequest().first, 0);
    }

    void aRefusedRequestIsSentAgain() {
        Bench bench;
        bench.tables.refresh();
        const auto first = bench.takeRequest();
        bench.datagram(nlError(first.second, 0)); // a mere acknowledgement
        QVERIFY(!bench.tables.isRefused());
        bench.datagram(nlError(first.second, -16));
        QVERIFY(bench.tables.isRefused());
        QCOMPARE(bench.takeRequest().first, 0); // not before retry()
        bench.tables.retry();
        QVERIFY(!bench.tables.isRefused());
        bench.dumpAll(linksOfLeaf(), {}, {});
        QVERIFY(bench.told().contains(q("leaf1 synced netlink")));
    }

    void aLossForgetsEverythingAndStartsAnew() {
        Bench bench;
        settle(bench);
        bench.datagram(nlMessage(NLMSG_OVERRUN, {}));
        QCOMPARE(bench.told(), QStringList({q("loss netlink 1"), q("leaf1 resync")}));
        bench.dumpAll(nlLink(1, "lo"), {}, {});
        QCOMPARE(bench.told(), QStringList({q("leaf1 +link lo up carrier"), q("leaf1 synced netlink")}));
    }

    void aLossDuringADumpIgnoresTheOldAnswer() {
        Bench bench;
        bench.tables.refresh();
        const auto old = bench.takeRequest();
        bench.noteLoss();
        bench.datagram(nlDone(old.second));
        QCOMPARE(bench.told(), QStringList({q("loss netlink 1"), q("leaf1 resync")}));
        bench.dumpAll(linksOfLeaf(), {}, {});
    }

    void routesBeforeTheirLinksWaitForTheDump() {
        Bench bench;
        bench.tables.refresh();
        bench.datagram(nlRoute("10.20.0.0", 24, nlVia("172.16.0.2", 2)));
        QCOMPARE(bench.told(), QStringList());
        bench.dumpAll(linksOfLeaf(), {}, routesOfLeaf());
        QVERIFY(bench.told().contains(q("leaf1 +route 10.20.0.0/24 bgp 172.16.0.2@swp1")));
    }

    /// The recorded story of a leaf whose port goes down: the kernel's own dumps and events.
    void aRecordedPortGoesDown() {
        Bench bench;
        bench.tables.refresh();
        for (const char* file : {"netlink_links.bin", "netlink_addresses.bin", "netlink_routes.bin"}) {
            bench.datagram(withSequence(recorded(q(file)), bench.takeRequest().second));
        }
        QVERIFY(bench.told().contains(q("leaf1 synced netlink")));
        bench.datagram(recorded(q("netlink_own_port_down_events.bin")));
        QVERIFY(!bench.told().filter(q("link swp1 down")).isEmpty());
        bench.datagram(withSequence(recorded(q("netlink_links.bin")), bench.takeRequest().second));
        bench.datagram(withSequence(recorded(q("netlink_addresses.bin")), bench.takeRequest().second));
        bench.told();
        bench.datagram(withSequence(recorded(q("netlink_routes_after_port_down.bin")), bench.takeRequest().second));
        QCOMPARE(bench.told(),
                 QStringList({q("leaf1 -route 10.20.1.0/24 bgp 172.16.1.2@swp1"), q("leaf1 -route 172.16.1.0/30 kernel swp1")}));
    }

private:
    /// The recording's dumps were asked for with sequence 7.
    static QByteArray withSequence(QByteArray datagram, std::uint32_t sequence) {
        for (qsizetype at = 0; at + qsizetype(sizeof(nlmsghdr)) <= datagram.size();) {
            auto* header = reinterpret_cast<nlmsghdr*>(datagram.data() + at);
            header->nlmsg_seq = sequence;
            at += NLMSG_ALIGN(header->nlmsg_len);
        }
        return datagram;
    }
};

QTEST_GUILESS_MAIN(TestKernelTables)
#include "tst_kernel_tables.moc"
