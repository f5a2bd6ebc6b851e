// SPDX-License-Identifier: GPL-3.0-or-later
// What the plots keep, and the Plots dock: legend, zoom, follow, export, and how often it draws. Offscreen; GUI thread.
#include <tests/fakes/running_lab.h>
#include <ui/docks/fault_box.h>
#include <ui/plots/plots_panel.h>

#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::fakes;

namespace {

constexpr int kPatienceMs = 20'000;

const Series* named(const std::vector<Series>& all, const char* name) {
    const auto found = std::ranges::find(all, QString::fromUtf8(name), &Series::name);
    return found == all.end() ? nullptr : &*found;
}

state::ConvergenceRecord record(qint64 atMs, qint64 detectedMs, qint64 installedMs) {
    state::ConvergenceRecord made;
    made.what = QStringLiteral("intnet2 was cut");
    made.atMs = atMs;
    made.nodes[NodeId(QStringLiteral("leaf1"))].carrierMs = detectedMs;
    made.nodes[NodeId(QStringLiteral("leaf1"))].installedMs = installedMs;
    return made;
}

/// The dock on the tutorial's lab, all green.
struct ShownPlots {
    Theme theme = Theme::light();
    PlotsPanel panel{theme};
    ObservedLab lab;

    ShownPlots() {
        panel.resize(800, 240);
        lab.feed(greenTutorial(lab.lab));
    }
    [[nodiscard]] bool show() {
        panel.show();
        return QTest::qWaitForWindowExposed(&panel, kPatienceMs);
    }
};

} // namespace

class PlotsTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valuesComeFromSnapshots();
    void ringsAreBounded();
    void routesAreCountedSomeAtATime();
    void eventsAreTicks();
    void recordsAreEachAPoint();
    void legendHasTheLastValues();
    void legendHasRoomForTheHighest();
    void aPlotCanBeHidden();
    void plotsScrollRatherThanSquash();
    void plotsAreNamed();
    void followAndZoom();
    void exportAsksWithoutHoldingTheLoop();
    void exports();
    void drawsAtMostTenTimesASecond();
};

void PlotsTest::valuesComeFromSnapshots() {
    ObservedLab lab;
    lab.feed(greenTutorial(lab.lab));
    SeriesStore store;
    store.sample(lab.state, {}, kStartMs);
    store.sample(lab.state, {}, kStartMs + 1000);   // The same again is not kept …
    store.sample(lab.state, {}, kStartMs + 11'000); // … but for so long.
    QCOMPARE(named(store.sessions(), "Established")->samples.size(), std::size_t(2));
    QCOMPARE(named(store.sessions(), "Established")->samples.front().value, 6.0);
    QCOMPARE(named(store.prefixes(), "leaf1")->samples.front().value, 3.0);
    double sum = 0;
    for (const char* node : {"leaf1", "host1", "host2", "host3"}) {
        sum += named(store.prefixes(), node)->samples.front().value;
    }
    QCOMPARE(named(store.prefixes(), "All nodes")->samples.front().value, sum);
    QVERIFY(store.toCsv().startsWith("time,plot,series,value\n"));
    QVERIFY(store.toCsv().contains(",prefixes,\"leaf1\",3\n"));
    QVERIFY(store.rates().empty()); // Nobody has counted.
    lab.state.nodes[NodeId(QStringLiteral("leaf1"))].traffic[QStringLiteral("swp1")].txBitsPerSecond = 1500;
    lab.state.nodes[NodeId(QStringLiteral("leaf1"))].traffic[QStringLiteral("swp2")].txBitsPerSecond = 500;
    lab.state.nodes[NodeId(QStringLiteral("host1"))].traffic[QStringLiteral("eth1")].txBitsPerSecond = 1000;
    store.sample(lab.state, {}, kStartMs + 12'000);
    QCOMPARE(named(store.rates(), "leaf1")->samples.back().value, 2000.0);
    QCOMPARE(named(store.rates(), "All nodes")->samples.back().value, 3000.0);
    QVERIFY(store.cpu().empty());
    lab.state.nodes[NodeId(QStringLiteral("leaf1"))].usage = {std::nullopt, 20 << 20, 0, 0};
    store.sample(lab.state, {}, kStartMs + 13'000);
    QVERIFY(store.cpu().empty()); // One look makes no rate.
    lab.state.nodes[NodeId(QStringLiteral("leaf1"))].usage = {0.12, 20 << 20, 0, 0};
    lab.state.nodes[NodeId(QStringLiteral("host1"))].usage = {1.5, 20 << 20, 0, 0};
    store.sample(lab.state, {}, kStartMs + 14'000);
    QCOMPARE(named(store.cpu(), "leaf1")->samples.back().value, 12.0);
    QCOMPARE(named(store.cpu(), "All nodes")->samples.back().value, 162.0);
    QVERIFY(named(store.cpu(), "host2") == nullptr);
    QVERIFY(store.toCsv().contains(",cpu-percent,\"host1\",150\n"));
}

void PlotsTest::ringsAreBounded() {
    SeriesStore store;
    state::LabState lab;
    for (int i = 0; i < 200; ++i) {
        const NodeId id(QStringLiteral("node%1").arg(i));
        lab.nodes[id].id = id;
    }
    for (std::size_t i = 0; i < kMaxSamples + 50; ++i) {
        lab.sessions[{NodeId(QStringLiteral("a")), Ipv4Address(static_cast<std::uint32_t>(i % 2))}] = {};
        lab.sessions.erase({NodeId(QStringLiteral("a")), Ipv4Address(static_cast<std::uint32_t>(i % 3))});
        store.sample(lab, {}, kStartMs + static_cast<qint64>(i) * 20'000);
    }
    QCOMPARE(store.prefixes().size(), kMaxSeries);
    QVERIFY(named(store.prefixes(), "All nodes") != nullptr);
    QCOMPARE(named(store.sessions(), "Established")->samples.size(), kMaxSamples);
    store.note(std::vector<state::LogEntry>(kMaxTicks * 2, {0, QStringLiteral("link"), {}, {}, true}));
    QCOMPARE(store.ticks().size(), kMaxTicks);
}

/// So that a lab of a million routes does not hold the window.
void PlotsTest::routesAreCountedSomeAtATime() {
    constexpr std::uint32_t kRoutes = 15'000;
    SeriesStore store;
    state::LabState lab;
    for (const char* name : {"a", "b", "c"}) {
        const NodeId id(QString::fromLatin1(name));
        lab.nodes[id].id = id;
        for (std::uint32_t i = 0; i < kRoutes; ++i) {
            const Ipv4Prefix to{Ipv4Address{0x0a000000U + i * 256}, 24};
            lab.nodes[id].routes[{to, 20}] = {to, QStringLiteral("bgp"), {}, 20};
        }
    }
    const auto sum = [&store] { return named(store.prefixes(), "All nodes")->samples.back().value; };
    store.sample(lab, {}, kStartMs);
    QCOMPARE(sum(), 2.0 * kRoutes);
    store.sample(lab, {NodeId(QStringLiteral("a"))}, kStartMs + 100); // What changes all the time keeps nobody waiting.
    QCOMPARE(sum(), 3.0 * kRoutes);
    lab.nodes.erase(NodeId(QStringLiteral("b")));
    store.sample(lab, {}, kStartMs + 200);
    QCOMPARE(sum(), 2.0 * kRoutes);
}

void PlotsTest::eventsAreTicks() {
    SeriesStore store;
    store.note({{1000, QStringLiteral("link"), QStringLiteral("intnet2"), QStringLiteral("intnet2 was cut."), true},
                {2000, QStringLiteral("route"), QStringLiteral("host1"), QStringLiteral("10.20.1.0/24 came."), false},
                {3000, QStringLiteral("session"), QStringLiteral("host1"), QStringLiteral("Established."), false}});
    QCOMPARE(store.ticks().size(), std::size_t(1));
    QCOMPARE(store.ticks().front().atS, 1.0);
    QVERIFY(store.ticks().front().bad);
}

void PlotsTest::recordsAreEachAPoint() {
    SeriesStore store;
    store.note(record(kStartMs, 1, 40));
    store.note(record(kStartMs + 100, 1, 55));
    QCOMPARE(named(store.convergence(), "Installed")->samples.size(), std::size_t(2));
    QCOMPARE(named(store.convergence(), "Detected")->samples.back().value, 1.0);
    QVERIFY(named(store.convergence(), "Through") == nullptr);
}

void PlotsTest::legendHasTheLastValues() {
    ShownPlots shown;
    PlotsPanel& panel = shown.panel;
    QVERIFY(shown.show());
    panel.add(shown.lab.state, {}, kStartMs);
    QTRY_VERIFY_WITH_TIMEOUT(panel.plots().legend().contains(QStringLiteral("Established 6")), kPatienceMs);
    QVERIFY(panel.plots().legend().contains(QStringLiteral("leaf1 3")));
    shown.lab.state.nodes[NodeId(QStringLiteral("leaf1"))].usage = {0.12, 20 << 20, 0, 0};
    panel.add(shown.lab.state, {}, kStartMs + 1000);
    QTRY_VERIFY_WITH_TIMEOUT(panel.plots().legend().contains(QStringLiteral("leaf1 12 %")), kPatienceMs);
    panel.add(record(kStartMs, 2, 40));
    QTRY_VERIFY_WITH_TIMEOUT(panel.plots().legend().contains(QStringLiteral("Installed 40")), kPatienceMs);
    panel.clear();
    QTRY_VERIFY_WITH_TIMEOUT(panel.series().sessions().empty(), kPatienceMs);
}

void PlotsTest::legendHasRoomForTheHighest() {
    const Theme theme = Theme::light();
    PlotsPanel panel(theme);
    panel.resize(800, 240);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel, kPatienceMs));
    state::LabState lab;
    for (int i = 0; i < 200; ++i) {
        state::NodeState& made = lab.nodes[NodeId(QStringLiteral("leaf%1-swp%1").arg(i))];
        made.id = NodeId(QStringLiteral("leaf%1-swp%1").arg(i));
        made.traffic[QStringLiteral("eth1")].txBitsPerSecond = i;
    }
    panel.add(lab, {}, kStartMs);
    const auto named = [&panel](const QString& begin) {
        return std::ranges::any_of(panel.plots().legend(), [&](const QString& words) { return words.startsWith(begin); });
    };
    QTRY_VERIFY_WITH_TIMEOUT(named(QStringLiteral("All nodes 20 kbit/s")), kPatienceMs); // The sum of all.
    QVERIFY2(named(QStringLiteral("+ ")), qPrintable(panel.plots().legend().join(u'|')));
    const auto few = panel.plots().legend().size();
    QVERIFY2(few < 40, qPrintable(panel.plots().legend().join(u'|')));
    panel.resize(1600, 900); // There is room for more then.
    panel.add(lab, {}, kStartMs + 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(panel.plots().legend().size() > few, kPatienceMs);
}

void PlotsTest::aPlotCanBeHidden() {
    ShownPlots shown;
    PlotsPanel& panel = shown.panel;
    QVERIFY(shown.show());
    shown.lab.state.nodes[NodeId(QStringLiteral("leaf1"))].traffic[QStringLiteral("swp1")].txBitsPerSecond = 1500;
    panel.add(shown.lab.state, {}, kStartMs);
    QTRY_VERIFY_WITH_TIMEOUT(panel.plots().legend().contains(QStringLiteral("leaf1 1.5 kbit/s")), kPatienceMs);
    const auto buttons = panel.findChildren<QToolButton*>();
    const auto rates = std::ranges::find(buttons, QStringLiteral("Rates"), &QToolButton::text);
    QVERIFY(rates != buttons.end());
    (*rates)->click();
    QTRY_VERIFY_WITH_TIMEOUT(!panel.plots().legend().contains(QStringLiteral("leaf1 1.5 kbit/s")), kPatienceMs);
    QVERIFY(panel.plots().legend().contains(QStringLiteral("leaf1 3")));
    (*rates)->click();
    QTRY_VERIFY_WITH_TIMEOUT(panel.plots().legend().contains(QStringLiteral("leaf1 1.5 kbit/s")), kPatienceMs);
}

/// In the dock as it comes, a fifth of its height would be less than the figures of an axis.
void PlotsTest::plotsScrollRatherThanSquash() {
    ShownPlots shown;
    PlotsPanel& panel = shown.panel;
    QVERIFY(shown.show());
    panel.add(shown.lab.state, {}, kStartMs);
    const auto least = [&panel] { return std::ranges::min(panel.plots().heights()); };
    QTRY_VERIFY2_WITH_TIMEOUT(least() >= 80, qPrintable(QString::number(least())), kPatienceMs);
    const auto* bar = panel.plots().findChild<QScrollArea*>()->verticalScrollBar();
    QTRY_VERIFY_WITH_TIMEOUT(bar->maximum() > 0, kPatienceMs);
    for (const PlotKind plot : kPlots) {
        panel.plots().setShown(plot, plot == PlotKind::Rates);
    }
    QTRY_COMPARE_WITH_TIMEOUT(bar->maximum(), 0, kPatienceMs); // One has room.
}

void PlotsTest::plotsAreNamed() {
    ShownPlots shown;
    PlotsPanel& panel = shown.panel;
    QVERIFY(shown.show());
    panel.add(shown.lab.state, {}, kStartMs);
    QCOMPARE(panel.plots().titles().size(), qsizetype(5));
    const auto areDrawn = [&panel] {
        const QByteArray drawn = panel.plots().svg();
        return std::ranges::all_of(panel.plots().titles(), [&drawn](const QString& title) { return drawn.contains(title.toUtf8()); });
    };
    QTRY_VERIFY_WITH_TIMEOUT(areDrawn(), kPatienceMs);
    panel.plots().setShown(PlotKind::Cpu, false);
    QVERIFY(!panel.plots().titles().contains(QStringLiteral("CPU, %")));
}

void PlotsTest::exportAsksWithoutHoldingTheLoop() {
    ShownPlots shown;
    PlotsPanel& panel = shown.panel;
    QVERIFY(shown.show());
    const auto buttons = panel.findChildren<QPushButton*>();
    const auto exporting = std::ranges::find(buttons, QStringLiteral("Export…"), &QPushButton::text);
    QVERIFY(exporting != buttons.end());
    (*exporting)->click(); // Comes back.
    auto* dialog = panel.findChild<QFileDialog*>();
    QVERIFY(dialog != nullptr && dialog->isVisible());
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(panel.findChild<QFileDialog*>() == nullptr, kPatienceMs);
}

void PlotsTest::followAndZoom() {
    ShownPlots shown;
    PlotsPanel& panel = shown.panel;
    QVERIFY(shown.show());
    panel.add(shown.lab.state, {}, kStartMs);
    QTRY_COMPARE_WITH_TIMEOUT(qRound(panel.plots().shownSpanS()), 300, kPatienceMs);
    auto* canvas = panel.plots().findChild<QWidget*>(QStringLiteral("plots"));
    const QPointF place(canvas->rect().center());
    QWheelEvent wheel(place, canvas->mapToGlobal(place), {}, {0, 120}, Qt::NoButton, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas, &wheel);
    QVERIFY(!panel.plots().isFollowing());
    QVERIFY(panel.plots().shownSpanS() < 299);
    auto* follow = panel.findChild<QToolButton*>();
    QVERIFY(!follow->isChecked());
    auto* span = panel.findChild<QComboBox*>();
    span->setFocus();
    QTest::keyClick(span, Qt::Key_Up); // 1 min
    QTRY_COMPARE_WITH_TIMEOUT(qRound(panel.plots().shownSpanS()), 60, kPatienceMs);
    QVERIFY(panel.plots().isFollowing() && follow->isChecked());
}

void PlotsTest::exports() {
    ShownPlots shown;
    PlotsPanel& panel = shown.panel;
    QVERIFY(shown.show());
    panel.add(shown.lab.state, {}, kStartMs);
    QTRY_VERIFY_WITH_TIMEOUT(!panel.plots().legend().isEmpty(), kPatienceMs);
    const QTemporaryDir folder;
    QVERIFY(panel.exportTo(folder.filePath(QStringLiteral("p.png"))));
    QVERIFY(!QImage(folder.filePath(QStringLiteral("p.png"))).isNull());
    QVERIFY(panel.exportTo(folder.filePath(QStringLiteral("p.svg"))));
    QFile svg(folder.filePath(QStringLiteral("p.svg")));
    QVERIFY(svg.open(QIODevice::ReadOnly) && svg.readAll().contains("Established 6"));
    QVERIFY(panel.exportTo(folder.filePath(QStringLiteral("p1.csv"))));
    const auto* fault = panel.findChild<FaultBox*>();
    QVERIFY(!fault->isVisible());
    QVERIFY(!panel.exportTo(QStringLiteral("/no/such/folder/p.csv")));
    QCOMPARE(fault->sentence(), QStringLiteral("Cannot write /no/such/folder/p.csv."));
    QVERIFY(fault->isVisible());
    QVERIFY(!panel.exportTo(folder.filePath(QStringLiteral("p.jpg"))));
    QVERIFY(panel.exportTo(folder.filePath(QStringLiteral("p2.PNG"))));
    QVERIFY(!fault->isVisible());
}

void PlotsTest::drawsAtMostTenTimesASecond() {
    ShownPlots shown;
    PlotsPanel& panel = shown.panel;
    panel.add(shown.lab.state, {}, kStartMs);
    QCOMPARE(panel.redraws(), 0); // Nobody looks.
    QVERIFY(shown.show());
    QTRY_VERIFY_WITH_TIMEOUT(panel.redraws() > 0, kPatienceMs);
    const int before = panel.redraws();
    QElapsedTimer time;
    time.start();
    qint64 now = kStartMs;
    while (panel.redraws() < before + 3) {
        panel.add(shown.lab.state, {}, now += 20'000);
        QCoreApplication::processEvents();
        QVERIFY(time.elapsed() < kPatienceMs);
    }
    QVERIFY(time.elapsed() >= 200);
    panel.hide();
    const int hidden = panel.redraws();
    panel.add(shown.lab.state, {}, now += 20'000);
    QCOMPARE(panel.redraws(), hidden);
}

QTEST_MAIN(PlotsTest)
#include "tst_plots.moc"
