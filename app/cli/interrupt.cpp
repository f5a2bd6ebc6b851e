// SPDX-License-Identifier: GPL-3.0-or-later
#include "interrupt.h"

#include <core/base/unique_fd.h>

#include <atomic>
#include <csignal>
#include <sys/eventfd.h>
#include <thread>

namespace podleaf::cli {

namespace {

// A signal handler can reach nothing but globals (signal-safety(7)).
std::atomic<int> wakeFdOfHandler{-1};

void onSignal(int /*number*/) {
    const int fd = wakeFdOfHandler.load();
    if (fd >= 0) {
        (void)eventfd_write(fd, 1);
    }
}

} // namespace

class Interrupt::Private {
public:
    UniqueFd wake{eventfd(0, EFD_CLOEXEC)};
    std::stop_source source;
    std::atomic<bool> ending{false};
    std::thread thread;
};

Interrupt::Interrupt() : d(std::make_unique<Private>()) {
    wakeFdOfHandler = d->wake.get();
    d->thread = std::thread([this] {
        eventfd_t count = 0;
        while (eventfd_read(d->wake.get(), &count) == 0 && !d->ending) {
            d->source.request_stop();
        }
    });
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

Interrupt::~Interrupt() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    wakeFdOfHandler = -1;
    d->ending = true;
    (void)eventfd_write(d->wake.get(), 1);
    d->thread.join();
}

std::stop_token Interrupt::token() const {
    return d->source.get_token();
}

} // namespace podleaf::cli
