// SPDX-License-Identifier: GPL-3.0-or-later
// Whether this host can run labs of namespaces: what it has, and what the lab host may do. Any thread.
#include "labhost_start.h"
#include "namespace_engine.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <array>

namespace podleaf::engine {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("NamespaceEngine", source);
}

struct Needed {
    const char* program;
    const char* package;
    std::array<const char*, 3> folders;
};

constexpr std::array<const char*, 3> kBin{"/usr/sbin", "/usr/bin", "/usr/local/bin"};
constexpr std::array<Needed, 7> kNeeded{{{"zebra", "frr", {"/usr/lib/frr", "/usr/lib64/frr", "/usr/libexec/frr"}},
                                         {"bgpd", "frr", {"/usr/lib/frr", "/usr/lib64/frr", "/usr/libexec/frr"}},
                                         {"dnsmasq", "dnsmasq-base", kBin},
                                         {"udhcpc", "udhcpc", kBin},
                                         {"nginx", "nginx-light", kBin},
                                         {"curl", "curl", kBin},
                                         {"ip", "iproute2", kBin}}};

bool isInstalled(const Needed& needed) {
    for (const char* folder : needed.folders) {
        if (QFileInfo(QString::fromLatin1(folder) + QLatin1Char('/') + QLatin1String(needed.program)).isExecutable()) {
            return true;
        }
    }
    return false;
}

bool knowsOverlay() {
    QFile file(QStringLiteral("/proc/filesystems"));
    return file.open(QIODevice::ReadOnly) && file.readAll().contains("\toverlay\n");
}

/// A module that is not loaded yet is loaded by the first mount.
bool hasOverlayModule() {
    QFile release(QStringLiteral("/proc/sys/kernel/osrelease"));
    if (!release.open(QIODevice::ReadOnly)) {
        return false;
    }
    QFile modules(QStringLiteral("/lib/modules/%1/modules.dep").arg(QString::fromUtf8(release.readAll().trimmed())));
    return modules.open(QIODevice::ReadOnly) && modules.readAll().contains("/overlay.ko");
}

bool hasNamespaces() {
    for (const char* kind : {"net", "mnt", "pid", "uts", "ipc"}) {
        if (!QFileInfo::exists(QStringLiteral("/proc/self/ns/") + QLatin1String(kind))) {
            return false;
        }
    }
    return true;
}

QString summaryOf(Rights rights) {
    switch (rights) {
    case Rights::Root:
        return text("Namespaces, as root");
    case Rights::UserNamespace:
        return text("Namespaces, without root");
    case Rights::UserNamespaceWithOneId:
        break;
    }
    return text("Namespaces, without root, with one user id");
}

} // namespace

Probe probeNamespaces(OpContext& context, const QString& labhostProgram) {
    Probe probe;
    const auto lacks = [&probe](const QString& problem, const QString& remedy) {
        probe.problems.append(problem);
        probe.remedies.append(remedy);
    };
    const auto rights = probeRights(context, labhostProgram);
    if (!rights) {
        const Error& error = rights.error();
        lacks(error.detail.isEmpty() ? error.message : error.message + QLatin1Char('\n') + error.detail, error.hint);
    }
    if (!hasNamespaces()) {
        lacks(text("This kernel has no network, mount, pid, uts or ipc namespaces."), QStringLiteral("apt-get install linux-image-amd64"));
    }
    if (!knowsOverlay() && !hasOverlayModule()) {
        lacks(text("This kernel has no overlay file system."), QStringLiteral("modprobe overlay"));
    }
    for (const Needed& needed : kNeeded) {
        if (!isInstalled(needed)) {
            lacks(text("The program %1 is not installed.").arg(QLatin1String(needed.program)),
                  QStringLiteral("apt-get install ") + QLatin1String(needed.package));
        }
    }
    probe.usable = probe.problems.isEmpty();
    probe.summary = text("Namespaces, not usable on this host yet");
    if (probe.usable) {
        probe.summary = summaryOf(*rights);
    }
    return probe;
}

} // namespace podleaf::engine
