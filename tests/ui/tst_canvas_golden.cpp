// SPDX-License-Identifier: GPL-3.0-or-later
// Golden pictures of each lens in both themes: at most 0.5 % of the pixels may differ. PODLEAF_UPDATE_GOLDEN=1 draws them
// anew. And what the pictures must tell without colours.
#include "canvas_view.h"

#include <tests/fakes/running_lab.h>

#include <QApplication>
#include <QDir>
#include <QFontDatabase>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;

namespace {

const QString kFolder = QStringLiteral(PODLEAF_SOURCE_DIR "/tests/ui/golden/");
constexpr double kMayDiffer = 0.005;
constexpr int kVisible = 24; ///< Of 255, in any channel.

verify::LegResult leg(const char* from, const char* to, bool ok) {
    verify::LegResult out;
    out.from = QString::fromLatin1(from);
    out.to = QString::fromLatin1(to);
    out.ok = ok;
    return out;
}

double difference(const QImage& a, const QImage& b) {
    if (a.size() != b.size()) {
        return 1;
    }
    int other = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const QColor p = a.pixelColor(x, y);
            const QColor q = b.pixelColor(x, y);
            const bool apart =
                qAbs(p.red() - q.red()) > kVisible || qAbs(p.green() - q.green()) > kVisible || qAbs(p.blue() - q.blue()) > kVisible;
            other += apart ? 1 : 0;
        }
    }
    return double(other) / (double(a.width()) * a.height());
}

/// The tutorial with something to see in the lens.
void fill(ShownCanvas& canvas, Lens lens) {
    canvas.view.setLens(Lens::Bgp, lens == Lens::Bgp || lens == Lens::Flows);
    canvas.view.setLens(Lens::Flows, lens == Lens::Flows);
    canvas.view.setLens(lens, true);
    canvas.view.setActiveLens(lens);
    state::LabState state = lens == Lens::State ? halfUp() : lens == Lens::Bgp ? bgpdDead() : allGreen();
    if (lens == Lens::Traffic) {
        for (const auto& [port, bits] : {std::pair("swp1", 2.4e6), std::pair("swp2", 8e8), std::pair("swp3", 1200.0)}) {
            const QString name = QString::fromLatin1(port);
            state.nodes[node("leaf1")].traffic[name] = {
                {name, 0, 0, 0, 0}, bits / 7, bits, name == QLatin1String("swp3") ? 12U : 0U, kNow, kNow};
        }
    }
    if (lens == Lens::Routes) {
        fakes::ObservedLab lab;
        lab.feed(fakes::greenTutorial(lab.lab));
        lab.feed({state::RouteSeen{node("host1"), fakes::prefix("10.20.1.0/24"), {}, {}, 20, false}});
        state = lab.state;
        canvas.now = lab.nowMs;
    }
    if (lens == Lens::State) { // Of host3 nobody tells what it uses.
        for (int i = 0; i < 12; ++i) {
            canvas.now = kNow - (11 - i) * qint64{5000};
            state.nodes[node("leaf1")].usage = {0.02 + i % 3 * 0.01, 21 << 20, 0, 0};
            state.nodes[node("host1")].usage = {i < 8 ? 0.01 : 0.96, 9 << 20, 0, 0};
            state.nodes[node("host2")].usage = {0.1 + i % 5 * 0.03, 112 << 20, 0, 0};
            canvas.apply(state);
        }
    }
    canvas.apply(state);
    canvas.view.setPrefix(fakes::prefix("10.20.1.0/24"));
    if (lens == Lens::Flows) {
        canvas.view.setTestResult(leg("host1", "my-nginx-1", true));
        canvas.view.setTestResult(leg("host1", "my-nginx-2", false));
        canvas.view.setTestResult(leg("host3", "my-nginx-1", false));
        canvas.view.setTestResult(leg("host3", "my-nginx-1", true));
    }
}

/// Runs of gaps that a line in grey has, down a column of pixels.
int gapsIn(const QImage& image, int x, int top, int bottom) {
    const QImage grey = image.convertToFormat(QImage::Format_Grayscale8);
    const int ground = grey.pixelColor(8, 250).lightness();
    int runs = 0;
    bool inGap = false;
    for (int y = top; y <= bottom; ++y) {
        const bool gap = qAbs(grey.pixelColor(x, y).lightness() - ground) < 24;
        runs += gap && !inGap ? 1 : 0;
        inGap = gap;
    }
    return runs;
}

} // namespace

class CanvasGoldenTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void lens_data();
    void lens();
    void groupsAndNotes_data();
    void groupsAndNotes();
    void verdictsWithoutColour();
    void twiceTheFont();

private:
    static void compare(ShownCanvas& canvas);
};

void CanvasGoldenTest::initTestCase() {
    QVERIFY(QFontDatabase::families().contains(QStringLiteral("DejaVu Sans"))); // scripts/packages.txt
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setPointSizeF(9.75); // 13 px.
    QApplication::setFont(font);
}

void CanvasGoldenTest::lens_data() {
    QTest::addColumn<int>("lens");
    QTest::addColumn<bool>("dark");
    const std::pair<const char*, Lens> lenses[] = {
        {"state", Lens::State}, {"bgp", Lens::Bgp}, {"routes", Lens::Routes}, {"flows", Lens::Flows}, {"traffic", Lens::Traffic}};
    for (const auto& [name, lens] : lenses) {
        QTest::addRow("%s-light", name) << int(lens) << false;
        QTest::addRow("%s-dark", name) << int(lens) << true;
    }
}

void CanvasGoldenTest::lens() {
    QFETCH(int, lens);
    QFETCH(bool, dark);
    ShownCanvas canvas(fakes::tutorialLab(), dark ? Theme::dark() : Theme::light());
    fill(canvas, static_cast<Lens>(lens));
    compare(canvas);
}

/// With the file of this test and row.
void CanvasGoldenTest::compare(ShownCanvas& canvas) {
    const QImage seen = canvas.image().convertToFormat(QImage::Format_RGB32);
    const QString file = kFolder + QStringLiteral("canvas-") + QString::fromLatin1(QTest::currentDataTag()) + QStringLiteral(".png");
    if (qEnvironmentVariableIsSet("PODLEAF_UPDATE_GOLDEN")) {
        QVERIFY(QDir().mkpath(kFolder) && seen.save(file));
    }
    const double apart = difference(seen, QImage(file));
    if (apart > kMayDiffer) {
        const QString other = QDir::tempPath() + QLatin1Char('/') + QFileInfo(file).fileName();
        seen.save(other);
        QFAIL(qPrintable(QStringLiteral("%1 % differs from %2; what was drawn is %3").arg(100 * apart).arg(file, other)));
    }
}

void CanvasGoldenTest::groupsAndNotes_data() {
    QTest::addColumn<bool>("dark");
    QTest::addRow("groups-light") << false;
    QTest::addRow("groups-dark") << true;
}

void CanvasGoldenTest::groupsAndNotes() {
    QFETCH(bool, dark);
    model::Lab lab = fakes::tutorialLab();
    lab.groups = {{QStringLiteral("rack1"), {node("host1"), node("host2")}}, {QStringLiteral("spare"), {node("host3")}}};
    lab.notes = {{QStringLiteral("Cut intnet2:\nwho still answers, and by which way do the packets go?"), {0, 436}},
                 {QStringLiteral("Note"), {296, 436}}};
    ShownCanvas canvas(lab, dark ? Theme::dark() : Theme::light());
    canvas.apply(allGreen());
    canvas.view.select(GroupRef{QStringLiteral("spare")});
    compare(canvas);
}

/// Allowed is solid, denied is dashed and ends in an octagon, changed is dashed otherwise: in grey, too.
void CanvasGoldenTest::verdictsWithoutColour() {
    const auto gaps = [](const std::vector<bool>& answers) {
        ShownCanvas canvas;
        canvas.apply(allGreen());
        for (const bool ok : answers) {
            canvas.view.setTestResult(leg("host1", "my-nginx-1", ok));
        }
        const QPoint cable = canvas.view.viewPosOf(link("intnet1"));
        return gapsIn(canvas.image(), cable.x() + 10, cable.y() - 56, cable.y() + 56);
    };
    const int allowed = gaps({true});
    const int denied = gaps({false});
    const int changed = gaps({false, true});
    QCOMPARE(allowed, 0);
    QVERIFY2(denied >= 7 && changed > 0 && denied != changed, qPrintable(QStringLiteral("%1 %2").arg(denied).arg(changed)));
}

/// Twice the font: the canvas is twice as large, and no word is lost for it.
void CanvasGoldenTest::twiceTheFont() {
    const QFont before = QApplication::font();
    QFont big = before;
    big.setPointSizeF(19.5);
    QApplication::setFont(big);
    const Theme theme = Theme::light();
    ShownCanvas canvas(fakes::tutorialLab(), theme, {1800, 1000});
    QApplication::setFont(before);
    fill(canvas, Lens::Flows);
    QCOMPARE(qRound(canvas.view.zoomPercent()), 100);
    const QImage seen = canvas.image().convertToFormat(QImage::Format_RGB32);
    const QString file = kFolder + QStringLiteral("canvas-double-font.png");
    if (qEnvironmentVariableIsSet("PODLEAF_UPDATE_GOLDEN")) {
        QVERIFY(seen.save(file));
    }
    QVERIFY(difference(seen, QImage(file)) <= kMayDiffer);
}

QTEST_MAIN(CanvasGoldenTest)
#include "tst_canvas_golden.moc"
