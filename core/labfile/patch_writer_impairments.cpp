// SPDX-License-Identifier: GPL-3.0-or-later
// The part of PatchWriter about impairments of links.
#include "patch_writer.h"

#include <algorithm>

namespace podleaf::labfile {

namespace {

const QString kImpairment = QStringLiteral("impairment");
const QString kFrom = QStringLiteral("from");

} // namespace

Result<> PatchWriter::set(const model::SetImpairments& edit, const model::Lab& before) {
    const auto link = std::ranges::find(before.links, edit.link, &model::Link::id);
    const auto item = itemOf(static_cast<size_t>(link - before.links.begin()));
    if (!item) {
        return fail(item.error());
    }
    model::Link changed = *link;
    changed.impairments = edit.impairments;
    const YamlPath path = inside(*item, kImpairment);
    const YamlNode* const old = m_text.find(path);
    const auto mappings = impairmentMappings(changed);
    const auto oldMappings = impairmentMappings(*link);
    if (old != nullptr && old->type == YamlNode::Type::Map && mappings.size() == 1 && oldMappings.size() == 1) {
        return setFields(path, oldMappings.front(), mappings.front());
    }
    const bool hasOwnLines = old != nullptr && old->place.line != m_text.find(*item)->place.line;
    if (old != nullptr && (mappings.empty() || hasOwnLines)) {
        if (auto removed = m_text.remove(path); !removed) {
            return removed;
        }
    }
    return mappings.empty() ? Result<>() : m_text.set(*item, kImpairment, impairmentValue(changed));
}

/// Leaves alone what means the same before and after, however it is written.
Result<> PatchWriter::setFields(const YamlPath& path, const ImpairmentFields& before, const ImpairmentFields& after) {
    for (const auto& field : after) {
        if (std::ranges::find(before, field) != before.end()) {
            continue;
        }
        if (auto written = m_text.set(path, field.first, field.second); !written) {
            return written;
        }
    }
    for (const auto& [key, word] : before) {
        if (std::ranges::find(after, key, &std::pair<QString, QString>::first) != after.end()) {
            continue;
        }
        if (auto removed = m_text.remove(inside(path, key)); !removed) {
            return removed;
        }
    }
    return {};
}

Result<> PatchWriter::renameSenders(const model::RenameNode& edit, const YamlPath& impairment) {
    const YamlNode* const value = m_text.find(impairment);
    const size_t count = value == nullptr ? 0 : value->items.size();
    auto renamed = value == nullptr ? Result<>() : renameSender(edit, inside(impairment, kFrom));
    for (size_t i = 0; renamed && i < count; ++i) {
        renamed = renameSender(edit, inside(inside(impairment, i), kFrom));
    }
    return renamed;
}

/// The end is named as a node or as one of its ports.
Result<> PatchWriter::renameSender(const model::RenameNode& edit, const YamlPath& from) {
    const YamlNode* const end = m_text.find(from);
    if (end == nullptr) {
        return {};
    }
    const QString text = end->text;
    const QString node = text.section(QLatin1Char(':'), 0, 0);
    return node == edit.node.name ? m_text.replaceWord(from, edit.name.name + text.mid(node.size())) : Result<>();
}

} // namespace podleaf::labfile
