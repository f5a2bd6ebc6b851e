// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a program of this host that speaks with a cluster, as kubectl does. Main thread; blocking.
#pragma once

#include <core/base/op_context.h>
#include <core/channel/node_channel.h>

#include <QByteArray>
#include <QStringList>

namespace podleaf::cli {

enum class ProgramOutput {
    Shared,    ///< Our terminal and streams are the program's.
    Collected, ///< It has no input; what it writes is in the result.
};

/// With $KUBECONFIG naming `kubeconfig`, which lies in memory only: nothing of it is left, whoever is killed. A stop ends the
/// program, which has a moment to end by itself: with a terminal it gets the same Ctrl-C. That is no error then.
/// Errors: NotFound (no such program), Failed.
Result<channel::CommandResult> runWithKubeconfig(const OpContext& context, const QStringList& argv, const QByteArray& kubeconfig,
                                                 ProgramOutput output);

} // namespace podleaf::cli
