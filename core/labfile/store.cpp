// SPDX-License-Identifier: GPL-3.0-or-later
#include "store.h"

#include "labfile.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSaveFile>

namespace podleaf::labfile {

QString builtinNameOf(const QString& path) {
    const QString folder = QFileInfo(path).canonicalPath();
    for (const BuiltinLab& lab : builtinLabs()) {
        if (!folder.isEmpty() && QFileInfo(lab.path).canonicalFilePath() == folder) {
            return lab.name;
        }
    }
    return {};
}

Result<> write(const QString& path, const QByteArray& text) {
    const QFileInfo there(path);
    const QString target = there.exists() ? there.canonicalFilePath() : there.absoluteFilePath();
    QSaveFile file(target);
    const bool isOpen = file.open(QIODevice::WriteOnly);
    const bool keepsRights = !there.exists() || (isOpen && file.setPermissions(QFile::permissions(target)));
    if (!isOpen || !keepsRights || file.write(text) != text.size() || !file.commit()) {
        return fail(ErrorCode::Failed, QCoreApplication::translate("LabFile", "%1 cannot be written.").arg(path), file.errorString());
    }
    return {};
}

} // namespace podleaf::labfile
