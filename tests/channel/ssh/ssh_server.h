// SPDX-License-Identifier: GPL-3.0-or-later
// SshServer: a real sshd on a free port of 127.0.0.1 with keys and a folder of its own, for the user who runs the
// test, root or not. It and everything below it end with this object.
#pragma once

#include <core/channel/ssh_target.h>

#include <QProcess>
#include <QTemporaryDir>

#include <vector>

namespace podleaf::tests {

class SshServer {
public:
    /// `extra` are lines of sshd_config that go before ours; the first one of a keyword counts.
    explicit SshServer(const QByteArray& extra = {});
    ~SshServer();
    SshServer(const SshServer&) = delete;
    SshServer& operator=(const SshServer&) = delete;

    /// Empty when it listens, else why not.
    [[nodiscard]] QString problem() const { return m_problem; }
    /// How to log in: with the key in memory.
    [[nodiscard]] channel::SshTarget target() const;
    /// A file or folder of this server's own.
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] QByteArray read(const QString& name) const;

    /// SIGKILL to sshd and everything below it. From any thread.
    void kill() const;
    /// The processes of sshd that serve a connection; the programs that run over it are their children.
    [[nodiscard]] std::vector<pid_t> connections() const;
    /// SIGKILL, SIGSTOP…: to each of them.
    void signalConnections(int signal) const;
    void signalListener(int signal) const;
    /// Makes one more pair of keys, NAME and NAME.pub in the folder.
    bool makeKey(const QString& name, const QString& type = QStringLiteral("ed25519"), const QString& passphrase = {}) const;

private:
    void launch(const QByteArray& extra);

    QTemporaryDir m_folder;
    QProcess m_process;
    std::uint16_t m_port = 0;
    pid_t m_pid = 0;
    QString m_problem;
};

/// The children of a process, from /proc.
std::vector<pid_t> childrenOf(pid_t parent);

} // namespace podleaf::tests
