// SPDX-License-Identifier: GPL-3.0-or-later
// Paints node cards; the measures are those of design/main-window-light.svg, from the card's corner. GUI thread.
#include "node_item.h"

#include "canvas_text.h"
#include "draw.h"

#include <QPainterPath>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {

using namespace measure;

constexpr int kChipsShown = 2;
constexpr double kChipLeft = 12;
constexpr double kChipTop = 76;
constexpr double kChipPitch = 43;
constexpr double kChipHeight = 36;

} // namespace

NodeItem::NodeItem(const CanvasContext& context, const model::Node& node) : m_context(context), m_node(node) {
    place();
    refresh();
}

void NodeItem::place() {
    const NodePlace* place = m_context.layout.find(m_node.id);
    Q_ASSERT(place != nullptr);
    m_card = place->card;
    m_size = m_card.size();
}

void NodeItem::refresh() {
    m_phase = phaseLookOf(m_context.facts, m_node, *m_context.state);
    m_lookIsOld = true;
    refreshUsage();
}

void NodeItem::refreshUsage() {
    m_trail.note(m_context.nowMs, cpuOf(m_node.id, *m_context.state));
}

const NodeLook& NodeItem::look() const {
    if (std::exchange(m_lookIsOld, false)) {
        m_look = lookOf(m_context.facts, m_node, *m_context.state);
    }
    return m_look;
}

QRectF NodeItem::chipAt(int index) const {
    return {kChipLeft, kChipTop + index * kChipPitch, m_size.width() - kLaneWidth - 2 * kChipLeft + 4, kChipHeight};
}

QRectF NodeItem::chipRect(const QString& pod) const {
    if (m_context.detail != Detail::Full) {
        return {};
    }
    const auto it = std::ranges::find(look().pods, pod, &PodLook::name);
    const auto index = static_cast<int>(it - look().pods.begin());
    return it == look().pods.end() || index >= kChipsShown ? QRectF() : chipAt(index).translated(m_card.topLeft());
}

QString NodeItem::podAt(const QPointF& scenePos) const {
    for (const PodLook& pod : look().pods) {
        if (chipRect(pod.name).contains(scenePos)) {
            return pod.name;
        }
    }
    return {};
}

QColor NodeItem::borderColor() const {
    const bool selected = m_context.selected == Selection(m_node.id);
    return m_context.color(m_phase.failed ? Role::Bad : selected ? Role::Accent : Role::Edge);
}

Role NodeItem::ground() const {
    return m_context.hovered == Selection(m_node.id) ? Role::Hover : Role::Card;
}

void NodeItem::paint(QPainter& painter) const {
    painter.setOpacity(m_context.opacityOf(m_node.id));
    m_context.detail == Detail::Full ? paintFull(painter) : paintSmall(painter);
}

/// Card, border and marks; dashed while planned.
void NodeItem::paintShape(QPainter& painter, const QRectF& card, double radius) const {
    constexpr double kPlannedDash[] = {4, 3};
    const QRectF line = card.adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(m_phase.planned ? dashedPen(borderColor(), 1, kPlannedDash) : QPen(borderColor(), m_phase.failed ? 1.5 : 1));
    painter.setBrush(mixed(m_context.color(Role::Card), m_context.color(ground()), m_context.hoverStrength));
    painter.drawRoundedRect(line, radius, radius);
    drawMarks(painter, m_context, line, m_context.selected == Selection(m_node.id), m_context.focused == Selection(m_node.id));
}

void NodeItem::paintFull(QPainter& painter) const {
    const QRectF card(QPointF(0, 0), m_size);
    QColor shadow = m_context.color(Role::Edge);
    shadow.setAlphaF(m_context.theme.isDark() ? 0.0F : 0.2F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(shadow);
    painter.drawRoundedRect(card.translated(0, 2), kCardRadius, kCardRadius);
    paintShape(painter, card, kCardRadius);
    isSwitch() ? paintLeaf(painter) : paintHost(painter);
}

/// Icon, name and role; below them the state and the AS. Nothing reaches beyond `right`.
void NodeItem::paintHead(QPainter& painter, double right) const {
    const Theme& theme = m_context.theme;
    const bool leaf = isSwitch();
    constexpr double y = 20;
    paintIcon(painter, QRectF(12, y - 10, 20, 20), iconName(), theme.color(Role::Text));
    const QFont nameFont = theme.canvasFont(FontRole::NodeName);
    const QFont note = theme.canvasFont(FontRole::Note);
    const QString role = kindWord(m_node.kind);
    const double roleWidth = leaf ? 0 : textWidth(role, note) + 9;
    const double name = drawText(painter, {40, y}, elided(m_node.id.name, nameFont, right - 40 - roleWidth, Qt::ElideMiddle), nameFont,
                                 theme.color(Role::Text));
    if (!leaf) {
        drawText(painter, {40 + name + 9, y}, role, note, theme.color(Role::Muted));
    }
    drawGlyph(painter, {46, y + 13}, 5, m_phase.glyph, theme, ground());
    paintState(painter, y + 17, right);
}

/// State and AS; the AS does without its "AS" where both do not fit, and stays away where not even that leaves the state
/// its words.
void NodeItem::paintState(QPainter& painter, double baseline, double right) const {
    const Theme& theme = m_context.theme;
    const QFont font = theme.canvasFont(FontRole::Word);
    const QFont mono = theme.canvasFont(FontRole::Mono);
    const double room = right - 56;
    QString asn = isSwitch() ? QString() : CanvasText::tr("AS %1").arg(m_node.asn);
    if (!asn.isEmpty() && textWidth(m_phase.word, font) + 8 + textWidth(asn, mono) > room) {
        asn = QString::number(m_node.asn);
    }
    if (textWidth(m_phase.word, font) + 8 + textWidth(asn, mono) > room) {
        asn.clear();
    }
    const double asnWidth = asn.isEmpty() ? 0 : textWidth(asn, mono) + 8;
    const double word = drawText(painter, {56, baseline}, elided(m_phase.word, font, room - asnWidth, Qt::ElideRight), font,
                                 theme.color(textRoleOf(m_phase.glyph)));
    drawText(painter, {56 + word + std::min(14.0, room - word - asnWidth + 8), baseline}, asn, mono, theme.color(Role::Muted));
}

void NodeItem::paintHost(QPainter& painter) const {
    const double laneLeft = m_size.width() - kLaneWidth;
    const double laneRight = m_size.width() - 1;
    QPainterPath lane(QPointF(laneLeft, 1)); // Its upper right corner is the card's.
    lane.lineTo(laneRight - kCardRadius, 1);
    lane.quadTo(laneRight, 1, laneRight, 1 + kCardRadius);
    lane.lineTo(laneRight, kFootTop);
    lane.lineTo(laneLeft, kFootTop);
    painter.fillPath(lane, m_context.color(Role::Lane));
    paintHead(painter, laneLeft - 4);
    painter.setPen(m_context.color(Role::Border));
    painter.drawLine(QPointF(1, 48.5), QPointF(laneLeft - 1, 48.5));
    painter.drawLine(QPointF(1, kFootTop + 0.5), QPointF(m_size.width() - 1, kFootTop + 0.5));
    paintBoot(painter, 48.5, laneLeft - 12);
    paintBridge(painter);
    for (int i = 0; i < std::min<int>(kChipsShown, static_cast<int>(look().pods.size())); ++i) {
        paintChip(painter, i);
    }
    if (const int folded = static_cast<int>(look().pods.size()) - kChipsShown; folded > 0) {
        drawText(painter, {40, 164}, folded == 1 ? CanvasText::tr("+ 1 pod") : CanvasText::tr("+ %1 pods").arg(folded),
                 m_context.theme.canvasFont(FontRole::Note), m_context.color(Role::Muted));
    }
    paintReason(painter);
    paintFoot(painter);
}

/// The boot phases as pieces of a bar: done, waited for, to come.
void NodeItem::paintBoot(QPainter& painter, double y, double right) const {
    if (!m_context.shows(Lens::State) || m_phase.planned) {
        return;
    }
    constexpr double kLeft = 12;
    constexpr double kGap = 4;
    const double piece = (right - kLeft + kGap) / m_phase.bootPhases;
    painter.setPen(Qt::NoPen);
    for (int i = 0; i < m_phase.bootPhases; ++i) {
        const Role waited = m_phase.failed ? Role::Bad : m_phase.glyph == Glyph::Wait ? Role::Wait : Role::Off;
        const bool isNext = i == m_phase.bootDone;
        const QRectF box(kLeft + i * piece, y - 2, piece - kGap, 4);
        painter.setBrush(m_context.color(i < m_phase.bootDone ? Role::Ok : isNext ? waited : Role::OffTint));
        painter.drawRoundedRect(isNext ? box.adjusted(0, 0, -box.width() / 2, 0) : box, 2, 2);
    }
}

void NodeItem::paintBridge(QPainter& painter) const {
    if (look().bridge.isEmpty()) {
        return;
    }
    const Theme& theme = m_context.theme;
    const QFont note = theme.canvasFont(FontRole::Note);
    const QFont mono = theme.canvasFont(FontRole::MonoCard);
    const QFont small = theme.canvasFont(FontRole::Caption);
    const double right = m_size.width() - kLaneWidth - 8;
    double x = 12;
    const double caption = textWidth(QStringLiteral("cbr0"), note) + 8;
    if (x + caption + textWidth(look().bridge, mono) + 4 + textWidth(look().bridgeWord, small) <= right) {
        drawText(painter, {x, 66}, QStringLiteral("cbr0"), note, theme.color(Role::Muted));
        x += caption;
    }
    drawText(painter, {x, 66}, look().bridge, mono, theme.color(Role::Text));
    drawTextLeftOf(painter, {right, 66}, look().bridgeWord, small, theme.color(look().bridgeRole));
}

/// Why the node is not ready, where it happened: in the free space below the chips.
void NodeItem::paintReason(QPainter& painter) const {
    if (m_phase.reason.isEmpty() || look().pods.size() >= kChipsShown) {
        return;
    }
    const double top = look().pods.empty() ? kChipTop : kChipTop + kChipPitch;
    const QRectF box(kChipLeft, top, m_size.width() - kLaneWidth - 2 * kChipLeft + 4, 42);
    const QFont font = m_context.theme.canvasFont(FontRole::Note);
    if (m_phase.failed) {
        painter.fillRect(box, m_context.color(Role::BadTint));
        painter.fillRect(QRectF(box.topLeft(), QSizeF(4, box.height())), m_context.color(Role::Bad));
    }
    drawSentence(painter, box.adjusted(m_phase.failed ? 10 : 0, 5, -4, 0), m_phase.reason, font,
                 m_context.color(m_phase.failed ? Role::Text : Role::Muted));
}

/// One row or, with what the node uses, two.
void NodeItem::paintFoot(QPainter& painter) const {
    const Theme& theme = m_context.theme;
    const QFont font = theme.canvasFont(FontRole::Note);
    const UsageLook usage = shownUsage();
    const double baseline = kFootTop + (usage.isKnown() ? 15 : 22);
    double x = 18;
    for (const ServiceLook& service : look().services) {
        drawGlyph(painter, {x, baseline - 4}, 4.5, service.glyph, theme, ground());
        x +=
            9 + drawText(painter, {x + 9, baseline}, service.word, font, theme.color(service.glyph == Glyph::Bad ? Role::Bad : Role::Text));
        x += 17;
    }
    const bool lease = m_context.shows(Lens::State) && !look().lease.isEmpty();
    drawTextLeftOf(painter, {m_size.width() - 12, baseline}, lease ? look().lease : look().footNote,
                   lease ? theme.canvasFont(FontRole::Mono) : font, theme.color(Role::Muted));
    if (usage.isKnown()) {
        paintUsage(painter, usage, kFootTop + 30);
    }
}

void NodeItem::paintUsage(QPainter& painter, const UsageLook& usage, double baseline) const {
    const QFont font = m_context.theme.canvasFont(FontRole::Note);
    const QColor ink = m_context.color(Role::Muted);
    if (!usage.cpu.isEmpty()) {
        paintTrail(painter, QRectF(14, baseline - 9, 56, 9));
        drawText(painter, {77, baseline}, CanvasText::tr("CPU %1").arg(usage.cpu), font, ink);
    }
    drawTextLeftOf(painter, {m_size.width() - 12, baseline}, usage.memory, font, ink);
}

void NodeItem::paintTrail(QPainter& painter, const QRectF& box) const {
    painter.setPen(QPen(m_context.color(Role::Edge), 1.2));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(m_trail.line(box, m_context.nowMs));
}

void NodeItem::paintChip(QPainter& painter, int index) const {
    const PodLook& pod = look().pods[static_cast<std::size_t>(index)];
    const Theme& theme = m_context.theme;
    const QRectF chip = chipAt(index).adjusted(0.5, 0.5, -0.5, -0.5);
    const Selection self = PodRef{pod.name};
    const bool pending = pod.glyph == Glyph::Wait || pod.glyph == Glyph::Planned;
    const Role edge = pod.glyph == Glyph::Bad ? Role::Bad : m_context.selected == self ? Role::Accent : Role::Border;
    const Role fill = m_context.hovered == self ? Role::Hover : Role::Alt;
    constexpr double kPending[] = {4, 3};
    painter.setPen(pending ? dashedPen(theme.color(edge), 1, kPending) : QPen(theme.color(edge), 1));
    painter.setBrush(theme.color(fill));
    painter.drawRoundedRect(chip, 4, 4);
    painter.save();
    painter.translate(chip.topLeft() - QPointF(0.5, 0.5));
    const double right = chip.width();
    paintIcon(painter, QRectF(6, 10, 16, 16), QStringLiteral("pod"), theme.color(Role::Muted));
    const QFont name = theme.canvasFont(FontRole::Strong);
    const QFont mono = theme.canvasFont(FontRole::Mono);
    drawText(painter, {28, 15}, elided(pod.name, name, right - 28 - 24, Qt::ElideMiddle), name, theme.color(Role::Text));
    drawText(painter, {28, 29}, pod.address, mono, theme.color(pending ? Role::Muted : Role::Text));
    drawGlyph(painter, {right - 11, 18}, 4.5, pod.glyph, theme, fill);
    drawTextLeftOf(painter, {right - 23, 29}, QLatin1Char(':') + QString::number(pod.port), mono, theme.color(Role::Muted));
    painter.restore();
    drawMarks(painter, m_context, chip.adjusted(3, 3, -3, -3), m_context.selected == self, m_context.focused == self);
}

/// Text keeps its size on screen; the card shrinks around it.
void NodeItem::paintSmall(QPainter& painter) const {
    const Theme& theme = m_context.theme;
    painter.save();
    const double unit = m_context.zoom / theme.fontScale(); // Design pixels per scene unit.
    painter.scale(1 / unit, 1 / unit);
    const QSizeF size = m_size * unit;
    paintShape(painter, QRectF(QPointF(0, 0), size), 5);
    painter.setClipRect(QRectF(QPointF(2, 2), size - QSizeF(4, 4)), Qt::IntersectClip);
    const QFont word = theme.canvasFont(FontRole::Word);
    const bool oneRow = size.height() < 46;
    const double middle = oneRow ? size.height() / 2 : 16;
    const double right = size.width() - 6;
    QFont name = theme.canvasFont(FontRole::NodeName);
    if (8 + textWidth(m_node.id.name, name) > right) {
        name = theme.canvasFont(FontRole::Strong);
    }
    // A name that does not fit beside the icon says more than the icon; half a word says nothing.
    const bool withIcon = 30 + textWidth(m_node.id.name, name) + (oneRow ? 22 : 0) <= right;
    const double left = withIcon ? 30 : 8;
    if (withIcon) {
        paintIcon(painter, QRectF(8, middle - 8, 16, 16), iconName(), theme.color(Role::Text));
    }
    const double room = right - left - (oneRow ? 22 : 0);
    const double used =
        drawText(painter, {left, middle + 5}, elided(m_node.id.name, name, room, Qt::ElideMiddle), name, theme.color(Role::Text));
    const QPointF state = oneRow ? QPointF(left + used + 16, middle) : QPointF(withIcon ? 16 : 14, 35);
    drawGlyph(painter, state, 5, m_phase.glyph, theme, ground());
    const double textLeft = oneRow || !withIcon ? state.x() + 10 : 30;
    const bool withWord = textLeft + textWidth(m_phase.word, word) <= right;
    const double wordUsed =
        withWord ? drawText(painter, {textLeft, state.y() + 4}, m_phase.word, word, theme.color(textRoleOf(m_phase.glyph))) : 0;
    if (m_node.kind == model::NodeKind::Host && !oneRow) {
        const auto count = look().pods.size();
        const QString pods = count == 0   ? QString(QChar(0x2013))
                             : count == 1 ? CanvasText::tr("1 pod")
                                          : CanvasText::tr("%1 pods").arg(count);
        const QFont note = theme.canvasFont(FontRole::Note);
        const bool besides = textLeft + wordUsed + 10 + textWidth(pods, note) < size.width() - 8;
        if (besides) {
            drawTextLeftOf(painter, {size.width() - 8, state.y() + 4}, pods, note, theme.color(Role::Muted));
        } else if (count > 0 && state.y() + 24 < size.height()) { // Half a row says nothing.
            drawText(painter, {left, state.y() + 20}, elided(pods, note, right - left, Qt::ElideRight), note, theme.color(Role::Muted));
        }
    }
    painter.restore();
}

QRectF NodeItem::dotRect() const {
    QRectF box = m_card;
    if (m_node.kind == model::NodeKind::Host) {
        box.setLeft(box.right() - std::min(box.width(), box.height())); // A square under its port.
    }
    return box;
}

/// Where there is no room for a glyph, the dot itself has the colour of its state.
void NodeItem::paintDot(QPainter& painter, const QSizeF& size) const {
    constexpr double kLeastGlyph = 2;
    const double unit = m_context.theme.fontScale();
    painter.save();
    painter.scale(unit, unit);
    const QRectF box(QPointF(0, 0), size / unit);
    const double radius = std::min({6.0, box.width() / 2 - 2, box.height() / 2 - 2});
    paintShape(painter, box, std::clamp(radius, 0.0, 3.0));
    if (radius >= kLeastGlyph) {
        drawGlyph(painter, box.center(), radius, m_phase.glyph, m_context.theme, ground());
    } else {
        painter.fillRect(box.adjusted(1, 1, -1, -1), m_context.color(colorRoleOf(m_phase.glyph)));
    }
    painter.restore();
}

} // namespace podleaf::ui
