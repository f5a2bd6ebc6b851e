// SPDX-License-Identifier: GPL-3.0-or-later
// Walking over netlink attributes; libmnl's own mnl_attr_for_each() is C only. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <linux/netlink.h>

namespace podleaf::labhost {

using AttributeVisitor = std::function<void(const nlattr*)>;

/// Calls `visit` with each attribute of a message, behind its extra header of `extraBytes`.
void forAttributesOf(const nlmsghdr* message, std::size_t extraBytes, const AttributeVisitor& visit);
/// The same for those inside another attribute.
void forAttributesOf(const nlattr* nest, const AttributeVisitor& visit);

/// The attribute of that type inside another, or nullptr; nullptr has none.
const nlattr* findAttribute(const nlattr* nest, int type);

/// A number of an attribute that may be missing or too short, in the byte order it has; 0 then.
std::uint32_t numberOf(const nlattr* attribute);

} // namespace podleaf::labhost
