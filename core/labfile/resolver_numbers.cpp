// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Resolver that hands out what the file does not give: AS numbers, loopbacks, pod networks, prefixes.
#include "preferred_slots.h"
#include "resolver.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

std::vector<Wish> wishesOf(const auto& applicants) {
    std::vector<Wish> wishes;
    wishes.reserve(applicants.size());
    for (const auto& applicant : applicants) {
        wishes.push_back(applicant.wish);
    }
    return wishes;
}

} // namespace

/// Reports the first one that got nothing, and the first one that had to give way: its number is not its own for good.
void Resolver::handOut(const std::vector<Applicant>& applicants, const std::vector<Grant>& grants, const Pool& pool) {
    bool isExhausted = false;
    std::optional<size_t> firstMoved;
    size_t moved = 0;
    for (size_t i = 0; i < applicants.size(); ++i) {
        if (!grants[i].slot) {
            if (!std::exchange(isExhausted, true)) {
                m_report.error(applicants[i].place, pool.exhausted.arg(applicants[i].wish.owner), pool.remedy);
            }
            continue;
        }
        applicants[i].take(*grants[i].slot);
        if (!grants[i].rival.isEmpty()) {
            firstMoved = firstMoved.value_or(i);
            ++moved;
        }
    }
    if (!firstMoved || isExhausted) {
        return;
    }
    const Applicant& first = applicants[*firstMoved];
    const QString got = pool.text(*grants[*firstMoved].slot);
    const QString others = moved > 1 ? tr(" The same goes for %1 more.").arg(moved - 1) : QString();
    m_moves.push_back({first.place,
                       tr("%1 has %2 %3, because %4 has the one that belongs to its name.")
                           .arg(first.wish.owner, pool.what, got, grants[*firstMoved].rival),
                       tr("It may change when others come or go; write %1: %2 to keep it.").arg(pool.pinKey, got) + others});
}

void Resolver::asns() {
    std::vector<Applicant> applicants;
    for (size_t i = 0; i < m_lab.nodes.size(); ++i) {
        model::Node& node = m_lab.nodes[i];
        const NodeDeclaration& declaration = m_declarations.nodes[i];
        if (declaration.kind && node.asn == 0 && !declaration.asn.value) {
            applicants.push_back({{declaration.name, preferredAsn(node.kind, declaration.name)}, declaration.place, [&node](auto slot) {
                                      node.asn = static_cast<std::uint32_t>(slot);
                                  }});
        }
    }
    const auto asText = [](std::uint64_t slot) { return QString::number(slot); };
    handOut(applicants, m_asns.grant(wishesOf(applicants)),
            {tr("the AS number"), asText, QStringLiteral("asn"), tr("No AS number is left for %1."), tr("Give it one with asn.")});
}

Resolver::Pool Resolver::prefixPool(const PrefixPool& pool, const QString& what, const QString& pinKey, const QString& poolKey) const {
    const auto asText = [&pool](std::uint64_t slot) {
        const Ipv4Prefix part = pool.part(slot);
        return part.length == 32 ? part.address.toString() : part.toString();
    };
    return {what, asText, pinKey,
            tr("No free /%1 is left in %2 for ").arg(QString::number(pool.length()), pool.pool().toString()) + QStringLiteral("%1."),
            tr("Make %1 larger: a shorter length behind the slash.").arg(poolKey)};
}

void Resolver::podNetworks() {
    std::vector<Applicant> applicants;
    for (size_t i = 0; i < m_lab.nodes.size(); ++i) {
        model::Node& node = m_lab.nodes[i];
        const NodeDeclaration& declaration = m_declarations.nodes[i];
        if (!declaration.kind || !model::infoOf(node.kind).runsPods) {
            node.podCidr.reset(); // Reported by the reader if it was given.
        } else if (!node.podCidr) {
            applicants.push_back({{declaration.name, preferredPodNetwork(declaration.name, m_pods.parts())},
                                  declaration.place,
                                  [this, &node](auto slot) { node.podCidr = m_pods.part(slot); }});
        }
    }
    handOut(applicants, m_pods.grant(wishesOf(applicants)),
            prefixPool(m_pods, tr("the pod network"), QStringLiteral("pod-cidr"), QStringLiteral("addresses.pods")));
}

/// Switches always have one. A host needs one where answers could not find it by its link's address: links are not
/// announced, so only its own leaf knows that.
void Resolver::loopbacks() {
    const bool manyLeaves = nodeNames(model::NodeKind::Leaf).size() > 1;
    std::vector<Applicant> applicants;
    for (size_t i = 0; i < m_lab.nodes.size(); ++i) {
        model::Node& node = m_lab.nodes[i];
        const NodeDeclaration& declaration = m_declarations.nodes[i];
        const bool needed = model::infoOf(node.kind).isSwitch || manyLeaves || !model::asksForLease(node);
        if (declaration.kind && needed && !node.loopback) {
            applicants.push_back({{declaration.name, preferredLoopback(node.kind, declaration.name, m_loopbacks.parts())},
                                  declaration.place,
                                  [this, &node](auto slot) { node.loopback = m_loopbacks.part(slot).address; }});
        }
    }
    handOut(applicants, m_loopbacks.grant(wishesOf(applicants)),
            prefixPool(m_loopbacks, tr("the loopback"), QStringLiteral("loopback"), QStringLiteral("addresses.loopbacks")));
}

void Resolver::linkPrefixes() {
    std::vector<Applicant> applicants;
    for (size_t i = 0; i < m_lab.links.size(); ++i) {
        model::Link& link = m_lab.links[i];
        const LinkDeclaration& declaration = m_declarations.links[i];
        if (declaration.prefix.value) {
            addressLink(link, *declaration.prefix.value);
            continue;
        }
        const model::Endpoint& port = link.ends[leadingEnd(link)];
        const auto kind = m_kinds.value(port.node.name, model::NodeKind::Leaf);
        applicants.push_back({{link.id.name, preferredLink(kind, port, m_links.parts())}, declaration.place, [this, &link](auto slot) {
                                  addressLink(link, m_links.part(slot));
                              }});
    }
    handOut(applicants, m_links.grant(wishesOf(applicants)),
            prefixPool(m_links, tr("the prefix"), QStringLiteral("prefix"), QStringLiteral("addresses.links")));
}

} // namespace podleaf::labfile
