// SPDX-License-Identifier: GPL-3.0-or-later
// FileTree: the files of an image, in memory, without root and without a chroot. Values; any thread.
#pragma once

#include "tar.h"

#include <map>
#include <optional>

namespace podleaf::artifacts {

struct TreeNode {
    TarKind kind = TarKind::File;
    int mode = 0644;
    int user = 0;
    int group = 0;
    QByteArray content;
    QString file;   ///< On this host, in place of `content`: large programs stay there.
    QString target; ///< Of links.

    bool operator==(const TreeNode&) const = default;
};

class FileTree {
public:
    /// "./bin/x", "/bin/x" and "bin/x" are "usr/bin/x": /bin, /sbin and /lib* are links into /usr, as in Debian. Empty for
    /// the root and for whatever leaves it.
    static QString clean(const QString& path);

    void put(const QString& path, TreeNode node) { m_nodes[clean(path)] = std::move(node); }
    /// A program of this host, by its path.
    void putProgram(const QString& path, const QString& file) { put(path, {TarKind::File, 0755, 0, 0, {}, file, {}}); }
    [[nodiscard]] const TreeNode* find(const QString& path) const;
    /// The path that is left when links are followed, those of folders on the way too; nothing where one leads nowhere.
    [[nodiscard]] std::optional<QString> resolve(const QString& path) const;
    /// All of it by path, in byte order.
    [[nodiscard]] const std::map<QString, TreeNode>& nodes() const { return m_nodes; }

    /// Everything that a Debian package holds, as `dpkg-deb --fsys-tarfile` gives it. Errors: InvalidInput.
    Result<> addTar(const QByteArray& tar);
    /// Takes `path` over from `other`: what is below a folder, and what links lead to. Errors: NotFound.
    Result<> take(const FileTree& other, const QString& path);

    /// The content, wherever it lies. Errors: NotFound for what is no file, Failed.
    [[nodiscard]] Result<QByteArray> read(const QString& path) const;

private:
    std::map<QString, TreeNode> m_nodes;
};

/// Writes the tree, and the folders and links of /usr that it implies. Equal trees give equal bytes.
Result<> writeTree(const FileTree& tree, TarWriter& writer);

} // namespace podleaf::artifacts
