// SPDX-License-Identifier: GPL-3.0-or-later
// Capture: packets of one or several interfaces into one pcapng file, until a limit, a stop or the reader's end.
// Blocking; one thread.
#pragma once

#include "pcapng.h"

#include <core/base/op_context.h>
#include <core/base/unique_fd.h>

#include <optional>
#include <vector>

namespace podleaf::capture {

/// An interface and the packet socket that gives its packets (engine/capture.h).
struct Source {
    QString name; ///< "leaf1:swp1".
    QString description;
    UniqueFd socket;
};

struct Limits {
    std::optional<std::uint64_t> packets;          ///< Over all interfaces.
    std::optional<std::chrono::milliseconds> time; ///< From now.
};

struct InterfaceSummary {
    QString name;
    std::uint64_t packets = 0;  ///< Written.
    std::uint64_t received = 0; ///< By the kernel.
    std::uint64_t dropped = 0;  ///< By the kernel, because we or our reader were too slow.
    bool operator==(const InterfaceSummary&) const = default;
};

enum class EndedBy { Limit, Stop, ReaderLeft, SourceGone };

struct Summary {
    EndedBy endedBy = EndedBy::Limit;
    std::vector<InterfaceSummary> interfaces;
    std::uint64_t packets = 0;
    std::uint64_t dropped = 0;
    bool operator==(const Summary&) const = default;
};

/// Writes to `output` (the caller's) from the section header to the interfaces' statistics, which also come in between
/// when packets were lost. A stop request, the
/// context's deadline and a readable `gone` end it as well as the limits do, all with a valid file; what was captured
/// before is still written. A reader that leaves is no error. Errors: Failed (the disk is full; the file ends with the
/// last whole block).
Result<Summary> capturePackets(const OpContext& context, std::vector<Source> sources, const Limits& limits, int output, int gone);

} // namespace podleaf::capture
