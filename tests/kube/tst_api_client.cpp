// SPDX-License-Identifier: GPL-3.0-or-later
// ApiClient against a server over TLS: what is asked for, what comes back, who is refused, and what ends a call.
#include "api_server.h"

#include <core/kube/api_client.h>
#include <tests/fakes/outcome.h>

#include <QJsonDocument>
#include <QTest>

#include <optional>
#include <thread>

using namespace podleaf;
using namespace podleaf::kube;
using test::ApiServer;
using test::codeOf;
using test::TestAuthority;

namespace {

const QString kPods = QStringLiteral("/api/v1/namespaces/default/pods");
constexpr auto kHang = std::chrono::seconds(30);

OpContext soon() {
    return OpContext().withTimeout(kHang);
}

ObjectName podNamed(const char* name) {
    return {QStringLiteral("default"), QString::fromLatin1(name)};
}

QJsonObject podObject(const char* name) {
    return {{QStringLiteral("metadata"),
             QJsonObject{{QStringLiteral("name"), QString::fromLatin1(name)}, {QStringLiteral("namespace"), QStringLiteral("default")}}}};
}

QJsonObject parsed(const QByteArray& body) {
    return QJsonDocument::fromJson(body).object();
}

} // namespace

class TestApiClient : public QObject {
    Q_OBJECT

private:
    std::optional<TestAuthority> m_authority;
    std::unique_ptr<ApiServer> m_server;

    [[nodiscard]] ApiClient client() const { return clientOf(m_authority->kubeconfig(m_server->port())); }
    static ApiClient clientOf(const Kubeconfig& kubeconfig) { return ApiClient(accessOf(kubeconfig).value_or(ApiAccess())); }

private Q_SLOTS:
    void initTestCase() { m_authority.emplace(); }
    void init() { m_server = std::make_unique<ApiServer>(*m_authority); }
    void cleanup() { m_server.reset(); }

    void getsAnObject();
    void listsAllPages();
    void listsASelection();
    void createsAndMeetsWhatIsThere();
    void patches_data();
    void patches();
    void appliesAsItsManager();
    void removes();
    void readsTexts();
    void servesThreadsAtOnce();
    void tellsWhyItIsRefused();
    void takesNoNonsenseForAnAnswer_data();
    void takesNoNonsenseForAnAnswer();
    void takesChunksOfAnySize();
    void asksNobodyForANameThatIsNone();
    void nobodyListens();
    void aConnectionBreaksOff();
    void anotherServerIsRefused();
    void aServerForAnotherHostIsRefused();
    void aClientThatTheServerDoesNotKnowIsRefused();
    void certificatesThatAreNoneAreAnError();
    void keysOfRsaWorkToo();
    void noProxyIsAsked();
    void endsWithItsContext_data();
    void endsWithItsContext();
};

void TestApiClient::getsAnObject() {
    m_server->put(kPods, QStringLiteral("web"),
                  {{QStringLiteral("status"), QJsonObject{{QStringLiteral("phase"), QStringLiteral("Running")}}}});
    const auto pod = client().getOf<Pod>(soon(), podNamed("web"));
    VERIFY_OK(pod);
    QCOMPARE(pod->phase, QStringLiteral("Running"));
    QCOMPARE(m_server->requests(), QStringList{QStringLiteral("GET ") + kPods + QStringLiteral("/web")});
    const auto none = client().get(soon(), resourceOf<Pod>(), podNamed("none"));
    QCOMPARE(codeOf(none), ErrorCode::NotFound);
    QCOMPARE(none.error().message, QStringLiteral("The cluster refused: pods \"none\" not found."));
}

void TestApiClient::listsAllPages() {
    for (int i = 0; i < 1100; ++i) {
        m_server->put(kPods, QStringLiteral("web-%1").arg(i));
    }
    const auto pods = client().listOf<Pod>(soon(), {QStringLiteral("default"), {}, {}});
    VERIFY_OK(pods);
    QCOMPARE(pods->size(), std::size_t(1100));
    QCOMPARE(m_server->requests().size(), qsizetype(3));
}

void TestApiClient::listsASelection() {
    VERIFY_OK(client().list(soon(), resourceOf<Pod>(),
                            {{}, QStringLiteral("app=web,tier in (a&b, c+d)"), QStringLiteral("spec.nodeName=host1")}));
    QCOMPARE(m_server->requests(),
             QStringList{QStringLiteral("GET /api/v1/pods?labelSelector=app%3Dweb%2Ctier%20in%20%28a%26b%2C%20c%2Bd%29&fieldSelector="
                                        "spec.nodeName%3Dhost1&limit=500")});
}

void TestApiClient::createsAndMeetsWhatIsThere() {
    const auto made = client().create(soon(), resourceOf<Pod>(), podObject("web"));
    VERIFY_OK(made);
    QVERIFY(!resourceVersionOf(*made).isEmpty());
    QCOMPARE(m_server->requests(), QStringList{QStringLiteral("POST ") + kPods});
    QCOMPARE(parsed(m_server->lastBody()), podObject("web"));
    QCOMPARE(m_server->lastContentType(), QByteArray("application/json"));
    m_server->put(kPods, QStringLiteral("web"));
    QCOMPARE(codeOf(client().create(soon(), resourceOf<Pod>(), podObject("web"))), ErrorCode::AlreadyExists);
}

void TestApiClient::patches_data() {
    QTest::addColumn<PatchType>("type");
    QTest::addColumn<QByteArray>("contentType");
    QTest::newRow("merge") << PatchType::Merge << QByteArray("application/merge-patch+json");
    QTest::newRow("strategic") << PatchType::Strategic << QByteArray("application/strategic-merge-patch+json");
}
void TestApiClient::patches() {
    QFETCH(PatchType, type);
    const QJsonObject change{{QStringLiteral("spec"), QJsonObject{{QStringLiteral("podCIDR"), QStringLiteral("10.20.1.0/24")}}}};
    VERIFY_OK(client().patch(soon(), resourceOf<Node>(), {{}, QStringLiteral("host1")}, type, change));
    QCOMPARE(m_server->requests(), QStringList{QStringLiteral("PATCH /api/v1/nodes/host1")});
    QCOMPARE(parsed(m_server->lastBody()), change);
    QTEST(m_server->lastContentType(), "contentType");
}

void TestApiClient::appliesAsItsManager() {
    VERIFY_OK(client().apply(soon(), resourceOf<Pod>(), podObject("web")));
    QCOMPARE(m_server->requests(), QStringList{QStringLiteral("PATCH ") + kPods + QStringLiteral("/web?fieldManager=podleaf&force=true")});
    QCOMPARE(m_server->lastContentType(), QByteArray("application/apply-patch+yaml"));
}

void TestApiClient::removes() {
    VERIFY_OK(client().remove(soon(), resourceOf<Pod>(), podNamed("web")));
    QCOMPARE(m_server->requests(), QStringList{QStringLiteral("DELETE ") + kPods + QStringLiteral("/web?propagationPolicy=Background")});
}

void TestApiClient::readsTexts() {
    const auto text = client().text(soon(), QStringLiteral("/readyz"));
    VERIFY_OK(text);
    QCOMPARE(*text, QByteArray("ok"));
}

void TestApiClient::servesThreadsAtOnce() {
    m_server->put(kPods, QStringLiteral("web"));
    const ApiClient shared = client();
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        threads.reserve(4);
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int j = 0; j < 5; ++j) {
                    right += shared.get(soon(), resourceOf<Pod>(), podNamed("web")) ? 1 : 0;
                }
            });
        }
    }
    QCOMPARE(right.load(), 20);
}

void TestApiClient::tellsWhyItIsRefused() {
    m_server->refuse(1, 403, test::statusBody(403, QStringLiteral("Forbidden"), QStringLiteral("pods is forbidden")));
    const auto refused = client().list(soon(), resourceOf<Pod>());
    QCOMPARE(codeOf(refused), ErrorCode::Denied);
    QCOMPARE(refused.error().message, QStringLiteral("The cluster refused: pods is forbidden."));
    QCOMPARE(refused.error().detail, QStringLiteral("HTTP 403 Forbidden"));
}

void TestApiClient::takesNoNonsenseForAnAnswer_data() {
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("a page") << 200 << QByteArray("<html>");
    QTest::newRow("a list") << 200 << QByteArray("[1, 2]");
    QTest::newRow("nothing") << 200 << QByteArray();
    QTest::newRow("somewhere else") << 302 << QByteArray("{}");
}
void TestApiClient::takesNoNonsenseForAnAnswer() {
    QFETCH(int, code);
    QFETCH(QByteArray, body);
    m_server->refuse(1, code, body);
    QCOMPARE(codeOf(client().get(soon(), resourceOf<Pod>(), podNamed("web"))), ErrorCode::Protocol);
}

void TestApiClient::takesChunksOfAnySize() {
    m_server->put(kPods, QStringLiteral("web"), {{QStringLiteral("text"), QStringLiteral("gr\u00fcn")}});
    for (const qsizetype size : {1, 2, 7, 100}) {
        m_server->chunk(size);
        const auto pod = client().get(soon(), resourceOf<Pod>(), podNamed("web"));
        VERIFY_OK(pod);
        QCOMPARE(pod->value(QLatin1String("text")).toString(), QStringLiteral("gr\u00fcn"));
    }
}

void TestApiClient::asksNobodyForANameThatIsNone() {
    QCOMPARE(codeOf(client().remove(soon(), resourceOf<Pod>(), podNamed("../nodes/host1"))), ErrorCode::InvalidInput);
    QCOMPARE(m_server->requests(), QStringList());
}

void TestApiClient::nobodyListens() {
    m_server->listen(false);
    const auto got = client().get(soon(), resourceOf<Pod>(), podNamed("web"));
    QCOMPARE(codeOf(got), ErrorCode::Unreachable);
    QCOMPARE(got.error().message, QStringLiteral("The API server does not answer at 127.0.0.1:%1.").arg(m_server->port()));
}

void TestApiClient::aConnectionBreaksOff() {
    m_server->fallSilent();
    std::jthread cutter([this] {
        m_server->waitForRequest();
        m_server->listen(false); // Qt would try again
        m_server->dropConnections();
    });
    QCOMPARE(codeOf(client().get(soon(), resourceOf<Pod>(), podNamed("web"))), ErrorCode::Unreachable);
}

void TestApiClient::anotherServerIsRefused() {
    const TestAuthority other;
    Kubeconfig kubeconfig = m_authority->kubeconfig(m_server->port());
    kubeconfig.authority = other.authority;
    const auto got = clientOf(kubeconfig).get(soon(), resourceOf<Pod>(), podNamed("web"));
    QCOMPARE(codeOf(got), ErrorCode::Denied);
    QCOMPARE(got.error().message,
             QStringLiteral("What answers at 127.0.0.1:%1 is not the API server of this cluster.").arg(m_server->port()));
    QCOMPARE(m_server->requests(), QStringList()); // and it has learned nothing
}

void TestApiClient::aServerForAnotherHostIsRefused() {
    Kubeconfig kubeconfig = m_authority->kubeconfig(m_server->port());
    kubeconfig.server = QStringLiteral("https://localhost:%1").arg(m_server->port()); // its certificate says 127.0.0.1
    QCOMPARE(codeOf(clientOf(kubeconfig).get(soon(), resourceOf<Pod>(), podNamed("web"))), ErrorCode::Denied);
    QCOMPARE(m_server->requests(), QStringList());
}

void TestApiClient::aClientThatTheServerDoesNotKnowIsRefused() {
    const TestAuthority other;
    Kubeconfig kubeconfig = m_authority->kubeconfig(m_server->port());
    kubeconfig.certificate = other.clientCertificate;
    kubeconfig.key = other.clientKey;
    QVERIFY(!clientOf(kubeconfig).get(soon(), resourceOf<Pod>(), podNamed("web")));
    QCOMPARE(m_server->requests(), QStringList());
}

void TestApiClient::certificatesThatAreNoneAreAnError() {
    Kubeconfig kubeconfig = m_authority->kubeconfig(1);
    kubeconfig.key = "-----BEGIN EC PRIVATE KEY-----\nsecret\n-----END EC PRIVATE KEY-----\n";
    const auto access = accessOf(kubeconfig);
    QCOMPARE(codeOf(access), ErrorCode::Protocol);
    QVERIFY(!describe(access.error()).contains(QStringLiteral("secret")));
}

void TestApiClient::keysOfRsaWorkToo() {
    const TestAuthority rsa(TestAuthority::Keys::Rsa);
    const ApiServer server(rsa);
    VERIFY_OK(clientOf(rsa.kubeconfig(server.port())).text(soon(), QStringLiteral("/readyz")));
}

void TestApiClient::noProxyIsAsked() {
    qputenv("https_proxy", "http://127.0.0.1:9");
    qputenv("HTTPS_PROXY", "http://127.0.0.1:9");
    const auto text = client().text(soon(), QStringLiteral("/readyz"));
    qunsetenv("https_proxy");
    qunsetenv("HTTPS_PROXY");
    VERIFY_OK(text);
}

void TestApiClient::endsWithItsContext_data() {
    QTest::addColumn<bool>("byStop");
    QTest::newRow("stop") << true;
    QTest::newRow("deadline") << false;
}
void TestApiClient::endsWithItsContext() {
    QFETCH(bool, byStop);
    m_server->fallSilent();
    std::stop_source source;
    OpContext context = byStop ? soon() : OpContext().withTimeout(std::chrono::milliseconds(300));
    context.stop = source.get_token();
    std::jthread stopper([&] {
        if (byStop) {
            m_server->waitForRequest();
            source.request_stop();
        }
    });
    QCOMPARE(codeOf(client().get(context, resourceOf<Pod>(), podNamed("web"))), byStop ? ErrorCode::Cancelled : ErrorCode::Timeout);
    QCOMPARE(codeOf(client().get(context, resourceOf<Pod>(), podNamed("web"))), byStop ? ErrorCode::Cancelled : ErrorCode::Timeout);
    QCOMPARE(m_server->requests().size(), qsizetype(1)); // an ended context asks nobody
}

QTEST_GUILESS_MAIN(TestApiClient)
#include "tst_api_client.moc"
