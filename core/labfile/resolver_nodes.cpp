// SPDX-License-Identifier: GPL-3.0-or-later
// The first third of Resolver: pools, timers, nodes.
#include "preferred_slots.h"
#include "resolver.h"

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::labfile {

namespace {

constexpr int kLinkLength = 30;

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

Ipv4Prefix prefixOf(std::uint32_t a, std::uint32_t b, std::uint32_t c, int length) {
    return {{a << 24U | b << 16U | c << 8U}, length};
}

/// Where no lab may put its addresses: "this" network, loopback, link-local, multicast and above (RFC 6890).
bool isSpecial(const Ipv4Prefix& prefix) {
    const std::array special{prefixOf(0, 0, 0, 8), prefixOf(127, 0, 0, 8), prefixOf(169, 254, 0, 16), prefixOf(224, 0, 0, 3)};
    return std::ranges::any_of(special, [&](const Ipv4Prefix& other) { return other.overlaps(prefix); });
}

} // namespace

Resolver::Resolver(const Declarations& declarations, Report& report)
    : m_declarations(declarations), m_report(report), m_links(declarations.linkPool.value.value_or(prefixOf(172, 16, 0, 16)), kLinkLength),
      m_loopbacks(declarations.loopbackPool.value.value_or(prefixOf(10, 255, 0, 16)), 32, /*skipEnds=*/true),
      m_pods(declarations.podPool.value.value_or(prefixOf(10, 20, 0, 16)),
             static_cast<int>(declarations.podPrefixLength.value.value_or(24))),
      m_asns(kFirstSpareAsn, kEndOfAsns) {}

model::Lab Resolver::run() {
    m_lab.id = LabId(m_declarations.name.value.value_or(QString()));
    addressPlan();
    routing();
    nodes();
    asns();
    podNetworks();
    links();
    linkPrefixes();
    dhcpRoles();
    checkHosts();
    checkHostPorts();
    hostRoles();
    checkIslands();
    loopbacks();
    kubernetes();
    workloads();
    tests();
    simulation();
    groups();
    notes();
    for (const Move& move : m_report.hasErrors() ? std::vector<Move>{} : m_moves) {
        m_report.warning(move.place, move.message, move.hint);
    }
    return std::move(m_lab);
}

void Resolver::checkPool(const Given<Ipv4Prefix>& given, const Ipv4Prefix& pool, const QString& key, int partLength) {
    if (!given.value) {
        return;
    }
    if (isSpecial(pool)) {
        m_report.error(given.place, tr("%1 cannot be used for %2: it meets reserved addresses.").arg(pool.toString(), key),
                       tr("Use private addresses, such as 10.0.0.0/8 or 172.16.0.0/12."));
    } else if (pool.length > partLength) {
        m_report.error(given.place, tr("%1 is too small for %2.").arg(pool.toString(), key),
                       tr("It is cut into /%1 parts; use a shorter length.").arg(partLength));
    }
}

void Resolver::addressPlan() {
    m_lab.addressPlan = {m_links.pool(), m_loopbacks.pool(), m_pods.pool(), m_pods.length()};
    struct Described {
        const Given<Ipv4Prefix>& given;
        Ipv4Prefix prefix;
        QString key;
        int partLength;
    };
    std::vector pools{Described{m_declarations.linkPool, m_links.pool(), QStringLiteral("addresses.links"), kLinkLength},
                      Described{m_declarations.loopbackPool, m_loopbacks.pool(), QStringLiteral("addresses.loopbacks"), 32},
                      Described{m_declarations.podPool, m_pods.pool(), QStringLiteral("addresses.pods"), m_pods.length()}};
    if (m_declarations.kubernetes) { // their size is checked with the cluster
        const Given<Ipv4Prefix>& services = m_declarations.kubernetes->services;
        pools.push_back({services, services.value.value_or(model::kUsualServices), QStringLiteral("kubernetes.services"), 32});
    }
    for (size_t i = 0; i < pools.size(); ++i) {
        checkPool(pools[i].given, pools[i].prefix, pools[i].key, pools[i].partLength);
        for (size_t j = 0; j < i; ++j) {
            if (!pools[i].prefix.overlaps(pools[j].prefix)) {
                continue;
            }
            // At the later one in the file; a pool that is not given has its default and no place.
            const bool atFirst = pools[j].given.place > pools[i].given.place;
            const Described& at = atFirst ? pools[j] : pools[i];
            const Described& other = atFirst ? pools[i] : pools[j];
            m_report.error(at.given.place,
                           tr("%1 (%2) overlaps %3 (%4).").arg(at.prefix.toString(), at.key, other.prefix.toString(), other.key),
                           tr("Give each its own range."));
        }
    }
}

void Resolver::routing() {
    const auto keepalive = m_declarations.keepaliveSeconds.value;
    const auto hold = m_declarations.holdSeconds.value;
    m_lab.routing.keepaliveSeconds = keepalive.value_or(model::Routing{}.keepaliveSeconds);
    m_lab.routing.holdSeconds = hold.value_or(3 * m_lab.routing.keepaliveSeconds);
    if (m_lab.routing.holdSeconds < 3 * m_lab.routing.keepaliveSeconds) {
        m_report.error(m_declarations.holdSeconds.place,
                       tr("A hold time of %1 s is too short for a keepalive of %2 s.")
                           .arg(m_lab.routing.holdSeconds)
                           .arg(m_lab.routing.keepaliveSeconds),
                       tr("Hold must be at least three keepalives: %1s.").arg(3 * m_lab.routing.keepaliveSeconds));
    }
    m_lab.routing.profile = m_declarations.profile.value.value_or(model::RoutingProfile::NumberedEbgp);
    m_lab.routing.bfd = m_declarations.bfd.value.value_or(false);
    m_lab.routing.maximumPaths = m_declarations.maximumPaths.value.value_or(0);
    if (m_declarations.routingAsn.value && !isIbgp()) {
        m_report.error(m_declarations.routingAsn.place, tr("routing has an asn, but in an eBGP lab every node has its own."),
                       tr("Write protocol: ibgp-reflector, or give asn to the nodes."));
    }
}

void Resolver::nodes() {
    m_lab.nodes.reserve(m_declarations.nodes.size());
    for (const NodeDeclaration& declaration : m_declarations.nodes) {
        if (m_nodeIndex.contains(declaration.name)) { // The YAML reader lets no key be given twice.
            m_report.error(declaration.place, tr("The fabric has a node %1 already.").arg(quoted(declaration.name)),
                           tr("Rename it, or write the whole lab out (podleaf validate --expand)."));
        }
        m_nodeIndex.insert(declaration.name, m_lab.nodes.size());
        if (declaration.kind) {
            m_kinds.insert(declaration.name, *declaration.kind);
        }
        m_lab.nodes.push_back({NodeId(declaration.name), declaration.kind.value_or(model::NodeKind::Host), 0, {}, {}, {}, {}});
        m_lab.nodes.back().position = declaration.position.value;
        claimAsn(declaration, m_lab.nodes.back());
        claimLoopback(declaration, m_lab.nodes.back());
        claimPodCidr(declaration, m_lab.nodes.back());
    }
}

void Resolver::claimAsn(const NodeDeclaration& declaration, model::Node& node) {
    const auto asn = declaration.asn.value;
    if (isIbgp()) {
        constexpr std::uint32_t kTutorialAsn = 10000;
        node.asn = m_declarations.routingAsn.value.value_or(kTutorialAsn);
        if (asn && *asn != node.asn) {
            m_report.error(declaration.asn.place,
                           tr("%1 is in AS %2, but an iBGP lab is one AS: %3.")
                               .arg(declaration.name, QString::number(*asn), QString::number(node.asn)),
                           tr("Remove it; routing.asn sets the AS of all."));
        }
        return;
    }
    if (!asn) {
        return;
    }
    constexpr std::uint32_t kAsTrans = 23456;   // RFC 6793
    constexpr std::uint32_t kLastShort = 65535; // RFC 7300
    if (*asn == kAsTrans || *asn == kLastShort) {
        m_report.error(declaration.asn.place, tr("AS %1 is reserved.").arg(*asn),
                       tr("Use a private one: 64512 to 65534 or 4200000000 to 4294967294."));
        return;
    }
    if (const auto owner = m_asns.claim(*asn, declaration.name)) {
        m_report.error(declaration.asn.place, tr("%1 uses AS %2, which is %3's.").arg(declaration.name, QString::number(*asn), *owner),
                       tr("Every node needs its own; leave asn away to have a free one chosen."));
        return;
    }
    node.asn = *asn;
}

void Resolver::claimLoopback(const NodeDeclaration& declaration, model::Node& node) {
    if (!declaration.loopback.value) {
        return;
    }
    const Ipv4Prefix part{*declaration.loopback.value, 32};
    if (!m_loopbacks.isPart(part)) {
        m_report.error(declaration.loopback.place,
                       tr("%1 is outside the loopback pool %2.").arg(part.address.toString(), m_loopbacks.pool().toString()),
                       tr("Take an address in it or change addresses.loopbacks."));
    } else if (const auto owner = m_loopbacks.claim(part, declaration.name)) {
        m_report.error(declaration.loopback.place,
                       tr("%1 uses the loopback %2, which is %3's.").arg(declaration.name, part.address.toString(), *owner),
                       tr("Leave loopback away to have a free one chosen."));
    }
    node.loopback = part.address;
}

void Resolver::claimPodCidr(const NodeDeclaration& declaration, model::Node& node) {
    if (!declaration.podCidr.value) {
        return;
    }
    const Ipv4Prefix part = *declaration.podCidr.value;
    if (part.length != m_pods.length()) {
        m_report.error(declaration.podCidr.place, tr("The pod network %1 is not a /%2.").arg(part.toString()).arg(m_pods.length()),
                       tr("All hosts have networks of one size; addresses.pods-per-host sets it."));
    } else if (!m_pods.isPart(part)) {
        m_report.error(declaration.podCidr.place, tr("%1 is outside the pod pool %2.").arg(part.toString(), m_pods.pool().toString()),
                       tr("Take a network in it or change addresses.pods."));
    } else if (const auto owner = m_pods.claim(part, declaration.name)) {
        m_report.error(declaration.podCidr.place,
                       tr("%1 uses the pod network %2, which is %3's.").arg(declaration.name, part.toString(), *owner),
                       tr("Leave pod-cidr away to have a free one chosen."));
    }
    node.podCidr = part;
}

const model::Node* Resolver::node(const QString& name) const {
    const auto it = m_nodeIndex.constFind(name);
    return it == m_nodeIndex.constEnd() ? nullptr : &m_lab.nodes[*it];
}

QStringList Resolver::nodeNames(std::optional<model::NodeKind> kind) const {
    constexpr qsizetype kEnough = 2000;
    QStringList names;
    for (const NodeDeclaration& declaration : m_declarations.nodes) {
        if ((!kind || declaration.kind == kind) && names.size() < kEnough) {
            names << declaration.name;
        }
    }
    return names;
}

QString Resolver::hintForName(const QString& name, const QStringList& known) const {
    return m_report.isFull() ? QString() : knownWordsHint(name, known);
}

model::Lab resolve(const Declarations& declarations, Report& report) {
    return Resolver(declarations, report).run();
}

} // namespace podleaf::labfile
