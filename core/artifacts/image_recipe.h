// SPDX-License-Identifier: GPL-3.0-or-later
// ImageRecipe: what goes into an image, as resources/kubernetes/images.json says it. Values; any thread.
#pragma once

#include "file_tree.h"
#include "version_table.h"

namespace podleaf::artifacts {

struct ImageRecipe {
    QString name;    ///< "nginx"; in the store "nginx-image".
    QString version; ///< {COMPONENT} stands for its version, here and in `names`.
    QStringList names;
    QMap<QString, QString> programs; ///< Path in the image → COMPONENT/PROGRAM; podleaf/… is a program of our own.
    QStringList packages;            ///< Of Debian 12.
    QStringList take;                ///< Paths in the packages; folders with all in them. What they load comes along.
    QMap<QString, QString> links;    ///< Path → target.
    FileTree own;                    ///< Files and folders whose content the recipe has itself.
    QStringList entrypoint;
    QStringList command;
    Digest digest; ///< Of its text.

    /// The components whose programs it needs, without our own.
    [[nodiscard]] QStringList components() const;
    /// The same with the versions of `set` put in.
    [[nodiscard]] ImageRecipe withVersions(const VersionSet& set) const;
};

/// The recipes that Podleaf comes with, by name.
Result<std::vector<ImageRecipe>> builtinImages();
/// Errors: InvalidInput.
Result<std::vector<ImageRecipe>> parseImages(const QByteArray& json);

} // namespace podleaf::artifacts
