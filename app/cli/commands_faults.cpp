// SPDX-License-Identifier: GPL-3.0-or-later
// link, impair, node, session: breaking a lab on purpose and mending it.
#include "commands.h"
#include "record.h"
#include "render.h"

#include <core/session/lab_faults.h>
#include <core/state/fault_words.h>

#include <QCoreApplication>

#include <algorithm>

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

Result<Told> toldAfter(Result<> done, Told told) {
    return done ? Result<Told>(std::move(told)) : fail(std::move(done.error()));
}

/// What a cable does to packets, as the kernels have it.
Told toldOf(const model::Link& link, const model::CableImpairments& impairments) {
    QString text;
    for (std::size_t sender = 0; sender < impairments.size(); ++sender) {
        const QString sentence = state::impairmentSentence(link, sender, impairments[sender]);
        text += sentence.isEmpty() ? sentence : QString(sentence + QLatin1Char('\n'));
    }
    return {{{QStringLiteral("ok"), true},
             {QStringLiteral("link"), link.id.name},
             {QStringLiteral("impairments"), impairmentsJson(link.ends, impairments)}},
            text.isEmpty() ? tr("Packets on %1 pass freely.\n").arg(link.id.name) : text};
}

/// Nothing is to change: what the cable does is asked for.
bool isQuestion(const engine::ImpairmentChange& change) {
    return change == engine::ImpairmentChange();
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
    const auto run = [&](OpContext& context) -> Result<Told> {
        auto now = isQuestion(change) ? faults.impairmentsOf(context, id) : faults.impair(context, id, *senders, change);
        return now ? Result<Told>(toldOf(*link, *now)) : fail(std::move(now.error()));
    };
    return perform(invocation, session, {id, {}, run, {}});
}

/// Cut, join and restore.
int changeLink(Invocation& invocation, session::LabSession& session, const LinkId& id, const QString& verb) {
    const bool up = verb != QLatin1String("cut");
    const bool isRestore = verb == QLatin1String("restore");
    const state::Snapshot before = session.store().snapshot();
    const auto known = before->links.find(id);
    const auto drops = [](const model::Impairment& one) { return one.drop; };
    const bool stillDrops = up && !isRestore && known != before->links.end() && std::ranges::any_of(known->second.impairments, drops);
    const QString more =
        stillDrops ? tr("Its packets are still dropped; podleaf link %1 %2 restore ends that.\n").arg(session.lab().id.name, id.name)
                   : QString();
    const Told told{{{QStringLiteral("ok"), true},
                     {QStringLiteral("link"), id.name},
                     {QStringLiteral("admin"), up ? QStringLiteral("up") : QStringLiteral("down")}},
                    (isRestore ? tr("%1 is as new.\n")
                     : up      ? tr("%1 is joined.\n")
                               : tr("%1 is cut.\n"))
                            .arg(id.name) +
                        more};
    const bool isSo = !isRestore && known != before->links.end() && known->second.adminUp == up;
    const QString wasSo = isSo ? (up ? tr("%1 is joined already.\n") : tr("%1 is cut already.\n")).arg(id.name) + more : QString();
    const auto run = [&](OpContext& context) {
        return toldAfter(isRestore ? session::LabFaults(session).restore(context, id) : session.setLink(context, id, up), told);
    };
    return perform(invocation, session, {id, {}, run, wasSo});
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
    const bool isDrop = verb == QLatin1String("drop");
    if (count < 2 || count > 3 || !verbs.contains(verb) || (!isDrop && !invocation.impair.from.isEmpty())) {
        return reportUsage(QStringLiteral("podleaf link [LAB] LINK cut|join|drop [--from NODE]|restore [--record]"));
    }
    auto session = openForDeed(invocation, splitLab(invocation.arguments, 2).lab);
    if (!session) {
        return reportError(invocation, session.error());
    }
    const LinkId id(invocation.arguments[count - 2]);
    return isDrop ? changeImpairments(invocation, **session, id, {true, {}, {}, {}}) : changeLink(invocation, **session, id, verb);
}

int impair(Invocation& invocation) {
    const qsizetype count = invocation.arguments.size();
    if (count < 1 || count > 2) {
        return reportUsage(
            QStringLiteral("podleaf impair [LAB] LINK [--loss PERCENT] [--rate RATE] [--delay TIME] [--from NODE] [--record]"));
    }
    const auto change = parseChange(invocation.impair);
    if (!change) {
        return reportError(invocation, change.error());
    }
    if (invocation.record && isQuestion(*change)) {
        printMessage(tr("--record needs something that changes: --loss, --rate or --delay.\n"));
        return reportUsage(QStringLiteral("podleaf impair [LAB] LINK --loss PERCENT --record"));
    }
    const auto [lab, own] = splitLab(invocation.arguments, 1);
    auto session = openForDeed(invocation, lab);
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
        return reportUsage(QStringLiteral("podleaf node [LAB] NODE stop|start|kill|pause|continue [SERVICE] [--record]"));
    }
    auto session = openForDeed(invocation, hasLab ? arguments[0] : QString());
    if (!session) {
        return reportError(invocation, session.error());
    }
    session::LabFaults faults(**session);
    const QString service = own.value(2);
    QJsonObject object{{QStringLiteral("ok"), true}, {QStringLiteral("node"), own[0]}, {QStringLiteral("verb"), own[1]}};
    if (!service.isEmpty()) {
        object.insert(QStringLiteral("service"), service);
    }
    const Told told{object, tr(verb->done).arg(service.isEmpty() ? own[0] : tr("%1 on %2").arg(service, own[0]))};
    const auto run = [&](OpContext& context) { return toldAfter((faults.*verb->run)(context, NodeId(own[0]), service), told); };
    return perform(invocation, **session, {{}, NodeId(own[0]), run, {}});
}

int session(Invocation& invocation) {
    const auto [lab, own] = splitLab(invocation.arguments, 3);
    if (own.size() != 3 || own[2] != QLatin1String("clear")) {
        return reportUsage(QStringLiteral("podleaf session [LAB] NODE PEER clear [--record]"));
    }
    auto opened = openForDeed(invocation, lab);
    if (!opened) {
        return reportError(invocation, opened.error());
    }
    const Told told{{{QStringLiteral("ok"), true}, {QStringLiteral("node"), own[0]}, {QStringLiteral("peer"), own[1]}},
                    tr("The session of %1 to %2 was cleared.\n").arg(own[0], own[1])};
    const auto run = [&](OpContext& context) {
        return toldAfter(podleaf::session::LabFaults(**opened).clearSession(context, NodeId(own[0]), own[1]), told);
    };
    return perform(invocation, **opened, {{}, NodeId(own[0]), run, {}});
}

} // namespace podleaf::cli
