// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_truth.h"

#include <QJsonDocument>

namespace podleaf::test {

namespace {

constexpr int kBytesPerKbit = 125;

QJsonValue parsed(const QByteArray& text) {
    const QJsonDocument document = QJsonDocument::fromJson(text);
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

QString prefixOf(const QString& destination) {
    if (destination == QLatin1String("default")) {
        return QStringLiteral("0.0.0.0/0");
    }
    return destination.contains(QLatin1Char('/')) ? destination : destination + QStringLiteral("/32");
}

/// `ip -j -4 route`.
Facts routeFacts(const QJsonArray& routes) {
    Facts facts;
    for (const QJsonValue& value : routes) {
        const QJsonObject route = value.toObject();
        QJsonArray hops = route[QStringLiteral("nexthops")].toArray();
        if (hops.isEmpty()) {
            hops.append(route);
        }
        for (const QJsonValue& hop : hops) {
            facts.insert(QStringLiteral("route %1 %2 %3 %4 %5")
                             .arg(prefixOf(route[QStringLiteral("dst")].toString()), route[QStringLiteral("protocol")].toString(),
                                  QString::number(route[QStringLiteral("metric")].toInt()),
                                  hop.toObject()[QStringLiteral("gateway")].toString(), hop.toObject()[QStringLiteral("dev")].toString()));
        }
    }
    return facts;
}

/// `ip -j link`.
Facts linkFacts(const QJsonArray& links) {
    Facts facts;
    for (const QJsonValue& value : links) {
        const QJsonObject link = value.toObject();
        if (link[QStringLiteral("flags")].toArray().contains(QStringLiteral("LOWER_UP"))) {
            facts.insert(QStringLiteral("carrier ") + link[QStringLiteral("ifname")].toString());
        }
    }
    return facts;
}

/// `tc -j qdisc`.
Facts queueFacts(const QJsonArray& qdiscs) {
    Facts facts;
    for (const QJsonValue& value : qdiscs) {
        const QJsonObject qdisc = value.toObject();
        if (qdisc[QStringLiteral("kind")].toString() == QLatin1String("tbf")) {
            const int rate = qdisc[QStringLiteral("options")].toObject()[QStringLiteral("rate")].toInt() / kBytesPerKbit;
            facts.insert(QStringLiteral("leave %1 %2 kbit").arg(qdisc[QStringLiteral("dev")].toString()).arg(rate));
        }
    }
    return facts;
}

/// `nft -j list ruleset`.
Facts filterFacts(const QJsonArray& ruleset) {
    Facts facts;
    for (const QJsonValue& value : ruleset) {
        const QJsonObject rule = value.toObject()[QStringLiteral("rule")].toObject();
        if (rule[QStringLiteral("table")].toString() != QLatin1String("podleaf_fault")) {
            continue;
        }
        const QJsonObject first = rule[QStringLiteral("expr")].toArray()[0].toObject();
        const QString what = first.contains(QStringLiteral("match"))
                                 ? QStringLiteral("lose %1").arg(first[QStringLiteral("match")].toObject()[QStringLiteral("right")].toInt())
                                 : QStringLiteral("drop");
        facts.insert(QStringLiteral("arrive %1 %2").arg(rule[QStringLiteral("chain")].toString(), what));
    }
    return facts;
}

/// `show bgp summary json`.
Facts sessionFacts(const QJsonObject& summary) {
    Facts facts;
    const QJsonObject peers = summary[QStringLiteral("ipv4Unicast")].toObject()[QStringLiteral("peers")].toObject();
    for (auto peer = peers.begin(); peer != peers.end(); ++peer) {
        if (peer.value().toObject()[QStringLiteral("state")].toString() == QLatin1String("Established")) {
            facts.insert(QStringLiteral("established ") + peer.key());
        }
    }
    return facts;
}

/// What one direction of a cable suffers, at the ports where it shows.
void addImpairment(QMap<QString, Facts>& facts, const QJsonObject& impairment) {
    const QStringList ends = impairment[QStringLiteral("direction")].toString().split(QStringLiteral(" > "));
    const QString& from = ends.value(0);
    const QString& to = ends.value(1);
    const auto nodeOf = [](const QString& end) { return end.section(QLatin1Char(':'), 0, 0); };
    const auto portOf = [](const QString& end) { return end.section(QLatin1Char(':'), 1); };
    if (impairment[QStringLiteral("drop")].toBool()) {
        facts[nodeOf(to)].insert(QStringLiteral("arrive %1 drop").arg(portOf(to)));
    }
    if (const int loss = qRound(impairment[QStringLiteral("lossPercent")].toDouble() * 100); loss > 0) {
        facts[nodeOf(to)].insert(QStringLiteral("arrive %1 lose %2").arg(portOf(to)).arg(loss));
    }
    if (const int rate = impairment[QStringLiteral("rateKbit")].toInt(); rate > 0) {
        facts[nodeOf(from)].insert(QStringLiteral("leave %1 %2 kbit").arg(portOf(from)).arg(rate));
    }
}

} // namespace

Facts factsOfNode(const PodleafProgram& podleaf, const QString& lab, const QString& node, const TruthOptions& options) {
    const QString ask =
        QStringLiteral("ip -j -4 route; echo ---; ip -j link; echo ---; tc -j qdisc; echo ---; nft -j list ruleset; echo ---");
    const QString askBgpd =
        options.bgpdAnswers ? QStringLiteral("; timeout 5 vtysh -d bgpd -c 'show bgp summary json' 2>/dev/null") : QString();
    const QByteArray output =
        podleaf.run({QStringLiteral("exec"), lab, node, QStringLiteral("--"), QStringLiteral("sh"), QStringLiteral("-c"), ask + askBgpd})
            .output;
    const QList<QByteArray> parts = QByteArray(output).replace("---\n", QByteArray(1, '\0')).split('\0');
    Facts facts = routeFacts(parsed(parts.value(0)).toArray());
    facts += linkFacts(parsed(parts.value(1)).toArray());
    facts += queueFacts(parsed(parts.value(2)).toArray());
    facts += filterFacts(parsed(parts.value(3)).toObject()[QStringLiteral("nftables")].toArray());
    facts += sessionFacts(parsed(parts.value(4)).toObject());
    return facts;
}

QMap<QString, Facts> factsOfStatus(const QJsonObject& status) {
    QMap<QString, Facts> facts;
    for (const QJsonValue& value : status[QStringLiteral("routes")].toArray()) {
        const QJsonObject route = value.toObject();
        for (const QJsonValue& hop : route[QStringLiteral("nextHops")].toArray()) {
            facts[route[QStringLiteral("node")].toString()].insert(
                QStringLiteral("route %1 %2 %3 %4 %5")
                    .arg(route[QStringLiteral("prefix")].toString(), route[QStringLiteral("protocol")].toString(),
                         QString::number(route[QStringLiteral("metric")].toInt()), hop.toObject()[QStringLiteral("via")].toString(),
                         hop.toObject()[QStringLiteral("interface")].toString()));
        }
    }
    for (const QJsonValue& value : status[QStringLiteral("sessions")].toArray()) {
        const QJsonObject session = value.toObject();
        if (session[QStringLiteral("state")].toString() == QLatin1String("Established")) {
            facts[session[QStringLiteral("node")].toString()].insert(QStringLiteral("established ") +
                                                                     session[QStringLiteral("peer")].toString());
        }
    }
    for (const QJsonValue& value : status[QStringLiteral("links")].toArray()) {
        const QJsonObject link = value.toObject();
        for (const QString& end : {link[QStringLiteral("a")].toString(), link[QStringLiteral("b")].toString()}) {
            if (link[QStringLiteral("carrier")].toBool()) {
                facts[end.section(QLatin1Char(':'), 0, 0)].insert(QStringLiteral("carrier ") + end.section(QLatin1Char(':'), 1));
            }
        }
        for (const QJsonValue& impairment : link[QStringLiteral("impairments")].toArray()) {
            addImpairment(facts, impairment.toObject());
        }
    }
    return facts;
}

} // namespace podleaf::test
