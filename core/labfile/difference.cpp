// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between two texts, by the longest common subsequence of their lines.
#include "patch.h"

#include <algorithm>
#include <vector>

namespace podleaf::labfile {

namespace {

/// Beyond this many lines the middle that differs is shown whole.
constexpr size_t kMost = 2000;

std::vector<QByteArray> linesOf(const QByteArray& text) {
    std::vector<QByteArray> lines;
    for (qsizetype begin = 0; begin < text.size();) {
        const qsizetype feed = text.indexOf('\n', begin);
        const qsizetype end = feed < 0 ? text.size() : feed + 1;
        lines.push_back(text.mid(begin, end - begin));
        begin = end;
    }
    return lines;
}

using Lines = std::vector<QByteArray>;

/// lengths[i][j]: of the longest common subsequence of before[i..] and after[j..].
std::vector<std::vector<size_t>> commonLengths(const Lines& before, const Lines& after) {
    std::vector<std::vector<size_t>> lengths(before.size() + 1, std::vector<size_t>(after.size() + 1, 0));
    for (size_t i = before.size(); i-- > 0;) {
        for (size_t j = after.size(); j-- > 0;) {
            lengths[i][j] = before[i] == after[j] ? lengths[i + 1][j + 1] + 1 : std::max(lengths[i + 1][j], lengths[i][j + 1]);
        }
    }
    return lengths;
}

QString shown(QChar sign, QByteArray line) {
    while (line.endsWith('\n') || line.endsWith('\r')) {
        line.chop(1);
    }
    return sign + QString::fromUtf8(line) + QLatin1Char('\n');
}

} // namespace

QString difference(const QByteArray& before, const QByteArray& after) {
    Lines old = linesOf(before);
    Lines now = linesOf(after);
    size_t same = 0;
    while (same < old.size() && same < now.size() && old[same] == now[same]) {
        ++same;
    }
    old.erase(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(same));
    now.erase(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(same));
    while (!old.empty() && !now.empty() && old.back() == now.back()) {
        old.pop_back();
        now.pop_back();
    }
    const bool isHuge = old.size() > kMost || now.size() > kMost;
    const auto lengths = isHuge ? std::vector<std::vector<size_t>>() : commonLengths(old, now);
    QString text;
    bool inHunk = false;
    for (size_t i = 0, j = 0; i < old.size() || j < now.size();) {
        if (!isHuge && i < old.size() && j < now.size() && old[i] == now[j]) {
            inHunk = false;
            ++i;
            ++j;
            continue;
        }
        if (!std::exchange(inHunk, true)) {
            text += QStringLiteral("@@ line %1 @@\n").arg(same + i + 1);
        }
        const bool removes = i < old.size() && (j >= now.size() || isHuge || lengths[i + 1][j] >= lengths[i][j + 1]);
        text += removes ? shown(QLatin1Char('-'), old[i++]) : shown(QLatin1Char('+'), now[j++]);
    }
    return text;
}

} // namespace podleaf::labfile
