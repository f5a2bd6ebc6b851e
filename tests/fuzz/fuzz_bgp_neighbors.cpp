// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as the JSON of `show bgp neighbors json`. What is told of a neighbour is fit to show.
#include "fuzzing.h"

#include <core/observe/vty_decoder.h>

#include <algorithm>

using namespace podleaf;
using namespace podleaf::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArray answer = bytesOf(data, size).toByteArray();
    const auto neighbors = observe::decodeBgpNeighbors(answer.split('\0').first()); // as the framing leaves it
    if (!neighbors) {
        claim(!neighbors.error().message.isEmpty());
        return 0;
    }
    for (const observe::BgpNeighbor& neighbor : *neighbors) {
        const auto isControl = [](QChar c) { return c.category() == QChar::Other_Control; };
        claim(neighbor.lastError.size() < 1000 && std::ranges::none_of(neighbor.lastError, isControl));
    }
    return 0;
}
