// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorContent: what the inspector says of the selected thing, as data. Pure functions; any thread.
#pragma once

#include "words.h"

#include <core/model/lab.h>
#include <core/state/lab_state.h>
#include <ui/canvas/selection.h>

#include <QString>

#include <optional>
#include <vector>

namespace podleaf::ui {

/// One line: label, glyph and text, and a note at the right.
struct InspectorRow {
    QString label = {};
    Glyph glyph = Glyph::None;
    QString text = {};
    QString note = {};
    bool mono = false;
    std::optional<double> share = {}; ///< From 0 to 1, drawn as a bar before the text.
    QString shareOf = {};             ///< What all of the bar stands for: "one core".
    bool operator==(const InspectorRow&) const = default;
};
struct InspectorSection {
    QString title = {};
    QString note = {};
    std::vector<InspectorRow> rows = {};
    QString log = {}; ///< Raw lines, shown as they are.
    bool operator==(const InspectorSection&) const = default;
};
/// One step of the boot bar.
struct BootStep {
    QString title = {};
    Glyph glyph = Glyph::Planned;
    bool operator==(const BootStep&) const = default;
};
struct InspectorContent {
    QString icon; ///< Name of a line icon; empty when nothing is selected.
    QString title = {};
    Word state;
    QString second; ///< After the state's word: "host · AS 65101".
    QString fault;  ///< Why it is not as it should be, one sentence; empty when all is well.
    std::vector<BootStep> boot;
    std::vector<InspectorSection> sections;

    [[nodiscard]] bool isEmpty() const { return title.isEmpty(); }
    bool operator==(const InspectorContent&) const = default;
};

/// Empty when nothing is selected or what is selected is not in the lab. `nowMs`: Unix milliseconds, for ages.
InspectorContent inspect(const Selection& selection, const model::Lab& lab, const state::LabState& state, qint64 nowMs);

} // namespace podleaf::ui
