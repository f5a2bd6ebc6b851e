// SPDX-License-Identifier: GPL-3.0-or-later
// YamlHighlighter: see the header.
#include "yaml_highlighter.h"

#include <QRegularExpression>

namespace podleaf::ui {

YamlHighlighter::YamlHighlighter(const Theme& theme, QTextDocument* document) : QSyntaxHighlighter(document), m_theme(theme) {}

void YamlHighlighter::highlightBlock(const QString& line) {
    // In the order of the alternatives: a comment takes the rest of the line, a '#' in quotes is none.
    static const QRegularExpression tokens(QStringLiteral(R"((?<comment>(?:^|(?<=\s))#.*$)|(?<quoted>"[^"]*"|'[^']*'))"
                                                          R"(|(?<key>[A-Za-z0-9_.-]+)(?=\s*:(?:\s|$))|(?<number>\b[0-9][0-9./]*\b))"));
    for (auto it = tokens.globalMatch(line); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        const auto paint = [this, &match](const QString& group, Role role) {
            if (match.capturedLength(group) > 0) {
                setFormat(static_cast<int>(match.capturedStart(group)), static_cast<int>(match.capturedLength(group)), m_theme.color(role));
            }
        };
        paint(QStringLiteral("comment"), Role::Muted);
        paint(QStringLiteral("quoted"), Role::Ok);
        paint(QStringLiteral("key"), Role::Accent);
        paint(QStringLiteral("number"), Role::Traffic);
    }
}

} // namespace podleaf::ui
