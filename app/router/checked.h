// SPDX-License-Identifier: GPL-3.0-or-later
// Checked: a value that came from outside, or why it was refused. Std only; any thread.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace podleaf::router {

template <class T>
class Checked {
public:
    Checked(T value) : m_value(std::move(value)) {}
    /// `problem` is a sentence for a person, without what was refused where that could be anything.
    static Checked refused(const std::string& problem) {
        Checked checked;
        checked.m_problem = problem;
        return checked;
    }

    explicit operator bool() const { return m_value.has_value(); }
    const T& operator*() const { return *m_value; }
    const T* operator->() const { return &*m_value; }
    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    Checked() = default;

    std::optional<T> m_value;
    std::string m_problem;
};

} // namespace podleaf::router
