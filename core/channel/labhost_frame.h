// SPDX-License-Identifier: GPL-3.0-or-later
// Sending and receiving whole frames on a SOCK_SEQPACKET Unix socket, descriptors included. Std and POSIX
// only, shared by podleaf-labhost and its clients. No state; any thread.
#pragma once

#include "labhost_wire.h"

#include <core/base/unique_fd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace podleaf::labhost {

struct Frame {
    Header header;
    std::string body;
    std::vector<UniqueFd> descriptors;
};

/// A frame ready for sendmsg: the bytes and the descriptors that go along, some of them owned.
struct OutgoingFrame {
    std::string bytes;
    std::vector<int> descriptors;
    std::vector<UniqueFd> owned;
    std::size_t bodyBytes = 0; ///< Wherever the body is.
};

enum class Received { Frame, Nothing, Closed, Malformed };
enum class Sent { Yes, Full, Failed };

/// Writes `body` into a sealed memfd; invalid when the system refuses.
inline UniqueFd memfdOf(std::string_view body) {
    UniqueFd fd(::memfd_create("podleaf", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    size_t done = 0;
    while (fd.isValid() && done < body.size()) {
        const ssize_t count = ::write(fd.get(), body.data() + done, body.size() - done);
        if (count <= 0) {
            return UniqueFd();
        }
        done += static_cast<size_t>(count);
    }
    if (fd.isValid()) {
        ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    }
    return fd;
}

/// Exactly `size` bytes of a memfd. Anything that could block or lie (a pipe, a file of a strange file system, a
/// shorter one) is nullopt: only shared memory knows seals.
inline std::optional<std::string> readMemfd(int fd, std::size_t size) {
    if (size > kMaxBodyBytes || ::fcntl(fd, F_GET_SEALS) < 0) {
        return std::nullopt;
    }
    std::string body(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = ::pread(fd, body.data() + done, size - done, static_cast<off_t>(done));
        if (count <= 0) {
            return std::nullopt;
        }
        done += static_cast<std::size_t>(count);
    }
    return body;
}

/// Builds a frame; a body that is too long for one message moves into a memfd, which goes first.
inline OutgoingFrame prepareFrame(Header header, std::string_view body, const std::vector<int>& borrowed = {},
                                  std::vector<UniqueFd> owned = {}) {
    OutgoingFrame frame;
    header.bodyBytes = static_cast<std::uint32_t>(body.size());
    header.bodyInMemfd = body.size() + kHeaderBytes > kMaxMessageBytes;
    if (header.bodyInMemfd) {
        frame.owned.push_back(memfdOf(body));
        frame.descriptors.push_back(frame.owned.back().get());
    }
    frame.bodyBytes = body.size();
    frame.bytes = encodeHeader(header);
    if (!header.bodyInMemfd) {
        frame.bytes += body;
    }
    frame.descriptors.insert(frame.descriptors.end(), borrowed.begin(), borrowed.end());
    for (UniqueFd& fd : owned) {
        frame.descriptors.push_back(fd.get());
        frame.owned.push_back(std::move(fd));
    }
    return frame;
}

/// Sends without blocking. Failed: the peer is gone or the frame cannot be sent at all.
inline Sent sendFrame(int socket, const OutgoingFrame& frame) {
    iovec part{const_cast<char*>(frame.bytes.data()), frame.bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * (kMaxDescriptors + 1))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (frame.descriptors.size() > kMaxDescriptors + 1) {
        return Sent::Failed;
    }
    if (!frame.descriptors.empty()) {
        const std::size_t bytes = sizeof(int) * frame.descriptors.size();
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(bytes);
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(bytes);
        std::memcpy(CMSG_DATA(header), frame.descriptors.data(), bytes);
    }
    while (true) {
        if (::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
            return Sent::Yes;
        }
        if (errno != EINTR) {
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? Sent::Full : Sent::Failed;
        }
    }
}

/// The descriptors that came with a message, closed on exec.
inline std::vector<UniqueFd> takeDescriptors(msghdr& message) {
    std::vector<UniqueFd> descriptors;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
            descriptors.emplace_back(fd);
        }
    }
    return descriptors;
}

/// What errno says after a recv() that failed.
inline Received nothingReceived() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Received::Nothing : Received::Closed;
}

/// Receives one frame without blocking. After Malformed the peer is not to be trusted any more.
inline Received receiveFrame(int socket, Frame& frame) {
    // As long as the message is: a buffer for the longest would be most of the memory that a node's init takes.
    const ssize_t announced = ::recv(socket, nullptr, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
    if (announced < 0) {
        return nothingReceived();
    }
    std::string buffer(std::clamp<std::size_t>(static_cast<std::size_t>(announced), 1, kMaxMessageBytes), '\0');
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * (kMaxDescriptors + 1))> control{};
    iovec part{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (count < 0) {
        return nothingReceived();
    }
    frame = Frame{};
    frame.descriptors = takeDescriptors(message);
    if (count == 0) {
        return Received::Closed;
    }
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        return Received::Malformed;
    }
    buffer.resize(static_cast<std::size_t>(count));
    const auto header = decodeHeader(buffer);
    if (!header) {
        return Received::Malformed;
    }
    frame.header = *header;
    if (!header->bodyInMemfd) {
        frame.body = std::move(buffer.erase(0, kHeaderBytes));
        return Received::Frame;
    }
    if (frame.descriptors.empty()) {
        return Received::Malformed;
    }
    auto body = readMemfd(frame.descriptors.front().get(), header->bodyBytes);
    frame.descriptors.erase(frame.descriptors.begin());
    if (!body) {
        return Received::Malformed;
    }
    frame.body = *std::move(body);
    return Received::Frame;
}

} // namespace podleaf::labhost
