// SPDX-License-Identifier: GPL-3.0-or-later
// Impaired cables and nodes without power, on real lab hosts: what the kernel got, as nft and tc print it, and what it
// does to packets.
#include "lab_under_test.h"

#include <core/engine/impairments.h>
#include <tests/fakes/both_ways.h>

#include <QRegularExpression>
#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace podleaf;
using engine::ImpairmentChange;
using engine::Senders;
using model::CableImpairments;
using model::Impairment;

namespace {

const NodeId kA(QStringLiteral("a"));
const NodeId kB(QStringLiteral("b"));
const LinkId kLink(QStringLiteral("cable"));

/// The percentage that ping says was lost.
double lossOf(const QString& pingOutput) {
    static const QRegularExpression expression(QStringLiteral("([0-9.]+)% packet loss"));
    const auto match = expression.match(pingOutput);
    return match.hasMatch() ? match.captured(1).toDouble() : -1;
}

} // namespace

class ImpairmentsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_lab.reset(); }
    void dropIsARuleWhereThePacketArrives();
    void lossIsByChance();
    void rateIsMeasured();
    void delayNeedsNetem();
    void partsAndDirectionsAreTheirOwn();
    void whatOthersMadeIsLeftAlone();
    void badRequestsAreRefused();
    void whatIsDeclaredIsRememberedAndTakenAwayAgain();
    void everyWatcherIsTold();
    void powerOffTakesTheCarrierAndNothingElse();

private:
    Result<> setAddress(const NodeId& node, const char* address);
    /// Runs a program in a node; its output.
    QString run(const NodeId& node, const QStringList& argv);
    CableImpairments impair(Senders senders, const ImpairmentChange& change);
    /// What the kernel of `node` has of netfilter, without counters.
    QString ruleset(const NodeId& node) {
        return run(node, {QStringLiteral("nft"), QStringLiteral("-s"), QStringLiteral("list"), QStringLiteral("ruleset")});
    }
    QString qdisc(const NodeId& node) {
        return run(node,
                   {QStringLiteral("tc"), QStringLiteral("qdisc"), QStringLiteral("show"), QStringLiteral("dev"), QStringLiteral("eth0")});
    }
    /// Its summary; `patience` is how many seconds it waits for the last answers, if any are missing.
    QString ping(const NodeId& from, const char* to, int count, const char* patience = "5");

    std::unique_ptr<LabUnderTest> m_lab;
};

void ImpairmentsTest::init() {
    auto started = LabUnderTest::start({kA.name, kB.name});
    VERIFY_OK(started);
    m_lab = *std::move(started);
    OpContext context = soon();
    VERIFY_OK(m_lab->engine().create(context, {}, {{kLink, {kA, QStringLiteral("eth0"), {}}, {kB, QStringLiteral("eth0"), {}}}}));
    VERIFY_OK(setAddress(kA, "10.0.0.1/30"));
    VERIFY_OK(setAddress(kB, "10.0.0.2/30"));
    QCOMPARE(lossOf(ping(kA, "10.0.0.2", 1)), 0.0);
}

Result<> ImpairmentsTest::setAddress(const NodeId& node, const char* address) {
    OpContext context = soon();
    engine::NodeContent content;
    content.addresses.push_back({QStringLiteral("eth0"), *Ipv4Prefix::parse(QString::fromLatin1(address))});
    return m_lab->engine().apply(context, node, content);
}

QString ImpairmentsTest::run(const NodeId& node, const QStringList& argv) {
    OpContext context = soon();
    auto result = m_lab->engine().channel(node)->exec(context, {argv, {}, {}});
    return result ? QString::fromUtf8(result->output + result->errorOutput) : describe(result.error());
}

QString ImpairmentsTest::ping(const NodeId& from, const char* to, int count, const char* patience) {
    return run(from, {QStringLiteral("ping"), QStringLiteral("-q"), QStringLiteral("-i"), QStringLiteral("0.001"), QStringLiteral("-W"),
                      QString::fromLatin1(patience), QStringLiteral("-c"), QString::number(count), QString::fromLatin1(to)});
}

CableImpairments ImpairmentsTest::impair(Senders senders, const ImpairmentChange& change) {
    OpContext context = soon();
    auto now = m_lab->engine().impair(context, kLink, senders, change);
    if (!now) {
        qWarning("%s", qPrintable(describe(now.error())));
        return {Impairment{true, 1, 1, 1}, Impairment{true, 1, 1, 1}};
    }
    return *now;
}

void ImpairmentsTest::dropIsARuleWhereThePacketArrives() {
    const CableImpairments now = impair(Senders::A, {true, {}, {}, {}});
    QCOMPARE(now, (CableImpairments{Impairment{true, 0, 0, 0}, Impairment{}}));
    QCOMPARE(ruleset(kB), QStringLiteral("table netdev podleaf_fault {\n"
                                         "\tchain eth0 {\n"
                                         "\t\ttype filter hook ingress device \"eth0\" priority -500; policy accept;\n"
                                         "\t\tcounter drop\n"
                                         "\t}\n"
                                         "}\n"));
    QCOMPARE(ruleset(kA), QString());
    QCOMPARE(lossOf(ping(kA, "10.0.0.2", 5, "0.3")), 100.0);
    // The carrier stays, and so does everything else of the port.
    QVERIFY(run(kB, {QStringLiteral("cat"), QStringLiteral("/sys/class/net/eth0/carrier")}).startsWith(QLatin1Char('1')));
    QCOMPARE(impair(Senders::Both, ImpairmentChange::none()), CableImpairments{});
    QCOMPARE(ruleset(kB), QString());
    QCOMPARE(lossOf(ping(kA, "10.0.0.2", 5)), 0.0);
}

void ImpairmentsTest::lossIsByChance() {
    const CableImpairments now = impair(Senders::B, {{}, 2500, {}, {}});
    QCOMPARE(now, (CableImpairments{Impairment{}, Impairment{false, 2500, 0, 0}}));
    QVERIFY2(ruleset(kA).contains(QStringLiteral("\t\tnumgen random mod 10000 < 2500 counter drop\n")), qPrintable(ruleset(kA)));
    // 400 answers, a quarter of them lost: within five standard deviations (2.17 % each).
    const QString output = ping(kA, "10.0.0.2", 400, "0.3");
    QVERIFY2(lossOf(output) > 14 && lossOf(output) < 36, qPrintable(output));
    QCOMPARE(impair(Senders::B, {{}, 0, {}, {}}), CableImpairments{});
    QCOMPARE(ruleset(kA), QString());
}

void ImpairmentsTest::rateIsMeasured() {
    const CableImpairments now = impair(Senders::A, {{}, {}, 8000, {}});
    QCOMPARE(now, (CableImpairments{Impairment{false, 0, 8000, 0}, Impairment{}}));
    QVERIFY2(qdisc(kA).startsWith(QLatin1String("qdisc tbf fa17: root refcnt 2 rate 8Mbit burst ")), qPrintable(qdisc(kA)));
    QVERIFY2(qdisc(kB).startsWith(QLatin1String("qdisc noqueue 0: root")), qPrintable(qdisc(kB)));
    // 400 pings of 1,442 bytes on the wire at once are 4.6 Mbit: more than half a second at 8 Mbit/s.
    const QString flood =
        run(kA, {QStringLiteral("ping"), QStringLiteral("-q"), QStringLiteral("-f"), QStringLiteral("-l"), QStringLiteral("4"),
                 QStringLiteral("-s"), QStringLiteral("1400"), QStringLiteral("-c"), QStringLiteral("400"), QStringLiteral("10.0.0.2")});
    static const QRegularExpression expression(QStringLiteral("time ([0-9]+)ms"));
    const int ms = expression.match(flood).captured(1).toInt();
    QVERIFY2(ms > 450, qPrintable(flood));
    QCOMPARE(lossOf(flood), 0.0);
    QCOMPARE(impair(Senders::A, {{}, {}, 0, {}}), CableImpairments{});
    QVERIFY2(qdisc(kA).startsWith(QLatin1String("qdisc noqueue 0: root")), qPrintable(qdisc(kA)));
}

/// Where the kernel has no netem, the refusal says so and leaves the cable as it was.
void ImpairmentsTest::delayNeedsNetem() {
    impair(Senders::A, {{}, 100, 8000, {}});
    OpContext context = soon();
    const auto delayed = m_lab->engine().impair(context, kLink, Senders::Both, {{}, 500, {}, 20'000});
    if (delayed) {
        QCOMPARE(*delayed, (CableImpairments{Impairment{false, 500, 8000, 20'000}, Impairment{false, 500, 0, 20'000}}));
        QVERIFY2(qdisc(kA).contains(QLatin1String("qdisc netem fa17: root")) && qdisc(kA).contains(QLatin1String("qdisc tbf fa18:")),
                 qPrintable(qdisc(kA)));
        return;
    }
    QCOMPARE(delayed.error().code, ErrorCode::HostLacks);
    QVERIFY2(delayed.error().detail.contains(QLatin1String("CONFIG_NET_SCH_NETEM")), qPrintable(describe(delayed.error())));
    const auto now = m_lab->engine().impairmentsOf(context, kLink);
    VERIFY_OK(now);
    QCOMPARE(*now, (CableImpairments{Impairment{false, 100, 8000, 0}, Impairment{}}));
}

void ImpairmentsTest::partsAndDirectionsAreTheirOwn() {
    impair(Senders::Both, {{}, 1000, {}, {}});
    impair(Senders::A, {true, {}, 500, {}});
    QCOMPARE(impair(Senders::B, {{}, 0, {}, {}}), (CableImpairments{Impairment{true, 1000, 500, 0}, Impairment{}}));
    // A second client sees the same: it is read from the kernel.
    const auto other = m_lab->connect();
    VERIFY_OK(other);
    OpContext context = soon();
    const auto reply = (*other)->ask<labhost::ImpairmentsReply>(context, labhost::Verb::GetImpairments, labhost::LinkRequest{"cable"});
    VERIFY_OK(reply);
    QCOMPARE(reply->fromA, (labhost::ImpairmentInfo{true, 1000, 500, 0}));
    // And when somebody takes the rules away behind our back, that is what is seen.
    run(kB, {QStringLiteral("nft"), QStringLiteral("flush"), QStringLiteral("ruleset")});
    const auto now = m_lab->engine().impairmentsOf(context, kLink);
    VERIFY_OK(now);
    QCOMPARE(*now, (CableImpairments{Impairment{false, 0, 500, 0}, Impairment{}}));
}

void ImpairmentsTest::whatOthersMadeIsLeftAlone() {
    run(kB, {QStringLiteral("nft"), QStringLiteral("add table inet theirs")});
    const QString before = ruleset(kB);
    impair(Senders::A, {true, 300, {}, {}});
    QVERIFY(ruleset(kB).contains(QLatin1String("podleaf_fault")));
    impair(Senders::Both, ImpairmentChange::none());
    QCOMPARE(ruleset(kB), before);
    run(kA, {QStringLiteral("tc"), QStringLiteral("qdisc"), QStringLiteral("add"), QStringLiteral("dev"), QStringLiteral("eth0"),
             QStringLiteral("root"), QStringLiteral("handle"), QStringLiteral("7:"), QStringLiteral("pfifo")});
    OpContext context = soon();
    const auto refused = m_lab->engine().impair(context, kLink, Senders::A, {{}, {}, 500, {}});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY(qdisc(kA).startsWith(QLatin1String("qdisc pfifo 7: root")));
    QCOMPARE(impair(Senders::Both, ImpairmentChange::none()), CableImpairments{});
    QVERIFY(qdisc(kA).startsWith(QLatin1String("qdisc pfifo 7: root")));
}

void ImpairmentsTest::badRequestsAreRefused() {
    OpContext context = soon();
    for (const ImpairmentChange& change : {ImpairmentChange{{}, 10'001, {}, {}}, ImpairmentChange{{}, {}, 7, {}},
                                           ImpairmentChange{{}, {}, {}, 10'000'001}, ImpairmentChange{}}) {
        const auto refused = m_lab->engine().impair(context, kLink, Senders::Both, change);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    }
    const auto stranger = m_lab->engine().impair(context, LinkId(QStringLiteral("other")), Senders::A, ImpairmentChange::none());
    QVERIFY(!stranger);
    QCOMPARE(stranger.error().code, ErrorCode::NotFound);
}

void ImpairmentsTest::whatIsDeclaredIsRememberedAndTakenAwayAgain() {
    engine::NamespaceEngine& engine = m_lab->engine();
    OpContext context = soon();
    const auto listed = [&]() -> engine::ListedLink {
        const auto listing = engine.list(context);
        return listing ? listing->links.at(0) : engine::ListedLink();
    };
    const CableImpairments file{Impairment{false, 2500, 0, 0}, Impairment{}};
    impair(Senders::Both, {{}, {}, 5000, {}}); // by hand, both directions
    impair(Senders::A, {true, {}, {}, {}});
    const auto declared = engine.declare(context, kLink, file);
    VERIFY_OK(declared);
    QCOMPARE(*declared, (CableImpairments{Impairment{true, 2500, 0, 0}, Impairment{false, 0, 5000, 0}}));
    QVERIFY(listed().declared == file && listed().impairments == *declared);
    impair(Senders::A, {false, 100, {}, {}}); // what was declared is remembered all the same
    QVERIFY(listed().declared == file && listed().impairments[0] == (Impairment{false, 100, 0, 0}));
    const auto refused = engine.declare(context, kLink, {Impairment{true, 0, 0, 0}, Impairment{false, 0, 7, 0}});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    QVERIFY(listed().declared == file);
    VERIFY_OK(engine.declare(context, kLink, {}));
    QVERIFY(listed().declared == CableImpairments{} &&
            listed().impairments == (CableImpairments{Impairment{}, Impairment{false, 0, 5000, 0}}));
    QCOMPARE(ruleset(kB), QString());
    // A cable that goes takes with it what was said of it.
    VERIFY_OK(engine.declare(context, kLink, file));
    VERIFY_OK(engine.removeParts(context, {}, {kLink}));
    VERIFY_OK(engine.create(context, {}, {{kLink, {kA, QStringLiteral("eth0"), {}}, {kB, QStringLiteral("eth0"), {}}}}));
    QVERIFY(listed().declared == CableImpairments{} && listed().impairments == CableImpairments{});
}

void ImpairmentsTest::everyWatcherIsTold() {
    const auto fits = [](const engine::Event& event) {
        return event.type == engine::Event::Type::LinkChanged && event.impairments[1] == Impairment{false, 700, 0, 0};
    };
    std::atomic<bool> early = false;
    std::atomic<bool> late = false;
    const auto first = m_lab->engine().watch([&](const engine::Event& event) { early = early || fits(event); });
    VERIFY_OK(first);
    impair(Senders::B, {{}, 700, {}, {}});
    const auto second = m_lab->engine().watch([&](const engine::Event& event) { late = late || fits(event); });
    VERIFY_OK(second);
    QVERIFY(late);
    QTRY_VERIFY(early);
}

void ImpairmentsTest::powerOffTakesTheCarrierAndNothingElse() {
    impair(Senders::Both, {{}, 900, 5000, {}});
    OpContext context = soon();
    const QStringList links{QStringLiteral("ip"), QStringLiteral("-br"), QStringLiteral("link"), QStringLiteral("show"),
                            QStringLiteral("eth0")};
    const QString before = run(kA, links).section(QLatin1Char('@'), 0, 0);
    std::atomic<bool> told = false;
    const auto watching = m_lab->engine().watch([&](const engine::Event& event) {
        told = told || (event.type == engine::Event::Type::NodeGone && event.node == kB && event.poweredOff);
    });
    VERIFY_OK(watching);
    VERIFY_OK(m_lab->engine().powerOff(context, kB));
    VERIFY_OK(m_lab->engine().powerOff(context, kB)); // twice is success
    QTRY_VERIFY(told);
    QTRY_VERIFY(run(kA, {QStringLiteral("cat"), QStringLiteral("/sys/class/net/eth0/carrier")}).startsWith(QLatin1Char('0')));
    QVERIFY(run(kA, {QStringLiteral("ip"), QStringLiteral("-br"), QStringLiteral("addr")}).contains(QLatin1String("10.0.0.1/30")));
    QCOMPARE(run(kA, links).section(QLatin1Char('@'), 0, 0), before);
    // A late watcher is told of it, too, and the cable may be cut and joined meanwhile.
    std::atomic<bool> late = false;
    const auto second = m_lab->engine().watch([&](const engine::Event& event) { late = late || event.poweredOff; });
    VERIFY_OK(second);
    QVERIFY(late);
    VERIFY_OK(m_lab->engine().setLink(context, kLink, false));
    VERIFY_OK(m_lab->engine().setLink(context, kLink, true));

    const engine::LinkSpec link{kLink, {kA, QStringLiteral("eth0"), {}}, {kB, QStringLiteral("eth0"), {}}};
    VERIFY_OK(m_lab->engine().create(context, {{kB, kB.name, {}}}, {link}));
    VERIFY_OK(setAddress(kB, "10.0.0.2/30"));
    QTRY_VERIFY_WITH_TIMEOUT(lossOf(ping(kA, "10.0.0.2", 5, "0.3")) < 100, 15'000); // the cable loses some again
    // The cable is the same one: its faults are there again, at both ends.
    const auto now = m_lab->engine().impairmentsOf(context, kLink);
    VERIFY_OK(now);
    QCOMPARE(*now, (CableImpairments{Impairment{false, 900, 5000, 0}, Impairment{false, 900, 5000, 0}}));
}

PODLEAF_BOTH_WAYS_MAIN(ImpairmentsTest)
#include "tst_impairments.moc"
