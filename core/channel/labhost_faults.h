// SPDX-License-Identifier: GPL-3.0-or-later
// What the lab host is told and tells about impaired cables: the part of its messages that is about faults. Std
// only; values, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace podleaf::labhost {

inline constexpr std::uint32_t kMaxLoss = 10'000;                  ///< Hundredths of a percent: all of it.
inline constexpr std::uint32_t kMinRateKbit = 8;                   ///< 1 kB/s: a full frame takes 1.5 s.
inline constexpr std::uint32_t kMaxRateKbit = 10'000'000;          ///< 10 Gbit/s.
inline constexpr std::uint32_t kMaxDelayMicroseconds = 10'000'000; ///< 10 s.

/// What happens on purpose to the packets of one direction of a cable.
struct ImpairmentInfo {
    bool drop = false;                   ///< All vanish, while the carrier stays.
    std::uint32_t loss = 0;              ///< Hundredths of a percent that vanish, by chance.
    std::uint32_t rateKbit = 0;          ///< 0: not limited.
    std::uint32_t delayMicroseconds = 0; ///< 0: none.

    bool operator==(const ImpairmentInfo&) const = default;
    template <class A>
    void fields(A& a) {
        a(drop), a(loss), a(rateKbit), a(delayMicroseconds);
    }
};

/// Which of an ImpairmentInfo's members a request sets.
inline constexpr std::uint8_t kDropPart = 1;
inline constexpr std::uint8_t kLossPart = 2;
inline constexpr std::uint8_t kRatePart = 4;
inline constexpr std::uint8_t kDelayPart = 8;
inline constexpr std::uint8_t kAllParts = 15;
/// Which directions it is about, by the end that sends.
inline constexpr std::uint8_t kSenderA = 1;
inline constexpr std::uint8_t kSenderB = 2;
inline constexpr std::uint8_t kBothSenders = 3;

/// Changes the `parts` of the directions of `senders` and leaves the others as they are.
struct SetImpairment {
    std::string link;
    std::uint8_t senders = kBothSenders;
    std::uint8_t parts = kAllParts;
    ImpairmentInfo impairment;

    template <class A>
    void fields(A& a) {
        a(link), a(senders), a(parts), a(impairment);
    }
};

/// What the lab file says of a cable. The loss, rate and delay of a direction that it impairs, or did before, become
/// what it says; a direction of which it says nothing is left as it is. Remembered for ListReply.
struct DeclareImpairments {
    std::string link;
    ImpairmentInfo fromA;
    ImpairmentInfo fromB;

    template <class A>
    void fields(A& a) {
        a(link), a(fromA), a(fromB);
    }
};

struct LinkRequest {
    std::string link;

    template <class A>
    void fields(A& a) {
        a(link);
    }
};

/// What the kernels of both ends really do; the answer to setting and to asking.
struct ImpairmentsReply {
    ImpairmentInfo fromA;
    ImpairmentInfo fromB;

    bool operator==(const ImpairmentsReply&) const = default;
    template <class A>
    void fields(A& a) {
        a(fromA), a(fromB);
    }
};

/// A cable that is impaired or declared to be.
struct ImpairedLink {
    std::string link;
    ImpairmentsReply declared;
    ImpairmentsReply now;

    template <class A>
    void fields(A& a) {
        a(link), a(declared), a(now);
    }
};

} // namespace podleaf::labhost
