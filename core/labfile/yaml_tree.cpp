// SPDX-License-Identifier: GPL-3.0-or-later
#include "yaml_tree.h"

#include "labfile.h"

#include <QCoreApplication>
#include <QSet>

#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

Place placeOf(const YAML::Mark& mark) {
    return {mark.line, mark.column};
}

/// Thrown by the builder through the parser to end it; what was wrong is in the report already.
struct Stop {};

/// Length of the well-formed UTF-8 sequence at `at`, or 0. Unicode 15 table 3-7.
int utf8Length(const QByteArray& text, qsizetype at) {
    const auto byte = [&](qsizetype i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto in = [](unsigned value, unsigned low, unsigned high) { return value >= low && value <= high; };
    const unsigned b0 = byte(at);
    if (b0 < 0x80U) {
        return 1;
    }
    if (in(b0, 0xC2, 0xDF)) {
        return in(byte(at + 1), 0x80, 0xBF) ? 2 : 0;
    }
    if (in(b0, 0xE0, 0xEF)) {
        const unsigned low = b0 == 0xE0U ? 0xA0U : 0x80U;
        const unsigned high = b0 == 0xEDU ? 0x9FU : 0xBFU;
        return in(byte(at + 1), low, high) && in(byte(at + 2), 0x80, 0xBF) ? 3 : 0;
    }
    if (in(b0, 0xF0, 0xF4)) {
        const unsigned low = b0 == 0xF0U ? 0x90U : 0x80U;
        const unsigned high = b0 == 0xF4U ? 0x8FU : 0xBFU;
        return in(byte(at + 1), low, high) && in(byte(at + 2), 0x80, 0xBF) && in(byte(at + 3), 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

/// Reports every line that is indented with a tab: YAML forbids it, and the parser's words for what comes
/// of it mislead.
bool hasTabIndent(const QByteArray& text, Report& report) {
    bool found = false;
    int line = 0;
    for (qsizetype start = 0; start >= 0 && start < text.size(); ++line) {
        qsizetype at = start;
        while (at < text.size() && text[at] == ' ') {
            ++at;
        }
        if (at < text.size() && text[at] == '\t') {
            found = true;
            report.error({line, static_cast<int>(at - start)}, tr("A tab stands where YAML wants blanks."),
                         tr("Indent with blanks, two a level."));
        }
        const qsizetype newline = text.indexOf('\n', at);
        start = newline < 0 ? -1 : newline + 1;
    }
    return found;
}

/// Whether the quoted scalar at `place` ends; yaml-cpp 0.7 takes the end of the file for its end.
bool isQuoteClosed(const QByteArray& text, Place place) {
    qsizetype at = 0;
    for (int line = 0; line < place.line; ++line) {
        at = text.indexOf('\n', at) + 1;
    }
    at += place.byteColumn;
    const char quote = at < text.size() ? text[at] : '\0';
    if (quote != '"' && quote != '\'') {
        return true;
    }
    for (++at; at < text.size(); ++at) {
        const bool isPair =
            at + 1 < text.size() && ((quote == '"' && text[at] == '\\') || (quote == '\'' && text[at] == quote && text[at + 1] == quote));
        if (isPair) {
            ++at;
        } else if (text[at] == quote) {
            return true;
        }
    }
    return false;
}

/// Watches how far a "[" or "{" is from its end. The parser keeps all that stands between them in memory
/// before it hands out the first event, so what never ends must be found before. Quotes are not looked
/// at: at worst a bracket inside one counts too.
class BracketWatch {
public:
    /// False when too much stands behind an open bracket; openPlace() is then where it is.
    bool pass(char c, char before, Place place) {
        m_inComment = c == '\n' ? false : m_inComment || (c == '#' && (before == ' ' || before == '\n'));
        if (m_inComment) {
            return true;
        }
        if (c == '[' || c == '{') {
            m_open = m_depth++ == 0 ? place : m_open;
        } else if ((c == ']' || c == '}') && m_depth > 0) {
            --m_depth;
        }
        m_behind = m_depth == 0 ? 0 : m_behind + 1;
        return m_depth <= kMaxOpen && m_behind <= kMaxFlowBytes;
    }
    [[nodiscard]] Place openPlace() const { return m_open; }

private:
    static constexpr int kMaxOpen = 64;
    Place m_open;
    int m_depth = 0;
    qsizetype m_behind = 0;
    bool m_inComment = false;
};

/// Looks at the bytes alone: encoding, control characters, length of lines and of bracketed parts. Stops
/// at the first fault, because what follows would be guesswork.
bool isReadableText(const QByteArray& text, Report& report) {
    const QString asUtf8 = tr("Save the file as plain UTF-8 text.");
    if (text.startsWith("\xFF\xFE") || text.startsWith("\xFE\xFF")) {
        report.error({0, 0}, tr("The file is UTF-16, not UTF-8."), asUtf8);
        return false;
    }
    Place place{0, 0};
    BracketWatch brackets;
    const char* const bytes = text.constData();
    for (qsizetype at = 0; at < text.size();) {
        const char c = bytes[at];
        const int length = c > 0 ? 1 : utf8Length(text, at);
        if (length == 0) {
            report.error(place, tr("The text is not valid UTF-8 here."), asUtf8);
            return false;
        }
        const bool isControl = (c >= 0 && c < ' ') || c == 0x7F;
        const bool isAllowed = c == '\n' || c == '\t' || (c == '\r' && at + 1 < text.size() && bytes[at + 1] == '\n');
        if (isControl && !isAllowed) {
            report.error(place, tr("The character 0x%1 does not belong in a text file.").arg(int{c}, 2, 16, QLatin1Char('0')), asUtf8);
            return false;
        }
        if (place.byteColumn >= kMaxLineBytes) {
            report.error(place, tr("The line is longer than %1 bytes.").arg(kMaxLineBytes), tr("Break it into several lines."));
            return false;
        }
        if (!brackets.pass(c, at > 0 ? bytes[at - 1] : '\n', place)) {
            report.error(brackets.openPlace(), tr("A bracket is not closed, or too much stands in it."),
                         tr("Close it, or use indentation instead of brackets."));
            return false;
        }
        place = c == '\n' ? Place{place.line + 1, 0} : Place{place.line, place.byteColumn + length};
        at += length;
    }
    return true;
}

/// Builds the tree from the parser's events and enforces the bounds as they arrive.
class TreeBuilder final : public YAML::EventHandler {
public:
    explicit TreeBuilder(Report& report) : m_report(report) {}

    [[nodiscard]] std::optional<YamlNode> takeRoot() { return std::move(m_root); }
    /// Where the innermost list or map that is still open began.
    [[nodiscard]] std::optional<Place> openPlace() const { return m_open.empty() ? std::nullopt : std::optional(m_open.back().node.place); }

    /// The last scalar that may be a quoted one.
    [[nodiscard]] std::optional<Place> lastQuoted() const { return m_lastQuoted; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (m_documents++ > 0) {
            m_report.error(placeOf(mark), tr("The document ends before this."),
                           tr("A lab file is one YAML mapping; keep one document in it."));
            throw Stop{};
        }
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        checkExtras(mark, {}, anchor);
        add({YamlNode::Type::Null, placeOf(mark), {}, {}, {}});
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        m_report.error(placeOf(mark), tr("Aliases (*name) are not allowed in a lab file."), tr("Write the value out."));
        add({YamlNode::Type::Broken, placeOf(mark), {}, {}, {}});
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
        checkExtras(mark, tag, anchor);
        if (tag == "!") {
            m_lastQuoted = placeOf(mark);
        }
        add({YamlNode::Type::Scalar, placeOf(mark), QString::fromStdString(value), {}, {}});
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
        open(YamlNode::Type::List, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
        open(YamlNode::Type::Map, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Frame {
        YamlNode node;
        std::optional<YamlEntry> pending; ///< A map's key whose value comes next.
        QSet<QString> keys;
    };

    void checkExtras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (anchor != 0) {
            m_report.error(placeOf(mark), tr("Anchors (&name) are not allowed in a lab file."), tr("Remove it and write values out."));
        }
        if (!tag.empty() && tag != "?" && tag != "!") {
            m_report.error(placeOf(mark), tr("Tags (!name) are not allowed in a lab file."), tr("Remove it; types follow from the key."));
        }
        if (++m_values > kMaxValues) {
            m_report.error(placeOf(mark), tr("The file holds more than %1 values.").arg(kMaxValues), tr("Split the lab."));
            throw Stop{};
        }
    }

    void open(YamlNode::Type type, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        checkExtras(mark, tag, anchor);
        if (m_open.size() >= static_cast<size_t>(kMaxDepth)) {
            m_report.error(placeOf(mark), tr("The file nests deeper than %1 levels.").arg(kMaxDepth), tr("A lab needs no more than five."));
            throw Stop{};
        }
        m_open.push_back({{type, placeOf(mark), {}, {}, {}}, {}, {}});
    }

    void close() {
        YamlNode node = std::move(m_open.back().node);
        m_open.pop_back();
        add(std::move(node));
    }

    void add(YamlNode node) {
        if (m_open.empty()) {
            m_root = std::move(node);
            return;
        }
        Frame& frame = m_open.back();
        if (frame.node.type == YamlNode::Type::List) {
            frame.node.items.push_back(std::move(node));
        } else if (!frame.pending) {
            // A key that is refused still takes its value from the parser; the mark says to drop both.
            const auto type = acceptKey(frame, node) ? YamlNode::Type::Null : YamlNode::Type::Broken;
            frame.keys.insert(node.text);
            frame.pending = YamlEntry{node.text, node.place, YamlNode{type, {}, {}, {}, {}}};
        } else {
            const bool keep = frame.pending->value.type != YamlNode::Type::Broken;
            frame.pending->value = std::move(node);
            if (keep) {
                frame.node.entries.push_back(std::move(*frame.pending));
            }
            frame.pending.reset();
        }
    }

    /// Reports keys that are not text, merge keys and repeated ones; the value of such a key is dropped.
    bool acceptKey(const Frame& frame, const YamlNode& key) {
        if (key.type == YamlNode::Type::Broken) {
            return false;
        }
        if (key.type != YamlNode::Type::Scalar || key.text.isEmpty()) {
            m_report.error(key.place, tr("A key must be a word."), tr("Write \"key: value\"."));
            return false;
        }
        if (key.text == QLatin1String("<<")) {
            m_report.error(key.place, tr("Merge keys (<<) are not allowed in a lab file."), tr("Write the values out."));
            return false;
        }
        if (frame.keys.contains(key.text)) {
            m_report.error(key.place, tr("The key %1 is given twice.").arg(quoted(key.text)), tr("Remove or rename one of them."));
            return false;
        }
        return true;
    }

    Report& m_report;
    std::vector<Frame> m_open;
    std::optional<YamlNode> m_root;
    std::optional<Place> m_lastQuoted;
    int m_values = 0;
    int m_documents = 0;
};

/// yaml-cpp's terse words as a sentence and a hint.
void reportSyntax(const YAML::Exception& exception, const TreeBuilder& builder, Report& report) {
    const QString words = QString::fromStdString(exception.msg);
    Place place = exception.mark.is_null() ? Place{0, 0} : placeOf(exception.mark);
    if (words.startsWith(QLatin1StringView("end of")) && words.contains(QLatin1StringView("flow")) && builder.openPlace()) {
        place = *builder.openPlace(); // An end that never came is reported at its beginning.
    }
    struct Known {
        QLatin1StringView words;
        const char* message;
        const char* hint;
    };
    static constexpr Known kKnown[] = {
        {QLatin1StringView("illegal map value"), QT_TRANSLATE_NOOP("LabFile", "A \":\" stands where no key can be."),
         QT_TRANSLATE_NOOP("LabFile", "Put values that contain \": \" in quotes and check the indentation.")},
        {QLatin1StringView("end of map not found"), QT_TRANSLATE_NOOP("LabFile", "This line does not fit the mapping around it."),
         QT_TRANSLATE_NOOP("LabFile", "Check its indentation and that it reads \"key: value\".")},
        {QLatin1StringView("end of sequence not found"), QT_TRANSLATE_NOOP("LabFile", "This line does not fit the list around it."),
         QT_TRANSLATE_NOOP("LabFile", "Begin each item with \"- \", all indented alike.")},
        {QLatin1StringView("end of map flow not found"), QT_TRANSLATE_NOOP("LabFile", "A \"{\" is not closed."),
         QT_TRANSLATE_NOOP("LabFile", "Add the missing \"}\".")},
        {QLatin1StringView("end of sequence flow not found"), QT_TRANSLATE_NOOP("LabFile", "A \"[\" is not closed."),
         QT_TRANSLATE_NOOP("LabFile", "Add the missing \"]\".")},
        {QLatin1StringView("illegal EOF in scalar"), QT_TRANSLATE_NOOP("LabFile", "A quote is not closed."),
         QT_TRANSLATE_NOOP("LabFile", "Add the missing quote.")},
        {QLatin1StringView("the referenced anchor is not defined"),
         QT_TRANSLATE_NOOP("LabFile", "Aliases (*name) are not allowed in a lab file."),
         QT_TRANSLATE_NOOP("LabFile", "Write the value out.")},
    };
    for (const Known& known : kKnown) {
        if (words.startsWith(known.words)) {
            report.error(place, tr(known.message), tr(known.hint));
            return;
        }
    }
    report.error(place, tr("The text is not YAML here: %1.").arg(words.left(120)));
}

} // namespace

std::optional<YamlNode> readYaml(const QByteArray& text, Report& report) {
    if (!isReadableText(text, report) || hasTabIndent(text, report)) {
        return std::nullopt;
    }
    TreeBuilder builder(report);
    try {
        std::istringstream stream(text.toStdString());
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Stop&) {
        return std::nullopt;
    } catch (const YAML::Exception& exception) {
        reportSyntax(exception, builder, report);
        return std::nullopt;
    } catch (const std::exception& exception) {
        report.error({0, 0}, tr("The text cannot be read as YAML: %1.").arg(QString::fromUtf8(exception.what())));
        return std::nullopt;
    }
    if (builder.lastQuoted() && !isQuoteClosed(text, *builder.lastQuoted())) {
        report.error(*builder.lastQuoted(), tr("A quote is not closed."), tr("Add the missing quote."));
        return std::nullopt;
    }
    auto root = builder.takeRoot();
    return root ? std::move(root) : std::optional<YamlNode>(YamlNode{});
}

} // namespace podleaf::labfile
