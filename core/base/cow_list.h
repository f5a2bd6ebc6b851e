// SPDX-License-Identifier: GPL-3.0-or-later
// CowList: a list that is shared until it is changed, for short lists that are the same in a great many places, as the
// next hops of a table's routes. Any thread, as Cow.
#pragma once

#include "cow.h"

#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace podleaf {

/// Reads like a const std::vector; edit() gives one to change, this copy's own.
template <class T>
class CowList {
public:
    using List = std::vector<T>;
    using const_iterator = typename List::const_iterator;

    CowList() = default;
    CowList(std::initializer_list<T> items) : m_list(List(items)) {}
    CowList(List items) : m_list(std::move(items)) {}

    [[nodiscard]] const List& read() const { return m_list.read(); }
    [[nodiscard]] List& edit() { return m_list.edit(); }

    [[nodiscard]] const_iterator begin() const { return read().begin(); }
    [[nodiscard]] const_iterator end() const { return read().end(); }
    [[nodiscard]] std::size_t size() const { return read().size(); }
    [[nodiscard]] bool empty() const { return read().empty(); }
    [[nodiscard]] const T& front() const { return read().front(); }
    [[nodiscard]] const T& operator[](std::size_t index) const { return read()[index]; }

    /// Shares the items of `other` where they are equal, which makes the next comparison of both quick; says whether they are.
    bool shareIfEqual(const CowList& other) {
        const bool isEqual = *this == other;
        if (isEqual && !m_list.sharesWith(other.m_list)) {
            m_list = other.m_list;
        }
        return isEqual;
    }

    friend bool operator==(const CowList& a, const CowList& b) { return a.m_list == b.m_list; }

private:
    Cow<List> m_list;
};

} // namespace podleaf
