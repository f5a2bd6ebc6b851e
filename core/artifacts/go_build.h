// SPDX-License-Identifier: GPL-3.0-or-later
// Builds a component from source: finds a Go that is new enough and lets it build the pinned modules of
// resources/kubernetes/build. Nothing but what go.sum names by its hash goes in. Blocking; not on the GUI thread.
#pragma once

#include "version_table.h"

namespace podleaf::artifacts {

/// A Go on this host.
struct GoTool {
    QString program;
    QString version; ///< As "1.26.8".
};

/// The `go` line of a go.mod: the oldest Go that it builds with. Empty where it has none.
QString goVersionNeeded(const QByteArray& goMod);
/// Whether `version` ("1.26.8") is at least `needed` ("1.26.0").
bool isGoNewEnough(const QString& version, const QString& needed);

/// Where a Go may be, in the order it is asked for: $PODLEAF_GO alone when it is set, else PATH and the usual folders.
QStringList goCandidates();
/// The first candidate that is at least `needed`. Errors: HostLacks, which tells what was found and what mends it.
Result<GoTool> findGo(const OpContext& context, const QString& needed, const QStringList& candidates);

/// What decides the outcome of a build: the component's row, the modules' files, the architecture.
Result<Digest> goBuildDigest(const Component& component);

struct GoBuildResult {
    QMap<QString, QString> programs; ///< Program → the file in the folder; several may have one.
    QString origin;                  ///< "go1.26.8".
};

/// Builds the programs of `component` into `folder`. Go's modules and objects go below `buildFolder`.
/// Errors: HostLacks, Failed with Go's own words, Cancelled.
Result<GoBuildResult> buildWithGo(const OpContext& context, const Component& component, const QString& version, const QString& folder,
                                  const QString& buildFolder);

} // namespace podleaf::artifacts
