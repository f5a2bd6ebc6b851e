// SPDX-License-Identifier: GPL-3.0-or-later
// Lab files on disk: the built-in labs' folder, and reading one file without trusting it.
#include "labfile.h"

#include <core/base/unique_fd.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

/// The first of these that is there: $PODLEAF_LABS, as installed, beside build/bin, the source tree.
QString builtinFolder() {
    QStringList candidates;
    if (const QString chosen = qEnvironmentVariable("PODLEAF_LABS"); !chosen.isEmpty()) {
        candidates << chosen;
    }
    const QString binFolder = QFileInfo(QFile::symLinkTarget(QStringLiteral("/proc/self/exe"))).path();
    candidates << binFolder + QStringLiteral("/../share/podleaf/labs") << binFolder + QStringLiteral("/../../labs")
               << QStringLiteral(PODLEAF_SOURCE_DIR "/labs");
    for (const QString& candidate : candidates) {
        if (QFileInfo(candidate).isDir()) {
            return QDir(candidate).absolutePath();
        }
    }
    return {};
}

QString labFileIn(const QString& folder) {
    return folder + QStringLiteral("/lab.yaml");
}

bool looksLikePath(const QString& nameOrPath) {
    return nameOrPath.contains(QLatin1Char('/')) || nameOrPath.endsWith(QStringLiteral(".yaml")) ||
           nameOrPath.endsWith(QStringLiteral(".yml"));
}

Unexpected failedSystemCall(const QString& path, int error) {
    const QString detail = QString::fromLocal8Bit(std::strerror(error));
    if (error == ENOENT || error == ENOTDIR) {
        return fail(ErrorCode::NotFound, tr("There is no file %1.").arg(path), detail);
    }
    const ErrorCode code = error == EACCES || error == EPERM ? ErrorCode::Denied : ErrorCode::Failed;
    return fail(code, tr("Cannot read %1.").arg(path), detail);
}

/// A regular file of at most kMaxBytes. O_NONBLOCK, so that a FIFO without a writer does not hold us up.
Result<QByteArray> readBounded(const QString& path) {
    const UniqueFd file(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat info = {};
    if (!file.isValid() || ::fstat(file.get(), &info) != 0) {
        return failedSystemCall(path, errno);
    }
    if (S_ISDIR(info.st_mode)) {
        return fail(ErrorCode::InvalidInput, tr("%1 is a folder.").arg(path), {},
                    tr("Name the file in it: %1").arg(QDir(path).filePath(QStringLiteral("lab.yaml"))));
    }
    if (!S_ISREG(info.st_mode)) {
        return fail(ErrorCode::InvalidInput, tr("%1 is not a regular file.").arg(path));
    }
    QByteArray text(kMaxBytes + 1, Qt::Uninitialized);
    qsizetype size = 0;
    while (info.st_size <= kMaxBytes && size < text.size()) {
        const ssize_t got = ::read(file.get(), text.data() + size, static_cast<size_t>(text.size() - size));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return failedSystemCall(path, errno);
        }
        if (got == 0) {
            text.truncate(size);
            return text;
        }
        size += got;
    }
    return fail(ErrorCode::InvalidInput, tr("%1 is larger than %2 KiB.").arg(path, QString::number(kMaxBytes / 1024)), {},
                tr("A lab file is a few KiB; is it the right file?"));
}

Unexpected unknownLab(const QString& name) {
    QStringList names;
    for (const BuiltinLab& lab : builtinLabs()) {
        names << lab.name;
    }
    return fail(ErrorCode::NotFound, tr("There is no lab named %1.").arg(name), {},
                names.isEmpty() ? tr("Give the path of a lab file.")
                                : tr("Built-in labs: %1. Or give the path of a lab file.").arg(names.join(QStringLiteral(", "))));
}

} // namespace

std::vector<BuiltinLab> builtinLabs() {
    std::vector<BuiltinLab> labs;
    const QString folder = builtinFolder();
    if (folder.isEmpty()) {
        return labs;
    }
    const QDir directory(folder);
    const QStringList names = directory.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString& name : names) {
        if (QFileInfo(labFileIn(directory.filePath(name))).isFile()) {
            labs.push_back({name, directory.filePath(name)});
        }
    }
    return labs;
}

Result<LabSource> load(const QString& nameOrPath) {
    QString path = nameOrPath;
    if (!looksLikePath(nameOrPath)) {
        const auto labs = builtinLabs();
        const auto builtin = std::ranges::find(labs, nameOrPath, &BuiltinLab::name);
        if (builtin != labs.end()) {
            path = labFileIn(builtin->path);
        } else if (nameOrPath.isEmpty() || !QFileInfo::exists(nameOrPath)) {
            return unknownLab(nameOrPath);
        }
    }
    path = QFileInfo(path).absoluteFilePath();
    auto text = readBounded(path);
    if (!text) {
        return fail(std::move(text.error()));
    }
    LabSource source{path, std::move(*text), {}};
    source.parsed = parse(source.text);
    return source;
}

} // namespace podleaf::labfile
