// SPDX-License-Identifier: GPL-3.0-or-later
// Which AS number, loopback, pod network and link prefix a node or a port has by rights: it follows from its kind and
// name alone (host3 has the third one), never from its place in the file or from what else is there. docs/lab-file.md,
// "Numbers that stay", says the same to the user. Pure functions; any thread.
#pragma once

#include <core/model/lab.h>

#include <QString>

#include <cstdint>
#include <optional>

namespace podleaf::labfile {

/// FNV-1a, 64 bit, of the UTF-8 text: the same on every machine and for all time.
std::uint64_t hashOf(const QString& text);

/// From 0: 2 for "host3", 18 for "host2-3" (sixteen hosts a leaf). Empty when the name does not end in a number or
/// the number is too large.
std::optional<std::uint64_t> ordinalOf(const QString& name);

std::uint64_t preferredAsn(model::NodeKind kind, const QString& name);
/// Of a pool of `parts` addresses. From sixteen upward each kind has a quarter of its own.
std::uint64_t preferredLoopback(model::NodeKind kind, const QString& name, std::uint64_t parts);
std::uint64_t preferredPodNetwork(const QString& name, std::uint64_t parts);
/// Of the link at a port: 64 for each leaf, by its ports' numbers; any for others.
std::uint64_t preferredLink(model::NodeKind kind, const model::Endpoint& port, std::uint64_t parts);

/// Where AS numbers go that have no number by rights: RFC 6996, far above those that do.
inline constexpr std::uint64_t kFirstSpareAsn = 4250000000U;
inline constexpr std::uint64_t kEndOfAsns = 4294967295U;

} // namespace podleaf::labfile
