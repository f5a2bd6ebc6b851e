// SPDX-License-Identifier: GPL-3.0-or-later
#include "host_census.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

namespace podleaf::test {

namespace {

QByteArray readAll(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QSet<QString> entriesOf(const QString& folder) {
    const QStringList names = QDir(folder).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden | QDir::System);
    QSet<QString> paths;
    for (const QString& name : names) {
        paths.insert(folder + QLatin1Char('/') + name);
    }
    return paths;
}

/// Names of programs that only a lab of a test runs on this machine.
bool isLabProgram(const QByteArray& name) {
    static const QSet<QByteArray> kNames{"zebra", "bgpd", "dnsmasq", "udhcpc", "nginx", "podleaf-labhost"};
    return kNames.contains(name);
}

} // namespace

Census Census::take(const QString& runFolder) {
    Census census;
    static const QRegularExpression kNumber(QStringLiteral("^[0-9]+$"));
    const QStringList pids = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs).filter(kNumber);
    for (const QString& pid : pids) {
        const QString folder = QStringLiteral("/proc/") + pid;
        const QByteArray name = readAll(folder + QStringLiteral("/comm")).trimmed();
        // One that has ended holds nothing; when it goes from the list is a matter of its parent, which may be slow.
        const QByteArray stat = readAll(folder + QStringLiteral("/stat"));
        if (name.isEmpty() || stat.mid(stat.lastIndexOf(')') + 2, 1) == "Z") {
            continue;
        }
        // comm is cut at 15 characters: "podleaf-labhost" is exactly 15.
        if (isLabProgram(name)) {
            census.processes.insert(pid + QLatin1Char(' ') + QString::fromUtf8(name));
        }
        for (const char* kind : {"net", "mnt", "pid", "uts", "ipc"}) {
            const QString target = QFile::symLinkTarget(folder + QStringLiteral("/ns/") + QLatin1String(kind));
            if (!target.isEmpty()) {
                census.namespaces.insert(target.section(QLatin1Char('/'), -1));
            }
        }
    }
    const QList<QByteArray> mounts = readAll(QStringLiteral("/proc/self/mountinfo")).split('\n');
    for (const QByteArray& line : mounts) {
        census.mounts.insert(QString::fromUtf8(line.split(' ').value(4)));
    }
    for (const QString& folder :
         {runFolder, QStringLiteral("/var/tmp/frr"), QStringLiteral("/run/netns"), QStringLiteral("/var/run/frr")}) {
        census.folders.unite(entriesOf(folder));
    }
    census.interfaces = entriesOf(QStringLiteral("/sys/class/net"));
    return census;
}

QString Census::leftSince(const Census& earlier) const {
    QString text;
    const auto add = [&text](const char* what, QSet<QString> now, const QSet<QString>& before) {
        const QSet<QString> left = now.subtract(before);
        for (const QString& name : left) {
            text += QLatin1String(what) + QLatin1Char(' ') + name + QLatin1Char('\n');
        }
    };
    add("namespace", namespaces, earlier.namespaces);
    add("process", processes, earlier.processes);
    add("mount", mounts, earlier.mounts);
    add("folder", folders, earlier.folders);
    add("interface", interfaces, earlier.interfaces);
    return text;
}

} // namespace podleaf::test
