// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as a tar archive (as they are, and with the sums of all blocks made right), as an ELF file, as an entry of
// the store's index and as a list of checksums.
#include "fuzzing.h"

#include <core/artifacts/download.h>
#include <core/artifacts/elf_needs.h>
#include <core/artifacts/entry.h>

#include <QBuffer>
#include <QJsonDocument>

#include <numeric>

using namespace podleaf;
using namespace podleaf::artifacts;

namespace {

constexpr qsizetype kBlock = 512;
constexpr qsizetype kSumAt = 148;

/// Else nearly every input ends at the first block's sum.
QByteArray withRightSums(QByteArray archive) {
    for (qsizetype at = 0; at + kBlock <= archive.size(); at += kBlock) {
        archive.replace(at + kSumAt, 8, "        ");
        const auto begin = archive.cbegin() + at;
        const qint64 sum =
            std::accumulate(begin, begin + kBlock, qint64{0}, [](qint64 all, char byte) { return all + static_cast<unsigned char>(byte); });
        archive.replace(at + kSumAt, 6, QByteArray::number(sum, 8).rightJustified(6, '0'));
    }
    return archive;
}

void readArchive(const QByteArray& archive) {
    QBuffer buffer;
    buffer.setData(archive);
    buffer.open(QIODevice::ReadOnly);
    const auto members = listTar(buffer);
    for (const TarMember& member : members.value_or(std::vector<TarMember>())) {
        fuzz::claim(member.size >= 0 && member.offset >= 0);
        fuzz::claim(member.kind != TarKind::File || member.offset + member.size <= archive.size());
    }
    FileTree tree;
    const bool isRead = tree.addTar(archive).has_value();
    fuzz::claim(isRead == members.has_value());
    for (const auto& [path, node] : tree.nodes()) {
        fuzz::claim(!path.isEmpty() && FileTree::clean(path) == path);
        const auto resolved = tree.resolve(path);
        fuzz::claim(!resolved || tree.find(*resolved) != nullptr);
    }
    static_cast<void>(missingLibraries(tree));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArray bytes = fuzz::bytesOf(data, size).toByteArray();
    readArchive(bytes);
    readArchive(withRightSums(bytes));
    static_cast<void>(readElf(bytes));
    if (const auto entry = Entry::fromJson(bytes)) {
        const auto again = Entry::fromJson(QJsonDocument(entry->toJson()).toJson());
        fuzz::claim(again && again->files == entry->files && again->recipe == entry->recipe);
    }
    if (const auto digest = findInSums(bytes, QStringLiteral("kubelet"))) {
        fuzz::claim(isDigest(*digest));
    }
    return 0;
}
