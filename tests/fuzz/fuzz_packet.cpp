// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as a frame of a capture, and as a capture.
#include "fuzzing.h"

#include <core/capture/packet_summary.h>
#include <core/capture/pcapng_reader.h>

using namespace podleaf;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView bytes = fuzz::bytesOf(data, size);
    fuzz::claim(!capture::summarize(bytes).protocol.isEmpty());
    static_cast<void>(capture::dissect(bytes));
    capture::PcapngReader reader;
    if (const auto packets = reader.read(bytes)) {
        for (const capture::CapturedPacket& packet : *packets) {
            fuzz::claim(static_cast<qsizetype>(packet.interface) < reader.interfaces().size());
            static_cast<void>(capture::dissect(packet.bytes));
        }
    }
    return 0;
}
