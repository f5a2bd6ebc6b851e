// SPDX-License-Identifier: GPL-3.0-or-later
// What a program asks the loader for, read from the file itself, and whether a tree has all of it. Pure; any thread.
#pragma once

#include "file_tree.h"

#include <QStringList>

#include <optional>

namespace podleaf::artifacts {

/// Of an ELF file for 64 bits and little end (System V ABI, "Dynamic Linking").
struct ElfNeeds {
    QString interpreter;   ///< "/lib64/ld-linux-x86-64.so.2"; empty for libraries and static programs.
    QStringList libraries; ///< DT_NEEDED.
    QStringList folders;   ///< DT_RUNPATH or DT_RPATH, $ORIGIN as written.
};

/// Nothing for what is no ELF file, or one that contradicts itself.
std::optional<ElfNeeds> readElf(QByteArrayView file);

/// Takes every library and interpreter that the files of `image` need, from `packages`. Errors: NotFound, naming what is
/// needed by what.
Result<> closeOverLibraries(FileTree& image, const FileTree& packages);

/// "usr/sbin/nginx needs libz.so.1", for all that is not there.
QStringList missingLibraries(const FileTree& image);

} // namespace podleaf::artifacts
