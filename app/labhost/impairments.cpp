// SPDX-License-Identifier: GPL-3.0-or-later
#include "impairments.h"

#include "port_filter.h"
#include "port_queue.h"

#include <cerrno>
#include <cstring>

namespace podleaf::labhost {

namespace {

const PortInfo& endOf(const LinkInfo& link, std::size_t end) {
    return end == 0 ? link.a : link.b;
}

PortFilter filterOf(const ImpairmentInfo& impairment) {
    return {impairment.drop, impairment.loss};
}

PortQueue queueOf(const ImpairmentInfo& impairment) {
    return {impairment.rateKbit, impairment.delayMicroseconds};
}

ImpairmentInfo merged(ImpairmentInfo now, const SetImpairment& request) {
    const ImpairmentInfo& wanted = request.impairment;
    now.drop = (request.parts & kDropPart) != 0 ? wanted.drop : now.drop;
    now.loss = (request.parts & kLossPart) != 0 ? wanted.loss : now.loss;
    now.rateKbit = (request.parts & kRatePart) != 0 ? wanted.rateKbit : now.rateKbit;
    now.delayMicroseconds = (request.parts & kDelayPart) != 0 ? wanted.delayMicroseconds : now.delayMicroseconds;
    return now;
}

Answer checkRange(const ImpairmentInfo& wanted) {
    if (wanted.loss > kMaxLoss || wanted.delayMicroseconds > kMaxDelayMicroseconds ||
        (wanted.rateKbit != 0 && (wanted.rateKbit < kMinRateKbit || wanted.rateKbit > kMaxRateKbit))) {
        return {Status::InvalidInput, "a loss, rate or delay out of range"};
    }
    return {};
}

Answer checkRequest(const SetImpairment& request) {
    if (request.senders == 0 || request.senders > kBothSenders || request.parts == 0 || request.parts > kAllParts) {
        return {Status::InvalidInput, "not a direction or part of an impairment"};
    }
    return checkRange(request.impairment);
}

Answer filterProblem(const PortInfo& end, int error) {
    const bool lacks = error == EOPNOTSUPP || error == ENOENT || error == EPROTONOSUPPORT || error == EINVAL;
    if (lacks) {
        return {Status::Lacks, "this kernel cannot drop packets where they arrive",
                std::string("nf_tables says: ") + std::strerror(error) +
                    " (CONFIG_NF_TABLES_NETDEV, CONFIG_NETFILTER_INGRESS, CONFIG_NFT_NUMGEN)"};
    }
    return {Status::Failed, "cannot drop packets at " + end.node + ":" + end.port + ": " + std::strerror(error)};
}

Answer queueProblem(const PortInfo& end, const ImpairmentInfo& wanted, int error) {
    if (error == ENOENT && wanted.delayMicroseconds > 0) {
        return {Status::Lacks, "this kernel cannot delay packets: it has no netem",
                "CONFIG_NET_SCH_NETEM is off, or its module sch_netem is not there"};
    }
    if (error == ENOENT) {
        return {Status::Lacks, "this kernel cannot limit a rate: it has no tbf",
                "CONFIG_NET_SCH_TBF is off, or its module sch_tbf is not there"};
    }
    if (error == EEXIST) {
        return {Status::Conflict, end.node + ":" + end.port + " has a qdisc of somebody else, which is left alone"};
    }
    return {Status::Failed, "cannot hold packets up at " + end.node + ":" + end.port + ": " + std::strerror(error)};
}

} // namespace

ImpairmentInfo Impairments::readDirection(const LinkInfo& link, std::size_t sender) const {
    ImpairmentInfo impairment;
    const PortInfo& from = endOf(link, sender);
    const PortInfo& to = endOf(link, 1 - sender);
    if (const NodeNetwork* network = m_networkOf(from.node)) {
        const PortQueue queue = readPortQueue(network->routeSocket.get(), from.port);
        impairment.rateKbit = queue.rateKbit;
        impairment.delayMicroseconds = queue.delayMicroseconds;
    }
    const NodeNetwork* network = m_networkOf(to.node);
    if (network != nullptr && network->filterSocket.isValid()) {
        const PortFilter filter = readPortFilter(network->filterSocket.get(), to.port);
        impairment.drop = filter.drop;
        impairment.loss = filter.loss;
    }
    return impairment;
}

ImpairmentsReply Impairments::read(const LinkInfo& link) const {
    return m_wanted.contains(link.id) ? ImpairmentsReply{readDirection(link, 0), readDirection(link, 1)} : ImpairmentsReply{};
}

/// Touches only what differs, so that a counter or a full queue is not reset for nothing.
Answer Impairments::write(const LinkInfo& link, std::size_t sender, const ImpairmentInfo& wanted) const {
    const ImpairmentInfo now = readDirection(link, sender);
    const PortInfo& from = endOf(link, sender);
    const PortInfo& to = endOf(link, 1 - sender);
    const NodeNetwork* receiver = m_networkOf(to.node);
    if (receiver != nullptr && filterOf(now) != filterOf(wanted)) {
        const int error =
            receiver->filterSocket.isValid() ? setPortFilter(receiver->filterSocket.get(), to.port, filterOf(wanted)) : EPROTONOSUPPORT;
        if (error != 0) {
            return filterProblem(to, error);
        }
    }
    const NodeNetwork* transmitter = m_networkOf(from.node);
    if (transmitter != nullptr && queueOf(now) != queueOf(wanted)) {
        if (const int error = setPortQueue(transmitter->routeSocket.get(), from.port, queueOf(wanted)); error != 0) {
            return queueProblem(from, wanted, error);
        }
    }
    return {};
}

Impairments::Directions Impairments::wantedOf(const LinkInfo& link) const {
    const auto known = m_wanted.find(link.id);
    return known == m_wanted.end() ? Directions{} : known->second;
}

Answer Impairments::set(const LinkInfo& link, const SetImpairment& request) {
    if (Answer problem = checkRequest(request); problem.status != Status::Ok) {
        return problem;
    }
    Directions after = wantedOf(link);
    for (const std::size_t sender : {std::size_t{0}, std::size_t{1}}) {
        const std::uint8_t bit = sender == 0 ? kSenderA : kSenderB;
        after[sender] = (request.senders & bit) != 0 ? merged(after[sender], request) : after[sender];
    }
    return change(link, after);
}

Answer Impairments::declare(const LinkInfo& link, const DeclareImpairments& request) {
    const Directions said{request.fromA, request.fromB};
    const auto known = m_declared.find(link.id);
    const Directions before = known == m_declared.end() ? Directions{} : known->second;
    Directions after = wantedOf(link);
    for (const std::size_t sender : {std::size_t{0}, std::size_t{1}}) {
        if (Answer problem = checkRange(said[sender]); problem.status != Status::Ok) {
            return problem;
        }
        if (said[sender].drop) {
            return {Status::InvalidInput, "a drop is no property of a lab"};
        }
        if (said[sender] != ImpairmentInfo{} || before[sender] != ImpairmentInfo{}) {
            const bool drop = after[sender].drop;
            after[sender] = said[sender];
            after[sender].drop = drop;
        }
    }
    Answer answer = change(link, after);
    if (answer.status == Status::Ok && said != Directions{}) {
        m_declared[link.id] = said;
    } else if (answer.status == Status::Ok) {
        m_declared.erase(link.id);
    }
    return answer;
}

Answer Impairments::change(const LinkInfo& link, const Directions& after) {
    const Directions before = wantedOf(link);
    for (const std::size_t sender : {std::size_t{0}, std::size_t{1}}) {
        if (Answer problem = write(link, sender, after[sender]); problem.status != Status::Ok) {
            for (std::size_t undone = 0; undone <= sender; ++undone) {
                write(link, undone, before[undone]); // the first problem is the one to tell
            }
            return problem;
        }
    }
    m_wanted[link.id] = after;
    Answer reply;
    reply.body = encode(read(link));
    if (after == Directions{}) {
        m_wanted.erase(link.id);
    }
    return reply;
}

std::optional<ImpairedLink> Impairments::listed(const LinkInfo& link) const {
    const auto declared = m_declared.find(link.id);
    if (declared == m_declared.end() && !m_wanted.contains(link.id)) {
        return std::nullopt;
    }
    const Directions said = declared == m_declared.end() ? Directions{} : declared->second;
    return ImpairedLink{link.id, {said[0], said[1]}, read(link)};
}

Answer Impairments::reapply(const LinkInfo& link) {
    const auto known = m_wanted.find(link.id);
    Answer answer;
    for (std::size_t sender = 0; known != m_wanted.end() && sender < 2; ++sender) {
        if (Answer problem = write(link, sender, known->second[sender]); problem.status != Status::Ok) {
            answer = std::move(problem);
        }
    }
    return answer;
}

void Impairments::forget(const LinkInfo& link) {
    m_declared.erase(link.id);
    if (m_wanted.erase(link.id) > 0) {
        for (const std::size_t sender : {std::size_t{0}, std::size_t{1}}) {
            write(link, sender, {}); // a chain outlives its port
        }
    }
}

} // namespace podleaf::labhost
