// SPDX-License-Identifier: GPL-3.0-or-later
// What a person does to the parts of a lab, as edits with a name for the undo list. Names, ports and numbers of what is new
// go on where the lab's own leave off. Pure; any thread.
#pragma once

#include <core/model/edits.h>
#include <ui/canvas/selection.h>

#include <QRectF>
#include <QStringList>

#include <utility>
#include <vector>

namespace podleaf::ui {

struct NamedEdits {
    QString name; ///< "Add host4".
    model::Edits edits;
    std::vector<Selection> made; ///< What is selected afterwards, as far as its name is known.
};

/// A new node. A host needs a leaf and gets a cable to `near`, if that is one, to the leaf of `near`, if that is a host, or
/// to the leaf with the fewest cables. Errors: InvalidInput where there is no leaf.
Result<NamedEdits> addNode(const model::Lab& lab, model::NodeKind kind, const NodeId& near);

/// A cable between the next free ports of two nodes. Errors: InvalidInput for one node, NotFound.
Result<NamedEdits> addLink(const model::Lab& lab, const NodeId& first, const NodeId& second);

/// One more pod of the lab's first workload on a host. Errors: InvalidInput where it has none, or the node is no host.
Result<NamedEdits> addPod(const model::Lab& lab, const NodeId& host);

/// Nodes with their cables, cables, pods, groups and notes; the last pod of a workload takes that along. Errors: InvalidInput
/// when there is nothing among them.
Result<NamedEdits> removeParts(const model::Lab& lab, const std::vector<Selection>& parts);

/// Copies of the nodes and notes among `parts` as they are in `from`: with the cables among them, and with new ones to where their other
/// cables went, as far as `lab` still has that. Numbers are chosen anew. Errors: InvalidInput when there is nothing to copy.
Result<NamedEdits> pasteParts(const model::Lab& lab, const model::Lab& from, const std::vector<Selection>& parts);

/// Where cards lie, in the canvas' pixels at 100 %.
/// The side or middle that cards are brought onto.
enum class Alignment { Left, Centre, Right, Top, Middle, Bottom };
/// A card as it is on the canvas.
struct PlacedCard {
    NodeId node;
    QRectF rect;
};
/// Moves those that are not there yet. Errors: InvalidInput for fewer than two, or when all are there.
Result<NamedEdits> alignNodes(const std::vector<PlacedCard>& cards, Alignment how);

using NodePlaces = std::vector<std::pair<NodeId, model::Position>>;
NamedEdits moveNodes(const NodePlaces& places);

/// A node, a cable or a group. Errors: InvalidInput for anything else.
Result<NamedEdits> renamePart(const Selection& part, const QString& name);
/// "host2"; "a note", which has no name.
QString nameOf(const Selection& part);

// canvas_parts.cpp

/// A frame around nodes. Errors: InvalidInput for none.
Result<NamedEdits> addGroup(const model::Lab& lab, const std::vector<NodeId>& nodes);
/// Out of the groups they are in, which go when nothing is left in them, and into this one; an empty name: into none.
/// Errors: NotFound, InvalidInput where nothing would change.
Result<NamedEdits> moveToGroup(const model::Lab& lab, const std::vector<NodeId>& nodes, const QString& name);
/// At that place or, where another note lies there, beside it.
NamedEdits addNote(const model::Lab& lab, const model::Position& at);
/// An empty text takes the note away. Errors: NotFound.
Result<NamedEdits> writeNote(const model::Lab& lab, std::size_t note, const QString& text);
using NotePlaces = std::vector<std::pair<std::size_t, model::Position>>;
/// Nodes and notes at once. Errors: NotFound for a note that is no longer there.
Result<NamedEdits> moveParts(const model::Lab& lab, const NodePlaces& nodes, const NotePlaces& notes);
/// What removeParts() and pasteParts() do with groups and notes: they add to `made`.
void removeCanvasParts(const model::Lab& lab, const std::vector<Selection>& parts, NamedEdits& made, QStringList& names);
void pasteNotes(const model::Lab& lab, const model::Lab& from, const std::vector<Selection>& parts, NamedEdits& made);

} // namespace podleaf::ui
