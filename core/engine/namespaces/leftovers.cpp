// SPDX-License-Identifier: GPL-3.0-or-later
// What is left of labs that are gone, found on the host itself: /proc, mounts, cgroups, the run folder.
#include "leftovers.h"

#include "host_processes.h"
#include "namespace_engine.h"

#include <core/channel/labhost_client.h>
#include <core/channel/labhost_leavings.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <csignal>
#include <fcntl.h>
#include <map>
#include <optional>
#include <poll.h>
#include <set>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <tuple>

namespace podleaf::engine {

namespace {

constexpr double kStartSeconds = 10; ///< A lab host younger than this may still be starting.

enum class Life { Dead, Serving, Unknown };

struct LabLife {
    Life life = Life::Dead;
    qint64 outerPid = 0; ///< When Serving.
};

uid_t ownerOf(const QString& path) {
    return QFileInfo(path).ownerId();
}

/// What a user may remove is what gc speaks of: root everything, others their own.
bool isOurs(uid_t owner) {
    return ::geteuid() == 0 || owner == ::geteuid();
}

QString socketOf(const LabPlace& place) {
    return place.runFolder + QLatin1Char('/') + place.lab + QStringLiteral("/labhost.sock");
}

bool isLocked(const QString& file) {
    const UniqueFd lock(::open(QFile::encodeName(file).constData(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    return lock.isValid() && ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0;
}

bool isHeld(const QString& folder) {
    return isLocked(folder + QStringLiteral("/lock"));
}

LabLife lifeOf(const LabPlace& place) {
    OpContext context;
    context.deadline = Clock::now() + std::chrono::seconds(1);
    const auto client = channel::LabhostClient::open(context, socketOf(place));
    if (client) {
        return {Life::Serving, (*client)->hello().outerPid};
    }
    // A lab in another user's namespace hangs up on us, even on root; but its outer process holds the lock.
    const bool isDead = client.error().code == ErrorCode::Unreachable && !isHeld(place.runFolder + QLatin1Char('/') + place.lab);
    return {isDead ? Life::Dead : Life::Unknown, 0};
}

using Lives = std::map<LabPlace, LabLife>;

/// Every lab that a folder or a process names, asked whether it serves.
Lives livesOf(const QString& runFolder, const std::map<qint64, Process>& processes) {
    Lives lives;
    const QStringList folders = QDir(runFolder).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden);
    for (const QString& lab : folders) {
        lives[{runFolder, lab}] = {};
    }
    for (const auto& [pid, process] : processes) {
        if (process.labhost) {
            lives[*process.labhost] = {};
        }
    }
    for (auto& [place, life] : lives) {
        life = lifeOf(place);
    }
    return lives;
}

/// Whether the process belongs to a lab that runs: it or an ancestor is that lab's outer process. One below a lab host of
/// a container that we look into from outside is the container's business.
bool belongsToLife(const Process& process, const std::map<qint64, Process>& processes, const Lives& lives) {
    auto current = processes.find(process.pid);
    bool isOfThisHost = process.isOfThisHost;
    for (int depth = 0; current != processes.end() && depth < 64; ++depth) {
        if (const auto& place = current->second.labhost) {
            isOfThisHost = isOfThisHost || current->second.isOfThisHost;
            const LabLife& life = lives.at(*place);
            const bool isStarting = life.life == Life::Dead && current->second.ageSeconds < kStartSeconds;
            if (life.life == Life::Unknown || isStarting || (life.life == Life::Serving && life.outerPid == current->first)) {
                return true;
            }
        }
        current = processes.find(current->second.parent);
    }
    return !isOfThisHost;
}

std::vector<qint64> leftProcesses(const std::map<qint64, Process>& processes, const Lives& lives) {
    std::vector<qint64> left;
    for (const auto& [pid, process] : processes) {
        const bool ours = process.labhost.has_value() || process.hasLabEnvironment;
        if (ours && isOurs(process.owner) && process.ageSeconds >= 1 && !belongsToLife(process, processes, lives)) {
            left.push_back(pid);
        }
    }
    return left;
}

QFileInfoList entriesOf(const QString& folder) {
    return QDir(folder).entryInfoList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden | QDir::System);
}

/// Takes a lock; false when somebody holds it, or has just put another in its place.
bool takeLock(const UniqueFd& lock, const QByteArray& path) {
    struct stat held {};
    struct stat named {};
    return ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0 && ::fstat(lock.get(), &held) == 0 && ::stat(path.constData(), &named) == 0 &&
           held.st_ino == named.st_ino;
}

/// Removes the mark of a change, unless a new one has begun meanwhile.
void removeMark(const QByteArray& path) {
    const UniqueFd file(::open(path.constData(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (file.isValid() && takeLock(file, path)) {
        ::unlink(path.constData());
    }
}

/// Marks of changes whose makers were killed.
QStringList leftFiles(const QString& runFolder) {
    QStringList files;
    const QStringList names = QDir(runFolder).entryList({QStringLiteral("*.changing")}, QDir::Files);
    for (const QString& name : names) {
        const QString file = runFolder + QLatin1Char('/') + name;
        if (isOurs(ownerOf(file)) && !isLocked(file)) {
            files.append(file);
        }
    }
    return files;
}

QStringList leftFolders(const QString& runFolder, const Lives& lives) {
    QStringList left;
    for (const auto& [place, life] : lives) {
        const QString folder = runFolder + QLatin1Char('/') + place.lab;
        if (place.runFolder == runFolder && life.life == Life::Dead && isLabFolder(folder) && !isHeld(folder)) {
            left.append(folder);
        }
    }
    return left;
}

/// proc(5) mountinfo: field 5 is the mount point, the one behind "- TYPE" the source.
QStringList leftMounts(const QString& runFolder) {
    QStringList left;
    if (::geteuid() != 0) {
        return left; // only root could have made one
    }
    const QList<QByteArray> lines = readAll(QStringLiteral("/proc/self/mountinfo")).split('\n');
    for (const QByteArray& line : lines) {
        const QList<QByteArray> fields = line.split(' ');
        const qsizetype separator = fields.indexOf("-");
        if (separator < 0) {
            continue;
        }
        const QString point = QFile::decodeName(fields.value(4));
        if (fields.value(separator + 2) == "podleaf" || point.startsWith(runFolder + QLatin1Char('/'))) {
            left.append(point);
        }
    }
    return left;
}

QStringList cgroupsBelow(const QString& folder, int depth) {
    QStringList found;
    const QStringList entries = QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
    for (const QString& entry : entries) {
        const QString path = folder + QLatin1Char('/') + entry;
        if (entry.startsWith(QLatin1String(labhost::kGroupPrefix))) {
            found.append(path);
        } else if (depth > 1) {
            found += cgroupsBelow(path, depth - 1);
        }
    }
    return found;
}

QStringList leftCgroups(const Lives& lives) {
    QStringList left;
    const QStringList all = cgroupsBelow(QStringLiteral("/sys/fs/cgroup"), 3);
    for (const QString& path : all) {
        const QString lab = QFileInfo(path).fileName().mid(QLatin1String(labhost::kGroupPrefix).size());
        const bool isAlive = std::any_of(lives.begin(), lives.end(),
                                         [&lab](const auto& entry) { return entry.first.lab == lab && entry.second.life != Life::Dead; });
        if (!isAlive && isOurs(ownerOf(path))) {
            left.append(path);
        }
    }
    return left;
}

/// What nodes that ran containers kept; the folder of each lab names its run folder.
QStringList leftStates(const QString& runFolder) {
    QStringList left;
    const QStringList labs = QDir(stateFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& lab : labs) {
        const QString folder = stateFolder() + QLatin1Char('/') + lab;
        const bool isOfThese = readAll(folder + QLatin1Char('/') + QLatin1String(labhost::kStateMark)) == QFile::encodeName(runFolder);
        if (isOfThese && isOurs(ownerOf(folder)) && !isHeld(runFolder + QLatin1Char('/') + lab)) {
            left.append(folder);
        }
    }
    return left;
}

/// Kills what is still the process that was looked at, and waits for its end.
void killProcess(OpContext& context, qint64 pid, const QString& runFolder) {
    const UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
    const auto processes = allProcesses();
    const auto left = leftProcesses(processes, livesOf(runFolder, processes));
    if (!handle.isValid() || std::find(left.begin(), left.end(), pid) == left.end()) {
        return; // the number is somebody else's by now
    }
    ::syscall(SYS_pidfd_send_signal, handle.get(), SIGKILL, nullptr, 0);
    pollfd wait{handle.get(), POLLIN, 0};
    ::poll(&wait, 1, context.remainingMs(2000));
}

} // namespace

std::vector<RunningLab> runningLabs(const QString& runFolder) {
    std::vector<RunningLab> labs;
    const QStringList folders = QDir(runFolder).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString& name : folders) {
        OpContext context;
        context.deadline = Clock::now() + std::chrono::seconds(1);
        const auto client = channel::LabhostClient::open(context, socketOf({runFolder, name}));
        if (!client) {
            continue;
        }
        const labhost::HelloReply& hello = (*client)->hello();
        labs.push_back({LabId(name), hello.outerPid, QString::fromStdString(hello.labFile),
                        runFolder + QLatin1Char('/') + name + QStringLiteral("/lab.yaml"),
                        QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(hello.startedAtUnixMs), Qt::UTC)});
    }
    return labs;
}

std::vector<Leftover> findLeftovers(const QString& runFolder) {
    const auto processes = allProcesses();
    const Lives lives = livesOf(runFolder, processes);
    std::vector<Leftover> leftovers;
    for (const qint64 pid : leftProcesses(processes, lives)) {
        const QByteArray command = readAll(QStringLiteral("/proc/%1/comm").arg(pid)).trimmed();
        leftovers.push_back({QStringLiteral("process"), QStringLiteral("%1 %2").arg(pid).arg(QString::fromUtf8(command))});
    }
    const auto append = [&leftovers](const QString& kind, const QStringList& names) {
        for (const QString& name : names) {
            leftovers.push_back({kind, name});
        }
    };
    append(QStringLiteral("folder"), leftFolders(runFolder, lives));
    append(QStringLiteral("file"), leftFiles(runFolder));
    append(QStringLiteral("mount"), leftMounts(runFolder));
    append(QStringLiteral("cgroup"), leftCgroups(lives));
    append(QStringLiteral("state"), leftStates(runFolder));
    return leftovers;
}

QString stateFolder() {
    return qEnvironmentVariable("PODLEAF_STATE_FOLDER", QString::fromLatin1(labhost::kStandardStateFolder));
}

bool isLabFolder(const QString& folder) {
    const QFileInfo info(folder);
    const auto hasLock = [lock = QString(folder + QStringLiteral("/lock"))] { return QFileInfo(lock).isFile(); };
    // It may just come or go.
    return info.isDir() && !info.isSymLink() && (hasLock() || entriesOf(folder).isEmpty() || hasLock());
}

DeadFolder removeDeadFolder(const QString& runFolder, const QString& lab) {
    const QString folder = runFolder + QLatin1Char('/') + lab;
    if (!isLabFolder(folder)) {
        return DeadFolder::Gone;
    }
    const QByteArray path = QFile::encodeName(folder + QStringLiteral("/lock"));
    const UniqueFd lock(::open(path.constData(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!lock.isValid()) {
        return errno == ENOENT ? DeadFolder::Held : DeadFolder::Stuck; // somebody else is removing it
    }
    if (!takeLock(lock, path)) {
        return DeadFolder::Held;
    }
    const QFileInfoList entries = entriesOf(folder);
    for (const QFileInfo& entry : entries) {
        if (entry.fileName() == QLatin1String("lock")) {
            continue; // it goes last: we may be killed, too
        }
        if (entry.isDir() && !entry.isSymLink()) {
            QDir(entry.filePath()).removeRecursively();
        } else {
            QFile::remove(entry.filePath());
        }
    }
    if (entriesOf(folder).size() == 1) {
        QFile::remove(folder + QStringLiteral("/lock"));
        QDir().rmdir(folder);
    }
    return QFileInfo::exists(folder) ? DeadFolder::Stuck : DeadFolder::Gone;
}

Result<> collectGarbage(OpContext& context, const QString& runFolder) {
    for (const Leftover& leftover : findLeftovers(runFolder)) {
        if (auto state = context.checkpoint(); !state) {
            return state;
        }
        if (leftover.kind == QLatin1String("process")) {
            killProcess(context, leftover.name.section(QLatin1Char(' '), 0, 0).toLongLong(), runFolder);
        } else if (leftover.kind == QLatin1String("mount")) {
            ::umount2(QFile::encodeName(leftover.name).constData(), MNT_DETACH);
        } else if (leftover.kind == QLatin1String("cgroup")) {
            labhost::removeGroups(QFile::encodeName(leftover.name).toStdString());
        } else if (leftover.kind == QLatin1String("state")) {
            QDir(leftover.name).removeRecursively();
        } else if (leftover.kind == QLatin1String("file")) {
            removeMark(QFile::encodeName(leftover.name));
        } else {
            removeDeadFolder(runFolder, QFileInfo(leftover.name).fileName());
        }
    }
    QStringList remaining;
    for (const Leftover& leftover : findLeftovers(runFolder)) {
        remaining.append(leftover.kind + QLatin1Char(' ') + leftover.name);
    }
    if (!remaining.isEmpty()) {
        return fail(ErrorCode::Failed, QCoreApplication::translate("NamespaceEngine", "Some leftovers could not be removed."),
                    remaining.join(QLatin1Char('\n')));
    }
    return {};
}

} // namespace podleaf::engine
