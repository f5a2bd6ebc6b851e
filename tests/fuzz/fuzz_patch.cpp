// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any edits of any lab file. Refused they leave no trace; done, the text parses to the lab that was promised, lines
// of parts that are what they were are so byte for byte, and the inverse leads back. The edits are made from the last bytes
// of the input, which is else the text.
#include "fuzzing.h"

#include <core/labfile/labfile.h>
#include <core/labfile/patch.h>
#include <core/labfile/yaml_tree.h>

#include <QMap>
#include <QSet>

#include <algorithm>
#include <cstdio>
#include <fuzzer/FuzzedDataProvider.h>

using namespace podleaf;
using labfile::YamlNode;

namespace {

QString qs(const char* text) {
    return QString::fromUtf8(text);
}

/// Edits that may make sense for `lab`, out of random bytes.
class Maker {
public:
    Maker(FuzzedDataProvider& bytes, const model::Lab& lab) : m_bytes(bytes), m_lab(lab) {}

    model::Edits edits() {
        model::Edits edits;
        for (int i = m_bytes.ConsumeIntegralInRange(1, 3); i > 0; --i) {
            edits.push_back(edit());
        }
        return edits;
    }

private:
    model::Edit edit() {
        switch (m_bytes.ConsumeIntegralInRange(0, 19)) {
        case 0:
            return model::AddNode{node(), place()};
        case 1:
            return model::RemoveNode{nodeName()};
        case 2:
            return model::RenameNode{nodeName(), NodeId(name())};
        case 3:
            return key();
        case 4:
            return model::AddLink{{LinkId(name()), {{end(), end()}}, {}, {}, impairments()}, place()};
        case 5:
            return model::RemoveLink{link()};
        case 6:
            return model::RenameLink{link(), LinkId(name())};
        case 7:
            return model::SetImpairments{link(), impairments()};
        case 8:
            return model::SetReplicas{workload(), m_bytes.ConsumeIntegralInRange(1U, 20U)};
        case 9:
            return model::AddWorkload{
                {name(), QStringLiteral("nginx"), m_bytes.ConsumeIntegral<std::uint16_t>(), {{name(), nodeName(), {}}}}, place()};
        case 10:
            return model::RemoveWorkload{workload()};
        case 12:
            return model::AddGroup{{name(), nodes()}, place()};
        case 13:
            return model::RemoveGroup{group()};
        case 14:
            return model::RenameGroup{group(), name()};
        case 15:
            return model::SetGroupNodes{group(), nodes()};
        case 16:
            return model::AddNote{note(), place()};
        case 17:
            return model::RemoveNote{place()};
        case 18:
            return model::SetNote{m_lab.notes.empty() ? 0 : m_bytes.ConsumeIntegralInRange<size_t>(0, m_lab.notes.size() - 1), note()};
        case 19:
            return flag() ? model::SetKubernetes{}
                          : model::SetKubernetes{
                                model::Kubernetes{flag() ? QString() : qs("1.37.2"), flag() ? NodeId() : nodeName(), network()}};
        default: {
            model::SetPlaces places{workload(), {}};
            for (int i = m_bytes.ConsumeIntegralInRange(0, 2); i > 0; --i) {
                places.places.push_back({nodeName(), flag() ? std::optional(address()) : std::nullopt});
            }
            return places;
        }
        }
    }

    bool flag() { return m_bytes.ConsumeBool(); }
    Ipv4Address address() { return {(10U << 24) + m_bytes.ConsumeIntegralInRange(0U, 0xffffffU)}; }
    Ipv4Prefix network() { return Ipv4Prefix{address(), m_bytes.ConsumeIntegralInRange(16, 28)}.network(); }
    size_t place() { return flag() ? model::kAtEnd : m_bytes.ConsumeIntegralInRange<size_t>(0, 8); }
    template <class T>
    T any(const std::vector<T>& all, T fallback) {
        return all.empty() ? fallback : all[m_bytes.ConsumeIntegralInRange<size_t>(0, all.size() - 1)];
    }
    QString name() {
        static const std::vector<QString> kNames{qs("new1"), qs("host7"),   qs("leaf9"), QString(),        qs("no"),      qs("1e3"),
                                                 qs("a b"),  qs("x: {y}"),  qs("#c"),    qs("x\n  y: {}"), qs("'q"),      qs("Ü"),
                                                 qs("web"),  qs("intnet1"), qs("a1"),    qs("~"),          qs("\"t\\\""), qs("{}")};
        return any(kNames, QString());
    }
    NodeId nodeName() { return flag() && !m_lab.nodes.empty() ? any(m_lab.nodes, {}).id : NodeId(name()); }
    std::vector<NodeId> nodes() {
        std::vector<NodeId> nodes;
        for (int i = m_bytes.ConsumeIntegralInRange(0, 3); i > 0; --i) {
            nodes.push_back(nodeName());
        }
        return nodes;
    }
    QString group() { return m_lab.groups.empty() ? name() : any(m_lab.groups, {}).name; }
    model::Note note() {
        const QString text = flag() ? name() : qs(m_bytes.ConsumeRandomLengthString(12).c_str());
        return {text, {m_bytes.ConsumeIntegralInRange(-9999, 9999), m_bytes.ConsumeIntegralInRange(-9999, 9999)}};
    }
    LinkId link() { return m_lab.links.empty() ? LinkId(name()) : any(m_lab.links, {}).id; }
    QString workload() { return m_lab.workloads.empty() ? name() : any(m_lab.workloads, {}).name; }
    model::Endpoint end() {
        return {nodeName(), QStringLiteral("%1%2").arg(qs(flag() ? "swp" : "eth")).arg(m_bytes.ConsumeIntegralInRange(1, 60))};
    }
    model::Impairment impairment() {
        return {false, m_bytes.ConsumeIntegralInRange(0U, 9999U), flag() ? 0 : m_bytes.ConsumeIntegralInRange(8U, 10'000'000U),
                flag() ? 0 : m_bytes.ConsumeIntegralInRange(0U, 10'000'000U)};
    }
    model::CableImpairments impairments() {
        const model::Impairment one = flag() ? model::Impairment{} : impairment();
        return {one, flag() ? one : flag() ? model::Impairment{} : impairment()};
    }
    model::Node node() {
        const auto kind = static_cast<model::NodeKind>(m_bytes.ConsumeIntegralInRange(0, 3));
        return {NodeId(name()), kind, flag() ? 0 : m_bytes.ConsumeIntegral<std::uint32_t>(), {}, {}, {}, {}};
    }
    model::SetNodeKey key() {
        using Key = model::SetNodeKey;
        const NodeId node = nodeName();
        const bool isGiven = flag();
        switch (m_bytes.ConsumeIntegralInRange(0, 4)) {
        case 0:
            return {node, isGiven ? Key::Asn(m_bytes.ConsumeIntegral<std::uint32_t>()) : Key::Asn()};
        case 1:
            return {node, isGiven ? Key::Loopback(address()) : Key::Loopback()};
        case 2:
            return {node, isGiven ? Key::PodCidr(network()) : Key::PodCidr()};
        case 3:
            return {node, static_cast<Key::Kind>(m_bytes.ConsumeIntegralInRange(0, 3))};
        default:
            return {node, isGiven ? Key::Dhcp(static_cast<model::DhcpRole>(m_bytes.ConsumeIntegralInRange(0, 3))) : Key::Dhcp()};
        }
    }

    FuzzedDataProvider& m_bytes;
    const model::Lab& m_lab;
};

/// A text's lines, and which parts of the lab each of them is about. A part is an entry or an item of a section, with its
/// content as name: parts that are in both texts are untouched.
class Parts {
public:
    explicit Parts(const QByteArray& text) {
        labfile::Report report;
        const auto root = labfile::readYaml(text, report);
        fuzz::claim(root.has_value());
        for (const labfile::YamlEntry& section : root->entries) {
            take(text, section);
        }
    }

    [[nodiscard]] const QSet<QString>& all() const { return m_all; }
    /// Of a line without a word of its own those of the lines around it.
    [[nodiscard]] QSet<QString> at(int line) const {
        if (const auto own = m_atLine.constFind(line); own != m_atLine.constEnd()) {
            return *own;
        }
        const auto next = m_atLine.lowerBound(line);
        QSet<QString> around = next == m_atLine.constEnd() ? QSet<QString>() : *next;
        return next == m_atLine.constBegin() ? around : around + *std::prev(next);
    }

private:
    void take(const QByteArray& text, const labfile::YamlEntry& section) {
        const bool isMap = section.value.type == YamlNode::Type::Map;
        const bool isList = section.value.type == YamlNode::Type::List;
        const QString whole = section.key + QLatin1Char('=') + contentOf(section.value);
        m_all.insert(whole);
        // The key's own line is there as long as something is below it.
        note(section.keyPlace.line, isFlow(text, section.value) || (!isMap && !isList) || sizeOf(section.value) == 0 ? whole : section.key);
        // Whatever comes to a collection in brackets may need a comma or a line in any of its lines.
        const auto name = [&](const QString& part) { return isFlow(text, section.value) || (!isMap && !isList) ? whole : part; };
        for (const labfile::YamlEntry& entry : section.value.entries) {
            const QString part = name(section.key + QLatin1Char('.') + entry.key + QLatin1Char('=') + contentOf(entry.value));
            note(entry.keyPlace.line, part);
            mark(entry.value, part);
        }
        for (const YamlNode& item : section.value.items) {
            mark(item, name(section.key + QStringLiteral("-") + contentOf(item)));
        }
        if (section.value.entries.empty() && section.value.items.empty()) {
            mark(section.value, whole);
        }
    }
    static size_t sizeOf(const YamlNode& node) { return node.entries.size() + node.items.size(); }
    static bool isFlow(const QByteArray& text, const YamlNode& node) {
        const qsizetype at = offsetOf(text, node.place);
        return at >= 0 && at < text.size() && (text[at] == '{' || text[at] == '[');
    }
    static qsizetype offsetOf(const QByteArray& text, labfile::Place place) {
        qsizetype begin = 0;
        for (int line = 0; line < place.line; ++line) {
            begin = text.indexOf('\n', begin) + 1;
        }
        return begin + place.byteColumn;
    }
    /// Words and structure, without places.
    static QString contentOf(const YamlNode& node) {
        QString content = node.type == YamlNode::Type::Scalar ? QLatin1Char('"') + node.text + QLatin1Char('"') : QString();
        for (const labfile::YamlEntry& entry : node.entries) {
            content += QLatin1Char('{') + entry.key + QLatin1Char(':') + contentOf(entry.value) + QLatin1Char('}');
        }
        for (const YamlNode& item : node.items) {
            content += QLatin1Char('[') + contentOf(item) + QLatin1Char(']');
        }
        return content;
    }
    void note(int line, const QString& part) {
        m_atLine[line].insert(part);
        m_all.insert(part);
    }
    void mark(const YamlNode& node, const QString& part) {
        note(node.place.line, part);
        for (const labfile::YamlEntry& entry : node.entries) {
            note(entry.keyPlace.line, part);
            mark(entry.value, part);
        }
        for (const YamlNode& item : node.items) {
            mark(item, part);
        }
    }

    QMap<int, QSet<QString>> m_atLine;
    QSet<QString> m_all;
};

/// The text with its last line ended, as it must be when another comes behind it.
QByteArray ended(const QByteArray& text, const QByteArray& like) {
    const QByteArray feed = like.contains("\r\n") ? "\r\n" : "\n";
    return text.endsWith('\n') ? text : QByteArray(text + feed);
}

/// Each line of the old text that is not in the new one is about a part that changed.
void claimLinesStay(const QByteArray& text, const QByteArray& patched) {
    const QByteArray before = ended(text, patched);
    const QByteArray after = ended(patched, patched);
    if (before == after) {
        return;
    }
    const Parts old(before);
    const QSet<QString> now = Parts(after).all();
    const QString difference = labfile::difference(before, after);
    int line = 0;
    for (const QString& row : difference.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        if (row.startsWith(QStringLiteral("@@ line "))) {
            line = row.section(QLatin1Char(' '), 2, 2).toInt() - 1;
        } else if (row.startsWith(QLatin1Char('-'))) {
            const QSet<QString> parts = old.at(line++);
            const bool isRight = std::ranges::any_of(parts, [&now](const QString& part) { return !now.contains(part); });
            if (!isRight) {
                std::fprintf(stderr, "needlessly changed: %s\n%s", qPrintable(row), qPrintable(difference));
            }
            fuzz::claim(isRight);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // Of the last bytes the edits are made.
    const std::size_t ownBytes = std::min<std::size_t>(size, 24);
    const QByteArray text(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size - ownBytes));
    const auto parsed = labfile::parse(text);
    if (!parsed.lab) {
        return 0;
    }
    FuzzedDataProvider tail(data + size - ownBytes, ownBytes);
    const model::Edits edits = Maker(tail, *parsed.lab).edits();
    const auto patched = labfile::patch(text, edits);
    if (!patched) {
        const bool isRefusal = !patched.error().message.isEmpty() && patched.error().code != ErrorCode::Internal;
        if (!isRefusal) {
            std::fprintf(stderr, "%s", qPrintable(describe(patched.error())));
        }
        fuzz::claim(isRefusal);
        return 0;
    }
    const bool isPromised = labfile::parse(patched->text).lab == patched->lab;
    if (!isPromised) {
        std::fprintf(stderr, "not what was promised:\n%s", qPrintable(labfile::difference(text, patched->text)));
    }
    fuzz::claim(isPromised);
    claimLinesStay(text, patched->text);
    const auto back = labfile::patch(patched->text, patched->inverse);
    if (!back) {
        std::fprintf(stderr, "%s", qPrintable(labfile::difference(text, patched->text) + describe(back.error())));
    }
    fuzz::claim(back.has_value());
    const bool isBack = back->lab == *parsed.lab;
    if (!isBack) {
        std::fprintf(stderr, "the inverse does not lead back:\n%sand back:\n%s", qPrintable(labfile::difference(text, patched->text)),
                     qPrintable(labfile::difference(patched->text, back->text)));
    }
    fuzz::claim(isBack);
    return 0;
}
