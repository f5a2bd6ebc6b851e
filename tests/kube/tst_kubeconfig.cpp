// SPDX-License-Identifier: GPL-3.0-or-later
// Kubeconfig: files of kubeadm, mistakes in them, and what is written for kubectl.
#include <core/kube/kubeconfig.h>
#include <tests/fakes/outcome.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::kube;
using test::codeOf;

namespace {

const QByteArray kAuthority = "-----BEGIN CERTIFICATE-----\nauthority\n-----END CERTIFICATE-----\n";
const QByteArray kCertificate = "-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----\n";
const QByteArray kKey = "-----BEGIN EC PRIVATE KEY-----\nsecret\n-----END EC PRIVATE KEY-----\n";

/// As kubeadm 1.37 writes admin.conf.
QByteArray adminConf() {
    return "apiVersion: v1\n"
           "clusters:\n"
           "- cluster:\n"
           "    certificate-authority-data: " +
           kAuthority.toBase64() +
           "\n    server: https://10.1.0.1:6443\n"
           "  name: tutorial\n"
           "contexts:\n"
           "- context:\n"
           "    cluster: tutorial\n"
           "    user: kubernetes-admin\n"
           "  name: kubernetes-admin@tutorial\n"
           "current-context: kubernetes-admin@tutorial\n"
           "kind: Config\n"
           "users:\n"
           "- name: kubernetes-admin\n"
           "  user:\n"
           "    client-certificate-data: " +
           kCertificate.toBase64() + "\n    client-key-data: " + kKey.toBase64() + "\n";
}

Kubeconfig expected() {
    return {QStringLiteral("https://10.1.0.1:6443"), kAuthority, kCertificate, kKey};
}

} // namespace

class TestKubeconfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatKubeadmWrites_data();
    void readsWhatKubeadmWrites();
    void tellsWhatIsWrong_data();
    void tellsWhatIsWrong();
    void writesWhatItReads();
    void writesNamesThatYamlCannotMisread();
};

void TestKubeconfig::readsWhatKubeadmWrites_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("as it is") << adminConf();
    QTest::newRow("with lines of another system") << QByteArray(adminConf()).replace("\n", "\r\n");
    QTest::newRow("with quotes") << QByteArray(adminConf()).replace("https://10.1.0.1:6443", "\"https://10.1.0.1:6443\"");
    QTest::newRow("with a comment") << QByteArray("# server: nothing\n" + adminConf());
}
void TestKubeconfig::readsWhatKubeadmWrites() {
    QFETCH(QByteArray, text);
    const auto read = parseKubeconfig(text);
    VERIFY_OK(read);
    QVERIFY(*read == expected());
}

void TestKubeconfig::tellsWhatIsWrong_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("why");
    const auto row = [](const char* name, const QByteArray& text, const char* why) {
        QTest::newRow(name) << text << QString::fromLatin1(why);
    };
    row("nothing", {}, "its server is not an https address");
    row("no server", QByteArray(adminConf()).replace("server:", "sever:"), "its server is not an https address");
    row("another scheme", QByteArray(adminConf()).replace("https://", "file://"), "its server is not an https address");
    row("no host", QByteArray(adminConf()).replace("https://10.1.0.1:6443", "https://"), "its server is not an https address");
    row("no authority", QByteArray(adminConf()).replace("certificate-authority-data", "certificate-authority"),
        "its certificate-authority-data is not a PEM text in base64");
    row("files instead", QByteArray(adminConf()).replace("client-certificate-data", "client-certificate"),
        "its client-certificate-data is not a PEM text in base64");
    row("no base64", QByteArray(adminConf()).replace("client-key-data: ", "client-key-data: !"),
        "its client-key-data is not a PEM text in base64");
    row("no PEM", QByteArray(adminConf()).replace(kKey.toBase64(), "c2VjcmV0"), "its client-key-data is not a PEM text in base64");
    row("two clusters", QByteArray(adminConf() + adminConf()), "it names more than one certificate-authority-data");
    row("too large", QByteArray(2 << 20, 'x'), "it is larger than a megabyte");
}
void TestKubeconfig::tellsWhatIsWrong() {
    QFETCH(QByteArray, text);
    QFETCH(QString, why);
    const auto read = parseKubeconfig(text);
    QCOMPARE(codeOf(read), ErrorCode::Protocol);
    QCOMPARE(describe(read.error()), QStringLiteral("The cluster's kubeconfig cannot be used: %1.").arg(why)); // and nothing secret
}

void TestKubeconfig::writesWhatItReads() {
    const QByteArray text = writeKubeconfig(expected(), QStringLiteral("tutorial"));
    const auto read = parseKubeconfig(text);
    VERIFY_OK(read);
    QVERIFY(*read == expected());
    QVERIFY(text.contains("current-context: podleaf-tutorial\n"));
}

void TestKubeconfig::writesNamesThatYamlCannotMisread() {
    const QByteArray text = writeKubeconfig(expected(), QStringLiteral("a: {b}\n\"\u00fc\""));
    QVERIFY(text.contains("current-context: podleaf-a---b-----\n"));
    QCOMPARE(text.count('\n'), writeKubeconfig(expected(), QStringLiteral("a")).count('\n'));
}

QTEST_GUILESS_MAIN(TestKubeconfig)
#include "tst_kubeconfig.moc"
