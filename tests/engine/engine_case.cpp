// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_case.h"

#include <core/base/unique_fd.h>

#include <QDir>
#include <QFile>

#include <array>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace podleaf::test {

using channel::Command;

engine::EventHandler EventLog::handler() {
    return [this](const engine::Event& event) {
        const std::lock_guard lock(m_mutex);
        m_events.push_back(event);
        m_arrived.notify_all();
    };
}

std::optional<engine::Event> EventLog::waitFor(const std::function<bool(const engine::Event&)>& fits) {
    std::unique_lock lock(m_mutex);
    std::optional<engine::Event> found;
    m_arrived.wait_for(lock, std::chrono::seconds(10), [&] {
        for (const engine::Event& event : m_events) {
            if (fits(event)) {
                found = event;
                return true;
            }
        }
        return false;
    });
    return found;
}

std::vector<engine::Event> EventLog::all() {
    const std::lock_guard lock(m_mutex);
    return m_events;
}

std::set<QString> namespacesInUse(const char* kind) {
    std::set<QString> found;
    const QStringList pids = QDir(q("/proc")).entryList({q("[0-9]*")}, QDir::Dirs);
    for (const QString& pid : pids) {
        std::array<char, 64> target{};
        const QByteArray path = QFile::encodeName(q("/proc/") + pid + q("/ns/") + q(kind));
        if (::readlink(path.constData(), target.data(), target.size() - 1) > 0) {
            found.insert(q(target.data()));
        }
    }
    return found;
}

QStringList processesOf(const QString& runFolder) {
    QStringList found;
    const QStringList pids = QDir(q("/proc")).entryList({q("[0-9]*")}, QDir::Dirs);
    for (const QString& pid : pids) {
        QFile file(q("/proc/") + pid + q("/cmdline"));
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(runFolder.toUtf8())) {
            found.append(pid);
        }
    }
    return found;
}

void waitForEnd(qint64 pid) {
    const UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
    pollfd wait{handle.get(), POLLIN, 0};
    if (handle.isValid()) {
        ::poll(&wait, 1, 10'000);
    }
}

qint64 childOf(qint64 pid) {
    QFile file(QStringLiteral("/proc/%1/task/%1/children").arg(pid));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().split(' ').value(0).toLongLong() : 0;
}

void EngineCase::begin() {
    QVERIFY(m_folder.isValid());
    ++m_number;
    engine = openEngine();
    QVERIFY(engine);
}

void EngineCase::end() {
    if (engine) {
        OpContext context = soon();
        VERIFY_OK(engine->remove(context));
    }
    engine.reset();
    QCOMPARE(processesOf(runFolder()), QStringList());
    QCOMPARE(QDir(runFolder()).entryList(QDir::NoDotAndDotDot | QDir::AllEntries), QStringList());
}

std::unique_ptr<engine::NamespaceEngine> EngineCase::openEngine(const QString& program) const {
    auto opened = engine::NamespaceEngine::open({LabId(labName()), runFolder(), program, q("/labs/x.yaml"), "name: x\n"});
    return opened ? *std::move(opened) : nullptr;
}

Result<channel::CommandResult> EngineCase::run(const char* name, const QStringList& argv, const QByteArray& input) {
    OpContext context = soon();
    Command command;
    command.argv = argv;
    command.input = input;
    return engine->channel(node(name))->exec(context, command);
}

QString EngineCase::outputOf(const char* name, const QStringList& argv) {
    const auto result = run(name, argv);
    return result ? QString::fromUtf8(result->output + result->errorOutput).trimmed() : describe(result.error());
}

void EngineCase::makePair() {
    const auto address = [](const char* text) { return *Ipv4Prefix::parse(q(text)); };
    OpContext context = soon();
    VERIFY_OK(engine->create(context, {{node("a"), q("a"), {}}, {node("b"), q("b"), {}}},
                             {{LinkId(q("ab")), {node("a"), q("eth0"), {}}, {node("b"), q("eth0"), {}}}}));
    VERIFY_OK(engine->apply(context, node("a"), {{}, {}, {{q("eth0"), address("10.0.0.1/24")}}, {}}));
    VERIFY_OK(engine->apply(context, node("b"), {{}, {}, {{q("eth0"), address("10.0.0.2/24")}}, {}}));
}

qint64 EngineCase::outerPid() const {
    const auto labs = engine::runningLabs(runFolder());
    return labs.empty() ? 0 : labs.front().pid;
}

} // namespace podleaf::test
