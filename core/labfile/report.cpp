// SPDX-License-Identifier: GPL-3.0-or-later
#include "report.h"

#include <QCoreApplication>

#include <algorithm>
#include <numeric>
#include <utility>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

/// Characters, not bytes, before a place of its line: every byte that does not continue a character.
int characterColumn(const QByteArray& text, qsizetype lineStart, int byteColumn) {
    const qsizetype end = std::min<qsizetype>(text.size(), lineStart + byteColumn);
    return static_cast<int>(std::count_if(text.begin() + lineStart, text.begin() + end,
                                          [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
int distance(const QString& a, const QString& b) {
    const auto width = static_cast<size_t>(b.size()) + 1;
    std::vector<int> before(width);
    std::vector<int> above(width);
    std::vector<int> row(width);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 0; i < a.size(); ++i) {
        before = std::exchange(above, std::exchange(row, before));
        row[0] = static_cast<int>(i) + 1;
        for (qsizetype j = 0; j < b.size(); ++j) {
            const auto at = static_cast<size_t>(j) + 1;
            row[at] = std::min({above[at] + 1, row[at - 1] + 1, above[at - 1] + (a[i] == b[j] ? 0 : 1)});
            if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j]) {
                row[at] = std::min(row[at], before[at - 2] + 1);
            }
        }
    }
    return row.back();
}

/// What may go to a terminal: no escape sequences, no reversed text, no endless lines.
QString harmless(const QString& text) {
    constexpr qsizetype kLongest = 500;
    QString shown = text.left(kLongest);
    for (QChar& c : shown) {
        if (!c.isPrint() && !c.isSurrogate()) {
            c = QChar(0xFFFD);
        }
    }
    return shown;
}

} // namespace

void Report::error(Place place, const QString& message, const QString& hint) {
    ++m_errors;
    add({place, model::Severity::Error, message, hint});
}

void Report::warning(Place place, const QString& message, const QString& hint) {
    add({place, model::Severity::Warning, message, hint});
}

void Report::add(Entry entry) {
    if (isFull()) {
        ++m_dropped;
        return;
    }
    entry.message = harmless(entry.message);
    entry.hint = harmless(entry.hint);
    m_findings.push_back(std::move(entry));
}

model::Findings Report::take(const QByteArray& text) {
    std::ranges::stable_sort(m_findings, {}, &Entry::place);
    model::Findings result;
    int line = 0;
    qsizetype lineStart = 0;
    for (const Entry& entry : m_findings) {
        if (entry.place.line < 0) {
            result.push_back({entry.severity, 0, 0, entry.message, entry.hint});
            continue;
        }
        for (; line < entry.place.line; ++line) {
            const qsizetype newline = text.indexOf('\n', lineStart);
            if (newline < 0) {
                break;
            }
            lineStart = newline + 1;
        }
        const int column = characterColumn(text, lineStart, entry.place.byteColumn);
        result.push_back({entry.severity, entry.place.line + 1, column + 1, entry.message, entry.hint});
    }
    if (m_dropped > 0) {
        const int lastLine = result.back().line;
        result.push_back({m_errors > 0 ? model::Severity::Error : model::Severity::Warning, lastLine, 1,
                          tr("There are %1 more findings; only the first %2 are listed.").arg(m_dropped).arg(kMaxFindings), QString()});
    }
    return result;
}

QString quoted(const QString& text) {
    constexpr qsizetype kShown = 48;
    return QLatin1Char('"') + text.left(kShown) + (text.size() > kShown ? QStringLiteral("…\"") : QStringLiteral("\""));
}

QString nearest(const QString& word, const QStringList& known) {
    constexpr qsizetype kMaxWord = 64;
    constexpr qsizetype kMaxKnown = 2000;
    if (word.isEmpty() || word.size() > kMaxWord) {
        return {};
    }
    QString best;
    int bestDistance = std::max(1, static_cast<int>(word.size()) / 3) + 1;
    for (const QString& candidate : known.mid(0, kMaxKnown)) {
        if (candidate.size() > kMaxWord) {
            continue;
        }
        const int d = distance(word.toLower(), candidate.toLower());
        if (d < bestDistance) {
            bestDistance = d;
            best = candidate;
        }
    }
    return best;
}

QString knownWordsHint(const QString& word, const QStringList& known) {
    if (const QString best = nearest(word, known); !best.isEmpty()) {
        return tr("Did you mean %1?").arg(quoted(best));
    }
    constexpr qsizetype kListed = 16;
    if (known.isEmpty()) {
        return {};
    }
    return known.size() > kListed
               ? tr("Known: %1 and %2 more.").arg(known.mid(0, kListed).join(QStringLiteral(", ")), QString::number(known.size() - kListed))
               : tr("Known: %1.").arg(known.join(QStringLiteral(", ")));
}

} // namespace podleaf::labfile
