// SPDX-License-Identifier: GPL-3.0-or-later
// Reading files that others write, and writing those that FRR reads. Blocking, but never on a file that is none.
#pragma once

#include "checked.h"

#include <string>
#include <string_view>
#include <sys/types.h>

namespace podleaf::router {

/// Whose files and processes FRR's are; in the image user and group 100.
struct FrrUser {
    uid_t user = 100;
    gid_t group = 100;

    /// "frr" of /etc/passwd, else what the image has.
    static FrrUser find();
};

/// What a regular file holds; refused when it is anything else or has more than `mostBytes`. A file that is not there, or is
/// empty as one that is being written, is refused without a sentence.
Checked<std::string> readFile(const std::string& path, std::size_t mostBytes);

/// Puts a whole file in the place of an old one, for FRR to read. The sentence of what went wrong, else empty.
std::string replaceFile(const std::string& path, std::string_view content, FrrUser reader);

/// Text of others as it may stand in a log or a status: on one line, printable, not longer than `mostBytes`.
std::string printable(std::string_view text, std::size_t mostBytes = 200);

} // namespace podleaf::router
