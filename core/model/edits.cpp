// SPDX-License-Identifier: GPL-3.0-or-later
#include "edits.h"

#include "canvas_edits.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <utility>

namespace podleaf::model {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Edits", text);
}

Unexpected noSuchNode(const NodeId& node) {
    return fail(ErrorCode::NotFound, tr("There is no node \"%1\".").arg(node.name));
}

Unexpected noSuchLink(const LinkId& link) {
    return fail(ErrorCode::NotFound, tr("There is no link \"%1\".").arg(link.name));
}

template <class T>
void insertAt(std::vector<T>& list, size_t at, T value) {
    list.insert(list.begin() + static_cast<std::ptrdiff_t>(std::min(at, list.size())), std::move(value));
}

/// What puts the workload's pods back where they are now. Those that have no host yet came by an edit before, whose inverse
/// takes them away or places them.
Edits placesAgain(const Workload& workload) {
    SetPlaces edit{workload.name, {}};
    const auto placed = std::ranges::find(workload.pods, NodeId(), &Pod::host);
    std::for_each(workload.pods.begin(), placed, [&edit](const Pod& pod) {
        edit.places.push_back({pod.host, pod.address.value == 0 ? std::nullopt : std::optional(pod.address)});
    });
    return edit.places.empty() ? Edits{} : Edits{edit};
}

bool meets(const Link& link, const NodeId& node) {
    return link.ends[0].node == node || link.ends[1].node == node;
}

/// One method per edit; each checks first and changes then.
class Applier {
public:
    explicit Applier(Lab& lab) : m_lab(lab) {}

    Result<Edits> operator()(const AddNode& edit) {
        if (m_lab.findNode(edit.node.id) != nullptr) {
            return fail(ErrorCode::AlreadyExists, tr("There is a node \"%1\" already.").arg(edit.node.id.name));
        }
        insertAt(m_lab.nodes, edit.at, edit.node);
        return Edits{RemoveNode{edit.node.id}};
    }

    Result<Edits> operator()(const RemoveNode& edit) {
        const auto node = findNode(edit.node);
        if (node == m_lab.nodes.end()) {
            return noSuchNode(edit.node);
        }
        Edits inverse{AddNode{*node, static_cast<size_t>(node - m_lab.nodes.begin())}};
        for (size_t i = 0; i < m_lab.links.size(); ++i) {
            if (meets(m_lab.links[i], edit.node)) {
                inverse.emplace_back(AddLink{m_lab.links[i], i});
            }
        }
        for (Workload& workload : m_lab.workloads) {
            if (std::ranges::find(workload.pods, edit.node, &Pod::host) != workload.pods.end()) {
                std::ranges::copy(placesAgain(workload), std::back_inserter(inverse));
                forgetPlaces(workload);
            }
        }
        if (auto again = leaveGroup(m_lab, edit.node)) {
            inverse.push_back(std::move(*again));
        }
        m_lab.nodes.erase(node);
        std::erase_if(m_lab.links, [&edit](const Link& link) { return meets(link, edit.node); });
        handOverControlPlane(inverse);
        return inverse;
    }

    Result<Edits> operator()(const RenameNode& edit) {
        const auto node = findNode(edit.node);
        if (node == m_lab.nodes.end()) {
            return noSuchNode(edit.node);
        }
        if (m_lab.findNode(edit.name) != nullptr) {
            return fail(ErrorCode::AlreadyExists, tr("There is a node \"%1\" already.").arg(edit.name.name));
        }
        const auto follow = [&edit](NodeId& id) { id = id == edit.node ? edit.name : id; };
        for (Node& each : m_lab.nodes) {
            follow(each.id);
            follow(each.dhcpServer);
        }
        for (Link& link : m_lab.links) {
            follow(link.ends[0].node);
            follow(link.ends[1].node);
        }
        for (Workload& workload : m_lab.workloads) {
            for (Pod& pod : workload.pods) {
                follow(pod.host);
            }
        }
        for (Group& group : m_lab.groups) {
            std::ranges::for_each(group.nodes, follow);
        }
        if (m_lab.kubernetes) {
            follow(m_lab.kubernetes->controlPlane);
        }
        return Edits{RenameNode{edit.name, edit.node}};
    }

    Result<Edits> operator()(const SetNodeKey& edit) {
        const auto node = findNode(edit.node);
        if (node == m_lab.nodes.end()) {
            return noSuchNode(edit.node);
        }
        const auto* dhcp = std::get_if<SetNodeKey::Dhcp>(&edit.value);
        if (dhcp != nullptr && node->kind == NodeKind::Host) { // Its role is what its leaves make of it, not a key of its own.
            return *dhcp ? fail(ErrorCode::InvalidInput,
                                tr("\"%1\" is a host: its leaves decide whether it asks for leases.").arg(edit.node.name))
                         : Result<Edits>(Edits{});
        }
        if (dhcp != nullptr && *dhcp == DhcpRole::Client) {
            return fail(ErrorCode::InvalidInput, tr("Only hosts ask for leases; \"%1\" is none.").arg(edit.node.name));
        }
        SetNodeKey inverse{edit.node, {}};
        Edits numbers; // What the inverse says besides.
        const auto exchange = [&]<class T>(const T& value) {
            if constexpr (std::is_same_v<T, SetNodeKey::Asn>) {
                const std::uint32_t old = std::exchange(node->asn, value.value_or(0));
                inverse.value = old == 0 ? SetNodeKey::Asn() : SetNodeKey::Asn(old);
            } else if constexpr (std::is_same_v<T, SetNodeKey::Loopback>) {
                inverse.value = std::exchange(node->loopback, value);
            } else if constexpr (std::is_same_v<T, SetNodeKey::PodCidr>) {
                inverse.value = std::exchange(node->podCidr, value);
                forgetPodsOn(node->id);
            } else if constexpr (std::is_same_v<T, SetNodeKey::Place>) {
                inverse.value = std::exchange(node->position, value);
            } else if constexpr (std::is_same_v<T, SetNodeKey::Kind>) {
                node->dhcp = node->kind == NodeKind::Host ? std::nullopt : node->dhcp;
                inverse.value = std::exchange(node->kind, value);
                numbers = forgetNumbers(*node);
            } else {
                inverse.value = std::exchange(node->dhcp, value);
            }
        };
        std::visit(exchange, edit.value);
        numbers.insert(numbers.begin(), inverse);
        handOverControlPlane(numbers);
        return numbers;
    }

    Result<Edits> operator()(const AddLink& edit) {
        if (!edit.link.id.isEmpty() && m_lab.findLink(edit.link.id) != nullptr) {
            return fail(ErrorCode::AlreadyExists, tr("There is a link \"%1\" already.").arg(edit.link.id.name));
        }
        for (const Endpoint& end : edit.link.ends) {
            if (m_lab.findNode(end.node) == nullptr) {
                return noSuchNode(end.node);
            }
        }
        insertAt(m_lab.links, edit.at, edit.link);
        return Edits{RemoveLink{edit.link.id}};
    }

    Result<Edits> operator()(const RemoveLink& edit) {
        const auto link = std::ranges::find(m_lab.links, edit.link, &Link::id);
        if (link == m_lab.links.end()) {
            return noSuchLink(edit.link);
        }
        Edits inverse{AddLink{*link, static_cast<size_t>(link - m_lab.links.begin())}};
        m_lab.links.erase(link);
        return inverse;
    }

    Result<Edits> operator()(const RenameLink& edit) {
        const auto link = std::ranges::find(m_lab.links, edit.link, &Link::id);
        if (link == m_lab.links.end()) {
            return noSuchLink(edit.link);
        }
        if (m_lab.findLink(edit.name) != nullptr) {
            return fail(ErrorCode::AlreadyExists, tr("There is a link \"%1\" already.").arg(edit.name.name));
        }
        link->id = edit.name;
        return Edits{RenameLink{edit.name, edit.link}};
    }

    Result<Edits> operator()(const SetImpairments& edit) {
        const auto link = std::ranges::find(m_lab.links, edit.link, &Link::id);
        if (link == m_lab.links.end()) {
            return noSuchLink(edit.link);
        }
        return Edits{SetImpairments{edit.link, std::exchange(link->impairments, edit.impairments)}};
    }

    Result<Edits> operator()(const SetReplicas& edit) {
        Workload* const workload = findWorkload(edit.workload);
        if (workload == nullptr) {
            return fail(ErrorCode::NotFound, tr("There is no workload \"%1\".").arg(edit.workload));
        }
        const size_t before = workload->pods.size();
        workload->pods.resize(edit.count);
        for (size_t i = before; i < workload->pods.size(); ++i) {
            workload->pods[i].name = QStringLiteral("%1-%2").arg(workload->name).arg(i + 1);
        }
        return Edits{SetReplicas{edit.workload, static_cast<std::uint32_t>(before)}};
    }

    Result<Edits> operator()(const SetPlaces& edit) {
        Workload* const workload = findWorkload(edit.workload);
        if (workload == nullptr) {
            return fail(ErrorCode::NotFound, tr("There is no workload \"%1\".").arg(edit.workload));
        }
        if (edit.places.empty()) {
            return fail(ErrorCode::InvalidInput, tr("A workload needs a place."));
        }
        if (auto known = checkHosts(edit.places); !known) {
            return fail(std::move(known.error()));
        }
        if (std::ranges::any_of(edit.places, [](const SetPlaces::Place& place) { return place.host.isEmpty() && place.address; })) {
            return fail(ErrorCode::InvalidInput, tr("A place with an address needs its host."));
        }
        if (m_lab.kubernetes && std::ranges::any_of(edit.places, [](const SetPlaces::Place& place) { return place.address.has_value(); })) {
            return fail(ErrorCode::InvalidInput, tr("In a cluster Kubernetes gives pods their addresses."));
        }
        Edits inverse = placesAgain(*workload);
        for (size_t i = 0; i < workload->pods.size(); ++i) {
            const SetPlaces::Place& place = edit.places[i % edit.places.size()];
            workload->pods[i].host = place.host;
            workload->pods[i].address = i < edit.places.size() ? place.address.value_or(Ipv4Address{}) : Ipv4Address{};
        }
        return inverse;
    }

    Result<Edits> operator()(const AddWorkload& edit) {
        if (findWorkload(edit.workload.name) != nullptr) {
            return fail(ErrorCode::AlreadyExists, tr("There is a workload \"%1\" already.").arg(edit.workload.name));
        }
        if (auto known = checkHosts(edit.workload.pods); !known) {
            return fail(std::move(known.error()));
        }
        insertAt(m_lab.workloads, edit.at, edit.workload);
        return Edits{RemoveWorkload{edit.workload.name}};
    }

    Result<Edits> operator()(const RemoveWorkload& edit) {
        const Workload* const workload = findWorkload(edit.workload);
        if (workload == nullptr) {
            return fail(ErrorCode::NotFound, tr("There is no workload \"%1\".").arg(edit.workload));
        }
        Edits inverse{AddWorkload{*workload, static_cast<size_t>(workload - m_lab.workloads.data())}};
        std::ranges::copy(placesAgain(*workload), std::back_inserter(inverse)); // With their addresses.
        std::erase_if(m_lab.workloads, [&edit](const Workload& each) { return each.name == edit.workload; });
        return inverse;
    }

    Result<Edits> operator()(const SetKubernetes& edit) {
        const QString version = edit.kubernetes ? edit.kubernetes->version : QString();
        if (!version.isEmpty() && !kubernetesVersions().contains(version)) {
            return fail(ErrorCode::InvalidInput, tr("Kubernetes %1 is not supported.").arg(version), {},
                        tr("Supported: %1.").arg(kubernetesVersions().join(QStringLiteral(", "))));
        }
        if (edit.kubernetes && !edit.kubernetes->controlPlane.isEmpty()) {
            const Node* const node = m_lab.findNode(edit.kubernetes->controlPlane);
            if (node == nullptr) {
                return noSuchNode(edit.kubernetes->controlPlane);
            }
            if (node->kind != NodeKind::Host) {
                return fail(ErrorCode::InvalidInput, tr("%1 is no host; the control plane runs on one.").arg(node->id.name));
            }
        }
        if (m_lab.kubernetes.has_value() != edit.kubernetes.has_value()) {
            forgetAddresses();
        }
        return Edits{SetKubernetes{std::exchange(m_lab.kubernetes, edit.kubernetes)}};
    }

    /// Of groups and notes.
    template <class T>
    Result<Edits> operator()(const T& edit) {
        return applyCanvasEdit(m_lab, edit);
    }

private:
    /// Of pods or of their places: a host that is given must be there.
    template <class Placed>
    [[nodiscard]] Result<> checkHosts(const std::vector<Placed>& all) const {
        const auto astray =
            std::ranges::find_if(all, [this](const Placed& each) { return !each.host.isEmpty() && m_lab.findNode(each.host) == nullptr; });
        if (astray != all.end()) {
            return noSuchNode(astray->host);
        }
        const auto isOther = [this](const Placed& each) {
            const Node* const node = m_lab.findNode(each.host);
            return node != nullptr && node->kind != NodeKind::Host;
        };
        const auto other = std::ranges::find_if(all, isOther);
        return other == all.end() ? Result<>() : fail(ErrorCode::InvalidInput, tr("%1 is no host and runs no pods.").arg(other->host.name));
    }
    /// What sets them again.
    static Edits forgetNumbers(Node& node) {
        Edits again;
        if (node.asn != 0) {
            again.emplace_back(SetNodeKey{node.id, SetNodeKey::Asn(std::exchange(node.asn, 0))});
        }
        if (node.loopback) {
            again.emplace_back(SetNodeKey{node.id, std::exchange(node.loopback, std::nullopt)});
        }
        if (node.podCidr) {
            again.emplace_back(SetNodeKey{node.id, std::exchange(node.podCidr, std::nullopt)});
        }
        return again;
    }

    std::vector<Node>::iterator findNode(const NodeId& node) { return std::ranges::find(m_lab.nodes, node, &Node::id); }

    Workload* findWorkload(const QString& name) {
        const auto it = std::ranges::find(m_lab.workloads, name, &Workload::name);
        return it == m_lab.workloads.end() ? nullptr : &*it;
    }

    static void forgetPlaces(Workload& workload) {
        for (Pod& pod : workload.pods) {
            pod.host = {};
            pod.address = {};
        }
    }

    void forgetAddresses() {
        for (Workload& workload : m_lab.workloads) {
            for (Pod& pod : workload.pods) {
                pod.address = {};
            }
        }
    }

    /// To the first host, where the control plane's node is gone or none any more. What undoes that goes to the inverse.
    void handOverControlPlane(Edits& inverse) {
        const NodeId old = m_lab.kubernetes ? m_lab.kubernetes->controlPlane : NodeId();
        const Node* const node = m_lab.findNode(old);
        if (old.isEmpty() || (node != nullptr && node->kind == NodeKind::Host)) {
            return;
        }
        inverse.emplace_back(SetKubernetes{m_lab.kubernetes});
        const auto host = std::ranges::find(m_lab.nodes, NodeKind::Host, &Node::kind);
        m_lab.kubernetes->controlPlane = host == m_lab.nodes.end() ? NodeId() : host->id;
    }

    void forgetPodsOn(const NodeId& node) {
        for (Workload& workload : m_lab.workloads) {
            for (Pod& pod : workload.pods) {
                pod.address = pod.host == node ? Ipv4Address{} : pod.address;
            }
        }
    }

    Lab& m_lab;
};

} // namespace

Result<Edits> apply(Lab& lab, const Edit& edit) {
    return std::visit(Applier(lab), edit);
}

Result<Edits> apply(Lab& lab, const Edits& edits) {
    Lab changed = lab;
    Edits inverse;
    for (const Edit& edit : edits) {
        auto undo = apply(changed, edit);
        if (!undo) {
            return undo;
        }
        inverse.insert(inverse.begin(), undo->begin(), undo->end());
    }
    lab = std::move(changed);
    return inverse;
}

} // namespace podleaf::model
