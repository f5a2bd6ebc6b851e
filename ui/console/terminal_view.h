// SPDX-License-Identifier: GPL-3.0-or-later
// TerminalView: shows a terminal's frames and takes keys, mouse and paste. F6, Ctrl+Shift, Ctrl+` and Alt+digit stay the
// window's, so that one can leave by keyboard; everything else goes to the program. GUI thread.
#pragma once

#include "terminal_frame.h"

#include <ui/theme/theme.h>

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QTimer>

#include <optional>

namespace podleaf::ui {

class TerminalView final : public QAbstractScrollArea {
    Q_OBJECT

public:
    /// `theme` must outlive the view.
    explicit TerminalView(const Theme& theme, QWidget* parent = nullptr);

    void show(const TerminalFramePtr& frame);
    [[nodiscard]] const TerminalFramePtr& frame() const { return m_frame; }
    /// How many cells there is room for.
    [[nodiscard]] TerminalSize room() const;
    [[nodiscard]] const TerminalRange& selection() const { return m_selection; }
    /// The middle of a cell, in viewport coordinates.
    [[nodiscard]] QPoint posOf(int row, int column) const;
    void refreshTheme();
    using QAbstractScrollArea::show;

Q_SIGNALS:
    void keyPressed(const podleaf::ui::KeyPress& key);
    void pasted(const QString& text);
    void mouseReported(const podleaf::ui::MouseReport& report);
    void roomChanged(const podleaf::ui::TerminalSize& size);
    /// None: the end, and what comes.
    void scrolled(std::optional<qint64> firstLine);
    void copyRequested(const podleaf::ui::TerminalRange& range);
    void focused();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void inputMethodEvent(QInputMethodEvent* event) override;
    bool focusNextPrevChild(bool) override { return false; }
    void scrollContentsBy(int dx, int dy) override;

private:
    void measure();
    bool handleOwnKey(const QKeyEvent& event);
    /// Whether the program gets the mouse; Shift keeps it for selecting.
    [[nodiscard]] bool isProgramsMouse(const QMouseEvent& event) const;
    void reportMouse(const QMouseEvent& event, int button, bool pressed);
    void copy();
    void paste();
    /// What is selected somewhere, as terminals on X do with the middle button; the clipboard where there is no such.
    void pasteSelection();
    void pasteText(const QString& text);
    [[nodiscard]] TerminalPlace placeAt(const QPoint& pos) const;
    void select(TerminalPlace from, TerminalPlace to);
    void selectWordAt(const QPoint& pos);
    void selectLineAt(const QPoint& pos);
    /// While the mouse selects beyond an edge, the view scrolls there: the faster, the farther away it is.
    void scrollWhileSelecting();
    void endSelecting();
    void scrollLines(int lines);

    const Theme& m_theme;
    TerminalFramePtr m_frame;
    TerminalSize m_room;
    QFont m_font;
    QSize m_cell;
    int m_ascent = 0;
    TerminalRange m_selection;
    std::optional<TerminalPlace> m_anchor; ///< While the mouse selects.
    QPoint m_mouse;                        ///< Where it was last, meanwhile.
    QTimer m_beyondEdge;                   ///< Runs while it is above or below the lines.
    QElapsedTimer m_doubleClicked;         ///< Since the last double click …
    QPoint m_doubleClickedAt;              ///< … and where: a third one there selects the line.
    int m_wheel = 0;                       ///< Of a line, in eighths of a degree.
    bool m_settingBar = false;
};

} // namespace podleaf::ui
