// SPDX-License-Identifier: GPL-3.0-or-later
// The Capture dock on the tutorial's real lab, by mouse and keys: begun from a cable's menu, decoded by tshark, filtered,
// saved and read by tshark again; and of a pod, from its chip. Needs root; offscreen. GUI thread.
#include "mouse_and_keys.h"
#include "real_window.h"

#include <ui/docks/capture_panel.h>
#include <ui/docks/inspector_panel.h>
#include <ui/docks/table_panel.h>
#include <ui/window/look_inside.h>

#include <QApplication>
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
    void packetsOfAPod();

private:
    /// `podleaf`'s words for pings from host2.
    [[nodiscard]] static QStringList pingWords(const QStringList& how) {
        return QStringList{QStringLiteral("exec"), QStringLiteral("tutorial"), QStringLiteral("host2"), QStringLiteral("--"),
                           QStringLiteral("ping")} +
               how;
    }
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
    QCOMPARE(m_lab->podleaf().run(pingWords({QStringLiteral("-c3"), QStringLiteral("-i0.2"), QStringLiteral("10.255.0.1")})).exitCode, 0);
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
    press(m_lab->window(), Qt::Key_F, Qt::ControlModifier); // The list has the focus, from the click.
    auto* filter = panel().table().findChild<QLineEdit*>();
    QTRY_VERIFY_WITH_TIMEOUT(filter->hasFocus(), kLabPatienceMs);
    QTest::keyClicks(filter, QStringLiteral("ICMP reply"));
    QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 3, kLabPatienceMs);
    const QString path = m_lab->filePath(QStringLiteral("intnet2.pcapng"));
    QVERIFY(clickButton(panel(), QStringLiteral("Save…")));
    QTRY_VERIFY_WITH_TIMEOUT(QApplication::activeModalWidget() != nullptr, kLabPatienceMs);
    QVERIFY(answerWithPath(QApplication::activeModalWidget(), path));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), kLabPatienceMs);
    QProcess tshark;
    tshark.start(QStringLiteral("tshark"),
                 {QStringLiteral("-n"), QStringLiteral("-r"), path, QStringLiteral("-Y"), QStringLiteral("icmp")});
    QVERIFY(tshark.waitForFinished(kLabPatienceMs));
    QCOMPARE(tshark.readAllStandardOutput().count("Echo (ping)"), 6);
    m_lab->window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&m_lab->window(), kLabPatienceMs));
    QVERIFY(clickButton(panel(), QStringLiteral("Stop")));
    QTRY_VERIFY_WITH_TIMEOUT(!panel().isRunning(), kLabPatienceMs);
    QCOMPARE(panel().faultShown(), QString());
}

/// A pod's chip, and the button below the inspector: its own cable has no routing protocol, so all that comes is what was sent.
void CaptureDockTest::packetsOfAPod() {
    MainWindow& window = m_lab->window();
    LabView& canvas = window.canvas();
    const PodRef pod{QStringLiteral("my-nginx-1")};
    clickAt(*canvas.viewport(), canvas.viewPosOf(pod));
    QTRY_COMPARE_WITH_TIMEOUT(window.inspector().content().title, pod.name, kLabPatienceMs);
    QVERIFY(clickButton(*window.lookInside().inspectorFoot(), QStringLiteral("Capture")));
    QTRY_VERIFY_WITH_TIMEOUT(panel().isRunning() && isInSight(panel()), kLabPatienceMs);
    auto* filter = panel().table().findChild<QLineEdit*>();
    click(*filter);
    press(window, Qt::Key_A, Qt::ControlModifier); // Over what was asked for before.
    QTest::keyClicks(filter, QStringLiteral("ICMP"));
    // What is sent before it listens is in no capture: it is asked until the first row is there.
    QProcess ping;
    const QString address = window.inspector().content().sections.front().rows.front().text;
    m_lab->podleaf().start(ping, pingWords({QStringLiteral("-c100"), QStringLiteral("-i0.2"), address}));
    QTRY_VERIFY_WITH_TIMEOUT(rowOf(QStringLiteral("ICMP"), QStringLiteral("Echo (ping) request")) >= 0, kLabPatienceMs);
    ping.kill();
    QVERIFY(ping.waitForFinished(kLabPatienceMs));
    m_lab->screenshot(QStringLiteral("capture-pod"));
    QVERIFY(clickButton(panel(), QStringLiteral("Stop")));
    QTRY_VERIFY_WITH_TIMEOUT(!panel().isRunning(), kLabPatienceMs);
    QCOMPARE(panel().faultShown(), QString());
}

QTEST_MAIN(CaptureDockTest)
#include "tst_capture_dock.moc"
