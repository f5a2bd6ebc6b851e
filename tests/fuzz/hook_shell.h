// SPDX-License-Identifier: GPL-3.0-or-later
// HookShell: one shell that runs the DHCP hook again and again, each time in a child of its own. An event so costs a few
// forks of a small process; a shell started for each, and the dozen programs that the hook starts, cost ten times that. What
// those programs do is done by functions of the same names: the recorders `ip` and `vtysh` as tests/fakes has them, and of
// the system's own what the hook uses of them. Renames are done here. One thread.
#pragma once

#include <core/base/unique_fd.h>

#include <QByteArray>
#include <QByteArrayList>

namespace podleaf::fuzz {

struct HookRun {
    int exitCode = -1;
    QByteArray trace; ///< What `set -x` told, up to a limit.
};

class HookShell {
public:
    struct Place {
        QByteArray root; ///< The folder that the hook takes for the host.
        QByteArray path; ///< Where programs are looked for that no function stands for.
        QByteArray hook; ///< The script.
    };
    /// dash, which runs the hook on hosts. Or bash, for its trace: it has the numbers of the hook's lines, which dash has not
    /// where `set -u` holds; there all programs are real.
    enum class Program { Dash, Bash };

    HookShell(const Place& place, Program program);
    HookShell(const HookShell&) = delete;
    HookShell& operator=(const HookShell&) = delete;

    /// One event, with `lease` ("key=value") for its environment. Aborts when the shell does not go on after it.
    HookRun run(const QByteArray& event, const QByteArrayList& lease);

private:
    void start(const Place& place, Program program);
    void say(const QByteArray& text) const;
    [[nodiscard]] QByteArray takeTrace() const;
    bool serve(HookRun& run);
    void rename(const QByteArrayList& names) const;

    QByteArray m_root;
    UniqueFd m_script;  ///< What the shell is to do.
    UniqueFd m_trace;   ///< Its standard error, a file in memory: the shell writes each word of the trace by itself.
    UniqueFd m_asks;    ///< Lines: "mv FROM TO" from a function, "end CODE" after an event.
    UniqueFd m_answers; ///< A line for each rename that is done.
    QByteArray m_asked; ///< The begin of a line.
};

} // namespace podleaf::fuzz
