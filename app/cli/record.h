// SPDX-License-Identifier: GPL-3.0-or-later
// Doing something to a lab, and `--record`: do it, wait until the fabric has settled and show how long what took. Main
// thread.
#pragma once

#include "invocation.h"

#include <QJsonObject>

#include <functional>

namespace podleaf::cli {

/// What is told when it is done.
struct Told {
    QJsonObject json;
    QString text; ///< Ends its last line.
};

/// Something that a command does to a lab that may make its fabric converge.
struct Deed {
    LinkId link; ///< Where: a cable …
    NodeId node; ///< … or a node.
    std::function<Result<Told>(OpContext&)> run;
    QString wasSo; ///< That all is so already, so that there is no convergence to wait for; else empty.
};

/// openLab() or, for a record, openLiveLab().
Result<std::unique_ptr<session::LabSession>> openForDeed(Invocation& invocation, const QString& nameOrPath);
/// Runs the deed and prints what is told of it or, with --record, its convergence record too; the exit code.
int perform(Invocation& invocation, session::LabSession& session, const Deed& deed);

} // namespace podleaf::cli
