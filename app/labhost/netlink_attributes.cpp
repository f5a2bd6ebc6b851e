// SPDX-License-Identifier: GPL-3.0-or-later
#include "netlink_attributes.h"

#include <libmnl/libmnl.h>

namespace podleaf::labhost {

namespace {

void forAttributesIn(const void* start, std::size_t bytes, const AttributeVisitor& visit) {
    const auto* end = static_cast<const char*>(start) + bytes;
    const auto* attribute = static_cast<const nlattr*>(start);
    while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
        visit(attribute);
        attribute = mnl_attr_next(attribute);
    }
}

} // namespace

void forAttributesOf(const nlmsghdr* message, std::size_t extraBytes, const AttributeVisitor& visit) {
    const std::size_t payload = mnl_nlmsg_get_payload_len(message);
    if (payload > MNL_ALIGN(extraBytes)) {
        forAttributesIn(mnl_nlmsg_get_payload_offset(message, extraBytes), payload - MNL_ALIGN(extraBytes), visit);
    }
}

void forAttributesOf(const nlattr* nest, const AttributeVisitor& visit) {
    forAttributesIn(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), visit);
}

const nlattr* findAttribute(const nlattr* nest, int type) {
    const nlattr* found = nullptr;
    if (nest != nullptr) {
        forAttributesOf(nest, [&](const nlattr* each) { found = mnl_attr_get_type(each) == type ? each : found; });
    }
    return found;
}

std::uint32_t numberOf(const nlattr* attribute) {
    return attribute != nullptr && mnl_attr_get_payload_len(attribute) >= sizeof(std::uint32_t) ? mnl_attr_get_u32(attribute) : 0;
}

} // namespace podleaf::labhost
