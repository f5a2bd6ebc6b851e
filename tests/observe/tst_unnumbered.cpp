// SPDX-License-Identifier: GPL-3.0-or-later
// Neighbours without IPv4 addresses as FRR 8.4.4 tells of them: what its BMP stream and its vty said on leaf1 of the lab
// "unnumbered", recorded while host2's cbr0 went down, and streams made by hand.
#include "observe_text.h"

#include <core/observe/bmp_peers.h>
#include <core/observe/unnumbered_peers.h>
#include <core/observe/vty_decoder.h>

#include <QTest>

#include <algorithm>

using namespace podleaf;
using namespace podleaf::observe;
using namespace Qt::StringLiterals;

namespace {

const NodeId kLeaf(u"leaf1"_s);

model::Lab unnumberedLab() {
    model::Lab lab;
    lab.id = LabId(u"unnumbered"_s);
    lab.routing.profile = model::RoutingProfile::UnnumberedEbgp;
    lab.nodes = {{kLeaf, model::NodeKind::Leaf, 65100, {}, {}}};
    for (std::uint32_t i = 1; i <= 3; ++i) {
        const NodeId host(u"host%1"_s.arg(i));
        lab.nodes.push_back({host, model::NodeKind::Host, 4200000000U + i, {}, {}});
        const Ipv4Prefix net{{0xac100000U + 4 * (i - 1)}, 30};
        lab.links.push_back({LinkId(u"cable%1"_s.arg(i)), {{{kLeaf, u"swp%1"_s.arg(i)}, {host, u"eth1"_s}}}, net, {net.at(1), net.at(2)}});
    }
    return lab;
}

QStringList told(const QByteArray& stream, const model::Lab& lab) {
    BmpPeers peers(kLeaf, 65100, 0, unnumberedPeersOf(lab, kLeaf));
    BmpDecoder decoder;
    std::vector<state::Observed> seen;
    const auto messages = decoder.feed(stream);
    if (!messages) {
        return {u"malformed"_s};
    }
    for (const BmpMessage& message : *messages) {
        peers.apply(message, 1, seen);
    }
    return test::toTexts(seen);
}

/// A route monitoring message of a link-local peer with one UPDATE of these path attributes.
QByteArray routeMonitoring(const QByteArray& attributes) {
    const auto number = [](qsizetype value, int bytes) {
        QByteArray text;
        for (int i = bytes - 1; i >= 0; --i) {
            text += static_cast<char>(value >> (8 * i) & 0xff);
        }
        return text;
    };
    const QByteArray update = number(0, 2) + number(attributes.size(), 2) + attributes;
    const QByteArray bgp = QByteArray(16, '\xff') + number(19 + update.size(), 2) + '\x02' + update;
    const QByteArray peer = QByteArray::fromHex("00c0") + QByteArray(8, '\0') + QByteArray::fromHex("fe80000000000000007b17fffeec3624") +
                            QByteArray::fromHex("fa56ea01") + QByteArray(12, '\0');
    return '\x03' + number(6 + peer.size() + bgp.size(), 4) + '\0' + peer + bgp;
}

} // namespace

class TestUnnumbered : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void neighboursHaveTheLabsNumbers();
    void numberedLabsHaveNone();
    void recordedSessionsAndRoutes();
    void strangersArePassedOver();
    void multiprotocolRoutes_data();
    void multiprotocolRoutes();
    void vtyNamesThemByPort();
};

void TestUnnumbered::neighboursHaveTheLabsNumbers() {
    const UnnumberedPeers peers = unnumberedPeersOf(unnumberedLab(), kLeaf);
    QCOMPARE(peers.byPort.size(), size_t{3});
    QCOMPARE(peers.byPort.at(u"swp2"_s).toString(), u"172.16.0.6"_s);
    // As the kernel of that lab had it: fe80::7b:17ff:feec:3624.
    QCOMPARE(peers.byInterfaceId.at(0x007b17fffeec3624U).toString(), u"172.16.0.2"_s);
}

void TestUnnumbered::numberedLabsHaveNone() {
    model::Lab lab = unnumberedLab();
    lab.routing.profile = model::RoutingProfile::NumberedEbgp;
    QVERIFY(unnumberedPeersOf(lab, kLeaf).byPort.empty());
    QCOMPARE(told(test::recorded(u"bmp_unnumbered.bin"_s), lab), QStringList());
}

void TestUnnumbered::recordedSessionsAndRoutes() {
    const QStringList lines = told(test::recorded(u"bmp_unnumbered.bin"_s), unnumberedLab());
    const auto has = [&lines](const QString& a, const QString& b) {
        return std::ranges::any_of(lines, [&](const QString& line) { return line.contains(a) && line.contains(b); });
    };
    QVERIFY2(has(u"172.16.0.2"_s, u"AS4200000001"_s), qPrintable(lines.join(u'\n')));
    QVERIFY(has(u"172.16.0.10"_s, u"AS4200000003"_s));
    QVERIFY2(has(u"172.16.0.6"_s, u"10.20.1.0/24"_s), qPrintable(lines.join(u'\n')));
    QVERIFY(has(u"172.16.0.6"_s, u"10.255.192.2/32"_s));
    const auto last =
        std::ranges::find_if(lines.rbegin(), lines.rend(), [](const QString& line) { return line.contains(u"10.20.1.0/24"_s); });
    QVERIFY2(last->contains(u'-'), qPrintable(*last)); // withdrawn in the end
}

void TestUnnumbered::strangersArePassedOver() {
    QByteArray global = test::recorded(u"bmp_unnumbered.bin"_s);
    global.replace(QByteArray::fromHex("fe80000000000000"), QByteArray::fromHex("20010db800000000"));
    QCOMPARE(told(global, unnumberedLab()), QStringList());
    QByteArray stranger = test::recorded(u"bmp_unnumbered.bin"_s);
    stranger.replace(QByteArray::fromHex("fe8000000000000000"), QByteArray::fromHex("fe8000000000000001"));
    QCOMPARE(told(stranger, unnumberedLab()), QStringList());
}

void TestUnnumbered::multiprotocolRoutes_data() {
    QTest::addColumn<QByteArray>("attributes");
    QTest::addColumn<QString>("expected");
    const QByteArray nextHop = "10fe80000000000000007b17fffeec362400";
    QTest::newRow("reach") << "800e19000101" + nextHop + "180a1401" << u"announced 10.20.1.0/24, withdrawn "_s;
    QTest::newRow("unreach") << QByteArray("800f07000101180a1401") << u"announced , withdrawn 10.20.1.0/24"_s;
    QTest::newRow("IPv6") << "800e1a000201" + nextHop + "2020010db8" << u"announced , withdrawn "_s;
    QTest::newRow("next hop beyond the end") << QByteArray("800e05000101ff00") << u"malformed"_s;
    QTest::newRow("prefix too long") << "800e17000101" + nextHop + "210a" << u"malformed"_s;
    QTest::newRow("family cut off") << QByteArray("800f020001") << u"malformed"_s;
}

void TestUnnumbered::multiprotocolRoutes() {
    QFETCH(QByteArray, attributes);
    QFETCH(QString, expected);
    BmpDecoder decoder;
    const auto messages = decoder.feed(routeMonitoring(QByteArray::fromHex(attributes)));
    QString actual = u"malformed"_s;
    if (messages && messages->size() == 1) {
        const auto routes = std::get<BmpRoutes>(messages->front());
        const auto words = [](const std::vector<Ipv4Prefix>& list) {
            QStringList texts;
            for (const Ipv4Prefix& prefix : list) {
                texts << prefix.toString();
            }
            return texts.join(u' ');
        };
        QCOMPARE(routes.peer.interfaceId.value_or(0), std::uint64_t{0x007b17fffeec3624U});
        actual = u"announced %1, withdrawn %2"_s.arg(words(routes.announced), words(routes.withdrawn));
    }
    QCOMPARE(actual, expected);
}

void TestUnnumbered::vtyNamesThemByPort() {
    const auto neighbors = decodeBgpNeighbors(test::recorded(u"vty_unnumbered.json"_s));
    QVERIFY(neighbors);
    QStringList words;
    for (const BgpNeighbor& one : *neighbors) {
        words << one.port + u' ' + (one.state == state::BgpState::Established ? u"Established"_s : u"not"_s);
    }
    words.sort();
    QCOMPARE(words, (QStringList{u"swp1 Established"_s, u"swp2 Established"_s, u"swp3 Established"_s}));
}

QTEST_GUILESS_MAIN(TestUnnumbered)
#include "tst_unnumbered.moc"
