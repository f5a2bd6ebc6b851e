// SPDX-License-Identifier: GPL-3.0-or-later
// Programs that are given a kubeconfig: what they see of it, how they end, and what a stop does.
#include <app/cli/cluster_command.h>
#include <tests/fakes/outcome.h>

#include <QDeadlineTimer>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace podleaf;
using namespace podleaf::cli;
using test::codeOf;

namespace {

Result<channel::CommandResult> shell(const char* script, const OpContext& context = {}) {
    return runWithKubeconfig(context, {QStringLiteral("sh"), QStringLiteral("-c"), QString::fromLatin1(script)}, "secret\n",
                             ProgramOutput::Collected);
}

} // namespace

class TestClusterCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theProgramReadsItsKubeconfig() {
        const auto twice = shell("cat \"$KUBECONFIG\"; cat \"$KUBECONFIG\" >&2");
        VERIFY_OK(twice);
        QCOMPARE(twice->output, QByteArray("secret\n"));
        QCOMPARE(twice->errorOutput, QByteArray("secret\n"));
        QVERIFY(twice->ok());
    }

    void itsChildrenReadItToo() {
        const auto inner = shell("sh -c 'cat \"$KUBECONFIG\"'");
        VERIFY_OK(inner);
        QCOMPARE(inner->output, QByteArray("secret\n"));
    }

    void itIsNoFileThatStays() {
        const auto link = shell("readlink \"$KUBECONFIG\"");
        VERIFY_OK(link);
        QVERIFY2(link->output.startsWith("/memfd:"), link->output.constData());
    }

    void itsEndIsTold() {
        const auto left = shell("exit 7");
        VERIFY_OK(left);
        QCOMPARE(left->exitCode, 7);
        const auto killed = shell("kill -9 $$");
        VERIFY_OK(killed);
        QCOMPARE(killed->signal, 9);
        QCOMPARE(codeOf(runWithKubeconfig({}, {QStringLiteral("/no/such/program")}, {}, ProgramOutput::Collected)), ErrorCode::NotFound);
    }

    void aStopEndsIt_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<int>("signal");
        QTest::newRow("that ends when asked to") << QByteArray("touch begun; exec sleep 1000") << 15;
        QTest::newRow("that does not") << QByteArray("trap '' TERM; touch begun; while true; do sleep 0.1; done") << 9;
    }
    void aStopEndsIt() {
        QFETCH(QByteArray, script);
        QFETCH(int, signal);
        std::stop_source source;
        OpContext context;
        context.stop = source.get_token();
        const QTemporaryDir folder;
        QVERIFY(QDir::setCurrent(folder.path()));
        const std::jthread stopper([&source, begun = folder.filePath(QStringLiteral("begun"))] {
            const QDeadlineTimer limit(30'000);
            while (!QFileInfo::exists(begun) && !limit.hasExpired()) {
                std::this_thread::yield();
            }
            source.request_stop();
        });
        const auto ended = shell(script.constData(), context);
        VERIFY_OK(ended);
        QCOMPARE(ended->signal, signal);
    }
};

QTEST_GUILESS_MAIN(TestClusterCommand)
#include "tst_cluster_command.moc"
