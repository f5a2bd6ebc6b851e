// SPDX-License-Identifier: GPL-3.0-or-later
// The tutorial on real Kubernetes: kubeadm on the lab's own cables, the router pods, nginx from every host, a killed bgpd
// that nobody notices, and nothing left. Needs root and what `podleaf kube fetch` gets.
#include <tests/e2e/host_census.h>
#include <tests/e2e/podleaf_program.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using podleaf::test::Census;
using podleaf::test::PodleafProgram;
using podleaf::test::ProgramResult;
using namespace Qt::StringLiterals;

namespace {

const QString kLab = u"tutorial-kubernetes"_s;
constexpr int kUpSeconds = 240;

} // namespace

class ClusterLabTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void comesUpAsIntended();
    void isUpAlready();
    void nginxAnswersEveryHost();
    void namesAreResolvedInPods();
    void scales();
    void aKilledBgpdIsNotNoticed();

private:
    [[nodiscard]] PodleafProgram podleaf() const { return PodleafProgram(m_folder.path() + u"/run"_s); }
    [[nodiscard]] ProgramResult in(const QString& node, const QStringList& command) const {
        return podleaf().run(QStringList{u"exec"_s, kLab, node, u"--"_s} + command, kUpSeconds);
    }
    [[nodiscard]] QString kubectl(const QStringList& arguments) const {
        return QString::fromUtf8(in(u"host1"_s, QStringList{u"kubectl"_s} + arguments).output).trimmed();
    }
    [[nodiscard]] QStringList podAddresses() const {
        return kubectl({u"get"_s, u"pods"_s, u"-l"_s, u"app=my-nginx"_s, u"-o"_s, u"jsonpath={.items[*].status.podIP}"_s})
            .split(u' ', Qt::SkipEmptyParts);
    }
    /// Of one request for a page; "000" where nothing answers.
    [[nodiscard]] QByteArray codeOf(const QString& node, const QString& address) const {
        return in(node, {u"curl"_s, u"-s"_s, u"-m"_s, u"2"_s, u"-o"_s, u"/dev/null"_s, u"-w"_s, u"%{http_code}"_s, u"http://"_s + address})
            .output;
    }

    void verifyAnswers(const QString& node, const QString& address) const {
        QTRY_COMPARE_WITH_TIMEOUT(codeOf(node, address), QByteArray("200"), 5000);
    }

    QTemporaryDir m_folder{QDir::homePath() + u"/.cache/podleaf-test-XXXXXX"_s}; ///< On a disk, as containers need.
    Census m_before;
};

void ClusterLabTest::initTestCase() {
    QVERIFY(m_folder.isValid());
    m_before = Census::take(m_folder.path() + u"/run"_s);
}

void ClusterLabTest::cleanupTestCase() {
    QCOMPARE(podleaf().run({u"down"_s, kLab}).exitCode, 0);
    QString left;
    QTRY_VERIFY2_WITH_TIMEOUT((left = Census::take(m_folder.path() + u"/run"_s).leftSince(m_before)).isEmpty(), qPrintable(left), 5000);
    QCOMPARE(podleaf().run({u"gc"_s, u"--prove"_s, u"--json"_s}).json()[u"leftovers"_s].toArray().size(), 0);
}

void ClusterLabTest::comesUpAsIntended() {
    const ProgramResult up = podleaf().run({u"up"_s, kLab}, kUpSeconds);
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    const QJsonObject status = podleaf().status(kLab);
    QCOMPARE(status[u"phase"_s].toString(), u"up"_s);
    const QJsonArray sessions = status[u"sessions"_s].toArray();
    QCOMPARE(sessions.size(), 6);
    QVERIFY(std::ranges::all_of(sessions, [](const QJsonValue& each) { return each[u"state"_s].toString() == u"Established"_s; }));
    const QString ready = kubectl({u"get"_s, u"nodes"_s, u"-o"_s, u"jsonpath={.items[*].spec.podCIDR}"_s});
    QCOMPARE(ready, u"10.20.0.0/24 10.20.1.0/24 10.20.2.0/24"_s); // as the lab file gives them
    const QString rolled = kubectl({u"rollout"_s, u"status"_s, u"deployment/my-nginx"_s, u"--timeout=60s"_s});
    QVERIFY2(rolled.contains(u"successfully rolled out"_s), qPrintable(rolled));
}

void ClusterLabTest::isUpAlready() {
    QCOMPARE(podleaf().run({u"up"_s, kLab}, kUpSeconds).output, QByteArray("Nothing to do.\n"));
}

/// Each pod, the Service and its port on each node. The rules of kube-proxy come up to a second after a pod is ready.
void ClusterLabTest::nginxAnswersEveryHost() {
    QStringList targets = podAddresses();
    QCOMPARE(targets.size(), 2);
    targets << kubectl({u"get"_s, u"service"_s, u"my-nginx"_s, u"-o"_s, u"jsonpath={.spec.clusterIP}"_s});
    const QString port = kubectl({u"get"_s, u"service"_s, u"my-nginx"_s, u"-o"_s, u"jsonpath={.spec.ports[0].nodePort}"_s});
    targets << u"172.16.0.2:"_s + port << u"172.16.0.6:"_s + port << u"172.16.0.10:"_s + port;
    for (const QString& host : {u"host1"_s, u"host2"_s, u"host3"_s}) {
        for (const QString& target : targets) {
            verifyAnswers(host, target);
        }
    }
}

void ClusterLabTest::namesAreResolvedInPods() {
    const auto page = [this] {
        return kubectl({u"exec"_s, u"deployment/client"_s, u"--"_s, u"curl"_s, u"-s"_s, u"-m"_s, u"3"_s, u"http://my-nginx/who"_s});
    };
    QTRY_VERIFY_WITH_TIMEOUT(page().contains(u"asked by 10.20."_s), 20000); // not from a node's address: nothing is masqueraded
}

void ClusterLabTest::scales() {
    const QString wait = u"--timeout=90s"_s;
    QVERIFY(kubectl({u"scale"_s, u"deployment/my-nginx"_s, u"--replicas=10"_s}).contains(u"scaled"_s));
    QVERIFY(kubectl({u"rollout"_s, u"status"_s, u"deployment/my-nginx"_s, wait}).contains(u"successfully rolled out"_s));
    const QStringList addresses = podAddresses();
    QCOMPARE(addresses.size(), 10);
    for (const QString& address : addresses) {
        verifyAnswers(u"host1"_s, address);
    }
    QVERIFY(kubectl({u"scale"_s, u"deployment/my-nginx"_s, u"--replicas=2"_s}).contains(u"scaled"_s));
    QTRY_COMPARE_WITH_TIMEOUT(podAddresses().size(), 2, 60000);
}

/// It is the router pod's: graceful restart holds the routes until podleaf-router has started it again.
void ClusterLabTest::aKilledBgpdIsNotNoticed() {
    const QString address = podAddresses().value(0);
    const QString node = kubectl({u"get"_s, u"pods"_s, u"-l"_s, u"app=my-nginx"_s, u"-o"_s, u"jsonpath={.items[0].spec.nodeName}"_s});
    const QString from = node == u"host2"_s ? u"host3"_s : u"host2"_s;
    QCOMPARE(in(node, {u"pkill"_s, u"-9"_s, u"bgpd"_s}).exitCode, 0);
    for (int i = 0; i < 30; ++i) {
        QCOMPARE(codeOf(from, address), QByteArray("200"));
    }
    QVERIFY(podleaf().waitForStatus(kLab, [](const QJsonObject& status) {
        const QJsonArray sessions = status[u"sessions"_s].toArray();
        return std::ranges::all_of(sessions, [](const QJsonValue& each) { return each[u"state"_s].toString() == u"Established"_s; });
    }));
}

QTEST_GUILESS_MAIN(ClusterLabTest)
#include "tst_cluster_lab.moc"
