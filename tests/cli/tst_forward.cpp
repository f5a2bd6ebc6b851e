// SPDX-License-Identifier: GPL-3.0-or-later
// `podleaf forward` into a lab that runs: a browser's request through a port of this host, who is refused, and what ends it.
#include <tests/e2e/podleaf_program.h>

#include <QJsonDocument>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace podleaf::test;

namespace {

constexpr int kHangMs = 20'000;

QStringList words(const char* text) {
    return QString::fromUtf8(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

/// What a server answers to GET /; empty when there is none.
QByteArray answerAt(quint16 port) {
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, port);
    if (!socket.waitForConnected(kHangMs)) {
        return {};
    }
    socket.write("GET / HTTP/1.0\r\n\r\n");
    QByteArray answer;
    while (socket.waitForReadyRead(kHangMs)) {
        answer += socket.readAll();
    }
    return answer;
}

quint16 freePort() {
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : 0;
}

} // namespace

class TestForward : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    [[nodiscard]] PodleafProgram podleaf() const { return PodleafProgram(m_folder.filePath(QStringLiteral("run"))); }
    /// Starts a forward, and waits for the first line that it prints.
    QByteArray startForward(QProcess& process, const char* arguments) const {
        podleaf().start(process, words(arguments));
        while (!process.canReadLine() && process.waitForReadyRead(kHangMs)) {
        }
        return process.readLine();
    }

private Q_SLOTS:
    void initTestCase() {
        const ProgramResult up = podleaf().run(words("up tutorial"));
        QVERIFY2(up.exitCode == 0, up.messages.constData());
    }
    void cleanupTestCase() { QCOMPARE(podleaf().run(words("down tutorial")).exitCode, 0); }

    void aFreePortLeadsToThePod() {
        QProcess forward;
        const QByteArray line = startForward(forward, "forward tutorial my-nginx-1 80");
        QVERIFY2(line.startsWith("127.0.0.1:"), line.constData());
        const auto port = static_cast<quint16>(line.trimmed().mid(10).toUInt());
        for (int i = 0; i < 3; ++i) {
            const QByteArray answer = answerAt(port);
            QVERIFY2(answer.startsWith("HTTP/1.1 200"), answer.constData());
        }
        ::kill(static_cast<pid_t>(forward.processId()), SIGINT);
        QVERIFY(forward.waitForFinished(kHangMs));
        QCOMPARE(forward.exitCode(), 0);
        QVERIFY(answerAt(port).isEmpty());
    }

    void aChosenPortLeadsToThePod() {
        const quint16 port = freePort();
        QProcess forward;
        const QByteArray arguments = "forward tutorial my-nginx-1 " + QByteArray::number(port) + ":80 --json";
        const QJsonObject told = QJsonDocument::fromJson(startForward(forward, arguments.constData())).object();
        QCOMPARE(told.value(QLatin1String("port")).toInt(), int(port));
        QCOMPARE(told.value(QLatin1String("nodePort")).toInt(), 80);
        QCOMPARE(told.value(QLatin1String("node")).toString(), QStringLiteral("my-nginx-1"));
        QVERIFY(answerAt(port).startsWith("HTTP/1.1 200"));
        const ProgramResult second = podleaf().run(words(arguments.constData()));
        QCOMPARE(second.exitCode, 1);
        QVERIFY2(second.messages.contains("is in use"), second.messages.constData());
        ::kill(static_cast<pid_t>(forward.processId()), SIGTERM);
        QVERIFY(forward.waitForFinished(kHangMs));
        QCOMPARE(forward.exitCode(), 0);
    }

    void whoIsRefusedLearnsWhy() {
        QProcess forward;
        const QByteArray line = startForward(forward, "forward tutorial host1 9");
        QVERIFY(answerAt(static_cast<quint16>(line.trimmed().mid(10).toUInt())).isEmpty());
        forward.setReadChannel(QProcess::StandardError);
        QByteArray messages = forward.readAllStandardError();
        while (messages.count('\n') < 2 && forward.waitForReadyRead(kHangMs)) {
            messages += forward.readAllStandardError();
        }
        QVERIFY2(messages.contains("refused"), messages.constData());
        ::kill(static_cast<pid_t>(forward.processId()), SIGINT);
        QVERIFY(forward.waitForFinished(kHangMs));
    }

    void itEndsWithTheLab() {
        QProcess forward;
        startForward(forward, "forward tutorial my-nginx-1 80");
        QCOMPARE(podleaf().run(words("down tutorial")).exitCode, 0);
        QVERIFY(forward.waitForFinished(kHangMs));
        QCOMPARE(forward.exitCode(), 0);
        QVERIFY(forward.readAllStandardError().contains("The lab is down."));
    }

    void aLabWithoutAClusterSaysSo() {
        for (const char* arguments : {"kubectl tutorial -- get pods", "kubeconfig tutorial"}) {
            const ProgramResult result = podleaf().run(words(arguments));
            QCOMPARE(result.exitCode, 2);
            QVERIFY2(result.messages.contains("The lab tutorial has no cluster."), result.messages.constData());
        }
    }
};

QTEST_GUILESS_MAIN(TestForward)
#include "tst_forward.moc"
