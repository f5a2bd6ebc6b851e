// SPDX-License-Identifier: GPL-3.0-or-later
// Control groups of container nodes on a tree of plain files: which hierarchies a host has, and what is written where.
#include <app/labhost/cgroups.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace podleaf::labhost;
using namespace Qt::StringLiterals;

namespace {

/// A host's mounts, without their first fields.
std::string mountsOf(const char* text) {
    std::string lines;
    for (const QByteArray& line : QByteArray(text).split('\n')) {
        lines += line.isEmpty() ? "" : "31 23 0:28 / " + line.toStdString() + "\n";
    }
    return lines;
}

} // namespace

class CgroupsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hybridHostsHaveBothVersions();
    void version2IsOneHierarchy();
    void boundPartsOfAHierarchyAreNone();
    void version1GroupsInheritProcessors();
    void version2HandsItsControllersOn();
    void groupsGoWithWhatIsBelowThem();
    void hostsWithoutAnySaySo();

private:
    void write(const QString& file, const QByteArray& text) const {
        QVERIFY(QDir().mkpath(QFileInfo(path(file)).path()));
        QFile out(path(file));
        QVERIFY(out.open(QIODevice::WriteOnly) && out.write(text) == text.size());
    }
    [[nodiscard]] QByteArray read(const QString& file) const {
        QFile in(path(file));
        return in.open(QIODevice::ReadOnly) ? in.readAll() : "absent";
    }
    [[nodiscard]] QString path(const QString& file) const { return m_folder.path() + u'/' + file; }
    [[nodiscard]] std::string folder(const char* name) const { return path(QString::fromLatin1(name)).toStdString(); }

    QTemporaryDir m_folder;
};

void CgroupsTest::hybridHostsHaveBothVersions() {
    const auto found = cgroupHierarchies(mountsOf("/sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
                                                  "/sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
                                                  "/sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
                                                  "/sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n"
                                                  "/elsewhere/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"));
    const std::vector<CgroupHierarchy> expected{{"/sys/fs/cgroup/cpu,cpuacct", "cpu,cpuacct", "cpu,cpuacct"},
                                                {"/sys/fs/cgroup/systemd", "none,name=systemd", "systemd"},
                                                {"/sys/fs/cgroup/unified", "", "unified"}};
    QVERIFY(found == expected);
}

void CgroupsTest::version2IsOneHierarchy() {
    const auto found =
        cgroupHierarchies(mountsOf("/sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n"));
    QCOMPARE(found.size(), std::size_t(1));
    QVERIFY(found.front().isUnified() && found.front().name.empty());
}

void CgroupsTest::boundPartsOfAHierarchyAreNone() {
    QVERIFY(cgroupHierarchies("31 23 0:28 /docker/1234 /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\nnonsense\n- -\n").empty());
}

void CgroupsTest::version1GroupsInheritProcessors() {
    write(u"cpuset/cpuset.cpus"_s, "0-1\n");
    write(u"cpuset/cpuset.mems"_s, "0\n");
    const Cgroups groups("lab", {{folder("cpuset"), "cpuset", "cpuset"}});
    QVERIFY(QDir().mkpath(path(u"cpuset/podleaf-lab/a"_s)));
    write(u"cpuset/podleaf-lab/cpuset.cpus"_s, "\n"); // as the kernel makes them
    write(u"cpuset/podleaf-lab/cpuset.mems"_s, "\n");
    write(u"cpuset/podleaf-lab/a/cpuset.cpus"_s, "1\n");
    QCOMPARE(groups.make("a"), std::string());
    QCOMPARE(read(u"cpuset/podleaf-lab/cpuset.cpus"_s), QByteArray("0-1\n"));
    QCOMPARE(read(u"cpuset/podleaf-lab/cpuset.mems"_s), QByteArray("0\n"));
    QCOMPARE(read(u"cpuset/podleaf-lab/a/cpuset.cpus"_s), QByteArray("1\n")); // what has some keeps them
}

void CgroupsTest::version2HandsItsControllersOn() {
    write(u"v2/cgroup.controllers"_s, "pids\n");
    const Cgroups groups("lab", {{folder("v2"), "", ""}});
    QVERIFY(QDir().mkpath(path(u"v2/podleaf-lab"_s)));
    write(u"v2/podleaf-lab/cgroup.controllers"_s, "pids\n");
    QCOMPARE(groups.make("a"), std::string());
    QCOMPARE(read(u"v2/cgroup.subtree_control"_s), QByteArray("+pids"));
    QCOMPARE(read(u"v2/podleaf-lab/cgroup.subtree_control"_s), QByteArray("+pids"));
    QVERIFY(QFileInfo(path(u"v2/podleaf-lab/a"_s)).isDir());
    QCOMPARE(read(u"v2/podleaf-lab/a/cgroup.subtree_control"_s), QByteArray("absent")); // its init must get in first
}

void CgroupsTest::groupsGoWithWhatIsBelowThem() {
    const Cgroups groups("lab", {{folder("gone1"), "cpu", "gone1"}, {folder("gone2"), "", ""}});
    for (const char* group :
         {"gone1/podleaf-lab/a/kubepods/x", "gone1/podleaf-lab/b", "gone2/podleaf-lab/a/init", "gone2/podleaf-other/a"}) {
        QVERIFY(QDir().mkpath(path(QString::fromLatin1(group))));
    }
    QVERIFY(groups.remove("a"));
    QVERIFY(QFileInfo::exists(path(u"gone1/podleaf-lab/b"_s)) && !QFileInfo::exists(path(u"gone1/podleaf-lab/a"_s)));
    QVERIFY(groups.remove({}));
    QVERIFY(!QFileInfo::exists(path(u"gone1/podleaf-lab"_s)) && !QFileInfo::exists(path(u"gone2/podleaf-lab"_s)));
    QVERIFY(QFileInfo::exists(path(u"gone2/podleaf-other/a"_s)));
    QVERIFY(groups.remove({})); // nothing is success
}

void CgroupsTest::hostsWithoutAnySaySo() {
    QCOMPARE(Cgroups("lab", {}).make("a"), std::string("no control groups are mounted on this host"));
}

QTEST_GUILESS_MAIN(CgroupsTest)
#include "tst_cgroups.moc"
