// SPDX-License-Identifier: GPL-3.0-or-later
// What of the store goes together today: the entries of one set of versions, and a folder that shows them as files by
// their names. Blocking; any thread.
#pragma once

#include "image_recipe.h"
#include "store.h"
#include "version_table.h"

namespace podleaf::artifacts {

/// Of the programs those that today's recipes make, of each image the newest that has today's version. `images` have their
/// versions put in.
std::vector<Entry> currentEntries(const Store& store, const VersionTable& table, const VersionSet& versions,
                                  const std::vector<ImageRecipe>& images);

/// The names, as `podleaf kube fetch` takes them, of what `entries` lacks.
QStringList missingFrom(const std::vector<Entry>& entries, const VersionTable& table, const std::vector<ImageRecipe>& images);

/// A folder with the programs by their names, CNI plugins below cni/, images as images/NAME.tar. They are hard links to what
/// the store has: nothing is copied, and all that run one share its memory. Its path follows from what is in it, so that
/// another content is another folder; it stays until one of its files is pruned.
/// Errors: Failed; Cancelled.
Result<QString> programFolder(const OpContext& context, const Store& store, const std::vector<Entry>& entries);

} // namespace podleaf::artifacts
