// SPDX-License-Identifier: GPL-3.0-or-later
// PatchWriter: each edit as changes of the text. One patch, one thread.
#pragma once

#include "impairment_form.h"
#include "patch_text.h"

#include <core/model/edits.h>

#include <optional>

namespace podleaf::labfile {

class PatchWriter {
public:
    /// `lab` is what the text parses to.
    PatchWriter(PatchText text, const model::Lab& lab);

    [[nodiscard]] const PatchText& text() const { return m_text; }

    /// Writes one edit that model::apply has accepted for the lab `before` it.
    Result<> write(const model::Edit& edit, const model::Lab& before);

    /// Writes numbers and names out that the file would choose otherwise; by their place in the lab.
    Result<> pinNode(const model::Lab& lab, size_t index, const QString& key, const QString& value);
    Result<> pinLink(size_t index, const QString& key, const QString& value);
    Result<> pinReplicas(const QString& workload, size_t count);
    Result<> pinPlaces(const model::SetPlaces& places, bool withAddresses);
    Result<> pinKubernetes(const QString& key, const QString& value);
    /// Whether the file says where the workload's pods go.
    [[nodiscard]] bool hasPlaces(const QString& workload) const;

private:
    Result<> add(const model::AddNode& edit);
    Result<> remove(const model::RemoveNode& edit, const model::Lab& before);
    Result<> rename(const model::RenameNode& edit, const model::Lab& before);
    Result<> set(const model::SetNodeKey& edit);
    Result<> add(const model::AddLink& edit);
    Result<> add(const model::AddWorkload& edit);
    Result<> remove(const model::RemoveWorkload& edit);
    Result<> set(const model::SetImpairments& edit, const model::Lab& before);
    Result<> set(const model::SetKubernetes& edit, const model::Lab& before);
    /// A control plane that is not there any more is chosen by the file.
    Result<> leaveControlPlane(const NodeId& node);
    /// Of groups and notes; nothing for any other edit.
    std::optional<Result<>> writeCanvas(const model::Edit& edit, const model::Lab& before);
    Result<> removeItem(const QString& section, size_t item);
    Result<> set(const model::SetNote& edit, const model::Lab& before);
    Result<> set(const model::SetGroupNodes& edit, const model::Lab& before);
    Result<> leaveGroup(const NodeId& node, const model::Lab& before);
    Result<> renameControlPlane(const model::RenameNode& edit);
    Result<> renameInGroup(const model::RenameNode& edit, const model::Lab& before);
    Result<> setFields(const YamlPath& path, const ImpairmentFields& before, const ImpairmentFields& after);
    Result<> renameEnds(const model::RenameNode& edit, const model::Lab& before);
    Result<> renameSenders(const model::RenameNode& edit, const YamlPath& impairment);
    Result<> renameSender(const model::RenameNode& edit, const YamlPath& from);
    Result<> renamePlaces(const model::RenameNode& edit, const YamlPath& on);
    Result<> removePlaces(const model::RemoveNode& edit, const model::Workload& workload);
    Result<> isWrittenOut(const NodeId& node) const;
    /// The item of the link in the file; fails for one of the short form.
    [[nodiscard]] Result<YamlPath> itemOf(size_t linkIndex) const;
    [[nodiscard]] size_t members(const QString& section) const;

    PatchText m_text;
    size_t m_fabricNodes;
    size_t m_fabricLinks;
    bool m_isIbgp;
};

} // namespace podleaf::labfile
