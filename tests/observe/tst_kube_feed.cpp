// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster's feed: from a control plane without a cluster to one whose API server is watched, through the node's channel; and
// what the collector makes of a control plane that comes and goes.
#include "fake_fabric.h"
#include "observe_text.h"

#include <core/observe/collector.h>
#include <core/observe/kube_feed.h>
#include <tests/fakes/fake_channel.h>
#include <tests/fakes/tutorial_lab.h>
#include <tests/kube/api_server.h>

#include <QJsonArray>
#include <QTest>

#include <condition_variable>
#include <optional>

using namespace podleaf;
using namespace podleaf::observe;
using namespace podleaf::test;

namespace {

const QString kPods = QStringLiteral("/api/v1/pods");
const QString kNodes = QStringLiteral("/api/v1/nodes");
const QString kAdmin = QStringLiteral("/etc/kubernetes/admin.conf");
constexpr std::uint16_t kApiPort = 6443;

QString q(const char* text) {
    return QString::fromLatin1(text);
}

/// What was pushed, as lines.
class Heard {
public:
    void take(const state::Observed& seen) {
        const std::lock_guard lock(m_mutex);
        m_lines.append(toText(seen));
        m_came.notify_all();
    }
    /// Waits until all of these have come, in that order among themselves; what had come then.
    QString waitFor(const QStringList& wanted) {
        std::unique_lock lock(m_mutex);
        m_came.wait_for(lock, std::chrono::seconds(30), [&] {
            qsizetype at = 0;
            for (const QString& line : m_lines) {
                at += at < wanted.size() && line == wanted[at] ? 1 : 0;
            }
            return at == wanted.size();
        });
        return m_lines.join(QLatin1Char('\n'));
    }
    bool has(const QStringList& wanted) {
        const QString came = waitFor(wanted);
        if (!came.contains(wanted.last())) {
            qWarning("%s", qPrintable(came));
        }
        return came.contains(wanted.last());
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_came;
    QStringList m_lines;
};

QJsonObject podOn(const char* host, bool ready) {
    return {{q("spec"), QJsonObject{{q("nodeName"), q(host)}}},
            {q("status"), QJsonObject{{q("phase"), q("Running")},
                                      {q("podIP"), q("10.20.1.5")},
                                      {q("conditions"),
                                       QJsonArray{QJsonObject{{q("type"), q("Ready")}, {q("status"), ready ? q("True") : q("False")}}}}}}};
}

QJsonObject nodeThatIs(bool ready) {
    return {{q("status"), QJsonObject{{q("conditions"), QJsonArray{QJsonObject{{q("type"), q("Ready")},
                                                                               {q("status"), ready ? q("True") : q("False")},
                                                                               {q("message"), ready ? q("posting") : q("stopped")}}}}}}};
}

} // namespace

class TestKubeFeed : public QObject {
    Q_OBJECT

private:
    std::optional<TestAuthority> m_authority;
    std::unique_ptr<ApiServer> m_server;
    std::shared_ptr<fakes::FakeChannel> m_channel;
    std::unique_ptr<Heard> m_heard;
    std::unique_ptr<PollLoop> m_loop;
    std::unique_ptr<KubeFeed> m_feed;

    void makeCluster(const TestAuthority& authority) {
        OpContext context;
        const auto text = kube::writeKubeconfig(authority.kubeconfig(kApiPort), q("admin"));
        static_cast<void>(m_channel->upload(context, kAdmin, text, 0600).has_value());
    }
    void start() {
        m_loop = *PollLoop::open();
        m_feed = std::make_unique<KubeFeed>(*m_loop, KubeFeed::Target{fakes::node("host1"), m_channel, kApiPort},
                                            [this](const state::Observed& seen) { m_heard->take(seen); });
        m_loop->start();
    }

private Q_SLOTS:
    void initTestCase() { m_authority.emplace(); }
    void init() {
        m_heard = std::make_unique<Heard>();
        m_server = std::make_unique<ApiServer>(*m_authority);
        m_channel = std::make_shared<fakes::FakeChannel>();
        m_channel->leadTo(kApiPort, m_server->port());
    }
    void cleanup() {
        if (m_loop) {
            m_loop->stop();
        }
        m_feed.reset();
        m_loop.reset();
        m_server.reset();
        m_heard.reset();
    }

    void tellsOfPodsAndNodes() {
        m_server->put(kPods, q("web"), podOn("host2", true));
        m_server->put(kNodes, q("host1"), nodeThatIs(true));
        makeCluster(*m_authority);
        start();
        QVERIFY(m_heard->has({q("cluster pods default/web@host2 10.20.1.5 Running ready []")}));
        QVERIFY(m_heard->has({q("cluster nodes host1 ready []"), q("cluster up []")}));
        QVERIFY(m_heard->has({q("host1 synced cluster")}));
        m_server->put(kPods, q("web"), podOn("host2", false));
        m_server->put(kNodes, q("host1"), nodeThatIs(false));
        QVERIFY(m_heard->has({q("+cluster pod default/web@host2 10.20.1.5 Running waits []")}));
        QVERIFY(m_heard->has({q("+cluster node host1 waits [stopped]")}));
        m_server->remove(kPods, q("web"));
        QVERIFY(m_heard->has({q("-cluster pod default/web@ -  waits []")}));
    }

    void waitsForTheCluster() {
        start();
        QVERIFY(m_heard->has({q("cluster down [There is no cluster yet.]"), q("host1 synced cluster")}));
        makeCluster(*m_authority);
        QVERIFY(m_heard->has({q("cluster up []")}));
    }

    void findsTheApiServerAgain() {
        makeCluster(*m_authority);
        start();
        QVERIFY(m_heard->has({q("cluster up []")}));
        m_server->listen(false);
        m_server->dropConnections();
        m_server->put(kPods, q("late"), podOn("host3", true));
        m_server->listen(true);
        QVERIFY(m_heard->has({q("cluster up []"), q("+cluster pod default/late@host3 10.20.1.5 Running ready []")}));
        const QString came = m_heard->waitFor({});
        QVERIFY2(came.contains(q("cluster down [The API server does not answer")), qPrintable(came));
    }

    void asksForTheCertificatesOfAClusterThatIsAnother() {
        const TestAuthority old;
        makeCluster(old);
        start();
        QVERIFY(m_heard->has({q("host1 synced cluster")}));
        const QString came = m_heard->waitFor({});
        QVERIFY2(came.contains(q("is not the API server of this cluster")), qPrintable(came));
        makeCluster(*m_authority);
        QVERIFY(m_heard->has({q("cluster up []")}));
    }

    void aCollectorFollowsTheControlPlane() {
        model::Lab lab = fakes::tutorialLab();
        lab.kubernetes = model::Kubernetes{q("1.37.2"), fakes::node("host1"), model::kUsualServices};
        FakeFabric fabric;
        fabric.set("host1", [](FakeNode& node) { node.files.clear(); });
        const auto collector = Collector::start(fabric, lab, {}, [this](const state::Observation& seen) { m_heard->take(seen.what); });
        QVERIFY(collector);
        fabric.emitEvent(engine::Event::Type::NodeAdded, "host1");
        QVERIFY(m_heard->has({q("cluster down [There is no cluster yet.]"), q("host1 synced cluster")}));
        fabric.emitEvent(engine::Event::Type::NodeGone, "host1");
        QVERIFY(m_heard->has({q("cluster down [host1, the control plane, is not there.]")}));
    }
};

QTEST_GUILESS_MAIN(TestKubeFeed)
#include "tst_kube_feed.moc"
