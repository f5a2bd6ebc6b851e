// SPDX-License-Identifier: GPL-3.0-or-later
// `groups:` and `notes:` → declarations: what is on the canvas only.
#include "declarations.h"
#include "field_reader.h"

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

const QString kGroupExample = QStringLiteral("{name: rack1, nodes: [leaf1, host1]}");
const QString kNoteExample = QStringLiteral("{text: \"Spare ports\", position: [296, 204]}");

class CanvasReader {
public:
    explicit CanvasReader(Report& report) : m_read(report) {}

    std::vector<GroupDeclaration> groups(const YamlEntry& entry) {
        std::vector<GroupDeclaration> all;
        if (m_read.isList(entry, QStringLiteral("- ") + kGroupExample)) {
            for (const YamlNode& item : entry.value.items) {
                if (isMap(item, tr("A group must be a mapping."), kGroupExample)) {
                    all.push_back(group(item));
                }
            }
        }
        return all;
    }

    std::vector<NoteDeclaration> notes(const YamlEntry& entry) {
        std::vector<NoteDeclaration> all;
        if (m_read.isList(entry, QStringLiteral("- ") + kNoteExample)) {
            for (const YamlNode& item : entry.value.items) {
                if (isMap(item, tr("A note must be a mapping."), kNoteExample)) {
                    all.push_back(note(item));
                }
            }
        }
        return all;
    }

private:
    void error(Place place, const QString& message, const QString& example) {
        m_read.report().error(place, message, tr("Write it like this: %1").arg(example));
    }

    bool isMap(const YamlNode& item, const QString& message, const QString& example) {
        if (item.type != YamlNode::Type::Map && item.type != YamlNode::Type::Broken) {
            error(item.place, message, example);
        }
        return item.type == YamlNode::Type::Map;
    }

    GroupDeclaration group(const YamlNode& item) {
        GroupDeclaration group{item.place, {}, {}};
        bool hasName = false;
        bool hasNodes = false;
        m_read.fields(item, tr("the group"),
                      {{QLatin1StringView("name"),
                        [&](const YamlEntry& e) {
                            hasName = true;
                            group.name = m_read.word(e);
                            if (group.name.value && !m_read.isLabel(*group.name.value, group.name.place)) {
                                group.name = {};
                            }
                        }},
                       {QLatin1StringView("nodes"), [&](const YamlEntry& e) { hasNodes = nodes(e, group); }}});
        if (!hasName) {
            error(item.place, tr("The group has no name."), kGroupExample);
        }
        if (!hasNodes) {
            error(item.place, tr("The group has no nodes."), kGroupExample);
        }
        return group;
    }

    /// False when there is nothing; what is wrongly written is reported.
    bool nodes(const YamlEntry& entry, GroupDeclaration& group) {
        const bool isEmpty =
            entry.value.type == YamlNode::Type::Null || (entry.value.type == YamlNode::Type::List && entry.value.items.empty());
        if (!isEmpty && m_read.isList(entry, QStringLiteral("nodes: [leaf1, host1]"))) {
            for (const YamlNode& item : entry.value.items) {
                group.nodes.push_back(m_read.word(item, tr("A node of the group")));
            }
        }
        return !isEmpty;
    }

    NoteDeclaration note(const YamlNode& item) {
        NoteDeclaration note{{}, {}};
        bool hasText = false;
        bool hasPosition = false;
        m_read.fields(item, tr("the note"),
                      {{QLatin1StringView("text"),
                        [&](const YamlEntry& e) {
                            hasText = true;
                            note.text = text(e);
                        }},
                       {QLatin1StringView("position"), [&](const YamlEntry& e) {
                            hasPosition = e.value.type != YamlNode::Type::Null;
                            note.position = m_read.position(e);
                        }}});
        if (!hasText) {
            error(item.place, tr("The note has no text."), kNoteExample);
        }
        if (!hasPosition) {
            error(item.place, tr("The note has no position."), kNoteExample);
        }
        return note;
    }

    QString text(const YamlEntry& entry) {
        const auto given = m_read.word(entry);
        QString text = given.value.value_or(QString());
        if (text.size() > model::kMaxNoteLength) {
            m_read.report().error(given.place, tr("The note is longer than %1 characters.").arg(model::kMaxNoteLength),
                                  tr("Make two of it, or shorten it."));
        } else if (std::ranges::any_of(text, [](QChar c) { return c.category() == QChar::Other_Control && c != QLatin1Char('\n'); })) {
            m_read.report().error(given.place, tr("The note holds a character that cannot be shown."),
                                  tr("Keep letters, blanks and line ends."));
        } else if (given.value && text.trimmed().isEmpty()) {
            m_read.report().error(given.place, tr("The note has no text."), tr("Write one, or remove the note."));
        }
        return text;
    }

    FieldReader m_read;
};

} // namespace

std::vector<GroupDeclaration> readGroups(const YamlEntry& entry, Report& report) {
    return CanvasReader(report).groups(entry);
}

std::vector<NoteDeclaration> readNotes(const YamlEntry& entry, Report& report) {
    return CanvasReader(report).notes(entry);
}

} // namespace podleaf::labfile
