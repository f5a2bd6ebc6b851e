// SPDX-License-Identifier: GPL-3.0-or-later
// What the pages of the documentation tell their reader to type: lines of their code blocks that call a program or a
// script of ours. Pure but for reading the page; any thread.
#pragma once

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStringList>

#include <vector>

namespace podleaf::test {

struct DocumentedCommand {
    QString where;     ///< "README.md:33"
    QStringList words; ///< As a shell splits them: {"podleaf", "up", "tutorial"}.

    [[nodiscard]] QString text() const { return words.join(QLatin1Char(' ')); }
};

/// The words of the first command of a line, up to a pipe or a comment.
inline QStringList shellWords(const QString& line) {
    QStringList words;
    QString word;
    QChar quote;
    bool begun = false;
    const auto end = [&] {
        if (begun) {
            words += word;
        }
        word.clear();
        begun = false;
    };
    for (const QChar c : line) {
        if (!quote.isNull()) {
            quote = c == quote ? QChar() : quote;
            word += quote.isNull() ? QString() : QString(c);
        } else if (c == QLatin1Char('|') || (c == QLatin1Char('#') && !begun)) {
            break;
        } else if (c == QLatin1Char(' ')) {
            end();
        } else {
            quote = c == QLatin1Char('\'') || c == QLatin1Char('"') ? c : QChar();
            word += quote.isNull() ? QString(c) : QString();
            begun = true;
        }
    }
    end();
    return words;
}

inline bool isOurs(const QStringList& words) {
    return !words.isEmpty() && (words.first() == QLatin1String("podleaf") || words.first() == QLatin1String("podleaf-desktop") ||
                                words.first().startsWith(QLatin1String("scripts/")));
}

/// Those of one page, in their order: in ```sh blocks and in indented ones.
inline std::vector<DocumentedCommand> commandsOf(const QString& page) {
    QFile file(page);
    std::vector<DocumentedCommand> commands;
    if (!file.open(QIODevice::ReadOnly)) {
        return commands;
    }
    const QStringList lines = QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'));
    QString fence; // Of the block that we are in: "```sh".
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (lines[i].startsWith(QLatin1String("```"))) {
            fence = fence.isEmpty() ? lines[i].trimmed() : QString();
            continue;
        }
        const bool typed = fence.isEmpty() ? lines[i].startsWith(QLatin1String("    ")) : fence == QLatin1String("```sh");
        const QStringList words = typed ? shellWords(lines[i]) : QStringList();
        if (isOurs(words)) {
            commands.push_back({QStringLiteral("%1:%2").arg(QFileInfo(page).fileName()).arg(i + 1), words});
        }
    }
    return commands;
}

/// What the text itself mentions between backquotes: "`podleaf validate FILE --expand`". Its arguments are placeholders.
inline std::vector<DocumentedCommand> mentionsOf(const QString& page) {
    QFile file(page);
    std::vector<DocumentedCommand> mentions;
    if (!file.open(QIODevice::ReadOnly)) {
        return mentions;
    }
    static const QRegularExpression kCode(QStringLiteral("`([^`\n]+)`"));
    auto found = kCode.globalMatch(QString::fromUtf8(file.readAll()));
    while (found.hasNext()) {
        const QStringList words = shellWords(found.next().captured(1));
        if (isOurs(words)) {
            mentions.push_back({QFileInfo(page).fileName(), words});
        }
    }
    return mentions;
}

} // namespace podleaf::test
