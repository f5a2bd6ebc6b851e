// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as what podleaf-router reads: a CNI configuration, a lease, and, split at a record separator, two templates
// of which one becomes the other. What gets through is plain.
#include "fuzzing.h"

#include <app/router/frr_config.h>
#include <app/router/frr_template.h>
#include <app/router/node_files.h>

#include <algorithm>

using namespace podleaf::router;
using podleaf::fuzz::claim;

namespace {

Checked<FrrConfig> configOf(const std::string& text) {
    const Facts node{65001, PodCidr::parse("10.20.1.0/24"), Address::parse("10.255.0.7"), {*Address::parse("172.16.0.1")}};
    const auto rendered = renderTemplate(text, node);
    if (!rendered) {
        return Checked<FrrConfig>::refused(rendered.problem());
    }
    claim(std::ranges::all_of(*rendered, [](char each) { return each == '\n' || (each >= ' ' && each <= '~' && each != '@'); }));
    return parseFrrConfig(*rendered);
}

void checkChange(const FrrConfig& old, const FrrConfig& wanted) {
    const ConfigChange change = changeBetween(old, wanted);
    claim(change.commands.empty() || (change.commands.front() == "configure terminal" && change.commands.back() == "end"));
    claim(std::ranges::none_of(change.commands, [](const std::string& each) { return each.find('\n') != std::string::npos; }));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto cidr = parsePodCidr(text)) {
        claim(PodCidr::parse(cidr->toString()) == *cidr);
    }
    if (const auto lease = parseLease(text); lease && lease->loopback) {
        claim(lease->loopback->isOfOneNode() && Address::parse(lease->loopback->toString()) == lease->loopback);
    }
    const std::size_t middle = std::min(text.find('\x1e'), text.size());
    const auto old = configOf(text.substr(0, middle));
    const auto wanted = configOf(text.substr(std::min(middle + 1, text.size())));
    if (old && wanted) {
        checkChange(*old, *wanted);
        claim(changeBetween(*old, *old).commands.empty());
    }
    return 0;
}
