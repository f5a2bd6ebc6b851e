// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas saved as SVG and PNG is what the screen shows. Run once more where each unit of the view is two pixels wide
// (CMakeLists.txt).
#include "canvas_view.h"

#include <ui/canvas/canvas_export.h>

#include <QFile>
#include <QPainter>
#include <QSvgRenderer>
#include <QTemporaryDir>

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
    void refusals();
};

void CanvasExportTest::isWhatTheScreenShows_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void CanvasExportTest::isWhatTheScreenShows() {
    QFETCH(bool, dark);
    const QTemporaryDir folder;
    ShownCanvas canvas(fakes::tutorialLab(), dark ? Theme::dark() : Theme::light());
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

void CanvasExportTest::refusals() {
    ShownCanvas canvas;
    const auto other = exportCanvas(canvas.view, QStringLiteral("/tmp/lab.jpeg"));
    QVERIFY(!other && other.error().code == ErrorCode::InvalidInput);
    const auto nowhere = exportCanvas(canvas.view, QStringLiteral("/no/such/folder/lab.svg"));
    QVERIFY(!nowhere && nowhere.error().code == ErrorCode::Failed);
}

QTEST_MAIN(CanvasExportTest)
#include "tst_canvas_export.moc"
