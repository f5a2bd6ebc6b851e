// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_tree.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStringList>

#include <array>

namespace podleaf::artifacts {

namespace {

constexpr int kMostLinks = 16;
constexpr std::array kIntoUsr{"bin", "lib", "lib64", "sbin"};

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

QString parentOf(const QString& path) {
    return path.contains(QLatin1Char('/')) ? path.section(QLatin1Char('/'), 0, -2) : QString();
}

/// Where a link at `path` leads, from the root.
QString targetOf(const QString& path, const QString& target) {
    return target.startsWith(QLatin1Char('/')) ? target : QString(parentOf(path) + QLatin1Char('/') + target);
}

} // namespace

QString FileTree::clean(const QString& path) {
    QString cleaned = QDir::cleanPath(QLatin1Char('/') + path).mid(1);
    if (cleaned.startsWith(QLatin1String("../")) || cleaned == QLatin1String("..")) {
        return {};
    }
    for (const char* name : kIntoUsr) {
        if (cleaned == QLatin1String(name) || cleaned.startsWith(QLatin1String(name) + QLatin1Char('/'))) {
            return QStringLiteral("usr/") + cleaned;
        }
    }
    return cleaned;
}

const TreeNode* FileTree::find(const QString& path) const {
    const auto it = m_nodes.find(clean(path));
    return it == m_nodes.end() ? nullptr : &it->second;
}

std::optional<QString> FileTree::resolve(const QString& path) const {
    QString left = clean(path);
    for (int links = 0; links < kMostLinks; ++links) {
        QString walked;
        bool isFollowed = false;
        const QStringList parts = left.split(QLatin1Char('/'));
        for (qsizetype i = 0; i < parts.size() && !isFollowed; ++i) {
            walked += (i == 0 ? QString() : QStringLiteral("/")) + parts[i];
            const TreeNode* const node = find(walked);
            if (node != nullptr && node->kind == TarKind::Link) {
                const QString rest = parts.mid(i + 1).join(QLatin1Char('/'));
                left = clean(targetOf(walked, node->target) + QLatin1Char('/') + rest);
                isFollowed = true;
            }
        }
        if (!isFollowed) {
            return find(left) == nullptr ? std::nullopt : std::optional(left);
        }
    }
    return std::nullopt;
}

Result<> FileTree::addTar(const QByteArray& tar) {
    QBuffer buffer;
    buffer.setData(tar);
    buffer.open(QIODevice::ReadOnly);
    const auto members = listTar(buffer);
    if (!members) {
        return fail(members.error());
    }
    for (const TarMember& member : *members) {
        const QString path = clean(member.name);
        if (path.isEmpty() || member.kind == TarKind::Other) {
            continue;
        }
        TreeNode node{member.kind, member.mode, member.user, member.group, {}, {}, member.target};
        if (member.kind == TarKind::File) {
            node.content = tar.mid(member.offset, member.size);
        }
        if (const TreeNode* const first = member.kind == TarKind::HardLink ? find(member.target) : nullptr) {
            node = *first;
        }
        m_nodes[path] = std::move(node);
    }
    return {};
}

Result<> FileTree::take(const FileTree& other, const QString& path) {
    const QString cleaned = clean(path);
    const TreeNode* const node = other.find(cleaned);
    if (node == nullptr) {
        const auto resolved = other.resolve(cleaned); // by way of a folder that is a link
        return resolved ? take(other, *resolved) : fail(ErrorCode::NotFound, tr("None of the packages has %1.").arg(path));
    }
    if (find(cleaned) != nullptr) {
        return {};
    }
    m_nodes[cleaned] = *node;
    if (node->kind == TarKind::Link) {
        return take(other, targetOf(cleaned, node->target));
    }
    if (node->kind == TarKind::Folder) {
        const QString below = cleaned + QLatin1Char('/');
        for (auto it = other.m_nodes.lower_bound(below); it != other.m_nodes.end() && it->first.startsWith(below); ++it) {
            if (auto taken = take(other, it->first); !taken) {
                return taken;
            }
        }
    }
    return {};
}

Result<QByteArray> FileTree::read(const QString& path) const {
    const auto resolved = resolve(path);
    const TreeNode* const node = resolved ? find(*resolved) : nullptr;
    if (node == nullptr || node->kind != TarKind::File) {
        return fail(ErrorCode::NotFound, tr("There is no file %1.").arg(path));
    }
    if (node->file.isEmpty()) {
        return node->content;
    }
    QFile file(node->file);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::Failed, tr("Cannot read %1.").arg(node->file), file.errorString());
    }
    return file.readAll();
}

Result<> writeTree(const FileTree& tree, TarWriter& writer) {
    std::map<QString, TreeNode> all = tree.nodes();
    const TreeNode folder{TarKind::Folder, 0755, 0, 0, {}, {}, {}};
    for (const auto& [path, node] : tree.nodes()) {
        for (QString parent = parentOf(path); !parent.isEmpty(); parent = parentOf(parent)) {
            all.try_emplace(parent, folder);
        }
    }
    for (const char* name : kIntoUsr) {
        const QString inUsr = QStringLiteral("usr/") + QLatin1String(name);
        if (all.contains(inUsr)) {
            all[QLatin1String(name)] = TreeNode{TarKind::Link, 0777, 0, 0, {}, {}, inUsr};
        }
    }
    for (const auto& [path, node] : all) {
        QFile file(node.file);
        if (!node.file.isEmpty() && !file.open(QIODevice::ReadOnly)) {
            return fail(ErrorCode::Failed, tr("Cannot read %1.").arg(node.file), file.errorString());
        }
        const qint64 size = node.kind != TarKind::File ? 0 : node.file.isEmpty() ? node.content.size() : file.size();
        const TarMember member{path, node.kind, node.mode, node.user, node.group, node.target, size, 0};
        auto added = node.file.isEmpty() ? writer.add(member, node.kind == TarKind::File ? QByteArrayView(node.content) : QByteArrayView())
                                         : writer.add(member, file);
        if (!added) {
            return added;
        }
    }
    return writer.finish();
}

} // namespace podleaf::artifacts
