// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as a message to a lab host, sent through a real socket; what comes behind a header that says so
// travels in a memfd. A request that is understood has exactly one encoding, and its names are checked without fault.
#include "fuzzing.h"

#include <core/channel/labhost_frame.h>
#include <core/channel/labhost_messages.h>

#include <array>

using namespace podleaf;
using namespace podleaf::fuzz;
using namespace podleaf::labhost;

namespace {

/// Both ends of a socket such as a client has to its lab host.
const std::array<UniqueFd, 2>& sockets() {
    static const std::array<UniqueFd, 2> kEnds = [] {
        std::array<int, 2> ends{-1, -1};
        claim(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0);
        return std::array<UniqueFd, 2>{UniqueFd(ends[0]), UniqueFd(ends[1])};
    }();
    return kEnds;
}

template <class Request>
void checkRequest(const std::string& body) {
    const auto request = decode<Request>(body);
    claim(!request || encode(*request) == body);
}

void checkBody(Verb verb, const std::string& body) {
    switch (verb) {
    case Verb::SetLab:
        return checkRequest<SetLab>(body);
    case Verb::AddNodes:
        return checkRequest<AddNodes>(body);
    case Verb::AddLinks:
        return checkRequest<AddLinks>(body);
    case Verb::SetLink:
        return checkRequest<SetLink>(body);
    case Verb::SetImpairment:
        return checkRequest<SetImpairment>(body);
    case Verb::GetImpairments:
        return checkRequest<LinkRequest>(body);
    case Verb::DeclareImpairments:
        return checkRequest<DeclareImpairments>(body);
    case Verb::RemoveLinks:
        return checkRequest<RemoveLinks>(body);
    case Verb::Apply:
        return checkRequest<Apply>(body);
    case Verb::StartService:
        return checkRequest<StartService>(body);
    case Verb::StopService:
        return checkRequest<StopService>(body);
    case Verb::Exec:
        return checkRequest<Exec>(body);
    case Verb::Signal:
        return checkRequest<Signal>(body);
    case Verb::ConnectUnix:
        return checkRequest<ConnectUnix>(body);
    case Verb::ConnectTcp:
        return checkRequest<ConnectTcp>(body);
    case Verb::OpenNetlink:
        return checkRequest<OpenNetlink>(body);
    case Verb::OpenPackets:
        return checkRequest<OpenPackets>(body);
    case Verb::ReadFile:
        return checkRequest<ReadFile>(body);
    default:
        return checkRequest<NodeRequest>(body);
    }
}

/// What is a name for the lab host is also a path's component, and never leaves its folder.
void checkNames(const std::string& text) {
    claim(!isValidName(text) || (isValidPath('/' + text) && isValidLinkId(text)));
    claim(!isValidPortName(text) || isValidName(text));
    claim(!isValidPath(text) || (text.front() == '/' && (text + '/').find("/../") == std::string::npos));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string bytes(reinterpret_cast<const char*>(data), size);
    checkNames(bytes);
    if (bytes.empty() || bytes.size() > kMaxMessageBytes) {
        return 0;
    }
    OutgoingFrame outgoing;
    const auto header = decodeHeader(std::string_view(bytes).substr(0, kHeaderBytes));
    if (header && header->bodyInMemfd) {
        outgoing.owned.push_back(memfdOf(std::string_view(bytes).substr(kHeaderBytes)));
        outgoing.descriptors.push_back(outgoing.owned.back().get());
        bytes.resize(kHeaderBytes);
    }
    outgoing.bytes = bytes;
    claim(sendFrame(sockets()[0].get(), outgoing) == Sent::Yes);
    Frame frame;
    const Received received = receiveFrame(sockets()[1].get(), frame);
    claim(received == Received::Frame || received == Received::Malformed);
    if (received == Received::Frame) {
        claim(frame.body.size() == frame.header.bodyBytes && encodeHeader(frame.header) == bytes.substr(0, kHeaderBytes));
        checkBody(frame.header.verb, frame.body);
    }
    return 0;
}
