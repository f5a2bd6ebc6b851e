// SPDX-License-Identifier: GPL-3.0-or-later
#include "outer.h"

#include "container_root.h"
#include "failure.h"
#include "lab_host.h"
#include "lab_namespaces.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <poll.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace podleaf::labhost {

namespace {

void tellStarter(int status, const std::string& line) {
    if (::write(status, line.data(), line.size()) < 0) {
        return; // the starter has gone; the lab runs without it
    }
}

enum class Claim { Mine, Taken, Failed };

/// Makes the folder that the labs of a user lie in. It may be in /tmp, where anybody could have made it first.
bool makeRunFolder(const std::string& folder, std::string& problem) {
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(folder).parent_path(), error);
    const bool isRoot = ::geteuid() == 0;
    struct stat info {};
    if (::mkdir(folder.c_str(), isRoot ? 0755 : 0700) != 0 && errno != EEXIST) {
        problem = failure("cannot make " + folder);
        return false;
    }
    if (!isRoot &&
        (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::geteuid() || (info.st_mode & S_IWOTH) != 0)) {
        problem = folder + " belongs to somebody else";
        return false;
    }
    return true;
}

/// Why this cannot be the folder of a lab; empty when it can. One that holds anything but a lab's is not ours to empty:
/// a lab's has the lock in it, from its first moment to its last.
std::string whyNotOurs(const Options& options, const std::string& folder) {
    struct stat info {};
    if (::lstat(folder.c_str(), &info) != 0) {
        return errno == ENOENT ? std::string() : failure(folder); // its former holder has just removed it
    }
    if (!S_ISDIR(info.st_mode)) {
        return folder + " is in the way: it is not a folder; move it away";
    }
    if (info.st_uid != ::geteuid() && info.st_uid != options.admittedUid) {
        return folder + " belongs to somebody else";
    }
    std::error_code error;
    const auto hasLock = [path = folder + "/lock", &info] { return ::lstat(path.c_str(), &info) == 0; };
    if (!hasLock() && !std::filesystem::is_empty(folder, error) && !error && !hasLock()) { // it may just come or go
        return folder + " is in the way: it holds files that are not a lab's; move it away";
    }
    return {};
}

/// Makes the lab's folder and locks it. A folder that nobody holds is what a killed lab left: it is emptied.
Claim claimFolder(const Options& options, UniqueFd& lock, std::string& problem) {
    if (!makeRunFolder(options.runFolder, problem)) {
        return Claim::Failed;
    }
    const std::string folder = options.folder();
    while (true) {
        if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
            problem = failure("cannot make " + folder);
            return Claim::Failed;
        }
        if (problem = whyNotOurs(options, folder); !problem.empty()) {
            return Claim::Failed;
        }
        const std::string path = folder + "/lock";
        lock = UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!lock.isValid() && errno == ENOENT) {
            continue; // somebody's gc removed the empty folder
        }
        if (!lock.isValid()) {
            problem = failure("cannot open " + path);
            return Claim::Failed;
        }
        if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
            return Claim::Taken;
        }
        struct stat held {};
        struct stat info {};
        if (::fstat(lock.get(), &held) == 0 && ::stat(path.c_str(), &info) == 0 && held.st_ino == info.st_ino) {
            break; // else its former holder removed it between our two calls
        }
    }
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().filename() != "lock") {
            std::filesystem::remove_all(entry.path(), error);
        }
    }
    if (::chown(folder.c_str(), options.admittedUid, static_cast<gid_t>(-1)) != 0) {
        problem = failure("cannot give " + folder + " to its user");
        return Claim::Failed;
    }
    return Claim::Mine;
}

/// The lock goes last, so that nobody else starts in a folder that is being removed.
void removeFolder(const std::string& folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().filename() != "lock") {
            std::filesystem::remove_all(entry.path(), error);
        }
    }
    std::filesystem::remove(folder + "/lock", error);
    std::filesystem::remove(folder, error);
}

/// What its nodes that ran containers left, which the kernel does not end. Its processes have ended, but one that has just may
/// still be counted in its group.
void removeContainers(const Options& options) {
    if (!isContainerStateOf(options.stateOfLab(), options.runFolder)) {
        return; // no node did
    }
    const Cgroups groups(options.lab);
    for (int tries = 0; !groups.remove({}) && tries < 100; ++tries) {
        const timespec brief{0, 10'000'000};
        ::nanosleep(&brief, nullptr);
    }
    std::error_code error;
    std::filesystem::remove_all(options.stateOfLab(), error);
}

/// Pid 1 of the lab's pid namespace, from birth to end.
[[noreturn]] void runPidOne(const Options& options, HostFiles files, pid_t outerPid, UniqueFd life, UniqueFd status) {
    const auto giveUp = [&status](const std::string& problem) {
        tellStarter(status.get(), "failed " + problem + "\n");
        ::_exit(1);
    };
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    pollfd watch{life.get(), POLLIN, 0};
    if (::poll(&watch, 1, 0) != 0) {
        ::_exit(1); // the outer process ended before the kernel was told to tell us
    }
    ::prctl(PR_SET_NAME, "podleaf-lab");
    if (const std::string problem = enterLabNamespaces(); !problem.empty()) {
        giveUp(problem);
    }
    if (::chdir(options.folder().c_str()) != 0) {
        giveUp(failure("cannot enter " + options.folder()));
    }
    RootSource root;
    if (const std::string problem = prepareRootSource(options.folder(), std::move(files), root); !problem.empty()) {
        giveUp(problem);
    }
    UniqueFd listener = listenInFolder(options.admittedUid);
    if (!listener.isValid()) {
        giveUp(failure("cannot listen in " + options.folder()));
    }
    {
        LabHost host(options, std::move(root), outerPid, std::move(listener), std::move(life));
        tellStarter(status.get(), "ready\n");
        status.reset();
        host.run();
        ::_exit(0); // before any destructor: the kernel is quicker
    }
}

/// Waits for pid 1; SIGTERM and its like are handed on.
void waitForPidOne(pid_t pid, const sigset_t& signals) {
    while (true) {
        const int signal = ::sigwaitinfo(&signals, nullptr);
        if (signal > 0 && signal != SIGCHLD) {
            ::kill(pid, SIGTERM);
        }
        if (::waitpid(pid, nullptr, WNOHANG) == pid) {
            return;
        }
    }
}

/// Detaches from whoever started us.
void becomeDaemon(const std::string& folder, UniqueFd& status, UniqueFd& lock) {
    ::setsid();
    const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const UniqueFd log(::open((folder + "/labhost.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    status = UniqueFd(::fcntl(status.get(), F_DUPFD_CLOEXEC, 10)); // off 0 to 2, where a careless starter may have them
    lock = UniqueFd(::fcntl(lock.get(), F_DUPFD_CLOEXEC, 10));
    ::dup2(nothing.get(), 0);
    ::dup2(nothing.get(), 1);
    ::dup2(log.isValid() ? log.get() : nothing.get(), 2);
    if (::chdir("/") != 0) {
        return;
    }
}

/// Closes everything above the standard descriptors that a careless starter left open, but these two.
void closeOthers(int keptA, int keptB) {
    const int low = std::min(keptA, keptB);
    const int high = std::max(keptA, keptB);
    ::syscall(SYS_close_range, 3U, static_cast<unsigned>(low - 1), 0U);
    if (high - low > 1) {
        ::syscall(SYS_close_range, static_cast<unsigned>(low + 1), static_cast<unsigned>(high - 1), 0U);
    }
    ::syscall(SYS_close_range, static_cast<unsigned>(high + 1), ~0U, 0U);
}

/// Signals that the outer process waits for.
sigset_t outerSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&signals, signal);
    }
    return signals;
}

/// Starts pid 1 and waits for its end. Returns what went wrong before that, if anything.
std::string runLab(Options options, UniqueFd& lock, UniqueFd& status) {
    HostFiles files;
    bool entered = false;
    if (std::string problem = takeRights(files, entered); !problem.empty()) {
        return problem;
    }
    if (entered) {
        options.admittedUid = 0; // whoever asked is root in there
    }
    const sigset_t signals = outerSignals();
    ::sigprocmask(SIG_SETMASK, &signals, nullptr);
    std::array<int, 2> life{};
    const pid_t self = ::getpid();
    if (::pipe2(life.data(), O_CLOEXEC) != 0 || ::unshare(CLONE_NEWPID) != 0) {
        return failure("cannot make a pid namespace");
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::close(life[1]);
        lock.reset();
        runPidOne(options, std::move(files), self, UniqueFd(life[0]), std::move(status));
    }
    if (pid < 0) {
        return failure("cannot start the lab's first process");
    }
    ::close(life[0]);
    status.reset();
    files = {};
    waitForPidOne(pid, signals);
    removeContainers(options);
    removeFolder(options.folder()); // before the lock is released
    return {};
}

/// Whether nobody waits for the lab host any more: whoever asked for it was killed, and may be followed by a `down` that
/// found nothing yet.
bool isAbandoned() {
    pollfd answer{STDOUT_FILENO, 0, 0};
    return ::poll(&answer, 1, 0) > 0 && (answer.revents & POLLERR) != 0;
}

[[noreturn]] void runOuter(const Options& options, UniqueFd status) {
    UniqueFd lock;
    std::string problem;
    const Claim claim = claimFolder(options, lock, problem);
    if (claim != Claim::Mine) {
        tellStarter(status.get(), claim == Claim::Taken ? "exists\n" : "failed " + problem + "\n");
        ::_exit(claim == Claim::Taken ? 0 : 1);
    }
    if (isAbandoned()) {
        removeFolder(options.folder());
        ::_exit(1);
    }
    becomeDaemon(options.folder(), status, lock);
    closeOthers(status.get(), lock.get());
    problem = runLab(options, lock, status);
    if (!problem.empty()) {
        removeFolder(options.folder());
        tellStarter(status.get(), "failed " + problem + "\n");
    }
    ::_exit(0); // not exit(): LeakSanitizer cannot work once its pid namespace has ended
}

} // namespace

int startLab(const Options& options) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return 1;
    }
    UniqueFd readEnd(ends[0]);
    UniqueFd writeEnd(ends[1]);
    const pid_t pid = ::fork();
    if (pid == 0) {
        readEnd.reset();
        runOuter(options, std::move(writeEnd));
    }
    writeEnd.reset();
    std::string line;
    std::array<char, 512> buffer;
    for (ssize_t count = ::read(readEnd.get(), buffer.data(), buffer.size()); count > 0;
         count = ::read(readEnd.get(), buffer.data(), buffer.size())) {
        line.append(buffer.data(), static_cast<std::size_t>(count));
    }
    if (line.empty()) {
        line = "failed the lab host ended while it started\n";
    }
    std::fputs(line.c_str(), stdout);
    std::fflush(stdout);
    return line.compare(0, 6, "failed") == 0 ? 1 : 0;
}

} // namespace podleaf::labhost
