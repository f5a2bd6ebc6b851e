// SPDX-License-Identifier: GPL-3.0-or-later
// TrafficLayer: the Traffic lens: bits a second beside each cable, one line per direction, and packets that ports
// dropped. GUI thread.
#pragma once

#include "canvas_layer.h"

namespace podleaf::ui {

/// Older rates are said to be old: their source has been silent.
inline constexpr qint64 kRateIsOldMs = 5000;

/// What one direction of a cable carries.
struct CableRate {
    double bitsPerSecond = 0;
    qint64 atMs = 0; ///< 0: nothing is known.
};
/// From the end `from` to the other one: what that port sent or, where it is not observed, what the other received.
CableRate rateOf(const model::Link& link, std::size_t from, const state::LabState& state);
/// Packets that the port at `end` has dropped, while the last of them is not long ago; else 0.
std::uint64_t dropsAt(const model::Endpoint& end, const state::LabState& state, qint64 nowMs);
/// "1.2 Mbit/s".
QString rateWords(double bitsPerSecond);
/// 1 px up to 1 kbit/s, 8 px from 1 Gbit/s on, logarithmic between (design §5).
double rateWidth(double bitsPerSecond);

class TrafficLayer final : public CanvasLayer {
public:
    /// `context` outlives the item.
    explicit TrafficLayer(const CanvasContext& context);

    [[nodiscard]] Legend legend() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void paintCable(QPainter& painter, const model::Link& link, const CablePlace& place) const;
    void paintFigure(QPainter& painter, const CablePlace& place, std::size_t from, const CableRate& rate) const;
    void paintDrops(QPainter& painter, const CablePlace& place, std::size_t end, std::uint64_t drops) const;
};

} // namespace podleaf::ui
