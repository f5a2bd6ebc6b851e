// SPDX-License-Identifier: GPL-3.0-or-later
// TraceLayer: the way between two places beside the cables: the real one as an arrow, the intended one thin and
// dashed next to it, and where it stops with the reason. GUI thread.
#pragma once

#include "arrows.h"
#include "canvas_layer.h"

#include <core/verify/trace_path.h>

#include <optional>

namespace podleaf::ui {

/// "host1 to my-nginx-2: arrives over 2 cables, as intended." or where and why it stops. One sentence or two.
QString traceWords(const verify::Trace& trace);

class TraceLayer final : public CanvasLayer {
public:
    explicit TraceLayer(const CanvasContext& context);

    void show(const std::optional<verify::Trace>& trace) { m_trace = trace; }
    [[nodiscard]] const std::optional<verify::Trace>& shown() const { return m_trace; }

    [[nodiscard]] Legend legend() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    enum class Way { Real, Intended };
    [[nodiscard]] ArrowStyle styleOf(Way way, bool stops) const;
    void paintPath(QPainter& painter, const verify::TracePath& path, Way way) const;
    void paintNext(QPainter& painter, const verify::TraceHop& hop, const verify::TraceNext& next, Way way) const;
    void paintStop(QPainter& painter, const verify::TraceStop& stop) const;
    /// The card of a node, or that of the host of a pod; nullptr where nobody is called that.
    [[nodiscard]] const NodePlace* placeOf(const QString& name) const;

    std::optional<verify::Trace> m_trace;
};

} // namespace podleaf::ui
