// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_under_test.h"

#include <QCoreApplication>
#include <QFile>

#include <csignal>
#include <poll.h>
#include <sys/syscall.h>

namespace podleaf {

namespace {

qint64 childOf(qint64 pid) {
    QFile file(QStringLiteral("/proc/%1/task/%1/children").arg(pid));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().split(' ').value(0).toLongLong() : 0;
}

UniqueFd handleOf(qint64 pid) {
    return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
}

void waitForEnd(const UniqueFd& handle) {
    pollfd wait{handle.get(), POLLIN, 0};
    if (handle.isValid()) {
        ::poll(&wait, 1, 10'000);
    }
}

} // namespace

OpContext soon() {
    OpContext context;
    context.deadline = Clock::now() + std::chrono::seconds(15);
    return context;
}

Result<std::unique_ptr<LabUnderTest>> LabUnderTest::start(const QStringList& nodes) {
    std::unique_ptr<LabUnderTest> lab(new LabUnderTest);
    auto opened = engine::NamespaceEngine::open({LabId(QStringLiteral("lab")), lab->m_folder.path(),
                                                 QCoreApplication::applicationDirPath() + QStringLiteral("/podleaf-labhost"),
                                                 QStringLiteral("/labs/x.yaml"), "name: x\n"});
    if (!opened) {
        return fail(opened.error());
    }
    lab->m_engine = *std::move(opened);
    std::vector<engine::NodeSpec> specs;
    for (const QString& name : nodes) {
        specs.push_back({NodeId(name), name, {}});
    }
    OpContext context = soon();
    if (auto made = lab->m_engine->create(context, specs, {}); !made) {
        return fail(made.error());
    }
    return lab;
}

LabUnderTest::~LabUnderTest() {
    OpContext context = soon();
    auto removed = m_engine ? m_engine->remove(context) : Result<>();
    if (!removed) {
        qWarning("%s", qPrintable(describe(removed.error())));
    }
}

QString LabUnderTest::socketPath() const {
    return m_folder.path() + QStringLiteral("/lab/labhost.sock");
}

Result<std::shared_ptr<channel::LabhostClient>> LabUnderTest::connect(channel::LabhostClient::EventHandler handler) const {
    OpContext context = soon();
    return channel::LabhostClient::open(context, socketPath(), std::move(handler));
}

qint64 LabUnderTest::pidOne() const {
    const auto labs = engine::runningLabs(m_folder.path());
    return labs.empty() ? 0 : childOf(labs.front().pid);
}

qint64 LabUnderTest::nodeInit() const {
    return childOf(pidOne());
}

void LabUnderTest::killLabhost() {
    const auto labs = engine::runningLabs(m_folder.path());
    if (labs.empty()) {
        return;
    }
    const UniqueFd outer = handleOf(labs.front().pid);
    const UniqueFd inner = handleOf(childOf(labs.front().pid));
    ::kill(static_cast<pid_t>(labs.front().pid), SIGKILL);
    waitForEnd(outer);
    waitForEnd(inner);
}

} // namespace podleaf
