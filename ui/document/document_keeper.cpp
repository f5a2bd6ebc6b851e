// SPDX-License-Identifier: GPL-3.0-or-later
// DocumentKeeper: see the header.
#include "document_keeper.h"

#include <core/labfile/store.h>

#include <QFile>
#include <QFileInfo>

#include <utility>

namespace podleaf::ui {

namespace {

/// What a crash may lose at most; the disk is not written for every key.
constexpr int kJournalPauseMs = 150;

std::optional<QByteArray> read(const QString& path) {
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly)) {
        return std::nullopt;
    }
    const QByteArray text = file.read(labfile::kMaxBytes + 1);
    return text.size() > labfile::kMaxBytes ? std::nullopt : std::optional(text);
}

} // namespace

DocumentKeeper::DocumentKeeper(const QString& recoveryFolder, QObject* parent) : QObject(parent), m_journal(recoveryFolder) {
    m_journalPause.setSingleShot(true);
    m_journalPause.setInterval(kJournalPauseMs);
    connect(&m_journalPause, &QTimer::timeout, this, &DocumentKeeper::keepNow);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &DocumentKeeper::onFileChanged);
}

DocumentKeeper::~DocumentKeeper() = default;

void DocumentKeeper::setDocument(LabDocument* document) {
    if (m_document != nullptr) {
        m_document->disconnect(this);
        keepNow();
    }
    m_saver.reset();
    m_document = document;
    m_beforeRecovery.clear();
    m_builtinName.clear();
    watch();
    if (m_document == nullptr) {
        return;
    }
    m_saver = std::make_unique<Latest<Request, Answer>>([](const Request& request, const std::stop_token&) { return work(request); },
                                                        [this](const Answer& answer) { onWritten(answer); });
    m_builtinName = labfile::builtinNameOf(m_document->path());
    const auto left = m_journal.open(m_document->path());
    connect(m_document, &LabDocument::textChanged, this, &DocumentKeeper::onTextChanged);
    if (left && left->text != m_document->text()) {
        m_beforeRecovery = m_document->text();
        m_document->setText(left->text, tr("Recover changes"));
        Q_EMIT recovered(left->at, left->base != m_beforeRecovery);
    }
}

void DocumentKeeper::save() {
    if (needsPlace()) {
        Q_EMIT placeNeeded();
    } else if (m_document != nullptr) {
        write(m_document->path(), false);
    }
}

void DocumentKeeper::write(const QString& path, bool isForced) {
    m_saver->request({path, m_document->text(), isForced ? std::nullopt : std::optional(m_document->savedText())});
}

DocumentKeeper::Answer DocumentKeeper::work(const Request& request) {
    const auto there = request.expected ? read(request.path) : std::nullopt;
    if (there && *there != *request.expected && *there != request.text) {
        return {request, fail(ErrorCode::Conflict, tr("Another program has changed the file."))};
    }
    return {request, labfile::write(request.path, request.text)};
}

void DocumentKeeper::onWritten(const Answer& answer) {
    if (!answer.result) {
        if (answer.result.error().code == ErrorCode::Conflict) {
            Q_EMIT changedOutside();
        } else {
            Q_EMIT saveFailed(answer.result.error());
        }
        return;
    }
    const bool isElsewhere = answer.request.path != m_document->path();
    if (isElsewhere) {
        m_journal.forget();
        m_journal.open(answer.request.path);
        m_builtinName.clear();
    }
    m_document->setSaved(answer.request.path, answer.request.text);
    keepNow();
    watch();
    Q_EMIT saved(answer.request.path);
}

void DocumentKeeper::onTextChanged() {
    if (!m_journalPause.isActive()) {
        m_journalPause.start();
    }
}

void DocumentKeeper::keepNow() {
    m_journalPause.stop();
    if (m_document->isModified()) {
        m_journal.keep({m_document->savedText(), m_document->text()});
    } else {
        m_journal.forget();
    }
}

void DocumentKeeper::watch() {
    if (const QStringList files = m_watcher.files(); !files.isEmpty()) {
        m_watcher.removePaths(files);
    }
    if (m_document != nullptr && QFileInfo(m_document->path()).isFile()) {
        m_watcher.addPath(m_document->path());
    }
}

void DocumentKeeper::onFileChanged() {
    watch(); // Who replaces a file ends the watch of the old one.
    const auto there = m_document == nullptr ? std::nullopt : read(m_document->path());
    if (!there || *there == m_document->savedText()) {
        return;
    }
    if (*there == m_document->text()) {
        m_document->setSaved(m_document->path(), *there);
    } else if (m_document->isModified()) {
        Q_EMIT changedOutside();
    } else {
        reload();
        Q_EMIT reloaded();
    }
}

void DocumentKeeper::reload() {
    if (const auto there = m_document == nullptr ? std::nullopt : read(m_document->path())) {
        m_document->setText(*there, tr("Reload the file"));
        m_document->setSaved(m_document->path(), *there);
    }
}

void DocumentKeeper::discardRecovered() {
    if (m_document != nullptr && !m_beforeRecovery.isNull()) {
        m_document->setText(std::exchange(m_beforeRecovery, {}), tr("Discard recovered changes"));
    }
}

} // namespace podleaf::ui
