// SPDX-License-Identifier: GPL-3.0-or-later
#include "oci.h"
#include "version_table.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace podleaf::artifacts {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

QByteArray bytesOf(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact); // keys in order
}

QJsonObject descriptor(const char* type, const Digest& digest, qint64 size) {
    return {{QStringLiteral("mediaType"), QString(QLatin1String("application/vnd.oci.image.") + QLatin1String(type))},
            {QStringLiteral("digest"), QString(QStringLiteral("sha256:") + digest)},
            {QStringLiteral("size"), size}};
}

/// A sink that writes to a file, counts in `sum` where there is one, and stops when it is asked to.
TarWriter::Sink sinkInto(const OpContext& context, QFile& file, Sha256* sum) {
    return [&context, &file, sum](QByteArrayView bytes) -> Result<> {
        if (sum != nullptr) {
            sum->add(bytes);
        }
        if (file.write(bytes.data(), bytes.size()) != bytes.size()) {
            return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(file.fileName()), file.errorString());
        }
        return context.checkpoint();
    };
}

QByteArray configOf(const ImageConfig& config, const Digest& layer) {
    const QJsonObject run{{QStringLiteral("Entrypoint"), QJsonArray::fromStringList(config.entrypoint)},
                          {QStringLiteral("Cmd"), QJsonArray::fromStringList(config.command)},
                          {QStringLiteral("Env"), QJsonArray::fromStringList(config.environment)}};
    return bytesOf(
        {{QStringLiteral("architecture"), hostArchitecture()},
         {QStringLiteral("os"), QStringLiteral("linux")},
         {QStringLiteral("config"), run},
         {QStringLiteral("rootfs"), QJsonObject{{QStringLiteral("type"), QStringLiteral("layers")},
                                                {QStringLiteral("diff_ids"), QJsonArray{QString(QStringLiteral("sha256:") + layer)}}}}});
}

QByteArray indexOf(const ImageConfig& config, const QByteArray& manifest) {
    QJsonArray manifests;
    for (const QString& name : config.names) {
        QJsonObject each = descriptor("manifest.v1+json", sha256Of(manifest), manifest.size());
        each.insert(QStringLiteral("platform"),
                    QJsonObject{{QStringLiteral("architecture"), hostArchitecture()}, {QStringLiteral("os"), QStringLiteral("linux")}});
        // The first is what containerd reads, the second what the specification has.
        each.insert(QStringLiteral("annotations"), QJsonObject{{QStringLiteral("io.containerd.image.name"), name},
                                                               {QStringLiteral("org.opencontainers.image.ref.name"), name}});
        manifests.append(each);
    }
    return bytesOf({{QStringLiteral("schemaVersion"), 2}, {QStringLiteral("manifests"), manifests}});
}

} // namespace

Result<> writeOciArchive(const OpContext& context, const FileTree& tree, const ImageConfig& config, const QString& path,
                         const QString& scratchPath) {
    QFile layer(scratchPath);
    QFile archive(path);
    for (QFile* const file : {&layer, &archive}) {
        if (!file->open(QIODevice::ReadWrite | QIODevice::Truncate)) {
            return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(file->fileName()), file->errorString());
        }
    }
    Sha256 sum;
    TarWriter layerWriter(sinkInto(context, layer, &sum));
    if (auto written = writeTree(tree, layerWriter); !written) {
        return written;
    }
    const Digest layerDigest = sum.finish();
    const QByteArray image = configOf(config, layerDigest);
    const QByteArray manifest = bytesOf({{QStringLiteral("schemaVersion"), 2},
                                         {QStringLiteral("mediaType"), QStringLiteral("application/vnd.oci.image.manifest.v1+json")},
                                         {QStringLiteral("config"), descriptor("config.v1+json", sha256Of(image), image.size())},
                                         {QStringLiteral("layers"), QJsonArray{descriptor("layer.v1.tar", layerDigest, layer.size())}}});
    TarWriter writer(sinkInto(context, archive, nullptr));
    const std::vector<std::pair<QString, QByteArray>> texts{
        {QStringLiteral("oci-layout"), QByteArrayLiteral(R"({"imageLayoutVersion":"1.0.0"})")},
        {QStringLiteral("index.json"), indexOf(config, manifest)},
        {QStringLiteral("blobs/sha256/") + sha256Of(image), image},
        {QStringLiteral("blobs/sha256/") + sha256Of(manifest), manifest}};
    for (const auto& [name, content] : texts) {
        if (auto added = writer.add({name, TarKind::File, 0444, 0, 0, {}, content.size(), 0}, content); !added) {
            return added;
        }
    }
    layer.seek(0);
    auto done = writer.add({QStringLiteral("blobs/sha256/") + layerDigest, TarKind::File, 0444, 0, 0, {}, layer.size(), 0}, layer);
    done = done ? writer.finish() : std::move(done);
    layer.remove();
    if (done && !archive.flush()) {
        return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(path), archive.errorString());
    }
    return done;
}

} // namespace podleaf::artifacts
