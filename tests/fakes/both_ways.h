// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a test of real labs the ways that users run them: as root, and without root with one id or with a range of them.
// Root becomes an ordinary user for it, in a mount namespace with a /etc/passwd and /etc/subuid of its own and with
// copies of the executables, as a build below /root is closed to others. Before any thread is started. PODLEAF_ONLY_WAY
// runs one of "root", "one-id" and "all-ids" only.
#pragma once

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace podleaf::test {

inline constexpr uid_t kTestUid = 54321;

/// Which way this process runs: "root", "one-id" or "all-ids".
inline QByteArray way() {
    return qgetenv("PODLEAF_TEST_WAY");
}

/// Where the built-in labs can be read.
inline QString labsFolder() {
    return qEnvironmentVariable("PODLEAF_LABS", QStringLiteral(PODLEAF_SOURCE_DIR "/labs"));
}

inline void die(const char* what) {
    std::perror(what);
    ::_exit(99);
}

inline bool writeText(const QString& path, const QByteArray& text) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.flush();
}

inline QByteArray readText(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Copies the executable, the programs beside it, the labs and README.md to where everybody may read them.
inline void stage(const std::filesystem::path& executable, const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    fs::permissions(folder, fs::perms(0755));
    for (const fs::path& program : {executable.filename(), fs::path("podleaf"), fs::path("podleaf-labhost")}) {
        if (fs::exists(executable.parent_path() / program)) {
            fs::copy(executable.parent_path() / program, folder / program);
        }
    }
    fs::copy(PODLEAF_SOURCE_DIR "/labs", folder / "labs", fs::copy_options::recursive);
    fs::copy(PODLEAF_SOURCE_DIR "/README.md", folder);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        fs::permissions(entry, fs::perms(0555), fs::perm_options::add);
    }
    qputenv("PODLEAF_LABS", (folder / "labs").c_str());
}

/// Makes root an ordinary user for good: one that the system does not know, or one with a range of ids.
/// The latter's host has mounts below /usr, as containers have, one of them where programs of nodes are.
inline void becomeUser(const QString& folder, bool withRange) {
    const QByteArray entry = "podleaf-test:x:54321:54321::/nonexistent:/bin/sh\n";
    const QByteArray range = "podleaf-test:1000000:65536\n";
    const bool written =
        writeText(folder + QStringLiteral("/passwd"), readText(QStringLiteral("/etc/passwd")) + (withRange ? entry : "")) &&
        writeText(folder + QStringLiteral("/range"), withRange ? range : "");
    if (!written || ::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        die("cannot prepare an ordinary user");
    }
    for (const char* mounted : {"/usr/share", "/usr/lib/frr"}) {
        if (withRange && ::mount(mounted, mounted, nullptr, MS_BIND, nullptr) != 0) {
            die(mounted);
        }
    }
    for (const auto& [source, target] :
         {std::pair("/passwd", "/etc/passwd"), std::pair("/range", "/etc/subuid"), std::pair("/range", "/etc/subgid")}) {
        if (::mount((folder.toStdString() + source).c_str(), target, nullptr, MS_BIND, nullptr) != 0) {
            die(target);
        }
    }
    if (::setgroups(0, nullptr) != 0 || ::setresgid(kTestUid, kTestUid, kTestUid) != 0 || ::setresuid(kTestUid, kTestUid, kTestUid) != 0) {
        die("cannot become an ordinary user");
    }
    qunsetenv("XDG_RUNTIME_DIR");
    qputenv("HOME", "/nonexistent"); // root's may not be looked into
}

/// Puts tools that give nobody a range before the system's.
inline void refuseRanges(const QString& folder) {
    for (const char* tool : {"/newuidmap", "/newgidmap"}) {
        const QString path = folder + QLatin1String(tool);
        writeText(path, "#!/bin/sh\nexit 1\n");
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    qputenv("PATH", QFile::encodeName(folder) + ':' + qgetenv("PATH"));
}

/// Runs this executable again, one way; returns its exit code.
inline int runOneWay(const QByteArray& chosen, char** argv) {
    const QString executable = QFile::symLinkTarget(QStringLiteral("/proc/self/exe"));
    const QTemporaryDir folder;
    const pid_t pid = ::fork();
    if (pid == 0) {
        qputenv("PODLEAF_TEST_WAY", chosen);
        QByteArray program = QFile::encodeName(executable);
        if (chosen != "root" && ::geteuid() == 0) {
            stage(executable.toStdString(), folder.path().toStdString());
            program = QFile::encodeName(folder.path() + QLatin1Char('/') + QFileInfo(executable).fileName());
            becomeUser(folder.path(), chosen == "all-ids");
        } else if (chosen == "one-id") {
            refuseRanges(folder.path());
        }
        std::fprintf(stderr, "=== %s\n", chosen.constData());
        ::execv(program.constData(), argv);
        die("cannot run again");
    }
    int status = -1;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

/// Whether /etc/subuid and newuidmap(1) give this user more than one id.
inline bool hasRange() {
    const passwd* user = ::getpwuid(::geteuid()); // NOLINT(concurrency-mt-unsafe): before any thread
    const QByteArray lines = '\n' + readText(QStringLiteral("/etc/subuid"));
    const QByteArray mine = user == nullptr ? QByteArray() : '\n' + QByteArray(user->pw_name) + ':';
    return !mine.isEmpty() && lines.contains(mine) && !QStandardPaths::findExecutable(QStringLiteral("newuidmap")).isEmpty();
}

inline const std::vector<QByteArray> kAllWays{"root", "one-id", "all-ids"};

inline std::vector<QByteArray> fewWays() {
    return qEnvironmentVariableIsSet("PODLEAF_FULL") ? kAllWays : std::vector<QByteArray>{"root", "one-id"};
}

/// `Application`: QApplication for a test with a window.
template <class Test, class Application = QCoreApplication>
int runBothWays(int argc, char** argv, const std::vector<QByteArray>& ways = kAllWays) {
    if (!way().isEmpty()) {
        Application application(argc, argv);
        Application::setAttribute(Qt::AA_Use96Dpi); // as QTEST_MAIN does
        Test test;
        return QTest::qExec(&test, argc, argv);
    }
    const QByteArray only = qgetenv("PODLEAF_ONLY_WAY");
    int failures = 0;
    for (const QByteArray& each : ways) {
        if (!only.isEmpty() && each != only) {
            continue;
        }
        const bool possible = ::geteuid() == 0 || each == "one-id" || (each == "all-ids" && hasRange());
        failures += possible ? runOneWay(each, argv) : 0;
    }
    return failures;
}

} // namespace podleaf::test

/// QTEST_GUILESS_MAIN for a test of real labs.
#define PODLEAF_BOTH_WAYS_MAIN(TestClass)                                                                                                  \
    int main(int argc, char** argv) {                                                                                                      \
        return podleaf::test::runBothWays<TestClass>(argc, argv);                                                                          \
    }

/// The same for a long test to which a range of ids makes little difference: with all rights and with the fewest, and every
/// way in the full run.
#define PODLEAF_TWO_WAYS_MAIN(TestClass)                                                                                                   \
    int main(int argc, char** argv) {                                                                                                      \
        return podleaf::test::runBothWays<TestClass>(argc, argv, podleaf::test::fewWays());                                                \
    }
