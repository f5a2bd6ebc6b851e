// SPDX-License-Identifier: GPL-3.0-or-later
// Legend, map and zoom control on canvases of all sizes: they never lie on a node of a lab that is fitted, give way where
// there is little room, and the legend's button brings it back. Offscreen; GUI thread.
#include "canvas_view.h"

#include <QToolButton>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::node;

class CanvasOverlaysTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void neverOnANode_data();
    void neverOnANode();
    void lowCanvasHasNoMap();
    void narrowCanvasFoldsTheLegend();
    void legendSaysPartial();
    void routesLensHasRoom_data();
    void routesLensHasRoom();

private:
    static QWidget* overlay(const ShownCanvas& canvas, const char* name) {
        return canvas.view.findChild<QWidget*>(QString::fromLatin1(name));
    }
    static QStringList nodesUnder(const ShownCanvas& canvas, const QWidget& part) {
        QStringList names;
        for (const model::Node& each : canvas.lab.nodes) {
            if (canvas.view.viewRectOf(each.id).intersects(part.geometry())) {
                names += each.id.name;
            }
        }
        return names;
    }
};

void CanvasOverlaysTest::neverOnANode_data() {
    QTest::addColumn<QSize>("size");
    for (const QSize& size : {QSize(240, 160), QSize(480, 220), QSize(528, 300), QSize(560, 420), QSize(700, 359), QSize(700, 361),
                              QSize(944, 516), QSize(1400, 800)}) {
        QTest::addRow("%dx%d", size.width(), size.height()) << size;
    }
}

void CanvasOverlaysTest::neverOnANode() {
    QFETCH(QSize, size);
    ShownCanvas canvas(fakes::tutorialLab(), Theme::light(), size);
    canvas.apply(allGreen());
    for (const Lens lens : {Lens::State, Lens::Bgp, Lens::Routes, Lens::Traffic}) {
        canvas.view.setLens(lens, true);
        canvas.view.setActiveLens(lens);
        for (const char* name : {"minimap", "zoomControl", "legend", "legendButton"}) {
            const QWidget* part = overlay(canvas, name);
            if (!part->isVisible()) {
                continue;
            }
            QVERIFY2(canvas.view.rect().contains(part->geometry()), name);
            QCOMPARE(nodesUnder(canvas, *part), QStringList());
        }
        QVERIFY(!overlay(canvas, "legend")->isVisible() ||
                !overlay(canvas, "legend")->geometry().intersects(overlay(canvas, "zoomControl")->geometry()));
    }
}

void CanvasOverlaysTest::lowCanvasHasNoMap() {
    ShownCanvas canvas(fakes::tutorialLab(), Theme::light(), {944, 516});
    canvas.apply(allGreen());
    canvas.view.setActiveLens(Lens::State);
    QVERIFY(overlay(canvas, "minimap")->isVisible() && overlay(canvas, "legend")->isVisible());
    canvas.view.resize(944, 300);
    QTRY_VERIFY(!overlay(canvas, "minimap")->isVisible());
    QVERIFY(overlay(canvas, "legend")->isVisible() && overlay(canvas, "zoomControl")->isVisible());
    QTRY_VERIFY(overlay(canvas, "legend")->y() > 300 - 40); // The row is at the edge: the rest is the lab's.
    canvas.view.resize(944, 516);
    QTRY_VERIFY(overlay(canvas, "minimap")->isVisible());
}

void CanvasOverlaysTest::narrowCanvasFoldsTheLegend() {
    ShownCanvas canvas(fakes::tutorialLab(), Theme::light(), {944, 516});
    canvas.apply(halfUp()); // With many sorts of marks.
    canvas.view.setLens(Lens::State, true);
    canvas.view.setActiveLens(Lens::State);
    QWidget* legend = overlay(canvas, "legend");
    auto* button = overlay(canvas, "legendButton")->findChild<QToolButton*>();
    QVERIFY(legend->isVisible() && !button->isVisible());
    const QSize row = legend->size();
    canvas.view.resize(340, 400);
    QTRY_VERIFY(!legend->isVisible() && button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(legend->isVisible() && legend->height() > row.height() && legend->width() < row.width());
    QVERIFY(legend->geometry().bottom() < overlay(canvas, "legendButton")->y());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!legend->isVisible());
    button->setFocus(Qt::TabFocusReason); // By key, too.
    QTest::keyClick(button, Qt::Key_Space);
    QVERIFY(legend->isVisible());
    canvas.view.resize(944, 516);
    QTRY_VERIFY(legend->size() == row && legend->isVisible() && !button->isVisible());
}

void CanvasOverlaysTest::legendSaysPartial() {
    ShownCanvas canvas(fakes::tutorialLab(), Theme::light(), {944, 516});
    canvas.apply(allGreen());
    canvas.view.setActiveLens(Lens::State);
    QWidget* legend = overlay(canvas, "legend");
    const QSize whole = legend->size();
    canvas.view.setPartial(QStringLiteral("37 events were lost."));
    QVERIFY(legend->width() > whole.width());
    QCOMPARE(legend->toolTip(), QStringLiteral("37 events were lost."));
    canvas.view.resize(260, 400);
    auto* button = overlay(canvas, "legendButton")->findChild<QToolButton*>();
    QTRY_VERIFY(button->isVisible());
    QVERIFY(button->toolTip().contains(QStringLiteral("37 events were lost.")));
    canvas.view.setPartial({});
    QVERIFY(!button->toolTip().contains(QStringLiteral("lost")));
    canvas.view.resize(944, 516);
    QTRY_VERIFY(legend->size() == whole);
}

void CanvasOverlaysTest::routesLensHasRoom_data() {
    QTest::addColumn<bool>("chosen");
    QTest::addRow("no prefix") << false;
    QTest::addRow("a prefix") << true;
}

/// In the window at 1440 x 900 the map stays, and the owner's mark touches neither the outline nor the legend.
void CanvasOverlaysTest::routesLensHasRoom() {
    QFETCH(bool, chosen);
    ShownCanvas canvas(fakes::tutorialLab(), Theme::light(), {942, 519});
    canvas.apply(allGreen());
    canvas.view.setLens(Lens::Routes, true);
    canvas.view.setActiveLens(Lens::Routes);
    if (chosen) {
        canvas.view.select(node("host2"));
    }
    QWidget* legend = overlay(canvas, "legend");
    QVERIFY(legend->isVisible() && overlay(canvas, "minimap")->isVisible());
    QVERIFY(!legend->geometry().intersects(overlay(canvas, "zoomControl")->geometry()));
    QVERIFY(!legend->geometry().intersects(overlay(canvas, "minimap")->geometry()));
    if (!chosen) {
        return;
    }
    const QImage seen = canvas.image();
    const QRect card = canvas.view.viewRectOf(node("host2"));
    // Down from the card, left of the pill's words: the outline, the pill, and free canvas after each.
    QList<int> runs;
    bool wasFree = true;
    for (int y = card.bottom() + 3; y < legend->y(); ++y) {
        const bool isFree = seen.pixelColor(card.left() + 12, y) == canvas.color(Role::Canvas);
        if (!isFree && wasFree) {
            runs.append(0);
        }
        if (!isFree) {
            ++runs.last();
        }
        wasFree = isFree;
    }
    QVERIFY2(wasFree && runs.size() == 2 && runs.at(0) <= 4 && runs.at(1) >= 10, qPrintable(QStringLiteral("%1").arg(runs.size())));
}

QTEST_MAIN(CanvasOverlaysTest)
#include "tst_canvas_overlays.moc"
