// SPDX-License-Identifier: GPL-3.0-or-later
#include "bundle.h"
#include "download.h"
#include "fetcher_wish.h"
#include "go_build.h"
#include "program.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace podleaf::artifacts {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

bool isEnd(ErrorCode code) {
    return code == ErrorCode::Cancelled || code == ErrorCode::Timeout;
}

} // namespace

QString sourceWord(Source source) {
    switch (source) {
    case Source::Cache:
        return QStringLiteral("cache");
    case Source::Bundle:
        return QStringLiteral("bundle");
    case Source::Download:
        return QStringLiteral("download");
    case Source::Build:
        break;
    }
    return QStringLiteral("build");
}

Result<std::vector<Recipe>> recipesOf(const Component& component, const QString& version) {
    auto built = goBuildDigest(component);
    if (!built) {
        return fail(std::move(built.error()));
    }
    const Digest published = sha256Of((component.digest + hostArchitecture()).toUtf8());
    return std::vector<Recipe>{{component.name, version, Way::Download, published}, {component.name, version, Way::Build, *built}};
}

/// What was tried and why it did not work, for the error at the end.
class Fetcher::Attempts {
public:
    void note(const QString& way, const Error& error) {
        m_lines << way + QStringLiteral(": ") + error.message;
        for (const QString& line : error.detail.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
            m_lines << QStringLiteral("    ") + line;
        }
        m_code = error.code == ErrorCode::HostLacks ? ErrorCode::HostLacks : ErrorCode::Failed;
        m_hint = error.hint.isEmpty() ? m_hint : error.hint;
    }
    void note(const QString& line) { m_lines << line; }

    [[nodiscard]] Error error(const QString& title) const {
        return {m_code, tr("Cannot get %1 by any way.").arg(title), m_lines.join(QLatin1Char('\n')), m_hint, {}};
    }

private:
    QStringList m_lines;
    QString m_hint;
    ErrorCode m_code = ErrorCode::Failed;
};

Fetcher::Fetcher(const Store& store, const VersionTable& table, FetchOptions options)
    : m_store(store), m_table(table), m_options(std::move(options)) {
    if (m_options.buildFolder.isEmpty()) {
        m_options.buildFolder = m_store.buildFolder();
    }
}

Result<Fetched> Fetcher::programs(const OpContext& context, const QString& name, const QString& version) {
    const Component* const component = m_table.find(name);
    if (component == nullptr) {
        return fail(ErrorCode::InvalidInput, tr("There is no component %1.").arg(name));
    }
    if (const auto known = m_fetched.constFind(name); known != m_fetched.constEnd() && known->entry.recipe.version == version) {
        return Fetched{known->entry, Source::Cache};
    }
    const auto recipes = recipesOf(*component, version);
    if (!recipes) {
        return fail(recipes.error());
    }
    auto fetched = obtain(context, {component->title + QLatin1Char(' ') + version,
                                    *recipes,
                                    {{Source::Download, tr("download"), [&] { return download(context, *component, recipes->front()); }},
                                     {Source::Build, tr("build"), [&] { return build(context, *component, recipes->back()); }}}});
    if (fetched) {
        m_fetched.insert(name, *fetched);
    }
    return fetched;
}

Result<std::optional<Entry>> Fetcher::lookUp(const OpContext& context, const Wish& wish, Attempts& attempts) const {
    for (const Recipe& recipe : wish.recipes) {
        auto lookup = m_store.find(context, recipe);
        if (!lookup) {
            return fail(std::move(lookup.error()));
        }
        if (lookup->entry) {
            return std::move(lookup->entry);
        }
        if (!lookup->damage.isEmpty()) {
            context.report(tr("%1 It is made again.").arg(lookup->damage));
            attempts.note(tr("cache: %1").arg(lookup->damage));
        }
    }
    return std::optional<Entry>();
}

Result<Fetched> Fetcher::obtain(const OpContext& context, const Wish& wish) {
    const auto everything = m_store.lock(context, {});
    const auto one = everything ? m_store.lock(context, wish.title) : Result<StoreLock>(fail(everything.error()));
    if (!one) {
        return fail(one.error());
    }
    Attempts attempts;
    const bool hasBundle = !m_options.bundle.isEmpty();
    for (const Source source : {Source::Cache, Source::Bundle}) {
        if (source == Source::Bundle) {
            if (!hasBundle || std::exchange(m_isBundleRead, true)) {
                continue;
            }
            if (auto read = readBundle(context, m_store, m_options.bundle); !read) {
                return fail(std::move(read.error()));
            }
        }
        auto found = lookUp(context, wish, attempts);
        if (!found) {
            return fail(std::move(found.error()));
        }
        if (*found) {
            const bool isFromBundle = hasBundle && m_isBundleRead && (*found)->fromBundle;
            return Fetched{std::move(**found), isFromBundle ? Source::Bundle : source};
        }
    }
    attempts.note(tr("cache: it is not there"));
    attempts.note(hasBundle ? tr("bundle: it is not in %1").arg(m_options.bundle) : tr("bundle: none was named"));
    for (const Wish::Maker& maker : wish.makers) {
        auto made = maker.make();
        if (made) {
            return Fetched{std::move(*made), maker.source};
        }
        if (isEnd(made.error().code)) {
            return fail(std::move(made.error()));
        }
        attempts.note(maker.label, made.error());
        context.report(made.error().message);
    }
    return fail(attempts.error(wish.title));
}

Result<Digest> Fetcher::publishedDigest(const OpContext& context, const Component& component, const QString& version,
                                        const QString& program) {
    const QString url = expand(component.release.url, version, program);
    if (const auto pinned = component.release.pinned.constFind(url); pinned != component.release.pinned.constEnd()) {
        return *pinned;
    }
    const QUrl sumsUrl(expand(component.release.sums, version, program));
    if (m_unreachable.contains(sumsUrl.host())) {
        return fail(ErrorCode::Unreachable, tr("Cannot reach %1.").arg(sumsUrl.host()));
    }
    const auto sums = downloadText(context, sumsUrl);
    if (!sums && sums.error().code == ErrorCode::Unreachable) {
        m_unreachable.insert(sumsUrl.host());
    }
    return sums ? findInSums(*sums, QUrl(url).fileName()) : Result<Digest>(fail(sums.error()));
}

Result<Entry> Fetcher::download(const OpContext& context, const Component& component, const Recipe& recipe) {
    const auto folder = m_store.scratch();
    if (!folder) {
        return fail(folder.error());
    }
    const bool isArchive = !component.release.member.isEmpty();
    QMap<QString, QString> programs;
    const QStringList files = isArchive ? QStringList{component.name} : component.programs;
    for (const QString& program : files) {
        const QUrl url(expand(component.release.url, recipe.version, program));
        const auto digest = publishedDigest(context, component, recipe.version, program);
        if (!digest) {
            return fail(digest.error());
        }
        const QString partial = m_store.partialPath(*digest);
        context.report(tr("Downloading %1.").arg(url.toDisplayString()));
        if (auto done = downloadFile(context, url, partial, *digest); !done) {
            return fail(std::move(done.error()));
        }
        programs.insert(program, partial);
    }
    if (isArchive) {
        const QString archive = programs.take(component.name);
        QStringList arguments{
            QStringLiteral("--extract"), QStringLiteral("--gzip"), QStringLiteral("--no-same-owner"), QStringLiteral("--file"), archive,
            QStringLiteral("--")};
        for (const QString& program : component.programs) {
            const QString member = expand(component.release.member, recipe.version, program);
            arguments << member;
            programs.insert(program, (*folder)->filePath(member));
        }
        auto unpacked = runProgram(context, {QStringLiteral("tar"), arguments, (*folder)->path(), {}, {}});
        if (!unpacked) {
            return fail(wrapError(tr("Cannot unpack what was downloaded"), std::move(unpacked.error())));
        }
        QFile::remove(archive);
    }
    return keep(context, {recipe, {}, {}, expand(component.release.url, recipe.version, QStringLiteral("*")), false}, programs,
                /*areExecutable=*/true);
}

Result<Entry> Fetcher::build(const OpContext& context, const Component& component, const Recipe& recipe) const {
    const auto folder = m_store.scratch();
    if (!folder) {
        return fail(folder.error());
    }
    auto result = buildWithGo(context, component, recipe.version, (*folder)->path(), m_options.buildFolder);
    if (!result) {
        return fail(std::move(result.error()));
    }
    return keep(context, {recipe, {}, {}, result->origin, false}, result->programs, /*areExecutable=*/true);
}

Result<Entry> Fetcher::keep(const OpContext& context, Entry entry, const QMap<QString, QString>& files, bool areExecutable) const {
    QMap<QString, StoredFile> taken; // by path: a file may have several names
    for (auto it = files.begin(); it != files.end(); ++it) {
        if (!taken.contains(it.value())) {
            if (!QFileInfo(it.value()).isFile() || QFileInfo(it.value()).isSymLink()) {
                return fail(ErrorCode::Failed, tr("%1 did not come out.").arg(it.key()));
            }
            auto file = m_store.adopt(context, it.value(), it.key(), areExecutable);
            if (!file) {
                return fail(std::move(file.error()));
            }
            taken.insert(it.value(), *file);
        }
        StoredFile file = taken.value(it.value());
        file.name = it.key();
        entry.files.push_back(file);
    }
    entry.madeAt = QDateTime::currentDateTimeUtc();
    if (auto put = m_store.put(entry); !put) {
        return fail(std::move(put.error()));
    }
    return entry;
}

} // namespace podleaf::artifacts
