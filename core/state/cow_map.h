// SPDX-License-Identifier: GPL-3.0-or-later
// CowMap: a std::map that is shared until it is changed, so that copying a LabState for publication
// costs a reference count per table. Any thread, as Cow.
#pragma once

#include <core/base/cow.h>

#include <initializer_list>
#include <map>
#include <utility>

namespace podleaf::state {

/// Reads like a const std::map; what changes it makes this copy's own first.
template <class Key, class Value>
class CowMap {
public:
    using Map = std::map<Key, Value>;
    using const_iterator = typename Map::const_iterator;

    CowMap() = default;
    CowMap(std::initializer_list<typename Map::value_type> items) : m_map(Map(items)) {}
    CowMap(Map map) : m_map(std::move(map)) {}

    /// The contents, for what has no function of its own here.
    [[nodiscard]] const Map& read() const { return m_map.read(); }
    /// The contents to change. Valid until this object is copied.
    [[nodiscard]] Map& edit() { return m_map.edit(); }

    [[nodiscard]] const_iterator begin() const { return read().begin(); }
    [[nodiscard]] const_iterator end() const { return read().end(); }
    [[nodiscard]] const_iterator find(const Key& key) const { return read().find(key); }
    [[nodiscard]] const_iterator lower_bound(const Key& key) const { return read().lower_bound(key); }
    [[nodiscard]] bool contains(const Key& key) const { return read().contains(key); }
    [[nodiscard]] const Value& at(const Key& key) const { return read().at(key); }
    [[nodiscard]] std::size_t size() const { return read().size(); }
    [[nodiscard]] bool empty() const { return read().empty(); }

    Value& operator[](const Key& key) { return edit()[key]; }
    std::size_t erase(const Key& key) { return contains(key) ? edit().erase(key) : 0; }
    void clear() { m_map.clear(); }

    friend bool operator==(const CowMap& a, const CowMap& b) { return a.m_map == b.m_map; }

private:
    Cow<Map> m_map;
};

} // namespace podleaf::state
