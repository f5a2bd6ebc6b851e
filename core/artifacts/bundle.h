// SPDX-License-Identifier: GPL-3.0-or-later
// Bundles: what a store holds as one compressed file, for hosts without network. A tar archive of index/KEY.json and
// blobs/DIGEST, in zstd with a window that sees a program again in the image that holds it. Blocking; any thread.
#pragma once

#include "store.h"

namespace podleaf::artifacts {

/// Writes the entries and their files to `path`, whole or not at all; returns its size. Errors: HostLacks without zstd,
/// NotFound when a file is not in the store, Failed.
Result<qint64> writeBundle(const OpContext& context, const Store& store, const std::vector<Entry>& entries, const QString& path);

/// Takes all into the store; each file is compared with its digest first. Returns how many entries there were.
/// Errors: NotFound, InvalidInput for what is no bundle or does not hold what its index says, HostLacks, Failed.
Result<int> readBundle(const OpContext& context, const Store& store, const QString& path);

} // namespace podleaf::artifacts
