// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as ping's output. However they are cut into pieces they mean the same, and a leg is answered and
// not answered by turns.
#include <core/verify/ping_reader.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace podleaf;
    const QByteArrayView bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    verify::PingReader whole;
    const std::vector<verify::PingTurn> turns = whole.feed(bytes);
    verify::PingReader slow;
    std::vector<verify::PingTurn> same;
    for (const char byte : bytes) {
        std::ranges::copy(slow.feed({&byte, 1}), std::back_inserter(same));
    }
    const auto isRepeated = [](const verify::PingTurn& a, const verify::PingTurn& b) { return a.answered == b.answered; };
    if (turns != same || std::ranges::adjacent_find(turns, isRepeated) != turns.end()) {
        std::abort();
    }
    return 0;
}
