// SPDX-License-Identifier: GPL-3.0-or-later
// Cow: a value that copies share until one of them is changed (copy on write), so that copying costs a reference
// count. A copy may be read on any thread while another is changed.
#pragma once

#include <atomic>
#include <utility>

namespace podleaf {

/// A container of type T. One Cow object belongs to one thread at a time, as any value; copies of it are independent.
/// As large as a pointer, and nothing more while it is empty.
template <class T>
class Cow {
public:
    Cow() = default;
    explicit Cow(T value) : m_box(value.empty() ? nullptr : new Box(std::move(value))) {}
    Cow(const Cow& other) : m_box(other.m_box) {
        if (m_box) {
            m_box->users.fetch_add(1, std::memory_order_relaxed);
        }
    }
    Cow(Cow&& other) noexcept : m_box(std::exchange(other.m_box, nullptr)) {}
    Cow& operator=(Cow other) noexcept {
        std::swap(m_box, other.m_box);
        return *this;
    }
    ~Cow() { release(); }

    [[nodiscard]] const T& read() const { return m_box ? m_box->value : emptyValue(); }
    /// The value to change; it is this copy's own from now on. Valid until this object is copied.
    [[nodiscard]] T& edit() {
        if (!m_box) {
            m_box = new Box(T());
        } else if (m_box->users.load(std::memory_order_acquire) != 1) {
            auto* own = new Box(m_box->value);
            release();
            m_box = own;
        }
        return m_box->value;
    }
    void clear() {
        release();
        m_box = nullptr;
    }
    /// Both are one value in memory, or both are empty ones that never were changed.
    [[nodiscard]] bool sharesWith(const Cow& other) const { return m_box == other.m_box; }

    friend bool operator==(const Cow& a, const Cow& b) { return a.sharesWith(b) || a.read() == b.read(); }

private:
    struct Box {
        explicit Box(T content) : value(std::move(content)) {}
        std::atomic<unsigned> users{1};
        T value;
    };

    static const T& emptyValue() {
        static const T kEmpty;
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

} // namespace podleaf
