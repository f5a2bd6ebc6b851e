// SPDX-License-Identifier: GPL-3.0-or-later
// Search: what each sort of word finds, and the field with its answers in the real window, by key and mouse.
#include "canvas_view.h"
#include "fake_lab.h"

#include <ui/canvas/search_index.h>
#include <ui/window/main_window.h>
#include <ui/window/search_box.h>

#include <QListWidget>
#include <QTemporaryDir>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;
using podleaf::fakes::prefix;
using podleaf::fakes::tutorialLab;

namespace {

/// A window on a lab that does not run.
struct ShownWindow {
    QTemporaryDir folder;
    fakes::FakeLab lab;
    MainWindow window{{.opener = [this](const QString&) -> Result<OpenLab> { return lab.open(); },
                       .gallery = {},
                       .settingsFile = folder.filePath(QStringLiteral("desktop.ini")),
                       .privilege = {},
                       .theme = {}}};

    /// Shows it, with the keys going there, and opens the lab; false when they do not.
    [[nodiscard]] bool open() {
        window.show();
        window.activateWindow();
        if (!QTest::qWaitForWindowActive(&window, 20'000)) {
            return false;
        }
        window.openLab(QStringLiteral("tutorial"));
        return true;
    }
};

} // namespace

class CanvasSearchTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void finds_data();
    void finds();
    void nothing();
    void bestFirst();
    void restFades();
    void byKeyInTheWindow();
    void byMouseInTheWindow();
};

void CanvasSearchTest::finds_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("detail");
    QTest::newRow("node") << QStringLiteral("host2") << QStringLiteral("host2") << QStringLiteral("host");
    QTest::newRow("upper case") << QStringLiteral("HOST2") << QStringLiteral("host2") << QStringLiteral("host");
    QTest::newRow("link") << QStringLiteral("intnet3") << QStringLiteral("intnet3") << QStringLiteral("leaf1:swp3 – host3:eth1");
    QTest::newRow("port") << QStringLiteral("leaf1:swp3") << QStringLiteral("intnet3") << QStringLiteral("leaf1:swp3 – host3:eth1");
    QTest::newRow("address") << QStringLiteral("172.16.0.6") << QStringLiteral("172.16.0.6") << QStringLiteral("host2:eth1 on intnet2");
    QTest::newRow("loopback") << QStringLiteral("10.255.0.1/32") << QStringLiteral("10.255.0.1/32") << QStringLiteral("loopback of leaf1");
    QTest::newRow("prefix") << QStringLiteral("10.20.1.0/24") << QStringLiteral("10.20.1.0/24") << QStringLiteral("pod network of host2");
    QTest::newRow("AS") << QStringLiteral("AS 65100") << QStringLiteral("AS 65100") << QStringLiteral("leaf leaf1");
    QTest::newRow("AS number") << QStringLiteral("65100") << QStringLiteral("AS 65100") << QStringLiteral("leaf leaf1");
    QTest::newRow("pod") << QStringLiteral("nginx-2") << QStringLiteral("my-nginx-2") << QStringLiteral("pod on host3");
    QTest::newRow("pod's address") << QStringLiteral("10.20.1.10") << QStringLiteral("10.20.1.10")
                                   << QStringLiteral("pod my-nginx-1 on host2");
    QTest::newRow("any address of a network") << QStringLiteral("10.20.1.77") << QStringLiteral("10.20.1.0/24")
                                              << QStringLiteral("pod network of host2");
}

void CanvasSearchTest::finds() {
    QFETCH(QString, text);
    const auto hits = searchLab(tutorialLab(), text);
    QVERIFY(!hits.empty());
    QTEST(hits[0].title, "title");
    QTEST(hits[0].detail, "detail");
    QVERIFY(!hits[0].lit.isEmpty());
}

void CanvasSearchTest::nothing() {
    QVERIFY(searchLab(tutorialLab(), QStringLiteral("   ")).empty());
    QVERIFY(searchLab(tutorialLab(), QStringLiteral("AS")).empty());
    QVERIFY(searchLab(tutorialLab(), QStringLiteral("<b>no such</b>")).empty());
    QVERIFY(searchLab({}, QStringLiteral("host1")).empty());
}

void CanvasSearchTest::bestFirst() {
    model::Lab lab = tutorialLab();
    lab.nodes[0].id = node("ghost1"); // Contains "host1", and comes first in the file.
    const auto hits = searchLab(lab, QStringLiteral("host1"));
    QCOMPARE(hits[0].title, QStringLiteral("host1"));
    QCOMPARE(searchLab(tutorialLab(), QStringLiteral("1"), 3).size(), std::size_t(3));
}

void CanvasSearchTest::restFades() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    const auto solid = [&](const char* host) {
        return canvas.count(canvas.view.halfLinePos({node(host), QStringLiteral("eth1")}), 3, Role::Ok) > 8;
    };
    QVERIFY(solid("host1") && solid("host2"));
    canvas.view.setLit(searchLab(canvas.lab, QStringLiteral("intnet2"))[0].lit);
    QVERIFY(!solid("host1"));
    QVERIFY(solid("host2"));
    QTest::keyClick(&canvas.view, Qt::Key_Escape);
    QVERIFY(solid("host1"));
}

void CanvasSearchTest::byKeyInTheWindow() {
    ShownWindow shown;
    MainWindow& window = shown.window;
    QVERIFY(shown.open());
    auto* box = window.findChild<SearchBox*>();
    QTest::keyClick(window.windowHandle(), Qt::Key_K, Qt::ControlModifier);
    QVERIFY(box->hasFocus());
    QTest::keyClicks(box, QStringLiteral("10.20.1.0/24"));
    QVERIFY(box->list()->isVisible());
    QCOMPARE(box->list()->count(), 1);
    QTest::keyClick(window.windowHandle(), Qt::Key_Return);
    QVERIFY(!box->list()->isVisible());
    QVERIFY(window.canvas().selection() == Selection(node("host2")));
    QVERIFY(window.canvas().prefix() == prefix("10.20.1.0/24"));
    QVERIFY(window.canvas().hasFocus());
    const QPoint middle = window.canvas().viewport()->rect().center();
    QVERIFY((window.canvas().viewPosOf(node("host2")) - middle).manhattanLength() < 250);
    QTest::keyClick(window.windowHandle(), Qt::Key_Escape);
    QVERIFY(box->text().isEmpty());
    QVERIFY(window.canvas().selection() == Selection(node("host2"))); // The search ends first.
    QTest::keyClick(window.windowHandle(), Qt::Key_Escape);
    QVERIFY(window.canvas().selection() == Selection());
}

void CanvasSearchTest::byMouseInTheWindow() {
    ShownWindow shown;
    MainWindow& window = shown.window;
    QVERIFY(shown.open());
    auto* box = window.findChild<SearchBox*>();
    QTest::mouseClick(box, Qt::LeftButton);
    QTest::keyClicks(box, QStringLiteral("host"));
    QListWidget* list = box->list();
    QVERIFY(list->isVisible() && list->count() > 3);
    QTest::keyClick(window.windowHandle(), Qt::Key_Down);
    QCOMPARE(list->currentRow(), 1);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(2)).center());
    QVERIFY(window.canvas().selection() == Selection(node("host3")));
    QTest::mouseClick(box, Qt::LeftButton);
    QTest::keyClicks(box, QStringLiteral("zzz"));
    QVERIFY(list->item(0)->text().contains(QStringLiteral("Nothing is called")));
    QTest::keyClick(window.windowHandle(), Qt::Key_Escape);
    QVERIFY(box->text().isEmpty() && !list->isVisible());
    QVERIFY(window.canvas().hasFocus());
}

QTEST_MAIN(CanvasSearchTest)
#include "tst_canvas_search.moc"
