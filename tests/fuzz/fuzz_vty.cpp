// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as answers on bgpd's vty. Pieces of whatever size give the answers that the whole gives, no answer
// holds a zero byte, and each is read as bgpd's JSON.
#include "fuzzing.h"

#include <core/observe/vty_decoder.h>

using namespace podleaf;
using namespace podleaf::fuzz;

namespace {

bool feedPieces(QByteArrayView bytes, qsizetype step, std::vector<observe::VtyAnswer>& answers) {
    observe::VtyDecoder decoder;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        const auto next = decoder.feed(bytes.sliced(at, std::min(step, bytes.size() - at)));
        if (!next) {
            claim(!decoder.feed({}));
            return false;
        }
        answers.insert(answers.end(), next->begin(), next->end());
    }
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView bytes = bytesOf(data, size);
    std::vector<observe::VtyAnswer> inPieces;
    const bool good = feedPieces(bytes, bytes.size() % 61 + 1, inPieces);
    observe::VtyDecoder decoder;
    const auto whole = decoder.feed(bytes);
    claim(whole.has_value() == good && (!whole || *whole == inPieces));
    for (const observe::VtyAnswer& answer : inPieces) {
        claim(!answer.text.contains('\0') && answer.status >= 0 && answer.status <= 255);
        static_cast<void>(observe::decodeBgpNeighbors(answer.text).has_value());
    }
    return 0;
}
