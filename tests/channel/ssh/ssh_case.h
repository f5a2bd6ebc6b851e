// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the channel over SSH share: a real sshd of their own and short words for the usual.
#pragma once

#include "ssh_server.h"

#include <core/base/op_context.h>
#include <core/base/unique_fd.h>
#include <core/channel/node_channel.h>
#include <tests/fakes/outcome.h>

#include <QTest>

#include <array>
#include <memory>
#include <optional>

namespace podleaf::tests {

using test::codeOf;

inline QString q(const char* source) {
    return QString::fromUtf8(source);
}

inline OpContext soon(std::chrono::milliseconds time = std::chrono::seconds(30)) {
    OpContext context;
    context.deadline = Clock::now() + time;
    return context;
}

inline channel::Command shell(const char* script) {
    return {{q("sh"), q("-c"), q(script)}, {}, {}};
}

template <class T>
QString outcomeOf(const Result<T>& result) {
    return result ? q("fine") : describe(result.error());
}

/// A pipe: what reads and what writes.
std::array<UniqueFd, 2> openPipe();
/// Reads until `text` has come, or nothing more for 20 s; what came.
QByteArray readUntil(int fd, const QByteArray& text);
/// Serves a connection by sending back what comes.
void echo(int fd);

/// A fresh sshd for each test.
struct SshCase {
    void restart(const QByteArray& extra = {}) {
        server.reset();
        server = std::make_unique<SshServer>(extra);
        QCOMPARE(server->problem(), QString());
    }

    std::unique_ptr<SshServer> server;
};

} // namespace podleaf::tests
