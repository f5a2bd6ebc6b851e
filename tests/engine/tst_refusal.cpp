// SPDX-License-Identifier: GPL-3.0-or-later
// What a host that refuses namespaces is told to be: by its sysctls, in folders made up here.
#include <core/engine/namespaces/labhost_start.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using podleaf::engine::explainRefusal;

class TestRefusal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesTheSysctl_data() {
        using Sysctls = QMap<QString, QByteArray>;
        QTest::addColumn<Sysctls>("sysctls");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("remedy");
        const auto q = [](const char* text) { return QString::fromLatin1(text); };
        const QString denied = q("cannot make a user namespace: Operation not permitted");
        const QString full = q("cannot make a user namespace: No space left on device");
        const QString mount = q("cannot mount /proc: Permission denied");
        const Sysctls open{{q("kernel/osrelease"), "6.1.0-30-amd64"}, {q("user/max_user_namespaces"), "31000"}};
        const auto with = [&open](const QString& key, const char* value) {
            Sysctls all = open;
            all[key] = value;
            return all;
        };
        QTest::newRow("Debian's switch") << with(q("kernel/unprivileged_userns_clone"), "0") << denied
                                         << q("sudo sysctl -w kernel.unprivileged_userns_clone=1");
        QTest::newRow("limit 0") << with(q("user/max_user_namespaces"), "0") << full << q("sudo sysctl -w user.max_user_namespaces=15000");
        QTest::newRow("AppArmor") << with(q("kernel/apparmor_restrict_unprivileged_userns"), "1") << mount
                                  << q("sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
        QTest::newRow("AppArmor off") << with(q("kernel/apparmor_restrict_unprivileged_userns"), "0") << denied << q("sudo podleaf up");
        QTest::newRow("switch on") << with(q("kernel/unprivileged_userns_clone"), "1") << denied << q("sudo podleaf up");
        QTest::newRow("old kernel") << with(q("kernel/osrelease"), "5.10.0-8-amd64") << q("cannot mount an overlay")
                                    << q("sudo podleaf up");
        QTest::newRow("container") << open << denied << q("sudo podleaf up");
        QTest::newRow("no /proc/sys") << Sysctls() << denied << q("sudo podleaf up");
    }
    void namesTheSysctl() {
        using Sysctls = QMap<QString, QByteArray>;
        QFETCH(Sysctls, sysctls);
        QFETCH(QString, words);
        QFETCH(QString, remedy);
        const QTemporaryDir procSys;
        for (auto it = sysctls.cbegin(); it != sysctls.cend(); ++it) {
            const QString path = procSys.filePath(it.key());
            QDir().mkpath(QFileInfo(path).path());
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(it.value() + '\n');
        }
        const auto refusal = explainRefusal(words, procSys.path());
        QCOMPARE(refusal.remedy, remedy);
        QVERIFY(!refusal.why.isEmpty());
    }

    void aLimitThatIsReachedIsToldByTheKernelsWords() {
        const QTemporaryDir procSys;
        const auto refusal = explainRefusal(QStringLiteral("cannot make namespaces: No space left on device"), procSys.path());
        QVERIFY2(refusal.remedy.contains(QLatin1String("user.max_net_namespaces=")), qPrintable(refusal.remedy));
    }
};

QTEST_GUILESS_MAIN(TestRefusal)
#include "tst_refusal.moc"
