// SPDX-License-Identifier: GPL-3.0-or-later
// What can be set of the selected parts, as data: fields with their values, and the edits that a new value means.
// Pure; any thread.
#pragma once

#include "parts.h"

#include <QStringList>

#include <optional>

namespace podleaf::ui {

enum class FieldKey { Name, Kind, Asn, Loopback, PodCidr, Dhcp, FirstEnd, SecondEnd, Prefix, Replicas, Places, Group };

struct FormField {
    FieldKey key = FieldKey::Name;
    QString label;
    std::optional<QString> value; ///< Nothing: it differs among the parts.
    QStringList choices = {};     ///< Only these.
    bool isFixed = false;         ///< Shown, not to be changed.
    bool isMono = false;
    QString hint = {};
    bool hasDefault = true; ///< The first choice hands the choice back to the lab file.
    bool operator==(const FormField&) const = default;
};

struct Form {
    QString title; ///< "Settings", "Settings of 3 nodes".
    std::vector<FormField> fields;
    bool operator==(const Form&) const = default;
};

/// Of nodes, a cable, a pod's workload, or a group; of several nodes what they have in common. Empty for anything else.
Form formOf(const model::Lab& lab, const std::vector<Selection>& parts);

/// What it means to give a field this text. An empty one hands the choice back to the lab file.
/// Errors: InvalidInput in words for the field.
Result<NamedEdits> editsFor(const model::Lab& lab, const std::vector<Selection>& parts, FieldKey key, const QString& text);

} // namespace podleaf::ui
