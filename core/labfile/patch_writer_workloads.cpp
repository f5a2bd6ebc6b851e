// SPDX-License-Identifier: GPL-3.0-or-later
// The part of PatchWriter about workloads: how many pods, and where they go.
#include "patch_writer.h"

#include <QCoreApplication>

#include <algorithm>
#include <ranges>

namespace podleaf::labfile {

namespace {

const QString kWorkloads = QStringLiteral("workloads");
const QString kOn = QStringLiteral("on");
const QString kReplicas = QStringLiteral("replicas");

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

/// The host that one entry of `on` names, and the way to its word.
std::pair<QString, YamlPath> hostOf(const YamlNode& spot, YamlPath path) {
    if (spot.type != YamlNode::Type::Map) {
        return {spot.text, std::move(path)};
    }
    path.emplace_back(QStringLiteral("host"));
    const auto host = std::ranges::find(spot.entries, QStringLiteral("host"), &YamlEntry::key);
    return {host == spot.entries.end() ? QString() : host->value.text, std::move(path)};
}

} // namespace

Result<> PatchWriter::add(const model::AddWorkload& edit) {
    const model::Workload& workload = edit.workload;
    Snippet::Fields fields{{QStringLiteral("image"), workload.image},
                           {kReplicas, QString::number(workload.pods.size())},
                           {QStringLiteral("port"), QString::number(workload.port)}};
    QStringList hosts;
    for (const model::Pod& pod : workload.pods) {
        if (!pod.host.isEmpty()) {
            hosts += pod.host.name;
        }
    }
    if (!hosts.isEmpty()) {
        fields.emplace_back(kOn, QLatin1Char('[') + hosts.join(QStringLiteral(", ")) + QLatin1Char(']'));
    }
    return m_text.insertEntry({kWorkloads}, edit.at, workload.name, {fields});
}

Result<> PatchWriter::remove(const model::RemoveWorkload& edit) {
    if (auto removed = m_text.remove({kWorkloads, edit.workload}); !removed) {
        return removed;
    }
    const YamlNode* const rest = m_text.find({kWorkloads});
    return rest != nullptr && rest->type == YamlNode::Type::Null ? m_text.remove({kWorkloads}) : Result<>();
}

Result<> PatchWriter::removePlaces(const model::RemoveNode& edit, const model::Workload& workload) {
    const YamlPath on{kWorkloads, workload.name, kOn};
    const YamlNode* const spots = m_text.find(on);
    if (spots == nullptr) {
        return {};
    }
    std::vector<size_t> gone;
    for (size_t i = 0; i < spots->items.size(); ++i) {
        if (hostOf(spots->items[i], {}).first == edit.node.name) {
            gone.push_back(i);
        }
    }
    const bool isOnly = spots->text == edit.node.name;
    if (isOnly || (!gone.empty() && gone.size() == spots->items.size())) {
        return fail(ErrorCode::InvalidInput, tr("The pods of %1 have no other place than %2.").arg(workload.name, edit.node.name), {},
                    tr("Give them one first: podleaf edit FILE set %1 on HOST").arg(workload.name));
    }
    for (const size_t index : gone | std::views::reverse) {
        if (auto removed = m_text.remove(inside(on, index)); !removed) {
            return removed;
        }
    }
    return {};
}

Result<> PatchWriter::renamePlaces(const model::RenameNode& edit, const YamlPath& on) {
    const YamlNode* const spots = m_text.find(on);
    if (spots == nullptr) {
        return {};
    }
    if (spots->type == YamlNode::Type::Scalar) {
        return spots->text == edit.node.name ? m_text.replaceWord(on, edit.name.name) : Result<>();
    }
    const size_t count = spots->items.size();
    for (size_t i = 0; i < count; ++i) {
        const auto [host, path] = hostOf(m_text.find(on)->items[i], inside(on, i));
        if (host != edit.node.name) {
            continue;
        }
        if (auto renamed = m_text.replaceWord(path, edit.name.name); !renamed) {
            return renamed;
        }
    }
    return {};
}

Result<> PatchWriter::pinReplicas(const QString& workload, size_t count) {
    return m_text.set({kWorkloads, workload}, kReplicas, QString::number(count));
}

Result<> PatchWriter::pinPlaces(const model::SetPlaces& places, bool withAddresses) {
    QStringList words;
    for (const model::SetPlaces::Place& place : places.places) {
        words << (withAddresses && place.address ? QStringLiteral("{host: %1, address: %2}").arg(place.host.name, place.address->toString())
                                                 : place.host.name);
    }
    const YamlPath workload{kWorkloads, places.workload};
    const YamlPath on = inside(workload, kOn);
    const YamlNode* const old = m_text.find(on);
    if (old != nullptr && old->type == YamlNode::Type::Scalar && words.size() == 1) {
        return m_text.replaceWord(on, words.front());
    }
    if (old != nullptr && old->place.line != m_text.find(workload)->place.line && old->type == YamlNode::Type::List) {
        if (auto removed = m_text.remove(on); !removed) {
            return removed;
        }
    }
    return m_text.set(workload, kOn, QLatin1Char('[') + words.join(QStringLiteral(", ")) + QLatin1Char(']'));
}

bool PatchWriter::hasPlaces(const QString& workload) const {
    return m_text.find({kWorkloads, workload, kOn}) != nullptr;
}

} // namespace podleaf::labfile
