// SPDX-License-Identifier: GPL-3.0-or-later
// edit: changes a lab file. What runs is left alone; `podleaf up` applies what differs.
#include "commands.h"

#include <core/labfile/patch.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonArray>
#include <QSaveFile>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

/// Built-in labs belong to the program: the next update would undo the change.
Result<> isOwn(const QString& path) {
    const QString folder = QFileInfo(path).canonicalPath();
    for (const labfile::BuiltinLab& lab : labfile::builtinLabs()) {
        if (QFileInfo(lab.path).canonicalFilePath() == folder) {
            return fail(ErrorCode::InvalidInput, tr("%1 is a built-in lab; it is not changed.").arg(lab.name), {},
                        tr("Copy it and change the copy: cp %1 %2.yaml").arg(path, lab.name));
        }
    }
    return {};
}

/// Whole or not at all; whoever reads the file sees the old text or the new one. Permissions stay.
Result<> writeFile(const QString& path, const QByteArray& text) {
    const QString target = QFileInfo(path).canonicalFilePath(); // A symbolic link stays one.
    const QFile::Permissions permissions = QFile::permissions(target);
    QSaveFile file(target);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.setPermissions(permissions) || !file.commit()) {
        return fail(ErrorCode::Failed, tr("%1 cannot be written.").arg(path), file.errorString(), {});
    }
    return {};
}

void print(const Invocation& invocation, const QString& path, const QByteArray& before, const labfile::Patched& patched) {
    const QString diff = labfile::difference(before, patched.text);
    const bool isWritten = !invocation.edit.dryRun && patched.text != before;
    if (invocation.json) {
        const auto parsed = labfile::parse(patched.text);
        printJson({{QStringLiteral("ok"), true},
                   {QStringLiteral("file"), path},
                   {QStringLiteral("written"), isWritten},
                   {QStringLiteral("diff"), diff},
                   {QStringLiteral("findings"), labfile::toJson(parsed.findings)}});
        return;
    }
    printResult(diff);
    if (patched.text == before) {
        printMessage(tr("Nothing to change.\n"));
    } else if (isWritten) {
        printMessage(tr("Written. `podleaf up %1` applies it.\n").arg(path));
    }
}

} // namespace

int edit(Invocation& invocation) {
    if (invocation.arguments.size() < 2) {
        return reportUsage(QStringLiteral("podleaf edit FILE add|remove|rename|set|link … [--dry-run] [--json]"));
    }
    auto source = labfile::load(invocation.arguments.front());
    if (!source) {
        return reportError(invocation, source.error());
    }
    if (!source->parsed.lab) {
        return reportError(invocation, {ErrorCode::InvalidInput, tr("%1 is not a valid lab.").arg(source->path),
                                        labfile::describe(source->path, source->parsed.findings), tr("Mend it first.")});
    }
    if (auto own = isOwn(source->path); !own && !invocation.edit.dryRun) {
        return reportError(invocation, own.error());
    }
    const auto edits = editsOf(*source->parsed.lab, invocation.arguments.mid(1), invocation.edit);
    if (!edits) {
        return reportError(invocation, edits.error());
    }
    auto patched = labfile::patch(source->text, *edits);
    if (!patched) {
        return reportError(invocation, patched.error());
    }
    if (!invocation.edit.dryRun && patched->text != source->text) {
        if (auto written = writeFile(source->path, patched->text); !written) {
            return reportError(invocation, written.error());
        }
    }
    print(invocation, source->path, source->text, *patched);
    return Done;
}

} // namespace podleaf::cli
