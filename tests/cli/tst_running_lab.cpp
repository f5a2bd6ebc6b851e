// SPDX-License-Identifier: GPL-3.0-or-later
// The podleaf program on the running tutorial: the JSON of status, watch, test, plan and list, Ctrl-C in the middle of
// up, and an up that cannot succeed. As root and without.
#include "json_shape.h"

#include <tests/e2e/podleaf_program.h>
#include <tests/fakes/both_ways.h>

#include <QDeadlineTimer>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace podleaf::test;

namespace {

QString q(const char* text) {
    return QString::fromUtf8(text);
}

QStringList words(const char* text) {
    return q(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

/// The keys that DESIGN.md's contract names; others may be added.
bool hasAll(const QJsonObject& object, const char* keys) {
    const QStringList found = membersOf(object);
    const QStringList needed = members(keys);
    return std::all_of(needed.begin(), needed.end(), [&found](const QString& key) { return found.contains(key); });
}

/// `watch --json`, line by line.
class Watcher {
public:
    explicit Watcher(const PodleafProgram& program) { program.start(m_process, words("watch tutorial --json")); }
    ~Watcher() {
        m_process.kill();
        m_process.waitForFinished();
    }
    /// Reads on until a line fits; an empty object after ten seconds without one.
    QJsonObject waitFor(const std::function<bool(const QJsonObject&)>& fits) {
        const QDeadlineTimer deadline(10'000);
        while (m_process.canReadLine() || m_process.waitForReadyRead(static_cast<int>(deadline.remainingTime()))) {
            while (m_process.canReadLine()) {
                const QJsonDocument line = QJsonDocument::fromJson(m_process.readLine());
                m_allObjects = m_allObjects && line.isObject() && hasAll(line.object(), "at:string type:string");
                if (fits(line.object())) {
                    return line.object();
                }
            }
        }
        return {};
    }
    QJsonObject waitForType(const char* type) {
        return waitFor([type](const QJsonObject& object) { return object[q("type")].toString() == q(type); });
    }
    [[nodiscard]] bool allObjects() const { return m_allObjects; }
    QProcess& process() { return m_process; }

private:
    QProcess m_process;
    bool m_allObjects = true;
};

} // namespace

class TestRunningLab : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    [[nodiscard]] PodleafProgram podleaf() const { return PodleafProgram(m_folder.path() + q("/run")); }
    ProgramResult run(const char* arguments) const { return podleaf().run(words(arguments)); }
    /// `up`, in the middle: its first group of steps is done. To ask `status` would take longer than the rest of it may.
    QByteArray startUp(QProcess& up) const {
        podleaf().start(up, words("up tutorial"));
        up.setReadChannel(QProcess::StandardError);
        QByteArray messages;
        while (!messages.contains("✔") && up.waitForReadyRead(10'000)) {
            messages += up.readAllStandardError();
        }
        return messages;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    /// Each test begins with the lab up and as intended.
    void init() {
        const ProgramResult up = run("up tutorial");
        QVERIFY2(up.exitCode == 0, up.messages.constData());
    }
    void cleanup() {
        if (QTest::currentTestFailed()) {
            run("down tutorial"); // a cable may be cut
        }
    }
    void cleanupTestCase() { QCOMPARE(run("down tutorial").exitCode, 0); }

    void statusHasTheContractsKeys() {
        const QJsonObject status = podleaf().status(q("tutorial"));
        QVERIFY(hasAll(status, "lab:string engine:string phase:string nodes:array links:array sessions:array routes:array pods:array "
                               "lost:object"));
        for (const QJsonValue each : status[q("nodes")].toArray()) {
            QVERIFY(hasAll(each.toObject(), "name:string kind:string state:string addresses:array"));
        }
        for (const QJsonValue each : status[q("links")].toArray()) {
            QVERIFY(hasAll(each.toObject(), "name:string a:string b:string admin:string carrier:bool"));
            QVERIFY(!each.toObject().contains(q("fault")));
        }
        for (const QJsonValue each : status[q("sessions")].toArray()) {
            QVERIFY(hasAll(each.toObject(), "node:string peer:string peerNode:string link:string state:string uptimeMs:number "
                                            "prefixesReceived:number"));
        }
        for (const QJsonValue each : status[q("routes")].toArray()) {
            QVERIFY(hasAll(each.toObject(), "node:string prefix:string protocol:string nextHops:array"));
            QVERIFY(each[q("nextHops")][0].toObject().contains(q("via")) && each[q("nextHops")][0].toObject().contains(q("interface")));
        }
        for (const QJsonValue each : status[q("pods")].toArray()) {
            QVERIFY(hasAll(each.toObject(), "namespace:string name:string node:string ip:string phase:string"));
        }
    }

    void aRunningUnchangedLabHasNothingToDo() {
        const ProgramResult up = run("up tutorial --json");
        QCOMPARE(up.exitCode, 0);
        QVERIFY(up.json()[q("ok")].toBool());
        QCOMPARE(up.json()[q("steps")].toArray().size(), 0);
        const ProgramResult plan = run("plan tutorial --json");
        QCOMPARE(plan.exitCode, 0);
        QCOMPARE(membersOf(plan.json()), members("title:string steps:array keep:array"));
        QCOMPARE(plan.json()[q("steps")].toArray().size(), 0);
    }

    void listNamesIt() {
        const QJsonObject lab = objectIn(run("list --json").json()[q("labs")], "name", "tutorial");
        QVERIFY(hasAll(lab, "name:string path:string running:bool engine:string since:string"));
        QVERIFY(lab[q("running")].toBool());
    }

    void testHasTheContractsKeys() {
        const ProgramResult test = run("test tutorial --json");
        QCOMPARE(test.exitCode, 0);
        QVERIFY(test.json()[q("ok")].toBool());
        const QJsonArray legs = test.json()[q("legs")].toArray();
        QVERIFY(!legs.isEmpty());
        for (const QJsonValue each : legs) {
            QVERIFY(hasAll(each.toObject(), "from:string to:string url:string ok:bool ms:number expected:bool reason:string"));
            QCOMPARE(each[q("ok")].toBool(), each[q("expected")].toBool());
        }
    }

    void watchTellsTheWholePictureThenEachChange() {
        Watcher watcher(podleaf());
        for (const char* type : {"node", "link", "session", "route", "pod"}) { // in the order of the picture
            QVERIFY2(!watcher.waitForType(type).isEmpty(), type);
        }
        QCOMPARE(run("link tutorial intnet1 cut").exitCode, 0);
        const auto isRoute = [](const QJsonObject& object, bool present) {
            return object[q("type")].toString() == q("route") && object[q("protocol")].toString() == q("bgp") &&
                   object[q("present")].toBool() == present;
        };
        QJsonObject cut; // The three come in any order: from the lab host, from bgpd, from the kernel.
        QJsonObject down;
        bool isWithdrawn = false;
        QVERIFY(!watcher
                     .waitFor([&](const QJsonObject& object) {
                         if (object.contains(q("fault"))) {
                             cut = object;
                         }
                         if (object[q("type")].toString() == q("session") && object[q("state")].toString() != q("Established")) {
                             down = object;
                         }
                         isWithdrawn = isWithdrawn || isRoute(object, false);
                         return isWithdrawn && !cut.isEmpty() && !down.isEmpty();
                     })
                     .isEmpty());
        QVERIFY(hasAll(cut, "name:string a:string b:string admin:string carrier:bool fault:string"));
        QCOMPARE(cut[q("type")].toString(), q("link"));
        QCOMPARE(cut[q("fault")].toString(), q("cut"));
        QVERIFY2(!down[q("reason")].toString().isEmpty(), QJsonDocument(down).toJson().constData());
        QCOMPARE(run("link tutorial intnet1 join").exitCode, 0);
        const QJsonObject route = watcher.waitFor([&](const QJsonObject& object) { return isRoute(object, true); });
        QVERIFY(hasAll(route, "node:string prefix:string protocol:string nextHops:array"));
        QVERIFY(watcher.allObjects());
        ::kill(static_cast<pid_t>(watcher.process().processId()), SIGINT); // how one leaves
        QVERIFY(watcher.process().waitForFinished(5000));
        QCOMPARE(watcher.process().exitCode(), 0);
    }

    void watchEndsWhenItsReaderLeaves() {
        QProcess shell;
        const QString line = q("'%1' watch tutorial --json | head -n 1").arg(QCoreApplication::applicationDirPath() + q("/podleaf"));
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(q("PODLEAF_RUN_FOLDER"), m_folder.path() + q("/run"));
        shell.setProcessEnvironment(environment);
        shell.start(q("sh"), {q("-c"), line});
        QVERIFY(shell.waitForFinished(10'000)); // Though nothing happens in the lab.
    }

    void anUpAsksThePodsToo() {
        const auto forward = [this](const char* value) {
            return podleaf()
                .run({q("exec"), q("tutorial"), q("leaf1"), q("--"), q("sh"), q("-c"),
                      q("echo %1 > /proc/sys/net/ipv4/ip_forward").arg(q(value))})
                .exitCode;
        };
        QCOMPARE(forward("0"), 0); // Every session and route stays.
        const ProgramResult up = run("up tutorial --timeout 12");
        QCOMPARE(up.exitCode, 1);
        QVERIFY2(up.messages.contains("host1 → my-nginx-1"), up.messages.constData());
        QCOMPARE(forward("1"), 0);
        QCOMPARE(run("up tutorial").output, QByteArray("Nothing to do.\n"));
    }

    void anUpThatCannotSucceedEndsWithTheCauses() {
        QCOMPARE(run("link tutorial intnet2 cut").exitCode, 0);
        QElapsedTimer timer;
        timer.start();
        const ProgramResult up = run("up tutorial --timeout 2 --json");
        QVERIFY(timer.elapsed() < 20'000);
        QCOMPARE(up.exitCode, 1);
        QVERIFY(up.json().contains(q("ok")) && !up.json()[q("ok")].toBool());
        QVERIFY2(up.messages.contains("intnet2 is cut."), up.messages.constData());
        const QJsonArray mismatches = up.json()[q("mismatches")].toArray();
        QVERIFY(!mismatches.isEmpty());
        for (const QJsonValue each : mismatches) {
            QVERIFY(hasAll(each.toObject(), "where:string what:string cause:string"));
        }
        QCOMPARE(run("link tutorial intnet2 join").exitCode, 0);
    }

    void ctrlCStopsUpAtOnceAndUpContinues() {
        QCOMPARE(run("down tutorial").exitCode, 0);
        QProcess up;
        QByteArray messages = startUp(up);
        QElapsedTimer timer;
        timer.start();
        ::kill(static_cast<pid_t>(up.processId()), SIGINT);
        QVERIFY(up.waitForFinished(10'000));
        QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
        messages += up.readAllStandardError();
        QVERIFY2(up.exitCode() == 130, messages.constData());
        QVERIFY2(messages.contains("`podleaf up tutorial` continues"), messages.constData());
        const ProgramResult again = run("up tutorial");
        QVERIFY2(again.exitCode == 0, again.messages.constData());
        QCOMPARE(podleaf().status(q("tutorial"))[q("phase")].toString(), q("up"));
    }

    void ctrlCThenDownRemovesWhatIsThere() {
        QCOMPARE(run("down tutorial").exitCode, 0);
        QProcess up;
        startUp(up);
        ::kill(static_cast<pid_t>(up.processId()), SIGINT);
        QVERIFY(up.waitForFinished(10'000));
        QCOMPARE(up.exitCode(), 130);
        QCOMPARE(run("down tutorial").exitCode, 0);
        QCOMPARE(podleaf().status(q("tutorial"))[q("phase")].toString(), q("down"));
        QCOMPARE(run("gc --prove --json").json()[q("leftovers")].toArray().size(), 0);
    }
};

PODLEAF_TWO_WAYS_MAIN(TestRunningLab)
#include "tst_running_lab.moc"
