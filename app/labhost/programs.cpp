// SPDX-License-Identifier: GPL-3.0-or-later
#include "programs.h"

#include <core/base/unique_fd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace podleaf::labhost {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (const std::string& text : strings) {
        result.push_back(const_cast<char*>(text.c_str()));
    }
    result.push_back(nullptr);
    return result;
}

/// Moves the descriptors out of the way of 0 to 2, then onto them; everything else closes.
bool placeDescriptors(const Program& program, int errorPipe) {
    std::array<int, 3> high{};
    const std::array<int, 3> wanted{program.in, program.out, program.err};
    for (std::size_t i = 0; i < 3; ++i) {
        high[i] = ::fcntl(wanted[i], F_DUPFD, 10);
        if (high[i] < 0) {
            return false;
        }
    }
    for (int i = 0; i < 3; ++i) {
        if (::dup2(high[static_cast<std::size_t>(i)], i) < 0) {
            return false;
        }
    }
    if (errorPipe != 3 && ::dup3(errorPipe, 3, O_CLOEXEC) < 0) {
        return false;
    }
    return ::syscall(SYS_close_range, 4U, ~0U, 0U) == 0;
}

[[noreturn]] void runChild(const Program& program, char* const* argv, char* const* environment, int errorPipe) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::setsid();
    ::setrlimit(RLIMIT_NOFILE, &program.openFiles);
    int pipe = errorPipe;
    if (placeDescriptors(program, errorPipe)) {
        pipe = 3;
        if (program.controllingTerminal) {
            ::ioctl(0, TIOCSCTTY, 0); // refused when it is somebody's already; the program still runs on it
        }
        ::environ = const_cast<char**>(environment);
        ::execvp(argv[0], argv);
    }
    const int error = errno;
    if (::write(pipe, &error, sizeof error) != sizeof error) {
        ::_exit(126);
    }
    ::_exit(127);
}

} // namespace

Spawned spawn(const Program& program) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return {-1, errno};
    }
    UniqueFd readEnd(ends[0]);
    UniqueFd writeEnd(ends[1]);
    const auto argv = pointers(program.argv);
    const auto environment = pointers(program.environment);
    const pid_t pid = ::fork();
    if (pid == 0) {
        runChild(program, argv.data(), environment.data(), writeEnd.get());
    }
    if (pid < 0) {
        return {-1, errno};
    }
    writeEnd.reset();
    int error = 0;
    ssize_t count = 0;
    do {
        count = ::read(readEnd.get(), &error, sizeof error);
    } while (count < 0 && errno == EINTR);
    if (count == 0) {
        return {pid, 0};
    }
    ::waitpid(pid, nullptr, 0);
    return {-1, error == 0 ? EIO : error};
}

std::string lastLines(const std::string& path, int lines) {
    constexpr off_t kTail = 4096;
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd.isValid()) {
        return {};
    }
    const off_t size = ::lseek(fd.get(), 0, SEEK_END);
    std::string text(static_cast<std::size_t>(kTail), '\0');
    const ssize_t count = ::pread(fd.get(), text.data(), text.size(), size > kTail ? size - kTail : 0);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    std::size_t start = text.size();
    for (int i = 0; i < lines && start != std::string::npos && start > 0; ++i) {
        start = text.rfind('\n', start - 1);
    }
    return start == std::string::npos || start == 0 ? text : text.substr(start + 1);
}

} // namespace podleaf::labhost
