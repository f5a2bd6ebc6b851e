// SPDX-License-Identifier: GPL-3.0-or-later
// Lab file (YAML) → Lab. Parsing touches nothing but the text; every mistake is reported at once.
// Any thread.
#pragma once

#include <core/base/result.h>
#include <core/model/finding.h>
#include <core/model/lab.h>

#include <QByteArray>
#include <QJsonArray>
#include <QString>

#include <optional>

namespace podleaf::labfile {

/// A lab file may not be larger than this many bytes, nor nest deeper than this, nor use aliases.
inline constexpr qsizetype kMaxBytes = 1024 * 1024;
inline constexpr int kMaxDepth = 16;

/// What came out of a text: the lab when there is no error among the findings.
struct Parsed {
    std::optional<model::Lab> lab;
    model::Findings findings;
};

/// Parses, resolves (fills in addresses and AS numbers deterministically) and validates.
Parsed parse(const QByteArray& text);

/// The lab written out: short forms expanded, and every address and AS number that was chosen given. The text parses
/// to an equal lab.
QByteArray toYaml(const model::Lab& lab);

/// A lab file found on disk: where, its text, and the parse of it.
struct LabSource {
    QString path; ///< Absolute.
    QByteArray text;
    Parsed parsed;
};

/// Reads `nameOrPath`: a path to a YAML file (it contains '/', ends with .yaml or .yml, or exists), or the
/// name of a built-in lab ("tutorial"). A file with mistakes is no error: look at `parsed`.
/// Errors: NotFound (lists the built-in labs), InvalidInput (too large, not a regular file), Denied.
Result<LabSource> load(const QString& nameOrPath);

/// The built-in labs' names and the folder each is in, sorted by name. They lie in $PODLEAF_LABS,
/// ../share/podleaf/labs or ../../labs from the executable, or the source tree, whichever is there first.
struct BuiltinLab {
    QString name;
    QString path;
};
std::vector<BuiltinLab> builtinLabs();

/// Findings as text for a terminal, one a line: "file:line:column: error: message (hint)".
QString describe(const QString& path, const model::Findings& findings);

/// Findings as `[{"severity":"error|warning","line","column","message","hint"}]`.
QJsonArray toJson(const model::Findings& findings);

} // namespace podleaf::labfile
