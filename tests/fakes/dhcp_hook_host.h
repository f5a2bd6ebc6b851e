// SPDX-License-Identifier: GPL-3.0-or-later
// DhcpHookHost: a folder that holds what a host does, in which udhcpc's script runs as there: `ip` and `vtysh` only record
// what they are asked.
#pragma once

#include <core/blueprint/blueprint.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace podleaf::fakes {

/// A bound Unix socket at a path, so that the hook takes a daemon for running.
class FakeVty {
public:
    explicit FakeVty(const QString& path) : m_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const QByteArray name = QFile::encodeName(path);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (static_cast<std::size_t>(name.size()) < sizeof address.sun_path) {
            std::memcpy(address.sun_path, name.constData(), static_cast<std::size_t>(name.size()));
            m_bound = ::bind(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        }
    }
    ~FakeVty() { ::close(m_fd); }
    FakeVty(const FakeVty&) = delete;
    FakeVty& operator=(const FakeVty&) = delete;
    [[nodiscard]] bool isBound() const { return m_bound; }

private:
    int m_fd;
    bool m_bound = false;
};

class DhcpHookHost {
public:
    DhcpHookHost() {
        model::Lab lab;
        lab.addressPlan = {*Ipv4Prefix::parse(u"172.16.0.0/16"), *Ipv4Prefix::parse(u"10.255.0.0/24"), *Ipv4Prefix::parse(u"10.20.0.0/16"),
                           24};
        lab.nodes = {{NodeId(QStringLiteral("host1")), model::NodeKind::Host, 1, {}, {}}};
        for (const blueprint::File& file : blueprint::blueprintOf(lab, lab.nodes[0]).files) {
            m_whole = write(file.path.toLatin1().constData() + 1, file.content, (file.mode & 0100U) != 0) && m_whole;
        }
        m_whole = write("bin/ip", "#!/bin/sh\necho \"ip $*\" >>\"$PODLEAF_ROOT/log\"; cat >>\"$PODLEAF_ROOT/log\"\n", true) && m_whole;
        m_whole = write("bin/vtysh", "#!/bin/sh\nfor a; do [ \"$a\" = -c ] || echo \"vtysh $a\"; done >>\"$PODLEAF_ROOT/log\"\n", true) &&
                  m_whole && QDir().mkpath(path("var/run/frr"));
        for (const char* port : {"eth1", "eth2"}) {
            m_whole = QDir().mkpath(path("sys/class/net/") + QLatin1String(port)) && m_whole;
        }
    }

    /// All of it could be written.
    [[nodiscard]] bool isWhole() const { return m_whole; }
    [[nodiscard]] QString path(const char* relative = "") const {
        return m_folder.path() + QLatin1Char('/') + QString::fromLatin1(relative);
    }
    [[nodiscard]] QString hook() const { return path("usr/lib/podleaf/dhcp-hook"); }
    /// What the hook is told of where it is: names and values.
    [[nodiscard]] QList<std::pair<QString, QString>> environment() const {
        return {{QStringLiteral("PODLEAF_ROOT"), m_folder.path()},
                {QStringLiteral("PODLEAF_PATH"), path("bin") + QStringLiteral(":/usr/bin:/bin")}};
    }
    [[nodiscard]] bool write(const char* relative, const QByteArray& content, bool executable = false) const {
        QDir().mkpath(QFileInfo(path(relative)).path());
        QFile file(path(relative));
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() &&
               (!executable || file.setPermissions(file.permissions() | QFile::ExeOwner));
    }
    [[nodiscard]] QByteArray read(const char* relative) const {
        QFile file(path(relative));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// What was run since the last call.
    QByteArray takeLog() const {
        QByteArray log = read("log");
        QFile::remove(path("log"));
        return log;
    }
    /// Files and folders that nobody should have made.
    [[nodiscard]] QStringList strangers() const {
        QStringList made = QDir(m_folder.path()).entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::Hidden);
        for (const char* known : {"bin", "etc", "run", "sys", "usr", "var"}) {
            made.removeOne(QString::fromLatin1(known));
        }
        return made;
    }
    /// Whether a line of the log holds only what the hook's checks let through.
    static bool isChecked(const QByteArray& line) {
        static const QRegularExpression ran(
            QStringLiteral("^(ip -batch -|(address|route) (replace|flush) [a-z0-9./ ]+|vtysh [A-Za-z0-9.:/ -]+|)$"));
        return ran.match(QString::fromLatin1(line)).hasMatch();
    }

private:
    QTemporaryDir m_folder;
    bool m_whole = true;
};

} // namespace podleaf::fakes
