// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch.h"

#include "field_reader.h"
#include "kubernetes_form.h"
#include "labfile.h"
#include "patch_writer.h"
#include "report.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

Unexpected notAsExpected(const QString& what) {
    return fail(ErrorCode::Internal, tr("The change would not do what was asked: %1 would be another.").arg(what), {},
                tr("Change the file by hand. Nothing was written."));
}

/// Brings the text's lab to what it must be.
class Settler {
public:
    Settler(PatchWriter& writer, const model::Lab& expected, const model::Edits& edits) : m_writer(writer), m_expected(expected) {
        for (const model::Edit& edit : edits) {
            if (const auto* places = std::get_if<model::SetPlaces>(&edit)) {
                m_places[places->workload] = *places;
            }
        }
    }

    Result<model::Lab> settle() {
        constexpr int kRounds = 5; // What is pinned may take a number from another that is chosen.
        for (int round = 0; round < kRounds; ++round) {
            const QByteArray& text = m_writer.text().text();
            auto parsed = parse(text);
            if (!parsed.lab) {
                return fail(ErrorCode::InvalidInput, tr("The change would make the lab invalid."),
                            describe(tr("changed file"), parsed.findings).trimmed(), tr("Nothing was written."));
            }
            if (auto same = sameShape(*parsed.lab); !same) {
                return fail(std::move(same.error()));
            }
            m_hasPinned = false;
            if (auto pinned = pin(*parsed.lab, round > 0); !pinned) {
                return fail(std::move(pinned.error()));
            }
            if (!m_hasPinned) {
                return std::move(*parsed.lab);
            }
        }
        return notAsExpected(tr("some number"));
    }

private:
    /// What no pin can mend.
    [[nodiscard]] Result<> sameShape(const model::Lab& lab) const {
        if (lab.id != m_expected.id || lab.addressPlan != m_expected.addressPlan || lab.routing != m_expected.routing ||
            lab.tests != m_expected.tests) {
            return notAsExpected(tr("the lab's name, its pools, its routing or its tests"));
        }
        const auto sameNode = [](const model::Node& a, const model::Node& b) {
            const bool sameRole = a.kind == model::NodeKind::Host || !a.dhcp || model::dhcpRoleOf(b) == *a.dhcp;
            return a.id == b.id && a.kind == b.kind && sameRole;
        };
        if (!std::ranges::equal(m_expected.nodes, lab.nodes, sameNode)) {
            return notAsExpected(tr("a node"));
        }
        const auto sameLink = [](const model::Link& a, const model::Link& b) { return a.ends == b.ends && a.impairments == b.impairments; };
        if (!std::ranges::equal(m_expected.links, lab.links, sameLink)) {
            return notAsExpected(tr("a link"));
        }
        const auto sameWorkload = [](const model::Workload& a, const model::Workload& b) {
            return a.name == b.name && a.image == b.image && a.port == b.port;
        };
        if (!std::ranges::equal(m_expected.workloads, lab.workloads, sameWorkload)) {
            return notAsExpected(tr("a workload"));
        }
        if (lab.engine != m_expected.engine || lab.kubernetes.has_value() != m_expected.kubernetes.has_value()) {
            return notAsExpected(tr("what carries the lab"));
        }
        if (lab.groups != m_expected.groups || lab.notes != m_expected.notes) {
            return notAsExpected(tr("a group or a note"));
        }
        return {};
    }

    Result<> pin(const model::Lab& lab, bool withAddresses) {
        for (size_t i = 0; i < lab.nodes.size(); ++i) {
            if (auto pinned = pinNode(lab, i); !pinned) {
                return pinned;
            }
        }
        for (size_t i = 0; i < lab.links.size(); ++i) {
            if (auto pinned = pinLink(lab.links[i], i); !pinned) {
                return pinned;
            }
        }
        if (lab.kubernetes) {
            if (auto pinned = pinKubernetes(*lab.kubernetes, *m_expected.kubernetes); !pinned) {
                return pinned;
            }
        }
        for (size_t i = 0; i < lab.workloads.size(); ++i) {
            if (auto pinned = pinWorkload(lab.workloads[i], m_expected.workloads[i], withAddresses); !pinned) {
                return pinned;
            }
        }
        return {};
    }

    Result<> pinNode(const model::Lab& lab, size_t index) {
        const model::Node& is = lab.nodes[index];
        const model::Node& must = m_expected.nodes[index];
        Result<> done;
        if (must.asn != 0 && is.asn != must.asn) {
            done = noted(m_writer.pinNode(lab, index, QStringLiteral("asn"), QString::number(must.asn)));
        }
        if (done && must.loopback && is.loopback && *is.loopback != *must.loopback) {
            done = noted(m_writer.pinNode(lab, index, QStringLiteral("loopback"), must.loopback->toString()));
        }
        if (done && must.podCidr && is.podCidr && *is.podCidr != *must.podCidr) {
            done = noted(m_writer.pinNode(lab, index, QStringLiteral("pod-cidr"), must.podCidr->toString()));
        }
        return done;
    }

    Result<> pinLink(const model::Link& is, size_t index) {
        const model::Link& must = m_expected.links[index];
        Result<> done;
        if (!must.id.isEmpty() && is.id != must.id) {
            done = noted(m_writer.pinLink(index, QStringLiteral("name"), must.id.name));
        }
        if (done && must.prefix.length > 0 && is.prefix != must.prefix) {
            done = noted(m_writer.pinLink(index, QStringLiteral("prefix"), must.prefix.toString()));
        }
        return done;
    }

    Result<> pinKubernetes(const model::Kubernetes& is, const model::Kubernetes& must) {
        const ItemFields now = kubernetesFields(is);
        for (const auto& field : kubernetesFields(must)) {
            if (field.second.isEmpty() || std::ranges::find(now, field) != now.end()) {
                continue;
            }
            if (auto pinned = noted(m_writer.pinKubernetes(field.first, field.second)); !pinned) {
                return pinned;
            }
        }
        return {};
    }

    Result<> pinWorkload(const model::Workload& is, const model::Workload& must, bool withAddresses) {
        if (is.pods.size() != must.pods.size()) {
            return noted(m_writer.pinReplicas(must.name, must.pods.size()));
        }
        const auto wanted = m_places.find(must.name);
        const bool mustStay = wanted != m_places.end() || m_writer.hasPlaces(must.name);
        for (size_t i = 0; i < must.pods.size(); ++i) {
            const bool moved = mustStay && !must.pods[i].host.isEmpty() && is.pods[i].host != must.pods[i].host;
            const bool otherAddress =
                wanted != m_places.end() && must.pods[i].address.value != 0 && is.pods[i].address != must.pods[i].address;
            if (!moved && !otherAddress) {
                continue;
            }
            return wanted == m_places.end() ? notAsExpected(tr("the place of %1").arg(must.pods[i].name))
                                            : noted(m_writer.pinPlaces(wanted->second, withAddresses));
        }
        return {};
    }

    Result<> noted(Result<> result) {
        m_hasPinned = true;
        return result;
    }

    PatchWriter& m_writer;
    const model::Lab& m_expected;
    std::map<QString, model::SetPlaces> m_places;
    bool m_hasPinned = false;
};

/// Refuses names that could not be written: some would be read as something else, such as a comment.
Result<> checkNewName(const model::Edit& edit) {
    QString name;
    qsizetype maxLength = kMaxLabel;
    if (const auto* addNode = std::get_if<model::AddNode>(&edit)) {
        name = addNode->node.id.name;
    } else if (const auto* renameNode = std::get_if<model::RenameNode>(&edit)) {
        name = renameNode->name.name;
    } else if (const auto* addLink = std::get_if<model::AddLink>(&edit); addLink != nullptr && !addLink->link.id.isEmpty()) {
        name = addLink->link.id.name;
    } else if (const auto* renameLink = std::get_if<model::RenameLink>(&edit)) {
        name = renameLink->name.name;
    } else if (const auto* addWorkload = std::get_if<model::AddWorkload>(&edit)) {
        name = addWorkload->workload.name;
        maxLength = kMaxWorkloadName;
    } else if (const auto* addGroup = std::get_if<model::AddGroup>(&edit)) {
        name = addGroup->group.name;
    } else if (const auto* renameGroup = std::get_if<model::RenameGroup>(&edit)) {
        name = renameGroup->name;
    } else {
        return {};
    }
    Report report;
    if (FieldReader(report).isLabel(name, {}, maxLength)) {
        return {};
    }
    const model::Findings findings = report.take({});
    return fail(ErrorCode::InvalidInput, findings.front().message, {}, findings.front().hint);
}

/// The names that new links got, for the edits that remove them again.
void nameNewLinks(model::Edits& inverse, const model::Edits& edits, const model::Lab& lab) {
    std::vector<LinkId> names;
    for (const model::Edit& edit : edits) {
        if (const auto* add = std::get_if<model::AddLink>(&edit); add != nullptr && add->link.id.isEmpty()) {
            const auto link = std::ranges::find(lab.links, add->link.ends, &model::Link::ends);
            names.push_back(link == lab.links.end() ? LinkId() : link->id);
        }
    }
    for (model::Edit& edit : inverse) {
        if (auto* remove = std::get_if<model::RemoveLink>(&edit); remove != nullptr && remove->link.isEmpty() && !names.empty()) {
            remove->link = names.back();
            names.pop_back();
        }
    }
}

} // namespace

Result<Patched> patch(const QByteArray& text, const model::Edits& edits) {
    static const QByteArray kByteOrderMark("\xEF\xBB\xBF");
    const bool isMarked = text.startsWith(kByteOrderMark);
    const QByteArray plain = isMarked ? text.mid(kByteOrderMark.size()) : text;
    const auto parsed = parse(plain);
    if (!parsed.lab) {
        return fail(ErrorCode::InvalidInput, tr("The lab file has mistakes."), describe(tr("file"), parsed.findings).trimmed(),
                    tr("Mend them first; podleaf validate lists them."));
    }
    auto open = PatchText::open(plain);
    if (!open) {
        return fail(std::move(open.error()));
    }
    PatchWriter writer(std::move(*open), *parsed.lab);
    model::Lab expected = *parsed.lab;
    model::Edits inverse;
    for (const model::Edit& edit : edits) {
        if (auto named = checkNewName(edit); !named) {
            return fail(std::move(named.error()));
        }
        const model::Lab before = expected;
        auto undo = model::apply(expected, edit);
        if (!undo) {
            return fail(std::move(undo.error()));
        }
        if (auto written = writer.write(edit, before); !written) {
            return fail(std::move(written.error()));
        }
        inverse.insert(inverse.begin(), undo->begin(), undo->end());
    }
    auto lab = Settler(writer, expected, edits).settle();
    if (!lab) {
        return fail(std::move(lab.error()));
    }
    nameNewLinks(inverse, edits, *lab);
    return Patched{(isMarked ? kByteOrderMark : QByteArray()) + writer.text().text(), std::move(*lab), std::move(inverse)};
}

} // namespace podleaf::labfile
