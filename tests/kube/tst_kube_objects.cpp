// SPDX-License-Identifier: GPL-3.0-or-later
// The few sorts of objects: from what an API server of Kubernetes 1.37 sends, shortened, to values; and what makes no sense.
#include <core/kube/objects.h>
#include <core/kube/watches.h>
#include <tests/fakes/outcome.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace podleaf;
using namespace podleaf::kube;
using test::codeOf;

namespace {

QString q(const char* text) {
    return QString::fromUtf8(text);
}

QJsonObject json(const QByteArray& text) {
    QJsonParseError error;
    QJsonObject object = QJsonDocument::fromJson(text, &error).object();
    if (object.isEmpty()) {
        qFatal("%s", qPrintable(error.errorString()));
    }
    return object;
}

Ipv4Address address(const char* text) {
    return Ipv4Address::parse(q(text)).value_or(Ipv4Address());
}

/// The value of `text`, or one that is nothing's.
template <class T>
T read(const char* text) {
    return decode<T>(json(text)).value_or(T());
}

constexpr auto kPod = R"({
  "metadata": {"name": "web-5d-x7", "namespace": "default", "labels": {"app": "web", "tier": "front"}},
  "spec": {"nodeName": "host2", "containers": [{"name": "nginx"}, {"name": "log"}]},
  "status": {"phase": "Running", "podIP": "10.20.2.5",
    "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "%1"}],
    "initContainerStatuses": [{"state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}],
    "containerStatuses": [{"ready": true, "restartCount": 2, "state": {"running": {}}},
                          {"ready": %2, "restartCount": 1, "state": %3}]}})";

Pod pod(const char* ready, const char* secondReady, const char* secondState) {
    const QString text = QString::fromLatin1(kPod).arg(q(ready), q(secondReady), q(secondState));
    return decode<Pod>(json(text.toUtf8())).value_or(Pod());
}

} // namespace

class TestKubeObjects : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aNode();
    void aNodeThatIsNotReady();
    void aPodThatRuns();
    void aPodThatWaits_data();
    void aPodThatWaits();
    void aPodThatNoNodeTakes();
    void aPodThatGoes();
    void aService();
    void aHeadlessService();
    void anEndpointSlice();
    void aDeployment_data();
    void aDeployment();
    void aDaemonSet();
    void aNetworkPolicy();
    void aNamespace();
    void anEvent();
    void nothingWithoutAName();
    void nonsenseIsLeftOut();
    void hostileTextsAreBounded();
    void newsAreReadAsValues();
};

void TestKubeObjects::aNode() {
    const Node node = read<Node>(R"({"metadata": {"name": "host1"}, "spec": {"podCIDR": "10.20.1.0/24"},
        "status": {"conditions": [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": "True", "message": "kubelet is posting ready status"}],
                   "addresses": [{"type": "Hostname", "address": "host1"}, {"type": "InternalIP", "address": "10.1.0.2"}, {"type": "InternalIP", "address": "fd00::1"}]}})");
    const Node expected{q("host1"), true, {}, Ipv4Prefix::parse(u"10.20.1.0/24"), {address("10.1.0.2")}, false};
    QVERIFY(node == expected);
}

void TestKubeObjects::aNodeThatIsNotReady() {
    const Node cordoned = read<Node>(R"({"metadata": {"name": "host1"}, "spec": {"unschedulable": true},
        "status": {"conditions": [{"type": "Ready", "status": "False", "reason": "KubeletNotReady", "message": "cni plugin not initialized"}]}})");
    QVERIFY(!cordoned.isReady && cordoned.isUnschedulable && !cordoned.podCidr);
    QCOMPARE(cordoned.reason, q("cni plugin not initialized"));
    const Node silent = read<Node>(R"({"metadata": {"name": "host1"},
        "status": {"conditions": [{"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"}]}})");
    QVERIFY(!silent.isReady);
    QCOMPARE(silent.reason, q("NodeStatusUnknown"));
}

void TestKubeObjects::aPodThatRuns() {
    const Pod expected{{q("default"), q("web-5d-x7")},
                       q("host2"),
                       address("10.20.2.5"),
                       false,
                       q("Running"),
                       true,
                       2,
                       2,
                       3,
                       false,
                       {},
                       {},
                       {},
                       {{q("app"), q("web")}, {q("tier"), q("front")}}};
    QVERIFY(pod("True", "true", R"({"running": {}})") == expected);
}

void TestKubeObjects::aPodThatWaits_data() {
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* state, const char* reason, const char* message) {
        QTest::newRow(reason) << q(state) << q(reason) << q(message);
    };
    row(R"({"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image \"nginy\""}})", "ImagePullBackOff",
        "Back-off pulling image \"nginy\"");
    row(R"({"waiting": {"reason": "ContainerCreating"}})", "ContainerCreating", "");
    row(R"({"terminated": {"exitCode": 1, "reason": "Error", "message": "no such file"}})", "Error", "no such file");
    row(R"({"terminated": {"exitCode": 0, "reason": "Completed"}})", "", "");
}
void TestKubeObjects::aPodThatWaits() {
    QFETCH(QString, state);
    const Pod waiting = pod("False", "false", state.toUtf8().constData());
    QVERIFY(!waiting.isReady);
    QCOMPARE(waiting.readyContainers, 1);
    QTEST(waiting.waitingReason, "reason");
    QTEST(waiting.waitingMessage, "message");
}

void TestKubeObjects::aPodThatNoNodeTakes() {
    const Pod pending = read<Pod>(R"({"metadata": {"name": "web", "namespace": "default"}, "spec": {}, "status": {"phase": "Pending",
        "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available: 3 Insufficient memory."}]}})");
    QCOMPARE(pending.unschedulable, q("0/3 nodes are available: 3 Insufficient memory."));
    QVERIFY(pending.node.isEmpty() && !pending.ip);
}

void TestKubeObjects::aPodThatGoes() {
    Pod expected;
    expected.id = {q("default"), q("web")};
    expected.isTerminating = true;
    expected.isHostNetwork = true;
    const Pod going = read<Pod>(R"({"metadata": {"name": "web", "namespace": "default", "deletionTimestamp": "2026-11-27T20:00:00Z"},
        "spec": {"hostNetwork": true}})");
    QVERIFY(going == expected);
}

void TestKubeObjects::aService() {
    const Service expected{{q("default"), q("web")},
                           q("NodePort"),
                           address("10.96.0.20"),
                           {{q("http"), q("TCP"), 80, q("8080"), 30080}, {q("metrics"), q("TCP"), 9000, q("metrics"), 0}},
                           {{q("app"), q("web")}}};
    QVERIFY(read<Service>(R"({"metadata": {"name": "web", "namespace": "default"}, "spec": {"type": "NodePort", "clusterIP": "10.96.0.20",
        "ports": [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": 8080, "nodePort": 30080},
                  {"name": "metrics", "protocol": "TCP", "port": 9000, "targetPort": "metrics"}],
        "selector": {"app": "web"}}})") == expected);
}

void TestKubeObjects::aHeadlessService() {
    QVERIFY(!read<Service>(R"({"metadata": {"name": "web", "namespace": "default"}, "spec": {"type": "ClusterIP", "clusterIP": "None"}})")
                 .clusterIp);
}

void TestKubeObjects::anEndpointSlice() {
    const EndpointSlice expected{
        {q("default"), q("web-abc")},
        q("web"),
        {{q("http"), q("TCP"), 8080, {}, 0}},
        {{{address("10.20.2.5")}, true, q("host2"), {q("default"), q("web-5d-x7")}}, {{address("10.1.0.9")}, false, {}, {}}}};
    QVERIFY(
        read<EndpointSlice>(R"({"metadata": {"name": "web-abc", "namespace": "default", "labels": {"kubernetes.io/service-name": "web"}},
        "addressType": "IPv4", "ports": [{"name": "http", "protocol": "TCP", "port": 8080}],
        "endpoints": [{"addresses": ["10.20.2.5"], "conditions": {"ready": true}, "nodeName": "host2",
                       "targetRef": {"kind": "Pod", "name": "web-5d-x7", "namespace": "default"}},
                      {"addresses": ["10.1.0.9", "fd00::9"], "conditions": {}}]})") == expected);
}

void TestKubeObjects::aDeployment_data() {
    QTest::addColumn<QString>("conditions");
    QTest::addColumn<QString>("reason");
    QTest::newRow("well") << q(R"([{"type": "Available", "status": "True"}])") << QString();
    QTest::newRow("unavailable")
        << q(R"([{"type": "Available", "status": "False", "message": "Deployment does not have minimum availability."},
                                          {"type": "Progressing", "status": "True"}])")
        << q("Deployment does not have minimum availability.");
    QTest::newRow("stuck") << q(R"([{"type": "Available", "status": "False", "message": "not available"},
                                    {"type": "Progressing", "status": "False", "message": "has timed out progressing."}])")
                           << q("has timed out progressing.");
}
void TestKubeObjects::aDeployment() {
    QFETCH(QString, conditions);
    QFETCH(QString, reason);
    const QString text = q(R"({"metadata": {"name": "web", "namespace": "default"}, "spec": {"replicas": 4},
        "status": {"updatedReplicas": 3, "readyReplicas": 2, "availableReplicas": 1, "conditions": %1}})");
    const Deployment expected{{q("default"), q("web")}, 4, 3, 2, 1, reason};
    QVERIFY(decode<Deployment>(json(text.arg(conditions).toUtf8())).value_or(Deployment()) == expected);
}

void TestKubeObjects::aDaemonSet() {
    const DaemonSet expected{{q("kube-system"), q("agent")}, 3, 3, 2};
    QVERIFY(read<DaemonSet>(R"({"metadata": {"name": "agent", "namespace": "kube-system"},
        "status": {"desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberReady": 2}})") == expected);
}

void TestKubeObjects::aNetworkPolicy() {
    const QJsonObject object = json(R"({"metadata": {"name": "deny", "namespace": "default"}, "spec": {"podSelector": {}}})");
    const auto policy = decode<NetworkPolicy>(object);
    VERIFY_OK(policy);
    QCOMPARE(policy->id.toString(), q("default/deny"));
    QCOMPARE(policy->object, object);
}

void TestKubeObjects::aNamespace() {
    const Namespace expected{q("blue"), {{q("team"), q("a")}}, false};
    QVERIFY(read<Namespace>(R"({"metadata": {"name": "blue", "labels": {"team": "a"}}})") == expected);
}

void TestKubeObjects::anEvent() {
    const Event expected{{q("default"), q("web.17")},    true, q("FailedScheduling"), q("0/3 nodes are available"), q("Pod"),
                         {q("default"), q("web-5d-x7")}, 4};
    QVERIFY(read<Event>(R"({"metadata": {"name": "web.17", "namespace": "default"}, "type": "Warning", "reason": "FailedScheduling",
        "message": "0/3 nodes are available", "count": 4, "involvedObject": {"kind": "Pod", "name": "web-5d-x7", "namespace": "default"}})") ==
            expected);
}

void TestKubeObjects::nothingWithoutAName() {
    QCOMPARE(codeOf(decode<Node>(QJsonObject())), ErrorCode::Protocol);
    const QJsonObject nowhere = json(R"({"metadata": {"name": "web"}})");
    QCOMPARE(codeOf(decode<Pod>(nowhere)), ErrorCode::Protocol);
    QCOMPARE(codeOf(decode<Service>(nowhere)), ErrorCode::Protocol);
    QCOMPARE(codeOf(decode<NetworkPolicy>(nowhere)), ErrorCode::Protocol);
    VERIFY_OK(decode<Namespace>(nowhere));
    QCOMPARE(codeOf(decode<Pod>(json(R"({"metadata": "web", "spec": 1, "status": []})"))), ErrorCode::Protocol);
}

void TestKubeObjects::nonsenseIsLeftOut() {
    const Pod pod = read<Pod>(R"({"metadata": {"name": "web", "namespace": "default", "labels": ["a"]}, "spec": [],
        "status": {"podIP": "10.20.300.1", "phase": 7, "conditions": {"Ready": true}, "containerStatuses": [5, {"restartCount": -3}, {"restartCount": 1e300, "state": "up"}]}})");
    QVERIFY(!pod.ip && !pod.isReady && pod.phase.isEmpty() && pod.labels.empty());
    QCOMPARE(pod.containers, 3);
    QCOMPARE(pod.restarts, 0);
}

void TestKubeObjects::hostileTextsAreBounded() {
    QJsonArray containers;
    for (int i = 0; i < 5000; ++i) {
        containers.append(QJsonObject{{q("restartCount"), 2'000'000'000}});
    }
    const QJsonObject object{
        {q("metadata"), QJsonObject{{q("name"), QString(10'000, QLatin1Char('n'))}, {q("namespace"), q("a\x1b[31m\nb")}}},
        {q("status"), QJsonObject{{q("containerStatuses"), containers},
                                  {q("conditions"), QJsonArray{QJsonObject{{q("type"), q("PodScheduled")},
                                                                           {q("status"), q("False")},
                                                                           {q("message"), QString(100'000, QLatin1Char('m'))}}}}}}};
    const auto pod = decode<Pod>(object);
    VERIFY_OK(pod);
    QCOMPARE(pod->id.name.size(), qsizetype(253));
    QCOMPARE(pod->id.nameSpace, q("a [31m b"));
    QCOMPARE(pod->unschedulable.size(), qsizetype(500));
    QCOMPARE(pod->containers, 1000);
    QCOMPARE(pod->restarts, 1'000'000);
}

void TestKubeObjects::newsAreReadAsValues() {
    const QJsonObject good = json(R"({"metadata": {"name": "blue"}})");
    QStringList told;
    Listener<Namespace> listener;
    listener.all = [&](const std::vector<Namespace>& all) { told << QStringLiteral("all %1").arg(all.size()); };
    listener.seen = [&](const Namespace& one) { told << QStringLiteral("seen ") + one.name; };
    listener.lost = [&](const ObjectName& name) { told << QStringLiteral("lost ") + name.toString(); };
    listener.misread = [&](const Error&) { told << QStringLiteral("misread"); };
    const auto wanted = watchOf<Namespace>(listener);
    QCOMPARE(wanted.resource.plural, q("namespaces"));
    wanted.tell(AllObjects{{good, {}, good}});
    wanted.tell(ObjectSeen{good});
    wanted.tell(ObjectSeen{{}});
    wanted.tell(ObjectLost{{{}, q("blue")}});
    wanted.tell(WatchLive{}); // nobody listens
    wanted.tell(WatchBroken{});
    QCOMPARE(told.join(QLatin1Char(',')), q("misread,all 2,seen blue,misread,lost blue"));
}

QTEST_GUILESS_MAIN(TestKubeObjects)
#include "tst_kube_objects.moc"
