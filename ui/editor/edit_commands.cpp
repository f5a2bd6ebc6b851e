// SPDX-License-Identifier: GPL-3.0-or-later
// EditCommands: see the header.
#include "edit_commands.h"

#include "note_box.h"
#include "rename_box.h"

#include <ui/canvas/layout.h>

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QPointer>

#include <algorithm>
#include <tuple>
#include <utility>

namespace podleaf::ui {

namespace {

model::Position positionOf(const QPointF& place) {
    return {qRound(place.x()), qRound(place.y())};
}

} // namespace

EditCommands::EditCommands(const Theme& theme, LabView& canvas, CanvasTools& tools, QMenu& menu, QObject* parent)
    : QObject(parent), m_theme(theme), m_canvas(canvas), m_tools(tools) {
    menu.addSeparator();
    cut = add(menu, tr("Cut"), QKeySequence::Cut);
    copy = add(menu, tr("Copy"), QKeySequence::Copy);
    paste = add(menu, tr("Paste"), QKeySequence::Paste);
    duplicate = add(menu, tr("Duplicate"), Qt::CTRL | Qt::Key_D);
    remove = add(menu, tr("Delete"), QKeySequence::Delete);
    rename = add(menu, tr("Rename"), Qt::Key_F2);
    menu.addSeparator();
    join = add(menu, tr("Join the two nodes"), Qt::CTRL | Qt::Key_L);
    cable = add(menu, tr("Draw a cable"), Qt::Key_L);
    makeAlignMenu(menu);
    menu.addSeparator();
    selectAll = add(menu, tr("Select all nodes"), QKeySequence::SelectAll);
    const auto pasteCopied = [this] { perform(pasteParts(m_document->lab(), m_copiedFrom, m_copied)); };
    connect(cut, &QAction::triggered, this, [this] {
        copyMarked();
        removeMarked();
    });
    connect(copy, &QAction::triggered, this, &EditCommands::copyMarked);
    connect(paste, &QAction::triggered, this, pasteCopied);
    connect(duplicate, &QAction::triggered, this, [this] { perform(pasteParts(m_document->lab(), m_document->lab(), m_tools.marked())); });
    connect(remove, &QAction::triggered, this, &EditCommands::removeMarked);
    connect(rename, &QAction::triggered, this, &EditCommands::renameMarked);
    connect(join, &QAction::triggered, this, &EditCommands::joinMarked);
    connect(cable, &QAction::triggered, this, &EditCommands::drawCable);
    connect(selectAll, &QAction::triggered, this, [this] {
        std::vector<Selection> all;
        for (const model::Node& node : m_document->lab().nodes) {
            all.emplace_back(node.id);
        }
        for (std::size_t note = 0; note < m_document->lab().notes.size(); ++note) {
            all.emplace_back(NoteRef{note});
        }
        m_tools.mark(std::move(all));
    });
    connect(&m_tools, &CanvasTools::markedChanged, this, &EditCommands::refresh);
    connect(&m_tools, &CanvasTools::cableDrawn, this,
            [this](const NodeId& from, const NodeId& to) { perform(addLink(m_document->lab(), from, to)); });
    connect(&m_canvas, &LabView::partsMoved, this, [this](const std::vector<NodeMove>& nodes, const std::vector<NoteMove>& notes) {
        NodePlaces cards;
        for (const NodeMove& move : nodes) {
            cards.emplace_back(move.node, positionOf(move.to));
        }
        NotePlaces texts;
        for (const NoteMove& move : notes) {
            texts.emplace_back(move.note, positionOf(move.to));
        }
        perform(moveParts(m_document->lab(), cards, texts));
    });
    connect(&m_canvas, &LabView::renameRequested, this, [this](const Selection& part) {
        m_tools.mark({part});
        rename->trigger();
    });
    refresh();
}

void EditCommands::makeAlignMenu(QMenu& menu) {
    const std::tuple<QString, Qt::Key, Alignment> entries[] = {
        {tr("Left edges"), Qt::Key_Left, Alignment::Left},    {tr("Centres"), Qt::Key_C, Alignment::Centre},
        {tr("Right edges"), Qt::Key_Right, Alignment::Right}, {tr("Top edges"), Qt::Key_Up, Alignment::Top},
        {tr("Middles"), Qt::Key_M, Alignment::Middle},        {tr("Bottom edges"), Qt::Key_Down, Alignment::Bottom}};
    QMenu* align = menu.addMenu(tr("Align"));
    for (const auto& [text, key, how] : entries) {
        aligns.push_back(add(*align, text, Qt::CTRL | Qt::ALT | key));
        connect(aligns.back(), &QAction::triggered, this, [this, how = how] { perform(alignNodes(markedCards(), how)); });
    }
}

std::vector<PlacedCard> EditCommands::markedCards() const {
    std::vector<PlacedCard> cards;
    for (const NodeId& node : markedNodes()) {
        cards.push_back({node, m_canvas.sceneRectOf(node)});
    }
    return cards;
}

/// Keys act only while the canvas has the focus: in a text they mean the text.
QAction* EditCommands::add(QMenu& menu, const QString& text, const QKeySequence& keys) {
    QAction* action = menu.addAction(text);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    m_canvas.addAction(action);
    return action;
}

void EditCommands::setDocument(LabDocument* document) {
    m_document = document;
    refresh();
}

void EditCommands::refresh() {
    const bool hasLab = m_document != nullptr && m_document->isValid();
    const std::size_t nodes = hasLab ? markedNodes().size() : 0;
    const bool hasParts = hasLab && !m_tools.marked().empty();
    const bool hasNote =
        hasParts && std::ranges::any_of(m_tools.marked(), [](const Selection& part) { return std::holds_alternative<NoteRef>(part); });
    for (QAction* action : {cut, copy, duplicate}) {
        action->setEnabled(nodes > 0 || hasNote);
    }
    remove->setEnabled(hasLab && !removable().empty());
    rename->setEnabled(hasParts && m_tools.marked().size() == 1);
    paste->setEnabled(hasLab && !m_copied.empty());
    join->setEnabled(nodes == 2);
    for (QAction* action : aligns) {
        action->setEnabled(nodes >= 2);
    }
    cable->setEnabled(hasLab);
    selectAll->setEnabled(hasLab);
}

std::vector<NodeId> EditCommands::markedNodes() const {
    std::vector<NodeId> nodes;
    for (const Selection& part : m_tools.marked()) {
        if (const auto* node = std::get_if<NodeId>(&part)) {
            nodes.push_back(*node);
        }
    }
    return nodes;
}

std::vector<Selection> EditCommands::removable() const {
    const Selection current = m_canvas.current();
    return m_tools.marked().empty() && std::holds_alternative<PodRef>(current) ? std::vector{current} : m_tools.marked();
}

/// Pods and notes that stay are numbered anew: another one would be selected now.
void EditCommands::removeMarked() {
    const std::vector<Selection> parts = removable();
    const bool isNumbered = std::ranges::any_of(
        parts, [](const Selection& part) { return std::holds_alternative<PodRef>(part) || std::holds_alternative<NoteRef>(part); });
    if (perform(removeParts(m_document->lab(), parts)) && isNumbered) {
        m_tools.mark({});
        m_canvas.select({});
    }
}

bool EditCommands::perform(const Result<NamedEdits>& wanted) {
    if (!wanted) {
        Q_EMIT refused(wanted.error());
        return false;
    }
    if (auto done = m_document->apply(wanted->edits, wanted->name); !done) {
        Q_EMIT refused(inValidatorsWords(done.error()));
        return false;
    }
    if (!wanted->made.empty()) {
        m_tools.mark(wanted->made);
    }
    return true;
}

void EditCommands::add(const Tile& tile, const std::optional<QPoint>& at) {
    if (m_document == nullptr || !m_document->isValid()) {
        return;
    }
    const std::vector<NodeId> marked = markedNodes();
    const QPoint place = at ? m_canvas.viewport()->mapFromGlobal(*at) : QPoint();
    const NodeId near = at ? nodeNear(place) : marked.empty() ? NodeId() : marked.front();
    switch (tile.what) {
    case Tile::What::Node:
        perform(placed(addNode(m_document->lab(), tile.kind, near), at ? std::optional(place) : std::nullopt));
        return;
    case Tile::What::Pod:
        perform(addPod(m_document->lab(), near));
        return;
    case Tile::What::Link:
        if (!at && marked.size() == 2) {
            return joinMarked();
        }
        m_tools.beginCable({});
        return;
    case Tile::What::Failure:
        return breakAt(at ? std::optional(place) : std::nullopt);
    case Tile::What::Group:
        perform(addGroup(m_document->lab(), marked));
        return;
    case Tile::What::Note:
        addNoteAt(at ? std::optional(place) : std::nullopt);
    }
}

/// Without a place in the middle of what is seen.
void EditCommands::addNoteAt(const std::optional<QPoint>& viewportPos) {
    const QPointF at = m_canvas.mapToScene(viewportPos.value_or(m_canvas.viewport()->rect().center()));
    perform(addNote(m_document->lab(), {qRound(at.x()), qRound(at.y())}));
}

/// Without a place what keys act on.
void EditCommands::breakAt(const std::optional<QPoint>& viewportPos) {
    const Selection part = viewportPos ? m_canvas.hit(*viewportPos) : m_canvas.current();
    const QPoint menuAt = viewportPos.value_or(m_canvas.viewRectOf(part).center());
    if (viewportPos && !std::holds_alternative<std::monostate>(part)) {
        m_canvas.select(part);
    }
    if (auto shown = m_canvas.showFaultMenu(part, m_canvas.viewport()->mapToGlobal(menuAt)); !shown) {
        Q_EMIT refused(shown.error());
    }
}

/// Where it was let go, unless that is on another card: then the canvas finds a place.
Result<NamedEdits> EditCommands::placed(Result<NamedEdits> made, const std::optional<QPoint>& viewportPos) const {
    auto* add = made && viewportPos ? std::get_if<model::AddNode>(&made->edits.front()) : nullptr;
    if (add == nullptr || !std::holds_alternative<std::monostate>(m_canvas.hit(*viewportPos))) {
        return made;
    }
    const double height = add->node.kind == model::NodeKind::Host ? measure::kCardHeight : measure::kLeafHeight;
    const QPointF corner = m_canvas.mapToScene(*viewportPos) - QPointF(measure::kCardWidth, height) / 2;
    add->node.position = model::Position{qRound(corner.x()), qRound(corner.y())};
    return made;
}

/// The node whose card is nearest.
NodeId EditCommands::nodeNear(const QPoint& viewportPos) const {
    NodeId best;
    int nearest = 0;
    for (const model::Node& node : m_document->lab().nodes) {
        const QRect card = m_canvas.viewRectOf(node.id);
        const QPoint closest(std::clamp(viewportPos.x(), card.left(), card.right()),
                             std::clamp(viewportPos.y(), card.top(), card.bottom()));
        const int distance = (closest - viewportPos).manhattanLength();
        if (best.isEmpty() || distance < nearest) {
            best = node.id;
            nearest = distance;
        }
    }
    return best;
}

void EditCommands::copyMarked() {
    m_copiedFrom = m_document->lab();
    m_copied = m_tools.marked();
    QStringList names;
    for (const NodeId& node : markedNodes()) {
        names += node.name;
    }
    for (const Selection& part : m_copied) {
        if (const auto* note = std::get_if<NoteRef>(&part)) {
            names += m_copiedFrom.notes[note->at].text;
        }
    }
    QApplication::clipboard()->setText(names.join(QLatin1Char('\n')));
    refresh();
}

void EditCommands::joinMarked() {
    const std::vector<NodeId> nodes = markedNodes();
    if (nodes.size() == 2) {
        perform(addLink(m_document->lab(), nodes[0], nodes[1]));
    }
}

void EditCommands::drawCable() {
    const Selection from = m_canvas.current();
    m_tools.beginCable(std::holds_alternative<NodeId>(from) ? from : Selection());
}

void EditCommands::renameMarked() {
    const std::vector<Selection> parts = m_tools.marked();
    if (parts.size() != 1) {
        return;
    }
    const Selection& part = parts.front();
    if (const auto* note = std::get_if<NoteRef>(&part)) {
        return editNote(note->at);
    }
    const QString name = nameOf(part);
    new RenameBox(m_theme, &m_canvas, m_canvas.viewRectOf(part), name, [this, part, name](const QString& typed) -> Result<> {
        if (typed == name) {
            return {};
        }
        const auto wanted = renamePart(part, typed);
        auto done = m_document->apply(wanted->edits, wanted->name);
        if (!done) {
            return fail(inValidatorsWords(done.error()));
        }
        m_tools.mark(wanted->made);
        return {};
    });
}

void EditCommands::editNote(std::size_t note) {
    if (note >= m_document->lab().notes.size()) {
        return;
    }
    const QString before = m_document->lab().notes[note].text;
    const QPointer<EditCommands> self(this); // The box takes the text when it loses the focus, for whatever reason.
    const LabDocument* const document = m_document;
    const auto take = [self, document, note, before](const QString& typed) -> Result<> {
        const bool isThere = self != nullptr && self->m_document == document && document->isValid() &&
                             note < document->lab().notes.size() && document->lab().notes[note].text == before;
        return isThere && NoteBox::plain(before) != typed ? self->writeNoteNow(note, typed) : Result<>();
    };
    new NoteBox(m_theme, &m_canvas, m_canvas.viewRectOf(NoteRef{note}), before, take);
}

Result<> EditCommands::writeNoteNow(std::size_t note, const QString& text) {
    const auto wanted = writeNote(m_document->lab(), note, text);
    if (!wanted) {
        return fail(wanted.error());
    }
    auto done = m_document->apply(wanted->edits, wanted->name);
    return done ? Result<>() : Result<>(fail(inValidatorsWords(done.error())));
}

Error inValidatorsWords(Error error) {
    static const QString kMark = QStringLiteral(": error: ");
    const qsizetype at = error.detail.indexOf(kMark);
    if (error.code != ErrorCode::InvalidInput || at < 0) {
        return error;
    }
    const QString words = error.detail.sliced(at + kMark.size());
    return {error.code,
            words.left(words.indexOf(QLatin1Char('\n'))),
            error.detail,
            QCoreApplication::translate("EditCommands", "Nothing was changed."),
            {}};
}

} // namespace podleaf::ui
