// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: the canvas. Shows model::Lab and state::LabState, and emits what the user asks for; it does
// nothing to a lab by itself. GUI thread; no call blocks.
#pragma once

#include "route_looks.h"
#include "selection.h"

#include <core/base/result.h>
#include <core/model/lab.h>
#include <core/session/fault.h>
#include <core/state/state_store.h>
#include <core/verify/results.h>
#include <core/verify/trace_path.h>
#include <ui/theme/theme.h>

#include <QGraphicsView>

#include <chrono>
#include <functional>
#include <memory>

class QMenu;

namespace podleaf::ui {

/// What is drawn beside the state of nodes and cables, which is always there (design §5).
enum class Lens { State, Bgp, Routes, Flows, Traffic };
inline constexpr std::size_t kLensCount = 5;

/// How much of a node is drawn (design §4).
enum class Detail { Dot = 0, Small = 1, Full = 2 };

/// A node's card that was put elsewhere; upper left corners in scene units.
struct NodeMove {
    NodeId node;
    QPointF from;
    QPointF to;
    bool operator==(const NodeMove&) const = default;
};
/// A note that was put elsewhere; its upper left corner.
struct NoteMove {
    std::size_t note = 0;
    QPointF to;
    bool operator==(const NoteMove&) const = default;
};

class LabView final : public QGraphicsView {
    Q_OBJECT
public:
    /// Unix milliseconds; tests give their own.
    using Clock = std::function<qint64()>;
    /// Adds entries to the menu of an item, or of the free canvas, that opens at a place of the screen.
    using MenuFiller = std::function<void(QMenu& menu, const Selection& item, const QPoint& globalPos)>;

    explicit LabView(const Theme& theme, QWidget* parent = nullptr);
    ~LabView() override;

    /// Shows `lab` with nothing observed yet, fitted into the window. A lab with an empty id shows "No lab is open."
    void setLab(const model::Lab& lab);
    /// The same lab after an edit: what is observed, the zoom and, where it is still there, the selection stay.
    void changeLab(const model::Lab& lab);
    /// Shows `snapshot`; only what `delta` names is looked at again. The lab must be set before.
    void apply(const state::Snapshot& snapshot, const state::Delta& delta);
    void setTheme(const Theme& theme);
    void setClock(Clock clock);
    /// Without motion everything is at its end at once. From the start it is as the desktop says.
    void setReducedMotion(bool reduced);
    [[nodiscard]] bool hasReducedMotion() const;
    /// Bgp and Flows are on from the start. A lens adds its marks to what is always drawn (design §5).
    void setLens(Lens lens, bool on);
    [[nodiscard]] bool lens(Lens lens) const;
    /// The lens whose marks the legend explains.
    void setActiveLens(Lens lens);
    /// What the Routes lens compares the kernels with.
    void setIntent(std::shared_ptr<const intent::Intent> intent);
    /// The prefix that the Routes lens shows; nothing shows none.
    void setPrefix(const std::optional<Ipv4Prefix>& prefix);
    [[nodiscard]] std::optional<Ipv4Prefix> prefix() const;
    /// What the Routes lens says now; empty while it is off.
    [[nodiscard]] RoutePicture routePicture() const;
    /// Some of what was to be observed was lost: the legend says so and `why`. Empty: nothing was.
    void setPartial(const QString& why);
    /// Up is running: the strip's button is disabled and says why.
    void setBusy(bool busy, const QString& why = {});

    /// One finished leg of a test, drawn on its path while Lens::Flows is on.
    void setTestResult(const verify::LegResult& leg);
    void clearTestResults();
    /// How long a leg that was answered fades until it is gone; zero: all stay. A failed one is there for a minute at least.
    void setFadeAfter(std::chrono::milliseconds time);

    /// The way that was asked for with traceRequested(); nothing takes it away.
    void setTrace(const std::optional<verify::Trace>& trace);
    /// What the note on top says: a trace's outcome, or what is to be clicked; empty when there is none.
    [[nodiscard]] QString note() const;

    /// Draws what is to be seen, with the legend or what is folded of it, without what only serves to look around.
    void drawTo(QPainter& painter);

    [[nodiscard]] Selection selection() const;
    void select(const Selection& what);
    /// Parts that are outlined and moved together; those that are no more are left out.
    void setMarked(const std::vector<Selection>& parts);
    /// Whether the left button holds a part.
    [[nodiscard]] bool isDragging() const;
    /// What the Esc key does, one thing at a time: a drag, a trace or a search ends, then nothing is selected any more.
    void dismiss();
    /// What stands out while the rest fades; nothing ends that.
    void setLit(const Lit& lit);
    /// Brings an item into the middle of the window.
    void centreOn(const Selection& item);

    /// Zoom in per cent of the natural size, 10 to 400.
    [[nodiscard]] double zoomPercent() const;
    [[nodiscard]] Detail detail() const;

    /// Places in viewport coordinates, for tests and for popups. The point (-1, -1) when unknown.
    [[nodiscard]] QPointF scenePosOf(const NodeId& node) const; ///< The card's upper left corner, in scene units.
    [[nodiscard]] QRectF sceneRectOf(const NodeId& node) const; ///< The card, in scene units.
    [[nodiscard]] QPoint viewPosOf(const NodeId& node) const;   ///< On the card, where only the card is hit.
    [[nodiscard]] QPoint viewPosOf(const LinkId& link) const;   ///< The middle of the cable.
    [[nodiscard]] QPoint viewPosOf(const PodRef& pod) const;    ///< The middle of the chip.
    [[nodiscard]] QPoint portPos(const model::Endpoint& end) const;
    /// A point on the half-line of `end`, a quarter along the cable, beside its glyph.
    [[nodiscard]] QPoint halfLinePos(const model::Endpoint& end) const;
    /// What is at a place of the viewport; cables catch within 8 px.
    [[nodiscard]] Selection hit(const QPoint& viewportPos) const;
    /// The port at a place of the viewport; an empty node when there is none within reach.
    [[nodiscard]] model::Endpoint portAt(const QPoint& viewportPos) const;
    /// Where an item is in the viewport; empty for what the lab has not.
    [[nodiscard]] QRect viewRectOf(const Selection& item) const;
    /// What keys act on: the item with the key focus or, without one, the selected one.
    [[nodiscard]] Selection current() const;

    /// All items in the order of the Tab key; and the one that has the key focus.
    [[nodiscard]] std::vector<Selection> itemsInTabOrder() const;
    [[nodiscard]] Selection focusedItem() const;

    /// The item read like a sentence: "host2, host, Ready, 1 pod, session to leaf1 Established".
    [[nodiscard]] QString accessibleTextOf(const Selection& item) const;
    /// The menu of an item, with its actions connected. nullptr when it has none.
    [[nodiscard]] std::unique_ptr<QMenu> makeContextMenu(const Selection& item);
    /// What the right button and the menu key open has these entries, too.
    void setMenuFiller(MenuFiller filler);
    /// Opens it at a place of the screen; nothing where there is none.
    void showMenu(const Selection& item, const QPoint& globalPos);
    /// The same with nothing but the faults of a node, a cable or a pod. Errors: InvalidInput for anything else, and while
    /// the lab does not run.
    [[nodiscard]] Result<std::unique_ptr<QMenu>> makeFaultMenu(const Selection& item);
    Result<> showFaultMenu(const Selection& item, const QPoint& globalPos);

public Q_SLOTS:
    void zoomIn();
    void zoomOut();
    void fit();
    void actualSize();
    /// Finds new places for all nodes.
    void arrange();

Q_SIGNALS:
    void selectionChanged(const podleaf::ui::Selection& selection);
    void nodeActivated(const podleaf::NodeId& node); ///< Enter.
    void cutRequested(const podleaf::LinkId& link);
    void joinRequested(const podleaf::LinkId& link);
    void captureRequested(const podleaf::LinkId& link);
    void consoleRequested(const podleaf::NodeId& node); ///< Double click, or the menu; of a pod by its name.
    void faultRequested(const podleaf::session::Fault& fault);
    void traceRequested(const QString& from, const QString& to); ///< Names of nodes or pods.
    void upRequested();                                          ///< The button of "This lab is not running."
    void openRequested();                                        ///< "Open file…" where no lab is open.
    void tutorialRequested();                                    ///< "Try the tutorial" where no lab is open.
    void zoomChanged(double percent);
    /// The user has put cards and notes elsewhere (dragged, moved by key or arranged); the view shows them there already.
    void partsMoved(const std::vector<podleaf::ui::NodeMove>& nodes, const std::vector<podleaf::ui::NoteMove>& notes);
    /// Double click on a note or a group's name, or the menu.
    void renameRequested(const podleaf::ui::Selection& item);
    /// One sentence about what the canvas could not do.
    void noticed(const QString& sentence);
    void searchDismissed(); ///< What stood out does so no more.

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace podleaf::ui
