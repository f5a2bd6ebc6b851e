// SPDX-License-Identifier: GPL-3.0-or-later
// RouteLayer: the Routes lens: for the prefix that was chosen, arrows of next hops beside the cables and marks
// beside the cards. GUI thread.
#pragma once

#include "arrows.h"
#include "canvas_layer.h"
#include "route_looks.h"

#include <memory>

namespace podleaf::ui {

class RouteLayer final : public CanvasLayer {
public:
    /// `context` outlives the item.
    explicit RouteLayer(const CanvasContext& context);

    void setIntent(std::shared_ptr<const intent::Intent> intent);
    [[nodiscard]] const std::shared_ptr<const intent::Intent>& intent() const { return m_intent; }
    void choose(const std::optional<Ipv4Prefix>& prefix);
    [[nodiscard]] const std::optional<Ipv4Prefix>& chosen() const { return m_prefix; }
    /// Looks at the state again, if the lens is on.
    void refresh();
    [[nodiscard]] const RoutePicture& picture() const { return m_picture; }

    [[nodiscard]] Legend legend() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    [[nodiscard]] ArrowStyle styleOf(const RouteHop& hop) const;
    void paintHop(QPainter& painter, const RouteHop& hop) const;
    void paintMark(QPainter& painter, const NodeId& node, const RouteMark& mark) const;

    std::shared_ptr<const intent::Intent> m_intent; ///< Null while it is not known.
    std::optional<Ipv4Prefix> m_prefix;
    RoutePicture m_picture;
};

} // namespace podleaf::ui
