// SPDX-License-Identifier: GPL-3.0-or-later
// Places and paints a cable's labels; measures from design/main-window-light.svg. GUI thread.
#include "cable_labels.h"

#include "canvas_text.h"
#include "draw.h"

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr double kBeside = 32;    ///< Between a vertical cable and its labels: room for flows.
constexpr double kMaxWidth = 208; ///< Of a label beside a cable; the next cable's flows begin there.
constexpr double kPillHeight = 20;

enum class Tone { Plain, Muted };

struct Labels {
    QPainter& painter;
    const CanvasContext& context;
    const model::Link& link;
    const CableLook& look;

    [[nodiscard]] QFont font(FontRole role) const { return context.theme.canvasFont(role); }

    /// "swp1  172.16.0.1", or "swp1" where links have no addresses.
    [[nodiscard]] QString portText(std::size_t end) const {
        const QString& port = link.ends[end].port;
        return context.lab.isNumbered() ? port + QLatin1String("  ") + link.addresses[end].toString() : port;
    }

    [[nodiscard]] QString networkText() const { return context.lab.isNumbered() ? link.prefix.toString() : QString(); }

    /// "3 in, 1 out": what this end accepts from the other, and the other from it.
    [[nodiscard]] QString prefixText(std::size_t end) const {
        const int in = look.halves[end].received;
        const int out = look.halves[1 - end].received;
        return context.shows(Lens::Bgp) && in >= 0 && out >= 0 ? CanvasText::tr("%1 in, %2 out").arg(in).arg(out) : QString();
    }

    /// Port and prefixes, ending at `right`.
    void port(double right, double baseline, std::size_t end) const {
        const QColor muted = context.color(Role::Muted);
        const double x = right - drawTextLeftOf(painter, {right, baseline}, portText(end), font(FontRole::Mono), muted);
        drawTextLeftOf(painter, {x - 12, baseline}, prefixText(end), font(FontRole::Caption), muted);
    }

    [[nodiscard]] QString pillText(std::size_t half) const { return wordsAt(look.halves[half], context.nowMs); }

    [[nodiscard]] double pillWidth(const QString& words) const { return textWidth(words, font(FontRole::Word)) + 21 + 10; }

    /// A pill whose right end and middle are given.
    void pill(double right, double middle, std::size_t half, Tone tone) const {
        const HalfLook& side = look.halves[half];
        const QFont word = font(FontRole::Word);
        const QString words = elided(pillText(half), word, kMaxWidth - 31, Qt::ElideRight);
        const double width = pillWidth(words);
        const QRectF box(right - width, middle - kPillHeight / 2, width, kPillHeight);
        const bool silent = isSilent(side, context.nowMs);
        const double opacity = context.opacityOf(link.id);
        painter.setOpacity(silent ? 0.6 * opacity : opacity);
        painter.setPen(Qt::NoPen);
        painter.setBrush(context.color(tone == Tone::Muted ? Role::OffTint : side.ground));
        painter.drawRoundedRect(box, kPillHeight / 2, kPillHeight / 2);
        drawGlyph(painter, {box.left() + 12, middle}, 5, side.glyph, context.theme, tone == Tone::Muted ? Role::OffTint : side.ground);
        drawText(painter, {box.left() + 21, middle + 4}, words, word,
                 context.color(tone == Tone::Muted ? Role::Muted : textRoleOf(side.glyph)));
        painter.setOpacity(opacity);
    }

    /// "172.16.0.0/30 intnet1", ending at `right`, without the network where links have none; a cut cable says so.
    void title(double right, double baseline) const {
        double x = right;
        if (look.cut) {
            x -= drawTextLeftOf(painter, {x, baseline}, CanvasText::tr("cut"), font(FontRole::Word), context.color(Role::Bad)) + 8;
        }
        const QFont name = font(FontRole::Strong);
        x -= drawTextLeftOf(painter, {x, baseline}, elided(link.id.name, name, kMaxWidth / 2, Qt::ElideMiddle), name,
                            context.color(Role::Text));
        drawTextLeftOf(painter, {x - 8, baseline}, networkText(), font(FontRole::Mono), context.color(Role::Text));
    }

    [[nodiscard]] double titleWidth() const {
        const double cut = look.cut ? textWidth(CanvasText::tr("cut"), font(FontRole::Word)) + 8 : 0;
        const QString network = networkText();
        const double before = network.isEmpty() ? 0 : textWidth(network, font(FontRole::Mono)) + 8;
        return before + textWidth(link.id.name, font(FontRole::Strong)) + cut;
    }

    [[nodiscard]] bool hasPill(std::size_t half) const { return context.shows(Lens::Bgp) && !look.halves[half].words.isEmpty(); }

    /// The older of two different views is muted: the newer one says what happened. An error never is.
    [[nodiscard]] Tone toneOf(std::size_t half) const {
        const HalfLook& self = look.halves[half];
        const HalfLook& other = look.halves[1 - half];
        return self.glyph != Glyph::Bad && hasPill(1 - half) && self.sinceMs < other.sinceMs ? Tone::Muted : Tone::Plain;
    }
};

void paintBeside(const Labels& labels, const CablePlace& place) {
    const std::size_t top = place.ports[0].y() < place.ports[1].y() ? 0 : 1;
    const std::size_t bottom = 1 - top;
    const double right = std::min(place.ports[0].x(), place.ports[1].x()) - kBeside;
    const double middle = place.at(0.5).y();
    labels.port(right, place.ports[top].y() + 16, top);
    labels.port(right, place.ports[bottom].y() - 9, bottom);
    if (!labels.look.agree() && (labels.hasPill(0) || labels.hasPill(1))) {
        labels.title(right, middle + 4);
        for (const std::size_t half : {top, bottom}) {
            if (labels.hasPill(half)) {
                labels.pill(right, middle + (half == top ? -27 : 27), half, labels.toneOf(half));
            }
        }
        return;
    }
    labels.title(right, labels.hasPill(0) ? middle - 16 : middle + 4);
    if (labels.hasPill(0)) {
        labels.pill(right, middle + 4, 0, Tone::Plain);
    }
}

/// A plate in the canvas' colour under a label that lies on its cable.
void plate(const Labels& labels, const QRectF& box) {
    labels.painter.setPen(Qt::NoPen);
    labels.painter.setBrush(labels.context.color(Role::Canvas));
    labels.painter.drawRoundedRect(box, 3, 3);
}

void paintOn(const Labels& labels, const CablePlace& place) {
    const QFont mono = labels.font(FontRole::Mono);
    for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
        const QPointF centre = place.at(end == 0 ? 0.12 : 0.88);
        const QString words = labels.portText(end);
        const double width = textWidth(words, mono);
        plate(labels, QRectF(centre.x() - width / 2 - 4, centre.y() - 8, width + 8, 16));
        drawText(labels.painter, {centre.x() - width / 2, centre.y() + 4}, words, mono, labels.context.color(Role::Muted));
    }
    const QPointF centre = place.at(0.5);
    const bool pill = labels.hasPill(0) && labels.look.agree();
    const double width = labels.titleWidth();
    plate(labels, QRectF(centre.x() - width / 2 - 4, centre.y() - (pill ? 24 : 8), width + 8, pill ? 36 : 16));
    labels.title(centre.x() + width / 2, centre.y() + (pill ? -12 : 4));
    if (pill) {
        labels.pill(centre.x() + labels.pillWidth(labels.pillText(0)) / 2, centre.y() + 4, 0, Tone::Plain);
    }
    for (const std::size_t half : {std::size_t(0), std::size_t(1)}) {
        if (!labels.look.agree() && labels.hasPill(half)) {
            const QPointF at = place.at(half == 0 ? 0.3 : 0.7);
            labels.pill(at.x() + labels.pillWidth(labels.pillText(half)) / 2, at.y(), half, labels.toneOf(half));
        }
    }
}

} // namespace

void paintCableLabels(QPainter& painter, const CanvasContext& context, const model::Link& link, const CablePlace& place,
                      const CableLook& look) {
    const Labels labels{painter, context, link, look};
    painter.save();
    if (context.detail != Detail::Full) { // On hover or selection only: at the size of the screen, on the middle.
        const double unit = context.theme.fontScale() / context.zoom;
        painter.translate(place.at(0.5));
        painter.scale(unit, unit);
        const double width = labels.titleWidth();
        plate(labels, QRectF(-width - kBeside - 4, -26, width + 8, 18));
        labels.title(-kBeside, -12);
        const std::size_t newer = look.halves[1].sinceMs > look.halves[0].sinceMs || !labels.hasPill(0) ? 1 : 0;
        if (labels.hasPill(newer)) {
            labels.pill(-kBeside, 8, newer, Tone::Plain);
        }
    } else if (place.isVertical()) {
        paintBeside(labels, place);
    } else {
        paintOn(labels, place);
    }
    painter.restore();
}

} // namespace podleaf::ui
