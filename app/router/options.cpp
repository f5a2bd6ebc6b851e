// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"

#include <cstdio>
#include <map>

namespace podleaf::router {

namespace {

constexpr const char* kUsage = "usage: podleaf-router [--template FILE] [--cni-folder DIR] [--lease FILE] [--run-folder DIR]\n"
                               "                      [--config-folder DIR] [--program-folder DIR] [--bridge NAME] [--asn NUMBER] "
                               "[--loopback ADDRESS]\n"
                               "Folders and files: absolute.\n";

/// Takes one option; false when it is not right.
bool take(Options& options, const std::string& name, const std::string& value) {
    if (name == "--asn") {
        options.asn = parseAsn(value);
        return options.asn.has_value();
    }
    if (name == "--loopback") {
        options.loopback = Address::parse(value);
        return options.loopback && options.loopback->isOfOneNode();
    }
    if (name == "--bridge") {
        options.bridge = value;
        return !value.empty() && value.size() < 16;
    }
    const std::map<std::string, std::string*> paths{
        {"--template", &options.templatePath}, {"--cni-folder", &options.cniFolder},       {"--lease", &options.leasePath},
        {"--run-folder", &options.runFolder},  {"--config-folder", &options.configFolder}, {"--program-folder", &options.programFolder}};
    const auto path = paths.find(name);
    if (path == paths.end() || value.size() < 2 || value.front() != '/') {
        return false;
    }
    *path->second = value;
    return true;
}

} // namespace

std::optional<Options> parseOptions(int argc, char** argv) {
    Options options;
    bool isRight = argc % 2 == 1;
    for (int i = 1; isRight && i + 1 < argc; i += 2) {
        isRight = take(options, argv[i], argv[i + 1]);
    }
    if (!isRight) {
        std::fputs(kUsage, stderr);
        return std::nullopt;
    }
    return options;
}

} // namespace podleaf::router
