// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch_writer.h"

#include "canvas_form.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

#include <algorithm>
#include <ranges>

namespace podleaf::labfile {

namespace {

const QString kNodes = QStringLiteral("nodes");
const QString kLinks = QStringLiteral("links");
const QString kWorkloads = QStringLiteral("workloads");
const QString kPosition = QStringLiteral("position");
const QString kEnds = QStringLiteral("ends");
const QString kName = QStringLiteral("name");
const QString kImpairment = QStringLiteral("impairment");

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

Unexpected fromShortForm(const QString& what) {
    return fail(ErrorCode::InvalidInput, tr("%1 comes from the short form fabric: and has no lines of its own.").arg(what), {},
                tr("Write the lab out first: podleaf validate --expand FILE"));
}

QString wordOf(model::DhcpRole role) {
    return role == model::DhcpRole::Server  ? QStringLiteral("server")
           : role == model::DhcpRole::Relay ? QStringLiteral("relay")
                                            : QStringLiteral("none");
}

QString endsOf(const model::Link& link) {
    return QStringLiteral("[%1, %2]").arg(link.ends[0].toString(), link.ends[1].toString());
}

bool meets(const model::Link& link, const NodeId& node) {
    return link.ends[0].node == node || link.ends[1].node == node;
}

/// The place in the file of what comes at that place of the lab, whose first ones are those of the short form.
Result<size_t> placeBehind(size_t shortForm, size_t at) {
    if (at < shortForm) {
        return fail(ErrorCode::InvalidInput, tr("What the short form fabric: stands for comes first."), {}, tr("Add it at the end."));
    }
    return at == model::kAtEnd ? at : at - shortForm;
}

} // namespace

PatchWriter::PatchWriter(PatchText text, const model::Lab& lab)
    : m_text(std::move(text)), m_fabricNodes(lab.nodes.size() - members(kNodes)), m_fabricLinks(lab.links.size() - members(kLinks)),
      m_isIbgp(lab.routing.profile == model::RoutingProfile::IbgpReflector) {}

size_t PatchWriter::members(const QString& section) const {
    const YamlNode* const node = m_text.find({section});
    return node == nullptr ? 0 : node->entries.size() + node->items.size();
}

Result<> PatchWriter::isWrittenOut(const NodeId& node) const {
    return m_text.find({kNodes, node.name}) == nullptr ? Result<>(fromShortForm(node.name)) : Result<>();
}

Result<YamlPath> PatchWriter::itemOf(size_t linkIndex) const {
    if (linkIndex < m_fabricLinks) {
        return fromShortForm(tr("The link"));
    }
    return YamlPath{kLinks, linkIndex - m_fabricLinks};
}

Result<> PatchWriter::write(const model::Edit& edit, const model::Lab& before) {
    const auto indexOf = [&before](const LinkId& link) {
        return static_cast<size_t>(std::ranges::find(before.links, link, &model::Link::id) - before.links.begin());
    };
    if (const auto* addNode = std::get_if<model::AddNode>(&edit)) {
        return add(*addNode);
    }
    if (const auto* removeNode = std::get_if<model::RemoveNode>(&edit)) {
        return remove(*removeNode, before);
    }
    if (const auto* renameNode = std::get_if<model::RenameNode>(&edit)) {
        return rename(*renameNode, before);
    }
    if (const auto* key = std::get_if<model::SetNodeKey>(&edit)) {
        return set(*key);
    }
    if (const auto* addLink = std::get_if<model::AddLink>(&edit)) {
        return add(*addLink);
    }
    if (const auto* removeLink = std::get_if<model::RemoveLink>(&edit)) {
        const auto item = itemOf(indexOf(removeLink->link));
        return item ? m_text.remove(*item) : fail(item.error());
    }
    if (const auto* renameLink = std::get_if<model::RenameLink>(&edit)) {
        return pinLink(indexOf(renameLink->link), kName, renameLink->name.name);
    }
    if (const auto* impairments = std::get_if<model::SetImpairments>(&edit)) {
        return set(*impairments, before);
    }
    if (const auto* kubernetes = std::get_if<model::SetKubernetes>(&edit)) {
        return set(*kubernetes, before);
    }
    if (const auto* addWorkload = std::get_if<model::AddWorkload>(&edit)) {
        return add(*addWorkload);
    }
    if (const auto* removeWorkload = std::get_if<model::RemoveWorkload>(&edit)) {
        return remove(*removeWorkload);
    }
    if (const auto* replicas = std::get_if<model::SetReplicas>(&edit)) {
        return pinReplicas(replicas->workload, replicas->count);
    }
    return writeCanvas(edit, before).value_or(Result<>()); // Places are pinned where they turn out to be others.
}

Result<> PatchWriter::add(const model::AddNode& edit) {
    const model::Node& node = edit.node;
    Snippet::Fields fields{{QStringLiteral("kind"), model::infoOf(node.kind).word}};
    if (node.asn != 0 && !m_isIbgp) {
        fields.emplace_back(QStringLiteral("asn"), QString::number(node.asn));
    }
    if (node.loopback) {
        fields.emplace_back(QStringLiteral("loopback"), node.loopback->toString());
    }
    if (node.podCidr) {
        fields.emplace_back(QStringLiteral("pod-cidr"), node.podCidr->toString());
    }
    if (node.dhcp && node.kind != model::NodeKind::Host) {
        fields.emplace_back(QStringLiteral("dhcp"), wordOf(*node.dhcp));
    }
    if (!node.dhcpServer.isEmpty()) {
        fields.emplace_back(QStringLiteral("dhcp-server"), node.dhcpServer.name);
    }
    if (node.position) {
        fields.emplace_back(kPosition, positionValue(*node.position));
    }
    const auto place = placeBehind(m_fabricNodes, edit.at);
    return place ? m_text.insertEntry({kNodes}, *place, node.id.name, {fields}) : fail(place.error());
}

Result<> PatchWriter::remove(const model::RemoveNode& edit, const model::Lab& before) {
    if (auto known = isWrittenOut(edit.node); !known) {
        return known;
    }
    for (const model::Workload& workload : before.workloads) {
        if (auto removed = removePlaces(edit, workload); !removed) {
            return removed;
        }
    }
    if (auto left = leaveGroup(edit.node, before); !left) {
        return left;
    }
    if (auto left = leaveControlPlane(edit.node); !left) {
        return left;
    }
    for (size_t i = before.links.size(); i-- > 0;) {
        if (!meets(before.links[i], edit.node)) {
            continue;
        }
        const auto item = itemOf(i);
        if (auto removed = item ? m_text.remove(*item) : fail(item.error()); !removed) {
            return removed;
        }
    }
    if (auto removed = m_text.remove({kNodes, edit.node.name}); !removed) {
        return removed;
    }
    const YamlNode* const nodes = m_text.find({kNodes}); // Beside a short form the section may go, but not be empty.
    return nodes != nullptr && nodes->type == YamlNode::Type::Null ? m_text.remove({kNodes}) : Result<>();
}

Result<> PatchWriter::rename(const model::RenameNode& edit, const model::Lab& before) {
    if (auto known = isWrittenOut(edit.node); !known) {
        return known;
    }
    if (auto renamed = m_text.renameKey({kNodes}, edit.node.name, edit.name.name); !renamed) {
        return renamed;
    }
    if (auto renamed = renameEnds(edit, before); !renamed) {
        return renamed;
    }
    if (auto renamed = renameInGroup(edit, before); !renamed) {
        return renamed;
    }
    if (auto renamed = renameControlPlane(edit); !renamed) {
        return renamed;
    }
    for (const model::Node& node : before.nodes) {
        const YamlPath path{kNodes, node.id == edit.node ? edit.name.name : node.id.name, QStringLiteral("dhcp-server")};
        const YamlNode* const server = m_text.find(path);
        if (server != nullptr && server->text == edit.node.name) {
            if (auto renamed = m_text.replaceWord(path, edit.name.name); !renamed) {
                return renamed;
            }
        }
    }
    for (const model::Workload& workload : before.workloads) {
        if (auto renamed = renamePlaces(edit, {kWorkloads, workload.name, QStringLiteral("on")}); !renamed) {
            return renamed;
        }
    }
    return {};
}

Result<> PatchWriter::renameEnds(const model::RenameNode& edit, const model::Lab& before) {
    for (size_t i = m_fabricLinks; i < before.links.size(); ++i) {
        for (size_t end = 0; end < before.links[i].ends.size(); ++end) {
            const model::Endpoint& port = before.links[i].ends[end];
            if (port.node != edit.node) {
                continue;
            }
            const YamlPath path{kLinks, i - m_fabricLinks, kEnds, end};
            if (auto renamed = m_text.replaceWord(path, model::Endpoint{edit.name, port.port}.toString()); !renamed) {
                return renamed;
            }
        }
        if (auto renamed = renameSenders(edit, {kLinks, i - m_fabricLinks, kImpairment}); !renamed) {
            return renamed;
        }
    }
    return {};
}

Result<> PatchWriter::set(const model::SetNodeKey& edit) {
    if (auto known = isWrittenOut(edit.node); !known) {
        return known;
    }
    struct Pair {
        QString key;
        QString value;
    };
    const auto word = []<class T>(const T& value) -> Pair {
        if constexpr (std::is_same_v<T, model::SetNodeKey::Asn>) {
            return {QStringLiteral("asn"), value ? QString::number(*value) : QString()};
        } else if constexpr (std::is_same_v<T, model::SetNodeKey::Loopback>) {
            return {QStringLiteral("loopback"), value ? value->toString() : QString()};
        } else if constexpr (std::is_same_v<T, model::SetNodeKey::PodCidr>) {
            return {QStringLiteral("pod-cidr"), value ? value->toString() : QString()};
        } else if constexpr (std::is_same_v<T, model::SetNodeKey::Place>) {
            return {kPosition, value ? positionValue(*value) : QString()};
        } else if constexpr (std::is_same_v<T, model::SetNodeKey::Kind>) {
            return {QStringLiteral("kind"), model::infoOf(value).word};
        } else {
            return {QStringLiteral("dhcp"), value ? wordOf(*value) : QString()};
        }
    };
    const Pair pair = std::visit(word, edit.value);
    const YamlPath node{kNodes, edit.node.name};
    const auto* kind = std::get_if<model::SetNodeKey::Kind>(&edit.value);
    if (auto left = kind != nullptr && *kind != model::NodeKind::Host ? leaveControlPlane(edit.node) : Result<>(); !left) {
        return left;
    }
    if (!pair.value.isEmpty()) {
        return m_text.set(node, pair.key, pair.value);
    }
    const YamlPath path = inside(node, pair.key);
    return m_text.find(path) == nullptr ? Result<>() : m_text.remove(path);
}

Result<> PatchWriter::add(const model::AddLink& edit) {
    Snippet::Fields fields;
    if (!edit.link.id.isEmpty()) {
        fields.emplace_back(kName, edit.link.id.name);
    }
    fields.emplace_back(kEnds, endsOf(edit.link));
    if (edit.link.prefix.length > 0) {
        fields.emplace_back(QStringLiteral("prefix"), edit.link.prefix.toString());
    }
    if (const QString value = impairmentValue(edit.link); !value.isEmpty()) {
        fields.emplace_back(kImpairment, value);
    }
    const auto place = placeBehind(m_fabricLinks, edit.at);
    return place ? m_text.insertItem({kLinks}, *place, {fields}) : fail(place.error());
}

Result<> PatchWriter::pinNode(const model::Lab& lab, size_t index, const QString& key, const QString& value) {
    const NodeId& node = lab.nodes[index].id;
    if (auto known = isWrittenOut(node); !known) {
        return known;
    }
    return m_text.set({kNodes, node.name}, key, value);
}

Result<> PatchWriter::pinLink(size_t index, const QString& key, const QString& value) {
    const auto item = itemOf(index);
    return item ? m_text.set(*item, key, value) : fail(item.error());
}

} // namespace podleaf::labfile
