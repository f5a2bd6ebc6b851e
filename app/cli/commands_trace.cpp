// SPDX-License-Identifier: GPL-3.0-or-later
// trace: the way between two places, there and back, and where it stops.
#include "commands.h"
#include "render_trace.h"

#include <core/session/lab_trace.h>

namespace podleaf::cli {

namespace {

Result<verify::Trace> traceIn(Invocation& invocation, const QString& labName, const QString& from, const QString& to) {
    auto session = openLiveLab(invocation, labName);
    return session ? session::traceBetween(**session, from, to) : fail(std::move(session.error()));
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
