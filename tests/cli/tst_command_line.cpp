// SPDX-License-Identifier: GPL-3.0-or-later
// The podleaf program without a lab: exit codes, what goes to stdout and what to stderr, and the JSON of validate, plan,
// status, list, gc and doctor. Needs no privilege; what needs it is refused with exit code 3 without it.
#include "json_shape.h"

#include <tests/e2e/podleaf_program.h>

#include <QFile>
#include <QJsonDocument>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace podleaf::test;

namespace {

QString q(const char* text) {
    return QString::fromUtf8(text);
}

QStringList words(const char* text) {
    return q(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

/// Exactly one JSON object on one line, as scripts read it.
bool isOneObject(const QByteArray& output) {
    return output.endsWith('\n') && output.count('\n') == 1 && QJsonDocument::fromJson(output).isObject();
}

} // namespace

class TestCommandLine : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    [[nodiscard]] PodleafProgram podleaf() const { return PodleafProgram(m_folder.path() + q("/run")); }
    QString write(const char* name, const QByteArray& text) {
        QFile file(m_folder.path() + QLatin1Char('/') + q(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
    }
    static void row(const char* arguments, int expected) { QTest::newRow(arguments) << words(arguments) << expected; }
    static void addRowsOfEdits() {
        row("edit", 2);
        row("edit tutorial", 2);
        row("edit tutorial remove host3", 2); // built in
        row("edit tutorial remove host3 --dry-run", 0);
        row("edit tutorial burn --dry-run", 2);
        row("edit tutorial set host1 asn 0 --dry-run", 2);
        row("edit tutorial set my-nginx replicas 0 --dry-run", 2);
        row("edit tutorial link impair intnet1 --loss 5 --from host1 --dry-run", 0);
        row("edit tutorial link impair intnet1 --dry-run", 2);
        row("edit tutorial link impair intnet1 --loss 100 --dry-run", 2);
        row("edit tutorial link impair intnet1 --loss 5 --from host2 --dry-run", 2);
        row("edit tutorial link impair intnet9 --loss 5 --dry-run", 2);
        row("edit tutorial link restore intnet1 --dry-run", 0);
        row("edit tutorial group add rack1 leaf1,host1 --dry-run", 0);
        row("edit tutorial group add rack1 leaf1,leaf1 --dry-run", 2);
        row("edit tutorial group remove rack1 --dry-run", 2);
        row("edit tutorial note add hello 8,20 --dry-run", 0);
        row("edit tutorial note add hello there --dry-run", 2);
        row("edit tutorial note remove 1 --dry-run", 2);
        row("edit tutorial kubernetes on --dry-run", 0);
        row("edit tutorial kubernetes off --dry-run", 0);
        row("edit tutorial kubernetes set control-plane host2 --dry-run", 0);
        row("edit tutorial kubernetes set control-plane leaf1 --dry-run", 2);
        row("edit tutorial kubernetes set control-plane host9 --dry-run", 2);
        row("edit tutorial kubernetes set version 1.20.2 --dry-run", 2);
        row("edit tutorial kubernetes set services 10.20.0.0/16 --dry-run", 2);
        row("edit tutorial kubernetes set services default --dry-run", 0);
        row("edit tutorial kubernetes --dry-run", 2);
        row("edit no-such-lab remove host3", 2);
    }

private Q_SLOTS:
    void exitCodes_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("expected");
        row("--help", 0);
        row("--version", 0);
        row("up --help", 0);
        row("validate tutorial", 0);
        row("status tutorial", 0); // it is down, and that is an answer
        row("list", 0);
        row("gc --prove", 0);
        row("down tutorial", 0); // there is nothing to do
        row("", 2);
        row("burn", 2);
        row("list b", 2);
        row("gc b", 2);
        row("doctor b", 2);
        row("plan tutorial b", 2);
        row("up tutorial b", 2);
        row("down tutorial b", 2);
        row("link tutorial intnet1 burn --record", 2);
        row("link tutorial intnet1 cut --from leaf1", 2);
        row("impair tutorial intnet1 --record", 2);
        row("up --burn", 2);
        row("up --timeout 0 tutorial", 2);
        row("up --timeout soon tutorial", 2);
        row("up --engine clouds tutorial", 2);
        row("up no-such-lab", 2);
        row("up /no/such/file.yaml", 2);
        row("validate", 2);
        row("validate a b", 2);
        row("validate /no/such/file.yaml", 2);
        addRowsOfEdits();
        row("status a b", 2);
        row("watch a b", 2);
        row("test a b c", 2);
        row("link tutorial intnet1 burn", 2);
        row("exec tutorial", 2);
        row("forward tutorial host1", 2);
        row("forward tutorial host1 0", 2);
        row("forward tutorial host1 80:", 2);
        row("forward tutorial host1 1:2:3", 2);
        row("forward tutorial host1 70000", 2);
        row("forward tutorial host9 80", 2);
        row("kubeconfig tutorial b", 2);
        row("kubeconfig tutorial --port 0", 2);
        row("kubeconfig tutorial", 2); // it has no cluster
        row("kubectl tutorial -- get pods", 2);
        row("forward tutorial host1 80", 1);
        row("watch tutorial", 1); // there is nothing to watch
        row("test tutorial", 1);
        row("link tutorial intnet1 cut", 1);
        row("exec tutorial host1 -- true", 1);
    }
    void exitCodes() {
        QFETCH(QStringList, arguments);
        QFETCH(int, expected);
        const ProgramResult result = podleaf().run(arguments);
        QVERIFY2(result.exitCode == expected, result.messages.constData());
        QCOMPARE(result.messages.isEmpty() || expected == 0, expected == 0); // who fails says why, on stderr
    }

    void anUnknownCommandIsNamed() {
        QCOMPARE(podleaf().run({q("statsu")}).messages, QByteArray("There is no command statsu. Did you mean status?\n"));
        QVERIFY(podleaf().run({q("frobnicate")}).messages.startsWith("There is no command frobnicate."));
    }

    void anUnwritableResultIsAFailure() {
        QProcess process;
        process.setStandardOutputFile(q("/dev/full"));
        podleaf().start(process, {q("list")});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("The result could not be written: No space left on device."));
    }

    void aFailureIsAnObjectToo_data() {
        QTest::addColumn<QStringList>("arguments");
        for (const char* arguments : {"up no-such-lab --json", "status /no/such/file.yaml --json", "watch tutorial --json",
                                      "test tutorial --json", "plan no-such-lab --json", "validate /no/such/file.yaml --json"}) {
            QTest::newRow(arguments) << words(arguments);
        }
    }
    void aFailureIsAnObjectToo() {
        QFETCH(QStringList, arguments);
        const ProgramResult result = podleaf().run(arguments);
        QVERIFY(result.exitCode != 0);
        QVERIFY2(isOneObject(result.output), result.output.constData());
        QCOMPARE(membersOf(result.json()), members("ok:bool error:object"));
        QCOMPARE(result.json()[q("ok")].toBool(), false);
        QCOMPARE(membersOf(result.json()[q("error")].toObject()), members("message:string detail:string hint:string"));
        QVERIFY(!result.json()[q("error")][q("message")].toString().isEmpty());
    }

    void editChangesTheFile() {
        QFile builtin(q(PODLEAF_SOURCE_DIR "/labs/tutorial/lab.yaml"));
        QVERIFY(builtin.open(QIODevice::ReadOnly));
        const QByteArray before = builtin.readAll();
        const QString file = write("own.yaml", before);
        QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup));
        const QStringList add = words("edit FILE add host host4 --link leaf1:swp4 --asn 64999 --json").replaceInStrings(q("FILE"), file);
        const auto textOf = [&file] {
            QFile now(file);
            return now.open(QIODevice::ReadOnly) ? now.readAll() : QByteArray();
        };
        const ProgramResult tried = podleaf().run(add + QStringList{q("--dry-run")});
        QVERIFY2(tried.exitCode == 0 && isOneObject(tried.output), tried.messages.constData());
        QCOMPARE(membersOf(tried.json()), members("ok:bool file:string written:bool diff:string findings:array"));
        QCOMPARE(tried.json()[q("written")].toBool(), false);
        QCOMPARE(textOf(), before);

        const ProgramResult done = podleaf().run(add);
        QVERIFY2(done.exitCode == 0, done.messages.constData());
        QCOMPARE(done.json()[q("written")].toBool(), true);
        QCOMPARE(done.json()[q("diff")], tried.json()[q("diff")]);
        QByteArray expected = before;
        expected.replace("  host3: {kind: host}\n", "  host3: {kind: host}\n  host4: {kind: host, asn: 64999}\n");
        expected.replace("host3:eth1]}\n", "host3:eth1]}\n  - {name: intnet4, ends: [leaf1:swp4, host4:eth1]}\n");
        QCOMPARE(textOf(), expected);
        QCOMPARE(QFile::permissions(file) & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther),
                 QFile::Permissions(QFile::ReadGroup));

        QCOMPARE(podleaf().run({q("edit"), file, q("remove"), q("host4")}).exitCode, 0);
        QCOMPARE(textOf(), before);
        QCOMPARE(podleaf().run({q("edit"), file, q("set"), q("host1"), q("asn"), q("65100")}).exitCode, 2); // leaf1's
        QCOMPARE(textOf(), before);
    }

    /// With nothing in this user's store it says what gets it, before anything is made.
    void aClusterNeedsItsPrograms() {
        const QString file = write("cluster.yaml", "name: cluster\nkubernetes:\nnodes: {leaf1: {kind: leaf}, host1: {kind: host}}\n"
                                                   "links: [{ends: [leaf1:swp1, host1:eth1]}]\nworkloads: {web: {}}\n");
        QCOMPARE(podleaf().run({q("validate"), file}).output,
                 QByteArray("cluster is valid: 2 nodes, 1 cables, Kubernetes 1.37.2 on its hosts.\n"));
        const QByteArray cache = qgetenv("XDG_CACHE_HOME");
        const auto restore = qScopeGuard([&cache] { cache.isEmpty() ? qunsetenv("XDG_CACHE_HOME") : qputenv("XDG_CACHE_HOME", cache); });
        qputenv("XDG_CACHE_HOME", QFile::encodeName(m_folder.filePath(q("empty-cache"))));
        for (const char* command : {"up", "plan"}) {
            const ProgramResult result = podleaf().run({q(command), file});
            QCOMPARE(result.exitCode, 3);
            const bool isRoot = ::geteuid() == 0;
            QVERIFY2(result.messages.contains(isRoot ? "podleaf kube fetch" : "sudo podleaf up"), result.messages.constData());
        }
        QCOMPARE(podleaf().run({q("down"), file}).exitCode, 0);
    }

    void validateNamesEveryMistake() {
        const QString file = write("mistakes.yaml", "name: x\nnodes:\n  a: {kind: burner}\n  a b: {kind: leaf}\nlinks:\n  - {a: z:1}\n");
        const ProgramResult result = podleaf().run({q("validate"), file, q("--json")});
        QCOMPARE(result.exitCode, 2);
        QVERIFY2(isOneObject(result.output), result.output.constData());
        QCOMPARE(membersOf(result.json()), members("ok:bool file:string findings:array"));
        QCOMPARE(result.json()[q("file")].toString(), file);
        const QJsonArray findings = result.json()[q("findings")].toArray();
        QVERIFY(findings.size() >= 3);
        for (const QJsonValue each : findings) {
            const QStringList found = membersOf(each.toObject());
            for (const QString& needed : members("severity:string line:number column:number message:string hint:string")) {
                QVERIFY2(found.contains(needed), qPrintable(found.join(QLatin1Char(' '))));
            }
        }
        const ProgramResult text = podleaf().run({q("validate"), file});
        QCOMPARE(text.exitCode, 2);
        QVERIFY2(text.messages.contains("mistakes.yaml:3:"), text.messages.constData());
        QCOMPARE(text.output, QByteArray());
    }

    void validateOfAGoodLab() {
        const ProgramResult result = podleaf().run(words("validate tutorial --json"));
        QCOMPARE(result.exitCode, 0);
        QVERIFY(result.json()[q("ok")].toBool());
        QCOMPARE(result.json()[q("findings")].toArray().size(), 0);
        QCOMPARE(podleaf().run(words("validate tutorial")).output, QByteArray("tutorial is valid: 4 nodes, 3 cables, 2 pods.\n"));
    }

    void statusOfALabThatIsDown() {
        const ProgramResult result = podleaf().run(words("status tutorial --json"));
        QCOMPARE(result.exitCode, 0);
        QVERIFY(isOneObject(result.output));
        QCOMPARE(result.json()[q("phase")].toString(), q("down"));
        QCOMPARE(result.json()[q("nodes")].toArray().size(), 4);
    }

    void theLastLabIsRemembered() {
        QTemporaryDir fresh;
        const PodleafProgram program(fresh.path() + q("/run"));
        const ProgramResult unknown = program.run({q("status")});
        QCOMPARE(unknown.exitCode, 2);
        QVERIFY(unknown.messages.contains("podleaf up tutorial"));
        QCOMPARE(program.run(words("status tutorial")).exitCode, 0);
        QCOMPARE(program.run(words("status --json")).json()[q("lab")].toString(), q("tutorial"));
    }

    void listGcAndDoctorHaveTheirKeys() {
        const QJsonObject list = podleaf().run(words("list --json")).json();
        QCOMPARE(membersOf(list), members("labs:array"));
        QCOMPARE(membersOf(objectIn(list[q("labs")], "name", "tutorial")), members("name:string path:string running:bool"));
        const QJsonObject proof = podleaf().run(words("gc --prove --json")).json();
        QCOMPARE(membersOf(proof), members("leftovers:array removed:number"));
        const QJsonObject doctor = podleaf().run(words("doctor --json")).json();
        QCOMPARE(membersOf(doctor), members("ok:bool engines:array"));
        QCOMPARE(membersOf(doctor[q("engines")][0].toObject()), members("name:string usable:bool summary:string problems:array"));
    }

    void whatTheHostLacksIsExitCodeThree() {
        // A view of this host without FRR; an ordinary user makes it in a user namespace, where there is one.
        QProcess process;
        process.start(q("unshare"),
                      {q("--map-root-user"), q("--mount"), q("sh"), q("-c"),
                       q("mount -t tmpfs none /usr/lib/frr && exec \"$0\" up tutorial --json"), q(PODLEAF_BIN_DIR "/podleaf")});
        QVERIFY(process.waitForFinished(20'000));
        const QByteArray messages = process.readAllStandardError();
        if (process.exitCode() == 1 && messages.contains("unshare")) {
            QSKIP("This host allows no user namespaces.");
        }
        QVERIFY2(process.exitCode() == 3, messages.constData());
        QVERIFY2(messages.contains("zebra") && messages.contains("apt-get install frr"), messages.constData());
        QVERIFY(isOneObject(process.readAllStandardOutput()));
    }
};

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_command_line.moc"
