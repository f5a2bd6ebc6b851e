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

    // resolver_numbers.cpp
    /// Somebody who wants a slot: the wish, where to report, and what the slot is given to.
    struct Applicant {
        Wish wish;
        Place place;
        std::function<void(std::uint64_t slot)> take;
    };
    /// What is handed out, in words: "the AS number", how a slot reads, the key that pins it.
    struct Pool {
        QString what;
        std::function<QString(std::uint64_t slot)> text;
        QString pinKey;
        QString exhausted; ///< "No free /30 is left in 172.16.0.0/30 for %1."
        QString remedy;
    };
    struct Move {
        Place place;
        QString message;
        QString hint;
    };
    void handOut(const std::vector<Applicant>& applicants, const std::vector<Grant>& grants, const Pool& pool);
    void asns();
    void loopbacks();
    void podNetworks();
    void linkPrefixes();
    [[nodiscard]] Pool prefixPool(const PrefixPool& pool, const QString& what, const QString& pinKey, const QString& poolKey) const;

    // resolver_links.cpp
    void links();
    void claimLinkNames();
    void claimLinkPrefixes();
    void nameLink(const LinkDeclaration& declaration, model::Link& link);
    void joinEnds(const LinkDeclaration& declaration, model::Link& link);
    bool isFreeEnd(const Given<model::Endpoint>& end, const model::Link& link);
    void checkKinds(const LinkDeclaration& declaration, const model::Link& link);
    void addressLink(model::Link& link, const Ipv4Prefix& prefix);
    void impair(const LinkDeclaration& declaration, model::Link& link);
    [[nodiscard]] size_t leadingEnd(const model::Link& link) const;

    // resolver_hosts.cpp
    void dhcpRoles();
    void relay(const NodeDeclaration& declaration, model::Node& node);
    void hostRoles();
    void checkHosts();
    void checkHostPorts();
    void checkIslands();

    // resolver_workloads.cpp
    void workloads();
    void claimPodAddresses();
    std::vector<SpotDeclaration> spotsOf(const WorkloadDeclaration& declaration);
    size_t replicasOf(const WorkloadDeclaration& declaration) const;
    void placePods(const WorkloadDeclaration& declaration, model::Workload& workload);
    std::optional<Ipv4Address> nextPodAddress(const model::Node& host);
    void tests();

    // resolver_simulation.cpp
    void simulation();
    void simulationEvent(const SimulationEventDeclaration& declared);
    LinkId simulatedLink(const SimulationEventDeclaration& declared);
    void simulatedDaemon(const SimulationEventDeclaration& declared, model::SimulationEvent& event);

    // resolver_kubernetes.cpp
    void kubernetes();
    NodeId controlPlane(const KubernetesDeclaration& declared);
    void checkServices(const Given<Ipv4Prefix>& services);

    // resolver_canvas.cpp
    void groups();
    void notes();

    [[nodiscard]] const model::Node* node(const QString& name) const;
    [[nodiscard]] bool isIbgp() const { return m_lab.routing.profile == model::RoutingProfile::IbgpReflector; }
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
    SlotBook m_asns;
    std::vector<Move> m_moves; ///< Told only of a lab without errors: till then it is guesswork.
    QSet<QString> m_givenLinkNames;
    QHash<QString, QString> m_portOwners;       ///< "leaf1:swp1" → link.
    QHash<QString, QStringList> m_hostLeaves;   ///< Host → the leaves it is joined to, rightly.
    QSet<QString> m_hostsWithBadLink;           ///< Named by a link with another mistake.
    bool m_hasLooseEnd = false;                 ///< An end names nothing known, so any host may be meant.
    QHash<Ipv4Address, QString> m_podAddresses; ///< Claimed by the file or handed out.
    QHash<QString, std::uint32_t> m_nextPodOffset;
    size_t m_podCount = 0;
};

} // namespace podleaf::labfile
