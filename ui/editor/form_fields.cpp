// SPDX-License-Identifier: GPL-3.0-or-later
#include "form_fields.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace podleaf::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("FormFields", text);
}

using Nodes = std::vector<const model::Node*>;
using Dhcp = model::DhcpRole;

Nodes nodesOf(const model::Lab& lab, const std::vector<Selection>& parts) {
    Nodes nodes;
    for (const Selection& part : parts) {
        const auto* id = std::get_if<NodeId>(&part);
        if (const model::Node* const node = id == nullptr ? nullptr : lab.findNode(*id)) {
            nodes.push_back(node);
        }
    }
    return nodes;
}

const model::Workload* workloadOf(const model::Lab& lab, const std::vector<Selection>& parts) {
    const auto* pod = parts.size() == 1 ? std::get_if<PodRef>(&parts.front()) : nullptr;
    const auto owns = [pod](const model::Workload& workload) {
        return pod != nullptr && std::ranges::find(workload.pods, pod->name, &model::Pod::name) != workload.pods.end();
    };
    const auto it = std::ranges::find_if(lab.workloads, owns);
    return it == lab.workloads.end() ? nullptr : &*it;
}

const model::Link* linkOf(const model::Lab& lab, const std::vector<Selection>& parts) {
    const auto* link = parts.size() == 1 ? std::get_if<LinkId>(&parts.front()) : nullptr;
    return link == nullptr ? nullptr : lab.findLink(*link);
}

const std::array<std::pair<Dhcp, QString>, 3>& roles() {
    static const std::array<std::pair<Dhcp, QString>, 3> kRoles{
        std::pair{Dhcp::Server, QStringLiteral("server")}, {Dhcp::Relay, QStringLiteral("relay")}, {Dhcp::None, QStringLiteral("none")}};
    return kRoles;
}

QString dhcpWord(const model::Node& node) {
    const auto it = std::ranges::find_if(roles(), [&node](const auto& role) { return node.dhcp == role.first; });
    return it == roles().end() ? tr("as its kind does") : it->second;
}

QString groupWord(const model::Lab& lab, const model::Node& node) {
    const model::Group* const group = lab.groupOf(node.id);
    return group == nullptr ? tr("no group") : group->name;
}

template <class Value>
std::optional<QString> common(const Nodes& nodes, Value valueOf) {
    const QString first = valueOf(*nodes.front());
    const bool isSame = std::ranges::all_of(nodes, [&](const model::Node* node) { return valueOf(*node) == first; });
    return isSame ? std::optional(first) : std::nullopt;
}

std::vector<FormField> nodeFields(const model::Lab& lab, const Nodes& nodes) {
    std::vector<FormField> fields;
    const auto all = [&nodes](auto is) { return std::ranges::all_of(nodes, [&is](const model::Node* node) { return is(*node); }); };
    if (nodes.size() == 1) {
        fields.push_back({FieldKey::Name, tr("Name"), nodes.front()->id.name});
    }
    FormField kind{FieldKey::Kind, tr("Kind"), common(nodes, [](const model::Node& node) { return model::infoOf(node.kind).word; })};
    for (const model::NodeKindInfo& each : model::nodeKinds()) {
        kind.choices += each.word;
    }
    kind.hasDefault = false;
    fields.push_back(kind);
    if (lab.routing.profile != model::RoutingProfile::IbgpReflector) {
        fields.push_back({FieldKey::Asn,
                          tr("AS number"),
                          common(nodes, [](const model::Node& node) { return QString::number(node.asn); }),
                          {},
                          false,
                          true});
    }
    const auto loopback = [](const model::Node& node) { return node.loopback ? node.loopback->toString() : QString(); };
    if (nodes.size() == 1 && nodes.front()->loopback) {
        fields.push_back({FieldKey::Loopback, tr("Loopback"), loopback(*nodes.front()), {}, false, true});
    }
    const auto podCidr = [](const model::Node& node) { return node.podCidr ? node.podCidr->toString() : QString(); };
    if (nodes.size() == 1 && nodes.front()->kind == model::NodeKind::Host) {
        fields.push_back({FieldKey::PodCidr, tr("Pod network"), podCidr(*nodes.front()), {}, false, true});
    }
    if (all([](const model::Node& node) { return node.kind != model::NodeKind::Host; })) {
        QStringList words{tr("as its kind does")};
        for (const auto& [role, word] : roles()) {
            words += word;
        }
        fields.push_back({FieldKey::Dhcp, tr("DHCP"), common(nodes, dhcpWord), words});
    }
    if (!lab.groups.empty()) {
        QStringList words{tr("no group")}; // Never a group's name: it has a space.
        for (const model::Group& group : lab.groups) {
            words += group.name;
        }
        fields.push_back(
            {FieldKey::Group, tr("Group"), common(nodes, [&lab](const model::Node& node) { return groupWord(lab, node); }), words});
    }
    return fields;
}

std::vector<FormField> linkFields(const model::Lab& lab, const model::Link& link) {
    std::vector<FormField> fields{{FieldKey::Name, tr("Name"), link.id.name},
                                  {FieldKey::FirstEnd, tr("From"), link.ends[0].toString(), {}, false, true, tr("node:port")},
                                  {FieldKey::SecondEnd, tr("To"), link.ends[1].toString(), {}, false, true, tr("node:port")}};
    if (lab.isNumbered()) {
        fields.push_back({FieldKey::Prefix, tr("Prefix"), link.prefix.toString(), {}, false, true});
    }
    return fields;
}

std::vector<FormField> workloadFields(const model::Workload& workload) {
    QStringList hosts;
    for (const model::Pod& pod : workload.pods) {
        hosts += pod.host.name;
    }
    return {{FieldKey::Replicas, tr("Pods"), QString::number(workload.pods.size())},
            {FieldKey::Places, tr("Hosts"), hosts.join(QStringLiteral(", ")), {}, false, false, tr("One for each pod, in turn.")}};
}

Unexpected wrongly(const QString& sentence) {
    return fail(ErrorCode::InvalidInput, sentence);
}

Result<model::SetNodeKey> nodeKey(const NodeId& node, FieldKey key, const QString& text) {
    const bool isDefault = text.isEmpty();
    if (key == FieldKey::Asn) {
        bool isNumber = false;
        const std::uint32_t asn = text.toUInt(&isNumber);
        if (!isDefault && (!isNumber || asn == 0)) {
            return wrongly(tr("\"%1\" is not a value for asn.").arg(text));
        }
        return model::SetNodeKey{node, isDefault ? model::SetNodeKey::Asn() : model::SetNodeKey::Asn(asn)};
    }
    if (key == FieldKey::Loopback) {
        const auto address = Ipv4Address::parse(text);
        return address || isDefault ? Result<model::SetNodeKey>({node, model::SetNodeKey::Loopback(address)})
                                    : wrongly(tr("\"%1\" is not an IPv4 address.").arg(text));
    }
    if (key == FieldKey::PodCidr) {
        const auto prefix = Ipv4Prefix::parse(text);
        return prefix || isDefault ? Result<model::SetNodeKey>({node, model::SetNodeKey::PodCidr(prefix)})
                                   : wrongly(tr("\"%1\" is not an IPv4 prefix.").arg(text));
    }
    if (key == FieldKey::Kind) {
        const model::NodeKindInfo* kind = model::findNodeKind(text);
        return kind != nullptr ? Result<model::SetNodeKey>({node, kind->kind}) : wrongly(tr("\"%1\" is no kind of node.").arg(text));
    }
    const auto role = std::ranges::find_if(roles(), [&text](const auto& each) { return each.second == text; });
    return model::SetNodeKey{node, role == roles().end() ? model::SetNodeKey::Dhcp() : model::SetNodeKey::Dhcp(role->first)};
}

Result<NamedEdits> nodeEdits(const model::Lab& lab, const std::vector<Selection>& parts, FieldKey key, const QString& text) {
    const Nodes nodes = nodesOf(lab, parts);
    if (key == FieldKey::Group) {
        std::vector<NodeId> ids;
        std::ranges::transform(nodes, std::back_inserter(ids), &model::Node::id);
        return moveToGroup(lab, ids, text);
    }
    NamedEdits made;
    for (const model::Node* node : nodes) {
        const auto edit = nodeKey(node->id, key, text);
        if (!edit) {
            return fail(edit.error());
        }
        made.edits.emplace_back(*edit);
    }
    const auto fields = nodeFields(lab, nodes);
    const auto field = std::ranges::find(fields, key, &FormField::key);
    const QString label = field == fields.end() ? QString() : field->label;
    made.name =
        nodes.size() == 1 ? tr("Set %1 of %2").arg(label, nodes.front()->id.name) : tr("Set %1 of %2 nodes").arg(label).arg(nodes.size());
    return made;
}

/// A cable has no edit for its parts: it makes way for one that differs only there.
Result<NamedEdits> linkEdits(const model::Lab& lab, const model::Link& link, FieldKey key, const QString& text) {
    model::Link changed = link;
    changed.addresses = {};
    if (key == FieldKey::Prefix) {
        const auto prefix = Ipv4Prefix::parse(text);
        if (!prefix && !text.isEmpty()) {
            return wrongly(tr("\"%1\" is not an IPv4 prefix.").arg(text));
        }
        changed.prefix = prefix.value_or(Ipv4Prefix());
    } else {
        const QStringList words = text.split(QLatin1Char(':'));
        if (words.size() != 2 || words[0].isEmpty() || words[1].isEmpty()) {
            return wrongly(tr("\"%1\" does not name a port.").arg(text));
        }
        changed.ends[key == FieldKey::FirstEnd ? 0 : 1] = {NodeId(words[0]), words[1]};
        changed.prefix = {}; // Goes with the port, unless the file gives one.
    }
    const auto at = static_cast<std::size_t>(std::ranges::find(lab.links, link.id, &model::Link::id) - lab.links.begin());
    return NamedEdits{tr("Change %1").arg(link.id.name), {model::RemoveLink{link.id}, model::AddLink{changed, at}}, {link.id}};
}

Result<NamedEdits> workloadEdits(const model::Workload& workload, FieldKey key, const QString& text) {
    constexpr std::uint32_t kMostReplicas = 1000;
    if (key == FieldKey::Replicas) {
        const std::uint32_t count = text.toUInt();
        return count >= 1 && count <= kMostReplicas
                   ? Result<NamedEdits>({tr("Set the pods of %1").arg(workload.name), {model::SetReplicas{workload.name, count}}, {}})
                   : wrongly(tr("\"%1\" is no number of pods: 1 to %2.").arg(text).arg(kMostReplicas));
    }
    model::SetPlaces places{workload.name, {}};
    for (const QString& host : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        places.places.push_back({NodeId(host.trimmed()), {}});
    }
    return NamedEdits{tr("Set the hosts of %1").arg(workload.name), {places}, {}};
}

} // namespace

Form formOf(const model::Lab& lab, const std::vector<Selection>& parts) {
    if (const Nodes nodes = nodesOf(lab, parts); !nodes.empty()) {
        return {nodes.size() == 1 ? tr("Settings") : tr("Settings of %1 nodes").arg(nodes.size()), nodeFields(lab, nodes)};
    }
    if (const model::Link* const link = linkOf(lab, parts)) {
        return {tr("Settings"), linkFields(lab, *link)};
    }
    if (const model::Workload* const workload = workloadOf(lab, parts)) {
        return {tr("Workload %1").arg(workload->name), workloadFields(*workload)};
    }
    const auto* group = parts.size() == 1 ? std::get_if<GroupRef>(&parts.front()) : nullptr;
    return group == nullptr ? Form() : Form{tr("Settings"), {{FieldKey::Name, tr("Name"), group->name}}};
}

Result<NamedEdits> editsFor(const model::Lab& lab, const std::vector<Selection>& parts, FieldKey key, const QString& text) {
    if (key == FieldKey::Name) {
        return renamePart(parts.front(), text);
    }
    if (const model::Link* const link = linkOf(lab, parts)) {
        return linkEdits(lab, *link, key, text);
    }
    if (const model::Workload* const workload = workloadOf(lab, parts)) {
        return workloadEdits(*workload, key, text);
    }
    return nodeEdits(lab, parts, key, text);
}

} // namespace podleaf::ui
