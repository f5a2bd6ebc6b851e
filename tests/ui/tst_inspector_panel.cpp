// SPDX-License-Identifier: GPL-3.0-or-later
// The inspector as it is drawn: empty, filled, and within every width with letters of every size. Offscreen; GUI thread.
#include "panel_case.h"

#include <core/labfile/labfile.h>
#include <tests/fakes/green_state.h>
#include <tests/fakes/running_lab.h>
#include <ui/docks/boot_bar.h>
#include <ui/docks/elided_label.h>
#include <ui/docks/fault_box.h>
#include <ui/docks/inspector_panel.h>

#include <QApplication>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using podleaf::test::sentencesIn;
using podleaf::test::showPanel;

namespace {

/// Labels of `page` that neither show all nor elide; a place where the text cannot be broken counts as none.
QStringList cutIn(const QWidget& page) {
    QStringList cut;
    for (const auto* label : page.findChildren<QLabel*>()) {
        if (!label->isVisible() || label->text().isEmpty() || qobject_cast<const ElidedLabel*>(label) != nullptr) {
            continue;
        }
        int widest = 0;
        const QString text = label->text();
        for (const QString& word : label->wordWrap() ? text.split(QRegularExpression(QStringLiteral("[ \n]"))) : QStringList(text)) {
            widest = std::max(widest, label->fontMetrics().horizontalAdvance(word));
        }
        const QRect place(label->mapTo(&page, QPoint(0, 0)), label->size());
        const bool isHigh = label->height() >= (label->wordWrap() ? label->heightForWidth(label->width()) : label->sizeHint().height());
        if (widest > label->width() || !page.rect().contains(place) || !isHigh) {
            cut += QStringLiteral("%1: %2 px in %3x%4").arg(text).arg(widest).arg(label->width()).arg(label->height());
        }
    }
    return cut;
}

} // namespace

class InspectorPanelTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void emptyAndFilled();
    void fitsItsDock_data();
    void fitsItsDock();
    void bigLettersFit_data();
    void bigLettersFit();

private:
    Theme m_theme = Theme::light();
};

void InspectorPanelTest::emptyAndFilled() {
    InspectorPanel panel(m_theme);
    showPanel(panel, {300, 500});
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("Select a node, a cable, a pod or a flow.")));
    fakes::ObservedLab lab;
    lab.feed(fakes::greenTutorial(lab.lab)).feed(fakes::bgpdKilled(lab.lab, fakes::node("host2")));
    panel.show(inspect(fakes::node("host2"), lab.lab, lab.state, lab.nowMs));
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("host2")));
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("Failed")));
    QVERIFY(panel.findChild<FaultBox*>()->isVisible());
    panel.show(inspect(fakes::node("host1"), lab.lab, lab.state, lab.nowMs));
    QVERIFY(!panel.findChild<FaultBox*>()->isVisible());
    panel.show(InspectorContent());
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("Select a node, a cable, a pod or a flow.")));
}

void InspectorPanelTest::bigLettersFit_data() {
    QTest::addColumn<double>("times");
    QTest::addColumn<int>("width");
    for (const int width : {300, 240}) {
        QTest::addRow("as designed, %d px", width) << 1.0 << width;
    }
    for (const int width : {480, 400, 300}) {
        QTest::addRow("twice as large, %d px", width) << 2.0 << width;
    }
}

/// Whatever the width and the letters: nothing is cut, nothing scrolls sideways.
void InspectorPanelTest::bigLettersFit() {
    QFETCH(double, times);
    QFETCH(int, width);
    const QFont before = QApplication::font();
    QFont big = before;
    big.setPointSizeF(big.pointSizeF() * times);
    QApplication::setFont(big);
    const Theme theme = Theme::light();
    fakes::ObservedLab lab;
    lab.feed(fakes::greenTutorial(lab.lab)).feed(fakes::bgpdKilled(lab.lab, fakes::node("host2")));
    InspectorPanel panel(theme);
    showPanel(panel, {width, 700});
    for (const Selection& item : {Selection(fakes::node("leaf1")), Selection(fakes::node("host1")), Selection(fakes::node("host2")),
                                  Selection(fakes::link("intnet2")), Selection(PodRef{QStringLiteral("my-nginx-1")})}) {
        panel.show(inspect(item, lab.lab, lab.state, lab.nowMs));
        const auto* area = panel.findChild<QScrollArea*>();
        const auto cut = [&] { return cutIn(*area->widget()); };
        QVERIFY2(QTest::qWaitFor([&] { return cut().isEmpty(); }),
                 qPrintable(panel.content().title + QLatin1String(": ") + cut().join(QLatin1String("; "))));
        QVERIFY2(area->widget()->width() <= area->viewport()->width(), qPrintable(panel.content().title));
        QVERIFY(!area->horizontalScrollBar()->isVisible());
        const auto* bar = panel.findChild<BootBar*>();
        QVERIFY(bar->height() >= bar->heightForWidth(bar->width()) || !bar->isVisible());
    }
    QApplication::setFont(before);
}

void InspectorPanelTest::fitsItsDock_data() {
    QTest::addColumn<QString>("labName");
    QTest::addColumn<QString>("cutCable");
    QTest::addColumn<QStringList>("nodes");
    QTest::addColumn<int>("height");
    const QStringList small{QStringLiteral("leaf1"), QStringLiteral("host2")};
    const QStringList large{QStringLiteral("spine1"), QStringLiteral("leaf1"), QStringLiteral("host1")};
    for (const int height : {800, 400}) { // Low ones have a vertical bar, which takes of the width.
        QTest::addRow("tutorial, %d px", height) << QStringLiteral("tutorial") << QString() << small << height;
        QTest::addRow("tutorial, cut, %d px", height) << QStringLiteral("tutorial") << QStringLiteral("intnet2") << small << height;
        QTest::addRow("leaf-spine, %d px", height) << QStringLiteral("leaf-spine") << QString() << large << height;
        QTest::addRow("leaf-spine, cut, %d px", height) << QStringLiteral("leaf-spine") << QStringLiteral("leaf1-swp49") << large << height;
    }
}

/// Nothing is cut off at the right: there is no horizontal bar at the width that the dock has from the start.
void InspectorPanelTest::fitsItsDock() {
    QFETCH(QString, labName);
    QFETCH(QString, cutCable);
    QFETCH(QStringList, nodes);
    QFETCH(int, height);
    const auto source = labfile::load(labName);
    QVERIFY(source && source->parsed.lab);
    const model::Lab& lab = *source->parsed.lab;
    state::LabState seen = fakes::greenState(lab);
    for (const model::Link& link : lab.links) {
        for (std::size_t end = 0; end < 2; ++end) {
            state::InterfaceState& port = seen.nodes[link.ends[end].node].interfaces[link.ends[end].port];
            port.addresses = {{link.addresses[end], link.prefix.length}};
            port.carrier = link.id.name != cutCable;
            if (link.id.name == cutCable) {
                state::SessionState& session = seen.sessions[{link.ends[end].node, link.addresses[1 - end]}];
                session.state = state::BgpState::Connect;
                session.sinceMs = fakes::kStartMs;
                session.reason = link.id.name + QStringLiteral(" is cut.");
                seen.nodes[link.ends[end].node].phase = state::NodePhase::Bgp;
                seen.nodes[link.ends[end].node].reason = session.reason;
            }
        }
    }
    QVERIFY(cutCable.isEmpty() || lab.findLink(LinkId(cutCable)) != nullptr);
    std::vector<Selection> items{Selection(lab.links.front().id), Selection(LinkId(cutCable))};
    for (const QString& name : nodes) {
        for (const char* service : {"bgpd", "zebra", "dnsmasq"}) {
            state::ProcessState& process = seen.nodes[NodeId(name)].processes[QString::fromLatin1(service)];
            process.running = true;
            process.pid = 4'194'304;
        }
        items.emplace_back(NodeId(name));
    }
    InspectorPanel panel(m_theme);
    showPanel(panel, {300, height});
    for (const Selection& item : items) {
        panel.show(inspect(item, lab, seen, fakes::kStartMs + 754'000));
        QCoreApplication::processEvents(); // Lays it out.
        const auto* area = panel.findChild<QScrollArea*>();
        const QString sizes = QStringLiteral("%1: %2 of %3 px").arg(panel.content().title).arg(area->widget()->width());
        QVERIFY2(area->widget()->width() <= area->viewport()->width(), qPrintable(sizes.arg(area->viewport()->width())));
        QVERIFY2(!area->horizontalScrollBar()->isVisible(), qPrintable(panel.content().title));
    }
}

QTEST_MAIN(InspectorPanelTest)
#include "tst_inspector_panel.moc"
