// SPDX-License-Identifier: GPL-3.0-or-later
#include "impairment_form.h"

#include <core/model/impairment_words.h>

#include <QCoreApplication>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

QString exampleOf() {
    return QStringLiteral("impairment: {loss: 5%, rate: 10mbit, from: leaf1}");
}

/// The value of one key; what is nothing is better left away, and what stops everything is no property of a lab.
std::uint32_t quantity(const YamlEntry& entry, FieldReader& read, Result<std::uint32_t> (*parse)(const QString&)) {
    const auto word = read.word(entry);
    if (!word.value) {
        return 0;
    }
    const auto value = parse(*word.value);
    if (!value) {
        read.report().error(word.place, tr("%1 is not a value for %2.").arg(quoted(*word.value), entry.key), value.error().hint);
        return 0;
    }
    if (*value == 0) {
        read.report().error(word.place, tr("A %1 of %2 is none.").arg(entry.key, quoted(*word.value)), tr("Leave %1 away.").arg(entry.key));
    }
    return *value;
}

std::optional<ImpairmentDeclaration> readOne(const YamlNode& map, FieldReader& read) {
    ImpairmentDeclaration one{map.place, {}, {}};
    if (map.type != YamlNode::Type::Map) {
        if (map.type != YamlNode::Type::Broken) {
            read.report().error(map.place, tr("An impairment must be a mapping."), tr("Write it like this: %1").arg(exampleOf()));
        }
        return std::nullopt;
    }
    bool hasValue = false;
    bool hasFrom = false;
    const auto into = [&](std::uint32_t& value, Result<std::uint32_t> (*parse)(const QString&)) {
        return [&, parse](const YamlEntry& e) {
            hasValue = true;
            value = quantity(e, read, parse);
        };
    };
    const auto loss = [&](const YamlEntry& e) {
        hasValue = true;
        one.impairment.loss = quantity(e, read, model::parseLoss);
        if (one.impairment.loss >= model::kMaxLoss) {
            read.report().error(e.value.place, tr("Nothing would get through."),
                                tr("In a lab file a loss is less than 100%; `podleaf link LINK drop` stops everything for a while."));
        }
    };
    read.fields(map, tr("the impairment"),
                {{QLatin1StringView("loss"), loss},
                 {QLatin1StringView("rate"), into(one.impairment.rateKbit, model::parseRate)},
                 {QLatin1StringView("delay"), into(one.impairment.delayMicroseconds, model::parseDelay)},
                 {QLatin1StringView("from"), [&](const YamlEntry& e) {
                      hasFrom = true;
                      one.from = read.word(e);
                  }}});
    if (!hasValue) {
        read.report().error(map.place, tr("The impairment has no loss, rate or delay."), tr("Write it like this: %1").arg(exampleOf()));
    }
    // A direction that could not be read would make it both.
    return hasFrom && !one.from.value ? std::nullopt : std::optional(one);
}

ImpairmentFields fieldsOf(const model::Impairment& impairment, const QString& from) {
    ImpairmentFields fields;
    if (impairment.loss > 0) {
        fields.emplace_back(QStringLiteral("loss"), model::lossWord(impairment.loss));
    }
    if (impairment.rateKbit > 0) {
        fields.emplace_back(QStringLiteral("rate"), model::rateWord(impairment.rateKbit));
    }
    if (impairment.delayMicroseconds > 0) {
        fields.emplace_back(QStringLiteral("delay"), model::delayWord(impairment.delayMicroseconds));
    }
    if (!from.isEmpty()) {
        fields.emplace_back(QStringLiteral("from"), from);
    }
    return fields;
}

} // namespace

std::vector<ImpairmentDeclaration> readImpairments(const YamlEntry& entry, FieldReader& read) {
    std::vector<ImpairmentDeclaration> all;
    if (entry.value.type == YamlNode::Type::Null) {
        read.report().error(entry.keyPlace, tr("The impairment is empty."), tr("Write it like this: %1").arg(exampleOf()));
        return all;
    }
    if (entry.value.type != YamlNode::Type::List) {
        const auto one = readOne(entry.value, read);
        return one ? std::vector{*one} : all;
    }
    if (entry.value.items.empty()) {
        read.report().error(entry.value.place, tr("The impairment is empty."), tr("Write it like this: %1").arg(exampleOf()));
    }
    for (const YamlNode& item : entry.value.items) {
        if (const auto one = readOne(item, read)) {
            all.push_back(*one);
        }
    }
    return all;
}

std::vector<ImpairmentFields> impairmentMappings(const model::Link& link) {
    const auto& [fromA, fromB] = link.impairments;
    std::vector<ImpairmentFields> mappings;
    if (fromA == fromB) {
        if (!fromA.isNone()) {
            mappings.push_back(fieldsOf(fromA, {}));
        }
        return mappings;
    }
    for (std::size_t sender = 0; sender < link.impairments.size(); ++sender) {
        if (!link.impairments[sender].isNone()) {
            mappings.push_back(fieldsOf(link.impairments[sender], link.ends[sender].node.name));
        }
    }
    return mappings;
}

QString impairmentValue(const model::Link& link) {
    QStringList mappings;
    for (const ImpairmentFields& fields : impairmentMappings(link)) {
        QStringList words;
        for (const auto& [key, word] : fields) {
            words << key + QStringLiteral(": ") + word;
        }
        mappings << QLatin1Char('{') + words.join(QStringLiteral(", ")) + QLatin1Char('}');
    }
    return mappings.size() > 1 ? QLatin1Char('[') + mappings.join(QStringLiteral(", ")) + QLatin1Char(']') : mappings.value(0);
}

} // namespace podleaf::labfile
