// SPDX-License-Identifier: GPL-3.0-or-later
#include "ssh_server.h"

#include "loopback.h"

#include <QDir>
#include <QFile>

#include <csignal>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace podleaf::tests {

namespace {

void killAll(const std::vector<pid_t>& processes) {
    for (const pid_t process : processes) {
        const std::vector<pid_t> below = childrenOf(process);
        ::kill(process, SIGKILL);
        killAll(below);
    }
}

} // namespace

std::vector<pid_t> childrenOf(pid_t parent) {
    std::vector<pid_t> children;
    const QStringList names = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs);
    for (const QString& name : names) {
        QFile stat(QStringLiteral("/proc/%1/stat").arg(name));
        if (name[0].isDigit() && stat.open(QIODevice::ReadOnly)) {
            const QByteArray line = stat.readAll(); // "pid (name) state parent …", and a name may hold anything
            const QList<QByteArray> words = line.mid(line.lastIndexOf(')') + 2).split(' ');
            if (words.value(1).toLongLong() == parent) {
                children.push_back(name.toInt());
            }
        }
    }
    return children;
}

SshServer::SshServer(const QByteArray& extra) {
    if (::geteuid() == 0) {
        ::mkdir("/run/sshd", 0755); // sshd's own folder for its unprivileged part; its package leaves that to systemd
    }
    if (!makeKey(QStringLiteral("host_key")) || !makeKey(QStringLiteral("user_key"))) {
        m_problem = QStringLiteral("ssh-keygen does not make keys.");
        return;
    }
    constexpr int kAttempts = 5; // somebody else may take the port in between
    for (int i = 0; i < kAttempts && m_pid == 0; ++i) {
        launch(extra);
    }
}

SshServer::~SshServer() {
    kill();
    m_process.waitForFinished();
}

void SshServer::kill() const {
    if (m_pid != 0) {
        killAll({m_pid});
    }
}

bool SshServer::makeKey(const QString& name, const QString& type, const QString& passphrase) const {
    return QProcess::execute(QStringLiteral("ssh-keygen"), {QStringLiteral("-q"), QStringLiteral("-t"), type, QStringLiteral("-N"),
                                                            passphrase, QStringLiteral("-f"), path(name)}) == 0;
}

void SshServer::launch(const QByteArray& extra) {
    m_port = freePort();
    QFile config(path(QStringLiteral("sshd_config")));
    if (!config.open(QIODevice::WriteOnly)) {
        m_problem = config.errorString();
        return;
    }
    // At that depth bash reads no ~/.bashrc: the one of whoever runs the test is nothing to rely on.
    config.write(extra + "\nSetEnv SHLVL=2\nListenAddress 127.0.0.1\nPort " + QByteArray::number(m_port) +
                 "\nStrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\nPermitRootLogin yes\nHostKey " +
                 path(QStringLiteral("host_key")).toUtf8() + "\nAuthorizedKeysFile " + path(QStringLiteral("user_key.pub")).toUtf8() +
                 "\n");
    config.close();
    const QStringList arguments{QStringLiteral("-D"), QStringLiteral("-e"), QStringLiteral("-f")};
    if (startServer(m_process, QStringLiteral("/usr/sbin/sshd"), arguments, config.fileName(), m_port)) {
        m_pid = static_cast<pid_t>(m_process.processId());
        m_problem.clear();
    } else {
        m_problem = QStringLiteral("sshd does not start: ") + wordsOf(config.fileName());
    }
}

channel::SshTarget SshServer::target() const {
    channel::SshTarget target;
    target.node = QStringLiteral("host1");
    target.host = QStringLiteral("127.0.0.1");
    target.port = m_port;
    target.user = QString::fromUtf8(::getpwuid(::geteuid())->pw_name); // NOLINT(concurrency-mt-unsafe): before any thread
    target.hostKey = read(QStringLiteral("host_key.pub"));
    target.key = channel::SshKeyText{read(QStringLiteral("user_key"))};
    return target;
}

QByteArray SshServer::read(const QString& name) const {
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

std::vector<pid_t> SshServer::connections() const {
    return childrenOf(m_pid);
}

void SshServer::signalListener(int signal) const {
    ::kill(m_pid, signal);
}

void SshServer::signalConnections(int signal) const {
    for (const pid_t process : connections()) {
        ::kill(process, signal);
        for (const pid_t below : childrenOf(process)) {
            QFile name(QStringLiteral("/proc/%1/comm").arg(below));
            if (name.open(QIODevice::ReadOnly) && name.readAll().startsWith("sshd")) {
                ::kill(below, signal); // the unprivileged half, where there is one
            }
        }
    }
}

} // namespace podleaf::tests
