// SPDX-License-Identifier: GPL-3.0-or-later
// Lab files on disk: written whole or not at all, and which of them belong to the program. Any thread.
#pragma once

#include <core/base/result.h>

#include <QByteArray>
#include <QString>

namespace podleaf::labfile {

/// The name of the built-in lab that this file is, or empty. Those belong to the program and are not written: the next
/// update would undo the change.
QString builtinNameOf(const QString& path);

/// Whole or not at all; whoever reads the file sees the old text or the new one. Permissions stay, a symbolic link stays
/// one. Errors: Failed with the system's words.
Result<> write(const QString& path, const QByteArray& text);

} // namespace podleaf::labfile
