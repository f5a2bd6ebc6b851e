// SPDX-License-Identifier: GPL-3.0-or-later
// Options: how podleaf-labhost was called. Plain values.
#pragma once

#include <core/channel/labhost_leavings.h>

#include <optional>
#include <string>
#include <sys/types.h>

namespace podleaf::labhost {

struct Options {
    std::string lab;
    std::string runFolder; ///< Absolute; the lab lives in runFolder/lab.
    std::string labFile;
    std::string stateFolder = kStandardStateFolder; ///< Absolute, on a disk: what nodes that run containers keep is in stateFolder/lab.
    uid_t admittedUid = 0;                          ///< Whom the socket admits, beside root.
    bool isProbe = false;                           ///< Only find out whether a lab could run; the others are not set.

    [[nodiscard]] std::string folder() const { return runFolder + "/" + lab; }
    [[nodiscard]] std::string stateOfLab() const { return stateFolder + "/" + lab; }
};

/// nullopt, with a usage text on stderr, when the arguments are not right. Without --admit-uid it is the user who
/// elevated (PKEXEC_UID, SUDO_UID), else the caller.
std::optional<Options> parseOptions(int argc, char** argv);

} // namespace podleaf::labhost
