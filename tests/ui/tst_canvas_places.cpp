// SPDX-License-Identifier: GPL-3.0-or-later
// Where nodes lie: the layers and their stability, Graphviz' places, and cards moved by mouse and key.
#include "canvas_view.h"

#include <tests/fakes/two_leaf_lab.h>
#include <ui/canvas/graphviz.h>
#include <ui/canvas/layout.h>

#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;
using podleaf::fakes::tutorialLab;

namespace {

model::Node nodeOf(const QString& name, model::NodeKind kind) {
    return {NodeId(name), kind, 65000, {}, {}};
}

model::Link linkOf(const QString& a, const QString& b) {
    return {LinkId(a + QLatin1Char('-') + b),
            {model::Endpoint{NodeId(a), QStringLiteral("to-") + b}, {NodeId(b), QStringLiteral("to-") + a}},
            {},
            {}};
}

/// `spines` spines joined to each of `leaves` leaves, with `hosts` hosts each.
model::Lab fabric(int spines, int leaves, int hosts) {
    model::Lab lab;
    lab.id = LabId(QStringLiteral("fabric"));
    for (int s = 1; s <= spines; ++s) {
        lab.nodes.push_back(nodeOf(QStringLiteral("spine%1").arg(s), model::NodeKind::Spine));
    }
    for (int l = 1; l <= leaves; ++l) {
        const QString leaf = QStringLiteral("leaf%1").arg(l);
        lab.nodes.push_back(nodeOf(leaf, model::NodeKind::Leaf));
        for (int s = 1; s <= spines; ++s) {
            lab.links.push_back(linkOf(QStringLiteral("spine%1").arg(s), leaf));
        }
        for (int h = 1; h <= hosts; ++h) {
            const QString host = QStringLiteral("host%1-%2").arg(l).arg(h);
            lab.nodes.push_back(nodeOf(host, model::NodeKind::Host));
            lab.links.push_back(linkOf(leaf, host));
        }
    }
    return lab;
}

/// Six routers in a ring, a host at each: no layers.
model::Lab ring() {
    model::Lab lab;
    lab.id = LabId(QStringLiteral("ring"));
    for (int i = 0; i < 6; ++i) {
        lab.nodes.push_back(nodeOf(QStringLiteral("r%1").arg(i), model::NodeKind::Router));
        lab.nodes.push_back(nodeOf(QStringLiteral("h%1").arg(i), model::NodeKind::Host));
        lab.links.push_back(linkOf(QStringLiteral("r%1").arg(i), QStringLiteral("r%1").arg((i + 1) % 6)));
        lab.links.push_back(linkOf(QStringLiteral("r%1").arg(i), QStringLiteral("h%1").arg(i)));
    }
    return lab;
}

bool anyOverlap(const Layout& layout) {
    for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
        for (std::size_t j = i + 1; j < layout.nodes.size(); ++j) {
            if (layout.nodes[i].card.intersects(layout.nodes[j].card)) {
                return true;
            }
        }
    }
    return false;
}

Cards cardsOf(const Layout& layout) {
    Cards cards;
    for (const NodePlace& place : layout.nodes) {
        cards.insert(place.id, place.card);
    }
    return cards;
}

} // namespace

class CanvasPlacesTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void closHasThreeRanks();
    void routersStandAboveSpines();
    void leavesThatShareHostsStandTogether();
    void manyHostsStandInRows();
    void manyLeavesStandInRows();
    void whatIsThereStaysWhenNodesComeAndGo();
    void positionsOfTheFileWin();
    void whatIsLayered();
    void dotGetsNoNames();
    void dotsAnswerIsRead();
    void hostileAnswers_data();
    void hostileAnswers();
    void graphvizPlacesARing();
    void withoutGraphvizASentenceIsSaid();
    void cardIsDragged();
    void escapeEndsADrag();
    void cardIsMovedByKey();
    void reloadKeepsWhatWasMoved();
    void arrangeTellsAllMoves();
    void minimapPans();
};

void CanvasPlacesTest::closHasThreeRanks() {
    const Layout layout = layoutOf(fabric(2, 3, 2));
    QVERIFY(!anyOverlap(layout));
    const auto top = [&](const char* name) { return layout.find(node(name))->card.top(); };
    QCOMPARE(top("spine1"), top("spine2"));
    QCOMPARE(top("leaf1"), top("leaf3"));
    QCOMPARE(top("host1-1"), top("host3-2"));
    QVERIFY(top("spine1") < top("leaf1") && top("leaf1") < top("host1-1"));
    const QRectF leaf2 = layout.find(node("leaf2"))->card;
    for (const char* host : {"host2-1", "host2-2"}) {
        const QRectF card = layout.find(node(host))->card;
        QVERIFY(leaf2.left() <= card.left() && card.right() <= leaf2.right());
    }
}

void CanvasPlacesTest::routersStandAboveSpines() {
    model::Lab lab = fabric(2, 2, 1);
    lab.nodes.push_back(nodeOf(QStringLiteral("exit"), model::NodeKind::Router));
    lab.links.push_back(linkOf(QStringLiteral("exit"), QStringLiteral("spine1")));
    const Layout layout = layoutOf(lab);
    QVERIFY(layout.find(node("exit"))->card.bottom() < layout.find(node("spine1"))->card.top());
    QVERIFY(isLayered(lab));
}

void CanvasPlacesTest::leavesThatShareHostsStandTogether() {
    const model::Lab lab = fakes::twoLeafLab();
    const Layout layout = layoutOf(lab);
    QVERIFY(!anyOverlap(layout));
    const QRectF leaf1 = layout.find(node("leaf1"))->card;
    const QRectF leaf2 = layout.find(node("leaf2"))->card;
    QCOMPARE(leaf1.width(), leaf2.width());
    for (const NodePlace& place : layout.nodes) {
        if (place.kind == model::NodeKind::Host) {
            QVERIFY(leaf1.left() <= place.card.left() && place.card.right() <= leaf2.right());
        }
    }
}

void CanvasPlacesTest::manyHostsStandInRows() {
    const Layout layout = layoutOf(fabric(4, 32, 30));
    QVERIFY(!anyOverlap(layout));
    QCOMPARE(layout.nodes.size(), std::size_t(4 + 32 + 960));
    const double aspect = layout.bounds.width() / layout.bounds.height(); // A single row of hosts would be 284,160 wide.
    QVERIFY2(aspect > 1.2 && aspect < 2.6, qPrintable(QString::number(aspect)));
    const double first = layout.find(node("leaf1"))->card.top();
    QCOMPARE(layout.find(node("leaf2"))->card.top(), first);
    QVERIFY(layout.find(node("leaf32"))->card.top() > layout.find(node("host1-30"))->card.bottom());
}

void CanvasPlacesTest::manyLeavesStandInRows() {
    const Layout large = layoutOf(fabric(4, 60, 6)); // In one row it would be seen whole at 1.5 % only.
    QVERIFY(!anyOverlap(large));
    QVERIFY(large.bounds.width() < 3 * large.bounds.height());
    const double spines = large.find(node("spine1"))->card.bottom();
    for (const NodePlace& place : large.nodes) {
        QVERIFY(place.kind == model::NodeKind::Spine || place.card.top() > spines);
    }
    const Layout small = layoutOf(fabric(2, 8, 4));
    for (int leaf = 2; leaf <= 8; ++leaf) {
        QCOMPARE(small.find(NodeId(QStringLiteral("leaf%1").arg(leaf)))->card.top(), small.find(node("leaf1"))->card.top());
    }
}

void CanvasPlacesTest::whatIsThereStaysWhenNodesComeAndGo() {
    model::Lab lab = fabric(2, 3, 3);
    const Layout before = layoutOf(lab);
    const auto staysIn = [&before](const Layout& now) {
        return std::ranges::all_of(now.nodes, [&before](const NodePlace& place) {
            const NodePlace* old = before.find(place.id);
            return old == nullptr || old->card == place.card;
        });
    };
    lab.nodes.insert(lab.nodes.begin() + 3, nodeOf(QStringLiteral("new1"), model::NodeKind::Host));
    lab.links.push_back(linkOf(QStringLiteral("leaf1"), QStringLiteral("new1")));
    lab.nodes.push_back(nodeOf(QStringLiteral("leaf4"), model::NodeKind::Leaf));
    lab.links.push_back(linkOf(QStringLiteral("spine1"), QStringLiteral("leaf4")));
    const Layout more = layoutOf(lab, cardsOf(before));
    QVERIFY(staysIn(more));
    QVERIFY(!anyOverlap(more));
    QCOMPARE(more.find(node("new1"))->card.top(), before.find(node("host1-1"))->card.top()); // In its own rank.
    std::erase_if(lab.nodes, [](const model::Node& each) { return each.id.name == QLatin1String("host1-2"); });
    std::erase_if(lab.links, [](const model::Link& each) { return each.ends[1].node.name == QLatin1String("host1-2"); });
    const Layout less = layoutOf(lab, cardsOf(more));
    QVERIFY(staysIn(less));
    QVERIFY(less.find(node("host1-2")) == nullptr);
    QVERIFY(layoutOf(lab).find(node("host1-1"))->card != less.find(node("host1-1"))->card); // Anew it would lie elsewhere.
}

void CanvasPlacesTest::positionsOfTheFileWin() {
    model::Lab lab = tutorialLab();
    lab.nodes[2].position = model::Position{-400, 333};
    const Layout layout = layoutOf(lab, cardsOf(layoutOf(tutorialLab())));
    QCOMPARE(layout.find(lab.nodes[2].id)->card.topLeft(), QPointF(-400, 333));
    QCOMPARE(layout.find(lab.nodes[1].id)->card, layoutOf(tutorialLab()).find(lab.nodes[1].id)->card);
}

void CanvasPlacesTest::whatIsLayered() {
    QVERIFY(isLayered(tutorialLab()));
    QVERIFY(isLayered(fakes::twoLeafLab()));
    QVERIFY(isLayered(fabric(2, 2, 2)));
    QVERIFY(!isLayered(ring()));
}

void CanvasPlacesTest::dotGetsNoNames() {
    model::Lab lab = tutorialLab();
    lab.nodes[1].id = NodeId(QStringLiteral("\"];graph"));
    const QByteArray source = dotSource(lab, layoutOf(lab));
    QVERIFY(!source.contains("];graph"));
    QVERIFY(source.contains("n3 [width=3.5556, height=2.8333];")); // 256 by 204 at 72 a point.
}

void CanvasPlacesTest::dotsAnswerIsRead() {
    const model::Lab lab = tutorialLab();
    const QByteArray json =
        R"({"objects": [{"name": "%3", "nodes": [1]}, {"name": "n0", "pos": "500,900"}, {"name": "n1", "pos": "128,102"},
        {"name": "n2", "pos": "428,102"}, {"name": "n3", "pos": "728.5,102"}]})";
    const auto places = readDotAnswer(json, lab, layoutOf(lab));
    QVERIFY(places);
    QCOMPARE(places->value(lab.nodes[1].id), QPointF(0, -204));
    QCOMPARE(places->value(lab.nodes[0].id), QPointF(500 - 424, -900 - 40));
}

void CanvasPlacesTest::hostileAnswers_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("Error: syntax error in line 1");
    QTest::newRow("a node too few") << QByteArray(R"({"objects": [{"name": "n0", "pos": "1,1"}]})");
    QTest::newRow("no such node") << QByteArray(R"({"objects": [{"name": "n99", "pos": "1,1"}]})");
    QTest::newRow("no number") << QByteArray(R"({"objects": [{"name": "n0", "pos": "here"}]})");
    QTest::newRow("too far") << QByteArray(R"({"objects": [{"name": "n0", "pos": "1e300,1"}]})");
}

void CanvasPlacesTest::hostileAnswers() {
    QFETCH(QByteArray, json);
    const auto places = readDotAnswer(json, tutorialLab(), layoutOf(tutorialLab()));
    QVERIFY(!places);
    QVERIFY(places.error().code == ErrorCode::Protocol);
}

void CanvasPlacesTest::graphvizPlacesARing() {
    QVERIFY(!QStandardPaths::findExecutable(QStringLiteral("dot")).isEmpty());
    const model::Lab lab = ring();
    const Layout layered = layoutOf(lab);
    ShownCanvas canvas(lab);
    QCOMPARE(canvas.view.scenePosOf(node("r3")), layered.find(node("r3"))->card.topLeft()); // Until the answer is there.
    QTRY_VERIFY_WITH_TIMEOUT(canvas.view.scenePosOf(node("r3")) != layered.find(node("r3"))->card.topLeft(), 20'000);
    QVERIFY(canvas.view.scenePosOf(node("r0")).y() != canvas.view.scenePosOf(node("r3")).y()); // No longer all in one row.
}

void CanvasPlacesTest::withoutGraphvizASentenceIsSaid() {
    const QByteArray before = qgetenv("PATH");
    const QTemporaryDir empty;
    qputenv("PATH", empty.path().toLocal8Bit());
    Graphviz graphviz;
    const QSignalSpy failed(&graphviz, &Graphviz::failed);
    graphviz.place(ring(), layoutOf(ring()));
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 20'000);
    qputenv("PATH", before);
    const auto error = failed[0][0].value<Error>();
    QVERIFY(error.code == ErrorCode::HostLacks);
    QCOMPARE(error.message, QStringLiteral("Graphviz is not installed: the nodes lie in layers."));
}

void CanvasPlacesTest::cardIsDragged() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    std::vector<NodeMove> moves;
    connect(&canvas.view, &LabView::partsMoved, this, [&moves](const std::vector<NodeMove>& told) { moves = told; });
    const QPoint cable = canvas.view.viewPosOf(link("intnet2"));
    canvas.drag(canvas.view.viewPosOf(node("host2")), {0, 39});
    QCOMPARE(canvas.view.scenePosOf(node("host2")), QPointF(296, 240)); // Snapped to 8.
    QVERIFY(moves == (std::vector<NodeMove>{{node("host2"), {296, 204}, {296, 240}}}));
    QVERIFY(canvas.view.viewPosOf(link("intnet2")).y() > cable.y()); // The cable follows.
    QVERIFY(canvas.view.selection() == Selection(node("host2")));
    QVERIFY(canvas.view.hit(canvas.view.viewPosOf(node("host2"))) == Selection(node("host2")));
    moves.clear();
    canvas.click(canvas.view.viewPosOf(node("host1")));
    QVERIFY(moves.empty()); // A click is no drag.
}

void CanvasPlacesTest::escapeEndsADrag() {
    ShownCanvas canvas;
    const QSignalSpy moved(&canvas.view, &LabView::partsMoved);
    const QPoint at = canvas.view.viewPosOf(node("host3"));
    QTest::mousePress(canvas.view.viewport(), Qt::LeftButton, {}, at);
    QTest::mouseMove(canvas.view.viewport(), at + QPoint(40, 40));
    QCOMPARE(canvas.view.scenePosOf(node("host3")), QPointF(632, 248));
    QTest::keyClick(&canvas.view, Qt::Key_Escape);
    QCOMPARE(canvas.view.scenePosOf(node("host3")), QPointF(592, 204));
    QTest::mouseRelease(canvas.view.viewport(), Qt::LeftButton, {}, at + QPoint(40, 40));
    QCOMPARE(moved.count(), 0);
}

void CanvasPlacesTest::cardIsMovedByKey() {
    ShownCanvas canvas;
    std::vector<NodeMove> moves;
    connect(&canvas.view, &LabView::partsMoved, this, [&moves](const std::vector<NodeMove>& told) { moves = told; });
    canvas.view.select(node("host1"));
    QTest::keyClick(&canvas.view, Qt::Key_Down, Qt::ControlModifier);
    QVERIFY(moves == (std::vector<NodeMove>{{node("host1"), {0, 204}, {0, 228}}}));
    QCOMPARE(canvas.view.scenePosOf(node("host1")), QPointF(0, 228));
    canvas.view.select(link("intnet1")); // A cable does not move.
    moves.clear();
    QTest::keyClick(&canvas.view, Qt::Key_Down, Qt::ControlModifier);
    QVERIFY(moves.empty());
}

void CanvasPlacesTest::reloadKeepsWhatWasMoved() {
    ShownCanvas canvas;
    canvas.drag(canvas.view.viewPosOf(node("host2")), {0, 40});
    model::Lab lab = tutorialLab();
    lab.nodes.push_back(nodeOf(QStringLiteral("host4"), model::NodeKind::Host));
    lab.links.push_back(linkOf(QStringLiteral("leaf1"), QStringLiteral("host4")));
    canvas.view.setLab(lab);
    QCOMPARE(canvas.view.scenePosOf(node("host2")), QPointF(296, 248));
    QCOMPARE(canvas.view.scenePosOf(node("host1")), QPointF(0, 204));
    lab.nodes[2].position = model::Position{304, 400};
    canvas.view.setLab(lab);
    QCOMPARE(canvas.view.scenePosOf(node("host2")), QPointF(304, 400)); // The file has been given a position.
}

void CanvasPlacesTest::arrangeTellsAllMoves() {
    ShownCanvas canvas;
    canvas.drag(canvas.view.viewPosOf(node("host2")), {0, 40});
    std::vector<NodeMove> moves;
    connect(&canvas.view, &LabView::partsMoved, this, [&moves](const std::vector<NodeMove>& told) { moves = told; });
    canvas.view.arrange();
    QCOMPARE(moves.size(), std::size_t(1));
    QCOMPARE(moves[0].to, QPointF(296, 204));
}

void CanvasPlacesTest::minimapPans() {
    ShownCanvas canvas(fabric(2, 3, 4), Theme::light(), {1100, 600});
    auto* map = canvas.view.findChild<QWidget*>(QStringLiteral("minimap"));
    QVERIFY(map != nullptr && map->isVisible());
    canvas.view.actualSize();
    const auto middle = [&canvas] { return canvas.view.mapToScene(canvas.view.viewport()->rect().center()); };
    QTest::mouseClick(map, Qt::LeftButton, {}, QPoint(20, map->height() / 2));
    const QPointF left = middle();
    QTest::mousePress(map, Qt::LeftButton, {}, QPoint(20, map->height() / 2));
    QTest::mouseMove(map, QPoint(map->width() - 20, map->height() / 2));
    QTest::mouseRelease(map, Qt::LeftButton, {}, QPoint(map->width() - 20, map->height() / 2));
    QVERIFY(middle().x() > left.x() + 1000);
}

QTEST_MAIN(CanvasPlacesTest)
#include "tst_canvas_places.moc"
