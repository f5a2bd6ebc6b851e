// SPDX-License-Identifier: GPL-3.0-or-later
// The words of the format's values: names, numbers, addresses, times. Each reader returns the value or
// reports why there is none. One parse, one thread.
#pragma once

#include "declarations.h"

#include <functional>
#include <initializer_list>

namespace podleaf::labfile {

/// A key that a mapping may have, and who reads its value.
struct Field {
    QLatin1StringView key;
    std::function<void(const YamlEntry&)> read;
};

/// Inclusive bounds of a number.
struct Range {
    std::uint32_t low;
    std::uint32_t high;
};

inline constexpr qsizetype kMaxLabel = 63; ///< RFC 1123.
/// "-1000" fits behind it in a label of 63.
inline constexpr qsizetype kMaxWorkloadName = 58;

class FieldReader {
public:
    explicit FieldReader(Report& report) : m_report(report) {}

    /// Hands each entry to its field; unknown keys are reported with what they may have meant.
    /// `subject` names the mapping in messages ("leaf1", "link intnet1").
    void fields(const YamlNode& map, const QString& subject, std::initializer_list<Field> known);

    /// True when the entry's value is of that type; else false, with a finding and `example` as its hint.
    /// An empty value is false without a finding: a section may be left empty.
    bool isMap(const YamlEntry& entry, const QString& example);
    bool isList(const YamlEntry& entry, const QString& example);

    Given<QString> word(const YamlEntry& entry);
    Given<QString> word(const YamlNode& value, const QString& what);
    /// The entry's word when it is one of `words`; reported with all of them when it is not.
    Given<QString> oneOf(const YamlEntry& entry, const QStringList& words);
    /// RFC 1123 label: what a hostname may be. `maxLength` up to 63.
    bool isLabel(const QString& name, Place place, qsizetype maxLength = kMaxLabel);
    Given<std::uint32_t> number(const YamlEntry& entry, Range range);
    /// Whole seconds, written "3" or "3s".
    Given<std::uint32_t> seconds(const YamlEntry& entry, Range range);
    /// A prefix length, written "24" or "/24".
    Given<std::uint32_t> prefixLength(const YamlEntry& entry, Range range);
    Given<bool> yesOrNo(const YamlEntry& entry);
    Given<Ipv4Address> address(const YamlEntry& entry);
    /// A network; host bits are reported.
    Given<Ipv4Prefix> network(const YamlEntry& entry);
    Given<model::Endpoint> endpoint(const YamlNode& value);
    /// Two whole numbers in a list.
    Given<model::Position> position(const YamlEntry& entry);

    Report& report() { return m_report; }

private:
    bool isCollection(const YamlEntry& entry, YamlNode::Type type, const QString& example);
    bool isPortName(const QString& port, Place place);
    Given<std::uint32_t> decimal(const QString& text, const YamlEntry& entry, Range range, const QString& example);

    Report& m_report;
};

} // namespace podleaf::labfile
