// SPDX-License-Identifier: GPL-3.0-or-later
// LabHold: one change of a lab at a time, let go however its holder ends.
#include <core/session/lab_hold.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace podleaf;
using session::LabHold;

class LabHoldTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void secondIsToldWhoHoldsIt();
    void leavesNothing();
    void endsWithItsHolder();
    void otherLabsAreFree();
    void whoOnlyLooksIsNoHolder();

private:
    QTemporaryDir m_folder;
    const LabId m_lab{QStringLiteral("tutorial")};
};

void LabHoldTest::secondIsToldWhoHoldsIt() {
    const auto first = LabHold::take(m_folder.path(), m_lab, QStringLiteral("Up tutorial"));
    QVERIFY(first);
    const auto second = LabHold::take(m_folder.path(), m_lab, QStringLiteral("Down tutorial"));
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Conflict);
    QVERIFY(second.error().message.contains(QStringLiteral("`Up tutorial` (process %1, since ").arg(::getpid())));
}

void LabHoldTest::leavesNothing() {
    { QVERIFY(LabHold::take(m_folder.path(), m_lab, QStringLiteral("Up tutorial"))); }
    QCOMPARE(QDir(m_folder.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden), QStringList());
}

void LabHoldTest::endsWithItsHolder() {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto hold = LabHold::take(m_folder.path(), m_lab, QStringLiteral("Up tutorial"));
        ::raise(SIGKILL); // holds and never lets go
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
    QVERIFY(LabHold::take(m_folder.path(), m_lab, QStringLiteral("Up tutorial")));
    leavesNothing();
}

void LabHoldTest::otherLabsAreFree() {
    const auto one = LabHold::take(m_folder.path(), m_lab, QStringLiteral("Up tutorial"));
    QVERIFY(one);
    QVERIFY(LabHold::take(m_folder.path(), LabId(QStringLiteral("other")), QStringLiteral("Up other")));
}

void LabHoldTest::whoOnlyLooksIsNoHolder() {
    const QByteArray path = QFile::encodeName(LabHold::pathOf(m_folder.path(), m_lab));
    // As gc does, without a pause.
    const std::jthread looker([&path](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            const UniqueFd file(::open(path.constData(), O_RDONLY | O_CLOEXEC));
            ::flock(file.get(), LOCK_SH | LOCK_NB);
        }
    });
    for (int i = 0; i < 1000; ++i) {
        const auto hold = LabHold::take(m_folder.path(), m_lab, QStringLiteral("Up tutorial"));
        QVERIFY2(hold, hold ? "" : qPrintable(describe(hold.error())));
    }
}

QTEST_GUILESS_MAIN(LabHoldTest)
#include "tst_lab_hold.moc"
