// SPDX-License-Identifier: GPL-3.0-or-later
// DocumentKeeper: the open document and the disk: saves it, keeps what is not saved in the journal, brings it back after
// a crash, and notices when another program writes the file. Asks nothing; says what happened. GUI thread.
#pragma once

#include "journal.h"
#include "lab_document.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace podleaf::ui {

class DocumentKeeper final : public QObject {
    Q_OBJECT

public:
    /// `recoveryFolder` empty: nothing is kept.
    explicit DocumentKeeper(const QString& recoveryFolder, QObject* parent = nullptr);
    ~DocumentKeeper() override;

    /// The document from now on, which must live until the next call; null: none. What the one before has not saved
    /// stays in the journal until its file is opened again.
    void setDocument(LabDocument* document);

    /// Built-in labs are not written; they need a place of their own first.
    [[nodiscard]] bool needsPlace() const { return m_document != nullptr && !m_builtinName.isEmpty(); }
    [[nodiscard]] const QString& builtinName() const { return m_builtinName; }
    /// Writes the file, unless another program has changed it meanwhile. Answered by saved() or one of the others.
    void save();
    /// Writes it whatever is there: the user was asked.
    void saveOver() { write(m_document->path(), true); }
    void saveAs(const QString& path) { write(path, true); }
    /// Takes what the disk holds, as a command that can be undone.
    void reload();
    /// The text as it was before recovered(), as a command that can be undone.
    void discardRecovered();
    /// Nothing is being written.
    [[nodiscard]] bool isIdle() const {
        return (m_saver == nullptr || m_saver->isIdle()) && m_journal.isIdle() && !m_journalPause.isActive();
    }

Q_SIGNALS:
    void saved(const QString& path);
    void saveFailed(const podleaf::Error& error);
    /// A built-in lab is to be saved: where?
    void placeNeeded();
    /// Another program has changed the file, and so has the user: both cannot be.
    void changedOutside();
    /// Another program has changed the file, the document follows.
    void reloaded();
    /// Changes are back that were kept at `at` and never saved. `fileChanged`: the file is not as it was then.
    void recovered(const QDateTime& at, bool fileChanged);

private:
    struct Request {
        QString path;
        QByteArray text;
        std::optional<QByteArray> expected; ///< What the disk must hold; nothing: whatever.
    };
    struct Answer {
        Request request;
        Result<> result;
    };
    static Answer work(const Request& request);
    void write(const QString& path, bool isForced);
    void onWritten(const Answer& answer);
    void onTextChanged();
    void keepNow();
    void onFileChanged();
    void watch();

    LabDocument* m_document = nullptr;
    QString m_builtinName;
    QByteArray m_beforeRecovery;
    Journal m_journal;
    QFileSystemWatcher m_watcher;
    QTimer m_journalPause;
    std::unique_ptr<Latest<Request, Answer>> m_saver; ///< One per document: its answers are for that one.
};

} // namespace podleaf::ui
