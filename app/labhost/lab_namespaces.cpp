// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_namespaces.h"

#include "failure.h"
#include "user_namespace.h"

#include <cstdio>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace podleaf::labhost {

namespace {

/// What pid 1 of a lab and pid 1 of a node do before they serve.
std::string rehearse(HostFiles files) {
    if (std::string problem = enterLabNamespaces(); !problem.empty()) {
        return problem;
    }
    if (::mount("podleaf", "/tmp", "tmpfs", 0, "mode=0755") != 0) {
        return failure("cannot mount a tmpfs");
    }
    RootSource source;
    if (std::string problem = prepareRootSource("/tmp", std::move(files), source); !problem.empty()) {
        return problem;
    }
    if (::unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS) != 0) {
        return failure("cannot make namespaces");
    }
    return enterPrivateRoot(source).value_or(std::string());
}

/// Runs to its end what ends by returning the problem, and says it in a line.
[[noreturn]] void sayAndEnd(const std::string& problem, bool entered) {
    const char* const without = IdMap::ofUsers().contains(1) ? "ready without root\n" : "ready without root, with one id\n";
    const std::string line = problem.empty() ? (entered ? without : "ready\n") : "failed " + problem + "\n";
    ::_exit(::write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && problem.empty() ? 0 : 1);
}

int exitCodeOf(pid_t pid) {
    int status = 0;
    return pid > 0 && ::waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

} // namespace

std::string takeRights(HostFiles& files, bool& entered, HostFiles (*look)()) {
    entered = needsUserNamespace();
    if (!entered && IdMap::ofUsers().isComplete()) {
        return {};
    }
    files = look();
    return entered ? enterUserNamespace() : std::string();
}

std::string enterLabNamespaces() {
    if (::unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0) {
        return failure("cannot make namespaces");
    }
    // Slave: what the host unmounts later does not stay busy because of us.
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0 ||
        ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
        return failure("cannot mount /proc");
    }
    return {};
}

std::string prepareRootSource(const std::string& folder, HostFiles files, RootSource& source) {
    source = {folder, files.entries.empty(), std::move(files.shown)};
    if (::mkdir((folder + "/node").c_str(), 0700) != 0) {
        return failure("cannot make the folder of nodes");
    }
    if (source.isHost) {
        source.separate = separateFolders();
        return {};
    }
    const std::string base = folder + "/base";
    if (::mkdir(base.c_str(), 0700) != 0 || ::mount("podleaf", base.c_str(), "tmpfs", 0, "mode=0755") != 0) {
        return failure("cannot mount a tmpfs");
    }
    return makeBase(files, base);
}

void probeRights() {
    HostFiles files;
    bool entered = false;
    if (const std::string problem = takeRights(files, entered, sketchHostFiles); !problem.empty()) {
        sayAndEnd(problem, entered);
    }
    if (::unshare(CLONE_NEWPID) != 0) {
        sayAndEnd(failure("cannot make a pid namespace"), entered);
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
        sayAndEnd(rehearse(std::move(files)), entered);
    }
    ::_exit(exitCodeOf(pid)); // not exit(): LeakSanitizer cannot work once its pid namespace has ended
}

} // namespace podleaf::labhost
