// SPDX-License-Identifier: GPL-3.0-or-later
// The part of parts.h about groups and notes.
#include "parts.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>

namespace podleaf::ui {

namespace {

constexpr int kBeside = 24; ///< Of a note that would lie on another.

QString tr(const char* text) {
    return QCoreApplication::translate("Parts", text);
}

/// group3 after group1 and group2.
QString nextGroupName(const model::Lab& lab) {
    for (std::size_t number = 1;; ++number) {
        QString name = QStringLiteral("group%1").arg(number);
        if (lab.findGroup(name) == nullptr) {
            return name;
        }
    }
}

/// Its first words, for a name in the undo list.
QString beginOf(const QString& text) {
    constexpr qsizetype kMost = 24;
    const QString line = text.simplified();
    return line.size() <= kMost ? line : line.left(kMost) + QStringLiteral("…");
}

model::Position freePlace(const model::Lab& lab, model::Position at) {
    while (std::ranges::find(lab.notes, at, &model::Note::position) != lab.notes.end()) {
        at = {at.x + kBeside, at.y + kBeside};
    }
    return at;
}

} // namespace

Result<NamedEdits> addGroup(const model::Lab& lab, const std::vector<NodeId>& nodes) {
    if (nodes.empty()) {
        return fail(ErrorCode::InvalidInput, tr("A group needs nodes."), {},
                    tr("Select them first: press Shift and draw a frame, or Ctrl and click."));
    }
    const QString name = nextGroupName(lab);
    return NamedEdits{tr("Add the group %1").arg(name), {model::AddGroup{{name, nodes}}}, {GroupRef{name}}};
}

Result<NamedEdits> moveToGroup(const model::Lab& lab, const std::vector<NodeId>& nodes, const QString& name) {
    const model::Group* const target = lab.findGroup(name);
    if (target == nullptr && !name.isEmpty()) {
        return fail(ErrorCode::NotFound, tr("There is no group \"%1\".").arg(name));
    }
    NamedEdits made;
    std::vector<NodeId> all = target == nullptr ? std::vector<NodeId>() : target->nodes;
    for (const model::Group& group : lab.groups) {
        std::vector<NodeId> left;
        const auto goes = [&nodes](const NodeId& node) { return std::ranges::find(nodes, node) != nodes.end(); };
        std::ranges::remove_copy_if(group.nodes, std::back_inserter(left), goes);
        if (&group == target || left.size() == group.nodes.size()) {
            continue;
        }
        made.edits.push_back(left.empty() ? model::Edit(model::RemoveGroup{group.name})
                                          : model::Edit(model::SetGroupNodes{group.name, left}));
    }
    const auto isNew = [&all](const NodeId& node) { return std::ranges::find(all, node) == all.end(); };
    if (target != nullptr && std::ranges::any_of(nodes, isNew)) {
        std::vector<NodeId> added;
        std::ranges::copy_if(nodes, std::back_inserter(added), isNew);
        all.insert(all.end(), added.begin(), added.end());
        made.edits.emplace_back(model::SetGroupNodes{name, all});
    }
    if (made.edits.empty()) {
        return fail(ErrorCode::InvalidInput, name.isEmpty() ? tr("They are in no group.") : tr("They are in %1 already.").arg(name));
    }
    const QString who = nodes.size() == 1 ? nodes.front().name : tr("%1 nodes").arg(nodes.size());
    made.name = name.isEmpty() ? tr("Take %1 out of its group").arg(who) : tr("Move %1 to the group %2").arg(who, name);
    return made;
}

NamedEdits addNote(const model::Lab& lab, const model::Position& at) {
    return {tr("Add a note"), {model::AddNote{{tr("Note"), freePlace(lab, at)}}}, {NoteRef{lab.notes.size()}}};
}

Result<NamedEdits> writeNote(const model::Lab& lab, std::size_t note, const QString& text) {
    if (note >= lab.notes.size()) {
        return fail(ErrorCode::NotFound, tr("The note is no longer there."));
    }
    if (text.trimmed().isEmpty()) {
        return removeParts(lab, {NoteRef{note}});
    }
    return NamedEdits{tr("Write the note \"%1\"").arg(beginOf(text)), {model::SetNote{note, {text, lab.notes[note].position}}}, {}};
}

Result<NamedEdits> moveParts(const model::Lab& lab, const NodePlaces& nodes, const NotePlaces& notes) {
    NamedEdits made = moveNodes(nodes);
    QStringList names;
    if (!nodes.empty()) {
        names += nodes.size() == 1 ? nodes.front().first.name : tr("%1 nodes").arg(nodes.size());
    }
    for (const auto& [note, to] : notes) {
        if (note >= lab.notes.size()) {
            return fail(ErrorCode::NotFound, tr("The note is no longer there."));
        }
        made.edits.emplace_back(model::SetNote{note, {lab.notes[note].text, to}});
    }
    if (notes.size() == 1) {
        names += tr("the note \"%1\"").arg(beginOf(lab.notes[notes.front().first].text));
    } else if (!notes.empty()) {
        names += tr("%1 notes").arg(notes.size());
    }
    made.name = tr("Move %1").arg(names.join(tr(" and ")));
    return made;
}

void removeCanvasParts(const model::Lab& lab, const std::vector<Selection>& parts, NamedEdits& made, QStringList& names) {
    std::vector<std::size_t> notes;
    for (const Selection& part : parts) {
        if (const auto* group = std::get_if<GroupRef>(&part); group != nullptr && lab.findGroup(group->name) != nullptr) {
            made.edits.emplace_back(model::RemoveGroup{group->name});
            names += group->name;
        } else if (const auto* note = std::get_if<NoteRef>(&part); note != nullptr && note->at < lab.notes.size()) {
            notes.push_back(note->at);
        }
    }
    std::ranges::sort(notes, std::ranges::greater()); // The last one first: those before it keep their places.
    for (const std::size_t note : notes) {
        made.edits.emplace_back(model::RemoveNote{note});
        names += tr("the note \"%1\"").arg(beginOf(lab.notes[note].text));
    }
}

void pasteNotes(const model::Lab& lab, const model::Lab& from, const std::vector<Selection>& parts, NamedEdits& made) {
    model::Lab after = lab;
    for (const Selection& part : parts) {
        const auto* note = std::get_if<NoteRef>(&part);
        if (note == nullptr || note->at >= from.notes.size()) {
            continue;
        }
        const model::Note& original = from.notes[note->at];
        const model::Note copy{original.text, freePlace(after, original.position)};
        made.edits.emplace_back(model::AddNote{copy});
        made.made.emplace_back(NoteRef{after.notes.size()});
        after.notes.push_back(copy);
    }
}

QString nameOf(const Selection& part) {
    if (const auto* node = std::get_if<NodeId>(&part)) {
        return node->name;
    }
    if (const auto* link = std::get_if<LinkId>(&part)) {
        return link->name;
    }
    if (const auto* group = std::get_if<GroupRef>(&part)) {
        return group->name;
    }
    const auto* pod = std::get_if<PodRef>(&part);
    return pod != nullptr ? pod->name : std::holds_alternative<NoteRef>(part) ? tr("a note") : QString();
}

} // namespace podleaf::ui
