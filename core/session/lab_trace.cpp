// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_trace.h"

#include <core/verify/trace.h>

#include <QCoreApplication>

namespace podleaf::session {

Result<verify::Trace> traceBetween(LabSession& session, const QString& from, const QString& to) {
    const model::Lab& lab = session.lab();
    const state::Snapshot now = session.store().snapshot();
    const verify::Picture picture{lab, session.intent(), *now};
    auto source = verify::findPlace(picture, from);
    if (!source) {
        return fail(std::move(source.error()));
    }
    auto target = verify::findPlace(picture, to);
    if (!target) {
        return fail(std::move(target.error()));
    }
    if (!now->running) {
        return fail(ErrorCode::Unreachable, QCoreApplication::translate("LabTrace", "The lab %1 is not running.").arg(lab.id.name), {},
                    QStringLiteral("podleaf up %1").arg(lab.id.name));
    }
    return verify::traceBetween(picture, *source, *target);
}

} // namespace podleaf::session
