// SPDX-License-Identifier: GPL-3.0-or-later
// Tar archives: written so that equal input gives equal bytes, and listed from any device that can seek. Pure but for the
// device; any thread. Written is POSIX ustar; read are ustar, and GNU's and pax' long names.
#pragma once

#include <core/base/result.h>

#include <QByteArray>
#include <QIODevice>

#include <functional>
#include <vector>

namespace podleaf::artifacts {

enum class TarKind { File, Folder, Link, HardLink, Other };

struct TarMember {
    QString name; ///< As written: "./usr/bin/x".
    TarKind kind = TarKind::File;
    int mode = 0644;
    int user = 0;
    int group = 0;
    QString target; ///< Of links.
    qint64 size = 0;
    qint64 offset = 0; ///< Of the content, in the device. Reading only.
};

class TarWriter {
public:
    using Sink = std::function<Result<>(QByteArrayView)>;
    explicit TarWriter(Sink sink) : m_sink(std::move(sink)) {}

    /// A member and its content, which is exactly `member.size` bytes. Errors: InvalidInput for what ustar cannot say
    /// (names above 255 bytes, targets above 100); the sink's.
    Result<> add(const TarMember& member, QByteArrayView content);
    /// The same with the content from a device. Errors: also Failed when it has fewer bytes.
    Result<> add(const TarMember& member, QIODevice& content);
    /// Ends the archive.
    Result<> finish();

private:
    Result<> header(const TarMember& member);
    Result<> pad(qint64 size);

    Sink m_sink;
};

/// All members, in the archive's order. Errors: InvalidInput for what is no tar archive, is cut short or has more than
/// `most` members.
Result<std::vector<TarMember>> listTar(QIODevice& device, std::size_t most = 100'000);

} // namespace podleaf::artifacts
