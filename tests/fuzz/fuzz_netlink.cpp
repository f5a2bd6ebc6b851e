// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as a datagram of the kernel's, told twice. The tables that it leads to take any order, ask one
// question at a time, and forget everything after a loss.
#include "fuzzing.h"

#include <core/observe/kernel_tables.h>
#include <core/observe/rtnetlink_decoder.h>

using namespace podleaf;
using namespace podleaf::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView datagram = bytesOf(data, size);
    const auto messages = observe::decodeNetlink(datagram);
    const auto again = observe::decodeNetlink(datagram);
    claim(messages.has_value() == again.has_value() && (!messages || *messages == *again));
    if (!messages) {
        return 0;
    }
    observe::KernelTables tables(NodeId(QStringLiteral("leaf1")));
    tables.refresh();
    std::vector<state::Observed> seen;
    for (int round = 0; round < 2; ++round) {
        static_cast<void>(tables.takeRequest());
        claim(!tables.takeRequest());
        for (const observe::NetlinkMessage& message : *messages) {
            observe::NetlinkMessage ours = message;
            ours.sequence = message.sequence % 8; // so that some answer the questions asked above
            tables.apply(ours, seen);
            static_cast<void>(tables.takeRequest());
            tables.retry();
        }
    }
    seen.clear();
    tables.noteLoss(seen);
    claim(seen.size() == 2 && tables.takeRequest());
    return 0;
}
