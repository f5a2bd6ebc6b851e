// SPDX-License-Identifier: GPL-3.0-or-later
// TextChange: every change of a lab file's text, by hand, by the canvas or by a form, as one kind of undo command that
// gives the text back byte for byte. GUI thread.
#pragma once

#include <QByteArray>
#include <QUndoCommand>

namespace podleaf::ui {

class LabDocument;

/// At `at`, `removed` made way for `inserted`. Bytes.
struct Splice {
    qsizetype at = 0;
    QByteArray removed;
    QByteArray inserted;

    [[nodiscard]] bool isEmpty() const { return removed.isEmpty() && inserted.isEmpty(); }
    [[nodiscard]] Splice reversed() const { return {at, inserted, removed}; }
    void applyTo(QByteArray& text) const;
    bool operator==(const Splice&) const = default;
};

/// The smallest splice between two texts that are parted within no UTF-8 character.
Splice spliceBetween(const QByteArray& before, const QByteArray& after);

class TextChange final : public QUndoCommand {
public:
    enum class Kind {
        Edit,   ///< Stands for itself.
        Typing, ///< Joins the typing before it, on the same line.
    };
    /// `document` owns the stack that the command goes on.
    TextChange(LabDocument& document, Splice splice, const QString& name, Kind kind);

    void undo() override;
    void redo() override;
    [[nodiscard]] int id() const override { return m_kind == Kind::Typing ? 1 : -1; }
    bool mergeWith(const QUndoCommand* next) override;

private:
    LabDocument& m_document;
    Splice m_splice;
    Kind m_kind;
};

} // namespace podleaf::ui
