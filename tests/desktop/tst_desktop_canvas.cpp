// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas on the tutorial's real lab, by mouse and key: lenses that follow the kernels, traces, faults from menus.
// What is true is read from a separate `podleaf` process. Needs root; offscreen. GUI thread.
#include "mouse_and_keys.h"
#include "real_window.h"

#include <ui/canvas/traffic_layer.h>
#include <ui/window/lens_bar.h>

#include <algorithm>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;

namespace {

const QString kLab = QStringLiteral("tutorial");
const NodeId kLeaf{QStringLiteral("leaf1")};
const NodeId kHost1{QStringLiteral("host1")};
const NodeId kHost2{QStringLiteral("host2")};
const LinkId kCable1{QStringLiteral("intnet1")};
const LinkId kCable2{QStringLiteral("intnet2")};
constexpr int kPatienceMs = kLabPatienceMs;

int arrowsOf(const RoutePicture& picture, RouteUse use) {
    return static_cast<int>(std::ranges::count(picture.hops, use, &RouteHop::use));
}

} // namespace

class DesktopCanvasTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void routesFollowTheKernels();
    void trafficFollowsTheCounters();
    void usageFollowsTheProcesses();
    void traceSaysWhereItStops();
    void packetsAreDroppedAndRestored();
    void daemonIsKilledAndStarted();

private:
    PodleafProgram podleaf() const { return m_lab->podleaf(); }
    [[nodiscard]] LabView& canvas() { return m_window->canvas(); }
    void clickNode(const NodeId& node) { clickAt(*canvas().viewport(), canvas().viewPosOf(node)); }
    /// Opens the menu at a place of the canvas and goes through it.
    void choose(const QPoint& at, const QStringList& path);
    [[nodiscard]] QString stateOf(const NodeId& node) const {
        return findIn(podleaf().status(kLab)[QStringLiteral("nodes")].toArray(), QStringLiteral("name"), node.name)[QStringLiteral("state")]
            .toString();
    }

    std::unique_ptr<RealWindow> m_lab;
    MainWindow* m_window = nullptr; ///< Its.
};

void DesktopCanvasTest::initTestCase() {
    if (geteuid() != 0) {
        QSKIP("The window's tests run as root.");
    }
    m_lab = std::make_unique<RealWindow>();
    QVERIFY(m_lab->open());
    m_window = &m_lab->window();
    canvas().setReducedMotion(true);
    canvas().setFocus();
}

void DesktopCanvasTest::cleanupTestCase() {
    QVERIFY(!m_lab || m_lab->takeDown());
}

void DesktopCanvasTest::choose(const QPoint& at, const QStringList& path) {
    clickAt(*canvas().viewport(), at, Qt::RightButton);
    QTRY_VERIFY_WITH_TIMEOUT(openMenu() != nullptr, kPatienceMs);
    QMenu* menu = openMenu();
    for (const QString& word : path) {
        QTRY_VERIFY_WITH_TIMEOUT(menu->isVisible(), kPatienceMs);
        const auto actions = menu->actions();
        const auto entry = std::ranges::find(actions, word, &QAction::text);
        QVERIFY2(entry != actions.end(), qPrintable(word));
        QMenu* next = (*entry)->menu();
        QVERIFY2(chooseFrom(*menu, word), qPrintable(word));
        menu = next;
    }
}

void DesktopCanvasTest::routesFollowTheKernels() {
    press(*m_window, Qt::Key_3);
    clickNode(kHost2);
    QVERIFY(canvas().prefix() == Ipv4Prefix::parse(QStringLiteral("10.20.1.0/24")));
    QTRY_COMPARE_WITH_TIMEOUT(arrowsOf(canvas().routePicture(), RouteUse::Best), 3, kPatienceMs);
    QVERIFY(canvas().routePicture().marks.at(kHost2).owner);
    QCOMPARE(canvas().routePicture().marks.size(), std::size_t(1)); // Nothing differs.
    // The kernel of host1 loses the route, while BGP knows it still. A zebra that goes on would put it back at once.
    const auto zebra = [this](const QString& verb) {
        return podleaf().run({QStringLiteral("node"), kLab, kHost1.name, verb, QStringLiteral("zebra")}).exitCode;
    };
    QCOMPARE(zebra(QStringLiteral("pause")), 0);
    QCOMPARE(podleaf()
                 .run({QStringLiteral("exec"), kLab, kHost1.name, QStringLiteral("--"), QStringLiteral("ip"), QStringLiteral("route"),
                       QStringLiteral("del"), QStringLiteral("10.20.1.0/24")})
                 .exitCode,
             0);
    QTRY_VERIFY_WITH_TIMEOUT(canvas().routePicture().marks.contains(kHost1), kPatienceMs);
    QCOMPARE(canvas().routePicture().marks.at(kHost1).words, QStringLiteral("not in the kernel"));
    QCOMPARE(arrowsOf(canvas().routePicture(), RouteUse::Fallback), 1); // By DHCP's default route.
    QCOMPARE(zebra(QStringLiteral("continue")), 0);
    QTRY_VERIFY_WITH_TIMEOUT(!canvas().routePicture().marks.contains(kHost1), kPatienceMs);
    // The cable is cut: at leaf1 packets to host2 stop.
    QCOMPARE(podleaf().run({QStringLiteral("link"), kLab, kCable2.name, QStringLiteral("cut")}).exitCode, 0);
    QTRY_VERIFY_WITH_TIMEOUT(canvas().routePicture().marks.contains(kLeaf), kPatienceMs);
    QVERIFY(canvas().routePicture().marks.at(kLeaf).glyph == Glyph::Bad);
    QCOMPARE(podleaf().run({QStringLiteral("link"), kLab, kCable2.name, QStringLiteral("join")}).exitCode, 0);
    QTRY_VERIFY_WITH_TIMEOUT(canvas().routePicture().marks.size() == 1, kPatienceMs);
}

void DesktopCanvasTest::trafficFollowsTheCounters() {
    press(*m_window, Qt::Key_5);
    const auto rate = [this] {
        const state::Snapshot& shown = m_window->feed().shown();
        const auto port = shown->nodes.at(kHost1).traffic.find(QStringLiteral("eth1"));
        return port == shown->nodes.at(kHost1).traffic.end() ? 0.0 : port->second.txBitsPerSecond;
    };
    const auto violet = [this] {
        return countNear(canvas().grab().toImage(), canvas().viewPosOf(kCable1) + QPoint(12, -22), 6, Theme::light().color(Role::Traffic));
    };
    // 100 packets of 1,400 bytes a second, for some seconds: more than a megabit.
    QProcess ping;
    podleaf().start(ping, {QStringLiteral("exec"), kLab, kHost1.name, QStringLiteral("--"), QStringLiteral("ping"), QStringLiteral("-q"),
                           QStringLiteral("-c"), QStringLiteral("500"), QStringLiteral("-i"), QStringLiteral("0.01"), QStringLiteral("-s"),
                           QStringLiteral("1400"), QStringLiteral("172.16.0.1")});
    QTRY_VERIFY_WITH_TIMEOUT(rate() > 500'000, kPatienceMs);
    QVERIFY(rate() < 5'000'000);
    QTRY_VERIFY_WITH_TIMEOUT(violet() > 20, kPatienceMs);
    QVERIFY(ping.waitForFinished(kPatienceMs));
    QTRY_VERIFY_WITH_TIMEOUT(rate() < 50'000, kPatienceMs); // It falls again with no event to tell of it.
}

void DesktopCanvasTest::usageFollowsTheProcesses() {
    press(*m_window, Qt::Key_1);
    const auto cpu = [this](const NodeId& node) {
        const auto& usage = m_window->feed().shown()->nodes.at(node).usage;
        return usage ? usage->cpu.value_or(-1) : -1;
    };
    QTRY_VERIFY_WITH_TIMEOUT(cpu(kHost1) >= 0, kPatienceMs);
    QProcess busy;
    podleaf().start(busy, {QStringLiteral("exec"), kLab, kHost1.name, QStringLiteral("--"), QStringLiteral("sh"), QStringLiteral("-c"),
                           QStringLiteral("while :; do :; done")});
    // All of a core on an idle machine; what it gets on a busy one.
    QTRY_VERIFY_WITH_TIMEOUT(cpu(kHost1) > 0.1 && cpu(kHost2) >= 0 && cpu(kHost2) < cpu(kHost1) / 4, kPatienceMs);
    QVERIFY2(canvas().accessibleTextOf(kHost1).contains(QStringLiteral(", CPU ")), qPrintable(canvas().accessibleTextOf(kHost1)));
    busy.terminate(); // The program ends with the command.
    QVERIFY(busy.waitForFinished(kPatienceMs));
    QTRY_VERIFY_WITH_TIMEOUT(cpu(kHost1) < 0.1, kPatienceMs); // It falls again with no event to tell of it.
}

void DesktopCanvasTest::traceSaysWhereItStops() {
    clickNode(kHost1);
    press(*m_window, Qt::Key_T);
    clickNode(kHost2);
    QTRY_VERIFY2_WITH_TIMEOUT(canvas().note().contains(QStringLiteral("arrives over 2 cables")), qPrintable(canvas().note()), kPatienceMs);
    QCOMPARE(podleaf().run({QStringLiteral("link"), kLab, kCable2.name, QStringLiteral("cut")}).exitCode, 0);
    QTRY_VERIFY_WITH_TIMEOUT(canvas().accessibleTextOf(kCable2).contains(QStringLiteral("cut")), kPatienceMs);
    press(*m_window, Qt::Key_Escape);
    QVERIFY(canvas().note().isEmpty());
    clickNode(kHost1);
    choose(canvas().viewPosOf(kHost1), {QStringLiteral("Trace from here")});
    clickNode(kHost2);
    QTRY_VERIFY2_WITH_TIMEOUT(canvas().note().contains(QStringLiteral("stops at leaf1")), qPrintable(canvas().note()), kPatienceMs);
    press(*m_window, Qt::Key_Escape);
    choose(canvas().viewPosOf(kCable2), {QStringLiteral("Restore intnet2")});
    QTRY_VERIFY_WITH_TIMEOUT(!canvas().accessibleTextOf(kCable2).contains(QStringLiteral("cut")), kPatienceMs);
}

void DesktopCanvasTest::packetsAreDroppedAndRestored() {
    const auto faultOf = [this] {
        return findIn(podleaf().status(kLab)[QStringLiteral("links")].toArray(), QStringLiteral("name"),
                      kCable2.name)[QStringLiteral("fault")]
            .toString();
    };
    const auto impaired = [this] {
        const auto cable = m_window->feed().shown()->links.find(kCable2);
        return cable->second.impairments[0].drop || cable->second.impairments[1].drop;
    };
    choose(canvas().viewPosOf(kCable2), {QStringLiteral("Drop packets"), QStringLiteral("From host2 to leaf1")});
    QTRY_VERIFY_WITH_TIMEOUT(impaired(), kPatienceMs);
    QVERIFY(!faultOf().isEmpty());
    choose(canvas().viewPosOf(kCable2), {QStringLiteral("Restore intnet2")});
    QTRY_VERIFY_WITH_TIMEOUT(!impaired(), kPatienceMs);
    QVERIFY(faultOf().isEmpty());
}

void DesktopCanvasTest::daemonIsKilledAndStarted() {
    choose(canvas().viewPosOf(kHost2), {QStringLiteral("Daemons"), QStringLiteral("bgpd"), QStringLiteral("Kill")});
    QTRY_VERIFY_WITH_TIMEOUT(canvas().accessibleTextOf(kHost2).contains(QStringLiteral("Failed")), kPatienceMs);
    QCOMPARE(stateOf(kHost2), QStringLiteral("failed"));
    choose(canvas().viewPosOf(kHost2), {QStringLiteral("Daemons"), QStringLiteral("bgpd"), QStringLiteral("Start")});
    QTRY_VERIFY_WITH_TIMEOUT(canvas().accessibleTextOf(kHost2).contains(QStringLiteral("Ready")), kPatienceMs);
    QVERIFY(podleaf().waitForStatus(
        kLab, [](const QJsonObject& status) { return status[QStringLiteral("phase")].toString() == QLatin1String("up"); }));
}

QTEST_MAIN(DesktopCanvasTest)
#include "tst_desktop_canvas.moc"
