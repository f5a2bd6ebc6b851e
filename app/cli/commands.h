// SPDX-License-Identifier: GPL-3.0-or-later
// The commands, one function each: they parse nothing but their positional arguments, print and return
// the exit code. Main thread; blocking.
#pragma once

#include "invocation.h"

#include <span>

namespace podleaf::cli {

int validate(Invocation& invocation);
int plan(Invocation& invocation);
int up(Invocation& invocation);
int down(Invocation& invocation);
int edit(Invocation& invocation);

int status(Invocation& invocation);
int watch(Invocation& invocation);
int test(Invocation& invocation);

int exec(Invocation& invocation);
int shell(Invocation& invocation);
int logs(Invocation& invocation);
int link(Invocation& invocation);
int impair(Invocation& invocation);
int node(Invocation& invocation);
int session(Invocation& invocation);
int capture(Invocation& invocation);
int trace(Invocation& invocation);

int kube(Invocation& invocation);
int kubeconfig(Invocation& invocation);
int kubectl(Invocation& invocation);
int forward(Invocation& invocation);

int list(Invocation& invocation);
int gc(Invocation& invocation);
int doctor(Invocation& invocation);
int completion(Invocation& invocation);

/// One row of the command table that main builds its parser from.
struct CommandInfo {
    const char* name;
    const char* usage; ///< Positional arguments, as in the help.
    const char* help;
    int (*run)(Invocation&);
    int most = kCountsItself; ///< How many positional arguments it takes at most.
    static constexpr int kCountsItself = -1;
};
std::span<const CommandInfo> commands();

} // namespace podleaf::cli
