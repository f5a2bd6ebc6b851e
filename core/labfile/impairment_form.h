// SPDX-License-Identifier: GPL-3.0-or-later
// The key `impairment` of a link: {loss: 5%, rate: 10mbit, from: leaf1}, or a list of such. One parse, one thread.
#pragma once

#include "field_reader.h"

namespace podleaf::labfile {

/// What is not understood goes to the report and is left out.
std::vector<ImpairmentDeclaration> readImpairments(const YamlEntry& entry, FieldReader& read);

/// The mappings that say what the link does, as keys and words: none, one, or two where both directions are impaired
/// and differ.
using ImpairmentFields = std::vector<std::pair<QString, QString>>;
std::vector<ImpairmentFields> impairmentMappings(const model::Link& link);
/// The value as it is written in brackets: one mapping, or a list of two; empty for none.
QString impairmentValue(const model::Link& link);

} // namespace podleaf::labfile
