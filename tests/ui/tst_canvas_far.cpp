// SPDX-License-Identifier: GPL-3.0-or-later
// A lab that is seen from far away: nodes as dots, cables as hairlines, all in few calls of the painter. What is drawn
// must still be each one's own state. Run once more where each unit of the view is two pixels wide (CMakeLists.txt).
#include "canvas_view.h"

#include <tests/fakes/green_state.h>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;

namespace {

constexpr int kLeaves = 40;
constexpr int kHosts = 6;

/// Two spines, and leaves with hosts each; every link has its /30.
model::Lab fabric() {
    model::Lab lab;
    lab.id = LabId(QStringLiteral("fabric"));
    const auto add = [&lab](const QString& name, model::NodeKind kind) { lab.nodes.push_back({NodeId(name), kind, 65000, {}, {}}); };
    const auto join = [&lab](const QString& a, const QString& b) {
        const Ipv4Prefix net{Ipv4Address{0xAC000000U + static_cast<std::uint32_t>(lab.links.size()) * 4}, 30};
        model::Link link;
        link.id = LinkId(a + u'-' + b);
        link.ends = {model::Endpoint{NodeId(a), QStringLiteral("to-") + b}, model::Endpoint{NodeId(b), QStringLiteral("to-") + a}};
        link.prefix = net;
        link.addresses = {net.at(1), net.at(2)};
        lab.links.push_back(link);
    };
    add(QStringLiteral("spine1"), model::NodeKind::Spine);
    add(QStringLiteral("spine2"), model::NodeKind::Spine);
    for (int l = 0; l < kLeaves; ++l) {
        const QString leaf = QStringLiteral("leaf%1").arg(l);
        add(leaf, model::NodeKind::Leaf);
        join(leaf, QStringLiteral("spine1"));
        join(leaf, QStringLiteral("spine2"));
        for (int h = 0; h < kHosts; ++h) {
            const QString host = QStringLiteral("h%1-%2").arg(l).arg(h);
            add(host, model::NodeKind::Host);
            join(leaf, host);
        }
    }
    return lab;
}

/// Whether a pixel at or beside a place has about this colour.
bool hasNear(const QImage& image, const QPoint& at, const QColor& color) {
    for (int i = 0; i < 9; ++i) {
        const QPoint place = at + QPoint(i % 3 - 1, i / 3 - 1);
        const QColor found = image.valid(place) ? image.pixelColor(place) : QColor();
        if (std::abs(found.red() - color.red()) + std::abs(found.green() - color.green()) + std::abs(found.blue() - color.blue()) < 12) {
            return true;
        }
    }
    return false;
}

} // namespace

class CanvasFarTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void everyDotHasItsOwnState();
    void onlyWhatTheDeltaNamesIsLookedAtAgain();
    void theBrokenCableIsAboveTheOthers();
    void aSelectedDotHasItsMarkInItsPlace();
    void theMapFollowsInTime();
    void pannedIsAsDrawnAnew();

private:
    [[nodiscard]] int dotPixels(const QString& node, Role role) {
        const QRect box = m_canvas->view.viewRectOf(NodeId(node));
        return m_canvas->count(QPoint(box.right() - box.height() / 2, box.center().y()), box.height() / 2 + 1, role);
    }

    std::unique_ptr<ShownCanvas> m_canvas;
    state::LabState m_state;
};

void CanvasFarTest::init() {
    m_canvas = std::make_unique<ShownCanvas>(fabric(), Theme::light(), QSize(1200, 800));
    m_state = fakes::greenState(m_canvas->lab);
    m_canvas->apply(m_state);
    QCOMPARE(int(m_canvas->view.detail()), int(Detail::Dot));
}

void CanvasFarTest::everyDotHasItsOwnState() {
    m_state.nodes[NodeId(QStringLiteral("h3-2"))].phase = state::NodePhase::Failed;
    m_state.nodes[NodeId(QStringLiteral("h9-0"))].phase = state::NodePhase::Bgp;
    m_canvas->apply(m_state);
    for (const model::Node& node : m_canvas->lab.nodes) {
        if (node.kind == model::NodeKind::Host) {
            const QString& name = node.id.name;
            const Role role = name == QStringLiteral("h3-2") ? Role::Bad : name == QStringLiteral("h9-0") ? Role::Wait : Role::Ok;
            QVERIFY2(dotPixels(name, role) > 4, qPrintable(name));
            QVERIFY2(role == Role::Bad || dotPixels(name, Role::Bad) == 0, qPrintable(name));
        }
    }
}

void CanvasFarTest::onlyWhatTheDeltaNamesIsLookedAtAgain() {
    m_state.nodes[NodeId(QStringLiteral("h3-2"))].phase = state::NodePhase::Failed;
    m_state.nodes[NodeId(QStringLiteral("h9-0"))].phase = state::NodePhase::Failed;
    state::Delta delta;
    delta.nodes.insert(NodeId(QStringLiteral("h3-2")));
    m_canvas->view.apply(snapshotOf(m_state), delta);
    QVERIFY(dotPixels(QStringLiteral("h3-2"), Role::Bad) > 4);
    QCOMPARE(dotPixels(QStringLiteral("h9-0"), Role::Bad), 0);
}

void CanvasFarTest::theBrokenCableIsAboveTheOthers() {
    const model::Link& first = m_canvas->lab.links.front(); // All others are drawn after it.
    for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
        state::SessionState& session = m_state.sessions[{first.ends[end].node, first.addresses[1 - end]}];
        session.state = state::BgpState::Idle;
        session.lastError = QStringLiteral("Hold timer expired.");
    }
    state::Delta delta;
    delta.sessions = {{first.ends[0].node, first.addresses[1]}, {first.ends[1].node, first.addresses[0]}};
    m_canvas->view.apply(snapshotOf(m_state), delta);
    const QPointF spine = m_canvas->view.portPos(first.ends[1]);
    const QPointF way = m_canvas->view.portPos(first.ends[0]) - spine;
    const int length = static_cast<int>(QLineF(spine, spine + way).length());
    int bad = 0;
    const QImage seen = m_canvas->image();
    for (int step = 0; step < length; ++step) {
        const QPointF place = (spine + way * step / length) * m_canvas->ratio();
        bad += hasNear(seen, place.toPoint(), m_canvas->color(Role::Bad)) ? 1 : 0;
    }
    QVERIFY2(bad > length / 3, qPrintable(QStringLiteral("%1 of %2").arg(bad).arg(length))); // It is dotted.
}

void CanvasFarTest::aSelectedDotHasItsMarkInItsPlace() {
    const int before = dotPixels(QStringLiteral("h5-1"), Role::Ok);
    m_canvas->view.select(NodeId(QStringLiteral("h5-1")));
    QVERIFY(std::abs(dotPixels(QStringLiteral("h5-1"), Role::Ok) - before) <= 4 * m_canvas->ratio());
    const QRect box = m_canvas->view.viewRectOf(NodeId(QStringLiteral("h5-1")));
    QVERIFY(m_canvas->count(box.center(), box.width(), Role::Accent) > 20);
}

void CanvasFarTest::theMapFollowsInTime() {
    auto* map = m_canvas->view.findChild<QWidget*>(QStringLiteral("minimap"));
    QVERIFY(map->isVisible());
    const auto reds = [&] {
        const QImage image = map->grab().toImage();
        int found = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                found += image.pixelColor(x, y) == m_canvas->color(Role::Bad) ? 1 : 0;
            }
        }
        return found;
    };
    QTRY_COMPARE(reds(), 0);
    state::Delta delta;
    for (auto& [id, node] : m_state.nodes) {
        node.phase = state::NodePhase::Failed;
        delta.nodes.insert(id);
    }
    m_canvas->view.apply(snapshotOf(m_state), delta);
    QTRY_VERIFY(reds() > 20);
}

/// What is kept of a picture and what is added at its edges, beside all of it drawn at once.
void CanvasFarTest::pannedIsAsDrawnAnew() {
    m_canvas->view.zoomIn();
    m_canvas->view.zoomIn();
    QCOMPARE(int(m_canvas->view.detail()), int(Detail::Dot));
    const QPoint ways[] = {{-90, -70}, {37, 51}, {200, -3}, {-60, 90}, {1, 0}};
    for (const QPoint& way : ways) {
        const QPointF before = m_canvas->view.mapToScene(QPoint(0, 0));
        QTest::mousePress(m_canvas->view.viewport(), Qt::MiddleButton, {}, QPoint(600, 400));
        QTest::mouseMove(m_canvas->view.viewport(), QPoint(600, 400) + way);
        QTest::mouseRelease(m_canvas->view.viewport(), Qt::MiddleButton, {}, QPoint(600, 400) + way);
        QVERIFY(m_canvas->view.mapToScene(QPoint(0, 0)) != before);
        QCoreApplication::processEvents(); // Paints.
    }
    const int ratio = m_canvas->ratio();
    QImage anew(m_canvas->view.size() * ratio, QImage::Format_RGB32);
    anew.setDevicePixelRatio(ratio);
    QPainter painter(&anew);
    m_canvas->view.drawTo(painter);
    painter.end();
    const QImage kept = m_canvas->image();
    int lines = 0;
    int differ = 0;
    for (int y = 60 * ratio; y < 700 * ratio; ++y) { // Between the overlays.
        for (int x = 0; x < anew.width(); ++x) {
            lines += hasNear(anew, {x, y}, m_canvas->color(Role::Ok)) ? 1 : 0;
            differ += hasNear(kept, {x, y}, anew.pixelColor(x, y)) ? 0 : 1; // A hairline may be a pixel beside.
        }
    }
    QVERIFY(lines > 20'000);
    QVERIFY2(differ < anew.width() * 640 * ratio / 1000, qPrintable(QString::number(differ)));
}

QTEST_MAIN(CanvasFarTest)
#include "tst_canvas_far.moc"
