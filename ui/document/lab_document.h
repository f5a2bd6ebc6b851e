// SPDX-License-Identifier: GPL-3.0-or-later
// LabDocument: the lab file that is open. Its text is the truth: every change is a change of it on one undo stack, and
// lab and findings follow, parsed on a thread of their own. Touches no disk. GUI thread.
#pragma once

#include "latest.h"
#include "text_change.h"

#include <core/labfile/labfile.h>
#include <core/model/edits.h>

#include <QObject>
#include <QTimer>
#include <QUndoStack>

namespace podleaf::ui {

class LabDocument final : public QObject {
    Q_OBJECT

public:
    explicit LabDocument(labfile::LabSource source, QObject* parent = nullptr);
    ~LabDocument() override;

    [[nodiscard]] const QString& path() const { return m_path; }
    /// "fabric.yaml"; "tutorial/lab.yaml" where all files are named alike.
    [[nodiscard]] QString fileName() const;
    [[nodiscard]] const QByteArray& text() const { return m_text; }
    /// Of the text that was parsed last.
    [[nodiscard]] const model::Findings& findings() const { return m_findings; }
    /// There is a lab to show: the text has no error, or an earlier one had none.
    [[nodiscard]] bool isValid() const { return m_lab.has_value(); }
    /// The lab of the newest text that had no error.
    [[nodiscard]] const model::Lab& lab() const { return *m_lab; }
    /// The text as it is now has been parsed and has no error: lab() is its lab.
    [[nodiscard]] bool isCurrent() const { return m_isCurrent; }
    /// What is wrong with the text in one line, "line 14: …"; empty when it was parsed without an error.
    [[nodiscard]] QString fault() const;
    /// The lab's own name, or the file's where it cannot be read.
    [[nodiscard]] QString name() const;
    /// Path, text and lab as one value, for a session. Only where isCurrent().
    [[nodiscard]] labfile::LabSource source() const;

    /// Writes the edits into the text as one command with this name, such as "Add host4". Errors are those of
    /// labfile::patch(); nothing has changed then.
    Result<> apply(const model::Edits& edits, const QString& name);
    /// Replaces the whole text as one command; nothing happens when it is equal.
    void setText(const QByteArray& text, const QString& name, TextChange::Kind kind = TextChange::Kind::Edit);
    /// For the commands of the stack.
    void splice(const Splice& splice, TextChange::Kind kind);

    [[nodiscard]] QUndoStack& undoStack() { return m_undoStack; }
    /// What the disk holds, as far as is known.
    [[nodiscard]] const QByteArray& savedText() const { return m_savedText; }
    [[nodiscard]] bool isModified() const { return m_text != m_savedText; }
    /// The disk holds `text` at `path` now.
    void setSaved(const QString& path, const QByteArray& text);

Q_SIGNALS:
    /// Byte for byte what changed in the text.
    void textChanged(const podleaf::ui::Splice& splice);
    /// findings() and isCurrent() are of the present text; or it has changed and they are not yet.
    void parsed();
    void labChanged();
    /// isModified(), path() or fileName() may be others.
    void savedChanged();

private:
    struct Request {
        int revision = 0;
        QByteArray text;
    };
    struct Answer {
        int revision = 0;
        labfile::Parsed parsed;
    };
    void parseNow();
    void adopt(Answer answer);
    void adoptLab(model::Lab lab);

    QString m_path;
    QByteArray m_text;
    QByteArray m_savedText;
    std::optional<model::Lab> m_lab;
    model::Findings m_findings;
    bool m_isCurrent = false;
    int m_revision = 0;
    QUndoStack m_undoStack;
    QTimer m_typingPause;
    Latest<Request, Answer> m_parser;
};

} // namespace podleaf::ui
