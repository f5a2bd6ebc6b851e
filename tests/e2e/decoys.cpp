// SPDX-License-Identifier: GPL-3.0-or-later
#include "decoys.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <sys/mount.h>
#include <unistd.h>

namespace podleaf::test {

namespace {

constexpr const char* kNote = "not a lab's\n";

QString s(const char* text) {
    return QString::fromLatin1(text);
}

bool succeeds(const QStringList& command) {
    QProcess process;
    process.setStandardOutputFile(QProcess::nullDevice());
    process.start(command.first(), command.mid(1));
    return process.waitForFinished() && process.exitCode() == 0;
}

QByteArray readAll(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

Decoys::Decoys(QString parent, QString runFolder) : m_parent(std::move(parent)), m_runFolder(std::move(runFolder)) {
    makeFolder(m_parent + s("/somebodys"));
    makeFolder(m_runFolder + s("/notes"));
    makeProcess(s("a process"), {s("sleep"), s("1000")});
    makeProcess(s("a process in a network of its own"),
                {s("unshare"), s("--user"), s("--map-root-user"), s("--net"), s("sleep"), s("1000")});
    if (::geteuid() == 0) {
        makeHostThings();
    }
}

Decoys::~Decoys() {
    for (const auto& process : m_processes) {
        process->kill();
        process->waitForFinished();
    }
    if (m_hostThings) {
        succeeds({s("ip"), s("netns"), s("delete"), s("podleaf-decoy")});
        succeeds({s("ip"), s("link"), s("delete"), s("decoy-br")});
        succeeds({s("ip"), s("link"), s("delete"), s("decoy-a")});
        ::umount2(QFile::encodeName(m_parent + s("/podleaf")).constData(), MNT_DETACH);
    }
    QDir(m_runFolder + s("/notes")).removeRecursively();
}

void Decoys::makeFolder(const QString& path) {
    QDir().mkpath(path);
    QFile file(path + s("/lab.yaml"));
    if (file.open(QIODevice::WriteOnly)) {
        file.write(kNote);
    }
    m_checks.push_back({path, [path] { return readAll(path + s("/lab.yaml")) == kNote; }});
}

void Decoys::makeProcess(const QString& what, const QStringList& command) {
    m_processes.push_back(std::make_unique<QProcess>());
    QProcess* process = m_processes.back().get();
    process->start(command.first(), command.mid(1));
    process->waitForStarted();
    m_checks.push_back({what, [process] { return process->state() == QProcess::Running && !process->waitForFinished(0); }});
}

void Decoys::makeHostThings() {
    m_hostThings = true;
    succeeds({s("ip"), s("netns"), s("add"), s("podleaf-decoy")});
    m_checks.push_back({s("a named network namespace"), [] {
                            return succeeds({s("ip"), s("-n"), s("podleaf-decoy"), s("link"), s("show"), s("lo")});
                        }});
    succeeds({s("ip"), s("link"), s("add"), s("decoy-br"), s("type"), s("bridge")});
    succeeds({s("ip"), s("link"), s("add"), s("decoy-a"), s("type"), s("veth"), s("peer"), s("decoy-b")});
    for (const QString& name : {s("decoy-br"), s("decoy-a"), s("decoy-b")}) {
        m_checks.push_back({name, [name] { return QFileInfo::exists(s("/sys/class/net/") + name); }});
    }
    const QString folder = m_parent + s("/podleaf");
    QDir().mkpath(folder);
    ::mount("decoy", QFile::encodeName(folder).constData(), "tmpfs", 0, "size=64k");
    makeFolder(folder + s("/tutorial"));
    m_checks.push_back({s("a mount"), [folder] {
                            return readAll(s("/proc/self/mountinfo")).contains(QByteArray(' ' + QFile::encodeName(folder) + ' '));
                        }});
}

QString Decoys::touched() const {
    QString text;
    for (const Check& check : m_checks) {
        text += check.isThere() ? QString() : QString(check.what + QLatin1Char('\n'));
    }
    return text;
}

} // namespace podleaf::test
