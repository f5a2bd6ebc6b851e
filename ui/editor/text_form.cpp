// SPDX-License-Identifier: GPL-3.0-or-later
// TextForm: see the header.
#include "text_form.h"

#include <algorithm>

namespace podleaf::ui {

namespace {
const QByteArray kMark("\xEF\xBB\xBF");
}

std::optional<TextForm> TextForm::of(const QByteArray& bytes) {
    const TextForm form(bytes.startsWith(kMark), bytes.contains("\r\n"));
    const QString lines = form.toLines(bytes);
    const auto isOdd = [](QChar c) {
        return c == QChar::ParagraphSeparator || c == QChar::LineSeparator || c == QLatin1Char('\r') || c == QChar::Null ||
               c == QChar(0xFDD0) || c == QChar(0xFDD1); // What QTextDocument takes for the ends of frames.
    };
    if (std::ranges::any_of(lines, isOdd) || form.toBytes(lines) != bytes) {
        return std::nullopt;
    }
    return form;
}

QString TextForm::toLines(const QByteArray& bytes) const {
    QString text = QString::fromUtf8(m_hasMark ? bytes.sliced(kMark.size()) : bytes);
    return m_hasCarriageReturns ? text.replace(QLatin1String("\r\n"), QLatin1String("\n")) : text;
}

QByteArray TextForm::toBytes(const QString& lines) const {
    QByteArray bytes = lines.toUtf8();
    if (m_hasCarriageReturns) {
        bytes.replace("\n", "\r\n");
    }
    return m_hasMark ? kMark + bytes : bytes;
}

LineSplice spliceBetween(const QString& before, const QString& after) {
    const qsizetype shorter = std::min(before.size(), after.size());
    qsizetype head = std::mismatch(before.begin(), before.begin() + shorter, after.begin()).first - before.begin();
    if (head > 0 && before[head - 1].isHighSurrogate()) {
        --head;
    }
    qsizetype tail = 0;
    while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
        ++tail;
    }
    if (tail > 0 && before[before.size() - tail].isLowSurrogate()) {
        --tail;
    }
    return {head, before.size() - head - tail, after.mid(head, after.size() - head - tail)};
}

} // namespace podleaf::ui
