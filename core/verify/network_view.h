// SPDX-License-Identifier: GPL-3.0-or-later
// NetworkView: what trace asks of a network at each hop, answered by what was observed or by what is intended.
// Immutable; any thread. Internal to verify.
#pragma once

#include "causes.h"

#include <core/state/lab_index.h>

#include <memory>

namespace podleaf::verify {

/// A cable, left through its end `end`.
struct Crossing {
    const model::Link& link;
    std::size_t end;

    [[nodiscard]] const model::Endpoint& far() const { return link.ends[1 - end]; }
};

class NetworkView {
public:
    virtual ~NetworkView() = default;

    /// Why nothing passes `node` (it does not exist), or empty.
    [[nodiscard]] virtual QString nodeFault(const NodeId& node) const = 0;
    [[nodiscard]] virtual QString podFault(const QString& pod) const = 0;
    [[nodiscard]] virtual bool hasAddress(const NodeId& node, Ipv4Address address) const = 0;
    /// What `node` forwards by: longest prefix, then lowest metric. Nullopt: no route, and noRoute() says why.
    [[nodiscard]] virtual std::optional<state::RouteState> route(const NodeId& node, Ipv4Address to) const = 0;
    [[nodiscard]] virtual QString noRoute(const NodeId& node, Ipv4Address to) const = 0;
    /// Why a packet does not come over a cable to `wanted`, who should be at its far end, or to whoever is; or empty.
    [[nodiscard]] virtual QString crossingFault(const Crossing& crossing, std::optional<Ipv4Address> wanted) const = 0;
    /// What a packet without a source address of its own gets on the way of `route`.
    [[nodiscard]] virtual std::optional<Ipv4Address> source(const NodeId& node, const state::RouteState& route) const = 0;

    /// The pod of `host` with this address, or nullptr. Pods and cables are where the lab has them, in every view.
    [[nodiscard]] const model::Pod* podAt(const NodeId& host, Ipv4Address address) const;
    /// The cable at a port; nullopt for a bridge.
    [[nodiscard]] std::optional<Crossing> crossing(const NodeId& node, const QString& port) const;
    [[nodiscard]] const model::Lab& lab() const { return m_lab; }

protected:
    explicit NetworkView(const Picture& picture);
    [[nodiscard]] const state::LabIndex& index() const { return *m_index; }

private:
    const model::Lab& m_lab;
    std::vector<model::Pod> m_pods;
    std::shared_ptr<const state::LabIndex> m_index;
};

/// The kernels' tables, ports and addresses; faults with their causes. Both views keep references into `picture`.
std::unique_ptr<NetworkView> observedNetwork(const Picture& picture);
/// The tables that every kernel would have if all were as intended.
std::unique_ptr<NetworkView> intendedNetwork(const Picture& picture);

} // namespace podleaf::verify
