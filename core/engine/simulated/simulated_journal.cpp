// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_journal.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLoggingCategory>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace podleaf::engine {

namespace {

Q_LOGGING_CATEGORY(logJournal, "podleaf.engine.simulated", QtInfoMsg)

constexpr qsizetype kChunk = 1 << 20;

QString text(const char* source) {
    return QCoreApplication::translate("SimulatedEngine", source);
}

Unexpected failed(const QString& path) {
    return fail(ErrorCode::Failed, text("The simulated lab cannot be kept in %1.").arg(path), QString::fromLocal8Bit(std::strerror(errno)));
}

bool isSameFile(int file, const QString& path) {
    struct stat held = {};
    struct stat there = {};
    return ::fstat(file, &held) == 0 && ::stat(QFile::encodeName(path).constData(), &there) == 0 && held.st_ino == there.st_ino &&
           held.st_dev == there.st_dev;
}

/// The deeds of one event of the script.
std::vector<QJsonObject> deedsOf(const model::SimulationEvent& event) {
    using What = model::SimulationEvent::What;
    switch (event.what) {
    case What::Cut:
        return {deed::setLink(event.link, false)};
    case What::Join:
        return {deed::setLink(event.link, true)};
    case What::Kill:
        return {deed::signal(event.node, event.service, 9)};
    case What::Start:
        return {deed::start(event.node, event.service)};
    case What::Storm:
        break; // It is no deed: who watches makes it up.
    }
    return {};
}

} // namespace

QString simulatedFolder(const QString& runFolder) {
    return runFolder + QStringLiteral("-simulated");
}

QString simulatedJournal(const QString& runFolder, const LabId& lab) {
    return simulatedFolder(runFolder) + QLatin1Char('/') + lab.name + QStringLiteral(".jsonl");
}

void SimulatedReader::forget() {
    m_file.reset();
    m_offset = 0;
    m_partial.clear();
    const std::uint64_t revision = m_world.revision; // goes on: what was worked out from the old lab is not the new one's
    m_world = {};
    m_world.revision = revision + 1;
}

SimulatedReader::News SimulatedReader::catchUp() {
    News news;
    if (m_file.isValid() && !isSameFile(m_file.get(), m_path)) {
        news.lost = m_world.exists;
        forget();
    }
    if (!m_file.isValid()) {
        m_file = UniqueFd(::open(QFile::encodeName(m_path).constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    }
    if (!m_file.isValid()) {
        return news;
    }
    QByteArray chunk(kChunk, Qt::Uninitialized);
    for (;;) {
        const ssize_t size = ::pread(m_file.get(), chunk.data(), static_cast<size_t>(chunk.size()), m_offset);
        if (size <= 0) {
            return news;
        }
        m_offset += size;
        m_partial.append(chunk.constData(), size);
        qsizetype begin = 0;
        for (qsizetype end = m_partial.indexOf('\n'); end >= 0; end = m_partial.indexOf('\n', begin)) {
            const auto events = fold(m_world, QJsonDocument::fromJson(m_partial.mid(begin, end - begin)).object());
            news.events.insert(news.events.end(), events.begin(), events.end());
            news.changed = true;
            begin = end + 1;
        }
        m_partial.remove(0, begin);
    }
}

SimulatedWriter::SimulatedWriter(QString path, model::Simulation simulation)
    : m_path(std::move(path)), m_simulation(std::move(simulation)), m_reader(m_path) {}

/// The folder itself is locked: a file would have to be left behind, or could be another one by the time it is locked.
Result<UniqueFd> SimulatedWriter::lock() const {
    const QString folder = QFileInfo(m_path).path();
    if (!QDir().mkpath(folder)) {
        return failed(folder);
    }
    UniqueFd lock(::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat info = {};
    if (lock.isValid() && (::fstat(lock.get(), &info) != 0 || info.st_uid != ::geteuid())) {
        return fail(ErrorCode::Denied, text("The folder %1 belongs to somebody else.").arg(folder)); // /tmp is everybody's
    }
    while (lock.isValid() && ::flock(lock.get(), LOCK_EX) != 0) {
        if (errno != EINTR) {
            return failed(folder);
        }
    }
    return lock.isValid() ? Result<UniqueFd>(std::move(lock)) : Result<UniqueFd>(failed(folder));
}

Result<> SimulatedWriter::append(const std::vector<QJsonObject>& deeds) {
    QByteArray lines;
    for (const QJsonObject& deed : deeds) {
        lines += QJsonDocument(deed).toJson(QJsonDocument::Compact) + '\n';
    }
    if (lines.isEmpty()) {
        return {};
    }
    const UniqueFd file(::open(QFile::encodeName(m_path).constData(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.isValid() || ::write(file.get(), lines.constData(), static_cast<size_t>(lines.size())) != lines.size()) {
        return failed(m_path);
    }
    m_reader.catchUp();
    return {};
}

Result<> SimulatedWriter::playDue() {
    const auto due = nextEventMs(m_reader.world(), m_simulation);
    if (!due || *due > QDateTime::currentMSecsSinceEpoch()) {
        return {};
    }
    const SimulatedWorld& world = m_reader.world();
    const auto sinceMs = QDateTime::currentMSecsSinceEpoch() - world.playsSinceMs;
    std::vector<QJsonObject> deeds;
    std::size_t next = world.playedEvents;
    while (next < m_simulation.events.size() && std::chrono::milliseconds(m_simulation.events[next].at).count() <= sinceMs) {
        const auto more = deedsOf(m_simulation.events[next++]);
        deeds.insert(deeds.end(), more.begin(), more.end());
    }
    deeds.push_back(deed::played(next));
    return append(deeds);
}

Result<> SimulatedWriter::write(const Decide& decide) {
    const std::lock_guard guard(m_mutex);
    auto held = lock();
    if (!held) {
        return fail(std::move(held.error()));
    }
    m_reader.catchUp();
    if (auto played = playDue(); !played) {
        return played;
    }
    auto deeds = decide(m_reader.world());
    return deeds ? append(*deeds) : fail(std::move(deeds.error()));
}

Result<> SimulatedWriter::look(const std::function<void(const SimulatedWorld& now)>& see) {
    const std::lock_guard guard(m_mutex);
    m_reader.catchUp();
    const auto due = nextEventMs(m_reader.world(), m_simulation);
    if (due && *due <= QDateTime::currentMSecsSinceEpoch()) {
        auto held = lock();
        if (!held) {
            return fail(std::move(held.error()));
        }
        m_reader.catchUp();
        if (auto played = playDue(); !played) {
            return played;
        }
    }
    see(m_reader.world());
    return {};
}

Result<> SimulatedWriter::remove() {
    const std::lock_guard guard(m_mutex);
    if (!QFileInfo::exists(m_path)) {
        return {};
    }
    auto held = lock();
    if (!held) {
        return fail(std::move(held.error()));
    }
    return ::unlink(QFile::encodeName(m_path).constData()) == 0 || errno == ENOENT ? Result<>() : Result<>(failed(m_path));
}

std::optional<qint64> nextEventMs(const SimulatedWorld& world, const model::Simulation& simulation) {
    if (!world.exists || world.playsSinceMs == 0 || world.playedEvents >= simulation.events.size()) {
        return std::nullopt;
    }
    return world.playsSinceMs + std::chrono::milliseconds(simulation.events[world.playedEvents].at).count();
}

Result<std::unique_ptr<SimulatedFollower>> SimulatedFollower::start(QString path, const model::Simulation& simulation,
                                                                    SimulatedReader reader, Handler handler) {
    UniqueFd changes(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    UniqueFd stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const QByteArray folder = QFile::encodeName(QFileInfo(path).path());
    if (!changes.isValid() || !stop.isValid() ||
        ::inotify_add_watch(changes.get(), folder.constData(), IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO) < 0) {
        return failed(QFile::decodeName(folder));
    }
    return std::unique_ptr<SimulatedFollower>(
        new SimulatedFollower(std::move(path), simulation, std::move(reader), std::move(handler), std::move(changes), std::move(stop)));
}

SimulatedFollower::SimulatedFollower(QString path, const model::Simulation& simulation, SimulatedReader reader, Handler handler,
                                     UniqueFd changes, UniqueFd stop)
    : m_simulation(simulation), m_writer(std::move(path), simulation), m_reader(std::move(reader)), m_handler(std::move(handler)),
      m_changes(std::move(changes)), m_stop(std::move(stop)), m_thread([this](const std::stop_token& token) { run(token); }) {}

SimulatedFollower::~SimulatedFollower() {
    m_thread.request_stop();
    static_cast<void>(::eventfd_write(m_stop.get(), 1) == 0);
    m_thread.join();
}

void SimulatedFollower::run(const std::stop_token& stop) {
    try {
        m_handler(m_reader.world(), m_reader.catchUp());
        while (!stop.stop_requested()) {
            wait();
            if (const auto due = nextEventMs(m_reader.world(), m_simulation); due && *due <= QDateTime::currentMSecsSinceEpoch()) {
                if (auto played = m_writer.look([](const SimulatedWorld&) {}); !played) {
                    qCWarning(logJournal) << "script=stopped error=" << played.error().message;
                    return;
                }
            }
            const SimulatedReader::News news = m_reader.catchUp();
            if (!stop.stop_requested() && (news.changed || news.lost)) {
                m_handler(m_reader.world(), news);
            }
        }
    } catch (const std::exception& error) {
        qCWarning(logJournal) << "follower=ended error=" << error.what();
    }
}

/// Until the folder changes, the script has something to do, or it is over.
void SimulatedFollower::wait() {
    const auto due = nextEventMs(m_reader.world(), m_simulation);
    const qint64 patience = due ? std::clamp<qint64>(*due - QDateTime::currentMSecsSinceEpoch(), 0, 60'000) : -1;
    std::array<pollfd, 2> both{pollfd{m_changes.get(), POLLIN, 0}, pollfd{m_stop.get(), POLLIN, 0}};
    if (::poll(both.data(), both.size(), static_cast<int>(patience)) > 0 && (both[0].revents & POLLIN) != 0) {
        std::array<char, 16 * 1024> told;
        while (::read(m_changes.get(), told.data(), told.size()) > 0) {
        }
    }
}

} // namespace podleaf::engine
