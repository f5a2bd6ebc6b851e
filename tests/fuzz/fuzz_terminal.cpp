// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: what a program in a node writes to its console, through filter and libvterm. A byte before each piece says
// how long it is; 255 is a change of size.
#include "fuzzing.h"

#include <ui/console/emulator.h>

#include <algorithm>

using namespace podleaf;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ui::Emulator emulator({24, 80});
    const QByteArrayView input = fuzz::bytesOf(data, size);
    for (qsizetype at = 0; at < input.size();) {
        const auto length = static_cast<std::uint8_t>(input[at++]);
        if (length == 255 && at + 2 <= input.size()) {
            emulator.resize({static_cast<std::uint8_t>(input[at]) % 60, static_cast<std::uint8_t>(input[at + 1]) % 200});
            at += 2;
            continue;
        }
        const qsizetype piece = std::min<qsizetype>(length, input.size() - at);
        emulator.write(input.sliced(at, piece));
        at += piece;
    }
    const ui::TerminalFrame frame = emulator.frame(3);
    fuzz::claim(static_cast<int>(frame.lines.size()) == frame.size.rows);
    fuzz::claim(emulator.historyLines() <= ui::kMaxHistoryLines);
    static_cast<void>(emulator.text({{0, 0}, {100, 10}}));
    return 0;
}
