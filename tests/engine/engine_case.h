// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the namespace engine share: a lab of two nodes on a real lab host, and what is left of it.
#pragma once

#include <core/engine/namespaces/namespace_engine.h>
#include <tests/fakes/outcome.h>

#include <QTemporaryDir>
#include <QTest>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>

namespace podleaf::test {

inline QString q(const char* source) {
    return QString::fromLatin1(source);
}

inline NodeId node(const char* name) {
    return NodeId(q(name));
}

inline OpContext soon(int seconds = 15) {
    OpContext context;
    context.deadline = Clock::now() + std::chrono::seconds(seconds);
    return context;
}

/// Events of a subscription, to be waited for.
class EventLog {
public:
    engine::EventHandler handler();
    /// Waits until an event fits; nullopt after ten seconds.
    std::optional<engine::Event> waitFor(const std::function<bool(const engine::Event&)>& fits);
    std::vector<engine::Event> all();

private:
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::vector<engine::Event> m_events;
};

/// Inode numbers of all namespaces of one kind that some process is in.
std::set<QString> namespacesInUse(const char* kind);
/// Processes whose arguments name this run folder's lab hosts.
QStringList processesOf(const QString& runFolder);
/// At most ten seconds.
void waitForEnd(qint64 pid);
/// The first child of a process; 0 for none.
qint64 childOf(qint64 pid);

/// A run folder and an engine for one lab after the other in it.
class EngineCase {
public:
    /// Opens the next lab's engine.
    void begin();
    /// Removes the lab; nothing of it may be left.
    void end();

    [[nodiscard]] QString runFolder() const { return m_folder.path(); }
    [[nodiscard]] QString labName() const { return q("test%1").arg(m_number); }
    [[nodiscard]] QString socketPath() const { return runFolder() + QLatin1Char('/') + labName() + q("/labhost.sock"); }
    [[nodiscard]] static QString labhostProgram() { return QCoreApplication::applicationDirPath() + q("/podleaf-labhost"); }
    std::unique_ptr<engine::NamespaceEngine> openEngine(const QString& program = labhostProgram()) const;
    Result<channel::CommandResult> run(const char* name, const QStringList& argv, const QByteArray& input = {});
    /// Standard output of a program in a node; its error where it failed.
    QString outputOf(const char* name, const QStringList& argv);
    /// Two nodes a and b, eth0 to eth0, 10.0.0.1 and 10.0.0.2.
    void makePair();
    qint64 outerPid() const;

    std::unique_ptr<engine::NamespaceEngine> engine;

private:
    QTemporaryDir m_folder;
    int m_number = 0;
};

} // namespace podleaf::test
