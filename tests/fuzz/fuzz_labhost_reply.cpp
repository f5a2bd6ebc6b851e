// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as a message from a lab host, or from a node's init to it. What is understood has exactly one
// encoding.
#include "fuzzing.h"

#include <core/channel/labhost_messages.h>

using namespace podleaf;
using namespace podleaf::fuzz;
using namespace podleaf::labhost;

namespace {

template <class Message>
void check(std::string_view body) {
    const auto message = decode<Message>(body);
    claim(!message || encode(*message) == body);
}

void checkReply(Verb verb, std::string_view body) {
    switch (verb) {
    case Verb::Hello:
        return check<HelloReply>(body);
    case Verb::List:
        return check<ListReply>(body);
    case Verb::SetImpairment:
    case Verb::GetImpairments:
    case Verb::DeclareImpairments:
        return check<ImpairmentsReply>(body);
    case Verb::ListServices:
        return check<ListServicesReply>(body);
    case Verb::Exec:
        return check<ExitInfo>(body);
    case Verb::ReadFile:
        return check<ReadFileReply>(body);
    case Verb::Stats:
        return check<StatsReply>(body);
    case Verb::Usage:
        return check<UsageReply>(body);
    case Verb::NodeReady:
        return check<NodeReady>(body);
    default:
        return check<Empty>(body);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto header = decodeHeader(bytes);
    if (!header || header->bodyInMemfd) {
        return 0;
    }
    claim(encodeHeader(*header) == bytes.substr(0, kHeaderBytes));
    const std::string_view body = bytes.substr(kHeaderBytes);
    if (header->kind == Kind::Event) {
        check<EventBody>(body);
    } else if (const auto reply = splitReply(body)) {
        claim(encode(reply->head) + std::string(reply->body) == body);
        checkReply(header->verb, reply->body);
    }
    return 0;
}
