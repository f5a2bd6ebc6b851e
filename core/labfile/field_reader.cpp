// SPDX-License-Identifier: GPL-3.0-or-later
#include "field_reader.h"

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

bool isLowerOrDigit(QChar c) {
    return (c >= QLatin1Char('a') && c <= QLatin1Char('z')) || (c >= QLatin1Char('0') && c <= QLatin1Char('9'));
}

bool isPortCharacter(QChar c) {
    return isLowerOrDigit(c) || (c >= QLatin1Char('A') && c <= QLatin1Char('Z')) || c == QLatin1Char('-') || c == QLatin1Char('_') ||
           c == QLatin1Char('.');
}

/// The nearest name that is a label: lower case, anything else a hyphen.
QString asLabel(const QString& name, qsizetype maxLength) {
    QString label = name.toLower().left(maxLength);
    std::ranges::replace_if(
        label, [](QChar c) { return !isLowerOrDigit(c); }, QChar(QLatin1Char('-')));
    while (label.startsWith(QLatin1Char('-'))) {
        label.remove(0, 1);
    }
    while (label.endsWith(QLatin1Char('-'))) {
        label.chop(1);
    }
    return label;
}

QString wordOf(YamlNode::Type type) {
    switch (type) {
    case YamlNode::Type::List:
        return tr("a list");
    case YamlNode::Type::Map:
        return tr("a mapping");
    case YamlNode::Type::Scalar:
        return tr("a single value");
    case YamlNode::Type::Null:
    case YamlNode::Type::Broken:
        break;
    }
    return tr("nothing");
}

} // namespace

void FieldReader::fields(const YamlNode& map, const QString& subject, std::initializer_list<Field> known) {
    for (const YamlEntry& entry : map.entries) {
        const auto field = std::ranges::find_if(known, [&](const Field& candidate) { return candidate.key == entry.key; });
        if (field != known.end()) {
            field->read(entry);
            continue;
        }
        QString hint;
        if (!m_report.isFull()) {
            QStringList words;
            for (const Field& candidate : known) {
                words << QString(candidate.key);
            }
            hint = knownWordsHint(entry.key, words);
        }
        m_report.error(entry.keyPlace, tr("Unknown key %1 in %2.").arg(quoted(entry.key), subject), hint);
    }
}

bool FieldReader::isCollection(const YamlEntry& entry, YamlNode::Type type, const QString& example) {
    if (entry.value.type == type) {
        return true;
    }
    if (entry.value.type != YamlNode::Type::Null && entry.value.type != YamlNode::Type::Broken) {
        m_report.error(entry.value.place, tr("%1 must be %2, not %3.").arg(entry.key, wordOf(type), wordOf(entry.value.type)),
                       tr("Write it like this: %1").arg(example));
    }
    return false;
}

bool FieldReader::isMap(const YamlEntry& entry, const QString& example) {
    return isCollection(entry, YamlNode::Type::Map, example);
}

bool FieldReader::isList(const YamlEntry& entry, const QString& example) {
    return isCollection(entry, YamlNode::Type::List, example);
}

Given<QString> FieldReader::word(const YamlEntry& entry) {
    if (entry.value.type == YamlNode::Type::Null) {
        m_report.error(entry.keyPlace, tr("%1 has no value.").arg(entry.key), tr("Give it one or remove the key."));
        return {};
    }
    return word(entry.value, entry.key);
}

Given<QString> FieldReader::word(const YamlNode& value, const QString& what) {
    if (value.type == YamlNode::Type::Scalar && !value.text.isEmpty()) {
        return {value.text, value.place};
    }
    if (value.type == YamlNode::Type::Null || value.type == YamlNode::Type::Scalar) {
        m_report.error(value.place, tr("%1 is empty.").arg(what));
    } else if (value.type != YamlNode::Type::Broken) {
        m_report.error(value.place, tr("%1 must be %2, not %3.").arg(what, wordOf(YamlNode::Type::Scalar), wordOf(value.type)));
    }
    return {};
}

Given<QString> FieldReader::oneOf(const YamlEntry& entry, const QStringList& words) {
    const auto given = word(entry);
    if (given.value && !words.contains(*given.value)) {
        m_report.error(given.place, tr("%1 is not supported as %2.").arg(quoted(*given.value), entry.key),
                       tr("Supported: %1.").arg(words.join(QStringLiteral(", "))));
        return {};
    }
    return given;
}

bool FieldReader::isLabel(const QString& name, Place place, qsizetype maxLength) {
    const bool isRight = !name.isEmpty() && name.size() <= maxLength && isLowerOrDigit(name.front()) && isLowerOrDigit(name.back()) &&
                         std::ranges::all_of(name, [](QChar c) { return isLowerOrDigit(c) || c == QLatin1Char('-'); });
    if (isRight) {
        return true;
    }
    const QString likely = asLabel(name, maxLength);
    m_report.error(place, tr("The name %1 is not a valid name.").arg(quoted(name)),
                   tr("Use 1 to %1 of a-z, 0-9 and -, with a letter or digit at both ends").arg(maxLength) +
                       (likely.isEmpty() ? QStringLiteral(".") : tr(", as in %1.").arg(quoted(likely))));
    return false;
}

Given<std::uint32_t> FieldReader::decimal(const QString& text, const YamlEntry& entry, Range range, const QString& example) {
    constexpr qsizetype kMostDigits = 10;
    const bool isDigits =
        !text.isEmpty() && std::ranges::all_of(text, [](QChar c) { return c >= QLatin1Char('0') && c <= QLatin1Char('9'); });
    const bool isPlain = isDigits && (text.size() == 1 || text.front() != QLatin1Char('0'));
    const QString bounds =
        tr("Write a whole number from %1 to %2, such as %3.").arg(QString::number(range.low), QString::number(range.high), example);
    if (!isPlain) {
        m_report.error(entry.value.place, tr("%1 is not a value for %2.").arg(quoted(entry.value.text), entry.key), bounds);
        return {};
    }
    const quint64 value = text.size() > kMostDigits ? ~quint64{0} : text.toULongLong();
    if (value < range.low || value > range.high) {
        m_report.error(entry.value.place, tr("%1 is out of range for %2.").arg(quoted(entry.value.text), entry.key), bounds);
        return {};
    }
    return {static_cast<std::uint32_t>(value), entry.value.place};
}

Given<std::uint32_t> FieldReader::number(const YamlEntry& entry, Range range) {
    const auto text = word(entry);
    return text.value ? decimal(*text.value, entry, range, QString::number(range.low)) : Given<std::uint32_t>{};
}

Given<std::uint32_t> FieldReader::seconds(const YamlEntry& entry, Range range) {
    const auto text = word(entry);
    if (!text.value) {
        return {};
    }
    const QString digits = text.value->endsWith(QLatin1Char('s')) ? text.value->chopped(1) : *text.value;
    return decimal(digits, entry, range, QString::number(range.low) + QLatin1Char('s'));
}

Given<std::uint32_t> FieldReader::prefixLength(const YamlEntry& entry, Range range) {
    const auto text = word(entry);
    if (!text.value) {
        return {};
    }
    const QString digits = text.value->startsWith(QLatin1Char('/')) ? text.value->mid(1) : *text.value;
    return decimal(digits, entry, range, QStringLiteral("/24"));
}

Given<bool> FieldReader::yesOrNo(const YamlEntry& entry) {
    const auto text = word(entry);
    if (!text.value) {
        return {};
    }
    if (*text.value != QLatin1StringView("true") && *text.value != QLatin1StringView("false")) {
        m_report.error(text.place, tr("%1 is not a value for %2.").arg(quoted(*text.value), entry.key), tr("Write true or false."));
        return {};
    }
    return {*text.value == QLatin1StringView("true"), text.place};
}

Given<Ipv4Address> FieldReader::address(const YamlEntry& entry) {
    const auto text = word(entry);
    if (!text.value) {
        return {};
    }
    const auto parsed = Ipv4Address::parse(*text.value);
    if (!parsed) {
        const auto withLength = Ipv4Prefix::parse(*text.value);
        m_report.error(text.place, tr("%1 is not an IPv4 address.").arg(quoted(*text.value)),
                       withLength ? tr("Leave the length away: %1.").arg(withLength->address.toString())
                                  : tr("Write four numbers from 0 to 255, such as 10.255.0.1."));
        return {};
    }
    return {parsed, text.place};
}

Given<Ipv4Prefix> FieldReader::network(const YamlEntry& entry) {
    const auto text = word(entry);
    if (!text.value) {
        return {};
    }
    const auto parsed = Ipv4Prefix::parse(*text.value);
    if (!parsed) {
        m_report.error(text.place, tr("%1 is not an IPv4 prefix.").arg(quoted(*text.value)),
                       tr("Write an address, a slash and a length from 0 to 32, such as 10.20.0.0/16."));
        return {};
    }
    if (parsed->network() != *parsed) {
        m_report.error(text.place, tr("%1 has bits set behind its length.").arg(parsed->toString()),
                       tr("The network is %1.").arg(parsed->network().toString()));
        return {};
    }
    return {parsed, text.place};
}

bool FieldReader::isPortName(const QString& port, Place place) {
    constexpr qsizetype kMaxPortName = 15; // IFNAMSIZ - 1
    if (port.size() > kMaxPortName) {
        m_report.error(place, tr("The port name %1 is too long.").arg(quoted(port)), tr("Linux allows 15 characters, as in swp1."));
        return false;
    }
    const bool startsWell = !port.isEmpty() && isPortCharacter(port.front()) && port.front().isLetter();
    if (!startsWell || !std::ranges::all_of(port, isPortCharacter)) {
        m_report.error(place, tr("%1 is not a port name.").arg(quoted(port)),
                       tr("Begin with a letter and use letters, digits, \".\", \"-\" and \"_\", as in swp1."));
        return false;
    }
    static const QStringList kTaken{QStringLiteral("lo"), QStringLiteral("cbr0"), QStringLiteral("all"), QStringLiteral("default")};
    if (kTaken.contains(port)) {
        m_report.error(place, tr("The port name %1 is taken by the system.").arg(quoted(port)),
                       tr("Use another one, such as swp1 or eth1."));
        return false;
    }
    return true;
}

Given<model::Endpoint> FieldReader::endpoint(const YamlNode& value) {
    const auto text = word(value, tr("The end of a link"));
    if (!text.value) {
        return {};
    }
    const auto parts = text.value->split(QLatin1Char(':'));
    if (parts.size() != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
        m_report.error(text.place, tr("%1 does not name a port.").arg(quoted(*text.value)), tr("Write node:port, such as leaf1:swp1."));
        return {};
    }
    if (!isPortName(parts[1], text.place)) {
        return {};
    }
    return {model::Endpoint{NodeId(parts[0]), parts[1]}, text.place};
}

Given<model::Position> FieldReader::position(const YamlEntry& entry) {
    const auto& items = entry.value.items;
    if (entry.value.type == YamlNode::Type::Null || entry.value.type == YamlNode::Type::Broken) {
        return {};
    }
    std::array<int, 2> numbers{};
    bool isGood = entry.value.type == YamlNode::Type::List && items.size() == numbers.size();
    for (size_t i = 0; isGood && i < numbers.size(); ++i) {
        numbers[i] = items[i].text.toInt(&isGood);
        isGood = isGood && items[i].type == YamlNode::Type::Scalar && std::abs(numbers[i]) <= model::kFarthestPosition;
    }
    if (!isGood) {
        m_report.error(entry.value.place, tr("%1 is not a position.").arg(quoted(entry.key)),
                       tr("Write two whole numbers, such as position: [296, 204]."));
        return {};
    }
    return {model::Position{numbers[0], numbers[1]}, entry.value.place};
}

} // namespace podleaf::labfile
