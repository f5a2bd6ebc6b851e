// SPDX-License-Identifier: GPL-3.0-or-later
// FlowLayer: the legs of a test as arrows on their way from source to pod, one arrow for each host, chip and verdict.
// GUI thread.
#pragma once

#include "canvas_layer.h"
#include "flow_path.h"

#include <core/verify/results.h>

#include <QPainterPath>

#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace podleaf::ui {

class EdgeLayer;

class FlowLayer final : public CanvasLayer {
public:
    /// Both outlive the item.
    FlowLayer(const CanvasContext& context, const EdgeLayer& edges);

    void add(const verify::LegResult& leg);
    void clear();
    /// All that the layer of the lab before an edit has.
    void takeFrom(FlowLayer& before) { m_legs = std::move(before.m_legs); }
    [[nodiscard]] bool has(const FlowRef& flow) const { return m_legs.contains({flow.from, flow.to}); }
    /// Whether nothing is to be seen: no test yet, or all has faded.
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] const verify::LegResult* find(const FlowRef& flow) const;
    /// Those that are to be seen, in the order of the Tab key.
    [[nodiscard]] std::vector<FlowRef> shown() const;
    /// Where an arrow was painted last; empty where none was.
    [[nodiscard]] QRectF rectOf(const FlowRef& flow) const;
    /// The arrow within `distance` scene units of a place, as it was painted last.
    [[nodiscard]] std::optional<FlowRef> flowAt(const QPointF& scenePos, double distance) const;

    [[nodiscard]] Legend legend() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    struct Leg {
        verify::LegResult result;
        qint64 finishedMs = 0;
        qint64 changedMs = 0; ///< When it was answered after it had not been; 0: it never was so.
        qint64 drawnMs = 0;   ///< When it began to draw itself along its way, on the clock of motion.
        FlowPath path = {};   ///< As the kernels led it when it finished.
    };
    /// The legs from one host to one chip that ended alike.
    struct Bundle {
        const model::Node* from = nullptr;
        const model::Node* to = nullptr;
        bool fromHost = false; ///< At least one leg begins at the host itself.
        int fromChip = -1;     ///< The chip where a leg begins, or -1.
        int toChip = 0;
        bool ok = true;
        bool changed = false; ///< Was denied until a while ago.
        double drawn = 1;     ///< How much of the way is drawn.
        double opacity = 1;
        bool selected = false;
        qint64 finishedMs = 0;          ///< The youngest leg's.
        FlowRef flow;                   ///< What a click on it selects.
        const FlowPath* path = nullptr; ///< Of that flow.
    };
    /// The lanes of a cable that are taken, by link and direction.
    class Lanes;
    /// What small cards have room for, by cable, the end that it goes in at, and whether allowed.
    struct FarWay;
    using FarWays = std::map<std::tuple<LinkId, std::size_t, bool>, FarWay>;

    [[nodiscard]] const model::Node* hostOf(const QString& name, int* chip) const;
    [[nodiscard]] double opacityOf(const Leg& leg) const;
    [[nodiscard]] bool isChanged(const Leg& leg) const;
    /// Whether there is an arrow for it, or at least the place where it ended.
    [[nodiscard]] bool isDrawn(const verify::LegResult& leg, const FlowPath& path) const;
    [[nodiscard]] QColor colorOf(const Bundle& bundle) const;
    [[nodiscard]] QPen penOf(const Bundle& bundle, double width) const;
    [[nodiscard]] std::vector<Bundle> bundles() const;
    /// Returns whether it drives beside the cable that it leaves its host by, all the way up.
    bool paintCrossing(QPainter& painter, const Bundle& bundle, Lanes& lanes, int track) const;
    /// Right of the cable that they leave their host by: to which host, and how long ago. For more than two, how many.
    void paintLabels(QPainter& painter, const std::vector<const Bundle*>& bundles) const;
    /// The other ways of equal cost, thin.
    void paintEqual(QPainter& painter, const Bundle& bundle) const;
    void paintLocal(QPainter& painter, const Bundle& bundle) const;
    /// Where not even the first kernel has a way: at the source.
    void paintNoWay(QPainter& painter, const Bundle& bundle) const;
    void paintAlongCables(QPainter& painter) const;
    void collectFar(const Bundle& bundle, FarWays& ways) const;
    /// `beside`: how far right of each cable of its way.
    void paintOverSwitches(QPainter& painter, const Bundle& bundle, const std::vector<double>& beside, int track) const;
    [[nodiscard]] FlowPath pathOf(const verify::LegResult& leg) const;
    [[nodiscard]] bool isBroken(const LinkId& link) const;

    const EdgeLayer& m_edges;
    /// An arrow: halo, line, and what lies there for the pointer.
    void drawWay(QPainter& painter, const QPainterPath& whole, const Bundle& bundle, const QPen& pen) const;

    std::map<std::pair<QString, QString>, Leg> m_legs; ///< By source and target; those that have faded too.
    mutable std::vector<std::pair<QPainterPath, FlowRef>> m_painted;
};

} // namespace podleaf::ui
