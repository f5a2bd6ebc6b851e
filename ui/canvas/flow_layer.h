// SPDX-License-Identifier: GPL-3.0-or-later
// FlowLayer: the legs of a test as arrows on their way from source to pod, one arrow for each pair of
// hosts. GUI thread.
#pragma once

#include "canvas_context.h"

#include <core/verify/results.h>

#include <QGraphicsItem>

#include <map>

namespace podleaf::ui {

class EdgeLayer;

class FlowLayer final : public QGraphicsItem {
public:
    /// Both outlive the item.
    FlowLayer(const CanvasContext& context, const EdgeLayer& edges);

    void add(const verify::LegResult& leg);
    void clear();
    /// Forgets what has faded; true while there is still something that will.
    bool age();
    [[nodiscard]] bool isEmpty() const { return m_legs.empty(); }

    [[nodiscard]] QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    struct Leg {
        verify::LegResult result;
        qint64 finishedMs = 0;
    };
    /// All legs from one host to the pods of another.
    struct Bundle {
        const model::Node* from = nullptr;
        const model::Node* to = nullptr;
        bool fromHost = false; ///< At least one leg begins at the host itself.
        int fromChip = -1;     ///< The chip where a leg begins, or -1.
        int toChip = 0;
        bool ok = true;
        double opacity = 1;
    };
    /// The lanes of a cable that are taken, by link and direction.
    struct Lanes;

    /// The cables that a bundle takes and the leaf between them; null where no leaf joins its hosts.
    struct Route {
        const CablePlace* up = nullptr;
        const CablePlace* down = nullptr;
        const NodePlace* leaf = nullptr;
    };

    [[nodiscard]] const model::Node* hostOf(const QString& name, int* chip) const;
    [[nodiscard]] double opacityOf(const Leg& leg) const;
    [[nodiscard]] std::vector<Bundle> bundles() const;
    void paintCrossing(QPainter& painter, const Bundle& bundle, Lanes& lanes, int track) const;
    void paintLocal(QPainter& painter, const Bundle& bundle) const;
    void paintAlongCables(QPainter& painter) const;
    [[nodiscard]] Route routeOf(const Bundle& bundle) const;
    [[nodiscard]] bool isBroken(const LinkId& link) const;

    const CanvasContext& m_context;
    const EdgeLayer& m_edges;
    std::map<std::pair<QString, QString>, Leg> m_legs; ///< By source and target.
};

} // namespace podleaf::ui
