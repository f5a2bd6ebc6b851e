// SPDX-License-Identifier: GPL-3.0-or-later
#include "edit_words.h"

#include <core/model/node_kinds.h>
#include <core/model/suggestions.h>

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

Unexpected wrongly(const QString& message) {
    const QString forms = QStringLiteral("add KIND NAME [--link NODE:PORT]… [--asn N] [--loopback A] [--pod-cidr P] [--dhcp ROLE]\n"
                                         "remove NODE\n"
                                         "rename NODE NAME\n"
                                         "set NODE kind|asn|loopback|pod-cidr|dhcp|position VALUE|default\n"
                                         "set WORKLOAD replicas N\n"
                                         "set WORKLOAD on HOST,HOST…\n"
                                         "link add NODE:PORT NODE:PORT [--name NAME]\n"
                                         "link remove LINK\n"
                                         "link rename LINK NAME\n"
                                         "link impair LINK [--loss PERCENT] [--rate RATE] [--delay TIME] [--from NODE]\n"
                                         "link restore LINK\n"
                                         "kubernetes on|off\n"
                                         "kubernetes set version|control-plane|services VALUE|default\n"
                                         "group add NAME NODE,NODE…\n"
                                         "group remove NAME\n"
                                         "group rename NAME NAME\n"
                                         "note add TEXT X,Y\n"
                                         "note remove NUMBER");
    return fail(ErrorCode::InvalidInput, message, forms, {});
}

Result<model::Endpoint> endpointOf(const QString& word) {
    const QStringList parts = word.split(QLatin1Char(':'));
    if (parts.size() != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
        return wrongly(tr("\"%1\" is no end of a link, such as leaf1:swp4.").arg(word));
    }
    return model::Endpoint{NodeId(parts[0]), parts[1]};
}

std::optional<model::Position> positionOf(const QString& word) {
    const QStringList numbers = word.split(QLatin1Char(','));
    bool isX = false;
    bool isY = false;
    const model::Position at{numbers[0].toInt(&isX), numbers.value(1).toInt(&isY)};
    return isX && isY && numbers.size() == 2 ? std::optional(at) : std::nullopt;
}

std::vector<NodeId> nodesOf(const QString& word) {
    std::vector<NodeId> nodes;
    for (const QString& node : word.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        nodes.emplace_back(node);
    }
    return nodes;
}

/// The value of one key of a node; `default` hands the choice back to the file.
Result<model::SetNodeKey> keyOf(const NodeId& node, const QString& key, const QString& word) {
    const bool isDefault = word == QLatin1String("default");
    const auto refuse = [&word, &key] { return wrongly(tr("\"%1\" cannot be the %2 of a node.").arg(word, key)); };
    if (key == QLatin1String("asn")) {
        const model::SetNodeKey::Asn asn = isDefault ? std::nullopt : std::optional(word.toUInt()); // 0 is no AS number
        return asn != 0U ? Result<model::SetNodeKey>({node, asn}) : refuse();
    }
    if (key == QLatin1String("loopback")) {
        const model::SetNodeKey::Loopback address = isDefault ? std::nullopt : Ipv4Address::parse(word);
        return address || isDefault ? Result<model::SetNodeKey>({node, address}) : refuse();
    }
    if (key == QLatin1String("pod-cidr")) {
        const model::SetNodeKey::PodCidr prefix = isDefault ? std::nullopt : Ipv4Prefix::parse(word);
        return prefix || isDefault ? Result<model::SetNodeKey>({node, prefix}) : refuse();
    }
    if (key == QLatin1String("position")) {
        const model::SetNodeKey::Place place = isDefault ? std::nullopt : positionOf(word);
        return place || isDefault ? Result<model::SetNodeKey>({node, place}) : refuse();
    }
    if (key == QLatin1String("dhcp")) {
        const std::array roles{std::pair{QLatin1String("server"), model::DhcpRole::Server},
                               std::pair{QLatin1String("relay"), model::DhcpRole::Relay},
                               std::pair{QLatin1String("none"), model::DhcpRole::None}};
        const auto role = std::ranges::find_if(roles, [&word](const auto& each) { return each.first == word; });
        if (role == roles.end() && !isDefault) {
            return refuse();
        }
        return model::SetNodeKey{node, isDefault ? model::SetNodeKey::Dhcp() : model::SetNodeKey::Dhcp(role->second)};
    }
    if (key == QLatin1String("kind")) {
        const model::NodeKindInfo* const kind = model::findNodeKind(word);
        return kind != nullptr ? Result<model::SetNodeKey>({node, kind->kind}) : refuse();
    }
    return wrongly(tr("\"%1\" is no key of a node.").arg(key));
}

Result<model::Edits> addNode(const model::Lab& lab, const QStringList& words, const EditOptions& options) {
    const model::NodeKindInfo* const kind = words.size() == 3 ? model::findNodeKind(words[1]) : nullptr;
    if (kind == nullptr) {
        return wrongly(tr("That is no way to add a node."));
    }
    model::Lab after = lab;
    const NodeId id(words[2]);
    model::AddNode add{{id, kind->kind, 0, {}, {}, {}, {}}};
    model::Edits edits{add};
    const std::array given{std::pair{QStringLiteral("asn"), options.asn}, std::pair{QStringLiteral("loopback"), options.loopback},
                           std::pair{QStringLiteral("pod-cidr"), options.podCidr}, std::pair{QStringLiteral("dhcp"), options.dhcp}};
    model::Lab single;
    single.nodes = {add.node};
    for (const auto& [key, word] : given) {
        if (word.isEmpty()) {
            continue;
        }
        const auto edit = keyOf(id, key, word);
        if (!edit) {
            return fail(edit.error());
        }
        if (auto applied = model::apply(single, model::Edit(*edit)); !applied) {
            return fail(applied.error());
        }
    }
    add.node = single.nodes.front();
    edits.front() = add;
    for (qsizetype i = 0; i < options.links.size(); ++i) {
        const QStringList parts = options.links[i].split(QLatin1Char('='));
        const auto far = endpointOf(parts[0]);
        if (!far) {
            return fail(far.error());
        }
        const QString own = parts.size() > 1                      ? parts[1]
                            : kind->kind == model::NodeKind::Host ? model::hostPort(lab, static_cast<size_t>(i))
                                                                  : QStringLiteral("swp%1").arg(i + 1);
        model::AddLink link{{model::nextLinkName(after), {{*far, {id, own}}}, {}, {}}};
        after.links.push_back(link.link);
        edits.emplace_back(std::move(link));
    }
    return edits;
}

/// What is not given stays as the file has it.
Result<model::Edits> impairLink(const model::Lab& lab, const LinkId& id, const ImpairOptions& options) {
    const model::Link* const link = lab.findLink(id);
    if (link == nullptr) {
        return model::Edits{model::SetImpairments{id, {}}}; // refused where edits are applied, with its name
    }
    const auto senders = parseSenders(options.from, *link);
    if (!senders) {
        return fail(senders.error());
    }
    const auto change = parseChange(options);
    if (!change) {
        return fail(change.error());
    }
    if (!change->loss && !change->rateKbit && !change->delayMicroseconds) {
        return wrongly(tr("It is not said what %1 shall do to packets.").arg(id.name));
    }
    model::SetImpairments edit{id, link->impairments};
    for (const auto& [sender, other] : {std::pair(std::size_t{0}, engine::Senders::B), std::pair(std::size_t{1}, engine::Senders::A)}) {
        if (*senders != other) {
            model::Impairment& impairment = edit.impairments[sender];
            impairment.loss = change->loss.value_or(impairment.loss);
            impairment.rateKbit = change->rateKbit.value_or(impairment.rateKbit);
            impairment.delayMicroseconds = change->delayMicroseconds.value_or(impairment.delayMicroseconds);
        }
    }
    return model::Edits{edit};
}

Result<model::Edits> editLink(const model::Lab& lab, const QStringList& words, const EditOptions& options) {
    const QString verb = words.value(1);
    if (verb == QLatin1String("remove") && words.size() == 3) {
        return model::Edits{model::RemoveLink{LinkId(words[2])}};
    }
    if (verb == QLatin1String("rename") && words.size() == 4) {
        return model::Edits{model::RenameLink{LinkId(words[2]), LinkId(words[3])}};
    }
    if (verb == QLatin1String("impair") && words.size() == 3) {
        return impairLink(lab, LinkId(words[2]), options.impair);
    }
    if (verb == QLatin1String("restore") && words.size() == 3) {
        return model::Edits{model::SetImpairments{LinkId(words[2]), {}}};
    }
    if (verb != QLatin1String("add") || words.size() != 4) {
        return wrongly(tr("That is no way to edit a link."));
    }
    const auto first = endpointOf(words[2]);
    const auto second = endpointOf(words[3]);
    if (!first || !second) {
        return fail((first ? second : first).error());
    }
    const LinkId name = options.name.isEmpty() ? model::nextLinkName(lab) : LinkId(options.name);
    return model::Edits{model::AddLink{{name, {{*first, *second}}, {}, {}}}};
}

Result<model::Edits> editKubernetes(const model::Lab& lab, const QStringList& words) {
    const QString verb = words.value(1);
    if (verb == QLatin1String("off") && words.size() == 2) {
        return model::Edits{model::SetKubernetes{}};
    }
    model::Kubernetes cluster = lab.kubernetes.value_or(model::Kubernetes{});
    if (verb == QLatin1String("on") && words.size() == 2) {
        return model::Edits{model::SetKubernetes{cluster}};
    }
    if (verb != QLatin1String("set") || words.size() != 4) {
        return wrongly(tr("That is no way to edit the cluster."));
    }
    const QString& key = words[2];
    const QString value = words[3] == QLatin1String("default") ? QString() : words[3];
    const auto prefix = Ipv4Prefix::parse(value);
    if (key == QLatin1String("version") && (value.isEmpty() || model::kubernetesVersions().contains(value))) {
        cluster.version = value;
    } else if (key == QLatin1String("control-plane")) {
        cluster.controlPlane = NodeId(value);
    } else if (key == QLatin1String("services") && (value.isEmpty() || prefix)) {
        cluster.services = prefix.value_or(Ipv4Prefix{});
    } else {
        return wrongly(tr("\"%1\" cannot be the %2 of a cluster.").arg(words[3], key));
    }
    return model::Edits{model::SetKubernetes{cluster}};
}

Result<model::Edits> editGroup(const QStringList& words) {
    const QString verb = words.value(1);
    if (verb == QLatin1String("add") && words.size() == 4) {
        return model::Edits{model::AddGroup{{words[2], nodesOf(words[3])}}};
    }
    if (verb == QLatin1String("remove") && words.size() == 3) {
        return model::Edits{model::RemoveGroup{words[2]}};
    }
    if (verb == QLatin1String("rename") && words.size() == 4) {
        return model::Edits{model::RenameGroup{words[2], words[3]}};
    }
    return wrongly(tr("That is no way to edit a group."));
}

/// Notes are counted from 1, as a person does.
Result<model::Edits> editNote(const QStringList& words) {
    const QString verb = words.value(1);
    const auto place = words.size() == 4 ? positionOf(words[3]) : std::nullopt;
    if (verb == QLatin1String("add") && place) {
        return model::Edits{model::AddNote{{words[2], *place}}};
    }
    const std::uint32_t number = words.value(2).toUInt();
    if (verb == QLatin1String("remove") && words.size() == 3 && number > 0) {
        return model::Edits{model::RemoveNote{number - 1}};
    }
    return wrongly(tr("That is no way to edit a note."));
}

Result<model::Edits> setKey(const model::Lab& lab, const QStringList& words) {
    if (words.size() != 4) {
        return wrongly(tr("That is no way to set a value."));
    }
    const bool isWorkload = std::ranges::find(lab.workloads, words[1], &model::Workload::name) != lab.workloads.end();
    if (isWorkload && words[2] == QLatin1String("replicas")) {
        constexpr std::uint32_t kMostReplicas = 1000;
        const std::uint32_t count = words[3].toUInt();
        return count >= 1 && count <= kMostReplicas ? Result<model::Edits>({model::SetReplicas{words[1], count}})
                                                    : wrongly(tr("\"%1\" is no number of pods: 1 to %2.").arg(words[3]).arg(kMostReplicas));
    }
    if (isWorkload && words[2] == QLatin1String("on")) {
        model::SetPlaces places{words[1], {}};
        for (const NodeId& host : nodesOf(words[3])) {
            places.places.push_back({host});
        }
        return model::Edits{places};
    }
    const auto edit = keyOf(NodeId(words[1]), words[2], words[3]);
    return edit ? Result<model::Edits>({*edit}) : fail(edit.error());
}

} // namespace

Result<model::Edits> editsOf(const model::Lab& lab, const QStringList& words, const EditOptions& options) {
    const QString verb = words.value(0);
    if (verb == QLatin1String("add")) {
        return addNode(lab, words, options);
    }
    if (verb == QLatin1String("remove") && words.size() == 2) {
        return model::Edits{model::RemoveNode{NodeId(words[1])}};
    }
    if (verb == QLatin1String("rename") && words.size() == 3) {
        return model::Edits{model::RenameNode{NodeId(words[1]), NodeId(words[2])}};
    }
    if (verb == QLatin1String("set")) {
        return setKey(lab, words);
    }
    if (verb == QLatin1String("link")) {
        return editLink(lab, words, options);
    }
    if (verb == QLatin1String("kubernetes")) {
        return editKubernetes(lab, words);
    }
    if (verb == QLatin1String("group")) {
        return editGroup(words);
    }
    if (verb == QLatin1String("note")) {
        return editNote(words);
    }
    return wrongly(verb.isEmpty() ? tr("It is not said what to change.")
                                  : tr("\"%1\" is no way to change a lab.").arg(words.join(QLatin1Char(' '))));
}

} // namespace podleaf::cli
