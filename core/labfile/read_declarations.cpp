// SPDX-License-Identifier: GPL-3.0-or-later
#include "declarations.h"
#include "field_reader.h"
#include "impairment_form.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

namespace podleaf::labfile {

namespace {

constexpr qsizetype kMaxLabName = 32;
constexpr Range kPodLengths{16, 28};
constexpr Range kReplicas{1, 1000};
constexpr Range kMaximumPaths{1, 64};
// Ports 49 to 64 of a leaf go up, 1 to 48 go to hosts: what exists keeps its port when a number grows.
constexpr Range kSpines{0, 16};
constexpr Range kLeaves{1, 256};
constexpr Range kHostsPerLeaf{0, 48};
constexpr Range kAsns{1, 4294967294U};

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

/// One method per mapping of the format; docs/lab-file.md has the same order.
class DeclarationReader {
public:
    explicit DeclarationReader(Report& report) : m_read(report) {}

    Declarations lab(const YamlNode& root) {
        m_read.fields(
            root, tr("the lab"),
            {{QLatin1StringView("name"), [this](const YamlEntry& e) { name(e); }},
             {QLatin1StringView("engine"), [this](const YamlEntry& e) { engine(e); }},
             {QLatin1StringView("simulation"), [this](const YamlEntry& e) { m_lab.simulation = readSimulation(e, m_read.report()); }},
             {QLatin1StringView("kubernetes"), [this](const YamlEntry& e) { m_lab.kubernetes = readKubernetes(e, m_read.report()); }},
             {QLatin1StringView("addresses"), [this](const YamlEntry& e) { addresses(e); }},
             {QLatin1StringView("routing"), [this](const YamlEntry& e) { routing(e); }},
             {QLatin1StringView("fabric"), [this](const YamlEntry& e) { fabric(e); }},
             {QLatin1StringView("nodes"), [this](const YamlEntry& e) { nodes(e); }},
             {QLatin1StringView("links"), [this](const YamlEntry& e) { links(e); }},
             {QLatin1StringView("workloads"), [this](const YamlEntry& e) { workloads(e); }},
             {QLatin1StringView("tests"), [this](const YamlEntry& e) { tests(e); }},
             {QLatin1StringView("groups"), [this](const YamlEntry& e) { m_lab.groups = readGroups(e, m_read.report()); }},
             {QLatin1StringView("notes"), [this](const YamlEntry& e) { m_lab.notes = readNotes(e, m_read.report()); }}});
        const Place top = root.place;
        if (!m_hasName) {
            error(top, tr("The lab has no name."), tr("Add a line like \"name: tutorial\"."));
        }
        if (!m_hasNodes) {
            error(top, tr("The lab has no nodes."), tr("Add \"nodes:\" with at least one leaf or host."));
        }
        if (m_fabric) {
            expandFabric(*m_fabric, m_lab);
        }
        return std::move(m_lab);
    }

private:
    void error(Place place, const QString& message, const QString& hint = {}) { m_read.report().error(place, message, hint); }

    void name(const YamlEntry& entry) {
        m_hasName = true;
        m_lab.name = m_read.word(entry);
        if (m_lab.name.value && !m_read.isLabel(*m_lab.name.value, m_lab.name.place, kMaxLabName)) {
            m_lab.name = {};
        }
    }

    void engine(const YamlEntry& entry) {
        using enum model::EngineKind;
        m_lab.engine =
            choice<model::EngineKind>(entry, {{model::engineWord(Namespaces), Namespaces}, {model::engineWord(Simulated), Simulated}});
    }

    void addresses(const YamlEntry& entry) {
        if (!m_read.isMap(entry, QStringLiteral("addresses: {links: 172.16.0.0/16}"))) {
            return;
        }
        m_read.fields(entry.value, tr("addresses"),
                      {{QLatin1StringView("links"), [this](const YamlEntry& e) { m_lab.linkPool = m_read.network(e); }},
                       {QLatin1StringView("loopbacks"), [this](const YamlEntry& e) { m_lab.loopbackPool = m_read.network(e); }},
                       {QLatin1StringView("pods"), [this](const YamlEntry& e) { m_lab.podPool = m_read.network(e); }},
                       {QLatin1StringView("pods-per-host"),
                        [this](const YamlEntry& e) { m_lab.podPrefixLength = m_read.prefixLength(e, kPodLengths); }}});
    }

    void routing(const YamlEntry& entry) {
        if (!m_read.isMap(entry, QStringLiteral("routing: {protocol: ebgp, keepalive: 1s, hold: 3s}"))) {
            return;
        }
        using enum model::RoutingProfile;
        m_read.fields(entry.value, tr("routing"),
                      {{QLatin1StringView("protocol"),
                        [this](const YamlEntry& e) {
                            m_lab.profile = choice<model::RoutingProfile>(e, {{QStringLiteral("ebgp"), NumberedEbgp},
                                                                              {QStringLiteral("unnumbered-ebgp"), UnnumberedEbgp},
                                                                              {QStringLiteral("ibgp-reflector"), IbgpReflector}});
                        }},
                       {QLatin1StringView("asn"), [this](const YamlEntry& e) { m_lab.routingAsn = m_read.number(e, kAsns); }},
                       {QLatin1StringView("bfd"), [this](const YamlEntry& e) { m_lab.bfd = m_read.yesOrNo(e); }},
                       {QLatin1StringView("ecmp"), [this](const YamlEntry& e) { m_lab.maximumPaths = m_read.number(e, kMaximumPaths); }},
                       {QLatin1StringView("keepalive"),
                        [this](const YamlEntry& e) {
                            m_lab.keepaliveSeconds = m_read.seconds(e, {1, 21845});
                        }},
                       {QLatin1StringView("hold"), [this](const YamlEntry& e) {
                            m_lab.holdSeconds = m_read.seconds(e, {3, 65535});
                        }}});
    }

    /// The value that stands behind the entry's word.
    template <class T>
    Given<T> choice(const YamlEntry& entry, const std::vector<std::pair<QString, T>>& choices) {
        QStringList words;
        for (const auto& [word, value] : choices) {
            words << word;
        }
        const auto given = m_read.oneOf(entry, words);
        const auto it = std::ranges::find_if(choices, [&given](const auto& one) { return one.first == given.value; });
        return it == choices.end() ? Given<T>{} : Given<T>{it->second, given.place};
    }

    void fabric(const YamlEntry& entry) {
        m_hasNodes = true;
        const QString example = QStringLiteral("fabric: {spines: 2, leaves: 4, hosts-per-leaf: 3}");
        if (!m_read.isMap(entry, example)) {
            if (entry.value.type == YamlNode::Type::Null) {
                error(entry.keyPlace, tr("The fabric is empty."), tr("Write it like this: %1").arg(example));
            }
            m_lab.hasUnreadLinks = true;
            return;
        }
        FabricDeclaration fabric{entry.keyPlace, {}, {}, {}};
        bool hasLeaves = false;
        m_read.fields(
            entry.value, tr("the fabric"),
            {{QLatin1StringView("spines"), [&](const YamlEntry& e) { fabric.spines = m_read.number(e, kSpines); }},
             {QLatin1StringView("leaves"),
              [&](const YamlEntry& e) {
                  hasLeaves = true;
                  fabric.leaves = m_read.number(e, kLeaves);
              }},
             {QLatin1StringView("hosts-per-leaf"), [&](const YamlEntry& e) { fabric.hostsPerLeaf = m_read.number(e, kHostsPerLeaf); }}});
        if (!hasLeaves) {
            error(entry.keyPlace, tr("The fabric has no leaves."), tr("Write it like this: %1").arg(example));
        }
        m_fabric = fabric;
    }

    void nodes(const YamlEntry& entry) {
        m_hasNodes = true;
        const QString example = QStringLiteral("nodes: {leaf1: {kind: leaf}, host1: {kind: host}}");
        if (m_read.isMap(entry, example)) {
            for (const YamlEntry& one : entry.value.entries) {
                node(one);
            }
        } else if (entry.value.type == YamlNode::Type::Null) {
            error(entry.keyPlace, tr("The lab has no nodes."), tr("Write them like this: %1").arg(example));
        }
        if (entry.value.type == YamlNode::Type::Map && entry.value.entries.empty()) {
            error(entry.value.place, tr("The lab has no nodes."), tr("Write them like this: %1").arg(example));
        }
    }

    void node(const YamlEntry& entry) {
        NodeDeclaration node{entry.key, entry.keyPlace, {}, {}, {}, {}, {}, {}};
        m_read.isLabel(entry.key, entry.keyPlace);
        if (m_read.isMap(entry, QStringLiteral("%1: {kind: host}").arg(entry.key))) {
            readKind(entry, node);
            nodeFields(entry, node);
        } else if (entry.value.type == YamlNode::Type::Null) {
            error(entry.keyPlace, tr("%1 has no kind.").arg(quoted(entry.key)), tr("Write {kind: leaf} or {kind: host}."));
        }
        m_lab.nodes.push_back(std::move(node));
    }

    void readKind(const YamlEntry& entry, NodeDeclaration& node) {
        QStringList kinds;
        for (const model::NodeKindInfo& info : model::nodeKinds()) {
            kinds << info.word;
        }
        const auto kind = std::ranges::find(entry.value.entries, QLatin1StringView("kind"), &YamlEntry::key);
        if (kind == entry.value.entries.end()) {
            error(entry.keyPlace, tr("%1 has no kind.").arg(quoted(entry.key)),
                  tr("Add \"kind: host\"; the kinds are %1.").arg(kinds.join(QStringLiteral(", "))));
            return;
        }
        const auto word = m_read.word(*kind);
        const model::NodeKindInfo* info = word.value ? model::findNodeKind(*word.value) : nullptr;
        if (info != nullptr) {
            node.kind = info->kind;
        } else if (word.value) {
            const QString likely = nearest(*word.value, kinds);
            const QString all = tr("The kinds are %1.").arg(kinds.join(QStringLiteral(", ")));
            error(word.place, tr("Unknown kind %1.").arg(quoted(*word.value)),
                  likely.isEmpty() ? all : tr("Did you mean %1?").arg(quoted(likely)) + QLatin1Char(' ') + all);
        }
    }

    void nodeFields(const YamlEntry& entry, NodeDeclaration& node) {
        m_read.fields(entry.value, quoted(entry.key),
                      {{QLatin1StringView("kind"), [](const YamlEntry&) { /* read first, by readKind */ }},
                       {QLatin1StringView("asn"), [this, &node](const YamlEntry& e) { node.asn = m_read.number(e, kAsns); }},
                       {QLatin1StringView("loopback"), [this, &node](const YamlEntry& e) { node.loopback = m_read.address(e); }},
                       {QLatin1StringView("pod-cidr"), [this, &node](const YamlEntry& e) { node.podCidr = m_read.network(e); }},
                       {QLatin1StringView("dhcp"),
                        [this, &node](const YamlEntry& e) {
                            node.dhcp = choice<model::DhcpRole>(e, {{QStringLiteral("server"), model::DhcpRole::Server},
                                                                    {QStringLiteral("relay"), model::DhcpRole::Relay},
                                                                    {QStringLiteral("none"), model::DhcpRole::None}});
                        }},
                       {QLatin1StringView("dhcp-server"), [this, &node](const YamlEntry& e) { node.dhcpServer = m_read.word(e); }},
                       {QLatin1StringView("position"), [this, &node](const YamlEntry& e) { node.position = m_read.position(e); }}});
        if (node.podCidr.value && node.kind && !model::infoOf(*node.kind).runsPods) {
            error(node.podCidr.place, tr("%1 is a %2 and runs no pods.").arg(quoted(node.name), model::infoOf(*node.kind).word),
                  tr("Remove pod-cidr; it belongs to hosts."));
        }
    }

    void links(const YamlEntry& entry) {
        if (!m_read.isList(entry, QStringLiteral("- {name: intnet1, ends: [leaf1:swp1, host1:eth1]}"))) {
            m_lab.hasUnreadLinks = entry.value.type != YamlNode::Type::Null;
            return;
        }
        for (const YamlNode& item : entry.value.items) {
            link(item);
        }
    }

    void link(const YamlNode& item) {
        const QString example = QStringLiteral("{name: intnet1, ends: [leaf1:swp1, host1:eth1]}");
        if (item.type != YamlNode::Type::Map) {
            m_lab.hasUnreadLinks = true;
            if (item.type != YamlNode::Type::Broken) {
                error(item.place, tr("A link must be a mapping."), tr("Write it like this: %1").arg(example));
            }
            return;
        }
        LinkDeclaration link{item.place, {}, {}, {}, {}};
        bool hasEnds = false;
        m_read.fields(item, tr("the link"),
                      {{QLatin1StringView("name"), [&](const YamlEntry& e) { link.name = label(e); }},
                       {QLatin1StringView("ends"),
                        [&](const YamlEntry& e) {
                            hasEnds = true;
                            ends(e, link);
                        }},
                       {QLatin1StringView("prefix"), [&](const YamlEntry& e) { link.prefix = m_read.network(e); }},
                       {QLatin1StringView("impairment"), [&](const YamlEntry& e) { link.impairments = readImpairments(e, m_read); }}});
        if (!hasEnds) {
            error(item.place, tr("The link has no ends."), tr("Write it like this: %1").arg(example));
        }
        m_lab.links.push_back(std::move(link));
    }

    void ends(const YamlEntry& entry, LinkDeclaration& link) {
        if (entry.value.type == YamlNode::Type::Null) {
            error(entry.keyPlace, tr("The link has no ends."),
                  tr("Write it like this: %1").arg(QStringLiteral("ends: [leaf1:swp1, host1:eth1]")));
            return;
        }
        if (!m_read.isList(entry, QStringLiteral("ends: [leaf1:swp1, host1:eth1]"))) {
            return;
        }
        if (entry.value.items.size() != link.ends.size()) {
            error(entry.value.place, tr("A link has two ends, not %1.").arg(entry.value.items.size()), tr("Write one link per cable."));
        }
        for (size_t i = 0; i < std::min(entry.value.items.size(), link.ends.size()); ++i) {
            link.ends[i] = m_read.endpoint(entry.value.items[i]);
        }
    }

    Given<QString> label(const YamlEntry& entry) {
        const auto given = m_read.word(entry);
        return given.value && m_read.isLabel(*given.value, given.place) ? given : Given<QString>{};
    }

    void workloads(const YamlEntry& entry) {
        if (m_read.isMap(entry, QStringLiteral("workloads: {my-nginx: {image: nginx, replicas: 2}}"))) {
            for (const YamlEntry& one : entry.value.entries) {
                workload(one);
            }
        }
    }

    void workload(const YamlEntry& entry) {
        WorkloadDeclaration workload{entry.key, entry.keyPlace, QStringLiteral("nginx"), {}, 80, false, {}};
        m_read.isLabel(entry.key, entry.keyPlace, kMaxWorkloadName);
        if (m_read.isMap(entry, QStringLiteral("%1: {image: nginx, replicas: 2}").arg(entry.key))) {
            m_read.fields(
                entry.value, quoted(entry.key),
                {{QLatin1StringView("image"),
                  [&](const YamlEntry& e) { workload.image = m_read.oneOf(e, {QStringLiteral("nginx")}).value.value_or(QString()); }},
                 {QLatin1StringView("replicas"), [&](const YamlEntry& e) { workload.replicas = m_read.number(e, kReplicas); }},
                 {QLatin1StringView("port"),
                  [&](const YamlEntry& e) {
                      workload.port = static_cast<std::uint16_t>(m_read.number(e, {1, 65535}).value.value_or(80));
                  }},
                 {QLatin1StringView("on"), [&](const YamlEntry& e) { spots(e, workload); }}});
        }
        m_lab.workloads.push_back(std::move(workload));
    }

    void spots(const YamlEntry& entry, WorkloadDeclaration& workload) {
        workload.hasSpots = true;
        if (entry.value.type == YamlNode::Type::Scalar) {
            workload.spots.push_back({m_read.word(entry), {}});
            return;
        }
        const bool isList = entry.value.type == YamlNode::Type::List;
        if (entry.value.type == YamlNode::Type::Null || (isList && entry.value.items.empty())) {
            error(entry.keyPlace, tr("%1 has no place for a pod.").arg(quoted(workload.name)),
                  tr("Name a host, or leave on away: then all hosts take pods."));
        }
        if (!m_read.isList(entry, QStringLiteral("on: [host2, host3]"))) {
            return;
        }
        for (const YamlNode& item : entry.value.items) {
            SpotDeclaration spot;
            if (item.type == YamlNode::Type::Map) {
                m_read.fields(item, tr("the place of a pod"),
                              {{QLatin1StringView("host"), [&](const YamlEntry& e) { spot.host = m_read.word(e); }},
                               {QLatin1StringView("address"), [&](const YamlEntry& e) { spot.address = m_read.address(e); }}});
            } else {
                spot.host = m_read.word(item, entry.key);
            }
            workload.spots.push_back(std::move(spot));
        }
    }

    void tests(const YamlEntry& entry) {
        if (m_read.isMap(entry, QStringLiteral("tests: {nginx: {from: [hosts, pods], to: my-nginx}}"))) {
            for (const YamlEntry& one : entry.value.entries) {
                test(one);
            }
        }
    }

    void test(const YamlEntry& entry) {
        TestDeclaration test{entry.key, entry.keyPlace, true, true, {}};
        bool hasTarget = false;
        m_read.isLabel(entry.key, entry.keyPlace);
        if (m_read.isMap(entry, QStringLiteral("%1: {from: [hosts, pods], to: my-nginx}").arg(entry.key))) {
            m_read.fields(entry.value, quoted(entry.key),
                          {{QLatin1StringView("from"), [&](const YamlEntry& e) { sources(e, test); }},
                           {QLatin1StringView("to"), [&](const YamlEntry& e) {
                                hasTarget = true;
                                test.workload = m_read.word(e);
                            }}});
        } else if (entry.value.type != YamlNode::Type::Null) {
            return; // Reported already.
        }
        if (!hasTarget) {
            error(entry.keyPlace, tr("The test %1 has no target.").arg(quoted(entry.key)), tr("Add \"to:\" with the name of a workload."));
        }
        m_lab.tests.push_back(std::move(test));
    }

    void sources(const YamlEntry& entry, TestDeclaration& test) {
        test.fromHosts = false;
        test.fromPods = false;
        if (entry.value.type == YamlNode::Type::Scalar) {
            source(entry.value, test);
        } else if (m_read.isList(entry, QStringLiteral("from: [hosts, pods]"))) {
            for (const YamlNode& item : entry.value.items) {
                source(item, test);
            }
        }
        const bool isEmpty =
            entry.value.type == YamlNode::Type::Null || (entry.value.type == YamlNode::Type::List && entry.value.items.empty());
        if (isEmpty) {
            error(entry.keyPlace, tr("The test has no sources."), tr("Write hosts, pods or both: from: [hosts, pods]"));
        }
    }

    void source(const YamlNode& item, TestDeclaration& test) {
        const auto word = m_read.word(item, tr("A source"));
        if (!word.value) {
            return;
        }
        if (*word.value == QLatin1StringView("hosts")) {
            test.fromHosts = true;
        } else if (*word.value == QLatin1StringView("pods")) {
            test.fromPods = true;
        } else {
            error(word.place, tr("%1 cannot be a source of a test.").arg(quoted(*word.value)), tr("Write hosts, pods or both."));
        }
    }

    FieldReader m_read;
    Declarations m_lab;
    std::optional<FabricDeclaration> m_fabric;
    bool m_hasName = false;
    bool m_hasNodes = false;
};

} // namespace

Declarations readDeclarations(const YamlNode& root, Report& report) {
    return DeclarationReader(report).lab(root);
}

} // namespace podleaf::labfile
