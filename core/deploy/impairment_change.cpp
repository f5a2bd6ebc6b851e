// SPDX-License-Identifier: GPL-3.0-or-later
#include "impairment_change.h"

#include <core/state/fault_words.h>

#include <QCoreApplication>

namespace podleaf::deploy {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Deploy", text);
}

bool isNone(const model::CableImpairments& impairments) {
    return impairments == model::CableImpairments{};
}

QString sentencesOf(const model::Link& link, const model::CableImpairments& impairments) {
    QStringList sentences;
    for (std::size_t sender = 0; sender < impairments.size(); ++sender) {
        if (!impairments[sender].isNone()) {
            sentences << state::impairmentSentence(link, sender, impairments[sender]);
        }
    }
    return sentences.join(QLatin1Char(' '));
}

/// Whether somebody gave a direction that the lab impairs another loss, rate or delay.
bool isOtherwise(const model::Link& link, const engine::ListedLink& listed) {
    for (std::size_t sender = 0; sender < link.impairments.size(); ++sender) {
        model::Impairment now = listed.impairments[sender];
        now.drop = false;
        if (!link.impairments[sender].isNone() && now != link.impairments[sender]) {
            return true;
        }
    }
    return false;
}

} // namespace

std::optional<ImpairmentChange> impairmentChange(const model::Link& link, const engine::ListedLink* listed, bool hasBothEnds) {
    const model::CableImpairments declared = listed == nullptr ? model::CableImpairments{} : listed->declared;
    const QString wanted = sentencesOf(link, link.impairments);
    if (declared == link.impairments) {
        const bool differs = listed != nullptr && hasBothEnds && isOtherwise(link, *listed);
        return differs ? std::optional(ImpairmentChange{plan::StepKind::Change, tr("changed by hand; the lab file says: %1").arg(wanted)})
                       : std::nullopt;
    }
    if (isNone(link.impairments)) {
        return ImpairmentChange{plan::StepKind::Remove, tr("not in the lab file any more: %1").arg(sentencesOf(link, declared))};
    }
    return ImpairmentChange{isNone(declared) ? plan::StepKind::Create : plan::StepKind::Change, tr("the lab file says: %1").arg(wanted)};
}

} // namespace podleaf::deploy
