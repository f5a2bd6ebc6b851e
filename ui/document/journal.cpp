// SPDX-License-Identifier: GPL-3.0-or-later
// Journal: see the header.
#include "journal.h"

#include <core/labfile/labfile.h>
#include <core/labfile/store.h>

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace podleaf::ui {

namespace {

const QString kPath = QStringLiteral("path");
const QString kBase = QStringLiteral("base");
const QString kText = QStringLiteral("text");
const QString kAt = QStringLiteral("at");
/// Two texts of a lab file in base64, and some.
constexpr qint64 kMaxJournal = 3 * labfile::kMaxBytes;

QString text64(const QByteArray& bytes) {
    return QString::fromLatin1(bytes.toBase64());
}

std::optional<Unsaved> read(const QString& file, const QString& path) {
    QFile journal(file);
    if (!journal.open(QIODevice::ReadOnly)) {
        return std::nullopt;
    }
    const QJsonObject entry = QJsonDocument::fromJson(journal.read(kMaxJournal)).object();
    if (entry[kPath].toString() != path) {
        return std::nullopt; // Cut off, or of another file.
    }
    const auto bytes = [&entry](const QString& key) { return QByteArray::fromBase64(entry[key].toString().toLatin1()); };
    return Unsaved{bytes(kBase), bytes(kText), QDateTime::fromString(entry[kAt].toString(), Qt::ISODate)};
}

} // namespace

Journal::Journal(QString folder) : m_folder(std::move(folder)) {}

Journal::~Journal() = default;

std::optional<Unsaved> Journal::open(const QString& path) {
    m_writer.reset();
    m_lock.reset();
    m_file.clear();
    m_path = path;
    const QDir folder(m_folder);
    if (m_folder.isEmpty() || !folder.mkpath(QStringLiteral("."))) {
        return std::nullopt;
    }
    const QString name = QString::fromLatin1(QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha256).toHex().left(16));
    auto lock = std::make_unique<QLockFile>(folder.filePath(name + QStringLiteral(".lock")));
    lock->setStaleLockTime(0); // Stale only when the process that holds it is gone.
    if (!lock->tryLock()) {
        return std::nullopt;
    }
    m_lock = std::move(lock);
    m_file = folder.filePath(name + QStringLiteral(".json"));
    m_writer =
        std::make_unique<Latest<Entry, std::optional<Error>>>([](const Entry& entry, const std::stop_token&) { return write(entry); },
                                                              [this](std::optional<Error> fault) { m_fault = std::move(fault); });
    return read(m_file, path);
}

void Journal::keep(const Unsaved& unsaved) {
    if (!m_file.isEmpty()) {
        m_writer->request({m_file, m_path, unsaved});
    }
}

void Journal::forget() {
    if (!m_file.isEmpty()) {
        m_writer->request({m_file, m_path, std::nullopt});
    }
}

std::optional<Error> Journal::write(const Entry& entry) {
    if (!entry.unsaved) {
        QFile::remove(entry.file);
        return std::nullopt;
    }
    const QJsonObject json{{kPath, entry.path},
                           {kBase, text64(entry.unsaved->base)},
                           {kText, text64(entry.unsaved->text)},
                           {kAt, QDateTime::currentDateTime().toString(Qt::ISODate)}};
    auto written = labfile::write(entry.file, QJsonDocument(json).toJson(QJsonDocument::Compact));
    return written ? std::nullopt : std::optional(written.error());
}

} // namespace podleaf::ui
