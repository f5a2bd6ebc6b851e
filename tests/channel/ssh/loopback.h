// SPDX-License-Identifier: GPL-3.0-or-later
// Servers of a test's own on 127.0.0.1: a free port, waiting until one listens, and that it never outlives the test.
#pragma once

#include <QProcess>

#include <cstdint>

namespace podleaf::tests {

/// A port of 127.0.0.1 that nobody listened on a moment ago.
std::uint16_t freePort();

/// Starts the program and waits until it listens; false when it ends first. It ends with us, whatever happens to us;
/// what it says goes to a file beside `config`, its last argument.
bool startServer(QProcess& process, const QString& program, const QStringList& arguments, const QString& config, std::uint16_t port);

/// What startServer() put beside the configuration.
QString wordsOf(const QString& config);

} // namespace podleaf::tests
