// SPDX-License-Identifier: GPL-3.0-or-later
// Fetcher: gets programs and images by the first way that works: the store, an offline bundle, what the project publishes,
// a build from source. Where none does, it tells of each why. Blocking; one thread.
#pragma once

#include "image_recipe.h"
#include "store.h"
#include "version_table.h"

#include <QSet>

namespace podleaf::artifacts {

/// Where an artifact came from this time.
enum class Source { Cache, Bundle, Download, Build };
QString sourceWord(Source source);

struct Fetched {
    Entry entry;
    Source source = Source::Cache;
};

struct FetchOptions {
    QString bundle;                  ///< A file that `podleaf kube bundle` wrote; empty for none.
    QMap<QString, QString> ownFiles; ///< Programs of our own that images hold: name → path on this host.
    QString buildFolder;             ///< What Go keeps; empty: below the store.
};

class Fetcher {
public:
    Fetcher(const Store& store, const VersionTable& table, FetchOptions options);

    /// Errors: HostLacks or Failed with the reason of each way as detail; InvalidInput for an unknown component, or a
    /// bundle that is none; Cancelled.
    Result<Fetched> programs(const OpContext& context, const QString& component, const QString& version);
    /// The same; fetches the programs that it holds first. `recipe` has its versions put in.
    Result<Fetched> image(const OpContext& context, const ImageRecipe& recipe, const VersionSet& versions);

private:
    class Attempts;
    /// What to look for, and how to make it where it is nowhere.
    struct Wish;

    Result<Fetched> obtain(const OpContext& context, const Wish& wish);
    Result<std::optional<Entry>> lookUp(const OpContext& context, const Wish& wish, Attempts& attempts) const;
    Result<Entry> download(const OpContext& context, const Component& component, const Recipe& recipe);
    Result<Digest> publishedDigest(const OpContext& context, const Component& component, const QString& version, const QString& program);
    Result<Entry> build(const OpContext& context, const Component& component, const Recipe& recipe) const;
    Result<QMap<QString, StoredFile>> programsOf(const OpContext& context, const ImageRecipe& recipe, const VersionSet& versions);
    Result<Entry> make(const OpContext& context, const ImageRecipe& recipe, const QMap<QString, StoredFile>& programs,
                       const Recipe& wanted);
    Result<Entry> keep(const OpContext& context, Entry entry, const QMap<QString, QString>& files, bool areExecutable) const;

    const Store& m_store;
    const VersionTable& m_table;
    FetchOptions m_options;
    QSet<QString> m_unreachable;             ///< Hosts, so that a network that is not there is asked once.
    QMap<QString, Fetched> m_fetched;        ///< Components of this run.
    std::unique_ptr<QTemporaryDir> m_debian; ///< Packages that images share.
    bool m_isBundleRead = false;
};

/// The recipes of a component, in the order in which they are looked for.
Result<std::vector<Recipe>> recipesOf(const Component& component, const QString& version);

/// What an image is called in the store: "nginx-image".
QString imageName(const ImageRecipe& recipe);

} // namespace podleaf::artifacts
