// SPDX-License-Identifier: GPL-3.0-or-later
// Debian packages as file trees: apt brings them and checks their signatures, nothing is installed and nothing needs root.
// Blocking; not on the GUI thread.
#pragma once

#include "file_tree.h"

#include <core/base/op_context.h>

#include <QStringList>

namespace podleaf::artifacts {

struct DebianPackages {
    FileTree tree;
    QStringList versions; ///< "nginx 1.22.1-9+deb12u11", in the order asked for.
};

/// Downloads the packages into `folder`, where earlier ones are found again, and reads all that they hold. What they
/// depend on does not come along. Errors: HostLacks without apt; Failed with apt's words; Cancelled.
Result<DebianPackages> readDebianPackages(const OpContext& context, const QStringList& packages, const QString& folder);

} // namespace podleaf::artifacts
