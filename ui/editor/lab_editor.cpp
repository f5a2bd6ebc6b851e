// SPDX-License-Identifier: GPL-3.0-or-later
// LabEditor: see the header.
#include "lab_editor.h"

#include "edit_commands.h"
#include "inspector_form.h"
#include "yaml_panel.h"

#include <ui/window/dock_frame.h>
#include <ui/window/window_actions.h>

#include <QDir>
#include <QFileDialog>
#include <QLocale>
#include <QMenu>
#include <QShortcut>

namespace podleaf::ui {

namespace {
constexpr int kTextWidth = 420;
constexpr int kInspectorWidth = 300;
constexpr int kLeftWidth = 196;  ///< Of Labs and Palette, at font scale 1.
constexpr int kLeftHeight = 554; ///< Of both, in a window of 1440x900.
constexpr int kDockTitle = 28;

CanvasTools::Landing landingOf(const Tile& tile) {
    switch (tile.what) {
    case Tile::What::Node:
        return CanvasTools::Landing::Card;
    case Tile::What::Failure:
        return CanvasTools::Landing::OnPart;
    case Tile::What::Group:
    case Tile::What::Note:
        return CanvasTools::Landing::Anywhere;
    case Tile::What::Link:
    case Tile::What::Pod:
        break;
    }
    return CanvasTools::Landing::OnNode;
}

} // namespace

LabEditor::LabEditor(const Parts& parts)
    : QObject(&parts.window), m_window(parts.window), m_canvas(parts.canvas), m_actions(parts.actions), m_keeper(parts.recoveryFolder),
      m_fileStrip(new NoticeStrip(parts.theme, &parts.window)), m_yaml(new YamlPanel(parts.theme, &parts.window)),
      m_yamlDock(parts.docks.add(QStringLiteral("yaml"), tr("Lab file"), m_yaml, Qt::RightDockWidgetArea)),
      m_palette(new PalettePanel(parts.theme, &parts.window)),
      m_paletteDock(parts.docks.add(QStringLiteral("palette"), tr("Palette"), m_palette, Qt::LeftDockWidgetArea)),
      m_tools(new CanvasTools(parts.theme, parts.canvas, this)),
      m_commands(new EditCommands(parts.theme, parts.canvas, *m_tools, *parts.actions.editMenu, this)),
      m_form(new InspectorForm(
          parts.theme,
          [this](FieldKey key, const QString& text) -> Result<> {
              const auto wanted = editsFor(m_document->lab(), formParts(), key, text);
              if (!wanted) {
                  return fail(wanted.error());
              }
              auto done = m_document->apply(wanted->edits, wanted->name);
              if (done && wanted->made.size() == 1) {
                  m_tools->mark(wanted->made); // It has a new name.
              }
              return done ? Result<>() : Result<>(fail(inValidatorsWords(done.error())));
          },
          &parts.window)) {
    connect(m_actions.undo, &QAction::triggered, this, [this] { m_document->undoStack().undo(); });
    connect(m_actions.redo, &QAction::triggered, this, [this] { m_document->undoStack().redo(); });
    connect(m_actions.save, &QAction::triggered, &m_keeper, &DocumentKeeper::save);
    connect(m_actions.saveAs, &QAction::triggered, this, &LabEditor::askForPlace);
    m_actions.docksMenu->addActions({m_yamlDock->toggleViewAction(), m_paletteDock->toggleViewAction()});
    connect(m_yamlDock->toggleViewAction(), &QAction::triggered, this, [this](bool shown) {
        if (shown) {
            widenText();
        }
    });
    auto* raiseText = new QShortcut(QKeySequence(Qt::ALT | Qt::Key_0), &m_window);
    connect(raiseText, &QShortcut::activated, this, [this] {
        showText();
        m_yaml->setFocus();
    });
    connect(m_commands, &EditCommands::refused, this, &LabEditor::faulted);
    connect(m_tools, &CanvasTools::markedChanged, this, &LabEditor::refreshForm);
    m_canvas.setMenuFiller([this](QMenu& menu, const Selection& item, const QPoint& at) { fillMenu(menu, item, at); });
    connectPalette();
    connectKeeper();
    setDocument(nullptr);
}

LabEditor::~LabEditor() = default;

void LabEditor::fillMenu(QMenu& menu, const Selection& item, const QPoint& globalPos) {
    if (std::holds_alternative<std::monostate>(item)) {
        return fillFreeMenu(menu, globalPos);
    }
    menu.addSeparator();
    if (std::holds_alternative<NodeId>(item)) {
        menu.addActions({m_commands->cable, m_commands->copy, m_commands->rename});
    } else if (std::holds_alternative<LinkId>(item)) {
        menu.addAction(m_commands->rename);
    } else if (std::holds_alternative<NoteRef>(item)) {
        menu.addAction(m_commands->copy);
    }
    menu.addAction(m_commands->remove);
}

void LabEditor::fillFreeMenu(QMenu& menu, const QPoint& globalPos) {
    menu.addActions({m_commands->paste, m_actions.fit});
    QMenu* nodes = menu.addMenu(tr("Add a node"));
    nodes->setEnabled(m_document != nullptr && m_document->isValid());
    for (const Tile& tile : PalettePanel::nodeTiles()) {
        QAction* add = nodes->addAction(tile.words);
        add->setToolTip(tile.toolTip);
        connect(add, &QAction::triggered, this, [this, tile, globalPos] { m_commands->add(tile, globalPos); });
    }
}

void LabEditor::connectKeeper() {
    connect(&m_keeper, &DocumentKeeper::placeNeeded, this, &LabEditor::askForPlace);
    connect(&m_keeper, &DocumentKeeper::saveFailed, this, &LabEditor::faulted);
    connect(&m_keeper, &DocumentKeeper::saved, m_fileStrip, &QWidget::hide);
    connect(&m_keeper, &DocumentKeeper::changedOutside, this, [this] {
        m_fileStrip->say(Glyph::Warn, tr("Another program has changed %1, and you have changes of your own.").arg(m_document->fileName()),
                         {{tr("Take theirs"), [this] { m_keeper.reload(); }}, {tr("Save mine over it"), [this] { m_keeper.saveOver(); }}});
    });
    connect(&m_keeper, &DocumentKeeper::reloaded, this, [this] {
        m_fileStrip->say(
            Glyph::Changed,
            tr("Another program has changed %1; it was read again. Undo brings the former text back.").arg(m_document->fileName()),
            {{tr("Close"), [] {}}});
    });
    connect(&m_keeper, &DocumentKeeper::recovered, this, [this](const QDateTime& at, bool fileChanged) {
        const QString when = QLocale().toString(at, QLocale::ShortFormat);
        const QString sentence = fileChanged ? tr("Your changes of %1 were not saved and are back. The file was changed since.").arg(when)
                                             : tr("Your changes of %1 were not saved and are back.").arg(when);
        m_fileStrip->say(Glyph::Changed, sentence, {{tr("Discard"), [this] { m_keeper.discardRecovered(); }}, {tr("Keep"), [] {}}});
    });
}

void LabEditor::connectPalette() {
    connect(m_palette, &PalettePanel::chosen, this, [this](const Tile& tile) { m_commands->add(tile); });
    connect(m_palette, &PalettePanel::dragged, this,
            [this](const Tile& tile, const QPoint& at) { m_tools->hold(tile.words, landingOf(tile), at); });
    connect(m_palette, &PalettePanel::dropped, this, [this](const Tile& tile, const QPoint& at) {
        if (m_tools->letGo(at)) {
            m_commands->add(tile, at);
        }
    });
}

void LabEditor::onLabChanged() {
    const bool hasLab = m_document != nullptr && m_document->isValid();
    m_tools->setLab(hasLab ? &m_document->lab() : nullptr);
    refreshForm();
    m_palette->setWhyNot(hasLab ? QString() : m_document == nullptr ? tr("No lab is open.") : tr("The lab file has mistakes."));
}

std::vector<Selection> LabEditor::formParts() const {
    const Selection selected = m_canvas.selection();
    return std::holds_alternative<PodRef>(selected) ? std::vector{selected} : m_tools->marked();
}

void LabEditor::refreshForm() {
    const bool hasLab = m_document != nullptr && m_document->isValid();
    const std::vector<Selection> parts = hasLab ? formParts() : std::vector<Selection>();
    m_form->show(hasLab ? formOf(m_document->lab(), parts) : Form(), parts);
}

void LabEditor::setDocument(LabDocument* document) {
    if (m_document != nullptr) {
        m_document->disconnect(this);
        m_document->undoStack().disconnect(this);
    }
    m_document = document;
    m_fileStrip->hide();
    if (m_document != nullptr) {
        const QUndoStack& stack = m_document->undoStack();
        connect(&stack, &QUndoStack::indexChanged, this, &LabEditor::refreshUndo);
        connect(&stack, &QUndoStack::undoTextChanged, this, &LabEditor::refreshUndo);
        connect(&stack, &QUndoStack::redoTextChanged, this, &LabEditor::refreshUndo);
        connect(m_document, &LabDocument::savedChanged, this, &LabEditor::refreshTitle);
        connect(m_document, &LabDocument::labChanged, this, &LabEditor::refreshTitle);
        connect(m_document, &LabDocument::labChanged, this, &LabEditor::onLabChanged);
    }
    m_keeper.setDocument(document);
    m_yaml->setDocument(document);
    m_commands->setDocument(document);
    onLabChanged();
    refreshUndo();
    refreshTitle();
}

void LabEditor::refreshUndo() {
    const QUndoStack* stack = m_document == nullptr ? nullptr : &m_document->undoStack();
    const auto show = [](QAction* action, bool enabled, const QString& text, const QString& toolTip) {
        action->setEnabled(enabled);
        action->setText(text);
        action->setToolTip(toolTip);
    };
    const bool canUndo = stack != nullptr && stack->canUndo();
    const bool canRedo = stack != nullptr && stack->canRedo();
    const QString undo = canUndo ? tr("Undo: %1").arg(stack->undoText()) : tr("Undo");
    const QString redo = canRedo ? tr("Redo: %1").arg(stack->redoText()) : tr("Redo");
    show(m_actions.undo, canUndo, undo, canUndo ? undo + tr(" (Ctrl+Z)") : tr("Nothing was changed yet."));
    show(m_actions.redo, canRedo, redo, canRedo ? redo + tr(" (Ctrl+Shift+Z)") : tr("Nothing was undone."));
}

void LabEditor::refreshTitle() {
    m_actions.saveAs->setEnabled(m_document != nullptr);
    m_actions.save->setEnabled(m_document != nullptr);
    if (m_document == nullptr) {
        m_window.setWindowTitle(tr("Podleaf"));
        m_window.setWindowModified(false);
        return;
    }
    const bool isModified = m_document->isModified();
    m_window.setWindowTitle(tr("%1[*] – Podleaf").arg(m_document->name()));
    m_window.setWindowModified(isModified);
    const QString file = m_document->fileName();
    m_actions.setFileNote(m_keeper.needsPlace() ? (isModified ? tr("Copy of %1, not saved").arg(file) : tr("%1, built-in").arg(file))
                          : isModified          ? tr("%1, not saved").arg(file)
                                                : tr("%1, saved").arg(file));
}

void LabEditor::askForPlace() {
    const bool isBuiltin = m_keeper.needsPlace();
    const QString folder = isBuiltin ? QDir::homePath() : QFileInfo(m_document->path()).path();
    auto* dialog = new QFileDialog(&m_window, tr("Save the lab as"), folder, tr("Lab files (*.yaml *.yml)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("yaml"));
    dialog->selectFile(isBuiltin ? m_keeper.builtinName() + QStringLiteral(".yaml") : QFileInfo(m_document->path()).fileName());
    connect(dialog, &QFileDialog::fileSelected, &m_keeper, &DocumentKeeper::saveAs);
    dialog->open();
}

void LabEditor::showText() {
    const bool isNew = !m_yamlDock->isVisible();
    m_yamlDock->show();
    m_yamlDock->raise();
    if (isNew) {
        widenText();
    }
}

/// To a width in which one can read, of a dock that comes up; one that is there already has what the user gave it.
void LabEditor::widenText() {
    if (m_yamlDock->width() < kTextWidth * 2 / 3 && m_inspectorDock != nullptr) {
        m_window.resizeDocks({m_yamlDock, m_inspectorDock}, {kTextWidth, kInspectorWidth}, Qt::Horizontal);
    }
}

void LabEditor::goTo(int line, int column) {
    showText();
    m_yaml->goTo(line, column);
}

void LabEditor::applyDefaultLayout(QDockWidget* labs, QDockWidget* inspector) {
    m_inspectorDock = inspector;
    for (QDockWidget* dock : {m_yamlDock, m_paletteDock}) {
        dock->setFloating(false);
        m_window.removeDockWidget(dock);
    }
    m_window.addDockWidget(Qt::LeftDockWidgetArea, m_paletteDock);
    m_window.splitDockWidget(labs, m_paletteDock, Qt::Vertical);
    m_paletteDock->show();
    const int palette = std::min(m_palette->heightFor(kLeftWidth) + kDockTitle, kLeftHeight / 2);
    m_window.resizeDocks({labs, m_paletteDock}, {kLeftHeight - palette, palette}, Qt::Vertical);
    m_window.addDockWidget(Qt::RightDockWidgetArea, m_yamlDock);
    m_window.splitDockWidget(m_yamlDock, inspector, Qt::Horizontal);
    m_window.resizeDocks({m_yamlDock}, {kTextWidth}, Qt::Horizontal);
    m_yamlDock->hide();
}

std::vector<QWidget*> LabEditor::areas() const {
    return {m_palette, m_yaml};
}

void LabEditor::refreshTheme() {
    m_yaml->refreshTheme();
    m_palette->refreshTheme();
    m_fileStrip->refreshTheme();
}

} // namespace podleaf::ui
