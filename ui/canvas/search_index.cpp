// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that can be searched for, made from the lab at each search: a thousand nodes take a millisecond.
#include "search_index.h"

#include "canvas_text.h"

#include <core/model/node_kinds.h>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr qsizetype kTitleLength = 60; ///< Of a note's text.

enum class Match { Exact, Begins, Contains, None };

class Search {
public:
    Search(const model::Lab& lab, const QString& text) : m_lab(lab), m_text(text), m_address(Ipv4Address::parse(text)) {
        m_asn = text.startsWith(QLatin1String("as"), Qt::CaseInsensitive) ? text.mid(2).trimmed() : text;
    }

    std::vector<SearchHit> run(std::size_t limit) {
        for (const model::Node& node : m_lab.nodes) {
            offerNode(node);
        }
        for (const model::Pod& pod : m_lab.pods()) {
            const SearchHit hit{QStringLiteral("pod"),
                                pod.name,
                                CanvasText::tr("pod on %1").arg(pod.host.name),
                                PodRef{pod.name},
                                {{pod.host}, {}, {pod.name}}};
            offer(hit, matchOf(pod.name));
            offerAddress(pod.address, CanvasText::tr("pod %1 on %2").arg(pod.name, pod.host.name), hit);
        }
        for (const model::Link& link : m_lab.links) {
            offerLink(link);
        }
        for (const model::Group& group : m_lab.groups) {
            offerGroup(group);
        }
        for (std::size_t note = 0; note < m_lab.notes.size(); ++note) {
            const QString text = m_lab.notes[note].text.simplified();
            offer({QStringLiteral("note"), text.left(kTitleLength), CanvasText::tr("note"), NoteRef{note}, {{}, {}, {}, {note}}},
                  matchOf(text));
        }
        std::ranges::stable_sort(m_found, {}, &Found::match);
        std::vector<SearchHit> hits;
        for (std::size_t i = 0; i < std::min(limit, m_found.size()); ++i) {
            hits.push_back(std::move(m_found[i].hit));
        }
        return hits;
    }

private:
    struct Found {
        Match match;
        SearchHit hit;
    };

    [[nodiscard]] static Match matchOf(const QString& word, const QString& text) {
        const qsizetype at = text.isEmpty() ? -1 : word.indexOf(text, 0, Qt::CaseInsensitive);
        return at < 0 ? Match::None : at > 0 ? Match::Contains : word.size() == text.size() ? Match::Exact : Match::Begins;
    }
    [[nodiscard]] Match matchOf(const QString& word) const { return matchOf(word, m_text); }

    void offer(SearchHit hit, Match match) {
        if (match != Match::None) {
            m_found.push_back({match, std::move(hit)});
        }
    }

    void offerAddress(const Ipv4Address& address, const QString& detail, SearchHit owner) {
        owner.title = address.toString();
        owner.detail = detail;
        offer(owner, matchOf(owner.title));
    }

    /// A network is found by its own text and by each address in it.
    void offerPrefix(const Ipv4Prefix& prefix, const QString& detail, SearchHit owner) {
        owner.title = prefix.toString();
        owner.detail = detail;
        owner.prefix = prefix;
        const Match match = matchOf(owner.title);
        offer(owner, match == Match::None && m_address && prefix.contains(*m_address) ? Match::Begins : match);
    }

    void offerNode(const model::Node& node) {
        Lit lit{{node.id}, {}, {}};
        for (const model::Pod& pod : m_lab.pods()) {
            if (pod.host == node.id) {
                lit.pods.insert(pod.name);
            }
        }
        const QString kind = model::infoOf(node.kind).word;
        const SearchHit hit{node.kind == model::NodeKind::Host ? QStringLiteral("host") : QStringLiteral("leaf"), node.id.name, kind,
                            node.id, lit};
        offer(hit, matchOf(node.id.name));
        SearchHit asn = hit;
        asn.title = CanvasText::tr("AS %1").arg(node.asn);
        asn.detail = CanvasText::tr("%1 %2").arg(kind, node.id.name);
        offer(asn, matchOf(QString::number(node.asn), m_asn));
        if (node.loopback) {
            offerPrefix({*node.loopback, 32}, CanvasText::tr("loopback of %1").arg(node.id.name), hit);
        }
        if (node.podCidr) {
            offerPrefix(node.podCidr->network(), CanvasText::tr("pod network of %1").arg(node.id.name), hit);
        }
    }

    void offerGroup(const model::Group& group) {
        offer({QStringLiteral("group"),
               group.name,
               CanvasText::tr("group of %1").arg(group.nodeNames()),
               GroupRef{group.name},
               {{group.nodes.begin(), group.nodes.end()}, {}, {}}},
              matchOf(group.name));
    }

    void offerLink(const model::Link& link) {
        const QString ends = link.ends[0].toString() + QStringLiteral(" – ") + link.ends[1].toString();
        const SearchHit hit{QStringLiteral("link"), link.id.name, ends, link.id, {{link.ends[0].node, link.ends[1].node}, {link.id}, {}}};
        offer(hit, std::min({matchOf(link.id.name), matchOf(link.ends[0].toString()), matchOf(link.ends[1].toString())}));
        if (!m_lab.isNumbered()) {
            return;
        }
        offerPrefix(link.prefix, CanvasText::tr("network of %1").arg(link.id.name), hit);
        for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
            offerAddress(link.addresses[end], CanvasText::tr("%1 on %2").arg(link.ends[end].toString(), link.id.name), hit);
        }
    }

    const model::Lab& m_lab;
    const QString m_text;
    const std::optional<Ipv4Address> m_address;
    QString m_asn;
    std::vector<Found> m_found;
};

} // namespace

std::vector<SearchHit> searchLab(const model::Lab& lab, const QString& text, std::size_t limit) {
    const QString wanted = text.trimmed();
    return wanted.isEmpty() ? std::vector<SearchHit>() : Search(lab, wanted).run(limit);
}

} // namespace podleaf::ui
