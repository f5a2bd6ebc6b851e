// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

Unexpected notUnderstood(Place place) {
    return fail(ErrorCode::InvalidInput, tr("Line %1 is written in a way that cannot be edited automatically.").arg(place.line + 1), {},
                tr("Change the file by hand."));
}

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

const YamlNode* child(const YamlNode& node, const std::variant<QString, size_t>& step) {
    if (const auto* key = std::get_if<QString>(&step)) {
        const auto it = std::ranges::find(node.entries, *key, &YamlEntry::key);
        return it == node.entries.end() ? nullptr : &it->value;
    }
    const size_t index = std::get<size_t>(step);
    return index < node.items.size() ? &node.items[index] : nullptr;
}

} // namespace

Result<PatchText> PatchText::open(const QByteArray& text) {
    PatchText patch(text);
    if (auto read = patch.read(); !read) {
        return fail(std::move(read.error()));
    }
    return patch;
}

Result<> PatchText::read() {
    Report report;
    auto root = readYaml(m_text, report);
    if (!root || report.hasErrors()) {
        const auto findings = report.take(m_text);
        return fail(ErrorCode::InvalidInput, tr("The lab file cannot be read."), findings.empty() ? QString() : findings.front().message);
    }
    m_root = std::move(*root);
    m_lines = {0};
    for (qsizetype feed = m_text.indexOf('\n'); feed >= 0; feed = m_text.indexOf('\n', feed + 1)) {
        m_lines.push_back(feed + 1);
    }
    return {};
}

Result<> PatchText::replace(Span span, const QByteArray& bytes) {
    m_text.replace(span.begin, span.end - span.begin, bytes);
    return read();
}

const YamlNode* PatchText::find(const YamlPath& path) const {
    const YamlNode* node = &m_root;
    for (const auto& step : path) {
        node = child(*node, step);
        if (node == nullptr) {
            break;
        }
    }
    return node;
}

qsizetype PatchText::at(Place place) const {
    const auto line = static_cast<size_t>(std::max(place.line, 0));
    return line < m_lines.size() ? std::min(m_lines[line] + place.byteColumn, m_text.size()) : m_text.size();
}

qsizetype PatchText::lineBegin(qsizetype at) const {
    return at <= 0 ? 0 : m_text.lastIndexOf('\n', at - 1) + 1;
}

qsizetype PatchText::lineEnd(qsizetype at) const {
    const qsizetype feed = m_text.indexOf('\n', at);
    return feed < 0 ? m_text.size() : feed + 1;
}

QByteArray PatchText::lineFeed() const {
    const qsizetype feed = m_text.indexOf('\n');
    return feed > 0 && m_text[feed - 1] == '\r' ? QByteArrayLiteral("\r\n") : QByteArrayLiteral("\n");
}

bool PatchText::beginsLine(qsizetype at) const {
    return std::all_of(m_text.begin() + lineBegin(at), m_text.begin() + at, isBlank);
}

/// Over blanks and, where asked for, line feeds and comments.
qsizetype PatchText::skipBlanks(qsizetype at, bool overLines) const {
    while (at < m_text.size()) {
        if (isBlank(m_text[at]) || (overLines && m_text[at] == '\n')) {
            ++at;
        } else if (overLines && m_text[at] == '#') {
            at = lineEnd(at);
        } else {
            break;
        }
    }
    return at;
}

bool PatchText::isFlow(const YamlNode& node) const {
    const qsizetype begin = at(node.place);
    const char first = begin < m_text.size() ? m_text[begin] : '\0';
    return (node.type == YamlNode::Type::Map && first == '{') || (node.type == YamlNode::Type::List && first == '[');
}

bool PatchText::isInFlow(const YamlPath& path) const {
    const YamlNode* node = &m_root;
    for (const auto& step : path) {
        if (node == nullptr || isFlow(*node)) {
            return node != nullptr;
        }
        node = child(*node, step);
    }
    return false;
}

qsizetype PatchText::endOfQuoted(qsizetype at) const {
    const char quote = m_text[at];
    for (++at; at < m_text.size(); ++at) {
        if (quote == '"' && m_text[at] == '\\') {
            ++at;
        } else if (m_text[at] == quote) {
            if (quote == '"' || at + 1 >= m_text.size() || m_text[at + 1] != quote) {
                return at + 1;
            }
            ++at;
        }
    }
    return -1;
}

qsizetype PatchText::endOfFlow(qsizetype at) const {
    int depth = 0;
    while (at >= 0 && at < m_text.size()) {
        const char c = m_text[at];
        const char before = at > 0 ? m_text[at - 1] : '\n';
        const bool beginsWord = isBlank(before) || before == '\n' || before == '[' || before == '{' || before == ',' || before == ':';
        if ((c == '"' || c == '\'') && beginsWord) {
            at = endOfQuoted(at);
            continue;
        }
        if (c == '#' && (isBlank(before) || before == '\n')) {
            at = lineEnd(at);
            continue;
        }
        depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
        ++at;
        if (depth == 0) {
            return at;
        }
    }
    return -1;
}

/// Of a text below "|" or ">": all lines that are indented as its first one, or more. One that is said to be indented by
/// a number ("|2") is not understood.
qsizetype PatchText::endOfBlock(qsizetype at) const {
    const QByteArray signs = m_text.mid(at + 1, 2);
    if (std::ranges::any_of(signs, [](char c) { return c >= '1' && c <= '9'; })) {
        return -1;
    }
    qsizetype end = -1;
    qsizetype indent = -1;
    for (qsizetype line = lineEnd(at); line < m_text.size(); line = lineEnd(line)) {
        const qsizetype word = skipBlanks(line, /*overLines=*/false);
        if (word >= m_text.size() || m_text[word] == '\n') {
            continue; // A blank line belongs to it when another one follows.
        }
        indent = indent < 0 ? word - line : indent;
        if (word - line < indent || indent == 0) {
            break;
        }
        end = lineEnd(line);
    }
    while (end > at && (m_text[end - 1] == '\n' || m_text[end - 1] == '\r')) {
        --end;
    }
    return end;
}

qsizetype PatchText::endOf(const YamlNode& node, bool inFlow) const {
    const qsizetype begin = at(node.place);
    if (isFlow(node)) {
        return endOfFlow(begin);
    }
    if (node.type == YamlNode::Type::Map || node.type == YamlNode::Type::List) {
        const bool isMap = node.type == YamlNode::Type::Map;
        if (isMap ? node.entries.empty() : node.items.empty()) {
            return -1;
        }
        if (isMap && node.entries.back().value.type == YamlNode::Type::Null) {
            const qsizetype key = at(node.entries.back().keyPlace);
            const qsizetype colon = m_text.indexOf(':', key);
            return colon < 0 ? -1 : colon + 1;
        }
        return endOf(isMap ? node.entries.back().value : node.items.back(), inFlow);
    }
    if (node.type != YamlNode::Type::Scalar || begin >= m_text.size()) {
        return -1;
    }
    if (m_text[begin] == '"' || m_text[begin] == '\'') {
        return endOfQuoted(begin);
    }
    if (m_text[begin] == '|' || m_text[begin] == '>') {
        return inFlow ? -1 : endOfBlock(begin);
    }
    // A plain word on one line is as long as its text; anything else is not understood.
    const QByteArray word = node.text.toUtf8();
    return m_text.mid(begin, word.size()) == word ? begin + word.size() : -1;
}

Result<PatchText::Members> PatchText::membersOf(const YamlPath& path) const {
    const YamlNode* const node = find(path);
    if (node == nullptr || (node->type != YamlNode::Type::Map && node->type != YamlNode::Type::List)) {
        return notUnderstood(node == nullptr ? Place{0, 0} : node->place);
    }
    Members members{at(node->place), isFlow(*node), node->type == YamlNode::Type::List, {}};
    const bool inFlow = members.isFlow || isInFlow(path);
    for (const YamlEntry& entry : node->entries) {
        const qsizetype begin = at(entry.keyPlace);
        const bool isNull = entry.value.type == YamlNode::Type::Null;
        const qsizetype colon = m_text.indexOf(':', m_text[begin] == '"' || m_text[begin] == '\'' ? endOfQuoted(begin) : begin);
        members.spans.push_back({begin, isNull ? colon + 1 : endOf(entry.value, inFlow)});
    }
    for (const YamlNode& item : node->items) {
        qsizetype begin = at(item.place);
        if (!inFlow) {
            // Back over blanks to the dash, which must stand on the same line.
            for (--begin; begin > 0 && m_text[begin] == ' ';) {
                --begin;
            }
            if (begin < 0 || m_text[begin] != '-') {
                return notUnderstood(item.place);
            }
        }
        members.spans.push_back({begin, endOf(item, inFlow)});
    }
    for (const Span& span : members.spans) {
        if (span.end <= span.begin) {
            return notUnderstood(node->place);
        }
    }
    return members;
}

Result<> PatchText::replaceWord(const YamlPath& path, const QString& word) {
    const YamlNode* const node = find(path);
    if (node == nullptr) {
        return notUnderstood({0, 0});
    }
    const Span span{at(node->place), endOf(*node, isInFlow(path))};
    if (span.end <= span.begin) {
        return notUnderstood(node->place);
    }
    const char first = m_text[span.begin];
    const bool isQuoted = node->type == YamlNode::Type::Scalar && (first == '"' || first == '\'');
    const QByteArray bytes = word.toUtf8();
    const bool bringsItsOwn = bytes.startsWith('[') || bytes.startsWith('{') || bytes.startsWith('"');
    return replace(span, isQuoted && !bringsItsOwn ? QByteArray(first + bytes + first) : bytes);
}

Result<> PatchText::renameKey(const YamlPath& map, const QString& key, const QString& name) {
    const YamlNode* const node = find(map);
    const auto entry = node == nullptr ? std::vector<YamlEntry>::const_iterator{} : std::ranges::find(node->entries, key, &YamlEntry::key);
    if (node == nullptr || entry == node->entries.end()) {
        return notUnderstood({0, 0});
    }
    const qsizetype begin = at(entry->keyPlace);
    const char first = m_text[begin];
    const bool isQuoted = first == '"' || first == '\'';
    const QByteArray bytes = name.toUtf8();
    const qsizetype end = isQuoted ? endOfQuoted(begin) : begin + key.toUtf8().size();
    return replace({begin, end}, isQuoted ? QByteArray(first + bytes + first) : bytes);
}

Result<> PatchText::set(const YamlPath& map, const QString& key, const QString& value) {
    YamlPath path = map;
    path.emplace_back(key);
    const YamlNode* const old = find(path);
    return old != nullptr && old->type != YamlNode::Type::Null ? replaceWord(path, value) : insertEntry(map, SIZE_MAX, key, {value});
}

Result<> PatchText::remove(const YamlPath& path) {
    YamlPath parent = path;
    parent.pop_back();
    auto members = membersOf(parent);
    if (!members) {
        return fail(std::move(members.error()));
    }
    size_t index = 0;
    if (const auto* key = std::get_if<QString>(&path.back())) {
        const YamlNode& map = *find(parent);
        index = static_cast<size_t>(std::ranges::find(map.entries, *key, &YamlEntry::key) - map.entries.begin());
    } else {
        index = std::get<size_t>(path.back());
    }
    if (index >= members->spans.size()) {
        return notUnderstood({0, 0});
    }
    if (members->isFlow) {
        return removeFlow(*members, index);
    }
    const Span span = members->spans[index];
    if (!beginsLine(span.begin)) {
        return notUnderstood(find(parent)->place);
    }
    return replace({lineBegin(span.begin), lineEnd(span.end)}, {});
}

Result<> PatchText::removeFlow(const Members& members, size_t index) {
    const Span span = members.spans[index];
    const qsizetype behind = skipBlanks(span.end, /*overLines=*/true);
    const bool hasComma = behind < m_text.size() && m_text[behind] == ',';
    const qsizetype rest = skipBlanks(hasComma ? behind + 1 : span.end, /*overLines=*/false);
    const bool endsLine = rest >= m_text.size() || m_text[rest] == '\n' || m_text[rest] == '#';
    if (beginsLine(span.begin) && endsLine) {
        return replace({lineBegin(span.begin), lineEnd(rest)}, {});
    }
    if (index + 1 < members.spans.size()) {
        return replace({span.begin, endsLine ? behind + 1 : rest}, {});
    }
    const bool followsOnLine = index > 0 && lineBegin(members.spans[index - 1].end) == lineBegin(span.begin);
    return replace({followsOnLine ? members.spans[index - 1].end : span.begin, span.end}, {});
}

} // namespace podleaf::labfile
