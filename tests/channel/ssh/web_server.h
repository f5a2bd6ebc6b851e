// SPDX-License-Identifier: GPL-3.0-or-later
// WebServer: nginx on a free port of 127.0.0.1 and on a Unix socket, answering every request with "hello".
#pragma once

#include <QProcess>
#include <QTemporaryDir>

#include <cstdint>

namespace podleaf::tests {

class WebServer {
public:
    WebServer();
    ~WebServer();
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;

    /// Empty when it listens, else why not.
    [[nodiscard]] QString problem() const { return m_problem; }
    [[nodiscard]] QString socketPath() const { return m_folder.filePath(QStringLiteral("web.sock")); }
    [[nodiscard]] std::uint16_t port() const { return m_port; }

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    std::uint16_t m_port = 0;
    QString m_problem;
};

} // namespace podleaf::tests
