// SPDX-License-Identifier: GPL-3.0-or-later
// SshTarget: where a node's SSH server is, how it proves that it is the node, and how we log in. A plain value.
#pragma once

#include <QByteArray>
#include <QString>

#include <chrono>
#include <cstdint>
#include <variant>

namespace podleaf::channel {

/// A private key without a passphrase in a file, in any format of OpenSSH.
struct SshKeyFile {
    QString path;
};

/// The same, held in memory. Never logged.
struct SshKeyText {
    QByteArray content;
};

struct SshTarget {
    QString node; ///< For sentences: "host1".
    QString host; ///< A numeric address; no name is looked up.
    std::uint16_t port = 22;
    QString user = QStringLiteral("root");
    QByteArray hostKey; ///< As in a .pub file: "ssh-ed25519 AAAA…". Any other key of the server is refused.
    std::variant<SshKeyFile, SshKeyText> key;

    /// Programs that run at once; more of them wait. sshd's MaxSessions (10), less one for stopping programs.
    int maxPrograms = 9;
    /// Silence after which the node is asked for a sign of life; after three times that long it counts as lost.
    std::chrono::milliseconds keepalive{15'000};
};

} // namespace podleaf::channel
