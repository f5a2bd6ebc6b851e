// SPDX-License-Identifier: GPL-3.0-or-later
// How old is what the window shows? Makes events in a node of the running tutorial, by `ip`, and prints how many
// milliseconds after the kernel was told the pixels of the (offscreen) window's own picture changed, one event a line.
#include <ui/canvas/lab_view.h>
#include <ui/window/main_window.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QPixmap>
#include <QProcess>
#include <QScreen>
#include <QTemporaryDir>
#include <QTimer>

#include <chrono>
#include <cstdio>

using namespace podleaf;
using namespace Qt::StringLiterals;

namespace {

constexpr int kDeadlineMs = 30'000;
constexpr int kQuietMs = 1500; ///< No animation and no clock changes the place that is looked at.

double nowMs() {
    return std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// What is done to a node and undone, and where it shows.
struct Event {
    QString node;
    QString make;
    QString mend;
    QRect place; ///< In the window.
};

/// Looks at a place of the window after each frame.
class Watcher final : public QObject {
public:
    explicit Watcher(ui::MainWindow& window) : m_window(window), m_canvas(*window.findChild<ui::LabView*>()) {
        m_canvas.viewport()->installEventFilter(this);
    }

    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint) {
            QTimer::singleShot(0, this, [this] { look(); }); // When the frame is in the window's picture.
        }
        return QObject::eventFilter(watched, event);
    }

    /// Since when the place looks as it does, in Unix milliseconds; waits until it is quiet.
    double settle(const QRect& place) {
        m_place = place;
        m_seen = grab();
        m_changedMs = nowMs();
        const double deadline = nowMs() + kDeadlineMs;
        while (nowMs() - m_changedMs < kQuietMs && nowMs() < deadline) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            look();
        }
        return m_changedMs;
    }
    /// When the place looked different for the first time from now on, in Unix milliseconds; 0 when it never does.
    double change() {
        m_firstMs = 0;
        const double deadline = nowMs() + kDeadlineMs;
        while (m_firstMs == 0 && nowMs() < deadline) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        return m_firstMs;
    }

private:
    [[nodiscard]] QImage grab() const {
        return m_window.screen()->grabWindow(m_window.winId(), m_place.x(), m_place.y(), m_place.width(), m_place.height()).toImage();
    }
    void look() {
        QImage now = grab();
        if (now != m_seen) {
            m_seen = std::move(now);
            m_changedMs = nowMs();
            m_firstMs = m_firstMs == 0 ? m_changedMs : m_firstMs;
        }
    }

    ui::MainWindow& m_window;
    ui::LabView& m_canvas;
    QRect m_place;
    QImage m_seen;
    double m_changedMs = 0;
    double m_firstMs = 0;
};

/// A shell in a node.
class Shell {
public:
    Shell(const QString& podleaf, const QString& node) { m_process.start(podleaf, {u"exec"_s, u"tutorial"_s, node, u"--"_s, u"bash"_s}); }
    ~Shell() {
        m_process.closeWriteChannel();
        m_process.waitForFinished();
    }
    Shell(const Shell&) = delete;
    Shell& operator=(const Shell&) = delete;
    void run(const QString& command) { m_process.write(u"echo $EPOCHREALTIME; %1\n"_s.arg(command).toUtf8()); }
    /// When the last command began, in Unix milliseconds.
    double began() {
        while (!m_process.canReadLine() && m_process.state() != QProcess::NotRunning) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        return m_process.readLine().trimmed().replace(',', '.').toDouble() * 1000;
    }

private:
    QProcess m_process;
};

Event eventOf(const QString& name, ui::MainWindow& window) {
    ui::LabView& canvas = *window.findChild<ui::LabView*>();
    const auto inWindow = [&](const QRect& rect) { return QRect(canvas.viewport()->mapTo(&window, rect.topLeft()), rect.size()); };
    if (name == u"route"_s) { // The card's foot tells how many routes BGP has put into the kernel.
        QRect foot = canvas.viewRectOf(NodeId(u"host1"_s));
        foot.setTop(foot.bottom() - foot.height() / 6);
        return {u"host1"_s, u"ip route add 198.51.100.0/24 dev lo proto bgp metric 77"_s,
                u"ip route del 198.51.100.0/24 dev lo proto bgp metric 77"_s, inWindow(foot)};
    }
    const QPoint port = canvas.portPos({NodeId(u"leaf1"_s), u"swp2"_s});
    const QPoint glyph = (port + canvas.viewPosOf(LinkId(u"intnet2"_s))) / 2; // In the middle of leaf1's half-line.
    return {u"leaf1"_s, u"ip link set swp2 down"_s, u"ip link set swp2 up"_s, inWindow(QRect(glyph - QPoint(5, 5), QSize(11, 11)))};
}

int measure(const QString& name, int events, const QString& runFolder, const QString& programs) {
    const QTemporaryDir folder;
    ui::MainWindow window({.opener = ui::sessionOpener({programs + u"/podleaf-labhost"_s, runFolder}),
                           .gallery = {},
                           .settingsFile = folder.path() + u"/desktop.ini"_s,
                           .privilege = {},
                           .theme = ui::ThemeMode::Light});
    window.resize(1920, 1200);
    window.show();
    QEventLoop loop;
    QObject::connect(&window, &ui::MainWindow::settled, &loop, &QEventLoop::quit);
    window.openLab(u"tutorial"_s);
    loop.exec();
    Watcher watcher(window);
    watcher.settle(QRect(QPoint(0, 0), QSize(1, 1)));
    const Event event = eventOf(name, window);
    if (window.findChild<ui::LabView*>()->detail() != ui::Detail::Full || event.place.isEmpty()) {
        std::fprintf(stderr, "The window does not show the tutorial from near.\n");
        return 1;
    }
    Shell shell(programs + u"/podleaf"_s, event.node);
    for (int i = -1; i < events; ++i) { // The first one is not counted: the shell starts meanwhile.
        watcher.settle(event.place);
        shell.run(event.make);
        const double seen = watcher.change();
        const double began = shell.began();
        if (seen == 0) {
            std::fprintf(stderr, "Nothing was to be seen of: %s\n", qPrintable(event.make));
            return 1;
        }
        if (i >= 0) {
            std::printf("%.3f\n", seen - began);
        }
        shell.run(event.mend);
        watcher.change();
        shell.began();
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() == 5) {
        return measure(arguments[1], arguments[2].toInt(), arguments[3], arguments[4]);
    }
    std::fprintf(stderr, "Usage: podleaf-bench-pixel session|route EVENTS RUN-FOLDER PROGRAMS-FOLDER\n");
    return 2;
}
