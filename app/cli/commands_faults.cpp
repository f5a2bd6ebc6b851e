// SPDX-License-Identifier: GPL-3.0-or-later
// link, impair, node, session: breaking a lab on purpose and mending it.
#include "commands.h"
#include "record.h"
#include "render.h"

#include <core/session/lab_faults.h>
#include <core/state/fault_words.h>

#include <QCoreApplication>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

/// LAB may be left out in front of `own` arguments: the command's own ones, and the lab's name or nothing.
struct SplitArguments {
    QString lab;
    QStringList own;
};
SplitArguments splitLab(const QStringList& arguments, qsizetype own) {
    return arguments.size() > own ? SplitArguments{arguments.front(), arguments.mid(1)} : SplitArguments{{}, arguments};
}

/// Prints what a cable does to packets, as the kernels have it.
void printImpairments(const Invocation& invocation, const model::Link& link, const model::CableImpairments& impairments) {
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), true},
                   {QStringLiteral("link"), link.id.name},
                   {QStringLiteral("impairments"), impairmentsJson(link.ends, impairments)}});
        return;
    }
    QString text;
    for (std::size_t sender = 0; sender < impairments.size(); ++sender) {
        const QString sentence = state::impairmentSentence(link, sender, impairments[sender]);
        text += sentence.isEmpty() ? sentence : QString(sentence + QLatin1Char('\n'));
    }
    printResult(text.isEmpty() ? tr("Packets on %1 pass freely.\n").arg(link.id.name) : text);
}

int changeImpairments(Invocation& invocation, session::LabSession& session, const LinkId& id, const engine::ImpairmentChange& change) {
    session::LabFaults faults(session);
    const model::Link* link = session.lab().findLink(id);
    if (link == nullptr) {
        return reportError(invocation, faults.impairmentsOf(invocation.context, id).error());
    }
    const auto senders = parseSenders(invocation.impair.from, *link);
    if (!senders) {
        return reportError(invocation, senders.error());
    }
    const bool isQuestion = !change.drop && !change.loss && !change.rateKbit && !change.delayMicroseconds;
    const auto now = isQuestion ? faults.impairmentsOf(invocation.context, id) : faults.impair(invocation.context, id, *senders, change);
    if (!now) {
        return reportError(invocation, now.error());
    }
    printImpairments(invocation, *link, *now);
    return Done;
}

int reportLink(const Invocation& invocation, const LinkId& link, const Result<>& done, bool up, const QString& sentence) {
    if (!done) {
        return reportError(invocation, done.error());
    }
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), true},
                   {QStringLiteral("link"), link.name},
                   {QStringLiteral("admin"), up ? QStringLiteral("up") : QStringLiteral("down")}});
    } else {
        printResult(sentence.arg(link.name));
    }
    return Done;
}

using NodeVerb = Result<> (session::LabFaults::*)(OpContext&, const NodeId&, const QString&);

/// What `podleaf node` can do, and how it is said afterwards.
struct NodeVerbInfo {
    QLatin1StringView word;
    NodeVerb run;
    const char* done;
};
constexpr std::array kNodeVerbs{
    NodeVerbInfo{QLatin1StringView("stop"), &session::LabFaults::stop, "%1 is stopped.\n"},
    NodeVerbInfo{QLatin1StringView("start"), &session::LabFaults::start, "%1 is started.\n"},
    NodeVerbInfo{QLatin1StringView("kill"), &session::LabFaults::kill, "%1 is killed.\n"},
    NodeVerbInfo{QLatin1StringView("pause"), &session::LabFaults::pause, "%1 is paused.\n"},
    NodeVerbInfo{QLatin1StringView("continue"), &session::LabFaults::resume, "%1 goes on.\n"},
};

const NodeVerbInfo* findNodeVerb(const QString& word) {
    for (const NodeVerbInfo& verb : kNodeVerbs) {
        if (verb.word == word) {
            return &verb;
        }
    }
    return nullptr;
}

} // namespace

int link(Invocation& invocation) {
    const qsizetype count = invocation.arguments.size();
    const QString verb = count > 0 ? invocation.arguments.back() : QString();
    const QStringList verbs{QStringLiteral("cut"), QStringLiteral("join"), QStringLiteral("drop"), QStringLiteral("restore")};
    if (count < 2 || count > 3 || !verbs.contains(verb)) {
        return reportUsage(QStringLiteral("podleaf link [LAB] LINK cut|join|drop|restore [--from NODE] [--record]"));
    }
    const bool join = verb == QLatin1String("join");
    if (invocation.record && !join && verb != QLatin1String("cut")) {
        printMessage(tr("--record goes with cut and join; of every other event `podleaf watch` prints the record.\n"));
        return reportUsage(QStringLiteral("podleaf link [LAB] LINK cut|join --record"));
    }
    const QString lab = splitLab(invocation.arguments, 2).lab;
    auto session = invocation.record ? openLiveLab(invocation, lab) : openLab(invocation, lab);
    if (!session) {
        return reportError(invocation, session.error());
    }
    const LinkId id(invocation.arguments[count - 2]);
    if (invocation.record) {
        return recordLink(invocation, **session, id, join);
    }
    if (verb == QLatin1String("drop")) {
        return changeImpairments(invocation, **session, id, {true, {}, {}, {}});
    }
    if (!invocation.impair.from.isEmpty()) {
        return reportUsage(QStringLiteral("podleaf link [LAB] LINK drop [--from NODE]"));
    }
    if (verb == QLatin1String("restore")) {
        return reportLink(invocation, id, session::LabFaults(**session).restore(invocation.context, id), true, tr("%1 is as new.\n"));
    }
    return reportLink(invocation, id, (*session)->setLink(invocation.context, id, join), join,
                      join ? tr("%1 is joined.\n") : tr("%1 is cut.\n"));
}

int impair(Invocation& invocation) {
    const qsizetype count = invocation.arguments.size();
    if (count < 1 || count > 2) {
        return reportUsage(QStringLiteral("podleaf impair [LAB] LINK [--loss PERCENT] [--rate RATE] [--delay TIME] [--from NODE]"));
    }
    const auto change = parseChange(invocation.impair);
    if (!change) {
        return reportError(invocation, change.error());
    }
    const auto [lab, own] = splitLab(invocation.arguments, 1);
    auto session = openLab(invocation, lab);
    return session ? changeImpairments(invocation, **session, LinkId(own[0]), *change) : reportError(invocation, session.error());
}

int node(Invocation& invocation) {
    const QStringList& arguments = invocation.arguments;
    // NODE VERB [SERVICE], or the same behind LAB.
    const bool hasLab =
        arguments.size() > 2 && findNodeVerb(arguments[2]) != nullptr && (findNodeVerb(arguments[1]) == nullptr || arguments.size() > 3);
    const QStringList own = hasLab ? arguments.mid(1) : arguments;
    const NodeVerbInfo* verb = own.size() == 2 || own.size() == 3 ? findNodeVerb(own[1]) : nullptr;
    if (verb == nullptr) {
        return reportUsage(QStringLiteral("podleaf node [LAB] NODE stop|start|kill|pause|continue [SERVICE]"));
    }
    auto session = openLab(invocation, hasLab ? arguments[0] : QString());
    if (!session) {
        return reportError(invocation, session.error());
    }
    session::LabFaults faults(**session);
    const QString service = own.value(2);
    if (auto done = (faults.*verb->run)(invocation.context, NodeId(own[0]), service); !done) {
        return reportError(invocation, done.error());
    }
    if (invocation.json) {
        QJsonObject object{{QStringLiteral("ok"), true}, {QStringLiteral("node"), own[0]}, {QStringLiteral("verb"), own[1]}};
        if (!service.isEmpty()) {
            object.insert(QStringLiteral("service"), service);
        }
        printJson(object);
    } else {
        printResult(tr(verb->done).arg(service.isEmpty() ? own[0] : tr("%1 on %2").arg(service, own[0])));
    }
    return Done;
}

int session(Invocation& invocation) {
    const auto [lab, own] = splitLab(invocation.arguments, 3);
    if (own.size() != 3 || own[2] != QLatin1String("clear")) {
        return reportUsage(QStringLiteral("podleaf session [LAB] NODE PEER clear"));
    }
    auto opened = openLab(invocation, lab);
    if (!opened) {
        return reportError(invocation, opened.error());
    }
    if (auto cleared = podleaf::session::LabFaults(**opened).clearSession(invocation.context, NodeId(own[0]), own[1]); !cleared) {
        return reportError(invocation, cleared.error());
    }
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), true}, {QStringLiteral("node"), own[0]}, {QStringLiteral("peer"), own[1]}});
    } else {
        printResult(tr("The session of %1 to %2 was cleared.\n").arg(own[0], own[1]));
    }
    return Done;
}

} // namespace podleaf::cli
