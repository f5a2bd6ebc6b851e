// SPDX-License-Identifier: GPL-3.0-or-later
#include "image_maker.h"
#include "debian.h"
#include "elf.h"
#include "oci.h"

#include <QCoreApplication>

namespace podleaf::artifacts {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

void putPrograms(FileTree& tree, const ImagePrograms& programs) {
    QMap<Digest, QString> first;
    for (auto it = programs.begin(); it != programs.end(); ++it) {
        const ImageProgram& program = it.value();
        if (first.contains(program.digest)) {
            tree.put(it.key(), {TarKind::Link, 0777, 0, 0, {}, {}, QString(QLatin1Char('/') + first.value(program.digest))});
            continue;
        }
        first.insert(program.digest, it.key());
        tree.putProgram(it.key(), program.file);
    }
}

} // namespace

Result<FileTree> imageTree(const ImageRecipe& recipe, const FileTree& packages, const ImagePrograms& programs) {
    FileTree image;
    for (const QString& path : recipe.take) {
        if (auto taken = image.take(packages, path); !taken) {
            return fail(std::move(taken.error()));
        }
    }
    for (auto it = recipe.links.begin(); it != recipe.links.end(); ++it) {
        image.put(it.key(), {TarKind::Link, 0777, 0, 0, {}, {}, it.value()});
    }
    putPrograms(image, programs);
    for (const auto& [path, node] : recipe.own.nodes()) {
        image.put(path, node);
    }
    if (auto closed = closeOverLibraries(image, packages); !closed) {
        return fail(std::move(closed.error()));
    }
    return image;
}

Result<MadeImage> makeImage(const OpContext& context, const ImageRecipe& recipe, const ImagePrograms& programs, const QString& folder,
                            const QString& packagesFolder) {
    context.report(tr("Making the image %1.").arg(recipe.name));
    DebianPackages packages;
    if (!recipe.packages.isEmpty()) {
        auto read = readDebianPackages(context, recipe.packages, packagesFolder);
        if (!read) {
            return fail(std::move(read.error()));
        }
        packages = std::move(*read);
    }
    const auto tree = imageTree(recipe, packages.tree, programs);
    if (!tree) {
        return fail(tree.error());
    }
    const MadeImage made{folder + QStringLiteral("/image.tar"),
                         packages.versions.isEmpty() ? tr("our own programs") : packages.versions.join(QStringLiteral(", "))};
    const ImageConfig config{recipe.names, recipe.entrypoint, recipe.command};
    auto written = writeOciArchive(context, *tree, config, made.file, folder + QStringLiteral("/layer.tar"));
    return written ? Result<MadeImage>(made) : fail(std::move(written.error()));
}

} // namespace podleaf::artifacts
