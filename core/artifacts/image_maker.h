// SPDX-License-Identifier: GPL-3.0-or-later
// Puts an image together from its recipe, the programs it names and Debian packages. Blocking; not on the GUI thread.
#pragma once

#include "image_recipe.h"

#include <core/base/op_context.h>

namespace podleaf::artifacts {

struct ImageProgram {
    QString file; ///< On this host.
    Digest digest;
};

/// Path in the image → program. Programs with one digest become one file and links to it.
using ImagePrograms = QMap<QString, ImageProgram>;

struct MadeImage {
    QString file;
    QString origin; ///< The packages, for a person.
};

/// The image's files: what the recipe takes from the packages and all that this loads, the programs, its own.
/// Errors: NotFound when a path or a library is in none of the packages.
Result<FileTree> imageTree(const ImageRecipe& recipe, const FileTree& packages, const ImagePrograms& programs);

/// Writes image.tar into `folder`. `packagesFolder` keeps packages for the next image.
Result<MadeImage> makeImage(const OpContext& context, const ImageRecipe& recipe, const ImagePrograms& programs, const QString& folder,
                            const QString& packagesFolder);

} // namespace podleaf::artifacts
