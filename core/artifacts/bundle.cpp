// SPDX-License-Identifier: GPL-3.0-or-later
#include "bundle.h"
#include "program.h"
#include "tar.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>
#include <cstdio>

namespace podleaf::artifacts {

namespace {

constexpr const char* kMark = "podleaf-bundle-1";
constexpr const char* kWindow = "--long=28"; // 256 MB: the largest program fits in
constexpr qint64 kMostIndexBytes = 1 << 20;

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

QString word(const char* text) {
    return QString::fromLatin1(text);
}

Result<> writeTar(const OpContext& context, const Store& store, const std::vector<Entry>& entries, QFile& file) {
    TarWriter writer([&](QByteArrayView bytes) -> Result<> {
        return file.write(bytes.data(), bytes.size()) == bytes.size()
                   ? context.checkpoint()
                   : Result<>(fail(ErrorCode::Failed, tr("Cannot write %1.").arg(file.fileName()), file.errorString()));
    });
    auto done = writer.add({word(kMark), TarKind::File, 0444, 0, 0, {}, 0, 0}, QByteArrayView());
    for (const Entry& entry : entries) {
        const QByteArray json = QJsonDocument(entry.toJson()).toJson();
        const QString name = QStringLiteral("index/") + entry.recipe.key() + QStringLiteral(".json");
        done = done ? writer.add({name, TarKind::File, 0444, 0, 0, {}, json.size(), 0}, json) : std::move(done);
    }
    QSet<Digest> seen;
    for (const Entry& entry : entries) {
        for (const StoredFile& each : entry.files) {
            if (!done || seen.contains(each.digest)) {
                continue;
            }
            seen.insert(each.digest);
            QFile blob(store.pathOf(each.digest));
            if (!blob.open(QIODevice::ReadOnly)) {
                return fail(ErrorCode::NotFound, tr("%1 of %2 is not in the store.").arg(each.name, entry.recipe.component));
            }
            const int mode = each.isExecutable ? 0555 : 0444;
            done = writer.add({QStringLiteral("blobs/") + each.digest, TarKind::File, mode, 0, 0, {}, blob.size(), 0}, blob);
        }
    }
    return done ? writer.finish() : std::move(done);
}

Unexpected noBundle(const QString& path, const QString& why) {
    return fail(ErrorCode::InvalidInput, tr("%1 is no bundle of Podleaf's.").arg(path), why);
}

/// Copies a member out and lets the store take it; its name must be its digest.
Result<> takeBlob(const OpContext& context, const Store& store, QFile& tar, const TarMember& member, const QString& scratch) {
    QFile file(scratch);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || !tar.seek(member.offset)) {
        return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(scratch), file.errorString());
    }
    QByteArray block(1 << 20, Qt::Uninitialized);
    for (qint64 left = member.size; left > 0;) {
        const qint64 size = tar.read(block.data(), std::min<qint64>(left, block.size()));
        if (size <= 0 || file.write(block.constData(), size) != size) {
            return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(scratch), file.errorString());
        }
        left -= size;
    }
    file.close();
    const Digest digest = member.name.section(QLatin1Char('/'), 1);
    const auto got = sha256OfFile(context, scratch);
    if (!got) {
        return fail(got.error());
    }
    if (*got != digest) {
        return fail(ErrorCode::InvalidInput, tr("A file of the bundle is not what its name says."),
                    tr("expected %1\ngot      %2").arg(digest, *got));
    }
    const auto taken = store.adopt(context, scratch, digest, (member.mode & 0100) != 0);
    return taken ? Result<>() : fail(taken.error());
}

Result<std::vector<Entry>> readIndex(QFile& tar, const std::vector<TarMember>& members, const QString& path) {
    QSet<QString> names;
    for (const TarMember& member : members) {
        names.insert(member.name);
    }
    std::vector<Entry> entries;
    for (const TarMember& member : members) {
        if (!member.name.startsWith(QLatin1String("index/"))) {
            continue;
        }
        tar.seek(member.offset);
        auto entry = Entry::fromJson(tar.read(std::min(member.size, kMostIndexBytes)));
        if (!entry) {
            return noBundle(path, entry.error().message);
        }
        for (const StoredFile& file : entry->files) {
            if (!names.contains(QStringLiteral("blobs/") + file.digest)) {
                return noBundle(path, tr("It lacks %1 of %2.").arg(file.name, entry->recipe.component));
            }
        }
        entry->fromBundle = true;
        entries.push_back(std::move(*entry));
    }
    return entries;
}

} // namespace

Result<qint64> writeBundle(const OpContext& context, const Store& store, const std::vector<Entry>& entries, const QString& path) {
    const auto scratch = store.scratch();
    if (!scratch) {
        return fail(scratch.error());
    }
    QFile tar((*scratch)->filePath(QStringLiteral("bundle.tar")));
    if (!tar.open(QIODevice::WriteOnly)) {
        return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(tar.fileName()), tar.errorString());
    }
    if (auto written = writeTar(context, store, entries, tar); !written) {
        return fail(std::move(written.error()));
    }
    tar.close();
    context.report(tr("Compressing %1 MB.").arg(tar.size() / 1'000'000));
    const QString part = path + QStringLiteral(".part");
    auto compressed =
        runProgram(context, {QStringLiteral("zstd"),
                             {QStringLiteral("--quiet"), QStringLiteral("--force"), QStringLiteral("--threads=0"), word(kWindow),
                              QStringLiteral("-12"), QStringLiteral("-o"), QFileInfo(part).absoluteFilePath(), tar.fileName()},
                             (*scratch)->path(),
                             {},
                             {}});
    if (!compressed) {
        QFile::remove(part);
        return fail(wrapError(tr("Cannot write the bundle"), std::move(compressed.error())));
    }
    if (std::rename(QFile::encodeName(part).constData(), QFile::encodeName(path).constData()) != 0) {
        return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(path));
    }
    return QFileInfo(path).size();
}

Result<int> readBundle(const OpContext& context, const Store& store, const QString& path) {
    if (!QFileInfo(path).isFile()) {
        return fail(ErrorCode::NotFound, tr("There is no file %1.").arg(path));
    }
    const auto scratch = store.scratch();
    if (!scratch) {
        return fail(scratch.error());
    }
    context.report(tr("Reading the bundle %1.").arg(path));
    QFile tar((*scratch)->filePath(QStringLiteral("bundle.tar")));
    auto unpacked = runProgram(context, {QStringLiteral("zstd"),
                                         {QStringLiteral("--quiet"), QStringLiteral("--decompress"), word(kWindow), QStringLiteral("-o"),
                                          tar.fileName(), QFileInfo(path).absoluteFilePath()},
                                         (*scratch)->path(),
                                         {},
                                         {}});
    if (!unpacked) {
        return unpacked.error().code == ErrorCode::Failed ? noBundle(path, unpacked.error().detail) : fail(std::move(unpacked.error()));
    }
    if (!tar.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::Failed, tr("Cannot read %1.").arg(tar.fileName()), tar.errorString());
    }
    const auto members = listTar(tar);
    if (!members || members->empty() || members->front().name != QLatin1String(kMark)) {
        return noBundle(path, members ? tr("Its mark is missing.") : members.error().detail);
    }
    const auto entries = readIndex(tar, *members, path);
    if (!entries) {
        return fail(entries.error());
    }
    for (const TarMember& member : *members) {
        if (member.kind != TarKind::File || !member.name.startsWith(QLatin1String("blobs/"))) {
            continue;
        }
        if (auto taken = takeBlob(context, store, tar, member, (*scratch)->filePath(QStringLiteral("blob"))); !taken) {
            return fail(std::move(taken.error()));
        }
    }
    for (const Entry& entry : *entries) {
        if (auto put = store.put(entry); !put) {
            return fail(std::move(put.error()));
        }
    }
    return static_cast<int>(entries->size());
}

} // namespace podleaf::artifacts
