// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_hold.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace podleaf::session {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabHold", text);
}

/// "`podleaf up` (process 1234, since 14:02:31)", from what the holder wrote; a file of ours, yet read with care.
QString holderOf(int file) {
    std::array<char, 512> text{};
    const ssize_t count = ::pread(file, text.data(), text.size(), 0);
    const QJsonObject holder = QJsonDocument::fromJson(QByteArray(text.data(), std::max<ssize_t>(0, count))).object();
    const qint64 pid = static_cast<qint64>(holder[QStringLiteral("pid")].toDouble());
    if (pid == 0) {
        return tr("another program");
    }
    const QDateTime since = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(holder[QStringLiteral("sinceMs")].toDouble()));
    return tr("`%1` (process %2, since %3)")
        .arg(holder[QStringLiteral("what")].toString().left(80))
        .arg(pid)
        .arg(since.toString(QStringLiteral("HH:mm:ss")));
}

bool writeHolder(int file, const QString& what) {
    const QByteArray text =
        QJsonDocument(QJsonObject{{QStringLiteral("pid"), static_cast<double>(::getpid())},
                                  {QStringLiteral("what"), what},
                                  {QStringLiteral("sinceMs"), static_cast<double>(QDateTime::currentMSecsSinceEpoch())}})
            .toJson(QJsonDocument::Compact);
    errno = ENOSPC; // what a short write means
    return ::ftruncate(file, 0) == 0 && ::pwrite(file, text.constData(), static_cast<std::size_t>(text.size()), 0) == text.size();
}

} // namespace

QString LabHold::pathOf(const QString& runFolder, const LabId& lab) {
    return runFolder + QLatin1Char('/') + lab.name + QStringLiteral(".changing");
}

Result<LabHold> LabHold::take(const QString& runFolder, const LabId& lab, const QString& what) {
    const QString path = pathOf(runFolder, lab);
    const QByteArray name = QFile::encodeName(path);
    const QString cannot = tr("Cannot change the lab %1.").arg(lab.name);
    std::error_code error;
    std::filesystem::create_directories(QFile::encodeName(runFolder).toStdString(), error);
    if (error) {
        return fail(ErrorCode::Failed, cannot,
                    tr("The folder %1 cannot be made: %2.").arg(runFolder, QString::fromStdString(error.message())),
                    tr("Move away what is there, or set PODLEAF_RUN_FOLDER to another folder."));
    }
    while (true) {
        UniqueFd file(::open(name.constData(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file.isValid()) {
            return fail(ErrorCode::Failed, cannot, path + QStringLiteral(": ") + QString::fromLocal8Bit(std::strerror(errno)));
        }
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
            if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) {
                std::this_thread::yield();
                continue; // nobody holds it; somebody only looked whether it is held, as gc does
            }
            return fail(ErrorCode::Conflict, tr("The lab %1 is being changed by %2.").arg(lab.name, holderOf(file.get())), {},
                        tr("Wait until that has ended, or stop it."));
        }
        struct stat held {};
        struct stat named {};
        const bool current = ::fstat(file.get(), &held) == 0 && ::stat(name.constData(), &named) == 0 && held.st_ino == named.st_ino;
        if (!current) {
            continue; // its former holder removed it between our two calls
        }
        if (!writeHolder(file.get(), what)) {
            const int problem = errno;
            ::unlink(name.constData());
            return fail(ErrorCode::Failed, cannot, path + QStringLiteral(": ") + QString::fromLocal8Bit(std::strerror(problem)),
                        problem == ENOSPC ? tr("Make room in %1.").arg(runFolder) : QString());
        }
        return LabHold(path, std::move(file));
    }
}

LabHold::~LabHold() {
    if (m_file.isValid()) {
        ::unlink(QFile::encodeName(m_path).constData());
    }
}

} // namespace podleaf::session
