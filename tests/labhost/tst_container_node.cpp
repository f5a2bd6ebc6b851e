// SPDX-License-Identifier: GPL-3.0-or-later
// A node that runs containers, as root: what it sees as its own, a container of a real runc in it, and that nothing of it stays
// on the host: not after its removal, nor after kill -9 of the lab host.
#include "lab_under_test.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace podleaf;
using namespace Qt::StringLiterals;

namespace {

const NodeId kNode(u"kube"_s);

/// The host's control groups of the lab under test.
QStringList groupsOnHost() {
    QStringList found;
    const QDir all(u"/sys/fs/cgroup"_s);
    for (const QString& folder : all.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QString group = all.filePath(folder) + u"/podleaf-lab"_s;
        if (QFileInfo::exists(group)) {
            found << group;
        }
    }
    return QFileInfo::exists(all.filePath(u"podleaf-lab"_s)) ? found << all.filePath(u"podleaf-lab"_s) : found;
}

QByteArray textOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class ContainerNodeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void nodeHasItsOwnNamespaces();
    void groupsAreTheNodesOwn();
    void machineWideSettingsStay();
    void stateIsOnADiskAndOutlivesAPowerCycle();
    void stateOfAnotherLabIsLeftAlone();
    void programsAreShownToBeRunOnly();
    void programsThatAreNotThereAreTold();
    void runcRunsAContainer();
    void killedLabHostLeavesNothing();

private:
    [[nodiscard]] channel::CommandResult run(const QStringList& argv, const QByteArray& input = {}) {
        OpContext context = soon();
        auto done = m_lab->engine().channel(kNode)->exec(context, {argv, {}, input});
        return done ? *done : channel::CommandResult{-1, 0, {}, describe(done.error()).toUtf8()};
    }
    [[nodiscard]] Result<> makeNode(const QString& programs = {}) {
        OpContext context = soon();
        return m_lab->engine().create(context, {{kNode, u"kube"_s, {u"cbr0"_s}, true, programs}}, {});
    }
    void startPause(const QString& name);

    std::unique_ptr<QTemporaryDir> m_state;
    std::unique_ptr<LabUnderTest> m_lab;
};

void ContainerNodeTest::init() {
    QCOMPARE(groupsOnHost(), QStringList());
    m_state = std::make_unique<QTemporaryDir>();
    qputenv("PODLEAF_STATE_FOLDER", QFile::encodeName(m_state->path()));
    auto lab = LabUnderTest::start({});
    VERIFY_OK(lab);
    m_lab = *std::move(lab);
    VERIFY_OK(makeNode());
}

void ContainerNodeTest::cleanup() {
    m_lab.reset();
    QTRY_COMPARE_WITH_TIMEOUT(groupsOnHost(), QStringList(), 5000);
    QTRY_VERIFY_WITH_TIMEOUT(!QFileInfo::exists(m_state->path() + u"/lab"_s), 5000);
}

void ContainerNodeTest::nodeHasItsOwnNamespaces() {
    for (const QString& kind : {u"cgroup"_s, u"ipc"_s, u"mnt"_s, u"net"_s, u"pid"_s, u"uts"_s}) {
        const QString link = u"/proc/self/ns/"_s + kind;
        const channel::CommandResult inside = run({u"readlink"_s, link});
        QVERIFY2(inside.ok(), inside.errorOutput.constData());
        QVERIFY(QString::fromLatin1(inside.output).trimmed() != QFile::symLinkTarget(link).section(u'/', -1));
    }
    QVERIFY(run({u"cat"_s, u"/proc/1/mountinfo"_s}).output.contains(" / / rw,relatime shared:"));
    QVERIFY(run({u"test"_s, u"-c"_s, u"/dev/kmsg"_s}).ok());
}

void ContainerNodeTest::groupsAreTheNodesOwn() {
    const QByteArray own = run({u"cat"_s, u"/proc/self/cgroup"_s}).output;
    for (const QByteArray& line : own.trimmed().split('\n')) { // "4:memory:/"
        const QByteArray path = line.split(':').value(2);
        QVERIFY2(path == "/" || path == "/init", own.constData());
    }
    QVERIFY(
        run({u"sh"_s, u"-c"_s,
             u"for group in /sys/fs/cgroup/memory /sys/fs/cgroup; do [ -e $group/cgroup.procs ] && mkdir $group/below && exit; done; exit 1"_s})
            .ok());
    bool isBelowOurs = false;
    for (const QString& group : groupsOnHost()) {
        isBelowOurs = isBelowOurs || QFileInfo::exists(group + u"/kube/below"_s);
    }
    QVERIFY(isBelowOurs);
}

void ContainerNodeTest::machineWideSettingsStay() {
    const QString setting = u"/proc/sys/vm/overcommit_memory"_s;
    const QByteArray before = textOf(setting);
    QVERIFY(run({u"sh"_s, u"-c"_s, u"echo 7 > "_s + setting}).ok());
    QCOMPARE(run({u"cat"_s, setting}).output, QByteArray("7\n"));
    QCOMPARE(textOf(setting), before);
}

void ContainerNodeTest::stateIsOnADiskAndOutlivesAPowerCycle() {
    for (const QString& folder : {u"/var/lib/containerd"_s, u"/var/lib/kubelet"_s, u"/var/lib/etcd"_s, u"/etc/kubernetes"_s}) {
        const QByteArray type = run({u"stat"_s, u"-f"_s, u"-c"_s, u"%T"_s, folder}).output.trimmed();
        QVERIFY2(!type.isEmpty() && type != "overlayfs" && type != "tmpfs", type.constData());
    }
    QVERIFY(run({u"sh"_s, u"-c"_s, u"echo kept > /etc/kubernetes/a; echo lost > /etc/a"_s}).ok());
    OpContext context = soon();
    VERIFY_OK(m_lab->engine().powerOff(context, kNode));
    QCOMPARE(groupsOnHost().filter(u"/kube"_s), QStringList());
    VERIFY_OK(makeNode());
    QCOMPARE(run({u"cat"_s, u"/etc/kubernetes/a"_s}).output, QByteArray("kept\n"));
    QVERIFY(!run({u"cat"_s, u"/etc/a"_s}).ok());
    // A node that was removed begins anew.
    VERIFY_OK(m_lab->engine().removeParts(context, {kNode}, {}));
    VERIFY_OK(makeNode());
    QVERIFY(!run({u"cat"_s, u"/etc/kubernetes/a"_s}).ok());
}

void ContainerNodeTest::stateOfAnotherLabIsLeftAlone() {
    OpContext context = soon();
    VERIFY_OK(m_lab->engine().removeParts(context, {kNode}, {}));
    QFile mark(m_state->path() + u"/lab/run-folder"_s);
    const QByteArray mine = textOf(mark.fileName());
    QVERIFY(mark.open(QIODevice::WriteOnly) && mark.write("/run/other") == 10);
    mark.close();
    const auto refused = makeNode();
    QVERIFY(!refused);
    QVERIFY2(describe(refused.error()).contains(u"belongs to a lab of the same name in the run folder /run/other"_s),
             qPrintable(describe(refused.error())));
    QVERIFY(mark.open(QIODevice::WriteOnly) && mark.write(mine) == mine.size());
}

void ContainerNodeTest::programsAreShownToBeRunOnly() {
    OpContext context = soon();
    VERIFY_OK(m_lab->engine().removeParts(context, {kNode}, {}));
    const QTemporaryDir programs;
    const QString own = programs.filePath(u"podleaf-test-tool"_s);
    QVERIFY(QFile::copy(u"/bin/echo"_s, own));
    VERIFY_OK(makeNode(programs.path()));
    QCOMPARE(run({u"podleaf-test-tool"_s, u"hello"_s}).output, QByteArray("hello\n")); // PATH has them
    QVERIFY(run({u"test"_s, u"-x"_s, u"/usr/lib/podleaf/kubernetes/podleaf-test-tool"_s}).ok());
    QVERIFY(!run({u"touch"_s, u"/usr/lib/podleaf/kubernetes/podleaf-test-tool"_s}).ok());
    QVERIFY(!run({u"rm"_s, u"/usr/lib/podleaf/kubernetes/podleaf-test-tool"_s}).ok());
    QVERIFY(QFileInfo::exists(own));
    auto listing = m_lab->engine().list(context);
    VERIFY_OK(listing);
    QCOMPARE(listing->nodes.front().spec.programs, programs.path());
    VERIFY_OK(makeNode(programs.path())); // twice is success
    QVERIFY(!makeNode(u"/usr/bin"_s));    // another folder is another node
}

void ContainerNodeTest::programsThatAreNotThereAreTold() {
    OpContext context = soon();
    VERIFY_OK(m_lab->engine().removeParts(context, {kNode}, {}));
    const auto refused = makeNode(m_state->path() + u"/none"_s);
    QVERIFY(!refused);
    QVERIFY2(describe(refused.error()).contains(u"cannot show "_s + m_state->path() + u"/none"_s), qPrintable(describe(refused.error())));
}

/// A container of podleaf-pause, whose root file system is that one program.
void ContainerNodeTest::startPause(const QString& name) {
    const QString bundle = u"/var/lib/containerd/"_s + name;
    QVERIFY(run({u"mkdir"_s, u"-p"_s, bundle + u"/rootfs"_s}).ok());
    OpContext context = soon();
    VERIFY_OK(m_lab->engine().channel(kNode)->upload(context, bundle + u"/rootfs/pause"_s,
                                                     textOf(QStringLiteral(PODLEAF_BIN_DIR "/podleaf-pause")), 0755));
    const channel::CommandResult made = run({u"runc"_s, u"spec"_s, u"--bundle"_s, bundle});
    QVERIFY2(made.ok(), made.errorOutput.constData());
    QJsonObject spec = QJsonDocument::fromJson(run({u"cat"_s, bundle + u"/config.json"_s}).output).object();
    QJsonObject process = spec[u"process"_s].toObject();
    process[u"args"_s] = QJsonArray{u"/pause"_s};
    process[u"terminal"_s] = false;
    spec[u"process"_s] = process;
    VERIFY_OK(m_lab->engine().channel(kNode)->upload(context, bundle + u"/config.json"_s, QJsonDocument(spec).toJson(), 0644));
    const channel::CommandResult started = run({u"runc"_s, u"run"_s, u"--detach"_s, u"--bundle"_s, bundle, name});
    QVERIFY2(started.ok(), started.errorOutput.constData());
}

void ContainerNodeTest::runcRunsAContainer() {
    startPause(u"pause1"_s);
    const QJsonArray list = QJsonDocument::fromJson(run({u"runc"_s, u"list"_s, u"--format"_s, u"json"_s}).output).array();
    QCOMPARE(list.size(), 1);
    QCOMPARE(list[0][u"status"_s].toString(), u"running"_s);
    // Its group is below the node's, and nowhere else.
    qsizetype groups = 0;
    for (const QString& group : groupsOnHost()) {
        QDirIterator below(group + u"/kube"_s, QDir::Dirs | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
        while (below.hasNext()) {
            groups += below.next().endsWith(u"/pause1"_s) ? 1 : 0;
        }
    }
    QVERIFY(groups > 0);
    QVERIFY(run({u"runc"_s, u"delete"_s, u"--force"_s, u"pause1"_s}).ok());
}

void ContainerNodeTest::killedLabHostLeavesNothing() {
    startPause(u"pause2"_s);
    m_lab->killLabhost();
    // The outer process is what would have tidied up. The next lab host of that lab does, when it ends; and gc does at once.
    QVERIFY(!groupsOnHost().isEmpty());
    OpContext context = soon();
    VERIFY_OK(engine::collectGarbage(context, QFileInfo(m_lab->socketPath()).dir().path().section(u'/', 0, -2)));
    QCOMPARE(groupsOnHost(), QStringList());
    QVERIFY(!QFileInfo::exists(m_state->path() + u"/lab"_s));
    VERIFY_OK(makeNode());
}

QTEST_GUILESS_MAIN(ContainerNodeTest)
#include "tst_container_node.moc"
