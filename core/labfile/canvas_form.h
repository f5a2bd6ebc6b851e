// SPDX-License-Identifier: GPL-3.0-or-later
// The keys `groups` and `notes`, which are for the canvas only: how their items are written. Pure; any thread.
#pragma once

#include <core/model/lab.h>

#include <utility>
#include <vector>

namespace podleaf::labfile {

/// Keys and values of an item, the values as they stand in brackets.
using ItemFields = std::vector<std::pair<QString, QString>>;
ItemFields groupFields(const model::Group& group);
ItemFields noteFields(const model::Note& note);

/// "[296, 204]"
QString positionValue(const model::Position& position);
/// In double quotes and on one line, whatever the text holds (YAML 1.2 §7.3.1).
QString quotedValue(const QString& text);

} // namespace podleaf::labfile
