// SPDX-License-Identifier: GPL-3.0-or-later
// What tests ask of a Result. Any thread.
#pragma once

#include <core/base/result.h>

#include <QTest>

#include <optional>

namespace podleaf::test {

/// Fails the test with the error's own words.
#define VERIFY_OK(result)                                                                                                                  \
    do {                                                                                                                                   \
        const auto& checked = (result);                                                                                                    \
        QVERIFY2(checked.has_value(), checked ? "" : qPrintable(describe(checked.error())));                                               \
    } while (false)

/// The code of an error, for QCOMPARE; nothing when it is none.
template <class T>
std::optional<ErrorCode> codeOf(const Result<T>& result) {
    return result ? std::nullopt : std::optional(result.error().code);
}

} // namespace podleaf::test
