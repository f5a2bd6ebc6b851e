// SPDX-License-Identifier: GPL-3.0-or-later
// The part of PatchText that adds entries and items in the style of their neighbours.
#include "patch_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::labfile {

namespace {

constexpr qsizetype kIndent = 2;

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

QByteArray joined(const Snippet::Fields& fields) {
    QByteArray text;
    for (const auto& [key, value] : fields) {
        text += (text.isEmpty() ? QByteArray() : QByteArrayLiteral(", ")) + key.toUtf8() + ": " + value.toUtf8();
    }
    return text;
}

/// The value of a member that a new one is written like: the last one.
const YamlNode* neighbourIn(const YamlNode& parent) {
    if (!parent.items.empty()) {
        return &parent.items.back();
    }
    return parent.entries.empty() ? nullptr : &parent.entries.back().value;
}

} // namespace

Result<> PatchText::insertEntry(const YamlPath& map, size_t at, const QString& key, const Snippet& value) {
    return insertMember(map, at, key, value);
}

Result<> PatchText::insertItem(const YamlPath& list, size_t at, const Snippet& value) {
    return insertMember(list, at, {}, value);
}

Result<> PatchText::insertMember(const YamlPath& path, size_t at, const QString& key, const Snippet& value) {
    const bool isList = key.isEmpty();
    if (find(path) == nullptr) {
        if (auto made = makeSection(path, isList); !made) {
            return made;
        }
    }
    const YamlNode& parent = *find(path);
    const auto type = isList ? YamlNode::Type::List : YamlNode::Type::Map;
    if (parent.type == YamlNode::Type::Null) {
        return insertFirst(path, key, value);
    }
    if (parent.type != type) {
        return fail(ErrorCode::InvalidInput, tr("Line %1 holds something else than was expected.").arg(parent.place.line + 1));
    }
    auto members = membersOf(path);
    if (!members) {
        return fail(std::move(members.error()));
    }
    if (members->isFlow) {
        return insertFlow(*members, at, flowPiece(key, value, neighbourIn(parent)));
    }
    return insertLines(*members, at, blockLines(parent, *members, key, value));
}

/// A section of the top without anything in it yet.
Result<> PatchText::makeSection(const YamlPath& path, bool isList) {
    YamlPath parent = path;
    parent.pop_back();
    const QString key = std::get<QString>(path.back());
    auto members = membersOf(parent);
    if (!members) {
        return fail(std::move(members.error()));
    }
    if (members->isFlow) {
        return insertFlow(*members, SIZE_MAX, key.toUtf8() + (isList ? ": []" : ": {}"));
    }
    const qsizetype column = members->spans.empty() ? 0 : columnOf(members->spans.front().begin);
    return insertLines(*members, SIZE_MAX, QByteArray(column, ' ') + key.toUtf8() + ':');
}

/// Below the key of a section that has nothing in it.
Result<> PatchText::insertFirst(const YamlPath& path, const QString& key, const Snippet& value) {
    YamlPath parent = path;
    parent.pop_back();
    const YamlNode& map = *find(parent);
    auto members = membersOf(parent);
    if (!members || members->isFlow) {
        return fail(ErrorCode::InvalidInput, tr("Line %1 holds nothing where a section was expected.").arg(map.place.line + 1));
    }
    const auto entry = std::ranges::find(map.entries, std::get<QString>(path.back()), &YamlEntry::key);
    const size_t index = static_cast<size_t>(entry - map.entries.begin());
    const qsizetype column = columnOf(members->spans[index].begin) + kIndent;
    const QByteArray mark = key.isEmpty() ? QByteArray("- ") : QByteArray(key.toUtf8() + ": ");
    return insertLines(*members, index + 1, QByteArray(column, ' ') + mark + flowPiece({}, value, nullptr));
}

/// One member as it stands in brackets: "key: {a: b}". A neighbour says whether blanks stand inside the brackets.
QByteArray PatchText::flowPiece(const QString& key, const Snippet& value, const YamlNode* neighbour) const {
    const QByteArray prefix = key.isEmpty() ? QByteArray() : QByteArray(key.toUtf8() + ": ");
    if (const auto* word = std::get_if<QString>(&value.value)) {
        return prefix + word->toUtf8();
    }
    const qsizetype begin = neighbour != nullptr ? at(neighbour->place) : 0;
    const bool spaced = neighbour != nullptr && isFlow(*neighbour) && m_text.mid(begin, 2) == "{ ";
    const QByteArray inside = joined(std::get<Snippet::Fields>(value.value));
    return prefix + (spaced ? "{ " : "{") + inside + (spaced ? " }" : "}");
}

/// One member as lines of their own, the last one without its end.
QByteArray PatchText::blockLines(const YamlNode& parent, const Members& members, const QString& key, const Snippet& value) const {
    const YamlNode* const neighbour = neighbourIn(parent);
    const QByteArray indent(columnOf(members.spans.back().begin), ' ');
    const auto* fields = std::get_if<Snippet::Fields>(&value.value);
    const bool asBlock = fields != nullptr && neighbour != nullptr && neighbour->type == YamlNode::Type::Map && !isFlow(*neighbour);
    const qsizetype column = neighbour == nullptr ? indent.size() + kIndent : columnOf(at(neighbour->place));
    const QByteArray gap(std::max<qsizetype>(column - indent.size() - 1, 1), ' ');
    const QByteArray mark = key.isEmpty() ? QByteArray("-" + gap) : QByteArray(key.toUtf8() + ':');
    if (!asBlock) {
        return indent + mark + (key.isEmpty() ? "" : " ") + flowPiece({}, value, neighbour);
    }
    QByteArray lines = indent + mark;
    bool onDash = key.isEmpty();
    for (const auto& [name, word] : *fields) {
        lines += (onDash ? QByteArray() : QByteArray(lineFeed() + QByteArray(column, ' '))) + name.toUtf8() + ": " + word.toUtf8();
        onDash = false;
    }
    return lines;
}

Result<> PatchText::insertFlow(const Members& members, size_t index, const QByteArray& piece) {
    if (members.spans.empty()) {
        return replace({members.begin + 1, members.begin + 1}, piece);
    }
    if (index < members.spans.size()) {
        const qsizetype begin = members.spans[index].begin;
        const bool ownLine = beginsLine(begin);
        const QByteArray gap = ownLine ? QByteArray(lineFeed() + QByteArray(columnOf(begin), ' ')) : QByteArray(" ");
        return replace({begin, begin}, piece + ',' + gap);
    }
    const Span last = members.spans.back();
    const qsizetype behind = skipBlanks(last.end, /*overLines=*/true);
    const bool hasComma = behind < m_text.size() && m_text[behind] == ',';
    const qsizetype end = hasComma ? behind + 1 : last.end;
    const QByteArray comma = hasComma ? "" : ",";
    if (!beginsLine(last.begin)) {
        return replace({end, end}, comma + ' ' + piece);
    }
    const QByteArray line = lineFeed() + QByteArray(columnOf(last.begin), ' ') + piece;
    const qsizetype rest = skipBlanks(end, /*overLines=*/false);
    const bool endsLine = rest >= m_text.size() || m_text[rest] == '\n' || m_text[rest] == '#';
    if (!endsLine || comma.isEmpty()) {
        const qsizetype where = endsLine ? lineEnd(end) - lineFeed().size() : end;
        return replace({where, where}, comma + line);
    }
    // The comma stands before the comment, the new line behind it.
    const qsizetype feed = lineEnd(end) - lineFeed().size();
    return replace({end, feed}, comma + m_text.mid(end, feed - end) + line);
}

Result<> PatchText::insertLines(const Members& members, size_t index, const QByteArray& lines) {
    if (index < members.spans.size() && index == 0) {
        const qsizetype begin = members.spans[0].begin;
        if (!beginsLine(begin)) {
            return fail(ErrorCode::InvalidInput, tr("The text is written in a way that cannot be edited automatically."), {},
                        tr("Change the file by hand."));
        }
        return replace({lineBegin(begin), lineBegin(begin)}, lines + lineFeed());
    }
    const size_t previous = std::min(index, members.spans.size()) - 1;
    const qsizetype where = lineEnd(members.spans[previous].end);
    const bool needsFeed = where == m_text.size() && !m_text.endsWith('\n');
    return replace({where, where}, needsFeed ? QByteArray(lineFeed() + lines) : QByteArray(lines + lineFeed()));
}

} // namespace podleaf::labfile
