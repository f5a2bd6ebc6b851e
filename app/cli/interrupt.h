// SPDX-License-Identifier: GPL-3.0-or-later
// Interrupt: Ctrl-C and SIGTERM as a stop token. The handler only writes to an eventfd; a thread of its
// own turns that into the stop request. One per process; main thread.
#pragma once

#include <memory>
#include <stop_token>

namespace podleaf::cli {

class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    [[nodiscard]] std::stop_token token() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace podleaf::cli
