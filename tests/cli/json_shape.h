// SPDX-License-Identifier: GPL-3.0-or-later
// What the contract of `--json` says of an object: the keys it has, of which type, and that it has no others but those
// that were added since. Values; any thread.
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace podleaf::test {

/// "key:type" of every member, sorted; type is string, number, bool, array, object or null.
inline QStringList membersOf(const QJsonObject& object) {
    const auto word = [](const QJsonValue& value) {
        switch (value.type()) {
        case QJsonValue::String:
            return "string";
        case QJsonValue::Double:
            return "number";
        case QJsonValue::Bool:
            return "bool";
        case QJsonValue::Array:
            return "array";
        case QJsonValue::Object:
            return "object";
        default:
            return "null";
        }
    };
    QStringList members;
    for (auto it = object.begin(); it != object.end(); ++it) {
        members += it.key() + QLatin1Char(':') + QLatin1String(word(it.value()));
    }
    return members;
}

/// Blank-separated "key:type" words, sorted.
inline QStringList members(const QByteArray& words) {
    QStringList list = QString::fromLatin1(words).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    list.sort();
    return list;
}

/// The object in an array whose member `key` has the text `value`; empty when there is none.
inline QJsonObject objectIn(const QJsonValue& array, const char* key, const char* value) {
    for (const QJsonValue each : array.toArray()) {
        if (each.toObject()[QLatin1String(key)].toString() == QLatin1String(value)) {
            return each.toObject();
        }
    }
    return {};
}

} // namespace podleaf::test
