// SPDX-License-Identifier: GPL-3.0-or-later
// The legend explains what is on the canvas at that moment, and nothing else: of every lens that is on, with the words of
// the tables. Offscreen; GUI thread.
#include "canvas_view.h"
#include "painted_words.h"

#include <tests/fakes/running_lab.h>
#include <tests/fakes/two_leaf_lab.h>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;

namespace {

QWidget* legendOf(const ShownCanvas& canvas) {
    return canvas.view.findChild<QWidget*>(QStringLiteral("legend"));
}

/// As a screen reader has it.
QStringList wordsOf(const ShownCanvas& canvas) {
    const QString words = legendOf(canvas)->accessibleDescription();
    return words.isEmpty() ? QStringList() : words.split(QStringLiteral("; "));
}

/// Only these lenses, the first being the active one.
void choose(ShownCanvas& canvas, const std::vector<Lens>& lenses) {
    for (const Lens lens : {Lens::State, Lens::Bgp, Lens::Routes, Lens::Flows, Lens::Traffic}) {
        canvas.view.setLens(lens, std::ranges::find(lenses, lens) != lenses.end());
    }
    canvas.view.setActiveLens(lenses.front());
}

verify::LegResult leg(const char* from, const char* to, bool ok, bool answeredWrong = false) {
    verify::LegResult out;
    out.from = QString::fromLatin1(from);
    out.to = QString::fromLatin1(to);
    out.ok = ok;
    out.answeredWrong = answeredWrong;
    return out;
}

state::LabState withDrops() {
    state::LabState state = allGreen();
    state.links[link("intnet2")].impairments[0].drop = true;
    state.nodes[node("leaf1")].interfaces[QStringLiteral("swp3")].adminUp = false;
    return state;
}

state::LabState withDeadPod() {
    state::LabState state = allGreen();
    state.pods[QStringLiteral("my-nginx-1")].ready = false;
    state.pods[QStringLiteral("my-nginx-1")].reason = QStringLiteral("nginx on my-nginx-1 ended with exit code 1.");
    return state;
}

} // namespace

Q_DECLARE_METATYPE(podleaf::state::LabState)
Q_DECLARE_METATYPE(std::vector<podleaf::ui::Lens>)

class CanvasLegendTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysWhatIsThere_data();
    void saysWhatIsThere();
    void flowsByHowTheyCameOut();
    void flowsThatHaveFadedAreNotThere();
    void thinLinesAreExplained();
    void trafficHasItsScale();
    void routesToAPrefix();
    void farAwayGlyphsNeedWords();
    void traceComesFirst();
    void twoRowsWhereOneIsTooLong();
    void wordsAreDrawn();
};

void CanvasLegendTest::saysWhatIsThere_data() {
    QTest::addColumn<state::LabState>("state");
    QTest::addColumn<std::vector<Lens>>("lenses");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const state::LabState& state, const std::vector<Lens>& lenses, const char* words) {
        QTest::addRow("%s", name) << state << lenses << QString::fromLatin1(words);
    };
    row("planned", planned(), {Lens::State}, "Planned; No session");
    row("green", allGreen(), {Lens::Bgp}, "Established");
    row("green, state", allGreen(), {Lens::State}, "Ready; Boot phase done; Established");
    row("green, stacked", allGreen(), {Lens::Flows, Lens::Bgp}, "Established");
    row("half up", halfUp(), {Lens::Bgp}, "Established; Connect; Active; No session; Not ready yet");
    row("cut", cut(), {Lens::Flows, Lens::Bgp}, "Established; After an error; Cut or no carrier");
    row("bgpd dead", bgpdDead(), {Lens::State},
        "Ready; Failed; Boot phase done; Established; Active; After an error; Not heard of for 5 s");
    row("dropped, shut", withDrops(), {Lens::Bgp}, "Established; Packets dropped; Port shut");
    row("dead pod", withDeadPod(), {Lens::Bgp}, "Established; Not ready");
}

void CanvasLegendTest::saysWhatIsThere() {
    QFETCH(state::LabState, state);
    QFETCH(std::vector<Lens>, lenses);
    QFETCH(QString, words);
    ShownCanvas canvas;
    if (QString::fromLatin1(QTest::currentDataTag()) == QLatin1String("bgpd dead")) {
        state.nodes[node("host3")].bmpConnected = false;
        state.nodes[node("host3")].bmpLastSeenMs = kNow - 12'000;
    }
    canvas.apply(state);
    choose(canvas, lenses);
    QCOMPARE(wordsOf(canvas).join(QStringLiteral("; ")), words);
    QVERIFY(legendOf(canvas)->isVisible());
}

void CanvasLegendTest::flowsByHowTheyCameOut() {
    const auto words = [](const std::vector<verify::LegResult>& legs) {
        ShownCanvas canvas;
        canvas.apply(allGreen());
        choose(canvas, {Lens::Flows});
        for (const verify::LegResult& each : legs) {
            canvas.view.setTestResult(each);
        }
        QStringList all = wordsOf(canvas);
        all.removeAll(QStringLiteral("Established"));
        all.removeAll(QStringLiteral("Begins at the host"));
        return all;
    };
    const auto allowed = leg("host1", "my-nginx-1", true);
    const auto silent = leg("host1", "my-nginx-2", false);
    const auto wrong = leg("host3", "my-nginx-1", false, true);
    QCOMPARE(words({}), QStringList());
    QCOMPARE(words({allowed}), QStringList{QStringLiteral("Allowed")});
    QCOMPARE(words({silent}), QStringList{QStringLiteral("Not answered, drop point")});
    QCOMPARE(words({wrong}), QStringList{QStringLiteral("Not as wanted")});
    QCOMPARE(words({allowed, silent, wrong}), (QStringList{QStringLiteral("Allowed"), QStringLiteral("Not answered, or not as wanted")}));
    QCOMPARE(words({silent, leg("host1", "my-nginx-2", true)}), QStringList{QStringLiteral("Changed: was not allowed")});
    ShownCanvas canvas;
    canvas.apply(allGreen());
    canvas.view.setTestResult(leg("my-nginx-2", "my-nginx-1", true));
    QVERIFY(!wordsOf(canvas).contains(QStringLiteral("Begins at the host")));
    canvas.view.setTestResult(allowed);
    QVERIFY(wordsOf(canvas).contains(QStringLiteral("Begins at the host")));
    canvas.view.setTestResult(leg("host1", "nobody", true)); // Of a lab that was edited since.
    canvas.view.setLens(Lens::Flows, false);
    QCOMPARE(wordsOf(canvas), QStringList{QStringLiteral("Established")});
}

void CanvasLegendTest::flowsThatHaveFadedAreNotThere() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    canvas.view.setTestResult(leg("host1", "my-nginx-1", true));
    canvas.view.setTestResult(leg("host1", "my-nginx-2", false));
    QVERIFY(wordsOf(canvas).contains(QStringLiteral("Allowed")));
    canvas.now += 11'000;
    QTRY_VERIFY_WITH_TIMEOUT(!wordsOf(canvas).contains(QStringLiteral("Allowed")), 5000);
    QVERIFY(wordsOf(canvas).contains(QStringLiteral("Not answered, drop point")));
    canvas.now += 60'000;
    QTRY_COMPARE_WITH_TIMEOUT(wordsOf(canvas), QStringList{QStringLiteral("Established")}, 5000);
}

/// Other ways of equal cost, and half-lines without the BGP lens.
void CanvasLegendTest::thinLinesAreExplained() {
    const model::Lab lab = fakes::twoLeafLab();
    fakes::ObservedLab seen{.lab = lab, .state = state::initialState(lab, fakes::seedsOf(lab)), .delta = {}};
    seen.feed(fakes::intendedKernels(lab));
    ShownCanvas canvas(lab, Theme::light(), {1000, 560});
    canvas.apply(seen.state);
    canvas.view.setTestResult(leg("host1", "my-nginx-2", true));
    QVERIFY2(wordsOf(canvas).contains(QStringLiteral("Another way of equal cost")), qPrintable(wordsOf(canvas).join(u'|')));
    ShownCanvas green;
    green.apply(allGreen());
    choose(green, {Lens::Bgp});
    const QImage thick = legendOf(green)->grab().toImage();
    choose(green, {Lens::Flows});
    QCOMPARE(wordsOf(green), QStringList{QStringLiteral("Established")});
    QVERIFY(legendOf(green)->grab().toImage() != thick);
}

void CanvasLegendTest::trafficHasItsScale() {
    ShownCanvas canvas;
    state::LabState state = allGreen();
    canvas.apply(state);
    choose(canvas, {Lens::Traffic});
    const QString scale = QStringLiteral("1 kbit/s; 1 Mbit/s; 1 Gbit/s; ");
    QCOMPARE(legendOf(canvas)->accessibleDescription(), QString(scale + QStringLiteral("Established")));
    const QString port = QStringLiteral("swp3");
    state.nodes[node("leaf1")].traffic[port] = {{port, 0, 0, 0, 0}, 700, 700, 12, kNow, kNow};
    canvas.apply(state);
    QCOMPARE(legendOf(canvas)->accessibleDescription(), QString(scale + QStringLiteral("Dropped by the port; Established")));
}

void CanvasLegendTest::routesToAPrefix() {
    fakes::ObservedLab lab;
    lab.feed(fakes::greenTutorial(lab.lab));
    ShownCanvas canvas;
    canvas.now = lab.nowMs;
    canvas.apply(lab.state);
    choose(canvas, {Lens::Routes});
    QCOMPARE(wordsOf(canvas),
             (QStringList{QStringLiteral("Established"), QStringLiteral("Select a node, a route or search for a prefix.")}));
    canvas.view.setPrefix(fakes::prefix("10.20.1.0/24"));
    QCOMPARE(wordsOf(canvas), (QStringList{QStringLiteral("Best"), QStringLiteral("Established"), QStringLiteral("To 10.20.1.0/24")}));
    lab.feed({state::RouteSeen{node("host1"), fakes::prefix("10.20.1.0/24"), {}, {}, 20, false}});
    canvas.apply(lab.state);
    QVERIFY2(wordsOf(canvas).contains(QStringLiteral("By a shorter prefix")), qPrintable(wordsOf(canvas).join(u'|')));
    QVERIFY2(wordsOf(canvas).contains(QStringLiteral("Not as intended")), qPrintable(wordsOf(canvas).join(u'|')));
}

/// A dot has no words beside its glyph.
void CanvasLegendTest::farAwayGlyphsNeedWords() {
    ShownCanvas canvas;
    canvas.apply(withDeadPod());
    choose(canvas, {Lens::Bgp});
    while (canvas.view.detail() != Detail::Dot) {
        canvas.view.zoomOut();
    }
    QCOMPARE(wordsOf(canvas), (QStringList{QStringLiteral("Established"), QStringLiteral("Ready"), QStringLiteral("Not ready")}));
    canvas.view.actualSize();
    QCOMPARE(wordsOf(canvas), (QStringList{QStringLiteral("Established"), QStringLiteral("Not ready")}));
}

void CanvasLegendTest::traceComesFirst() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    canvas.view.setTrace(verify::Trace());
    QCOMPARE(wordsOf(canvas).mid(0, 2), (QStringList{QStringLiteral("Way taken"), QStringLiteral("Intended way")}));
    canvas.view.setTrace(std::nullopt);
    QCOMPARE(wordsOf(canvas), QStringList{QStringLiteral("Established")});
}

/// In the window at 1440 x 900 all is explained without unfolding anything, and the map stays.
void CanvasLegendTest::twoRowsWhereOneIsTooLong() {
    ShownCanvas canvas(fakes::tutorialLab(), Theme::light(), {942, 519});
    canvas.apply(allGreen());
    const int row = legendOf(canvas)->height();
    canvas.apply(halfUp());
    choose(canvas, {Lens::Flows, Lens::Bgp});
    canvas.view.setTestResult(leg("host1", "my-nginx-1", true));
    canvas.view.setTestResult(leg("host1", "my-nginx-2", false));
    const QWidget* legend = legendOf(canvas);
    QVERIFY(wordsOf(canvas).size() > 7 && legend->isVisible() && legend->height() > row && legend->height() < 2 * row + 8);
    for (const char* name : {"minimap", "zoomControl"}) {
        const auto* other = canvas.view.findChild<QWidget*>(QString::fromLatin1(name));
        QVERIFY2(other->isVisible() && !other->geometry().intersects(legend->geometry()), name);
    }
    QVERIFY(canvas.view.rect().contains(legend->geometry()));
}

/// What is told is what is drawn.
void CanvasLegendTest::wordsAreDrawn() {
    ShownCanvas canvas;
    canvas.apply(cut());
    canvas.view.setTestResult(leg("host1", "my-nginx-2", true));
    const QStringList drawn = wordsOn(canvas.view);
    for (const QString& words : wordsOf(canvas)) {
        QVERIFY2(drawn.contains(words), qPrintable(words));
    }
}

QTEST_MAIN(CanvasLegendTest)
#include "tst_canvas_legend.moc"
