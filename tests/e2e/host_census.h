// SPDX-License-Identifier: GPL-3.0-or-later
// An independent count of what a lab can leave behind, read from /proc and the file system alone: none of
// the product's own code or records is asked. Main thread.
#pragma once

#include <QSet>
#include <QString>

namespace podleaf::test {

struct Census {
    QSet<QString> namespaces; ///< Every net, mnt, pid, uts and ipc namespace that some process is in.
    QSet<QString> processes;  ///< "PID command" of daemons that a lab runs, and of the lab host.
    QSet<QString> mounts;     ///< Mount points of this mount namespace.
    QSet<QString> folders;    ///< Entries of the run folder, of /var/tmp/frr and of /run/netns.
    QSet<QString> interfaces; ///< Of this network namespace.

    static Census take(const QString& runFolder);
    /// What is in this census and not in `earlier`, as text; empty when nothing is left.
    [[nodiscard]] QString leftSince(const Census& earlier) const;
};

} // namespace podleaf::test
