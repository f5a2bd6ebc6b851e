// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of faults that somebody made on purpose: impaired cables, stopped nodes, paused daemons. Pure; any thread.
#pragma once

#include "lab_state.h"

#include <QString>

#include <vector>

namespace podleaf::state {

/// What the direction from end `sender` of a cable suffers, as one sentence; empty when nothing.
/// "Packets from leaf1 to host1 on intnet1 are dropped on purpose."
QString impairmentSentence(const model::Link& link, std::size_t sender, const model::Impairment& impairment);
/// "10 % of the packets from leaf1 to host1 on intnet1 are lost on purpose." Empty when none are.
QString lossSentence(const model::Link& link, std::size_t sender, const model::Impairment& impairment);
/// A loss in hundredths of a percent: "12.5".
QString percentText(std::uint32_t loss);
/// "500 kbit/s", "1.5 Mbit/s".
QString rateText(std::uint32_t rateKbit);

/// A fault made on purpose with which a lab cannot be as intended.
struct FaultInTheWay {
    QString sentence; ///< "intnet1 is cut."
    QString remedy;   ///< The command that takes it away: "podleaf link tutorial intnet1 restore".

    bool operator==(const FaultInTheWay&) const = default;
};

/// Cables that are cut or let nothing through, services that stand still. What `up` starts again is none of them.
std::vector<FaultInTheWay> faultsInTheWay(const model::Lab& lab, const LabState& state);

/// Why a pod does not answer: "nginx is paused on my-nginx-1.", or the reason why it is not ready. Empty when it should.
QString podFault(const PodState& pod);
/// Whether a node is without power, or all its services were ended in order.
bool isStopped(const NodeState& node);
/// "host2 is stopped."
QString stoppedSentence(const NodeId& node);
/// What brings back a node that is stopped, or one service of it: "`podleaf node tutorial host2 start` starts it again."
QString startHint(const LabId& lab, const NodeId& node, const QString& service = {});

} // namespace podleaf::state
