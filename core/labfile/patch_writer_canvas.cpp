// SPDX-License-Identifier: GPL-3.0-or-later
// The part of PatchWriter about groups and notes.
#include "canvas_form.h"
#include "patch_writer.h"

#include <algorithm>
#include <ranges>

namespace podleaf::labfile {

namespace {

const QString kGroups = QStringLiteral("groups");
const QString kNotes = QStringLiteral("notes");
const QString kNodes = QStringLiteral("nodes");

size_t placeOf(const model::Lab& lab, const QString& group) {
    return static_cast<size_t>(std::ranges::find(lab.groups, group, &model::Group::name) - lab.groups.begin());
}

} // namespace

std::optional<Result<>> PatchWriter::writeCanvas(const model::Edit& edit, const model::Lab& before) {
    if (const auto* addGroup = std::get_if<model::AddGroup>(&edit)) {
        return m_text.insertItem({kGroups}, addGroup->at, {groupFields(addGroup->group)});
    }
    if (const auto* removeGroup = std::get_if<model::RemoveGroup>(&edit)) {
        return removeItem(kGroups, placeOf(before, removeGroup->group));
    }
    if (const auto* renameGroup = std::get_if<model::RenameGroup>(&edit)) {
        return m_text.set({kGroups, placeOf(before, renameGroup->group)}, QStringLiteral("name"), renameGroup->name);
    }
    if (const auto* nodes = std::get_if<model::SetGroupNodes>(&edit)) {
        return set(*nodes, before);
    }
    if (const auto* addNote = std::get_if<model::AddNote>(&edit)) {
        return m_text.insertItem({kNotes}, addNote->at, {noteFields(addNote->note)});
    }
    if (const auto* removeNote = std::get_if<model::RemoveNote>(&edit)) {
        return removeItem(kNotes, removeNote->note);
    }
    if (const auto* note = std::get_if<model::SetNote>(&edit)) {
        return set(*note, before);
    }
    return std::nullopt;
}

/// The section goes with its last item.
Result<> PatchWriter::removeItem(const QString& section, size_t item) {
    if (auto removed = m_text.remove({section, item}); !removed) {
        return removed;
    }
    const YamlNode* const rest = m_text.find({section});
    return rest != nullptr && rest->type == YamlNode::Type::Null ? m_text.remove({section}) : Result<>();
}

/// Leaves alone what is as it was.
Result<> PatchWriter::set(const model::SetNote& edit, const model::Lab& before) {
    const YamlPath note{kNotes, edit.note};
    const ItemFields old = noteFields(before.notes[edit.note]);
    for (const auto& field : noteFields(edit.value)) {
        if (std::ranges::find(old, field) != old.end()) {
            continue;
        }
        if (auto written = m_text.set(note, field.first, field.second); !written) {
            return written;
        }
    }
    return {};
}

/// Node by node, so that each keeps its line; in another order all are written anew.
Result<> PatchWriter::set(const model::SetGroupNodes& edit, const model::Lab& before) {
    const size_t place = placeOf(before, edit.group);
    const YamlPath nodes{kGroups, place, kNodes};
    std::vector<NodeId> written = before.groups[place].nodes;
    for (size_t i = written.size(); i-- > 0;) {
        const bool stays = std::ranges::find(edit.nodes, written[i]) != edit.nodes.end();
        if (stays || written.size() == 1) {
            continue; // A list without an item could not be added to in its own style.
        }
        if (auto removed = m_text.remove({kGroups, place, kNodes, i}); !removed) {
            return removed;
        }
        written.erase(written.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (size_t i = 0; i < edit.nodes.size(); ++i) {
        if (std::ranges::find(written, edit.nodes[i]) != written.end()) {
            continue;
        }
        if (auto inserted = m_text.insertItem(nodes, i, {edit.nodes[i].name}); !inserted) {
            return inserted;
        }
        written.insert(written.begin() + static_cast<std::ptrdiff_t>(std::min(i, written.size())), edit.nodes[i]);
    }
    for (size_t i = 0; i < std::min(written.size(), edit.nodes.size()); ++i) {
        if (written[i] == edit.nodes[i]) {
            continue;
        }
        if (auto replaced = m_text.replaceWord({kGroups, place, kNodes, i}, edit.nodes[i].name); !replaced) {
            return replaced;
        }
    }
    for (size_t i = written.size(); i-- > edit.nodes.size();) {
        if (auto removed = m_text.remove({kGroups, place, kNodes, i}); !removed) {
            return removed;
        }
    }
    return {};
}

Result<> PatchWriter::leaveGroup(const NodeId& node, const model::Lab& before) {
    const model::Group* const group = before.groupOf(node);
    if (group == nullptr) {
        return {};
    }
    const size_t place = placeOf(before, group->name);
    const auto at = static_cast<size_t>(std::ranges::find(group->nodes, node) - group->nodes.begin());
    return group->nodes.size() == 1 ? removeItem(kGroups, place) : m_text.remove({kGroups, place, kNodes, at});
}

Result<> PatchWriter::renameInGroup(const model::RenameNode& edit, const model::Lab& before) {
    const model::Group* const group = before.groupOf(edit.node);
    if (group == nullptr) {
        return {};
    }
    const auto at = static_cast<size_t>(std::ranges::find(group->nodes, edit.node) - group->nodes.begin());
    return m_text.replaceWord({kGroups, placeOf(before, group->name), kNodes, at}, edit.name.name);
}

} // namespace podleaf::labfile
