// SPDX-License-Identifier: GPL-3.0-or-later
// CanvasTools: what mouse and keys do on the canvas while something is edited, as a small state machine: nothing, a rubber
// band, a cable being drawn, a part being placed. Also holds what is marked. Changes no lab: says what is wanted. GUI thread.
#pragma once

#include "tool_overlay.h"

#include <core/model/lab.h>

#include <QObject>

#include <functional>
#include <optional>
#include <variant>

namespace podleaf::ui {

class CanvasTools final : public QObject {
    Q_OBJECT

public:
    /// `theme` and `canvas` must outlive it.
    CanvasTools(const Theme& theme, LabView& canvas, QObject* parent);

    /// The lab that is shown now, for what is marked and is no more.
    void setLab(const model::Lab* lab);
    /// Nodes, cables, groups and notes that a command acts on: those marked together or, when there are none, what the keys act on.
    [[nodiscard]] std::vector<Selection> marked() const;
    void mark(std::vector<Selection> parts);
    /// The next press on a node begins a cable, or its key focus does at once.
    void beginCable(const Selection& from);
    /// What is shown of something from the palette: the card that it would become, what it would come to, or its name alone.
    enum class Landing { Card, OnNode, OnPart, Anywhere };
    /// It is held over the canvas, or over nothing of it.
    void hold(const QString& words, Landing landing, const QPoint& globalPos);
    /// It is let go: true when that is on the canvas.
    bool letGo(const QPoint& globalPos);
    void cancel();
    [[nodiscard]] bool isIdle() const { return std::holds_alternative<Idle>(m_tool); }
    [[nodiscard]] const ToolOverlay& overlay() const { return *m_overlay; }

Q_SIGNALS:
    void markedChanged();
    void cableDrawn(const podleaf::NodeId& from, const podleaf::NodeId& to);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Idle {};
    struct Band {
        QPoint from;
        QPoint to;
        bool adds = false; ///< To what is marked already.
    };
    struct CableArmed {}; ///< Waits for the first node.
    struct Cable {
        NodeId from;
        QPoint start;
        QPoint end;
        bool isByMouse = true;
    };
    struct Held {
        QString words;
        Landing landing = Landing::Card;
        QPoint at;
    };
    struct Pressed {
        Selection part;
        QPoint at;
    };
    using Tool = std::variant<Idle, Band, CableArmed, Cable, Held>;

    void become(Tool tool);
    void showTool();
    bool onPress(const QPoint& at, Qt::KeyboardModifiers modifiers);
    bool onMove(const QPoint& at);
    bool onRelease(const QPoint& at);
    bool onKey(int key);
    void finishCable(const Selection& target);
    void finishBand(const Band& band);
    void toggle(const Selection& part);
    [[nodiscard]] Selection nodeAt(const QPoint& at) const;

    LabView& m_canvas;
    ToolOverlay* m_overlay;
    const model::Lab* m_lab = nullptr;
    Tool m_tool;
    std::vector<Selection> m_marked;  ///< Empty, or more than one.
    std::optional<Pressed> m_pressed; ///< One of several that are marked; a click selects it alone.
};

} // namespace podleaf::ui
