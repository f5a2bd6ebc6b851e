// SPDX-License-Identifier: GPL-3.0-or-later
// LabEditor: editing as a part of the window: what can be undone and saved, what became of the file, and the docks and
// tools that change the document. Changes nothing but the document. GUI thread.
#pragma once

#include "notice_strip.h"

#include <ui/canvas/selection.h>
#include <ui/document/document_keeper.h>

#include <QMainWindow>

#include <vector>

class QDockWidget;
class QMenu;

namespace podleaf::ui {

class CanvasTools;
class DockFrame;
class EditCommands;
class InspectorForm;
class LabView;
class PalettePanel;
class WindowActions;
class YamlPanel;

class LabEditor final : public QObject {
    Q_OBJECT

public:
    struct Parts {
        QMainWindow& window;
        const Theme& theme;
        WindowActions& actions;
        DockFrame& docks;
        LabView& canvas;
        QString recoveryFolder; ///< See Journal.
    };
    /// A child of the window.
    explicit LabEditor(const Parts& parts);
    ~LabEditor() override;

    /// Must be told before the document goes; null: none.
    void setDocument(LabDocument* document);
    [[nodiscard]] DocumentKeeper& keeper() { return m_keeper; }
    /// What is said of the file: recovered, changed by another program. Stands above the canvas.
    [[nodiscard]] NoticeStrip& fileStrip() { return *m_fileStrip; }
    [[nodiscard]] YamlPanel& yaml() { return *m_yaml; }
    [[nodiscard]] QDockWidget* yamlDock() { return m_yamlDock; }
    /// Shows the text and puts the cursor there.
    void goTo(int line, int column);
    [[nodiscard]] PalettePanel& palette() { return *m_palette; }
    [[nodiscard]] EditCommands& commands() { return *m_commands; }
    [[nodiscard]] CanvasTools& tools() { return *m_tools; }
    /// The settings of what is selected; stands in the inspector.
    [[nodiscard]] InspectorForm& form() { return *m_form; }
    /// The docks at their usual places: the palette below the labs, the text right of the canvas and hidden until it is
    /// asked for.
    void applyDefaultLayout(QDockWidget* labs, QDockWidget* inspector);
    /// What F6 goes through besides the window's own areas.
    [[nodiscard]] std::vector<QWidget*> areas() const;
    void refreshTheme();

Q_SIGNALS:
    /// Something could not be done.
    void faulted(const podleaf::Error& error);

private:
    void connectKeeper();
    void showText();
    void widenText();
    void connectPalette();
    /// The commands of the Edit menu that fit the part or, on the free canvas, what can be put there.
    void fillMenu(QMenu& menu, const Selection& item, const QPoint& globalPos);
    void fillFreeMenu(QMenu& menu, const QPoint& globalPos);
    void onLabChanged();
    void refreshForm();
    [[nodiscard]] std::vector<Selection> formParts() const;
    void refreshUndo();
    void refreshTitle();
    void askForPlace();

    QMainWindow& m_window;
    LabView& m_canvas;
    WindowActions& m_actions;
    DocumentKeeper m_keeper;
    NoticeStrip* m_fileStrip;
    YamlPanel* m_yaml;
    QDockWidget* m_yamlDock;
    QDockWidget* m_inspectorDock = nullptr; ///< Beside the text.
    PalettePanel* m_palette;
    QDockWidget* m_paletteDock;
    CanvasTools* m_tools;
    EditCommands* m_commands;
    InspectorForm* m_form;
    LabDocument* m_document = nullptr;
};

} // namespace podleaf::ui
