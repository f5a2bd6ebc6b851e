// SPDX-License-Identifier: GPL-3.0-or-later
// PatchText: a lab file's text and small changes to it. Each changes the lines it must and no other, in the style of
// the lines beside: blocks or brackets, indentation, quotes, ends of lines. Any thread.
#pragma once

#include "yaml_tree.h"

#include <core/base/result.h>

#include <QByteArray>

#include <utility>
#include <variant>
#include <vector>

namespace podleaf::labfile {

/// A value to be written: a word or a list as it stands in brackets ("[a, b]"), or a mapping of such.
struct Snippet {
    using Fields = std::vector<std::pair<QString, QString>>;
    std::variant<QString, Fields> value;
};

/// The way to a value from the top: keys of mappings and places in lists.
using YamlPath = std::vector<std::variant<QString, size_t>>;
inline YamlPath inside(YamlPath path, std::variant<QString, size_t> step) {
    path.push_back(std::move(step));
    return path;
}

class PatchText {
public:
    /// Errors: InvalidInput when it is not YAML as a lab file may be.
    static Result<PatchText> open(const QByteArray& text);

    [[nodiscard]] const QByteArray& text() const { return m_text; }
    /// The value at `path`, or nullptr.
    [[nodiscard]] const YamlNode* find(const YamlPath& path) const;

    /// What follows fails with InvalidInput where the text is written in a way that is not understood here.

    /// Replaces a word; its quotes stay, unless the new one brings its own.
    Result<> replaceWord(const YamlPath& path, const QString& word);
    Result<> renameKey(const YamlPath& map, const QString& key, const QString& name);
    /// Replaces the value of the key or, where there is none, adds it as the last one.
    Result<> set(const YamlPath& map, const QString& key, const QString& value);
    /// Removes an entry of a mapping or an item of a list, whole.
    Result<> remove(const YamlPath& path);
    /// Adds an entry at that place of a mapping, or at its end. A section of the top that is missing is made.
    Result<> insertEntry(const YamlPath& map, size_t at, const QString& key, const Snippet& value);
    Result<> insertItem(const YamlPath& list, size_t at, const Snippet& value);

private:
    /// From the first byte to behind the last one.
    struct Span {
        qsizetype begin = 0;
        qsizetype end = 0;
    };
    /// A list or mapping whose members stand at these places.
    struct Members {
        qsizetype begin = 0; ///< Of the collection itself.
        bool isFlow = false;
        bool isList = false;
        std::vector<Span> spans; ///< Entries with their keys; items with their dashes.
    };

    explicit PatchText(QByteArray text) : m_text(std::move(text)) {}
    Result<> read();
    Result<> replace(Span span, const QByteArray& bytes);

    [[nodiscard]] qsizetype at(Place place) const;
    [[nodiscard]] qsizetype lineBegin(qsizetype at) const;
    [[nodiscard]] qsizetype lineEnd(qsizetype at) const; ///< Behind the line feed.
    [[nodiscard]] QByteArray lineFeed() const;
    [[nodiscard]] qsizetype columnOf(qsizetype at) const { return at - lineBegin(at); }
    [[nodiscard]] bool beginsLine(qsizetype at) const;
    [[nodiscard]] qsizetype skipBlanks(qsizetype at, bool overLines) const;

    [[nodiscard]] bool isFlow(const YamlNode& node) const;
    [[nodiscard]] bool isInFlow(const YamlPath& path) const;
    [[nodiscard]] qsizetype endOfQuoted(qsizetype at) const;
    [[nodiscard]] qsizetype endOfFlow(qsizetype at) const;
    [[nodiscard]] qsizetype endOfBlock(qsizetype at) const;
    /// -1 when the value is written in a way that is not understood.
    [[nodiscard]] qsizetype endOf(const YamlNode& node, bool inFlow) const;
    Result<Members> membersOf(const YamlPath& path) const;

    Result<> insertMember(const YamlPath& path, size_t at, const QString& key, const Snippet& value);
    Result<> makeSection(const YamlPath& path, bool isList);
    Result<> insertFlow(const Members& members, size_t at, const QByteArray& piece);
    Result<> insertLines(const Members& members, size_t at, const QByteArray& lines);
    Result<> insertFirst(const YamlPath& path, const QString& key, const Snippet& value);
    [[nodiscard]] QByteArray flowPiece(const QString& key, const Snippet& value, const YamlNode* neighbour) const;
    [[nodiscard]] QByteArray blockLines(const YamlNode& parent, const Members& members, const QString& key, const Snippet& value) const;
    Result<> removeFlow(const Members& members, size_t index);

    QByteArray m_text; ///< Without a byte order mark.
    YamlNode m_root;
    std::vector<qsizetype> m_lines; ///< Where each line begins.
};

} // namespace podleaf::labfile
