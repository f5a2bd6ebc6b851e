// SPDX-License-Identifier: GPL-3.0-or-later
// LabDocument: the lab file that is open: its path, text, lab and findings, and the undo stack that edits
// will go on. GUI thread.
#pragma once

#include <core/labfile/labfile.h>
#include <core/model/lab.h>

#include <QObject>
#include <QUndoStack>

namespace podleaf::ui {

class LabDocument final : public QObject {
    Q_OBJECT

public:
    explicit LabDocument(labfile::LabSource source, QObject* parent = nullptr);

    [[nodiscard]] const QString& path() const { return m_source.path; }
    /// "fabric.yaml"; "tutorial/lab.yaml" where all files are named alike.
    [[nodiscard]] QString fileName() const;
    [[nodiscard]] const QByteArray& text() const { return m_source.text; }
    [[nodiscard]] const model::Findings& findings() const { return m_source.parsed.findings; }
    /// True when the file has no error, which is what lab() needs.
    [[nodiscard]] bool isValid() const { return m_source.parsed.lab.has_value(); }
    [[nodiscard]] const model::Lab& lab() const { return *m_source.parsed.lab; }
    /// The lab's own name, or the file's where it cannot be read.
    [[nodiscard]] QString name() const;
    [[nodiscard]] const labfile::LabSource& source() const { return m_source; }
    /// Every edit of the lab goes on this stack.
    [[nodiscard]] QUndoStack& undoStack() { return m_undoStack; }

private:
    labfile::LabSource m_source;
    QUndoStack m_undoStack;
};

} // namespace podleaf::ui
