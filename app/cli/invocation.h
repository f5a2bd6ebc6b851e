// SPDX-License-Identifier: GPL-3.0-or-later
// One run of the command line: its options, where it prints and how errors become exit codes. Main thread.
#pragma once

#include "completion.h"
#include "edit_words.h"
#include "fault_options.h"

#include <core/session/lab_session.h>

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace podleaf::cli {

/// The contract's exit codes.
enum ExitCode { Done = 0, Failed = 1, Usage = 2, HostLacks = 3, Cancelled = 130 };

/// `podleaf capture`.
struct CaptureOptions {
    QString file;                      ///< -w; empty or "-": standard output.
    QString end = QStringLiteral("A"); ///< A, B, both, or a node.
    std::uint64_t count = 0;           ///< 0: no limit, as for `seconds`.
    double seconds = 0;
};

/// `podleaf kube`.
struct KubeOptions {
    QString version; ///< Of Kubernetes; empty: the newest that is supported.
    QString bundle;  ///< fetch --from-bundle.
};

/// `podleaf kubeconfig`.
struct ClusterOptions {
    QString file;           ///< -w; empty: standard output.
    std::uint16_t port = 0; ///< Of this host; 0: a free one.
};

struct Invocation {
    session::Environment environment;
    OpContext context;
    bool json = false;
    QStringList arguments;             ///< Positional arguments of the command, LAB included where given.
    QStringList command;               ///< What stood after `--`.
    bool prove = false;                ///< gc --prove.
    bool expand = false;               ///< validate --expand.
    bool record = false;               ///< --record of link, impair, node and session.
    bool probe = false;                ///< watch --probe.
    bool verbose = false;              ///< up, down --verbose.
    std::optional<int> timeoutSeconds; ///< up --timeout.
    CaptureOptions capture;
    EditOptions edit;
    std::vector<CommandShape> commands; ///< All of them, for `completion`.
    ImpairOptions impair;
    KubeOptions kube;
    ClusterOptions cluster;
};

/// Results go to stdout, everything else to stderr.
void printResult(const QString& text);
void printJson(const QJsonObject& object);
void printMessage(const QString& text);
/// Whether somebody may still read results: false when the pipe's other end has gone or writing has failed.
bool hasReader();
/// `code`, or Failed with the reason said when a result could not be written (a full disk); a reader that left is no failure.
int withResultWritten(int code);

/// Prints the error and gives its exit code. With --json the error is an object on stdout as well.
int reportError(const Invocation& invocation, const Error& error);

/// Wrong number or kind of arguments: prints how it is used; exit code 2.
int reportUsage(const QString& usage);

/// What a command wants of a lab: the file as it is now, or something that still works when the file is broken or
/// gone while its lab runs (then the copy that the running lab keeps).
enum class LabUse { AsWritten, AsItRuns };

/// The lab that `nameOrPath` names, or the last used one when it is empty; remembers it as last used.
/// Errors: InvalidInput with all findings in detail; NotFound.
Result<labfile::LabSource> findLab(const Invocation& invocation, const QString& nameOrPath, LabUse use = LabUse::AsItRuns);
/// The lab that `nameOrPath` names, or the last used one when it is empty; nothing is remembered or said.
std::optional<model::Lab> glanceAtLab(const Invocation& invocation, const QString& nameOrPath);
/// Whether an argument names a lab at all (so that LAB may be left out).
bool namesLab(const Invocation& invocation, const QString& argument);
/// findLab and LabSession::open in one.
Result<std::unique_ptr<session::LabSession>> openLab(const Invocation& invocation, const QString& nameOrPath,
                                                     LabUse use = LabUse::AsItRuns);
/// openLab, attach and wait for the first whole picture. A lab that does not run is a success.
Result<std::unique_ptr<session::LabSession>> openLiveLab(Invocation& invocation, const QString& nameOrPath);

} // namespace podleaf::cli
