// SPDX-License-Identifier: GPL-3.0-or-later
// Fetcher: gets a component's programs by the first way that works: the store, an offline bundle, what the project
// publishes, a build from source. Where none does, it tells of each why. Blocking; one thread.
#pragma once

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
    QString bundle;      ///< A file that `podleaf kube bundle` wrote; empty for none.
    QString buildFolder; ///< What Go keeps; empty: below the store.
};

class Fetcher {
public:
    Fetcher(const Store& store, const VersionTable& table, FetchOptions options);

    /// Errors: HostLacks or Failed with the reason of each way as detail; InvalidInput for an unknown component; Cancelled.
    Result<Fetched> programs(const OpContext& context, const QString& component, const QString& version);

private:
    class Attempts;
    Result<Entry> download(const OpContext& context, const Component& component, const Recipe& recipe);
    Result<Digest> publishedDigest(const OpContext& context, const Component& component, const QString& version, const QString& program);
    Result<Entry> build(const OpContext& context, const Component& component, const Recipe& recipe) const;
    Result<Entry> keep(const OpContext& context, Entry entry, const QMap<QString, QString>& programs) const;

    const Store& m_store;
    const VersionTable& m_table;
    FetchOptions m_options;
    QSet<QString> m_unreachable; ///< Hosts, so that a network that is not there is asked once.
};

/// The recipes of a component, in the order in which they are looked for.
Result<std::vector<Recipe>> recipesOf(const Component& component, const QString& version);

} // namespace podleaf::artifacts
