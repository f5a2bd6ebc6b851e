// SPDX-License-Identifier: GPL-3.0-or-later
// The part of PatchWriter about the cluster.
#include "kubernetes_form.h"
#include "patch_writer.h"

#include <algorithm>

namespace podleaf::labfile {

namespace {

const QString kKubernetes = QStringLiteral("kubernetes");
const QString kControlPlane = QStringLiteral("control-plane");

} // namespace

Result<> PatchWriter::set(const model::SetKubernetes& edit, const model::Lab& before) {
    const bool isThere = m_text.find({kKubernetes}) != nullptr;
    if (!edit.kubernetes) {
        return isThere ? m_text.remove({kKubernetes}) : Result<>();
    }
    ItemFields fields = kubernetesFields(*edit.kubernetes);
    if (!isThere) {
        std::erase_if(fields, [](const auto& field) { return field.second.isEmpty(); });
        return m_text.insertEntry({}, model::kAtEnd, kKubernetes, {fields});
    }
    const ItemFields old = before.kubernetes ? kubernetesFields(*before.kubernetes) : ItemFields();
    for (const auto& field : fields) {
        const YamlPath path{kKubernetes, field.first};
        Result<> done;
        if (!field.second.isEmpty()) {
            done = std::ranges::find(old, field) == old.end() ? m_text.set({kKubernetes}, field.first, field.second) : Result<>();
        } else if (m_text.find(path) != nullptr) {
            done = m_text.remove(path);
        }
        if (!done) {
            return done;
        }
    }
    return {};
}

Result<> PatchWriter::leaveControlPlane(const NodeId& node) {
    const YamlPath path{kKubernetes, kControlPlane};
    const YamlNode* const host = m_text.find(path);
    return host != nullptr && host->text == node.name ? m_text.remove(path) : Result<>();
}

Result<> PatchWriter::renameControlPlane(const model::RenameNode& edit) {
    const YamlPath path{kKubernetes, kControlPlane};
    const YamlNode* const host = m_text.find(path);
    return host != nullptr && host->text == edit.node.name ? m_text.replaceWord(path, edit.name.name) : Result<>();
}

Result<> PatchWriter::pinKubernetes(const QString& key, const QString& value) {
    return m_text.set({kKubernetes}, key, value);
}

} // namespace podleaf::labfile
