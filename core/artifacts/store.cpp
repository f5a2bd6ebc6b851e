// SPDX-License-Identifier: GPL-3.0-or-later
#include "store.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>
#include <QSet>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace podleaf::artifacts {

using namespace std::chrono_literals;

namespace {

constexpr std::array kFolders{"blobs", "index", "sets", "partial", "scratch", "build", "locks"};
constexpr qint64 kMostIndexBytes = 1 << 20;
/// Whoever makes something holds this one shared, whoever prunes alone.
constexpr const char* kAllLock = "/locks/all";

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

QString errnoText() {
    return QString::fromLocal8Bit(std::generic_category().message(errno).c_str());
}

qint64 bytesBelow(const QString& folder) {
    qint64 sum = 0;
    QDirIterator it(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QFileInfo file = it.nextFileInfo();
        sum += file.isSymLink() ? 0 : file.size();
    }
    return sum;
}

/// Whether a file in it is in the store no more: then it is the last link to it.
bool hasOrphan(const QString& folder) {
    QDirIterator it(folder, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        struct stat info {};
        if (::stat(QFile::encodeName(it.next()).constData(), &info) == 0 && info.st_nlink == 1) {
            return true;
        }
    }
    return false;
}

bool emptyFolder(const QString& folder) {
    return QDir(folder).removeRecursively() && QDir().mkpath(folder);
}

QSet<Digest> digestsIn(const std::vector<Entry>& entries) {
    QSet<Digest> digests;
    for (const Entry& entry : entries) {
        for (const StoredFile& file : entry.files) {
            digests.insert(file.digest);
        }
    }
    return digests;
}

std::optional<Entry> readEntry(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return std::nullopt;
    }
    auto entry = Entry::fromJson(file.read(kMostIndexBytes));
    return entry ? std::optional(std::move(*entry)) : std::nullopt;
}

} // namespace

QString Store::defaultFolder() {
    const QString cache = qEnvironmentVariable("XDG_CACHE_HOME");
    return (cache.isEmpty() ? QDir::homePath() + QStringLiteral("/.cache") : cache) + QStringLiteral("/podleaf/artifacts");
}

Result<Store> Store::open(const QString& folder) {
    for (const char* name : kFolders) {
        if (!QDir().mkpath(folder + QLatin1Char('/') + QLatin1String(name))) {
            return fail(ErrorCode::Failed, tr("Cannot make the folder %1.").arg(folder), errnoText());
        }
    }
    return Store(folder);
}

Result<QString> Store::damageIn(const OpContext& context, const Entry& entry) const {
    QSet<Digest> seen;
    for (const StoredFile& file : entry.files) {
        if (seen.contains(file.digest)) {
            continue;
        }
        seen.insert(file.digest);
        const auto digest = sha256OfFile(context, pathOf(file.digest));
        if (!digest && (digest.error().code == ErrorCode::Cancelled || digest.error().code == ErrorCode::Timeout)) {
            return fail(digest.error());
        }
        if (!digest) {
            return tr("%1 of %2 %3 is missing.").arg(file.name, entry.recipe.component, entry.recipe.version);
        }
        if (*digest != file.digest) {
            QFile::remove(pathOf(file.digest)); // Nobody may take it for what its name says.
            return tr("%1 of %2 %3 is damaged.").arg(file.name, entry.recipe.component, entry.recipe.version);
        }
    }
    return QString();
}

Result<Lookup> Store::find(const OpContext& context, const Recipe& recipe) const {
    const QString path = indexPath(recipe.key());
    if (!QFileInfo::exists(path)) {
        return Lookup();
    }
    auto entry = readEntry(path);
    if (!entry || entry->recipe != recipe) {
        QFile::remove(path);
        return Lookup{std::nullopt, tr("The index entry of %1 %2 is damaged.").arg(recipe.component, recipe.version)};
    }
    const auto damage = damageIn(context, *entry);
    if (!damage) {
        return fail(damage.error());
    }
    if (!damage->isEmpty()) {
        QFile::remove(path);
        return Lookup{std::nullopt, *damage};
    }
    return Lookup{std::move(entry), {}};
}

std::vector<Entry> Store::entries() const {
    std::vector<Entry> all;
    const QDir folder(m_folder + QStringLiteral("/index"));
    for (const QString& name : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        if (auto entry = readEntry(folder.filePath(name)); entry && indexPath(entry->recipe.key()) == folder.filePath(name)) {
            all.push_back(std::move(*entry));
        }
    }
    std::ranges::stable_sort(all, {}, [](const Entry& each) { return std::pair(each.recipe.way == Way::Image, each.recipe.component); });
    return all;
}

Result<StoredFile> Store::adopt(const OpContext& context, const QString& path, const QString& name, bool isExecutable) const {
    auto digest = sha256OfFile(context, path);
    if (!digest) {
        return fail(std::move(digest.error()));
    }
    StoredFile file{name, *digest, QFileInfo(path).size(), isExecutable};
    const QByteArray from = QFile::encodeName(path);
    const QByteArray to = QFile::encodeName(pathOf(*digest));
    // What it says must be on the disk before its name is.
    const UniqueFd written(::open(from.constData(), O_RDONLY | O_CLOEXEC));
    const bool isDone = written.isValid() && ::fsync(written.get()) == 0 && ::fchmod(written.get(), isExecutable ? 0555 : 0444) == 0 &&
                        ::rename(from.constData(), to.constData()) == 0;
    if (!isDone) {
        return fail(ErrorCode::Failed, tr("Cannot put %1 into the store.").arg(name), errnoText());
    }
    return file;
}

Result<> Store::put(const Entry& entry) const {
    QSaveFile file(indexPath(entry.recipe.key()));
    file.open(QIODevice::WriteOnly);
    file.write(QJsonDocument(entry.toJson()).toJson());
    if (!file.commit()) {
        return fail(ErrorCode::Failed, tr("Cannot write the index."), file.errorString());
    }
    return {};
}

Result<std::unique_ptr<QTemporaryDir>> Store::scratch() const {
    auto folder = std::make_unique<QTemporaryDir>(m_folder + QStringLiteral("/scratch/XXXXXX"));
    if (!folder->isValid()) {
        return fail(ErrorCode::Failed, tr("Cannot make a folder for what is being made."), folder->errorString());
    }
    return folder;
}

Result<StoreLock> Store::lock(const OpContext& context, const QString& name) const {
    const bool isAll = name.isEmpty();
    const QString path = m_folder + (isAll ? QString::fromLatin1(kAllLock) : QString(QStringLiteral("/locks/") + sha256Of(name.toUtf8())));
    StoreLock lock(::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.isValid()) {
        return fail(ErrorCode::Failed, tr("Cannot lock the store."), errnoText());
    }
    bool isTold = false;
    while (::flock(lock.get(), (isAll ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return fail(ErrorCode::Failed, tr("Cannot lock the store."), errnoText());
        }
        if (!std::exchange(isTold, true)) {
            context.report(tr("Waiting for another Podleaf that is at %1.").arg(isAll ? tr("the store") : name));
        }
        if (auto going = context.sleepFor(100ms); !going) {
            return fail(std::move(going.error()));
        }
    }
    return lock;
}

DiskUse Store::diskUse() const {
    DiskUse use;
    const QSet<Digest> named = digestsIn(entries());
    for (const QFileInfo& blob : QDir(m_folder + QStringLiteral("/blobs")).entryInfoList(QDir::Files)) {
        (named.contains(blob.fileName()) ? use.artifacts : use.unused) += blob.size();
    }
    use.unused += bytesBelow(m_folder + QStringLiteral("/partial")) + bytesBelow(m_folder + QStringLiteral("/scratch"));
    use.build = bytesBelow(buildFolder());
    return use;
}

Result<qint64> Store::prune(const OpContext& context, const std::function<bool(const Entry&)>& isKept) const {
    const UniqueFd alone(::open(QFile::encodeName(m_folder + QLatin1String(kAllLock)).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!alone.isValid() || ::flock(alone.get(), LOCK_EX | LOCK_NB) != 0) {
        return fail(ErrorCode::Conflict, tr("Another Podleaf is fetching or making something now."), errnoText(),
                    tr("Wait until it is done, or stop it."));
    }
    const auto total = [this] {
        const DiskUse use = diskUse();
        return use.artifacts + use.unused + use.build;
    };
    const qint64 before = total();
    for (const Entry& entry : entries()) {
        if (!isKept(entry)) {
            QFile::remove(indexPath(entry.recipe.key()));
        }
    }
    const QSet<Digest> named = digestsIn(entries());
    for (const QFileInfo& blob : QDir(m_folder + QStringLiteral("/blobs")).entryInfoList(QDir::Files)) {
        if (auto going = context.checkpoint(); !going) {
            return fail(std::move(going.error()));
        }
        if (!named.contains(blob.fileName())) {
            QFile::remove(blob.filePath());
        }
    }
    for (const QFileInfo& set : QDir(m_folder + QStringLiteral("/sets")).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (hasOrphan(set.filePath())) {
            QDir(set.filePath()).removeRecursively();
        }
    }
    for (const char* folder : {"/partial", "/scratch", "/build"}) {
        if (!emptyFolder(m_folder + QLatin1String(folder))) {
            return fail(ErrorCode::Failed, tr("Cannot empty %1.").arg(m_folder + QLatin1String(folder)));
        }
    }
    return before - total();
}

} // namespace podleaf::artifacts
