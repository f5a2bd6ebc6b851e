// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas saved as SVG and PNG is what the screen shows. Run once more where each unit of the view is two pixels wide
// (CMakeLists.txt).
#include "canvas_view.h"
#include "painted_words.h"

#include <tests/fakes/unnumbered_lab.h>
#include <ui/canvas/canvas_export.h>
#include <ui/canvas/simulated_strip.h>

#include <QPainter>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QToolButton>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::node;

namespace {

/// What only serves to look around is not saved.
void blank(QImage& image, const LabView& view) {
    QPainter painter(&image);
    for (const char* name : {"minimap", "zoomControl"}) {
        const auto* overlay = view.findChild<QWidget*>(QString::fromLatin1(name));
        if (overlay->isVisible()) {
            painter.fillRect(overlay->geometry(), Qt::black);
        }
    }
}

/// The share of pixels whose colours are further apart than `most` in any channel.
double difference(const QImage& a, const QImage& b, int most) {
    int other = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const QColor p = a.pixelColor(x, y);
            const QColor q = b.pixelColor(x, y);
            const bool apart = qAbs(p.red() - q.red()) > most || qAbs(p.green() - q.green()) > most || qAbs(p.blue() - q.blue()) > most;
            other += apart ? 1 : 0;
        }
    }
    return double(other) / (double(a.width()) * a.height());
}

} // namespace

class CanvasExportTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isWhatTheScreenShows_data();
    void isWhatTheScreenShows();
    void differsWhereTheLabDoes();
    void saysThatNothingRuns();
    void foldedLegendIsSavedAsItIs_data();
    void foldedLegendIsSavedAsItIs();
    void cablesWithoutAddressesHaveNone();
    void refusals();
};

void CanvasExportTest::isWhatTheScreenShows_data() {
    QTest::addColumn<bool>("dark");
    QTest::addColumn<bool>("simulated");
    QTest::newRow("light") << false << false;
    QTest::newRow("dark") << true << false;
    QTest::newRow("simulated") << false << true;
}

void CanvasExportTest::isWhatTheScreenShows() {
    QFETCH(bool, dark);
    QFETCH(bool, simulated);
    const QTemporaryDir folder;
    model::Lab lab = fakes::tutorialLab();
    lab.engine = simulated ? model::EngineKind::Simulated : model::EngineKind::Namespaces;
    ShownCanvas canvas(lab, dark ? Theme::dark() : Theme::light());
    canvas.apply(cut());
    canvas.view.setLens(Lens::Routes, true);
    canvas.view.select(node("host2"));
    QImage screen = canvas.image().convertToFormat(QImage::Format_RGB32);
    blank(screen, canvas.view);

    const QString png = folder.filePath(QStringLiteral("lab.png"));
    QVERIFY(exportCanvas(canvas.view, png));
    QImage saved(png);
    QCOMPARE(saved.size(), screen.size()); // Every pixel of the screen's, however fine that is.
    saved.setDevicePixelRatio(screen.devicePixelRatio());
    blank(saved, canvas.view);
    QVERIFY2(difference(screen, saved, 8) < 0.001, qPrintable(QString::number(difference(screen, saved, 8))));
    if (simulated) { // A picture of what nobody has observed says so.
        const QRect strip = canvas.view.findChild<SimulatedStrip*>()->geometry();
        QVERIFY2(difference(screen.copy(strip), saved.copy(strip), 8) < 0.001, "strip");
    }

    const QString svg = folder.filePath(QStringLiteral("lab.svg"));
    QVERIFY(exportCanvas(canvas.view, svg));
    QSvgRenderer renderer(svg);
    QVERIFY(renderer.isValid());
    QCOMPARE(renderer.viewBox().size(), canvas.view.viewport()->size());
    QImage drawn(screen.size(), QImage::Format_RGB32);
    QPainter painter(&drawn);
    renderer.render(&painter);
    painter.end();
    drawn.setDevicePixelRatio(screen.devicePixelRatio());
    blank(drawn, canvas.view);
    // Letters lie on fractions of a pixel in an SVG; lines and areas are the same.
    if (difference(screen, drawn, 64) >= 0.02) {
        screen.save(folder.path() + QStringLiteral("/../canvas-screen.png"));
        drawn.save(folder.path() + QStringLiteral("/../canvas-svg.png"));
    }
    QVERIFY2(difference(screen, drawn, 64) < 0.02, qPrintable(QString::number(difference(screen, drawn, 64))));
}

void CanvasExportTest::differsWhereTheLabDoes() {
    const QTemporaryDir folder;
    ShownCanvas canvas;
    canvas.apply(allGreen());
    const QString png = folder.filePath(QStringLiteral("lab.PNG"));
    QVERIFY(exportCanvas(canvas.view, png));
    canvas.apply(cut());
    QVERIFY(difference(QImage(png), canvas.image(), 8) > 0.002); // The measure above sees one cable.
}

void CanvasExportTest::saysThatNothingRuns() {
    ShownCanvas canvas;
    canvas.apply(planned());
    const QStringList words = wordsOn(canvas.view);
    QVERIFY(words.contains(QStringLiteral("This lab is not running.")));
    QVERIFY(!words.contains(QStringLiteral("Up"))); // A picture has nothing to press.
}

void CanvasExportTest::foldedLegendIsSavedAsItIs_data() {
    QTest::addColumn<bool>("partial");
    QTest::addColumn<bool>("unfolded");
    QTest::addRow("folded") << false << false;
    QTest::addRow("folded, partial") << true << false;
    QTest::addRow("unfolded, partial") << true << true;
}

/// Where the canvas is too narrow for the legend, too, a picture says that not everything was seen.
void CanvasExportTest::foldedLegendIsSavedAsItIs() {
    QFETCH(bool, partial);
    QFETCH(bool, unfolded);
    const QTemporaryDir folder;
    ShownCanvas canvas(fakes::tutorialLab(), Theme::light(), {400, 420});
    canvas.apply(halfUp()); // With many sorts of marks.
    canvas.view.setLens(Lens::State, true);
    canvas.view.setPartial(partial ? QStringLiteral("37 events were lost.") : QString());
    auto* button = canvas.view.findChild<QWidget*>(QStringLiteral("legendButton"))->findChild<QToolButton*>();
    QVERIFY(button->isVisible());
    if (unfolded) {
        button->click();
    }
    QCOMPARE(canvas.view.findChild<QWidget*>(QStringLiteral("legend"))->isVisible(), unfolded);
    QImage screen = canvas.image().convertToFormat(QImage::Format_RGB32);
    blank(screen, canvas.view);
    const QString png = folder.filePath(QStringLiteral("lab.png"));
    QVERIFY(exportCanvas(canvas.view, png));
    QImage saved(png);
    saved.setDevicePixelRatio(screen.devicePixelRatio());
    blank(saved, canvas.view);
    QVERIFY2(difference(screen, saved, 8) < 0.001, qPrintable(QString::number(difference(screen, saved, 8))));
    QCOMPARE(wordsOn(canvas.view).contains(QStringLiteral("Partial")), partial);
    const QString svg = folder.filePath(QStringLiteral("lab.svg"));
    QVERIFY(exportCanvas(canvas.view, svg));
    QFile file(svg);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().contains(">Partial<"), partial);
}

void CanvasExportTest::cablesWithoutAddressesHaveNone() {
    const auto wordsOf = [](const model::Lab& lab) {
        ShownCanvas canvas(lab);
        canvas.apply(allGreen());
        canvas.view.actualSize();
        return wordsOn(canvas.view);
    };
    const QStringList numbered = wordsOf(fakes::tutorialLab());
    QVERIFY2(numbered.contains(QStringLiteral("172.16.0.4/30")) && numbered.contains(QStringLiteral("swp2  172.16.0.5")),
             qPrintable(numbered.join(QLatin1Char('\n'))));
    const QStringList unnumbered = wordsOf(fakes::unnumberedLab());
    QVERIFY(unnumbered.contains(QStringLiteral("intnet2")) && unnumbered.contains(QStringLiteral("swp2")));
    QCOMPARE(unnumbered.filter(QStringLiteral("172.16.")), QStringList());
}

void CanvasExportTest::refusals() {
    ShownCanvas canvas;
    const auto other = exportCanvas(canvas.view, QStringLiteral("/tmp/lab.jpeg"));
    QVERIFY(!other && other.error().code == ErrorCode::InvalidInput);
    const auto nowhere = exportCanvas(canvas.view, QStringLiteral("/no/such/folder/lab.svg"));
    QVERIFY(!nowhere && nowhere.error().code == ErrorCode::Failed);
}

QTEST_MAIN(CanvasExportTest)
#include "tst_canvas_export.moc"
