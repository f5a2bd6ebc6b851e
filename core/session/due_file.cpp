// SPDX-License-Identifier: GPL-3.0-or-later
#include "due_file.h"

#include <QCoreApplication>
#include <QFile>
#include <QSaveFile>

namespace podleaf::session {

namespace {

constexpr qint64 kMaxBytes = 1 << 20;

QString fileIn(const QString& labFolder) {
    return labFolder + QStringLiteral("/due.json");
}

} // namespace

deploy::DueTurns dueTurnsIn(const QString& labFolder) {
    QFile file(fileIn(labFolder));
    return file.open(QIODevice::ReadOnly) ? deploy::dueFromJson(file.read(kMaxBytes)) : deploy::DueTurns();
}

Result<> keepDueTurns(const QString& labFolder, const deploy::DueTurns& due) {
    if (due.empty()) {
        QFile::remove(fileIn(labFolder));
        return {};
    }
    QSaveFile file(fileIn(labFolder));
    const bool open = file.open(QIODevice::WriteOnly);
    if (open) {
        file.write(deploy::toJson(due));
    }
    if (!open || !file.commit()) {
        return fail(ErrorCode::Failed, QCoreApplication::translate("LabSession", "Cannot note what the change restarts."),
                    fileIn(labFolder) + QStringLiteral(": ") + file.errorString(),
                    QCoreApplication::translate("LabSession", "Make room in %1, or see why nothing can be written there.").arg(labFolder));
    }
    return {};
}

} // namespace podleaf::session
