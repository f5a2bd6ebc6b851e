// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_files.h"

#include "files.h"
#include "text_lines.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <dirent.h>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace podleaf::router {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostCniBytes = 64 * 1024;
constexpr std::size_t kMostLeaseBytes = 4 * 1024;
constexpr std::size_t kMostCniFiles = 64;

/// A member of an object, or null.
const Json& member(const Json& object, const char* key) {
    static const Json kNone;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : kNone;
}

/// The items of a list; of anything else none. Nothing is copied: that would call itself as deep as hostile lists go.
const Json::array_t& itemsOf(const Json& list) {
    static const Json::array_t kNone;
    return list.is_array() ? list.get_ref<const Json::array_t&>() : kNone;
}

/// Adds the subnets of one plugin's `ipam.ranges`, a list of lists, that are text.
void addSubnets(const Json& plugin, std::vector<std::string>& subnets) {
    for (const Json& set : itemsOf(member(member(plugin, "ipam"), "ranges"))) {
        for (const Json& range : itemsOf(set)) {
            const Json& subnet = member(range, "subnet");
            if (subnet.is_string()) {
                subnets.push_back(subnet.get<std::string>());
            }
        }
    }
}

bool isIpv6(const std::string& subnet) {
    return subnet.find(':') != std::string::npos;
}

bool hasCniName(std::string_view name) {
    return std::ranges::any_of(std::initializer_list<std::string_view>{".conflist", ".conf", ".json"},
                               [name](std::string_view end) { return name.size() > end.size() && name.ends_with(end); });
}

/// Refused when the folder cannot be read.
Checked<std::set<std::string>> cniFiles(const std::string& folder) {
    using Names = Checked<std::set<std::string>>;
    const auto close = [](DIR* each) { ::closedir(each); };
    const std::unique_ptr<DIR, decltype(close)> opened(::opendir(folder.c_str()), close);
    if (!opened) {
        return Names::refused("cannot read the folder " + printable(folder));
    }
    std::set<std::string> names;
    for (const dirent* entry = ::readdir(opened.get()); entry != nullptr; entry = ::readdir(opened.get())) {
        if (hasCniName(entry->d_name)) {
            names.insert(folder + '/' + entry->d_name);
        }
        if (names.size() > kMostCniFiles) {
            return Names::refused("there are too many files in " + printable(folder));
        }
    }
    return names;
}

} // namespace

Checked<PodCidr> parsePodCidr(const std::string& json) {
    using Cidr = Checked<PodCidr>;
    const Json root = Json::parse(json, nullptr, /*allow_exceptions=*/false);
    if (!root.is_object()) {
        return Cidr::refused("is not a JSON object");
    }
    std::vector<std::string> subnets;
    addSubnets(root, subnets);
    for (const Json& plugin : itemsOf(member(root, "plugins"))) {
        addSubnets(plugin, subnets);
    }
    const auto first = std::ranges::find_if_not(subnets, isIpv6);
    if (first == subnets.end()) {
        return Cidr::refused("has no IPv4 subnet in ipam.ranges");
    }
    const auto cidr = PodCidr::parse(*first);
    return cidr ? Cidr(*cidr) : Cidr::refused("has \"" + printable(*first, 40) + "\", which is not a pod network");
}

Checked<PodCidr> podCidrIn(const std::string& folder) {
    using Cidr = Checked<PodCidr>;
    const auto names = cniFiles(folder);
    if (!names) {
        return Cidr::refused(names.problem());
    }
    std::string problem;
    for (const std::string& path : *names) {
        const auto text = readFile(path, kMostCniBytes);
        auto cidr = text ? parsePodCidr(*text) : Cidr::refused(text.problem());
        if (cidr) {
            return cidr;
        }
        if (problem.empty() && !cidr.problem().empty()) {
            problem = text ? printable(path) + ' ' + cidr.problem() : cidr.problem();
        }
    }
    return Cidr::refused(problem);
}

Checked<Lease> parseLease(const std::string& text) {
    using Result = Checked<Lease>;
    std::map<std::string_view, std::string_view> values;
    for (const std::string_view line : linesOf(text)) {
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0 || !values.emplace(line.substr(0, equals), line.substr(equals + 1)).second) {
            return Result::refused("is not made of different KEY=VALUE lines");
        }
    }
    const std::string_view asn = values["asn"];
    const std::string_view loopback = values["loopback"];
    const Lease lease{parseAsn(asn), Address::parse(loopback)};
    if (!asn.empty() && !lease.asn) {
        return Result::refused("has an asn that is not an AS number");
    }
    if (!loopback.empty() && !(lease.loopback && lease.loopback->isOfOneNode())) {
        return Result::refused("has a loopback that is not a node's address");
    }
    return lease;
}

Checked<Lease> leaseIn(const std::string& path) {
    const auto text = readFile(path, kMostLeaseBytes);
    if (!text) {
        return Checked<Lease>::refused(text.problem());
    }
    const auto lease = parseLease(*text);
    return lease ? lease : Checked<Lease>::refused(printable(path) + ' ' + lease.problem());
}

} // namespace podleaf::router
