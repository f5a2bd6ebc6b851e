// SPDX-License-Identifier: GPL-3.0-or-later
// What the two halves of the fetcher share: something to look for, and how to make it. One thread.
#pragma once

#include "fetcher.h"

#include <functional>

namespace podleaf::artifacts {

struct Fetcher::Wish {
    struct Maker {
        Source source;
        QString label;
        std::function<Result<Entry>()> make;
    };
    QString title; ///< "etcd 3.7.3"
    std::vector<Recipe> recipes;
    std::vector<Maker> makers;
};

} // namespace podleaf::artifacts
