// SPDX-License-Identifier: GPL-3.0-or-later
// The collector on a fake fabric: the first picture, what each event leads to, when bgpd is asked and when not, broken
// streams, and that nothing of a lab stays open when it is gone.
#include "fake_fabric.h"
#include "netlink_bytes.h"
#include "observe_text.h"

#include <core/observe/collector.h>
#include <tests/fakes/tutorial_lab.h>

#include <QDir>
#include <QTest>
#include <QtEndian>

#include <algorithm>
#include <condition_variable>

using namespace podleaf;
using namespace podleaf::observe;
using namespace podleaf::test;
using Type = engine::Event::Type;

namespace {

QString q(const char* text) {
    return QString::fromLatin1(text);
}

/// What the collector pushed, as lines.
class Heard {
public:
    Collector::Push push() {
        return [this](const state::Observation& seen) {
            const std::lock_guard lock(m_mutex);
            m_lines.append(test::toText(seen.what));
            m_came.notify_all();
        };
    }
    /// Waits until every one of these lines has come since the last forget(); what is missing after ten seconds.
    QStringList missing(const QStringList& wanted) {
        std::unique_lock lock(m_mutex);
        QStringList left;
        m_came.wait_for(lock, std::chrono::seconds(10), [&] {
            left = wanted;
            left.removeIf([this](const QString& line) { return m_lines.contains(line); });
            return left.isEmpty();
        });
        return left;
    }
    /// Of their own: a shared list is given back without a lock, which TSan does not see through Qt's counter.
    QStringList lines() {
        const std::lock_guard lock(m_mutex);
        return {m_lines.cbegin(), m_lines.cend()};
    }
    void forget() {
        const std::lock_guard lock(m_mutex);
        m_lines.clear();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_came;
    QStringList m_lines;
};

/// The recorded leaf has one session that comes up (172.16.1.2) and one that does not (172.16.1.6).
model::Lab recordedLab() {
    model::Lab lab = fakes::tutorialLab();
    for (int i = 0; i < 3; ++i) {
        const Ipv4Prefix net{fakes::address(i == 0 ? "172.16.1.0" : i == 1 ? "172.16.1.4" : "172.16.1.8"), 30};
        lab.links[static_cast<std::size_t>(i)].prefix = net;
        lab.links[static_cast<std::size_t>(i)].addresses = {net.at(1), net.at(2)};
    }
    return lab;
}

state::SeedSession session(const char* peer, const char* peerNode, const char* link) {
    return {fakes::node("leaf1"), fakes::address(peer), fakes::node(peerNode), fakes::link(link)};
}

QByteArray answerOf(const char* recording) {
    const QByteArray bytes = recorded(q(recording));
    return bytes.left(bytes.indexOf('\0'));
}

int openDescriptors() {
    return static_cast<int>(QDir(q("/proc/self/fd")).entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System).size());
}

} // namespace

class TestCollector : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<FakeFabric> m_fabric;
    std::unique_ptr<Heard> m_heard;
    std::unique_ptr<Collector> m_collector;
    model::Lab m_lab = recordedLab();

    void start(const std::vector<state::SeedSession>& sessions) {
        auto started = Collector::start(*m_fabric, m_lab, sessions, m_heard->push());
        QVERIFY(started);
        m_collector = *std::move(started);
    }
    /// The recorded leaf, its bgpd running, seen until both its pictures are whole.
    void startLeaf(const std::vector<state::SeedSession>& sessions) {
        m_fabric->emitEvent(Type::NodeAdded, "leaf1");
        m_fabric->emitEvent(Type::ProcessStarted, "leaf1", "bgpd");
        start(sessions);
        QCOMPARE(m_heard->missing({q("leaf1 synced netlink"), q("leaf1 synced bgp"), q("leaf1 synced services")}), QStringList());
    }

private Q_SLOTS:
    void init() {
        m_heard = std::make_unique<Heard>();
        m_fabric = std::make_unique<FakeFabric>();
        m_fabric->set("leaf1", [](FakeNode& node) {
            node.bmp = recorded(q("bmp_late.bin"));
            node.vty = answerOf("vty_established.bin");
            node.links = nlLink(1, "lo") + nlLink(2, "swp1");
            node.addresses = nlAddressOf(2, "172.16.1.1", 30);
            node.routes = nlRoute("10.20.1.0", 24, nlVia("172.16.1.2", 2));
            node.files[q("/var/lib/misc/dnsmasq.leases")] = "1764140400 02:00:00:00:00:01 172.16.1.2 * *\n";
            node.files[q("/var/log/podleaf/bgpd.log")] = "starting\n";
            node.files[q("/var/log/frr/bgpd.log")] = "last words\n";
        });
    }
    void cleanup() {
        m_collector.reset();
        m_fabric.reset();
        m_heard.reset();
    }

    void theFirstPicture() {
        startLeaf({session("172.16.1.2", "host1", "intnet1")});
        QCOMPARE(m_heard->missing({q("leaf1 +lease swp1 172.16.1.2 02:00:00:00:00:01")}), QStringList());
        QStringList lines = m_heard->lines();
        QCOMPARE(lines.first(), q("engine up"));
        QVERIFY(lines.indexOf(q("leaf1 synced netlink")) > lines.indexOf(q("leaf1 +route 10.20.1.0/24 bgp 172.16.1.2@swp1")));
        QVERIFY(lines.indexOf(q("leaf1 synced bgp")) > lines.indexOf(q("leaf1 +bgp 10.20.1.0/24 from 172.16.1.2 path 65000,65001")));
        lines.sort();
        QStringList expected{q("engine up"),
                             q("+node leaf1"),
                             q("leaf1 runs bgpd"),
                             q("leaf1 +link lo up carrier"),
                             q("leaf1 +link swp1 up carrier"),
                             q("leaf1 +address swp1 172.16.1.1/30"),
                             q("leaf1 +route 10.20.1.0/24 bgp 172.16.1.2@swp1"),
                             q("leaf1 synced netlink"),
                             q("leaf1 bmp up"),
                             q("leaf1 up 172.16.1.2 AS65001"),
                             q("leaf1 +bgp 10.20.1.0/24 from 172.16.1.2 path 65000,65001"),
                             q("leaf1 synced bgp"),
                             q("leaf1 synced services"),
                             q("leaf1 +lease swp1 172.16.1.2 02:00:00:00:00:01")};
        expected.sort();
        QCOMPARE(lines, expected);
    }

    void bgpdIsNotAskedWhileAllSessionsAreUp() {
        startLeaf({session("172.16.1.2", "host1", "intnet1")});
        m_fabric->emitEvent(Type::ProcessStarted, "leaf1", "zebra");
        QCOMPARE(m_heard->missing({q("leaf1 runs zebra")}), QStringList());
        QCOMPARE(m_fabric->questions(), 0);
        QCOMPARE(m_fabric->open("vty"), 0);
    }

    void bgpdIsAskedWhileASessionIsDown() {
        startLeaf({session("172.16.1.2", "host1", "intnet1"), session("172.16.1.6", "host2", "intnet2")});
        QCOMPARE(m_heard->missing({q("leaf1 fsm 172.16.1.6 Active tries 1 [Waiting for NHT]")}), QStringList());
        QVERIFY(m_fabric->questions() >= 1);
        QVERIFY(m_heard->lines().filter(q("fsm 172.16.1.2")).isEmpty()); // it is up, BMP says all of it
        // The second session comes up: that is known from BMP, and nothing is asked any more.
        QByteArray up = recorded(q("bmp_up.bin"));
        QVERIFY(m_fabric->say("leaf1", "bmp", peerUpOf(up, 0xac100106)));
        QCOMPARE(m_heard->missing({q("leaf1 up 172.16.1.6 AS65001")}), QStringList());
        m_fabric->emitEvent(Type::ProcessStarted, "leaf1", "zebra");
        QCOMPARE(m_heard->missing({q("leaf1 runs zebra")}), QStringList());
        const int asked = m_fabric->questions();
        m_heard->forget();
        QVERIFY(m_fabric->say("leaf1", "bmp", recorded(q("bmp_down_port.bin"))));
        QCOMPARE(m_heard->missing({q("leaf1 down 172.16.1.2: TCP connection failed")}), QStringList());
        QTRY_VERIFY(m_fabric->questions() > asked); // now again
    }

    void anEndThatBgpdDoesNotKnowOfIsLookedInto() {
        startLeaf({session("172.16.1.2", "host1", "intnet1")}); // Established, says the vty
        m_heard->forget();
        QVERIFY(m_fabric->say("leaf1", "bmp", recorded(q("bmp_down_port.bin"))));
        QCOMPARE(m_heard->missing({q("leaf1 down 172.16.1.2: TCP connection failed"), q("leaf1 bmp down"), q("leaf1 bmp up"),
                                   q("leaf1 up 172.16.1.2 AS65001"), q("leaf1 +bgp 10.20.1.0/24 from 172.16.1.2 path 65000,65001")}),
                 QStringList());
    }

    void aBgpdThatKnowsNoNeighborSaysSo() {
        m_fabric->set("leaf1", [](FakeNode& node) {
            node.bmp = recorded(q("bmp_before.bin"));
            node.vty = "{}";
        });
        startLeaf({session("172.16.1.10", "host3", "intnet3")});
        QCOMPARE(m_heard->missing({q("leaf1 fsm 172.16.1.10 none")}), QStringList());
    }

    void aBgpdThatEndsIsToldWithItsLastWords() {
        startLeaf({session("172.16.1.2", "host1", "intnet1")});
        m_heard->forget();
        m_fabric->emitEvent(Type::ProcessExited, "leaf1", "bgpd", 9);
        QCOMPARE(m_heard->missing({q("leaf1 lost bgpd 0/9 []"), q("leaf1 bmp down"), q("leaf1 lost bgpd 0/9 [starting|last words]")}),
                 QStringList());
        QTRY_COMPARE(m_fabric->open("bmp"), 0);
        m_heard->forget();
        m_fabric->emitEvent(Type::ProcessStarted, "leaf1", "bgpd");
        QCOMPARE(m_heard->missing({q("leaf1 bmp up"), q("leaf1 up 172.16.1.2 AS65001")}), QStringList());
    }

    void aNodeWithoutBgpdIsSyncedAllTheSame() {
        start({session("172.16.1.2", "host1", "intnet1")});
        m_fabric->emitEvent(Type::NodeAdded, "leaf1");
        QCOMPARE(m_heard->missing({q("leaf1 synced netlink"), q("leaf1 synced bgp"), q("leaf1 synced services")}), QStringList());
        QCOMPARE(m_fabric->open("bmp"), 0);
    }

    void aBgpdThatHadEndedBeforeWeCameIsToldWithItsLastWords() {
        m_fabric->emitEvent(Type::NodeAdded, "leaf1");
        m_fabric->emitEvent(Type::ProcessExited, "leaf1", "bgpd", 9);
        start({session("172.16.1.2", "host1", "intnet1")});
        QCOMPARE(m_heard->missing({q("leaf1 synced netlink"), q("leaf1 synced bgp"), q("leaf1 synced services")}), QStringList());
        const QStringList lines = m_heard->lines();
        const auto told = lines.indexOf(q("leaf1 lost bgpd 0/9 [starting|last words]"));
        QVERIFY(told >= 0 && told < lines.indexOf(q("leaf1 synced services"))); // status waits for it
    }

    void aBmpStreamThatIsNoneIsALossAndTriedAgain() {
        startLeaf({session("172.16.1.2", "host1", "intnet1")});
        m_heard->forget();
        QVERIFY(m_fabric->say("leaf1", "bmp", "HTTP/1.1 400 Bad Request\r\n"));
        QCOMPARE(m_heard->missing({q("loss bmp 1"), q("leaf1 bmp down"), q("leaf1 bmp up"), q("leaf1 up 172.16.1.2 AS65001")}),
                 QStringList());
    }

    void aVtyThatTalksNonsenseIsALossAndTriedAgain() {
        m_fabric->set("leaf1", [](FakeNode& node) { node.vty = "% Unknown command"; });
        start({session("172.16.1.6", "host2", "intnet2")});
        m_fabric->emitEvent(Type::NodeAdded, "leaf1");
        m_fabric->emitEvent(Type::ProcessStarted, "leaf1", "bgpd");
        QCOMPARE(m_heard->missing({q("loss vty 1")}), QStringList());
        m_fabric->set("leaf1", [](FakeNode& node) { node.vty = answerOf("vty_established.bin"); });
        QCOMPARE(m_heard->missing({q("leaf1 fsm 172.16.1.6 Active tries 1 [Waiting for NHT]")}), QStringList());
    }

    void aNetlinkSocketThatEndsIsALossAndOpenedAgain() {
        startLeaf({session("172.16.1.2", "host1", "intnet1")});
        m_heard->forget();
        m_fabric->hangUp("leaf1", "netlink");
        QCOMPARE(m_heard->missing({q("loss netlink 1"), q("leaf1 resync"), q("leaf1 +link swp1 up carrier"), q("leaf1 synced netlink")}),
                 QStringList());
    }

    void aNetlinkDatagramThatIsNoneIsALossAndDumpedAgain() {
        startLeaf({session("172.16.1.2", "host1", "intnet1")});
        m_heard->forget();
        QVERIFY(m_fabric->say("leaf1", "netlink", "nonsense"));
        QCOMPARE(m_heard->missing({q("loss netlink 1"), q("leaf1 resync"), q("leaf1 synced netlink")}), QStringList());
        QCOMPARE(m_fabric->open("netlink"), 1);
    }

    void anAddressLeadsToItsLease() {
        startLeaf({session("172.16.1.2", "host1", "intnet1")});
        QCOMPARE(m_heard->missing({q("leaf1 +lease swp1 172.16.1.2 02:00:00:00:00:01")}), QStringList());
        m_fabric->set("host2", [](FakeNode& node) { node.links = nlLink(2, "eth1"); });
        m_fabric->emitEvent(Type::NodeAdded, "host2");
        QCOMPARE(m_heard->missing({q("host2 synced netlink")}), QStringList());
        m_fabric->set("leaf1", [](FakeNode& node) {
            node.files[q("/var/lib/misc/dnsmasq.leases")] = "1764140400 02:00:00:00:00:02 172.16.1.6 * *\n";
        });
        QVERIFY(m_fabric->say("host2", "netlink", nlAddressOf(2, "172.16.1.6", 30)));
        QCOMPARE(m_heard->missing({q("host2 +address eth1 172.16.1.6/30"), q("leaf1 -lease swp1 172.16.1.2 02:00:00:00:00:01"),
                                   q("leaf1 +lease swp2 172.16.1.6 02:00:00:00:00:02")}),
                 QStringList());
    }

    void podsAndCablesAreTheEngines() {
        start({});
        m_fabric->emitEvent(Type::NodeAdded, "my-nginx-1");
        m_fabric->emitEvent(Type::ProcessStarted, "my-nginx-1", "nginx");
        m_fabric->emitEvent(Type::ProcessExited, "my-nginx-1", "nginx", 9);
        m_fabric->emitEvent(Type::NodeGone, "my-nginx-1");
        m_fabric->emitLink("intnet1", false);
        m_fabric->emitEvent(Type::NodeAdded, "a-stranger");
        m_fabric->emitEvent(Type::ProcessStarted, "a-stranger", "bgpd");
        m_fabric->emitLink("intnet1", true);
        QCOMPARE(m_heard->missing({q("cable intnet1 joined")}), QStringList());
        QCOMPARE(m_heard->lines(),
                 QStringList({q("engine up"), q("pod my-nginx-1 exists waits"), q("my-nginx-1 runs nginx"),
                              q("pod my-nginx-1 exists ready"), q("my-nginx-1 lost nginx 0/9 []"), q("pod my-nginx-1 exists waits"),
                              q("pod my-nginx-1 gone waits"), q("cable intnet1 cut"), q("cable intnet1 joined")}));
    }

    void usageIsAskedForAgainAndAgain() {
        m_fabric->set("host2", [](FakeNode& node) { node.usage = {{{}, 10, 1000}, {{}, 20, 1100}, {{}, 30, 1200}}; });
        m_fabric->set("my-nginx-1", [](FakeNode& node) { node.usage = {{{}, 5, 7}}; }); // It runs on host2.
        m_fabric->set("leaf1", [](FakeNode& node) { node.usage = {{{}, 1, 2}}; });
        m_fabric->set("a-stranger", [](FakeNode& node) { node.usage = {{{}, 1, 2}}; });
        m_fabric->emitEvent(Type::NodeAdded, "host2");
        start({});
        QCOMPARE(m_heard->missing({q("host2 uses 15 us 1007 bytes"), q("leaf1 uses 1 us 2 bytes"), q("host2 uses 25 us 1107 bytes"),
                                   q("host2 uses 35 us 1207 bytes")}),
                 QStringList());
        const QStringList lines = m_heard->lines();
        QVERIFY(lines.indexOf(q("+node host2")) < lines.indexOf(q("host2 uses 15 us 1007 bytes")));
        QVERIFY(lines.filter(q("stranger")).isEmpty() && lines.filter(q("nginx")).isEmpty());
    }

    void whoCannotTellOfUsageIsAskedLessOften() {
        m_fabric->setUsageFails(true);
        start({});
        QTRY_COMPARE_WITH_TIMEOUT(m_fabric->looks(), 2, 10'000);
        m_fabric->emitEvent(Type::Lost, "");
        QCOMPARE(m_heard->missing({q("engine down")}), QStringList());
        QCOMPARE(m_heard->lines().filter(q("uses")), QStringList());
    }

    void aNodeThatGoesTakesItsDescriptorsAlong() {
        startLeaf({session("172.16.1.6", "host2", "intnet2")});
        QTRY_COMPARE(m_fabric->open("vty"), 1);
        m_fabric->emitEvent(Type::NodeGone, "leaf1");
        QCOMPARE(m_heard->missing({q("-node leaf1")}), QStringList());
        for (const char* kind : {"bmp", "vty", "netlink"}) {
            QTRY_COMPARE(m_fabric->open(kind), 0);
        }
    }

    void aLabThatIsGoneLeavesNothingOpen() {
        start({session("172.16.1.6", "host2", "intnet2")});
        const int before = openDescriptors();
        m_fabric->emitEvent(Type::NodeAdded, "leaf1");
        m_fabric->emitEvent(Type::ProcessStarted, "leaf1", "bgpd");
        QCOMPARE(m_heard->missing({q("leaf1 synced netlink"), q("leaf1 synced bgp")}), QStringList());
        QTRY_COMPARE(openDescriptors(), before + 6); // both ends of three connections
        QVERIFY(!m_collector->isFinished());
        m_fabric->emitEvent(Type::Lost, "");
        QCOMPARE(m_heard->missing({q("engine down")}), QStringList());
        QVERIFY(m_collector->isFinished());
        QTRY_COMPARE(openDescriptors(), before);
        m_heard->forget();
        m_fabric->emitEvent(Type::NodeAdded, "leaf1"); // is too late
        m_collector.reset();
        QCOMPARE(m_heard->lines(), QStringList());
    }

    void aNodeThatHangsHoldsUpNoOther() {
        m_fabric->set("leaf1", [](FakeNode& node) { node.hangs = true; });
        start({session("172.16.1.2", "host1", "intnet1")});
        const auto begin = Clock::now();
        m_fabric->emitEvent(Type::NodeAdded, "leaf1");
        m_fabric->emitEvent(Type::NodeAdded, "host2");
        QCOMPARE(m_heard->missing({q("host2 synced netlink")}), QStringList());
        QVERIFY(Clock::now() - begin < std::chrono::seconds(2)); // one call into leaf1 takes that long
    }

    void itEndsAtOnceWhateverIsGoingOn() {
        m_fabric->set("leaf1", [](FakeNode& node) { node.hangs = true; });
        start({session("172.16.1.2", "host1", "intnet1")});
        m_fabric->emitEvent(Type::NodeAdded, "leaf1");
        QCOMPARE(m_heard->missing({q("+node leaf1")}), QStringList());
        const auto begin = Clock::now();
        m_collector.reset();
        QVERIFY(Clock::now() - begin < std::chrono::seconds(2)); // a call into a hanging node takes that long by itself
    }

private:
    /// The Peer Up message of a recording, made one about another peer.
    static QByteArray peerUpOf(const QByteArray& stream, std::uint32_t peer) {
        for (qsizetype at = 0; at + 6 <= stream.size();) {
            const auto length = static_cast<qsizetype>(qFromBigEndian<quint32>(stream.constData() + at + 1));
            if (stream[at + 5] == 3) {
                QByteArray message = stream.mid(at, length);
                qToBigEndian(peer, message.data() + 6 + 2 + 8 + 12);
                return message;
            }
            at += length;
        }
        return {};
    }
};

QTEST_GUILESS_MAIN(TestCollector)
#include "tst_collector.moc"
