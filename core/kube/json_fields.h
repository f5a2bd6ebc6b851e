// SPDX-License-Identifier: GPL-3.0-or-later
// JsonFields: reads the fields of a foreign JSON object; what is missing or of another type is the type's zero. Pure; any thread.
#pragma once

#include "api_error.h"

#include <core/base/ipv4.h>

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace podleaf::kube {

class JsonFields {
public:
    /// More than any object of ours has; what comes behind is not read.
    static constexpr qsizetype kMostItems = 1000;
    static constexpr qsizetype kLongestName = 253; ///< RFC 1123's, which Kubernetes takes over.
    static constexpr qsizetype kLongestMessage = 500;

    explicit JsonFields(QJsonObject object) : m_object(std::move(object)) {}

    [[nodiscard]] JsonFields at(QLatin1StringView key) const { return JsonFields(m_object.value(key).toObject()); }
    [[nodiscard]] bool has(QLatin1StringView key) const { return m_object.contains(key); }
    [[nodiscard]] bool isTrue(QLatin1StringView key) const { return m_object.value(key).toBool(); }
    [[nodiscard]] int number(QLatin1StringView key) const { return std::max(m_object.value(key).toInt(), 0); }
    [[nodiscard]] QString text(QLatin1StringView key, qsizetype most = kLongestName) const {
        return boundedText(m_object.value(key).toString(), most);
    }
    [[nodiscard]] std::optional<Ipv4Address> address(QLatin1StringView key) const {
        return Ipv4Address::parse(m_object.value(key).toString());
    }
    [[nodiscard]] QJsonArray array(QLatin1StringView key) const { return m_object.value(key).toArray(); }
    /// An array of objects.
    [[nodiscard]] std::vector<JsonFields> items(QLatin1StringView key) const {
        std::vector<JsonFields> items;
        const QJsonArray all = array(key);
        for (qsizetype i = 0; i < std::min(all.size(), kMostItems); ++i) {
            items.emplace_back(all.at(i).toObject());
        }
        return items;
    }
    /// An object whose values are texts.
    [[nodiscard]] std::map<QString, QString> texts(QLatin1StringView key) const {
        std::map<QString, QString> texts;
        const QJsonObject object = m_object.value(key).toObject();
        for (auto it = object.begin(); it != object.end() && static_cast<qsizetype>(texts.size()) < kMostItems; ++it) {
            texts[boundedText(it.key(), 2 * kLongestName)] = boundedText(it.value().toString(), kLongestName);
        }
        return texts;
    }

private:
    QJsonObject m_object;
};

} // namespace podleaf::kube
