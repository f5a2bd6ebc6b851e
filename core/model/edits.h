// SPDX-License-Identifier: GPL-3.0-or-later
// Edits: what a person changes in a lab, as values with an inverse. Canvas, command line and tests use the same ones;
// core/labfile/patch.h writes them into the text of a lab file. Pure; any thread.
#pragma once

#include "lab.h"

#include <core/base/result.h>

#include <limits>
#include <variant>

namespace podleaf::model {

/// The place behind the last one.
inline constexpr size_t kAtEnd = std::numeric_limits<size_t>::max();

/// What the node leaves out (AS number 0, no loopback, no pod network) is chosen when the lab file is read.
struct AddNode {
    Node node;
    size_t at = kAtEnd;
    bool operator==(const AddNode&) const = default;
};

/// Its links go with it, and its group when it is the last one in it. Its pods stay and move to the other places of their
/// workload; a control plane moves to the first host.
struct RemoveNode {
    NodeId node;
    bool operator==(const RemoveNode&) const = default;
};

/// Everything that names the node follows; its numbers stay.
struct RenameNode {
    NodeId node;
    NodeId name;
    bool operator==(const RenameNode&) const = default;
};

/// Sets one key of a node. The empty value of each hands the choice back to the lab file.
struct SetNodeKey {
    using Asn = std::optional<std::uint32_t>;
    using Loopback = std::optional<Ipv4Address>;
    using PodCidr = std::optional<Ipv4Prefix>;
    using Dhcp = std::optional<DhcpRole>;
    using Place = std::optional<Position>;
    using Kind = NodeKind; ///< Hands the choice of the node's numbers back, too: those of another kind are others.
    NodeId node;
    std::variant<Asn, Loopback, PodCidr, Dhcp, Place, Kind> value;
    bool operator==(const SetNodeKey&) const = default;
};

/// A link without a name or with a prefix of length 0 gets it when the lab file is read.
struct AddLink {
    Link link;
    size_t at = kAtEnd;
    bool operator==(const AddLink&) const = default;
};

struct RemoveLink {
    LinkId link;
    bool operator==(const RemoveLink&) const = default;
};

struct RenameLink {
    LinkId link;
    LinkId name;
    bool operator==(const RenameLink&) const = default;
};

/// What the cable does to packets, both directions as they shall be.
struct SetImpairments {
    LinkId link;
    CableImpairments impairments;
    bool operator==(const SetImpairments&) const = default;
};

/// How many pods; new ones go where the workload's places say.
struct SetReplicas {
    QString workload;
    std::uint32_t count = 1;
    bool operator==(const SetReplicas&) const = default;
};

/// Where the pods go, in turn.
struct SetPlaces {
    struct Place {
        NodeId host;
        std::optional<Ipv4Address> address = {};
        bool operator==(const Place&) const = default;
    };
    QString workload;
    std::vector<Place> places;
    bool operator==(const SetPlaces&) const = default;
};

/// A workload with its pods' places. Addresses are chosen when the lab file is read.
struct AddWorkload {
    Workload workload;
    size_t at = kAtEnd;
    bool operator==(const AddWorkload&) const = default;
};

/// Its pods go with it; not what tests say of it.
struct RemoveWorkload {
    QString workload;
    bool operator==(const RemoveWorkload&) const = default;
};

/// Nodes of which none is in a group yet.
struct AddGroup {
    Group group;
    size_t at = kAtEnd;
    bool operator==(const AddGroup&) const = default;
};

/// Its nodes stay.
struct RemoveGroup {
    QString group;
    bool operator==(const RemoveGroup&) const = default;
};

struct RenameGroup {
    QString group;
    QString name;
    bool operator==(const RenameGroup&) const = default;
};

/// The nodes that are in the group.
struct SetGroupNodes {
    QString group;
    std::vector<NodeId> nodes;
    bool operator==(const SetGroupNodes&) const = default;
};

/// The cluster that the hosts make up, or none. What the value leaves out (no version, no control plane, services of length 0)
/// is chosen when the lab file is read, and so are the addresses of pods without a cluster.
struct SetKubernetes {
    std::optional<Kubernetes> kubernetes;
    bool operator==(const SetKubernetes&) const = default;
};

struct AddNote {
    Note note;
    size_t at = kAtEnd;
    bool operator==(const AddNote&) const = default;
};

/// Notes are known by their place in the lab's list.
struct RemoveNote {
    size_t note = 0;
    bool operator==(const RemoveNote&) const = default;
};

struct SetNote {
    size_t note = 0;
    Note value;
    bool operator==(const SetNote&) const = default;
};

using Edit = std::variant<AddNode, RemoveNode, RenameNode, SetNodeKey, AddLink, RemoveLink, RenameLink, SetImpairments, SetReplicas,
                          SetPlaces, AddWorkload, RemoveWorkload, SetKubernetes, AddGroup, RemoveGroup, RenameGroup, SetGroupNodes, AddNote,
                          RemoveNote, SetNote>;
/// One after the other, as one change.
using Edits = std::vector<Edit>;

/// Changes the lab and gives what undoes it. What is not known without the lab file is empty afterwards: the numbers
/// of what is new, the places of pods that must move. On an error the lab is as before.
/// Errors: NotFound, AlreadyExists, InvalidInput.
Result<Edits> apply(Lab& lab, const Edit& edit);
Result<Edits> apply(Lab& lab, const Edits& edits);

} // namespace podleaf::model
