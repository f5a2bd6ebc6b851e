// SPDX-License-Identifier: GPL-3.0-or-later
// TerminalView: see the header.
#include "terminal_view.h"

#include "terminal_painter.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace podleaf::ui {

namespace {

constexpr int kMargin = 4;      ///< Around the cells.
constexpr int kWheelStep = 120; ///< Of QWheelEvent, for a notch.
constexpr int kLinesPerNotch = 3;
constexpr int kBeyondEdgeMs = 50; ///< From one step of scrolling to the next, while the mouse selects beyond an edge.

/// What stays the window's, so that the keyboard is not caught in a console.
bool isWindowsKey(const QKeyEvent& event) {
    const auto modifiers = event.modifiers() & ~Qt::KeypadModifier;
    const bool digit = event.key() >= Qt::Key_0 && event.key() <= Qt::Key_9;
    return (event.key() == Qt::Key_F6 && modifiers == Qt::NoModifier) || modifiers == (Qt::ControlModifier | Qt::ShiftModifier) ||
           (modifiers == Qt::ControlModifier && event.key() == Qt::Key_QuoteLeft) || (modifiers == Qt::AltModifier && digit);
}

bool isModifier(int key) {
    return (key >= Qt::Key_Shift && key <= Qt::Key_ScrollLock) || key == Qt::Key_AltGr || key == Qt::Key_Super_L || key == Qt::Key_Super_R;
}

int buttonOf(Qt::MouseButton button) {
    return button == Qt::LeftButton ? 1 : button == Qt::MiddleButton ? 2 : button == Qt::RightButton ? 3 : 0;
}

bool isWordCharacter(const TerminalCell& cell) {
    const char32_t c = cell.text[0];
    static constexpr std::u32string_view kMarks = U"-_./:@~%+";
    return cell.width == 0 || QChar::isLetterOrNumber(c) || kMarks.find(c) != std::u32string_view::npos;
}

} // namespace

TerminalView::TerminalView(const Theme& theme, QWidget* parent) : QAbstractScrollArea(parent), m_theme(theme) {
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_InputMethodEnabled);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setMouseTracking(true);
    verticalScrollBar()->setRange(0, 0);
    m_beyondEdge.setInterval(kBeyondEdgeMs);
    connect(&m_beyondEdge, &QTimer::timeout, this, &TerminalView::scrollWhileSelecting);
    measure();
}

void TerminalView::refreshTheme() {
    measure();
    viewport()->update();
}

void TerminalView::measure() {
    m_font = m_theme.font(FontRole::MonoCard);
    m_font.setLetterSpacing(QFont::AbsoluteSpacing, 0);
    const QFontMetricsF metrics(m_font);
    const double advance = metrics.horizontalAdvance(QLatin1Char('M'));
    m_cell = {std::max(1, qRound(advance)), std::max(1, qCeil(metrics.height()))};
    m_ascent = qRound(metrics.ascent());
    m_font.setLetterSpacing(QFont::AbsoluteSpacing, m_cell.width() - advance);
}

TerminalSize TerminalView::room() const {
    const QSize space = viewport()->size() - QSize(2 * kMargin, 2 * kMargin);
    return {std::clamp(space.height() / m_cell.height(), 1, kLargestTerminal.rows),
            std::clamp(space.width() / m_cell.width(), 2, kLargestTerminal.columns)};
}

QPoint TerminalView::posOf(int row, int column) const {
    return {kMargin + column * m_cell.width() + m_cell.width() / 2, kMargin + row * m_cell.height() + m_cell.height() / 2};
}

void TerminalView::show(const TerminalFramePtr& frame) {
    m_frame = frame;
    m_settingBar = true;
    QScrollBar* bar = verticalScrollBar();
    bar->setPageStep(frame->size.rows);
    bar->setRange(0, static_cast<int>(frame->screenLine - frame->oldestLine));
    bar->setValue(static_cast<int>(frame->firstLine - frame->oldestLine));
    m_settingBar = false;
    if (m_anchor && m_beyondEdge.isActive()) {
        select(*m_anchor, placeAt(m_mouse)); // Of what has been scrolled to.
    }
    viewport()->setCursor(frame->mouse == MouseReports::None ? Qt::IBeamCursor : Qt::ArrowCursor);
    viewport()->update();
}

void TerminalView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    if (const TerminalSize now = room(); now != m_room) {
        m_room = now;
        Q_EMIT roomChanged(now);
    }
}

void TerminalView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), m_theme.color(Role::Base));
    if (!m_frame) {
        return;
    }
    const TerminalLook look{m_theme, m_font, m_cell, m_ascent};
    for (int row = 0; row < static_cast<int>(m_frame->lines.size()); ++row) {
        const qint64 line = m_frame->firstLine + row;
        const auto columnIn = [&](const TerminalPlace& place) {
            return place.line < line ? 0 : place.line > line ? m_frame->size.columns : std::min(place.column, m_frame->size.columns);
        };
        paintTerminalLine(painter, look, {kMargin, kMargin + row * m_cell.height()}, m_frame->lines[static_cast<std::size_t>(row)],
                          columnIn(m_selection.begin), columnIn(m_selection.end));
    }
    paintTerminalCursor(painter, look, {kMargin, kMargin}, *m_frame, hasFocus());
}

bool TerminalView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && !isWindowsKey(*static_cast<QKeyEvent*>(event))) {
        event->accept(); // The program's, not a shortcut of the window.
        return true;
    }
    return QAbstractScrollArea::event(event);
}

bool TerminalView::handleOwnKey(const QKeyEvent& event) {
    const auto modifiers = event.modifiers() & ~Qt::KeypadModifier;
    const bool ours = modifiers == (Qt::ControlModifier | Qt::ShiftModifier);
    if (ours && event.key() == Qt::Key_C) {
        copy();
    } else if ((ours && event.key() == Qt::Key_V) || (modifiers == Qt::ShiftModifier && event.key() == Qt::Key_Insert)) {
        paste();
    } else if (modifiers == Qt::ShiftModifier && event.key() == Qt::Key_PageUp) {
        scrollLines(-verticalScrollBar()->pageStep());
    } else if (modifiers == Qt::ShiftModifier && event.key() == Qt::Key_PageDown) {
        scrollLines(verticalScrollBar()->pageStep());
    } else {
        return false;
    }
    return true;
}

void TerminalView::keyPressEvent(QKeyEvent* event) {
    if (handleOwnKey(*event)) {
        return;
    }
    if (isWindowsKey(*event) || isModifier(event->key())) {
        return event->ignore();
    }
    m_selection = {};
    Q_EMIT scrolled(std::nullopt);
    Q_EMIT keyPressed({event->key(), event->modifiers(), event->text()});
}

void TerminalView::inputMethodEvent(QInputMethodEvent* event) {
    if (!event->commitString().isEmpty()) {
        Q_EMIT keyPressed({0, {}, event->commitString()});
    }
    event->accept();
}

TerminalPlace TerminalView::placeAt(const QPoint& pos) const {
    const int row = std::clamp((pos.y() - kMargin) / m_cell.height(), 0, m_frame->size.rows - 1);
    const int column = std::clamp((pos.x() - kMargin + m_cell.width() / 2) / m_cell.width(), 0, m_frame->size.columns);
    return {m_frame->firstLine + row, column};
}

void TerminalView::select(TerminalPlace from, TerminalPlace to) {
    m_selection = {std::min(from, to), std::max(from, to)};
    viewport()->update();
}

bool TerminalView::isProgramsMouse(const QMouseEvent& event) const {
    return m_frame && m_frame->mouse != MouseReports::None && !event.modifiers().testFlag(Qt::ShiftModifier);
}

void TerminalView::reportMouse(const QMouseEvent& event, int button, bool pressed) {
    const QPoint pos = event.position().toPoint();
    Q_EMIT mouseReported({std::clamp((pos.y() - kMargin) / m_cell.height(), 0, m_frame->size.rows - 1),
                          std::clamp((pos.x() - kMargin) / m_cell.width(), 0, m_frame->size.columns - 1), button, pressed,
                          event.modifiers()});
}

void TerminalView::mousePressEvent(QMouseEvent* event) {
    if (isProgramsMouse(*event)) {
        return reportMouse(*event, buttonOf(event->button()), true);
    }
    const QPoint pos = event->position().toPoint();
    if (m_frame && event->button() == Qt::LeftButton) {
        const bool isThird = m_doubleClicked.isValid() && m_doubleClicked.elapsed() < QApplication::doubleClickInterval() &&
                             (pos - m_doubleClickedAt).manhattanLength() < QApplication::startDragDistance();
        m_doubleClicked.invalidate();
        if (isThird) {
            return selectLineAt(pos);
        }
        m_mouse = pos;
        m_anchor = placeAt(pos);
        select(*m_anchor, *m_anchor);
    } else if (event->button() == Qt::MiddleButton) {
        pasteSelection();
    }
}

void TerminalView::mouseMoveEvent(QMouseEvent* event) {
    if (m_anchor) {
        m_mouse = event->position().toPoint();
        select(*m_anchor, placeAt(m_mouse));
        if (viewport()->rect().top() <= m_mouse.y() && m_mouse.y() <= viewport()->rect().bottom()) {
            m_beyondEdge.stop();
        } else if (!m_beyondEdge.isActive()) {
            m_beyondEdge.start();
        }
    } else if (isProgramsMouse(*event) && (m_frame->mouse == MouseReports::Moves || event->buttons() != Qt::NoButton)) {
        reportMouse(*event, 0, false);
    }
}

void TerminalView::mouseReleaseEvent(QMouseEvent* event) {
    if (m_anchor) {
        endSelecting();
    } else if (isProgramsMouse(*event)) {
        reportMouse(*event, buttonOf(event->button()), false);
    }
}

void TerminalView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (isProgramsMouse(*event)) {
        reportMouse(*event, buttonOf(event->button()), true);
    } else if (m_frame && event->button() == Qt::LeftButton) {
        m_doubleClickedAt = event->position().toPoint();
        m_doubleClicked.start();
        selectWordAt(m_doubleClickedAt);
    }
}

void TerminalView::endSelecting() {
    m_anchor.reset();
    m_beyondEdge.stop();
}

void TerminalView::scrollWhileSelecting() {
    if (!m_anchor) {
        return m_beyondEdge.stop();
    }
    const int bottom = viewport()->rect().bottom();
    const int beyond = m_mouse.y() < 0 ? m_mouse.y() : std::max(0, m_mouse.y() - bottom);
    scrollLines(beyond / m_cell.height() + (beyond < 0 ? -1 : 1));
}

void TerminalView::selectLineAt(const QPoint& pos) {
    const qint64 line = placeAt(pos).line;
    select({line, 0}, {line, m_frame->size.columns});
}

void TerminalView::selectWordAt(const QPoint& pos) {
    const int row = std::clamp((pos.y() - kMargin) / m_cell.height(), 0, m_frame->size.rows - 1);
    const int column = (pos.x() - kMargin) / m_cell.width();
    const TerminalLine& line = m_frame->lines[static_cast<std::size_t>(row)];
    const auto isWord = [&line](int at) {
        return at >= 0 && at < static_cast<int>(line.size()) && isWordCharacter(line[static_cast<std::size_t>(at)]);
    };
    int begin = column;
    int end = column;
    while (isWord(begin - 1) && isWord(column)) {
        --begin;
    }
    while (isWord(end)) {
        ++end;
    }
    select({m_frame->firstLine + row, begin}, {m_frame->firstLine + row, end});
}

void TerminalView::wheelEvent(QWheelEvent* event) {
    m_wheel += event->angleDelta().y();
    const int notches = m_wheel / kWheelStep;
    m_wheel -= notches * kWheelStep;
    if (!m_frame || notches == 0) {
        return;
    }
    const bool up = notches > 0;
    const QPoint pos = event->position().toPoint();
    for (int i = 0; i < std::abs(notches); ++i) {
        if (m_frame->mouse != MouseReports::None) {
            Q_EMIT mouseReported({(pos.y() - kMargin) / m_cell.height(), (pos.x() - kMargin) / m_cell.width(), up ? 4 : 5, true, {}});
        } else if (m_frame->alternate) { // A pager without mouse: as if the arrows had been pressed.
            for (int line = 0; line < kLinesPerNotch; ++line) {
                Q_EMIT keyPressed({up ? Qt::Key_Up : Qt::Key_Down, {}, {}});
            }
        } else {
            scrollLines(up ? -kLinesPerNotch : kLinesPerNotch);
        }
    }
}

void TerminalView::scrollLines(int lines) {
    verticalScrollBar()->setValue(verticalScrollBar()->value() + lines);
}

void TerminalView::scrollContentsBy(int, int) {
    if (m_settingBar || !m_frame) {
        return;
    }
    const QScrollBar* bar = verticalScrollBar();
    Q_EMIT scrolled(bar->value() >= bar->maximum() ? std::nullopt : std::optional(m_frame->oldestLine + bar->value()));
}

void TerminalView::copy() {
    if (!m_selection.isEmpty()) {
        Q_EMIT copyRequested(m_selection);
    }
}

void TerminalView::paste() {
    pasteText(QApplication::clipboard()->text());
}

void TerminalView::pasteSelection() {
    const QClipboard* clipboard = QApplication::clipboard();
    pasteText(clipboard->text(clipboard->supportsSelection() ? QClipboard::Selection : QClipboard::Clipboard));
}

void TerminalView::pasteText(const QString& text) {
    if (!text.isEmpty()) {
        Q_EMIT scrolled(std::nullopt);
        Q_EMIT pasted(text);
    }
}

void TerminalView::contextMenuEvent(QContextMenuEvent* event) {
    if (event->reason() == QContextMenuEvent::Mouse && m_frame && m_frame->mouse != MouseReports::None &&
        !event->modifiers().testFlag(Qt::ShiftModifier)) {
        return; // The program's.
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* copyText = menu->addAction(tr("Copy"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this, &TerminalView::copy);
    copyText->setEnabled(!m_selection.isEmpty());
    QAction* pasteText = menu->addAction(tr("Paste"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_V), this, &TerminalView::paste);
    pasteText->setEnabled(!QApplication::clipboard()->text().isEmpty());
    for (QAction* action : {copyText, pasteText}) {
        action->setShortcutContext(Qt::WidgetShortcut); // Shown only: the view itself acts on the keys.
    }
    menu->popup(event->globalPos());
}

void TerminalView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
    Q_EMIT focused();
}

void TerminalView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

} // namespace podleaf::ui
