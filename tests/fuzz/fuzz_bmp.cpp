// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as a BMP stream. Its pieces, of whatever size, say what the whole says; no more is kept than an
// unfinished message; and what the messages lead to is bounded by them.
#include "fuzzing.h"

#include <core/observe/bmp_decoder.h>
#include <core/observe/bmp_peers.h>

using namespace podleaf;
using namespace podleaf::fuzz;

namespace {

/// Feeds pieces of `step` bytes; false when the stream was given up.
bool feedPieces(QByteArrayView bytes, qsizetype step, std::vector<observe::BmpMessage>& messages) {
    observe::BmpDecoder decoder;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        const auto next = decoder.feed(bytes.sliced(at, std::min(step, bytes.size() - at)));
        if (!next) {
            claim(!decoder.feed({})); // for good
            return false;
        }
        claim(decoder.bufferedBytes() < observe::kMaxBmpMessageBytes);
        messages.insert(messages.end(), next->begin(), next->end());
    }
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView bytes = bytesOf(data, size);
    std::vector<observe::BmpMessage> inPieces;
    const bool good = feedPieces(bytes, bytes.size() % 61 + 1, inPieces);
    observe::BmpDecoder decoder;
    const auto whole = decoder.feed(bytes);
    claim(whole.has_value() == good && (!whole || *whole == inPieces));

    observe::BmpPeers peers(NodeId(QStringLiteral("leaf1")), 65000, 0);
    std::vector<state::Observed> seen;
    for (const observe::BmpMessage& message : inPieces) {
        peers.apply(message, 1'700'000'000'000, seen);
    }
    claim(seen.size() <= inPieces.size() + size);
    return 0;
}
