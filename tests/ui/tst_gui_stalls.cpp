// SPDX-License-Identifier: GPL-3.0-or-later
// The real window on simulated labs: its thread is never away from the event loop for 100 ms, not while a lab comes up
// or goes down, nor in a storm of events, nor with a lab of a thousand nodes. Offscreen; GUI thread.
#include "gui_watchdog.h"

#include <ui/models/event_table.h>
#include <ui/window/main_window.h>

#include <QApplication>
#include <QTemporaryDir>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using podleaf::test::GuiWatchdog;

namespace {

constexpr auto kPatience = 60s;
constexpr auto kGreatPatience = 240s;

const QByteArray kFabric("name: fabric\nengine: simulated\n"
                         "simulation: {events: [{at: 0s, storm: 16000, for: 4s}]}\n"
                         "fabric: {spines: 2, leaves: 8, hosts-per-leaf: 5}\n"
                         "workloads: {web: {replicas: 6}}\ntests: {web: {from: [pods], to: web}}\n");
const QByteArray kThousand("name: thousand\nengine: simulated\naddresses: {pods: 10.16.0.0/12}\n"
                           "fabric: {spines: 16, leaves: 164, hosts-per-leaf: 5}\n");
const QByteArray kMillionRoutes("name: million\nengine: simulated\naddresses: {pods: 10.16.0.0/12}\n"
                                "fabric: {spines: 4, leaves: 83, hosts-per-leaf: 11}\n"
                                "workloads: {web: {on: [host1-1, host42-1, host83-1]}}\ntests: {web: {from: [pods], to: web}}\n");
/// As many nodes in a hundred racks that are not joined: up, they have ten thousand routes, not a million.
QByteArray racks() {
    QByteArray nodes;
    QByteArray links;
    for (int rack = 1; rack <= 100; ++rack) {
        const QByteArray leaf = "leaf" + QByteArray::number(rack);
        nodes += "  " + leaf + ": {kind: leaf}\n";
        for (int port = 1; port <= 9; ++port) {
            const QByteArray host = "host" + QByteArray::number(rack) + "-" + QByteArray::number(port);
            nodes += "  " + host + ": {kind: host}\n";
            links += "  - {ends: [" + leaf + ":swp" + QByteArray::number(port) + ", " + host + ":eth1]}\n";
        }
    }
    return "name: racks\nengine: simulated\naddresses: {pods: 10.16.0.0/12}\nnodes:\n" + nodes + "links:\n" + links;
}

} // namespace

class GuiStallsTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void upStormCutAndDown();
    void aThousandNodesAreOpened();
    void aThousandNodesComeUpAndGoDown_data();
    void aThousandNodesComeUpAndGoDown();

private:
    QString write(const QByteArray& lab);
    [[nodiscard]] const state::LabState& shown() const { return *m_window->feed().shown(); }
    [[nodiscard]] bool ends(LabRunner::Job job, const std::function<void()>& begin);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<GuiWatchdog> m_watchdog;
};

void GuiStallsTest::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_window = std::make_unique<MainWindow>(
        MainWindow::Collaborators{.opener = sessionOpener({u"/nowhere/podleaf-labhost"_s, m_folder->filePath(u"run"_s)}),
                                  .gallery = {},
                                  .settingsFile = m_folder->filePath(u"desktop.ini"_s),
                                  .privilege = {},
                                  .theme = ThemeMode::Light});
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get(), 20'000));
    m_watchdog = std::make_unique<GuiWatchdog>();
}

void GuiStallsTest::cleanup() {
    m_watchdog.reset();
    m_window.reset();
    m_folder.reset();
}

QString GuiStallsTest::write(const QByteArray& lab) {
    QFile file(m_folder->filePath(u"lab.yaml"_s));
    return file.open(QIODevice::WriteOnly) && file.write(lab) == lab.size() ? file.fileName() : QString();
}

/// Runs the loop until the job that `begin` starts has ended, as it should.
bool GuiStallsTest::ends(LabRunner::Job job, const std::function<void()>& begin) {
    std::optional<Ended> ended;
    const auto connection = connect(&m_window->runner(), &LabRunner::ended, this, [&ended, job](LabRunner::Job which, const Ended& result) {
        if (which == job) {
            ended = result;
        }
    });
    begin();
    const bool over = m_watchdog->runUntil([&ended] { return ended.has_value(); }, kGreatPatience);
    disconnect(connection);
    if (over && ended->error) {
        qWarning("%s", qPrintable(ended->error->message + u' ' + ended->error->detail));
    }
    return over && !ended->error;
}

void GuiStallsTest::upStormCutAndDown() {
    m_watchdog->enter(u"open"_s);
    QVERIFY(ends(LabRunner::Job::Attach, [this] { m_window->openLab(write(kFabric)); }));
    std::size_t routes = 0; // Come and gone; the storm blows as soon as the lab is up, for 4 s.
    connect(&m_window->feed(), &Feed::updated, this,
            [&routes](const state::Snapshot&, const state::Delta& delta) { routes += delta.routes.size(); });
    m_watchdog->enter(u"up"_s);
    QVERIFY(ends(LabRunner::Job::Up, [this] { m_window->runner().up(); }));
    m_watchdog->enter(u"storm"_s);
    const qint64 before = m_window->feed().shown()->running ? 1 : 0;
    QCOMPARE(before, 1);
    QVERIFY(m_watchdog->runUntil([&routes] { return routes > 10'000; }, kPatience));
    disconnect(&m_window->feed(), &Feed::updated, this, nullptr);
    m_watchdog->enter(u"cut"_s);
    const LinkId cable(u"leaf1-swp49"_s);
    QVERIFY(ends(LabRunner::Job::Cut, [&] { m_window->runner().setLink(cable, false); }));
    QVERIFY(m_watchdog->runUntil([&] { return !shown().links.at(cable).carrier; }, kPatience));
    m_watchdog->enter(u"test"_s);
    QVERIFY(ends(LabRunner::Job::Test, [this] { m_window->runner().test(); }));
    m_watchdog->enter(u"down"_s);
    QVERIFY(ends(LabRunner::Job::Down, [this] { m_window->runner().down(); }));
    QVERIFY(m_watchdog->runUntil([this] { return !shown().running; }, kPatience));
    QVERIFY2(m_watchdog->stalls().isEmpty(), qPrintable(m_watchdog->stalls()));
}

void GuiStallsTest::aThousandNodesAreOpened() {
    m_watchdog->enter(u"open"_s);
    const QString file = write(kThousand);
    QTimer::singleShot(0, m_window.get(), [&] { m_window->openLab(file); }); // as a click does, in a turn of the loop
    QVERIFY(ends(LabRunner::Job::Attach, [] {}));
    QCOMPARE(m_window->feed().shown()->nodes.size(), std::size_t{1000});
    m_watchdog->enter(u"zoom"_s);
    const double fit = m_window->canvas().zoomPercent();
    QTimer::singleShot(0, m_window.get(), [this] { m_window->canvas().zoomIn(); });
    QVERIFY(m_watchdog->runUntil([&] { return m_window->canvas().zoomPercent() > 1.05 * fit; }, kPatience));
    QVERIFY2(m_watchdog->stalls().isEmpty(), qPrintable(m_watchdog->stalls()));
}

void GuiStallsTest::aThousandNodesComeUpAndGoDown_data() {
    QTest::addColumn<QByteArray>("lab");
    QTest::newRow("racks") << racks();
    if (qEnvironmentVariableIsSet("PODLEAF_FULL")) { // some 20 s, and minutes with a sanitizer
        QTest::newRow("a million routes") << kMillionRoutes;
    }
}

void GuiStallsTest::aThousandNodesComeUpAndGoDown() {
    QFETCH(QByteArray, lab);
    m_watchdog->enter(u"open"_s);
    const QString file = write(lab);
    QTimer::singleShot(0, m_window.get(), [&] { m_window->openLab(file); });
    QVERIFY(ends(LabRunner::Job::Attach, [] {}));
    QCOMPARE(shown().nodes.size(), std::size_t{1000});
    m_watchdog->enter(u"up"_s);
    QVERIFY(ends(LabRunner::Job::Up, [this] { QTimer::singleShot(0, &m_window->runner(), &LabRunner::up); }));
    m_watchdog->enter(u"all green"_s);
    const auto isUp = [](const auto& each) { return each.second.phase == state::NodePhase::Ready; };
    QVERIFY(m_watchdog->runUntil([&] { return std::ranges::all_of(shown().nodes, isUp); }, kPatience));
    m_watchdog->enter(u"down"_s);
    QVERIFY(ends(LabRunner::Job::Down, [this] { QTimer::singleShot(0, &m_window->runner(), &LabRunner::down); }));
    m_watchdog->enter(u"all gone"_s);
    QVERIFY(m_watchdog->runUntil([this] { return !shown().running; }, kPatience));
    QVERIFY2(m_watchdog->stalls().isEmpty(), qPrintable(m_watchdog->stalls()));
}

QTEST_MAIN(GuiStallsTest)
#include "tst_gui_stalls.moc"
