// SPDX-License-Identifier: GPL-3.0-or-later
// Resolver: declarations → lab. Everything the file gives is claimed before anything is allocated, so
// that the result does not depend on where in the file a value stands. One parse, one thread.
#pragma once

#include "declarations.h"
#include "prefix_pool.h"

#include <QHash>
#include <QSet>

#include <functional>

namespace podleaf::labfile {

/// More pods than this in one lab are a slip of the pen.
inline constexpr size_t kMaxPods = 4096;

class Resolver {
public:
    Resolver(const Declarations& declarations, Report& report);
    model::Lab run();

private:
    // resolver_nodes.cpp
    void addressPlan();
    void checkPool(const Given<Ipv4Prefix>& given, const Ipv4Prefix& pool, const QString& key, int partLength);
    void routing();
    void nodes();
    void claimAsn(const NodeDeclaration& declaration, model::Node& node);
    void claimLoopback(const NodeDeclaration& declaration, model::Node& node);
    void claimPodCidr(const NodeDeclaration& declaration, model::Node& node);
    void fillNode(const NodeDeclaration& declaration, model::Node& node);
    std::uint32_t nextAsn(const NodeDeclaration& declaration, model::NodeKind kind);
    std::optional<Ipv4Prefix> allocate(PrefixPool& pool, Place place, const QString& owner, const QString& key);

    // resolver_links.cpp
    void links();
    void claimLinkNames();
    void claimLinkPrefixes();
    void nameLink(const LinkDeclaration& declaration, model::Link& link);
    void joinEnds(const LinkDeclaration& declaration, model::Link& link);
    bool isFreeEnd(const Given<model::Endpoint>& end, const model::Link& link);
    void checkKinds(const LinkDeclaration& declaration, const model::Link& link);
    void addressLink(const LinkDeclaration& declaration, model::Link& link);
    void checkHosts();
    void checkIslands();

    // resolver_workloads.cpp
    void workloads();
    void claimPodAddresses();
    std::vector<SpotDeclaration> spotsOf(const WorkloadDeclaration& declaration);
    size_t replicasOf(const WorkloadDeclaration& declaration) const;
    void placePods(const WorkloadDeclaration& declaration, model::Workload& workload);
    std::optional<Ipv4Address> nextPodAddress(const model::Node& host);
    void tests();

    [[nodiscard]] const model::Node* node(const QString& name) const;
    /// False while a node's kind could not be read: checks about kinds then pass over it.
    [[nodiscard]] bool hasKind(const QString& name) const { return m_kinds.contains(name); }
    [[nodiscard]] QStringList nodeNames(std::optional<model::NodeKind> kind = {}) const;
    [[nodiscard]] QString hintForName(const QString& name, const QStringList& known) const;

    const Declarations& m_declarations;
    Report& m_report;
    model::Lab m_lab;
    PrefixPool m_links;
    PrefixPool m_loopbacks;
    PrefixPool m_pods;
    QHash<QString, size_t> m_nodeIndex;
    QHash<QString, model::NodeKind> m_kinds;
    QHash<std::uint32_t, QString> m_asnOwners;
    QHash<model::NodeKind, std::uint32_t> m_nextAsn;
    QSet<QString> m_givenLinkNames;
    QHash<QString, QString> m_portOwners;       ///< "leaf1:swp1" → link.
    QHash<QString, QString> m_hostLinks;        ///< Host → its link.
    QSet<QString> m_hostsWithBadLink;           ///< Named by a link with another mistake.
    bool m_hasLooseEnd = false;                 ///< An end names nothing known, so any host may be meant.
    QSet<QString> m_exhausted;                  ///< Pools reported as empty.
    QHash<Ipv4Address, QString> m_podAddresses; ///< Claimed by the file or handed out.
    QHash<QString, std::uint32_t> m_nextPodOffset;
    size_t m_podCount = 0;
};

} // namespace podleaf::labfile
