// SPDX-License-Identifier: GPL-3.0-or-later
// What scripts/bench measures the window with, offscreen and raster: frames of large canvases beside the naive scene of
// an item per cable, a storm of observations, start and opening, and an idle window. Prints one measurement a line, ours
// first. Times are the GUI thread's processor time where a frame is meant: on an idle machine that is the frame's time,
// on a busy one it stays what it is.
#include <core/intent/intent.h>
#include <tests/fakes/green_state.h>
#include <ui/canvas/lab_view.h>
#include <ui/canvas/layout.h>
#include <ui/window/main_window.h>

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QEventLoop>
#include <QFile>
#include <QGraphicsLineItem>
#include <QGraphicsRectItem>
#include <QGraphicsView>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>
#include <thread>
#include <utility>

using namespace podleaf;
using namespace Qt::StringLiterals;

namespace {

constexpr int kWarmUp = 5;
constexpr int kFrames = 60;
constexpr int kChanges = 50; ///< Cables that change in a frame.
constexpr qint64 kNowMs = 1'700'000'000'000;

double processorMs(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double threadMs() {
    return processorMs(CLOCK_THREAD_CPUTIME_ID);
}

/// A leaf-spine of 16 spines with so many nodes and thrice as many links in all.
model::Lab labOf(std::size_t size) {
    constexpr std::size_t kSpines = 16;
    const std::size_t leaves = (2 * size + kSpines) / (kSpines - 1);
    model::Lab lab;
    lab.id = LabId(u"bench"_s);
    lab.engine = model::EngineKind::Simulated;
    const auto add = [&lab](const QString& name, model::NodeKind kind) {
        const auto number = static_cast<std::uint32_t>(lab.nodes.size());
        lab.nodes.push_back({NodeId(name), kind, 65000 + number, Ipv4Address{0x0AFF0000U + number}, {}});
    };
    const auto join = [&lab](const QString& a, const QString& portA, const QString& b, const QString& portB) {
        const Ipv4Prefix net{Ipv4Address{0xAC000000U + static_cast<std::uint32_t>(lab.links.size()) * 4}, 30};
        model::Link link;
        link.id = LinkId(a + u'-' + portA);
        link.ends = {model::Endpoint{NodeId(a), portA}, model::Endpoint{NodeId(b), portB}};
        link.prefix = net;
        link.addresses = {net.at(1), net.at(2)};
        lab.links.push_back(link);
    };
    for (std::size_t i = 0; i < kSpines; ++i) {
        add(u"spine%1"_s.arg(i), model::NodeKind::Spine);
    }
    for (std::size_t i = 0; i < leaves; ++i) {
        add(u"leaf%1"_s.arg(i), model::NodeKind::Leaf);
        for (std::size_t spine = 0; spine < kSpines; ++spine) {
            join(u"leaf%1"_s.arg(i), u"up%1"_s.arg(spine), u"spine%1"_s.arg(spine), u"dn%1"_s.arg(i));
        }
    }
    for (std::size_t i = 0; lab.nodes.size() < size; ++i) {
        add(u"host%1"_s.arg(i), model::NodeKind::Host);
        join(u"leaf%1"_s.arg(i % leaves), u"swp%1"_s.arg(i), u"host%1"_s.arg(i), u"eth1"_s);
    }
    return lab;
}

/// The frames of `paint`, which is told the frame's number, in milliseconds; warmed up. `prepare` is what others do
/// before: not the GUI's.
std::vector<double> framesOf(const std::function<void(int)>& paint, const std::function<void(int)>& prepare = {}) {
    std::vector<double> frames;
    for (int frame = 0; frame < kWarmUp + kFrames; ++frame) {
        if (prepare) {
            prepare(frame);
        }
        const double begin = threadMs();
        paint(frame);
        if (frame >= kWarmUp) {
            frames.push_back(threadMs() - begin);
        }
    }
    return frames;
}

/// One view on one lab; `pan` scrolls instead of changing cables.
std::vector<double> ourFrames(const model::Lab& lab, bool pan) {
    ui::LabView view(ui::Theme::light());
    view.resize(1600, 1000);
    view.setClock([] { return kNowMs; });
    view.show();
    view.setLab(lab);
    view.fit();
    state::LabState state = fakes::greenState(lab);
    view.apply(std::make_shared<const state::LabState>(state), {});
    QCoreApplication::processEvents();
    if (pan) {
        view.setReducedMotion(true); // Zooms at once.
        view.zoomIn();               // By a fifth: nearly all is seen, and there is somewhere to go.
        return framesOf([&](int frame) {
            view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->value() + (frame % 2 == 0 ? 30 : -30));
            QCoreApplication::processEvents();
        });
    }
    // The store's thread changes its state and publishes a copy; the window gets that copy and what has changed.
    std::mt19937 random(1);
    state::Snapshot published;
    state::Delta delta;
    const auto prepare = [&](int frame) {
        delta = {};
        for (int i = 0; i < kChanges; ++i) {
            auto it = std::next(state.sessions.begin(), static_cast<std::ptrdiff_t>(random() % state.sessions.size()));
            it->second.state = frame % 2 == 0 ? state::BgpState::Active : state::BgpState::Established;
            delta.sessions.insert(it->first);
        }
        published = std::make_shared<const state::LabState>(state);
    };
    return framesOf(
        [&](int) {
            view.apply(std::exchange(published, nullptr), delta);
            QCoreApplication::processEvents();
        },
        prepare);
}

/// The same picture as beginners draw it: an item per node and per cable, antialiased, each updated by itself.
std::vector<double> naiveFrames(const model::Lab& lab, bool pan) {
    QGraphicsScene scene;
    const ui::Layout layout = ui::layoutOf(lab);
    for (const ui::NodePlace& place : layout.nodes) {
        auto* card = scene.addRect(place.card, QPen(Qt::gray), QBrush(Qt::white));
        (new QGraphicsSimpleTextItem(place.id.name, card))->setPos(place.card.topLeft() + QPointF(12, 12));
    }
    std::vector<QGraphicsLineItem*> cables;
    for (const ui::CablePlace& cable : layout.cables) {
        cables.push_back(scene.addLine(QLineF(cable.ports[0], cable.ports[1]), QPen(Qt::darkGreen, 3)));
    }
    QGraphicsView view(&scene);
    view.setRenderHint(QPainter::Antialiasing);
    view.setViewportUpdateMode(QGraphicsView::MinimalViewportUpdate);
    view.resize(1600, 1000);
    view.show();
    view.fitInView(scene.sceneRect(), Qt::KeepAspectRatio);
    if (pan) {
        view.scale(1.2, 1.2);
    }
    QCoreApplication::processEvents();
    std::mt19937 random(1);
    return framesOf([&](int frame) {
        if (pan) {
            view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->value() + (frame % 2 == 0 ? 30 : -30));
        }
        for (int i = 0; i < (pan ? 0 : kChanges); ++i) {
            cables[random() % cables.size()]->setPen(QPen(frame % 2 == 0 ? Qt::darkYellow : Qt::darkGreen, 3));
        }
        QCoreApplication::processEvents(); // the scene tells the view of what changed by queued calls
    });
}

int canvas(std::size_t size, bool pan) {
    const model::Lab lab = labOf(size);
    const std::vector<double> ours = ourFrames(lab, pan);
    const std::vector<double> naive = naiveFrames(lab, pan);
    for (std::size_t i = 0; i < ours.size(); ++i) {
        std::printf("%.3f %.3f\n", ours[i], naive[i]);
    }
    return 0;
}

qint64 residentKiB() {
    QFile file(u"/proc/self/status"_s);
    const QList<QByteArray> lines = file.open(QIODevice::ReadOnly) ? file.readAll().split('\n') : QList<QByteArray>();
    for (const QByteArray& line : lines) {
        if (line.startsWith("VmRSS:")) {
            return line.mid(6).trimmed().split(' ').first().toLongLong();
        }
    }
    return 0;
}

/// The window of a lab that comes without a session, as tests have it.
std::unique_ptr<ui::MainWindow> windowOn(const QString& folder, ui::LabOpener opener) {
    auto window = std::make_unique<ui::MainWindow>(ui::MainWindow::Collaborators{.opener = std::move(opener),
                                                                                 .gallery = {},
                                                                                 .settingsFile = folder + u"/desktop.ini"_s,
                                                                                 .privilege = {},
                                                                                 .theme = ui::ThemeMode::Light});
    window->resize(1440, 900);
    window->show();
    return window;
}

/// A million observations a minute for some seconds: each turn of the GUI's loop; then what was lost and the growth.
int storm(int seconds) {
    const QTemporaryDir folder;
    const model::Lab lab = labOf(256);
    const intent::Intent intent = intent::intentOf(lab);
    std::vector<state::SeedSession> seeds;
    for (const auto& session : intent.sessions) {
        seeds.push_back({session.node, session.peer, session.peerNode, session.link});
    }
    state::StateStore store(lab, seeds);
    store.push({kNowMs, state::EngineSeen{true}});
    for (const model::Node& node : lab.nodes) {
        store.push({kNowMs, state::NodeSeen{node.id, true}});
        store.push({kNowMs, state::BmpSeen{node.id, true}});
    }
    labfile::LabSource source{u"/labs/bench.yaml"_s, {}, {}};
    source.parsed.lab = lab;
    auto window = windowOn(folder.path(), {});
    ui::OpenLab opened;
    opened.document = std::make_unique<ui::LabDocument>(source);
    opened.store = &store;
    opened.legs = intent.legs;
    opened.intent = [&intent] { return &intent; };
    window->showLab(std::move(opened));

    std::jthread pusher([&](const std::stop_token& stop) {
        std::mt19937 random(1);
        auto next = std::chrono::steady_clock::now();
        while (!stop.stop_requested()) {
            for (int i = 0; i < 167; ++i) { // each 10 ms: 16,700 a second
                const auto& route = intent.routes[random() % intent.routes.size()];
                store.push(
                    {kNowMs, state::RouteSeen{
                                 route.node, route.prefix, u"bgp"_s, {{route.nextHops.front(), u"up0"_s}}, 20, (random() & 1U) == 0, {}}});
            }
            next += std::chrono::milliseconds(10);
            std::this_thread::sleep_until(next);
        }
    });
    std::vector<double> turns;
    double blocked = threadMs(); // From one wait for events to the next: waiting takes no processor time.
    auto* dispatcher = QAbstractEventDispatcher::instance();
    QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, window.get(), [&] {
        const double now = threadMs();
        turns.push_back(now - std::exchange(blocked, now));
    });
    QEventLoop loop;
    qint64 before = 0;
    QTimer::singleShot(2000, &loop, [&] { // The storm, not the opening.
        before = residentKiB();
        turns.clear();
    });
    QTimer::singleShot(seconds * 1000, &loop, &QEventLoop::quit);
    loop.exec();
    pusher.request_stop();
    pusher.join();
    const auto now = store.snapshot();
    const auto lost = now->lost.find(u"queue"_s);
    std::printf("longest_ms %.3f\nturns %zu\nlost %llu\ngrowth_mb %.3f\n", *std::ranges::max_element(turns), turns.size(),
                static_cast<unsigned long long>(lost == now->lost.end() ? 0 : lost->second),
                static_cast<double>(residentKiB() - before) / 1024);
    return 0;
}

/// Since when this process is there, in milliseconds of the wall clock.
double ageMs() {
    QFile stat(u"/proc/self/stat"_s);
    QFile uptime(u"/proc/uptime"_s);
    if (!stat.open(QIODevice::ReadOnly) || !uptime.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray line = stat.readAll();
    const double startTicks = line.mid(line.lastIndexOf(')') + 2).split(' ').value(19).toDouble(); // proc(5), field 22
    return uptime.readAll().split(' ').first().toDouble() * 1000 - startTicks * 1000 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// Opens a lab; prints how long that took and, for `start`, how old the process is then; then idles for some seconds.
int open(const QString& lab, const QString& runFolder, const QString& labhost, int idleSeconds) {
    const QTemporaryDir folder;
    auto window = windowOn(folder.path(), ui::sessionOpener({labhost, runFolder}));
    QCoreApplication::processEvents();
    const auto begin = std::chrono::steady_clock::now();
    QEventLoop loop;
    QObject::connect(window.get(), &ui::MainWindow::settled, &loop, [&loop] { QTimer::singleShot(0, &loop, &QEventLoop::quit); });
    window->openLab(lab);
    window->repaint();
    const std::chrono::duration<double, std::milli> shown = std::chrono::steady_clock::now() - begin;
    loop.exec();
    std::printf("open_ms %.3f\nstart_ms %.3f\n", shown.count(), ageMs());
    if (idleSeconds > 0) {
        const double used = processorMs(CLOCK_PROCESS_CPUTIME_ID);
        QTimer::singleShot(idleSeconds * 1000, &loop, &QEventLoop::quit);
        loop.exec();
        std::printf("idle_percent %.3f\n", (processorMs(CLOCK_PROCESS_CPUTIME_ID) - used) / (idleSeconds * 10.0));
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    const QString mode = arguments.value(1);
    if (mode == u"canvas"_s) {
        return canvas(arguments.value(2).toULongLong(), arguments.value(3) == u"pan"_s);
    }
    if (mode == u"storm"_s) {
        return storm(arguments.value(2).toInt());
    }
    if (mode == u"open"_s) {
        return open(arguments.value(2), arguments.value(3), arguments.value(4), arguments.value(5).toInt());
    }
    std::fprintf(stderr, "Usage: podleaf-bench-window canvas NODES [pan] | storm SECONDS | open LAB RUN-FOLDER LABHOST IDLE-SECONDS\n");
    return 2;
}
