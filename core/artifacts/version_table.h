// SPDX-License-Identifier: GPL-3.0-or-later
// VersionTable: which versions there are, which go together and where each comes from. Values, read from
// resources/kubernetes/versions.json; any thread.
#pragma once

#include "sha256.h"

#include <QMap>
#include <QStringList>

#include <optional>
#include <vector>

namespace podleaf::artifacts {

/// Where a project publishes its programs. {version}, {arch} and {program} stand for themselves.
struct Release {
    QString url;                  ///< Of each program where it holds {program}, else of one archive with all of them.
    QString sums;                 ///< The project's own list of checksums, as sha256sum writes it, or a bare digest.
    QString member;               ///< A program's path in the archive; empty when `url` is the program itself.
    QMap<QString, Digest> pinned; ///< By the URL as it is asked for; goes before `sums`.
};

/// How the programs are built from the Go modules that resources/kubernetes/build/MODULE pins.
struct GoBuild {
    QString module;
    QMap<QString, QString> packages; ///< Program → package.
    QString allInOne;                ///< A package that is all the programs in one, chosen by name; else empty.
    QString tags;
    QStringList variables; ///< For the linker's -X; {version}, {major} and {minor} stand for themselves.
};

struct Component {
    QString name;
    QString title; ///< As a person writes it.
    QStringList programs;
    Release release;
    GoBuild build;
    Digest digest; ///< Of its text in the table: another recipe, another artifact.
};

/// Component → version. "pause" is in it, too: a program of our own, under the version that kubeadm asks for.
using VersionSet = QMap<QString, QString>;

struct VersionTable {
    std::vector<VersionSet> sets; ///< What goes together; the first is what is used unless asked otherwise.
    std::vector<Component> components;

    [[nodiscard]] const Component* find(const QString& name) const;
    /// The set that has all the `wanted` versions. Errors: InvalidInput, which says what is supported.
    [[nodiscard]] Result<VersionSet> choose(const VersionSet& wanted) const;

    /// The table that Podleaf comes with.
    static Result<VersionTable> builtin();
    /// Errors: InvalidInput for what is no table, or one that contradicts itself.
    static Result<VersionTable> parse(const QByteArray& json);
};

/// The architecture of this host, in the words that Go and all these projects use: amd64, arm64.
QString hostArchitecture();

/// The pattern with {version}, {major}, {minor}, {arch} and {program} put in.
QString expand(QString pattern, const QString& version, const QString& program = {});

/// The content of resources/kubernetes/PATH. Errors: NotFound.
Result<QByteArray> recipeFile(const QString& path);
/// The names of the files in resources/kubernetes/PATH.
QStringList recipeFiles(const QString& path);

} // namespace podleaf::artifacts
