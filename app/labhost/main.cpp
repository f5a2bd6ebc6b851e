// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf-labhost: starts the lab host of one lab in the background, or finds out whether it could. See outer.h and lab_host.h.
#include "lab_namespaces.h"
#include "outer.h"

#include <cstdlib>
#include <unistd.h>

int main(int argc, char** argv) {
    const auto options = podleaf::labhost::parseOptions(argc, argv);
    if (!options) {
        return 2;
    }
    if (options->isProbe) {
        podleaf::labhost::probeRights();
    }
    // Everything of a lab says so in its environment; /proc shows that of the last exec only.
    const char* lab = std::getenv("PODLEAF_LAB");
    if (lab == nullptr || lab != options->lab) {
        ::setenv("PODLEAF_LAB", options->lab.c_str(), 1);
        ::execv("/proc/self/exe", argv);
    }
    return podleaf::labhost::startLab(*options);
}
