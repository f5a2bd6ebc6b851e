// SPDX-License-Identifier: GPL-3.0-or-later
#include "go_build.h"
#include "program.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSaveFile>
#include <QStandardPaths>
#include <QVersionNumber>

namespace podleaf::artifacts {

namespace {

constexpr qint64 kTellEveryMs = 1000;

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

QString moduleFolder(const Component& component) {
    return QStringLiteral("build/") + component.build.module;
}

/// The module as files, since Go cannot read our resources.
Result<> writeModule(const Component& component, const QString& folder) {
    for (const QString& name : recipeFiles(moduleFolder(component))) {
        const auto content = recipeFile(moduleFolder(component) + QLatin1Char('/') + name);
        QSaveFile file(folder + QLatin1Char('/') + name);
        if (!content || !file.open(QIODevice::WriteOnly) || file.write(*content) != content->size() || !file.commit()) {
            return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(file.fileName()), file.errorString());
        }
    }
    return {};
}

/// Go's settings of this user hold (GOPROXY, GOSUMDB), but none that would change what comes out.
QMap<QString, QString> environmentFor(const QString& buildFolder) {
    return {{QStringLiteral("GOPATH"), buildFolder + QStringLiteral("/gopath")},
            {QStringLiteral("GOMODCACHE"), buildFolder + QStringLiteral("/gopath/pkg/mod")},
            {QStringLiteral("GOCACHE"), buildFolder + QStringLiteral("/gocache")},
            {QStringLiteral("GOTOOLCHAIN"), QStringLiteral("local")},
            {QStringLiteral("GOFLAGS"), {}},
            {QStringLiteral("GOWORK"), QStringLiteral("off")},
            {QStringLiteral("GOOS"), QStringLiteral("linux")},
            {QStringLiteral("GOARCH"), hostArchitecture()},
            {QStringLiteral("GOEXPERIMENT"), {}},
            {QStringLiteral("CGO_ENABLED"), QStringLiteral("0")}};
}

QStringList buildArguments(const Component& component, const QString& version, const QString& output, const QString& package) {
    QStringList linker{QStringLiteral("-s"), QStringLiteral("-w")};
    for (const QString& variable : component.build.variables) {
        linker << QStringLiteral("-X") << expand(variable, version);
    }
    QStringList arguments{QStringLiteral("build"),       QStringLiteral("-mod=readonly"),
                          QStringLiteral("-modcacherw"), QStringLiteral("-buildvcs=false"),
                          QStringLiteral("-trimpath"),   QStringLiteral("-v"),
                          QStringLiteral("-ldflags"),    linker.join(QLatin1Char(' ')),
                          QStringLiteral("-o"),          output};
    if (!component.build.tags.isEmpty()) {
        arguments << QStringLiteral("-tags") << component.build.tags;
    }
    return arguments << package;
}

/// Go says a line for each package and download: too many to pass on.
class GoProgress {
public:
    GoProgress(const OpContext& context, QString title) : m_context(context), m_title(std::move(title)) { m_sinceTold.start(); }

    void operator()(const QString& line) {
        const bool isDownload = line.startsWith(QLatin1String("go: downloading "));
        (isDownload ? m_modules : m_packages) += 1;
        if (m_sinceTold.elapsed() < kTellEveryMs) {
            return;
        }
        m_sinceTold.restart();
        m_context.report(isDownload
                             ? tr("%1: %2 modules downloaded, now %3").arg(m_title).arg(m_modules).arg(line.section(QLatin1Char(' '), 2))
                             : tr("%1: %2 packages compiled, now %3").arg(m_title).arg(m_packages).arg(line));
    }

private:
    const OpContext& m_context;
    QString m_title;
    QElapsedTimer m_sinceTold;
    int m_modules = 0;
    int m_packages = 0;
};

} // namespace

QString goVersionNeeded(const QByteArray& goMod) {
    static const QRegularExpression kLine(QStringLiteral("^go ([0-9.]+)$"), QRegularExpression::MultilineOption);
    return kLine.match(QString::fromUtf8(goMod)).captured(1);
}

bool isGoNewEnough(const QString& version, const QString& needed) {
    return QVersionNumber::fromString(version) >= QVersionNumber::fromString(needed);
}

QStringList goCandidates() {
    if (const QString only = qEnvironmentVariable("PODLEAF_GO"); !only.isEmpty()) {
        return {only};
    }
    QStringList candidates{QStandardPaths::findExecutable(QStringLiteral("go"))};
    candidates << QStringLiteral("/usr/local/go/bin/go") << QDir::homePath() + QStringLiteral("/go/bin/go")
               << QStringLiteral("/usr/lib/go/bin/go");
    const QDir versions(QStringLiteral("/usr/lib")); // Debian keeps several: go-1.19, go-1.26
    for (const QString& name : versions.entryList({QStringLiteral("go-*")}, QDir::Dirs)) {
        candidates << versions.filePath(name) + QStringLiteral("/bin/go");
    }
    candidates.removeAll(QString());
    candidates.removeDuplicates();
    return candidates;
}

Result<GoTool> findGo(const OpContext& context, const QString& needed, const QStringList& candidates) {
    const QString hint = tr("Install Go %1 or newer from https://go.dev/dl, or name one in PODLEAF_GO; or fetch from a bundle that another "
                            "host made: podleaf kube fetch --from-bundle FILE")
                             .arg(needed);
    QStringList tooOld;
    for (const QString& program : candidates) {
        if (!QFileInfo(program).isExecutable()) {
            continue;
        }
        const auto said = runProgram(context, {program,
                                               {QStringLiteral("env"), QStringLiteral("GOVERSION")},
                                               QDir::rootPath(),
                                               {{QStringLiteral("GOTOOLCHAIN"), QStringLiteral("local")}},
                                               {}});
        if (!said && said.error().code == ErrorCode::Cancelled) {
            return fail(said.error());
        }
        const QString version = said ? QString::fromUtf8(*said).trimmed().mid(2).section(QLatin1Char(' '), 0, 0) : QString();
        if (isGoNewEnough(version, needed)) {
            return GoTool{program, version};
        }
        tooOld << tr("%1 is %2").arg(program, version.isEmpty() ? tr("no Go that runs") : QStringLiteral("Go ") + version);
    }
    if (tooOld.isEmpty()) {
        return fail(ErrorCode::HostLacks, tr("There is no Go on this host; %1 or newer is needed.").arg(needed), {}, hint);
    }
    return fail(ErrorCode::HostLacks, tr("Go %1 or newer is needed, and %2.").arg(needed, tooOld.join(QStringLiteral(", "))), {}, hint);
}

Result<Digest> goBuildDigest(const Component& component) {
    Sha256 sum;
    sum.add(QByteArray(component.digest.toUtf8() + hostArchitecture().toUtf8()));
    for (const QString& name : recipeFiles(moduleFolder(component))) {
        const auto content = recipeFile(moduleFolder(component) + QLatin1Char('/') + name);
        if (!content) {
            return fail(content.error());
        }
        sum.add(QByteArray(name.toUtf8() + '\0' + *content + '\0'));
    }
    return sum.finish();
}

Result<GoBuildResult> buildWithGo(const OpContext& context, const Component& component, const QString& version, const QString& folder,
                                  const QString& buildFolder) {
    const auto goMod = recipeFile(moduleFolder(component) + QStringLiteral("/go.mod"));
    if (!goMod) {
        return fail(goMod.error());
    }
    const auto go = findGo(context, goVersionNeeded(*goMod), goCandidates());
    if (!go) {
        return fail(go.error());
    }
    const QString module = folder + QStringLiteral("/module");
    QDir().mkpath(module);
    if (auto written = writeModule(component, module); !written) {
        return fail(std::move(written.error()));
    }
    const bool isOne = !component.build.allInOne.isEmpty();
    const QStringList outputs = isOne ? QStringList{component.name} : component.programs;
    for (const QString& output : outputs) {
        const QString package = isOne ? component.build.allInOne : component.build.packages.value(output);
        context.report(tr("Building %1 %2 with Go %3.").arg(isOne ? component.title : output, version, go->version));
        GoProgress progress(context, isOne ? component.title : output);
        auto built = runProgram(context, {go->program, buildArguments(component, version, folder + QLatin1Char('/') + output, package),
                                          module, environmentFor(buildFolder), std::ref(progress)});
        if (!built) {
            return fail(wrapError(tr("Cannot build %1 %2").arg(output, version), std::move(built.error())));
        }
    }
    GoBuildResult result{{}, QStringLiteral("go") + go->version};
    for (const QString& program : component.programs) {
        result.programs.insert(program, folder + QLatin1Char('/') + (isOne ? component.name : program));
    }
    return result;
}

} // namespace podleaf::artifacts
