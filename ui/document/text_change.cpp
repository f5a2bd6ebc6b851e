// SPDX-License-Identifier: GPL-3.0-or-later
// TextChange: see the header.
#include "text_change.h"

#include "lab_document.h"

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {

bool isInsideCharacter(const QByteArray& text, qsizetype at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

} // namespace

void Splice::applyTo(QByteArray& text) const {
    text.replace(at, removed.size(), inserted);
}

Splice spliceBetween(const QByteArray& before, const QByteArray& after) {
    const qsizetype shorter = std::min(before.size(), after.size());
    qsizetype head = std::mismatch(before.begin(), before.begin() + shorter, after.begin()).first - before.begin();
    while (head > 0 && (isInsideCharacter(before, head) || isInsideCharacter(after, head))) {
        --head;
    }
    qsizetype tail = 0;
    while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
        ++tail;
    }
    while (tail > 0 && isInsideCharacter(before, before.size() - tail)) {
        --tail;
    }
    return {head, before.mid(head, before.size() - head - tail), after.mid(head, after.size() - head - tail)};
}

TextChange::TextChange(LabDocument& document, Splice splice, const QString& name, Kind kind)
    : QUndoCommand(name), m_document(document), m_splice(std::move(splice)), m_kind(kind) {}

void TextChange::undo() {
    m_document.splice(m_splice.reversed(), m_kind);
}

void TextChange::redo() {
    m_document.splice(m_splice, m_kind);
}

bool TextChange::mergeWith(const QUndoCommand* next) {
    const auto* other = dynamic_cast<const TextChange*>(next);
    if (other == nullptr) {
        return false;
    }
    const Splice& more = other->m_splice;
    const qsizetype end = m_splice.at + m_splice.inserted.size();
    const qsizetype moreEnd = more.at + more.removed.size();
    const bool endsLine = more.inserted.contains('\n') || more.removed.contains('\n') || m_splice.inserted.endsWith('\n');
    if (endsLine || more.at > end || moreEnd < m_splice.at) {
        return false;
    }
    // What `more` takes away beside our own was there before us.
    const QByteArray before = more.removed.left(std::max<qsizetype>(0, m_splice.at - more.at));
    const QByteArray behind = more.removed.right(std::max<qsizetype>(0, moreEnd - end));
    const QByteArray head = m_splice.inserted.left(std::max<qsizetype>(0, more.at - m_splice.at));
    const QByteArray tail = m_splice.inserted.right(std::max<qsizetype>(0, end - moreEnd));
    m_splice = {std::min(m_splice.at, more.at), before + m_splice.removed + behind, head + more.inserted + tail};
    setObsolete(m_splice.isEmpty());
    return true;
}

} // namespace podleaf::ui
