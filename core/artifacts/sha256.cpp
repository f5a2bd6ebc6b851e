// SPDX-License-Identifier: GPL-3.0-or-later
#include "sha256.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>
#include <array>
#include <openssl/evp.h>

namespace podleaf::artifacts {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

} // namespace

class Sha256::Private {
public:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : d(std::make_unique<Private>()) {
    EVP_DigestInit_ex(d->context.get(), EVP_sha256(), nullptr);
}

Sha256::~Sha256() = default;

void Sha256::add(QByteArrayView bytes) {
    EVP_DigestUpdate(d->context.get(), bytes.data(), static_cast<std::size_t>(bytes.size()));
}

Digest Sha256::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(d->context.get(), bytes.data(), &size);
    return QString::fromLatin1(QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(size)).toHex());
}

bool isDigest(const QString& text) {
    return text.size() == 64 && std::ranges::all_of(text, [](QChar c) {
               return (c >= QLatin1Char('0') && c <= QLatin1Char('9')) || (c >= QLatin1Char('a') && c <= QLatin1Char('f'));
           });
}

Digest sha256Of(QByteArrayView bytes) {
    Sha256 sum;
    sum.add(bytes);
    return sum.finish();
}

Result<Digest> sha256OfFile(const OpContext& context, const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(file.exists() ? ErrorCode::Failed : ErrorCode::NotFound, tr("Cannot read %1.").arg(path), file.errorString());
    }
    Sha256 sum;
    QByteArray block(1 << 20, Qt::Uninitialized);
    while (true) {
        const qint64 size = file.read(block.data(), block.size());
        if (size < 0) {
            return fail(ErrorCode::Failed, tr("Cannot read %1.").arg(path), file.errorString());
        }
        if (size == 0) {
            return sum.finish();
        }
        sum.add(QByteArrayView(block.constData(), size));
        if (auto going = context.checkpoint(); !going) {
            return fail(std::move(going.error()));
        }
    }
}

} // namespace podleaf::artifacts
