// SPDX-License-Identifier: GPL-3.0-or-later
#include "tar.h"

#include <QCoreApplication>

#include <algorithm>
#include <numeric>
#include <optional>

namespace podleaf::artifacts {

namespace {

constexpr qsizetype kBlock = 512;
constexpr qint64 kMostExtraBytes = 1 << 16; // long names, pax records
/// The same in all archives, so that the time of making does not show.
constexpr qint64 kModified = 1'700'000'000;

// POSIX.1-2017, pax, "ustar Interchange Format": offsets and lengths in the header.
struct Field {
    qsizetype at;
    qsizetype size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUser{108, 8};
constexpr Field kGroup{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kSum{148, 8};
constexpr Field kType{156, 1};
constexpr Field kTarget{157, 100};
constexpr Field kMagic{257, 8};
constexpr Field kPrefix{345, 155};

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

void put(QByteArray& block, Field field, const QByteArray& value) {
    block.replace(field.at, value.size(), value);
}

void putNumber(QByteArray& block, Field field, qint64 number) {
    put(block, field, QByteArray::number(number, 8).rightJustified(field.size - 1, '0'));
}

QByteArray get(const QByteArray& block, Field field) {
    const QByteArray value = block.mid(field.at, field.size);
    const qsizetype end = value.indexOf('\0');
    return end < 0 ? value : value.left(end);
}

std::optional<qint64> getNumber(const QByteArray& block, Field field) {
    bool ok = false;
    const QByteArray digits = get(block, field).trimmed();
    const qint64 number = digits.isEmpty() ? 0 : digits.toLongLong(&ok, 8);
    return (ok || digits.isEmpty()) && number >= 0 ? std::optional(number) : std::nullopt;
}

/// The sum of the bytes, those of the sum itself counted as blanks.
qint64 sumOf(QByteArray block) {
    block.replace(kSum.at, kSum.size, QByteArray(kSum.size, ' '));
    return std::accumulate(block.begin(), block.end(), qint64{0},
                           [](qint64 sum, char byte) { return sum + static_cast<unsigned char>(byte); });
}

char letterOf(TarKind kind) {
    switch (kind) {
    case TarKind::Folder:
        return '5';
    case TarKind::Link:
        return '2';
    case TarKind::HardLink:
        return '1';
    default:
        return '0';
    }
}

TarKind kindOf(char letter) {
    switch (letter) {
    case '0':
    case '\0':
        return TarKind::File;
    case '1':
        return TarKind::HardLink;
    case '2':
        return TarKind::Link;
    case '5':
        return TarKind::Folder;
    default:
        return TarKind::Other;
    }
}

qint64 padded(qint64 size) {
    return (size + kBlock - 1) / kBlock * kBlock;
}

Unexpected noTar(const QString& why) {
    return fail(ErrorCode::InvalidInput, tr("The archive cannot be read."), why);
}

/// What stands before a member for it: GNU's long name and target, pax' records.
struct Extra {
    std::optional<QByteArray> name;
    std::optional<QByteArray> target;
    std::optional<qint64> size;
};

/// "LENGTH KEY=VALUE\n", again and again.
bool readPax(QByteArray records, Extra& extra) {
    while (!records.isEmpty()) {
        const qsizetype blank = records.indexOf(' ');
        bool ok = false;
        const qsizetype length = records.left(std::max<qsizetype>(blank, 0)).toLongLong(&ok);
        if (!ok || length <= blank || length > records.size()) {
            return false;
        }
        const QByteArray record = records.mid(blank + 1, length - blank - 2);
        const QByteArray value = record.mid(record.indexOf('=') + 1);
        if (record.startsWith("path=")) {
            extra.name = value;
        } else if (record.startsWith("linkpath=")) {
            extra.target = value;
        } else if (record.startsWith("size=")) {
            extra.size = value.toLongLong(&ok);
            if (!ok || *extra.size < 0) {
                return false;
            }
        }
        records.remove(0, length);
    }
    return true;
}

bool readExtra(char letter, const QByteArray& content, Extra& extra) {
    const QByteArray text = content.left(std::max<qsizetype>(content.indexOf('\0'), 0));
    if (letter == 'L') {
        extra.name = text;
    } else if (letter == 'K') {
        extra.target = text;
    } else if (letter == 'x') {
        return readPax(content, extra);
    }
    return true; // 'g' holds for all that follows, and nothing that is asked for here
}

TarMember memberOf(const QByteArray& block, const Extra& extra) {
    TarMember member;
    const QByteArray prefix = block.mid(kMagic.at, 6) == QByteArray("ustar\0", 6) ? get(block, kPrefix) : QByteArray();
    const QByteArray name = prefix.isEmpty() ? get(block, kName) : QByteArray(prefix + '/' + get(block, kName));
    member.name = QString::fromUtf8(extra.name.value_or(name));
    member.kind = kindOf(block.at(kType.at));
    member.mode = static_cast<int>(getNumber(block, kMode).value_or(0) & 07777);
    member.user = static_cast<int>(getNumber(block, kUser).value_or(0));
    member.group = static_cast<int>(getNumber(block, kGroup).value_or(0));
    member.target = QString::fromUtf8(extra.target.value_or(get(block, kTarget)));
    return member;
}

} // namespace

Result<> TarWriter::header(const TarMember& member) {
    QByteArray name = member.name.toUtf8();
    QByteArray prefix;
    if (name.size() > kName.size) {
        const qsizetype cut = name.indexOf('/', name.size() - kName.size - 1);
        prefix = name.left(std::max<qsizetype>(cut, 0));
        name = name.mid(cut + 1);
    }
    const QByteArray target = member.target.toUtf8();
    if (name.size() > kName.size || prefix.size() > kPrefix.size || target.size() > kTarget.size || name.isEmpty()) {
        return fail(ErrorCode::InvalidInput, tr("The name %1 is too long for an archive.").arg(member.name));
    }
    QByteArray block(kBlock, '\0');
    put(block, kName, name);
    putNumber(block, kMode, member.mode);
    putNumber(block, kUser, member.user);
    putNumber(block, kGroup, member.group);
    putNumber(block, kSize, member.size);
    putNumber(block, kTime, kModified);
    block[kType.at] = letterOf(member.kind);
    put(block, kTarget, target);
    put(block, kMagic,
        QByteArray("ustar\0"
                   "00",
                   8));
    put(block, kPrefix, prefix);
    put(block, kSum, QByteArray::number(sumOf(block), 8).rightJustified(6, '0') + QByteArray("\0 ", 2));
    return m_sink(block);
}

Result<> TarWriter::pad(qint64 size) {
    return m_sink(QByteArray(padded(size) - size, '\0'));
}

Result<> TarWriter::add(const TarMember& member, QByteArrayView content) {
    Q_ASSERT(content.size() == member.size);
    auto done = header(member);
    done = done ? m_sink(content) : std::move(done);
    return done ? pad(member.size) : std::move(done);
}

Result<> TarWriter::add(const TarMember& member, QIODevice& content) {
    auto done = header(member);
    QByteArray block(1 << 20, Qt::Uninitialized);
    for (qint64 left = member.size; done && left > 0;) {
        const qint64 size = content.read(block.data(), std::min<qint64>(left, block.size()));
        if (size <= 0) {
            return fail(ErrorCode::Failed, tr("%1 ended too early.").arg(member.name), content.errorString());
        }
        done = m_sink(QByteArrayView(block.constData(), size));
        left -= size;
    }
    return done ? pad(member.size) : std::move(done);
}

Result<> TarWriter::finish() {
    return m_sink(QByteArray(2 * kBlock, '\0'));
}

Result<std::vector<TarMember>> listTar(QIODevice& device, std::size_t most) {
    std::vector<TarMember> members;
    Extra extra;
    const QByteArray zeros(kBlock, '\0');
    while (true) {
        const QByteArray block = device.read(kBlock);
        if (block == zeros) {
            return members;
        }
        if (block.size() != kBlock || getNumber(block, kSum) != sumOf(block)) {
            return noTar(block.size() != kBlock ? tr("It is cut short.") : tr("A header has a wrong sum."));
        }
        const char letter = block.at(kType.at);
        const bool isExtra = letter == 'L' || letter == 'K' || letter == 'x' || letter == 'g';
        TarMember member = memberOf(block, extra);
        const auto stated = isExtra || !extra.size ? getNumber(block, kSize) : extra.size;
        member.size = stated.value_or(-1);
        member.offset = device.pos();
        const bool hasContent = isExtra || member.kind == TarKind::File;
        const qint64 end = member.offset + (hasContent ? padded(member.size) : 0);
        if (member.size < 0 || end > device.size() || (isExtra && member.size > kMostExtraBytes)) {
            return noTar(tr("A member has no possible size."));
        }
        if (isExtra && !readExtra(letter, device.read(member.size), extra)) {
            return noTar(tr("A record cannot be read."));
        }
        if (!isExtra) {
            if (members.size() == most) {
                return noTar(tr("It has too many members."));
            }
            members.push_back(std::move(member));
            extra = {};
        }
        if (!device.seek(end)) {
            return noTar(device.errorString());
        }
    }
}

} // namespace podleaf::artifacts
