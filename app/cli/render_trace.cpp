// SPDX-License-Identifier: GPL-3.0-or-later
#include "render_trace.h"

#include <core/state/neighbour_words.h>

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

QJsonObject placeJson(const verify::TracePlace& place) {
    QJsonObject object{{QStringLiteral("name"), place.name},
                       {QStringLiteral("node"), place.node.isEmpty() ? QJsonValue() : QJsonValue(place.node.name)},
                       {QStringLiteral("address"), place.address.toString()}};
    if (!place.pod.isEmpty()) {
        object.insert(QStringLiteral("pod"), place.pod);
    }
    return object;
}

QJsonObject nextJson(const verify::TraceNext& next) {
    QJsonObject object{{QStringLiteral("node"), next.to.isEmpty() ? QJsonValue() : QJsonValue(next.to)},
                       {QStringLiteral("via"), next.via ? QJsonValue(next.via->toString()) : QJsonValue()},
                       {QStringLiteral("interface"), next.interface}};
    if (!next.link.isEmpty()) {
        object.insert(QStringLiteral("link"), next.link.name);
    }
    if (!next.stops.isEmpty()) {
        object.insert(QStringLiteral("stops"), next.stops);
    }
    return object;
}

QJsonArray hopsJson(const verify::TracePath& path) {
    QJsonArray hops;
    for (const verify::TraceHop& hop : path.hops) {
        QJsonArray next;
        for (const verify::TraceNext& each : hop.next) {
            next.append(nextJson(each));
        }
        QJsonObject object{{QStringLiteral("node"), hop.at}, {QStringLiteral("arrives"), hop.arrives}, {QStringLiteral("next"), next}};
        if (hop.route) {
            object.insert(QStringLiteral("route"), QJsonObject{{QStringLiteral("prefix"), hop.route->prefix.toString()},
                                                               {QStringLiteral("protocol"), hop.route->protocol},
                                                               {QStringLiteral("metric"), static_cast<qint64>(hop.route->metric)}});
        }
        if (!hop.stops.isEmpty()) {
            object.insert(QStringLiteral("stops"), hop.stops);
        }
        hops.append(object);
    }
    return hops;
}

/// One way: the keys that `back` has, and the whole object too.
QJsonObject wayJson(const verify::TracePath& path, const verify::TracePath& intended) {
    return {{QStringLiteral("ok"), path.arrives()},
            {QStringLiteral("hops"), hopsJson(path)},
            {QStringLiteral("intended"), hopsJson(intended)},
            {QStringLiteral("stops"),
             path.stop ? QJsonValue(QJsonObject{{QStringLiteral("node"), path.stop->at}, {QStringLiteral("reason"), path.stop->reason}})
                       : QJsonValue()}};
}

const verify::TraceHop* hopAt(const verify::TracePath& path, const QString& at) {
    const auto it = std::ranges::find(path.hops, at, &verify::TraceHop::at);
    return it == path.hops.end() ? nullptr : &*it;
}

QString routeWords(const verify::TraceHop& hop) {
    if (!hop.route) {
        return {};
    }
    const QString words = tr("%1 %2").arg(hop.route->prefix.toString(), hop.route->protocol);
    return hop.route->type == state::RouteType::Unicast ? words : words + QLatin1Char(' ') + state::typeWord(hop.route->type);
}

QString nextWords(const verify::TraceNext& next) {
    QString words = next.via ? tr("via %1 %2").arg(next.via->toString(), next.interface) : next.interface;
    if (!next.link.isEmpty()) {
        words += tr(" over %1").arg(next.link.name);
    }
    return next.to.isEmpty() ? words : words + QStringLiteral(" → ") + next.to;
}

bool isSameWay(const verify::TraceNext& a, const verify::TraceNext& b) {
    return a.to == b.to && a.link == b.link;
}

bool leadsOn(const verify::TraceHop* hop, const verify::TraceNext& next) {
    return hop != nullptr && std::ranges::any_of(hop->next, [&next](const verify::TraceNext& each) { return isSameWay(each, next); });
}

/// Rows of one hop: one for each way on, then those that were meant and are not there.
QList<QStringList> hopRows(const verify::TraceHop& hop, const verify::TraceHop* intended) {
    QList<QStringList> rows;
    const QString unmeant = intended == nullptr ? tr("not by here") : tr("not this way");
    for (const verify::TraceNext& next : hop.next) {
        rows.append({{}, {}, nextWords(next), leadsOn(intended, next) ? QStringLiteral("✔") : unmeant});
    }
    for (const verify::TraceNext& next : intended == nullptr ? std::vector<verify::TraceNext>() : intended->next) {
        if (!leadsOn(&hop, next)) {
            rows.append({{}, {}, QStringLiteral("–"), nextWords(next)});
        }
    }
    if (rows.isEmpty()) {
        const bool meant = intended != nullptr && intended->arrives == hop.arrives;
        rows.append({{}, {}, hop.arrives ? tr("is there") : QStringLiteral("–"), meant ? QStringLiteral("✔") : unmeant});
    }
    rows.front()[0] = hop.at;
    rows.front()[1] = routeWords(hop);
    return rows;
}

QString wayText(const QString& title, const verify::TracePath& path, const verify::TracePath& intended) {
    QList<QStringList> rows{{title, tr("ROUTE"), tr("GOES ON"), tr("INTENDED")}};
    for (const verify::TraceHop& hop : path.hops) {
        rows += hopRows(hop, hopAt(intended, hop.at));
    }
    for (const verify::TraceHop& hop : intended.hops) {
        for (const verify::TraceNext& next : hopAt(path, hop.at) == nullptr ? hop.next : std::vector<verify::TraceNext>()) {
            rows.append({hop.at, QStringLiteral("–"), tr("not reached"), nextWords(next)});
        }
    }
    const QString stop = path.stop ? tr("  ✘ It stops at %1: %2\n").arg(path.stop->at, path.stop->reason) : QString();
    return table(rows) + stop;
}

QString placeWords(const verify::TracePlace& place) {
    const QString address = place.address.toString();
    return place.name == address ? address : tr("%1 (%2)").arg(place.name, address);
}

} // namespace

QJsonObject traceJson(const verify::Trace& trace) {
    QJsonObject object = wayJson(trace.there, trace.intendedThere);
    object.insert(QStringLiteral("from"), placeJson(trace.from));
    object.insert(QStringLiteral("to"), placeJson(trace.to));
    object.insert(QStringLiteral("ok"), trace.ok());
    object.insert(QStringLiteral("asIntended"), trace.asIntended());
    object.insert(QStringLiteral("back"), wayJson(trace.back, trace.intendedBack));
    return object;
}

QString traceText(const verify::Trace& trace) {
    QString text = tr("%1 → %2\n\n").arg(placeWords(trace.from), placeWords(trace.to));
    text += wayText(tr("THERE"), trace.there, trace.intendedThere) + QLatin1Char('\n');
    text += wayText(tr("BACK"), trace.back, trace.intendedBack) + QLatin1Char('\n');
    const QString verdict = trace.ok()              ? tr("Packets get there and back")
                            : trace.there.arrives() ? tr("Packets get there, the answer does not get back")
                                                    : tr("Packets do not get there");
    return text + (trace.asIntended() ? tr("%1, as intended.\n") : tr("%1; not as intended.\n")).arg(verdict);
}

} // namespace podleaf::cli
