// SPDX-License-Identifier: GPL-3.0-or-later
// LabView's inside, shared by lab_view.cpp (state and zoom) and lab_view_input.cpp (mouse, keys, menus).
// GUI thread.
#pragma once

#include "graphviz.h"
#include "lab_scene.h"
#include "lab_view.h"
#include "minimap.h"
#include "motion.h"
#include "overlays.h"
#include "simulated_strip.h"

#include <QElapsedTimer>
#include <QTimer>

#include <optional>

namespace podleaf::ui {

class LabView::Private {
public:
    static constexpr double kMinZoom = 0.1; ///< Of what the user may choose.
    static constexpr int kMargin = 16;
    static constexpr int kStripHeight = 44;

    Private(LabView* view, const Theme& theme);

    /// What the left button holds: a card, a note, or a group with the cards of its nodes; and what is marked with it.
    struct Drag {
        Selection item;
        QPoint pressedAt = {};
        QPointF corner = {};                                     ///< That snaps: of the item, of a group its first card.
        std::vector<std::pair<NodeId, QPointF>> cards = {};      ///< That go along, from where.
        std::vector<std::pair<std::size_t, QPointF>> notes = {}; ///< In the same way.
        QPointF way = {};                                        ///< How far it is now.
        bool moved = false;
    };
    /// `least`: the bound of the zoom below; a view that is further away already may stay so.
    void setZoom(double factor, const QPointF& anchorInViewport, double least = kMinZoom);
    void zoomTo(double factor);
    void moveMarks();
    /// Says what has become of the item that has the focus, at most once a second.
    void announce();
    void zoomChangedTo(double unit);
    void fitNow();
    void placeOverlays();
    /// The zoom control's and the legend's row, from the lower edge of the view.
    [[nodiscard]] int overlayBottom() const;
    [[nodiscard]] int rowHeight() const;
    /// What the overlays at the lower edge take of the view's height.
    [[nodiscard]] int overlayRoom() const;
    /// Too low for a map: every line of pixels is for the nodes.
    [[nodiscard]] bool isLow() const;
    void updateTimer();
    void updateStrip();
    void updateMap();
    void updateLegend();
    void askGraphviz();
    void moveTo(const QHash<NodeId, QPointF>& wanted);
    void onPlaced(const QHash<NodeId, QPointF>& topLefts);
    /// What would move with the item; nothing for what cannot be moved.
    [[nodiscard]] std::optional<Drag> dragOf(const Selection& item) const;
    /// Shows it as far away from where it was as `way` says.
    void showMoved(const Drag& what);
    void tellMoved(const Drag& what);
    void dragTo(const QPoint& viewportPos);
    void endDrag();
    void cancelDrag();
    bool moveNodeKey(const QKeyEvent& event);
    /// Tells of every card that lies elsewhere than in `before`.
    void tellMoves(const Layout& before);
    /// Something changed: paint once.
    void repaint() { q->viewport()->update(); }
    void setHovered(const Selection& item);
    void setFocused(const Selection& item);
    void setSelected(const Selection& item);
    /// A node or pod that is selected chooses its own prefix for the Routes lens, be it on or not yet.
    void choosePrefixOf(const Selection& item);
    void makeVisible(const Selection& item);
    void panBy(const QPointF& delta);
    [[nodiscard]] double cableReach() const;
    [[nodiscard]] bool isCut(const LinkId& link) const;
    [[nodiscard]] bool isSimulated() const { return labOpen && scene.context().lab.engine == model::EngineKind::Simulated; }
    [[nodiscard]] bool isRunning() const { return scene.context().state->running; }
    void toggleCable(const LinkId& link);
    bool zoomKey(const QKeyEvent& event);
    bool moveFocusKey(int key);
    void fillNodeMenu(QMenu& menu, const NodeId& node);
    void fillCableMenu(QMenu& menu, const LinkId& id);
    void fillPodMenu(QMenu& menu, const QString& pod);
    void addNodeFaults(QMenu& menu, const NodeId& node);
    void addPodFaults(QMenu& menu, const QString& pod);
    void addCut(QMenu& menu, const LinkId& id);
    void addImpairments(QMenu& menu, const LinkId& id);
    void addConsole(QMenu& menu, const NodeId& place, bool exists);
    void addCapture(QMenu& menu, const LinkId& link);
    void addVerbs(QMenu& menu, const NodeId& node, const QString& service, const std::function<bool(session::NodeVerb)>& can);
    void addDaemons(QMenu& menu, const state::NodeState& node);
    void addDaemon(QMenu& daemons, const NodeId& place, const QString& service, bool running, bool paused);
    void addDrops(QMenu& menu, const model::Link& link, const model::CableImpairments& now);
    void addClearSession(QMenu& menu, const model::Link& link, std::size_t end);
    void addTrace(QMenu& menu, const QString& name);
    /// The name of a node or pod that a trace can begin or end at; else empty.
    [[nodiscard]] QString traceNameOf(const Selection& item) const;
    /// The first end of a trace or, when that is known, the second.
    void traceAt(const QString& name);
    void endTrace();

    LabView* q;
    LabScene scene;
    Clock clock;
    MenuFiller menuFiller;
    bool labOpen = false;
    bool fitted = false; ///< The user has not zoomed or panned since the last fit: resizing fits again.
    bool fitPending = true;
    bool panning = false;
    bool spaceHeld = false;
    std::optional<Drag> drag;
    QString traceFrom;               ///< The first end of a trace whose second is still to be chosen.
    std::optional<QPoint> pressedAt; ///< Left button on empty canvas: a pan once it moves, else a deselect.
    QPoint panLast;
    QTimer tick;
    Motion motion;
    QElapsedTimer steady;   ///< The clock of marks that move.
    QString announced;      ///< What was said last of the item that has the focus, without times.
    qint64 announcedMs = 0; ///< When, on the steady clock.
    Graphviz graphviz;
    std::set<NodeId> unplaced; ///< Those that Graphviz was asked for.
    LegendOverlay* legend;
    LegendButton* legendButton;
    ZoomOverlay* zoom;
    MinimapOverlay* map;
    StripOverlay* strip;
    NoteOverlay* note;
    EmptyOverlay* empty;
    SimulatedStrip* simulated;
};

} // namespace podleaf::ui
