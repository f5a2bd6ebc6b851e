// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas_edits.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace podleaf::model {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Edits", text);
}

Unexpected noSuchGroup(const QString& group) {
    return fail(ErrorCode::NotFound, tr("There is no group \"%1\".").arg(group));
}

Unexpected noSuchNote(size_t note) {
    return fail(ErrorCode::NotFound, tr("There is no note number %1.").arg(note + 1));
}

Unexpected isGroupAlready(const QString& group) {
    return fail(ErrorCode::AlreadyExists, tr("There is a group \"%1\" already.").arg(group));
}

std::vector<Group>::iterator groupIn(Lab& lab, const QString& name) {
    return std::ranges::find(lab.groups, name, &Group::name);
}

template <class T>
auto placeIn(std::vector<T>& list, size_t at) {
    return list.begin() + static_cast<std::ptrdiff_t>(std::min(at, list.size()));
}

/// Its nodes are there, each once and in no other group.
Result<> check(const Lab& lab, const Group& group) {
    if (group.nodes.empty()) {
        return fail(ErrorCode::InvalidInput, tr("A group needs a node."));
    }
    for (auto node = group.nodes.begin(); node != group.nodes.end(); ++node) {
        if (lab.findNode(*node) == nullptr) {
            return fail(ErrorCode::NotFound, tr("There is no node \"%1\".").arg(node->name));
        }
        const Group* const other = lab.groupOf(*node);
        const bool isElsewhere = other != nullptr && other->name != group.name;
        if (isElsewhere || std::find(group.nodes.begin(), node, *node) != node) {
            return fail(ErrorCode::InvalidInput,
                        tr("%1 is in the group \"%2\" already.").arg(node->name, isElsewhere ? other->name : group.name), {},
                        tr("A node can be in one group."));
        }
    }
    return {};
}

} // namespace

Result<Edits> applyCanvasEdit(Lab& lab, const AddGroup& edit) {
    if (lab.findGroup(edit.group.name) != nullptr) {
        return isGroupAlready(edit.group.name);
    }
    if (auto right = check(lab, edit.group); !right) {
        return fail(std::move(right.error()));
    }
    lab.groups.insert(placeIn(lab.groups, edit.at), edit.group);
    return Edits{RemoveGroup{edit.group.name}};
}

Result<Edits> applyCanvasEdit(Lab& lab, const RemoveGroup& edit) {
    const auto group = groupIn(lab, edit.group);
    if (group == lab.groups.end()) {
        return noSuchGroup(edit.group);
    }
    Edits inverse{AddGroup{*group, static_cast<size_t>(group - lab.groups.begin())}};
    lab.groups.erase(group);
    return inverse;
}

Result<Edits> applyCanvasEdit(Lab& lab, const RenameGroup& edit) {
    const auto group = groupIn(lab, edit.group);
    if (group == lab.groups.end()) {
        return noSuchGroup(edit.group);
    }
    if (lab.findGroup(edit.name) != nullptr) {
        return isGroupAlready(edit.name);
    }
    group->name = edit.name;
    return Edits{RenameGroup{edit.name, edit.group}};
}

Result<Edits> applyCanvasEdit(Lab& lab, const SetGroupNodes& edit) {
    const auto group = groupIn(lab, edit.group);
    if (group == lab.groups.end()) {
        return noSuchGroup(edit.group);
    }
    if (auto right = check(lab, {edit.group, edit.nodes}); !right) {
        return fail(std::move(right.error()));
    }
    return Edits{SetGroupNodes{edit.group, std::exchange(group->nodes, edit.nodes)}};
}

Result<Edits> applyCanvasEdit(Lab& lab, const AddNote& edit) {
    const auto note = lab.notes.insert(placeIn(lab.notes, edit.at), edit.note);
    return Edits{RemoveNote{static_cast<size_t>(note - lab.notes.begin())}};
}

Result<Edits> applyCanvasEdit(Lab& lab, const RemoveNote& edit) {
    if (edit.note >= lab.notes.size()) {
        return noSuchNote(edit.note);
    }
    Edits inverse{AddNote{lab.notes[edit.note], edit.note}};
    lab.notes.erase(placeIn(lab.notes, edit.note));
    return inverse;
}

Result<Edits> applyCanvasEdit(Lab& lab, const SetNote& edit) {
    if (edit.note >= lab.notes.size()) {
        return noSuchNote(edit.note);
    }
    return Edits{SetNote{edit.note, std::exchange(lab.notes[edit.note], edit.value)}};
}

std::optional<Edit> leaveGroup(Lab& lab, const NodeId& node) {
    const Group* const of = lab.groupOf(node);
    if (of == nullptr) {
        return std::nullopt;
    }
    const auto group = groupIn(lab, of->name);
    if (group->nodes.size() > 1) {
        const SetGroupNodes again{group->name, group->nodes};
        std::erase(group->nodes, node);
        return again;
    }
    const AddGroup again{*group, static_cast<size_t>(group - lab.groups.begin())};
    lab.groups.erase(group);
    return again;
}

} // namespace podleaf::model
