// SPDX-License-Identifier: GPL-3.0-or-later
// The Capture dock on the tutorial's real lab, by mouse and keys: begun from a cable's menu, decoded by tshark, filtered,
// saved and read by tshark again. Needs root; offscreen. GUI thread.
#include "mouse_and_keys.h"
#include "real_window.h"

#include <ui/docks/capture_panel.h>
#include <ui/docks/table_panel.h>
#include <ui/window/look_inside.h>

#include <QLineEdit>
#include <QProcess>
#include <QTreeView>

#include <unistd.h>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;

class CaptureDockTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_lab.reset(); }
    void packetsOfACable();

private:
    CapturePanel& panel() { return m_lab->window().lookInside().capture(); }
    /// The first row with this protocol and, somewhere, this text; -1 when there is none.
    [[nodiscard]] int rowOf(const QString& protocol, const QString& text) {
        const QAbstractItemModel& model = *panel().table().view()->model();
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.index(row, PacketTable::Protocol).data().toString() == protocol &&
                model.index(row, PacketTable::Info).data().toString().contains(text)) {
                return row;
            }
        }
        return -1;
    }

    std::unique_ptr<RealWindow> m_lab;
};

void CaptureDockTest::initTestCase() {
    if (geteuid() != 0) {
        QSKIP("The window's tests run as root.");
    }
    m_lab = std::make_unique<RealWindow>();
    QVERIFY(m_lab->open());
}

void CaptureDockTest::packetsOfACable() {
    LabView& canvas = m_lab->window().canvas();
    const LinkId cable(QStringLiteral("intnet2"));
    clickAt(*canvas.viewport(), canvas.viewPosOf(cable), Qt::RightButton);
    QTRY_VERIFY_WITH_TIMEOUT(openMenu() != nullptr, kLabPatienceMs);
    QVERIFY(chooseFrom(*openMenu(), QStringLiteral("Capture intnet2")));
    QTRY_VERIFY_WITH_TIMEOUT(panel().isRunning() && isInSight(panel()), kLabPatienceMs);
    // It listens when the first packet is in, one of BGP's: what is sent before that is in no capture.
    QTRY_VERIFY_WITH_TIMEOUT(panel().table().view()->model()->rowCount() > 0, kLabPatienceMs);
    const QStringList ping{QStringLiteral("exec"), QStringLiteral("tutorial"), QStringLiteral("host2"), QStringLiteral("--"),
                           QStringLiteral("ping"), QStringLiteral("-c3"),      QStringLiteral("-i0.2"), QStringLiteral("10.255.0.1")};
    QCOMPARE(m_lab->podleaf().run(ping).exitCode, 0);
    // tshark's words, where it has come to it; BGP's keepalives come each few seconds.
    QTRY_VERIFY_WITH_TIMEOUT(rowOf(QStringLiteral("ICMP"), QStringLiteral("Echo (ping) request")) >= 0, kLabPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(rowOf(QStringLiteral("BGP"), QStringLiteral("KEEPALIVE")) >= 0, kLabPatienceMs);
    QTreeView* view = panel().table().view();
    const QModelIndex bgp = view->model()->index(rowOf(QStringLiteral("BGP"), QStringLiteral("KEEPALIVE")), PacketTable::Protocol);
    view->scrollTo(bgp);
    clickAt(*view->viewport(), view->visualRect(bgp).center());
    const QAbstractItemModel* fields = panel().details().model();
    const auto last = [fields] { return fields->index(fields->rowCount() - 1, 0).data().toString(); };
    QTRY_VERIFY_WITH_TIMEOUT(last().startsWith(QStringLiteral("Border Gateway Protocol")), kLabPatienceMs);
    m_lab->screenshot(QStringLiteral("capture"));
    panel().table().focusFilter();
    QTest::keyClicks(panel().table().findChild<QLineEdit*>(), QStringLiteral("ICMP reply"));
    QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 3, kLabPatienceMs);
    const QString path = m_lab->filePath(QStringLiteral("intnet2.pcapng"));
    panel().save(path);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), kLabPatienceMs);
    QProcess tshark;
    tshark.start(QStringLiteral("tshark"),
                 {QStringLiteral("-n"), QStringLiteral("-r"), path, QStringLiteral("-Y"), QStringLiteral("icmp")});
    QVERIFY(tshark.waitForFinished(kLabPatienceMs));
    QCOMPARE(tshark.readAllStandardOutput().count("Echo (ping)"), 6);
    panel().stop();
    QTRY_VERIFY_WITH_TIMEOUT(!panel().isRunning(), kLabPatienceMs);
    QCOMPARE(panel().faultShown(), QString());
}

QTEST_MAIN(CaptureDockTest)
#include "tst_capture_dock.moc"
