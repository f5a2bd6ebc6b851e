// SPDX-License-Identifier: GPL-3.0-or-later
#include "seen_legs.h"

namespace podleaf::ui {

verify::LegResult legOf(const state::FlowSeen& flow) {
    const QString url = QStringLiteral("http://%1:%2/").arg(flow.address.toString()).arg(flow.port);
    return {.from = flow.from, .to = flow.to, .url = url, .ok = flow.ok, .expected = true, .ms = flow.ms, .reason = flow.reason};
}

verify::LegResult legOf(const state::TestLegSeen& leg) {
    return {.from = leg.from,
            .to = leg.to,
            .url = leg.url,
            .ok = leg.ok,
            .expected = leg.expected,
            .ms = leg.ms,
            .reason = leg.reason,
            .answeredWrong = leg.answeredWrong};
}

} // namespace podleaf::ui
