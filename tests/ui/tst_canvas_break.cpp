// SPDX-License-Identifier: GPL-3.0-or-later
// Breaking and tracing from the canvas: menus by mouse, what they ask for, when they cannot, and what a trace draws.
#include "canvas_view.h"

#include <tests/fakes/running_lab.h>
#include <ui/canvas/trace_layer.h>

#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSignalSpy>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::address;
using podleaf::fakes::link;
using podleaf::fakes::node;
using podleaf::session::NodeVerb;

namespace {

/// host1's packets to my-nginx-1 on host2, as the tutorial routes them; they stop at leaf1 when there is a reason.
verify::Trace traceToPod(const QString& reason = {}) {
    verify::Trace trace;
    trace.from = {QStringLiteral("host1"), node("host1"), {}, address("172.16.0.2"), false};
    trace.to = {QStringLiteral("my-nginx-1"), node("host2"), QStringLiteral("my-nginx-1"), address("10.20.1.10"), true};
    const auto hop = [](const char* at, const char* to, const char* cable) {
        verify::TraceHop out;
        out.at = QString::fromLatin1(at);
        out.next = {{QString::fromLatin1(to), {}, {}, LinkId(QString::fromLatin1(cable)), {}}};
        return out;
    };
    trace.intendedThere.hops = {hop("host1", "leaf1", "intnet1"), hop("leaf1", "host2", "intnet2"), hop("host2", "my-nginx-1", "")};
    trace.there = trace.intendedThere;
    if (!reason.isEmpty()) {
        trace.there.hops.resize(2);
        trace.there.hops[1].next[0].stops = reason;
        trace.there.stop = {QStringLiteral("leaf1"), reason};
    }
    return trace;
}

} // namespace

class CanvasBreakTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_canvas.reset(); }
    void nodeVerbs_data();
    void nodeVerbs();
    void daemonIsKilled();
    void pausedDaemonGoesOn();
    void podIsLookedInto();
    void podIsBrokenAndMended();
    void packetsAreDroppedPerDirection();
    void impairDialogAsksForWhatWasSet();
    void restoreOnlyWhatIsBroken();
    void sessionIsCleared();
    void nothingOnALabThatDoesNotRun();
    void traceByMenuAndClick();
    void traceByKey();
    void traceIsDrawnBesideTheIntendedWay();
    void traceSaysWhereAndWhyItStops();
    void escapeEndsATrace();

private:
    template <class T>
    [[nodiscard]] const T* last() const {
        return m_faults.empty() ? nullptr : std::get_if<T>(&m_faults.back());
    }

    std::unique_ptr<ShownCanvas> m_canvas;
    std::vector<session::Fault> m_faults;
};

void CanvasBreakTest::init() {
    m_canvas = std::make_unique<ShownCanvas>();
    m_canvas->apply(allGreen());
    m_faults.clear();
    connect(&m_canvas->view, &LabView::faultRequested, this, [this](const session::Fault& fault) { m_faults.push_back(fault); });
}

void CanvasBreakTest::nodeVerbs_data() {
    QTest::addColumn<QString>("word");
    QTest::addColumn<int>("verb");
    QTest::newRow("stop") << QStringLiteral("Stop") << int(NodeVerb::Stop);
    QTest::newRow("kill") << QStringLiteral("Kill") << int(NodeVerb::Kill);
    QTest::newRow("pause") << QStringLiteral("Pause") << int(NodeVerb::Pause);
}

void CanvasBreakTest::nodeVerbs() {
    QFETCH(QString, word);
    m_canvas->choose(m_canvas->view.viewPosOf(node("host2")), {word});
    const auto* fault = last<session::NodeFault>();
    QVERIFY(fault != nullptr);
    QTEST(int(fault->verb), "verb");
    QCOMPARE(fault->node, node("host2"));
    QVERIFY(fault->service.isEmpty());
}

void CanvasBreakTest::daemonIsKilled() {
    m_canvas->choose(m_canvas->view.viewPosOf(node("leaf1")), {QStringLiteral("Daemons"), QStringLiteral("bgpd"), QStringLiteral("Kill")});
    const auto* fault = last<session::NodeFault>();
    QVERIFY(fault != nullptr && fault->verb == NodeVerb::Kill);
    QCOMPARE(fault->service, QStringLiteral("bgpd"));
    m_canvas->apply(bgpdDead());
    m_canvas->choose(m_canvas->view.viewPosOf(node("host2")), {QStringLiteral("Daemons"), QStringLiteral("bgpd"), QStringLiteral("Start")});
    QVERIFY(last<session::NodeFault>()->verb == NodeVerb::Start);
}

void CanvasBreakTest::pausedDaemonGoesOn() {
    state::LabState state = allGreen();
    state.nodes[node("host1")].processes[QStringLiteral("bgpd")].paused = true;
    m_canvas->apply(state);
    m_canvas->choose(m_canvas->view.viewPosOf(node("host1")),
                     {QStringLiteral("Daemons"), QStringLiteral("bgpd"), QStringLiteral("Continue")});
    QVERIFY(last<session::NodeFault>()->verb == NodeVerb::Continue);
    m_canvas->choose(m_canvas->view.viewPosOf(node("host1")), {QStringLiteral("Continue")});
    QVERIFY(last<session::NodeFault>()->service.isEmpty());
}

void CanvasBreakTest::podIsLookedInto() {
    const QPoint pod = m_canvas->view.viewPosOf(PodRef{QStringLiteral("my-nginx-1")});
    const QSignalSpy consoles(&m_canvas->view, &LabView::consoleRequested);
    m_canvas->choose(pod, {QStringLiteral("Console")});
    QCOMPARE(consoles.count(), 1);
    QCOMPARE(consoles[0][0].value<NodeId>(), node("my-nginx-1"));
    const QSignalSpy captures(&m_canvas->view, &LabView::captureRequested);
    m_canvas->choose(pod, {QStringLiteral("Capture pod-my-nginx-1")});
    QCOMPARE(captures.count(), 1);
    QCOMPARE(captures[0][0].value<LinkId>(), link("pod-my-nginx-1"));
}

void CanvasBreakTest::podIsBrokenAndMended() {
    const QString name = QStringLiteral("my-nginx-1");
    const QPoint pod = m_canvas->view.viewPosOf(PodRef{name});
    const auto asks = [&](const char* word, NodeVerb verb) {
        m_canvas->choose(pod, {QStringLiteral("Daemons"), QStringLiteral("nginx"), QString::fromLatin1(word)});
        const auto* fault = last<session::NodeFault>();
        return fault != nullptr && fault->node == NodeId(name) && fault->service == QLatin1String("nginx") && fault->verb == verb;
    };
    QVERIFY(asks("Kill", NodeVerb::Kill));
    QVERIFY(asks("Pause", NodeVerb::Pause));
    state::LabState state = allGreen();
    state.pods[name].paused = true;
    m_canvas->apply(state);
    QVERIFY(asks("Continue", NodeVerb::Continue));
    state.pods[name].paused = false;
    state.pods[name].ready = false;
    m_canvas->apply(state);
    QVERIFY(asks("Start", NodeVerb::Start));
    m_canvas->choose(pod, {QStringLiteral("Kill")}); // The pod itself, although nothing runs in it.
    QVERIFY(last<session::NodeFault>()->verb == NodeVerb::Kill && last<session::NodeFault>()->service.isEmpty());
    state.pods[name].exists = false;
    m_canvas->apply(state);
    m_canvas->choose(pod, {QStringLiteral("Start")});
    QVERIFY(last<session::NodeFault>()->verb == NodeVerb::Start && last<session::NodeFault>()->service.isEmpty());
}

void CanvasBreakTest::packetsAreDroppedPerDirection() {
    const QPoint cable = m_canvas->view.viewPosOf(link("intnet2"));
    m_canvas->choose(cable, {QStringLiteral("Drop packets"), QStringLiteral("From host2 to leaf1")});
    const auto* fault = last<session::ImpairCable>();
    QVERIFY(fault != nullptr);
    QVERIFY(fault->senders == engine::Senders::B && fault->change.drop == true && !fault->change.loss);
    state::LabState state = allGreen();
    state.links[link("intnet2")].impairments[1].drop = true;
    m_canvas->apply(state);
    m_canvas->choose(cable, {QStringLiteral("Drop packets"), QStringLiteral("From host2 to leaf1")});
    QVERIFY(last<session::ImpairCable>()->change.drop == false); // It is ticked: a click lets them through again.
}

void CanvasBreakTest::impairDialogAsksForWhatWasSet() {
    m_canvas->choose(m_canvas->view.viewPosOf(link("intnet1")), {QStringLiteral("Impair…")});
    auto* dialog = m_canvas->view.findChild<QDialog*>();
    QVERIFY(dialog != nullptr && dialog->isVisible());
    dialog->findChild<QComboBox*>()->setFocus();
    QTest::keyClick(dialog->findChild<QComboBox*>(), Qt::Key_Down); // From leaf1 to host1.
    const auto boxes = dialog->findChildren<QDoubleSpinBox*>();
    QCOMPARE(boxes.size(), 2);
    for (const auto& [box, text] : {std::pair(boxes[0], "20"), std::pair(boxes[1], "1")}) {
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, QString::fromLatin1(text));
    }
    QTest::keyClick(boxes[1], Qt::Key_Return);
    const auto* fault = last<session::ImpairCable>();
    QVERIFY(fault != nullptr);
    QCOMPARE(fault->link, link("intnet1"));
    QVERIFY(fault->senders == engine::Senders::A);
    QCOMPARE(fault->change.delayMicroseconds.value(), 20'000U);
    QCOMPARE(fault->change.loss.value(), 100U);
    QCOMPARE(fault->change.rateKbit.value(), 0U);
    QVERIFY(!fault->change.drop); // Stays as it is.
}

void CanvasBreakTest::restoreOnlyWhatIsBroken() {
    const auto restore = [this] {
        const auto menu = m_canvas->view.makeContextMenu(link("intnet2"));
        bool enabled = false;
        for (const QAction* action : menu->actions()) {
            enabled = enabled || (action->text() == QStringLiteral("Restore intnet2") && action->isEnabled());
        }
        return enabled;
    };
    QVERIFY(!restore());
    m_canvas->apply(cut());
    QVERIFY(restore());
    m_canvas->choose(m_canvas->view.viewPosOf(link("intnet2")), {QStringLiteral("Restore intnet2")});
    QVERIFY(last<session::RestoreCable>() != nullptr);
}

void CanvasBreakTest::sessionIsCleared() {
    m_canvas->choose(m_canvas->view.viewPosOf(link("intnet2")), {QStringLiteral("Clear the session of host2 to leaf1")});
    const auto* fault = last<session::ClearSession>();
    QVERIFY(fault != nullptr);
    QCOMPARE(fault->node, node("host2"));
    QCOMPARE(fault->peer, QStringLiteral("172.16.0.5"));
}

void CanvasBreakTest::nothingOnALabThatDoesNotRun() {
    m_canvas->apply(planned());
    for (const Selection& item : {Selection(node("host1")), Selection(link("intnet1")), Selection(PodRef{QStringLiteral("my-nginx-1")})}) {
        const auto menu = m_canvas->view.makeContextMenu(item);
        for (const QAction* action : menu->actions()) {
            QVERIFY2(!action->isEnabled() || action->isSeparator() || action->text() == QStringLiteral("Show details"),
                     qPrintable(action->text()));
        }
    }
    QTest::keyClick(&m_canvas->view, Qt::Key_T);
    QVERIFY(m_canvas->view.note().isEmpty());
}

void CanvasBreakTest::traceByMenuAndClick() {
    const QSignalSpy asked(&m_canvas->view, &LabView::traceRequested);
    m_canvas->choose(m_canvas->view.viewPosOf(node("host1")), {QStringLiteral("Trace from here")});
    QCOMPARE(m_canvas->view.note(), QStringLiteral("Trace from host1: click the other end, or press T on it."));
    m_canvas->click(m_canvas->view.viewPosOf(PodRef{QStringLiteral("my-nginx-1")}));
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0], QVariantList({QStringLiteral("host1"), QStringLiteral("my-nginx-1")}));
    m_canvas->click(m_canvas->view.viewPosOf(node("host3"))); // It is over: a click selects again.
    QVERIFY(m_canvas->view.selection() == Selection(node("host3")));
    QCOMPARE(asked.count(), 1);
}

void CanvasBreakTest::traceByKey() {
    const QSignalSpy asked(&m_canvas->view, &LabView::traceRequested);
    m_canvas->view.select(node("host1"));
    QTest::keyClick(&m_canvas->view, Qt::Key_T);
    QCOMPARE(m_canvas->view.note(), QStringLiteral("Trace from host1: click the other end, or press T on it."));
    m_canvas->view.select(node("host3"));
    QTest::keyClick(&m_canvas->view, Qt::Key_T);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0], QVariantList({QStringLiteral("host1"), QStringLiteral("host3")}));
}

void CanvasBreakTest::traceIsDrawnBesideTheIntendedWay() {
    const auto right = [&](const char* cable) { return m_canvas->view.viewPosOf(link(cable)) + QPoint(12, 20); };
    const auto left = [&](const char* cable) { return m_canvas->view.viewPosOf(link(cable)) + QPoint(-12, 20); };
    const QPoint intended = right("intnet1") + QPoint(7, 0);
    QCOMPARE(m_canvas->count(intended, 2, Role::Canvas), 25);
    QCOMPARE(m_canvas->count(right("intnet1"), 3, Role::Accent), 0);
    m_canvas->view.setTrace(traceToPod());
    QVERIFY(m_canvas->count(right("intnet1"), 3, Role::Accent) >= 14); // Up: on the right.
    QVERIFY(m_canvas->count(left("intnet2"), 3, Role::Accent) >= 14);  // Down: on the left.
    QVERIFY(m_canvas->count(intended, 2, Role::Canvas) < 25);
    QCOMPARE(m_canvas->view.note(), QStringLiteral("host1 to my-nginx-1: arrives over 2 cables, as intended."));
}

void CanvasBreakTest::traceSaysWhereAndWhyItStops() {
    m_canvas->view.setTrace(traceToPod(QStringLiteral("intnet2 is cut.")));
    QCOMPARE(m_canvas->view.note(), QStringLiteral("host1 to my-nginx-1: stops at leaf1. intnet2 is cut."));
    QVERIFY(m_canvas->count(m_canvas->view.viewPosOf(link("intnet2")) + QPoint(-12, 0), 8, Role::Bad) > 30); // The octagon.
    QCOMPARE(m_canvas->count(m_canvas->view.viewPosOf(link("intnet2")) + QPoint(-12, 30), 3, Role::Accent), 0);
    verify::Trace other = traceToPod();
    other.intendedThere.hops.resize(1);
    QCOMPARE(traceWords(other), QStringLiteral("host1 to my-nginx-1: arrives over 2 cables, by another way than intended."));
    other.back.stop = {QStringLiteral("host2"), QStringLiteral("host2 has no route to 172.16.0.2.")};
    QCOMPARE(traceWords(other),
             QStringLiteral("host1 to my-nginx-1: arrives, but the answer stops at host2. host2 has no route to 172.16.0.2."));
}

void CanvasBreakTest::escapeEndsATrace() {
    m_canvas->view.select(node("host1"));
    m_canvas->view.setTrace(traceToPod());
    QTest::keyClick(&m_canvas->view, Qt::Key_Escape);
    QVERIFY(m_canvas->view.note().isEmpty());
    QCOMPARE(m_canvas->count(m_canvas->view.viewPosOf(link("intnet2")) + QPoint(-12, 20), 3, Role::Accent), 0);
    QVERIFY(m_canvas->view.selection() == Selection(node("host1"))); // One thing at a time.
    QTest::keyClick(&m_canvas->view, Qt::Key_Escape);
    QVERIFY(m_canvas->view.selection() == Selection());
}

QTEST_MAIN(CanvasBreakTest)
#include "tst_canvas_break.moc"
