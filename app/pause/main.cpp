// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf-pause: the program that holds a pod's namespaces while its containers come and go. It sleeps, reaps what is
// left to it, and ends on SIGTERM or SIGINT. No libc: of the many that run, each takes a few pages.
#include <asm/unistd.h>

namespace {

constexpr unsigned long kInterrupt = 2;
constexpr unsigned long kTerminate = 15;
constexpr unsigned long kChild = 17;
constexpr long kBlock = 0;
constexpr long kNoHang = 1;
constexpr long kSetBytes = 8;

unsigned long setOf(unsigned long signal) {
    return 1UL << (signal - 1);
}

long call(long number, long a, long b, long c, long d) {
#if defined(__x86_64__)
    long result = 0;
    register long fourth asm("r10") = d;
    asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth) : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long which asm("x8") = number;
    register long first asm("x0") = a;
    register long second asm("x1") = b;
    register long third asm("x2") = c;
    register long fourth asm("x3") = d;
    asm volatile("svc 0" : "+r"(first) : "r"(which), "r"(second), "r"(third), "r"(fourth) : "memory");
    return first;
#else
#error "podleaf-pause knows x86_64 and aarch64"
#endif
}

} // namespace

/// Where the kernel begins: there is no libc to call a main.
[[noreturn]] void start() asm("_start");
void start() {
    const unsigned long awaited = setOf(kInterrupt) | setOf(kTerminate) | setOf(kChild);
    const long set = reinterpret_cast<long>(&awaited);
    call(__NR_rt_sigprocmask, kBlock, set, 0, kSetBytes);
    while (true) {
        while (call(__NR_wait4, -1, 0, kNoHang, 0) > 0) { // Also what ended before there was anyone to hear of it.
        }
        const long signal = call(__NR_rt_sigtimedwait, set, 0, 0, kSetBytes);
        if (signal == static_cast<long>(kInterrupt) || signal == static_cast<long>(kTerminate)) {
            call(__NR_exit_group, 0, 0, 0, 0);
        }
    }
}
