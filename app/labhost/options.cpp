// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"

#include <core/channel/labhost_messages.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace podleaf::labhost {

namespace {

bool parseUid(const char* text, uid_t& uid) {
    char* end = nullptr;
    errno = 0;
    const unsigned long value = std::strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value >= 0xffffffffUL) {
        return false;
    }
    uid = static_cast<uid_t>(value);
    return true;
}

uid_t askingUid() {
    uid_t uid = ::getuid();
    for (const char* variable : {"PKEXEC_UID", "SUDO_UID"}) {
        const char* text = ::geteuid() == 0 ? std::getenv(variable) : nullptr;
        if (text != nullptr && parseUid(text, uid)) {
            return uid;
        }
    }
    return uid;
}

} // namespace

std::optional<Options> parseOptions(int argc, char** argv) {
    Options options;
    options.admittedUid = askingUid();
    if (argc == 2 && std::string(argv[1]) == "--probe") {
        options.isProbe = true;
        return options;
    }
    bool right = argc % 2 == 1;
    for (int i = 1; right && i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        const std::string value = argv[i + 1];
        if (name == "--lab") {
            options.lab = value;
        } else if (name == "--run-folder") {
            options.runFolder = value;
        } else if (name == "--state-folder") {
            options.stateFolder = value;
        } else if (name == "--lab-file") {
            options.labFile = value;
        } else {
            right = name == "--admit-uid" && parseUid(value.c_str(), options.admittedUid);
        }
    }
    if (!right || !isValidName(options.lab) || !isValidPath(options.runFolder) || !isValidPath(options.stateFolder)) {
        std::fprintf(stderr, "usage: podleaf-labhost --lab NAME --run-folder DIR [--state-folder DIR] [--lab-file PATH] [--admit-uid UID]\n"
                             "       podleaf-labhost --probe\n"
                             "NAME: letters, digits, '.', '_', '-'. DIR: absolute.\n");
        return std::nullopt;
    }
    return options;
}

} // namespace podleaf::labhost
