// SPDX-License-Identifier: GPL-3.0-or-later
#include "web_server.h"

#include "loopback.h"

#include <QFile>

namespace podleaf::tests {

WebServer::WebServer() : m_port(freePort()) {
    const QByteArray folder = m_folder.path().toUtf8();
    QFile config(m_folder.filePath(QStringLiteral("nginx.conf")));
    if (!config.open(QIODevice::WriteOnly)) {
        m_problem = config.errorString();
        return;
    }
    config.write("daemon off; master_process off; pid " + folder + "/pid; error_log stderr; events {} http { access_log off; " +
                 "client_body_temp_path " + folder + "; proxy_temp_path " + folder + "; fastcgi_temp_path " + folder +
                 "; uwsgi_temp_path " + folder + "; scgi_temp_path " + folder + "; keepalive_timeout 0; server { listen 127.0.0.1:" +
                 QByteArray::number(m_port) + "; listen unix:" + socketPath().toUtf8() + "; return 200 hello; } }\n");
    config.close();
    const QStringList arguments{QStringLiteral("-e"), QStringLiteral("stderr"), QStringLiteral("-c")};
    if (!startServer(m_process, QStringLiteral("/usr/sbin/nginx"), arguments, config.fileName(), m_port)) {
        m_problem = QStringLiteral("nginx does not start: ") + wordsOf(config.fileName());
    }
}

WebServer::~WebServer() {
    m_process.terminate();
    m_process.waitForFinished();
}

} // namespace podleaf::tests
