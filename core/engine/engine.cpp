// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine.h"

#include <QCoreApplication>

namespace podleaf::engine {

Result<Capture*> Engine::capture() {
    return fail(ErrorCode::HostLacks, QCoreApplication::translate("Engine", "Labs of this engine cannot be captured."));
}

Result<Impairments*> Engine::impairments() {
    return fail(ErrorCode::HostLacks, QCoreApplication::translate("Engine", "Cables of this engine cannot be impaired."));
}

} // namespace podleaf::engine
