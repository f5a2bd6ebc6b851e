// SPDX-License-Identifier: GPL-3.0-or-later
// CowMap: a std::map that is shared until it is changed, so that copying a LabState for publication
// costs a reference count per table. A copy may be read on any thread while another is changed.
#pragma once

#include <atomic>
#include <initializer_list>
#include <map>
#include <utility>

namespace podleaf::state {

/// Reads like a const std::map; what changes it makes this copy's own first. One CowMap object belongs to
/// one thread at a time, as any value; copies of it are independent.
template <class Key, class Value>
class CowMap {
public:
    using Map = std::map<Key, Value>;
    using const_iterator = typename Map::const_iterator;

    CowMap() = default;
    CowMap(std::initializer_list<typename Map::value_type> items) : CowMap(Map(items)) {}
    CowMap(Map map) : m_box(map.empty() ? nullptr : new Box(std::move(map))) {}
    CowMap(const CowMap& other) : m_box(other.m_box) {
        if (m_box) {
            m_box->users.fetch_add(1, std::memory_order_relaxed);
        }
    }
    CowMap(CowMap&& other) noexcept : m_box(std::exchange(other.m_box, nullptr)) {}
    CowMap& operator=(CowMap other) noexcept {
        std::swap(m_box, other.m_box);
        return *this;
    }
    ~CowMap() { release(); }

    /// The contents, for what has no function of its own here.
    [[nodiscard]] const Map& read() const { return m_box ? m_box->map : emptyMap(); }
    /// The contents to change. Valid until this object is copied.
    [[nodiscard]] Map& edit() {
        if (!m_box) {
            m_box = new Box(Map());
        } else if (m_box->users.load(std::memory_order_acquire) != 1) {
            auto* own = new Box(m_box->map);
            release();
            m_box = own;
        }
        return m_box->map;
    }

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
    void clear() {
        release();
        m_box = nullptr;
    }

    friend bool operator==(const CowMap& a, const CowMap& b) { return a.m_box == b.m_box || a.read() == b.read(); }

private:
    struct Box {
        explicit Box(Map content) : map(std::move(content)) {}
        std::atomic<unsigned> users{1};
        Map map;
    };

    static const Map& emptyMap() {
        static const Map kEmpty;
        return kEmpty;
    }
    void release() {
        // acq_rel: whoever becomes the only user must see all reads of the others as done.
        if (m_box && m_box->users.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete m_box;
        }
    }

    Box* m_box = nullptr;
};

} // namespace podleaf::state
