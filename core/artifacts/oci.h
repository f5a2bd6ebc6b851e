// SPDX-License-Identifier: GPL-3.0-or-later
// Writes images as OCI archives (OCI Image Format 1.0, image layout in a tar), which `ctr images import` and skopeo read.
// One layer, not compressed: equal input gives equal bytes. Blocking; any thread.
#pragma once

#include "file_tree.h"
#include "sha256.h"

#include <QStringList>

namespace podleaf::artifacts {

struct ImageConfig {
    QStringList names; ///< "localhost/k8s/pause:3.10.2"; one image may have several.
    QStringList entrypoint;
    QStringList command;
    QStringList environment{QStringLiteral("PATH=/usr/sbin:/usr/bin:/sbin:/bin")};
};

/// Writes the archive to `path`; `scratchPath` is used on the way. Errors: Failed; InvalidInput for a tree that no tar holds.
Result<> writeOciArchive(const OpContext& context, const FileTree& tree, const ImageConfig& config, const QString& path,
                         const QString& scratchPath);

} // namespace podleaf::artifacts
