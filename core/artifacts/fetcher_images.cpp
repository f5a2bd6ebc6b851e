// SPDX-License-Identifier: GPL-3.0-or-later
// The images' part of the fetcher: their programs first, then the image by the same chain.
#include "fetcher_wish.h"
#include "image_maker.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace podleaf::artifacts {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

/// The recipe's text, what it is for and what goes in.
Digest digestOf(const ImageRecipe& recipe, const QMap<QString, StoredFile>& programs) {
    Sha256 sum;
    sum.add(QByteArray(recipe.digest.toUtf8() + hostArchitecture().toUtf8() + recipe.names.join(QLatin1Char('\n')).toUtf8()));
    for (auto it = programs.begin(); it != programs.end(); ++it) {
        sum.add(QByteArray('\n' + it.key().toUtf8() + ' ' + it->digest.toUtf8()));
    }
    return sum.finish();
}

} // namespace

QString imageName(const ImageRecipe& recipe) {
    return recipe.name + QStringLiteral("-image");
}

Result<QMap<QString, StoredFile>> Fetcher::programsOf(const OpContext& context, const ImageRecipe& recipe, const VersionSet& versions) {
    QMap<QString, StoredFile> files;
    for (auto it = recipe.programs.begin(); it != recipe.programs.end(); ++it) {
        const QString component = it.value().section(QLatin1Char('/'), 0, 0);
        const QString program = it.value().section(QLatin1Char('/'), 1);
        if (component == QLatin1String("podleaf")) {
            const QString path = m_options.ownFiles.value(program);
            const auto digest = sha256OfFile(context, path);
            if (!digest) {
                return fail(ErrorCode::HostLacks, tr("%1 of Podleaf is not installed.").arg(program), path);
            }
            files.insert(it.key(), {path, *digest, QFileInfo(path).size(), true});
            continue;
        }
        const auto fetched = programs(context, component, versions.value(component));
        const StoredFile* const file = fetched ? fetched->entry.find(program) : nullptr;
        if (file == nullptr) {
            return fetched ? fail(ErrorCode::InvalidInput, tr("There is no program %1.").arg(it.value())) : fail(fetched.error());
        }
        files.insert(it.key(), {m_store.pathOf(file->digest), file->digest, file->bytes, true});
    }
    return files;
}

Result<Fetched> Fetcher::image(const OpContext& context, const ImageRecipe& recipe, const VersionSet& versions) {
    const auto programs = programsOf(context, recipe, versions);
    if (!programs) {
        return fail(programs.error());
    }
    const Recipe wanted{imageName(recipe), recipe.version, Way::Image, digestOf(recipe, *programs)};
    return obtain(context, {tr("the image %1").arg(recipe.name), {wanted}, {{Source::Build, tr("make"), [&] {
                                                                                 return make(context, recipe, *programs, wanted);
                                                                             }}}});
}

Result<Entry> Fetcher::make(const OpContext& context, const ImageRecipe& recipe, const QMap<QString, StoredFile>& programs,
                            const Recipe& wanted) {
    auto folder = m_store.scratch();
    if (folder && !m_debian) {
        auto shared = m_store.scratch();
        m_debian = shared ? std::move(*shared) : nullptr;
    }
    if (!folder || !m_debian) {
        return folder ? fail(ErrorCode::Failed, tr("Cannot make a folder for packages.")) : fail(folder.error());
    }
    ImagePrograms parts;
    for (auto it = programs.begin(); it != programs.end(); ++it) {
        parts.insert(it.key(), {it->name, it->digest});
    }
    const auto made = makeImage(context, recipe, parts, (*folder)->path(), m_debian->path());
    if (!made) {
        return fail(made.error());
    }
    return keep(context, {wanted, {}, {}, made->origin, false}, {{QStringLiteral("image.tar"), made->file}}, /*areExecutable=*/false);
}

} // namespace podleaf::artifacts
