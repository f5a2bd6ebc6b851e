// SPDX-License-Identifier: GPL-3.0-or-later
// Random faults on the real leaf-spine lab: after each has settled, what `podleaf status` says is what the kernels and the
// bgpds say. Some in CI, 1,000 (half of them without root) with PODLEAF_FULL=1; PODLEAF_SEED
// repeats a run, PODLEAF_FAULT_LAB takes another lab.
#include "node_truth.h"
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>

#include <QElapsedTimer>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cstdio>
#include <random>
#include <unistd.h>

using podleaf::test::Facts;
using podleaf::test::PodleafProgram;
using podleaf::test::ProgramResult;

namespace {

constexpr int kRounds = 5;
constexpr int kFullRounds = 500;     ///< Each way: some 12 s a fault, of which 9 are a session's hold time.
constexpr int kRoundsOfARow = 5;     ///< Qt Test gives a row five minutes.
constexpr int kMostBroken = 4;       ///< A lab with everything broken shows nothing more.
constexpr int kMostLossPercent = 15; ///< With more sessions come and go, and nothing ever settles.
constexpr auto kPatienceMs = 30'000;

/// Those facts that only the ports of cables have: a bridge or loopback is no cable of `status`.
Facts comparable(const Facts& facts, const QSet<QString>& ports) {
    Facts kept;
    for (const QString& fact : facts) {
        if (!fact.startsWith(QLatin1String("carrier ")) || ports.contains(fact.section(QLatin1Char(' '), 1))) {
            kept.insert(fact);
        }
    }
    return kept;
}

QString sortedText(const Facts& facts) {
    QStringList lines(facts.begin(), facts.end());
    lines.sort();
    return lines.join(QStringLiteral("\n    "));
}

} // namespace

class RandomFaultsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void statusIsTheTruth_data();
    void statusIsTheTruth();
    void everythingHeals();
    void cleanupTestCase();

private:
    PodleafProgram podleaf() const { return PodleafProgram(m_folder.path() + QStringLiteral("/run")); }
    bool run(const QStringList& arguments);
    int below(std::size_t count) { return static_cast<int>(m_random() % count); }
    QString anyOf(const QStringList& names) { return names[below(static_cast<std::size_t>(names.size()))]; }

    bool breakSomething();
    bool breakLink();
    bool breakNode();
    bool mendSomething();
    [[nodiscard]] int broken() const { return static_cast<int>(m_links.size() + m_stopped.size() + m_paused.size()); }
    /// What differs between status and truth now; empty when nothing does.
    QString difference();

    QTemporaryDir m_folder;
    QString m_lab;
    std::mt19937 m_random;
    QStringList m_allLinks;
    QStringList m_allNodes;
    QMap<QString, QSet<QString>> m_ports; ///< Of cables, by node.
    QMap<QString, QStringList> m_neighbours;
    QSet<QString> m_links;   ///< Broken ones.
    QSet<QString> m_stopped; ///< Nodes, or nodes some daemon of which was killed.
    QSet<QString> m_off;     ///< Those of them without power.
    QSet<QString> m_paused;  ///< Nodes whose bgpd is.
    QStringList m_history;
    bool m_isOver = false; ///< A fault was not survived.
};

void RandomFaultsTest::initTestCase() {
    QVERIFY(m_folder.isValid());
    m_lab = qEnvironmentVariable("PODLEAF_FAULT_LAB", QStringLiteral("leaf-spine"));
    bool given = false;
    const unsigned seed = qEnvironmentVariable("PODLEAF_SEED").toUInt(&given);
    const unsigned used = given ? seed : std::random_device()();
    m_random.seed(used);
    qInfo("lab %s, seed %u: repeat with PODLEAF_SEED=%u", qPrintable(m_lab), used, used);
    const ProgramResult up = podleaf().run({QStringLiteral("up"), m_lab, QStringLiteral("--timeout"), QStringLiteral("50")});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    const QJsonObject status = podleaf().status(m_lab);
    for (const QJsonValue& node : status[QStringLiteral("nodes")].toArray()) {
        m_allNodes.append(node.toObject()[QStringLiteral("name")].toString());
    }
    for (const QJsonValue& value : status[QStringLiteral("links")].toArray()) {
        const QJsonObject link = value.toObject();
        m_allLinks.append(link[QStringLiteral("name")].toString());
        for (const QString& end : {link[QStringLiteral("a")].toString(), link[QStringLiteral("b")].toString()}) {
            m_ports[end.section(QLatin1Char(':'), 0, 0)].insert(end.section(QLatin1Char(':'), 1));
        }
    }
    for (const QJsonValue& value : status[QStringLiteral("sessions")].toArray()) {
        m_neighbours[value.toObject()[QStringLiteral("node")].toString()].append(value.toObject()[QStringLiteral("peer")].toString());
    }
}

bool RandomFaultsTest::run(const QStringList& arguments) {
    m_history.append(arguments.join(QLatin1Char(' ')));
    QStringList line = arguments;
    line.insert(1, m_lab);
    const ProgramResult result = podleaf().run(line);
    if (result.exitCode != 0) {
        qWarning("podleaf %s: %s", qPrintable(line.join(QLatin1Char(' '))), result.messages.constData());
    }
    return result.exitCode == 0;
}

bool RandomFaultsTest::breakLink() {
    const QString link = anyOf(m_allLinks);
    const QString from = anyOf({QStringLiteral("A"), QStringLiteral("B"), QStringLiteral("both")});
    m_links.insert(link);
    switch (below(4)) {
    case 0:
        return run({QStringLiteral("link"), link, QStringLiteral("cut")});
    case 1:
        return run({QStringLiteral("link"), link, QStringLiteral("drop"), QStringLiteral("--from"), from});
    case 2:
        return run({QStringLiteral("impair"), link, QStringLiteral("--loss"), QString::number(1 + below(kMostLossPercent)),
                    QStringLiteral("--from"), from});
    default:
        return run({QStringLiteral("impair"), link, QStringLiteral("--rate"), QString::number(500 + below(100'000)),
                    QStringLiteral("--from"), from});
    }
}

bool RandomFaultsTest::breakNode() {
    const QString node = anyOf(m_allNodes);
    if (m_stopped.contains(node) || m_paused.contains(node)) {
        return true;
    }
    const int what = below(5);
    if (what == 4) {
        const QStringList peers = m_neighbours.value(node);
        return peers.isEmpty() || run({QStringLiteral("session"), node, anyOf(peers), QStringLiteral("clear")});
    }
    if (what == 3) {
        m_paused.insert(node);
        return run({QStringLiteral("node"), node, QStringLiteral("pause"), QStringLiteral("bgpd")});
    }
    m_stopped.insert(node);
    if (what == 2) {
        m_off.insert(node);
        return run({QStringLiteral("node"), node, QStringLiteral("kill")});
    }
    return what == 1 ? run({QStringLiteral("node"), node, QStringLiteral("kill"), QStringLiteral("bgpd")})
                     : run({QStringLiteral("node"), node, QStringLiteral("stop")});
}

bool RandomFaultsTest::mendSomething() {
    if (!m_links.isEmpty() && (below(2) == 0 || (m_stopped.isEmpty() && m_paused.isEmpty()))) {
        const QString link = anyOf(QStringList(m_links.begin(), m_links.end()));
        m_links.remove(link);
        return run({QStringLiteral("link"), link, QStringLiteral("restore")});
    }
    if (!m_stopped.isEmpty()) {
        const QString node = anyOf(QStringList(m_stopped.begin(), m_stopped.end()));
        m_stopped.remove(node);
        m_off.remove(node);
        return run({QStringLiteral("node"), node, QStringLiteral("start")});
    }
    if (m_paused.isEmpty()) {
        return true;
    }
    const QString node = *m_paused.begin();
    m_paused.remove(node);
    return run({QStringLiteral("node"), node, QStringLiteral("continue"), QStringLiteral("bgpd")});
}

bool RandomFaultsTest::breakSomething() {
    if (broken() >= kMostBroken || (broken() > 0 && below(4) == 0)) {
        return mendSomething();
    }
    return below(2) == 0 ? breakLink() : breakNode();
}

QString RandomFaultsTest::difference() {
    QMap<QString, Facts> truth;
    for (const QString& node : m_allNodes) {
        if (!m_off.contains(node)) {
            truth[node] = factsOfNode(podleaf(), m_lab, node, {!m_paused.contains(node)});
        }
    }
    const ProgramResult status = podleaf().run({QStringLiteral("status"), m_lab, QStringLiteral("--json")});
    const QString phase = status.json()[QStringLiteral("phase")].toString();
    const QJsonArray silent = status.json()[QStringLiteral("silent")].toArray();
    if (phase.isEmpty() || phase == QLatin1String("down") || !silent.isEmpty()) {
        return QStringLiteral("podleaf status ended with %1: %2 %3")
            .arg(QString::number(status.exitCode), QString::fromUtf8(status.messages), QString::fromUtf8(status.output.left(2000)));
    }
    QMap<QString, Facts> seen = podleaf::test::factsOfStatus(status.json());
    QString text;
    for (const QString& node : m_allNodes) {
        Facts real = comparable(truth.value(node), m_ports.value(node));
        Facts told = comparable(seen.value(node), m_ports.value(node));
        // A cable has carrier in `status` when both its ends have; a paused bgpd cannot be asked.
        const auto unfair = [&](const QString& fact) {
            return (fact.startsWith(QLatin1String("established ")) && m_paused.contains(node)) ||
                   (fact.startsWith(QLatin1String("carrier ")) && m_off.contains(node));
        };
        real.removeIf(unfair);
        told.removeIf(unfair);
        if (real != told) {
            text += QStringLiteral("%1\n  only true:\n    %2\n  only in status:\n    %3\n")
                        .arg(node, sortedText(real - told), sortedText(told - real));
        }
    }
    return text;
}

void RandomFaultsTest::statusIsTheTruth_data() {
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("end");
    const int rounds = qEnvironmentVariableIsSet("PODLEAF_FULL") ? kFullRounds : kRounds;
    for (int first = 0; first < rounds; first += kRoundsOfARow) {
        const int end = std::min(rounds, first + kRoundsOfARow);
        QTest::addRow("faults %d to %d", first + 1, end) << first << end;
    }
}

void RandomFaultsTest::statusIsTheTruth() {
    QFETCH(int, first);
    QFETCH(int, end);
    if (std::exchange(m_isOver, true)) {
        QSKIP("An earlier fault was too much.");
    }
    for (int round = first; round < end; ++round) {
        QVERIFY2(breakSomething(), qPrintable(m_history.join(QLatin1Char('\n'))));
        QString different;
        // The two are read one after the other: equal at some moment is what counts.
        QElapsedTimer clock;
        clock.start();
        do {
            different = difference();
        } while (!different.isEmpty() && clock.elapsed() < kPatienceMs);
        if (!different.isEmpty()) { // Qt Test shortens what it prints
            std::fprintf(stderr, "round %d\n%s\nafter\n%s\n", round, qPrintable(different), qPrintable(m_history.join(QLatin1Char('\n'))));
        }
        QVERIFY(different.isEmpty());
    }
    m_isOver = false;
}

void RandomFaultsTest::everythingHeals() {
    while (broken() > 0) {
        QVERIFY(mendSomething());
    }
    const ProgramResult up = podleaf().run({QStringLiteral("up"), m_lab, QStringLiteral("--timeout"), QStringLiteral("50")});
    QVERIFY2(up.exitCode == 0,
             qPrintable(QString::fromUtf8(up.messages) + QStringLiteral("\nafter\n") + m_history.join(QLatin1Char('\n'))));
    const ProgramResult test = podleaf().run({QStringLiteral("test"), m_lab});
    QVERIFY2(test.exitCode == 0, test.output.constData());
}

void RandomFaultsTest::cleanupTestCase() {
    podleaf().run({QStringLiteral("down"), m_lab});
}

PODLEAF_TWO_WAYS_MAIN(RandomFaultsTest)
#include "tst_random_faults.moc"
