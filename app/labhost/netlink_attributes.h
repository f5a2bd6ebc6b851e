// SPDX-License-Identifier: GPL-3.0-or-later
// Walking over netlink attributes; libmnl's own mnl_attr_for_each() is C only. Pure; any thread.
#pragma once

#include <libmnl/libmnl.h>

#include <cstddef>

namespace podleaf::labhost {

/// Calls `visit` with each attribute of a whole range.
template <class Visit>
void forAttributesIn(const void* start, std::size_t bytes, Visit visit) {
    const auto* end = static_cast<const char*>(start) + bytes;
    const auto* attribute = static_cast<const nlattr*>(start);
    while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
        visit(attribute);
        attribute = mnl_attr_next(attribute);
    }
}

/// Those of a message, behind its extra header of `extraBytes`.
template <class Visit>
void forAttributesOf(const nlmsghdr* message, std::size_t extraBytes, Visit visit) {
    const std::size_t payload = mnl_nlmsg_get_payload_len(message);
    if (payload > MNL_ALIGN(extraBytes)) {
        forAttributesIn(mnl_nlmsg_get_payload_offset(message, extraBytes), payload - MNL_ALIGN(extraBytes), visit);
    }
}

/// Those inside another.
template <class Visit>
void forAttributesOf(const nlattr* nest, Visit visit) {
    forAttributesIn(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), visit);
}

/// The attribute of that type inside another, or nullptr.
inline const nlattr* findAttribute(const nlattr* nest, int type) {
    const nlattr* found = nullptr;
    if (nest != nullptr) {
        forAttributesOf(nest, [&](const nlattr* each) { found = mnl_attr_get_type(each) == type ? each : found; });
    }
    return found;
}

/// A number of an attribute that may be missing or too short, in the byte order it has; 0 then.
inline std::uint32_t numberOf(const nlattr* attribute) {
    return attribute != nullptr && mnl_attr_get_payload_len(attribute) >= sizeof(std::uint32_t) ? mnl_attr_get_u32(attribute) : 0;
}

} // namespace podleaf::labhost
