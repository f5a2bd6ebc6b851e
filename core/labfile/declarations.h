// SPDX-License-Identifier: GPL-3.0-or-later
// What a lab file says, word for word and with places: syntax and types are checked, references and
// addresses are not yet. Made by readDeclarations, turned into a model::Lab by resolve. Any thread.
#pragma once

#include "report.h"
#include "yaml_tree.h"

#include <core/model/lab.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace podleaf::labfile {

/// A value the file gives, with its place; empty when the file leaves it out (or it was reported).
template <class T>
struct Given {
    std::optional<T> value;
    Place place;
};

struct NodeDeclaration {
    QString name;
    Place place;
    std::optional<model::NodeKind> kind;
    Given<std::uint32_t> asn;
    Given<Ipv4Address> loopback;
    Given<Ipv4Prefix> podCidr;
    Given<model::DhcpRole> dhcp;
    Given<QString> dhcpServer;
    Given<model::Position> position = {};
};

/// The short form of a leaf-spine fabric.
struct FabricDeclaration {
    Place place;
    Given<std::uint32_t> spines;
    Given<std::uint32_t> leaves;
    Given<std::uint32_t> hostsPerLeaf;
};

/// What a link does to the packets that `from` sends, or to all.
struct ImpairmentDeclaration {
    Place place;
    Given<QString> from; ///< A node or one of its ports.
    model::Impairment impairment;
};

struct LinkDeclaration {
    Place place;
    Given<QString> name;
    std::array<Given<model::Endpoint>, 2> ends;
    Given<Ipv4Prefix> prefix;
    std::vector<ImpairmentDeclaration> impairments;
};

/// One entry of a workload's `on`.
struct SpotDeclaration {
    Given<QString> host;
    Given<Ipv4Address> address;
};

struct WorkloadDeclaration {
    QString name;
    Place place;
    QString image;
    Given<std::uint32_t> replicas;
    std::uint16_t port = 80;
    bool hasSpots = false; ///< `on` is there, rightly or wrongly written.
    std::vector<SpotDeclaration> spots;
};

struct TestDeclaration {
    QString name;
    Place place;
    bool fromHosts = true;
    bool fromPods = true;
    Given<QString> workload;
};

/// One entry of a simulation's `events`; which keys belong together is checked when it is resolved.
struct SimulationEventDeclaration {
    Place place;
    Given<std::uint32_t> atSeconds;
    std::optional<model::SimulationEvent::What> what;
    int verbs = 0;         ///< How many of cut, join, kill, start and storm there are.
    Given<QString> target; ///< A link's name or, of kill and start, a service's.
    Given<QString> node;
    Given<std::uint32_t> rate;
    Given<std::uint32_t> lastsSeconds;
};

struct SimulationDeclaration {
    Place place;
    Given<std::uint32_t> seed;
    std::vector<SimulationEventDeclaration> events;
};

struct KubernetesDeclaration {
    Place place;
    Given<QString> version;
    Given<QString> controlPlane;
    Given<Ipv4Prefix> services;
};

/// One item of `groups`.
struct GroupDeclaration {
    Place place;
    Given<QString> name;
    std::vector<Given<QString>> nodes;
};

/// One item of `notes`.
struct NoteDeclaration {
    QString text;
    Given<model::Position> position;
};

struct Declarations {
    Given<QString> name;
    Given<Ipv4Prefix> linkPool;
    Given<Ipv4Prefix> loopbackPool;
    Given<Ipv4Prefix> podPool;
    Given<std::uint32_t> podPrefixLength;
    Given<std::uint32_t> keepaliveSeconds;
    Given<std::uint32_t> holdSeconds;
    Given<model::RoutingProfile> profile;
    Given<std::uint32_t> routingAsn;
    Given<bool> bfd;
    Given<std::uint32_t> maximumPaths;
    std::vector<NodeDeclaration> nodes;
    std::vector<LinkDeclaration> links;
    bool hasUnreadLinks = false; ///< Some link could not be read at all: hosts may only seem to have none.
    std::vector<WorkloadDeclaration> workloads;
    std::vector<TestDeclaration> tests;
    Given<model::EngineKind> engine;
    std::optional<SimulationDeclaration> simulation;
    std::optional<KubernetesDeclaration> kubernetes;
    std::vector<GroupDeclaration> groups;
    std::vector<NoteDeclaration> notes;
};

/// Reads the tree; everything that is not understood goes to the report and is left empty.
Declarations readDeclarations(const YamlNode& root, Report& report);

/// Reads the mapping behind `simulation`.
SimulationDeclaration readSimulation(const YamlEntry& entry, Report& report); // read_simulation.cpp

/// Reads the mapping behind `kubernetes`.
KubernetesDeclaration readKubernetes(const YamlEntry& entry, Report& report); // read_kubernetes.cpp

/// Read the lists behind `groups` and `notes`.
std::vector<GroupDeclaration> readGroups(const YamlEntry& entry, Report& report); // read_canvas.cpp
std::vector<NoteDeclaration> readNotes(const YamlEntry& entry, Report& report);   // read_canvas.cpp

/// What the short form stands for: its nodes and links, as if the file had them first. Every one has the place of
/// the short form.
void expandFabric(const FabricDeclaration& fabric, Declarations& declarations);

/// Fills in what the file leaves out and checks everything against everything. The result is a lab to
/// be used only when the report holds no error.
model::Lab resolve(const Declarations& declarations, Report& report);

} // namespace podleaf::labfile
