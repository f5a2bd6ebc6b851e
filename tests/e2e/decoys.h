// SPDX-License-Identifier: GPL-3.0-or-later
// Things on this host that look like a lab's and are somebody else's: whoever cleans up must not touch them. Main thread.
#pragma once

#include <QProcess>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace podleaf::test {

class Decoys {
public:
    /// Below `parent` and in `runFolder`, which it makes. An ordinary user has fewer: no bridge, no mount.
    Decoys(QString parent, QString runFolder);
    ~Decoys(); ///< Removes them.

    Decoys(const Decoys&) = delete;
    Decoys& operator=(const Decoys&) = delete;

    /// What was made; and what of it is gone or changed now, as text: empty when all is as it was.
    [[nodiscard]] int count() const { return static_cast<int>(m_checks.size()); }
    [[nodiscard]] QString touched() const;

private:
    struct Check {
        QString what;
        std::function<bool()> isThere;
    };
    void makeFolder(const QString& path);
    void makeProcess(const QString& what, const QStringList& command);
    void makeHostThings();

    QString m_parent;
    QString m_runFolder;
    std::vector<std::unique_ptr<QProcess>> m_processes;
    std::vector<Check> m_checks;
    bool m_hostThings = false;
};

} // namespace podleaf::test
