// SPDX-License-Identifier: GPL-3.0-or-later
// edit: changes a lab file. What runs is left alone; `podleaf up` applies what differs.
#include "commands.h"

#include <core/labfile/patch.h>
#include <core/labfile/store.h>

#include <QCoreApplication>
#include <QJsonArray>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

Result<> isOwn(const QString& path) {
    const QString name = labfile::builtinNameOf(path);
    return name.isEmpty() ? Result<>()
                          : Result<>(fail(ErrorCode::InvalidInput, tr("%1 is a built-in lab; it is not changed.").arg(name), {},
                                          tr("Copy it and change the copy: cp %1 %2.yaml").arg(path, name)));
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
        return reportUsage(QStringLiteral("podleaf edit FILE add|remove|rename|set|link|kubernetes|group|note … [--dry-run] [--json]"));
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
        if (auto written = labfile::write(source->path, patched->text); !written) {
            return reportError(invocation, written.error());
        }
    }
    print(invocation, source->path, source->text, *patched);
    return Done;
}

} // namespace podleaf::cli
