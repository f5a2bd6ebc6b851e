// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf-router: the program of the routing DaemonSet. It makes FRR's configuration of the lab's template and what this node is,
// and keeps zebra and bgpd running with it. See router.h.
#include "router.h"

#include <csignal>
#include <cstdio>
#include <sys/epoll.h>
#include <sys/signalfd.h>

namespace {

/// SIGCHLD, and what asks for an end.
podleaf::UniqueFd openSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int each : {SIGCHLD, SIGTERM, SIGINT}) {
        sigaddset(&signals, each);
    }
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return podleaf::UniqueFd(::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
}

} // namespace

int main(int argc, char** argv) {
    const auto options = podleaf::router::parseOptions(argc, argv);
    if (!options) {
        return 2;
    }
    podleaf::labhost::Loop loop;
    podleaf::router::Router router(loop, *options);
    const podleaf::UniqueFd signals = openSignals();
    loop.add(signals.get(), EPOLLIN, [&](std::uint32_t) {
        signalfd_siginfo signal{};
        while (::read(signals.get(), &signal, sizeof signal) == sizeof signal) {
            if (signal.ssi_signo == SIGCHLD) {
                router.reap();
            } else {
                router.end();
            }
        }
    });
    if (const std::string problem = router.begin(); !problem.empty()) {
        std::fprintf(stderr, "podleaf-router: %s\n", problem.c_str());
        return 1;
    }
    loop.run();
    return 0;
}
