// SPDX-License-Identifier: GPL-3.0-or-later
// trace: the way between two places, there and back, and where it stops.
#include "commands.h"
#include "render_trace.h"

#include <QCoreApplication>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

Result<verify::Trace> traceIn(Invocation& invocation, const QString& labName, const QString& from, const QString& to) {
    auto session = openLiveLab(invocation, labName);
    if (!session) {
        return fail(std::move(session.error()));
    }
    const model::Lab& lab = (*session)->lab();
    const state::Snapshot now = (*session)->store().snapshot();
    const verify::Picture picture{lab, (*session)->intent(), *now};
    auto source = verify::findPlace(picture, from);
    if (!source) {
        return fail(std::move(source.error()));
    }
    auto target = verify::findPlace(picture, to);
    if (!target) {
        return fail(std::move(target.error()));
    }
    if (!now->running) {
        return fail(ErrorCode::Unreachable, tr("The lab %1 is not running.").arg(lab.id.name), {}, tr("podleaf up %1").arg(lab.id.name));
    }
    return verify::traceBetween(picture, *source, *target);
}

} // namespace

int trace(Invocation& invocation) {
    const QStringList& arguments = invocation.arguments;
    const qsizetype count = arguments.size();
    if (count < 2 || count > 3) {
        return reportUsage(QStringLiteral("podleaf trace [LAB] A B [--json]; A and B are nodes, pods or addresses"));
    }
    const auto trace = traceIn(invocation, count == 3 ? arguments[0] : QString(), arguments[count - 2], arguments[count - 1]);
    if (!trace) {
        return reportError(invocation, trace.error());
    }
    if (invocation.json) {
        printJson(traceJson(*trace));
    } else {
        printResult(traceText(*trace));
    }
    return trace->ok() ? Done : Failed;
}

} // namespace podleaf::cli
