// SPDX-License-Identifier: GPL-3.0-or-later
// EditCommands: the commands of the Edit menu and what palette and tools ask for, carried out on the document. GUI thread.
#pragma once

#include "canvas_tools.h"
#include "palette_panel.h"
#include "parts.h"

#include <ui/document/lab_document.h>

#include <QAction>
#include <QObject>

class QMenu;

namespace podleaf::ui {

class EditCommands final : public QObject {
    Q_OBJECT

public:
    /// `theme`, `canvas`, `tools` and `menu` must outlive it.
    EditCommands(const Theme& theme, LabView& canvas, CanvasTools& tools, QMenu& menu, QObject* parent);

    /// Must be told before the document goes; null: none.
    void setDocument(LabDocument* document);
    /// Adds what the tile stands for beside what is marked or, `at` a place of the screen, on the canvas there.
    void add(const Tile& tile, const std::optional<QPoint>& at = {});
    /// The edits as one command; marks what they made. Says refused() when they cannot be.
    bool perform(const Result<NamedEdits>& wanted);

    QAction* cut;
    QAction* copy;
    QAction* paste;
    QAction* duplicate;
    QAction* remove;
    QAction* rename;
    QAction* selectAll;
    QAction* join;                ///< Two that are marked.
    QAction* cable;               ///< Draws one from the focused node.
    std::vector<QAction*> aligns; ///< In the order of Alignment.

Q_SIGNALS:
    void refused(const podleaf::Error& error);

private:
    QAction* add(QMenu& menu, const QString& text, const QKeySequence& keys);
    void refresh();
    void renameMarked();
    void editNote(std::size_t note);
    Result<> writeNoteNow(std::size_t note, const QString& text);
    void addNoteAt(const std::optional<QPoint>& viewportPos);
    void breakAt(const std::optional<QPoint>& viewportPos);
    void copyMarked();
    void makeAlignMenu(QMenu& menu);
    [[nodiscard]] std::vector<PlacedCard> markedCards() const;
    void joinMarked();
    void drawCable();
    [[nodiscard]] std::vector<NodeId> markedNodes() const;
    /// What is marked or, where nothing is, the pod that is selected.
    [[nodiscard]] std::vector<Selection> removable() const;
    void removeMarked();
    [[nodiscard]] Result<NamedEdits> placed(Result<NamedEdits> made, const std::optional<QPoint>& viewportPos) const;
    [[nodiscard]] NodeId nodeNear(const QPoint& viewportPos) const;

    const Theme& m_theme;
    LabView& m_canvas;
    CanvasTools& m_tools;
    LabDocument* m_document = nullptr;
    model::Lab m_copiedFrom;
    std::vector<Selection> m_copied;
};

/// A refused edit's error with the validator's own words first.
Error inValidatorsWords(Error error);

} // namespace podleaf::ui
