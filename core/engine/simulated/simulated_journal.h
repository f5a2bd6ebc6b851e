// SPDX-License-Identifier: GPL-3.0-or-later
// The journal of a simulated lab: a file of deeds, one JSON object a line, that whoever drives the lab appends to and
// whoever looks at it reads. It is all there is of the lab: no process carries it, and it is gone with the file.
#pragma once

#include "simulated_world.h"

#include <core/base/unique_fd.h>
#include <core/model/lab.h>

#include <functional>
#include <mutex>
#include <thread>

namespace podleaf::engine {

/// Where the journal of a lab lies: beside the run folder, which is the lab hosts' own.
QString simulatedFolder(const QString& runFolder);
QString simulatedJournal(const QString& runFolder, const LabId& lab);

/// Reads a journal from where it stopped the last time. One thread at a time.
class SimulatedReader {
public:
    explicit SimulatedReader(QString path) : m_path(std::move(path)) {}

    struct News {
        bool changed = false; ///< There were new deeds.
        bool lost = false;    ///< The lab that was there is gone; `events` and world() are of the next one, if any.
        std::vector<Event> events;
    };
    News catchUp();
    [[nodiscard]] const SimulatedWorld& world() const { return m_world; }

private:
    void forget();

    const QString m_path;
    UniqueFd m_file; ///< Held, so that its inode is nobody else's meanwhile.
    qint64 m_offset = 0;
    QByteArray m_partial;
    SimulatedWorld m_world;
};

/// Appends to a journal, one writer at a time. Thread-safe.
class SimulatedWriter {
public:
    SimulatedWriter(QString path, model::Simulation simulation);

    using Decide = std::function<Result<std::vector<QJsonObject>>(const SimulatedWorld& now)>;
    /// Shows `decide` what there is, with all of the script that is due, and appends what it says; nothing else is written
    /// meanwhile. Errors: those of `decide`; Failed.
    Result<> write(const Decide& decide);
    /// Shows what there is now; `see` must be brief.
    Result<> look(const std::function<void(const SimulatedWorld& now)>& see);
    /// Ends the lab.
    Result<> remove();

private:
    Result<UniqueFd> lock() const;
    Result<> append(const std::vector<QJsonObject>& deeds);
    Result<> playDue();

    const QString m_path;
    const model::Simulation m_simulation;
    std::mutex m_mutex;
    SimulatedReader m_reader; ///< Guarded by m_mutex.
};

/// Unix milliseconds when the next event of the script is due; nullopt when there is none (yet).
std::optional<qint64> nextEventMs(const SimulatedWorld& world, const model::Simulation& simulation);

/// Follows a journal on a thread of its own, and makes the script's events happen. The handler is called with what is
/// new, at least once; it must not destroy the follower.
class SimulatedFollower {
public:
    using Handler = std::function<void(const SimulatedWorld& now, const SimulatedReader::News& news)>;

    static Result<std::unique_ptr<SimulatedFollower>> start(QString path, const model::Simulation& simulation, SimulatedReader reader,
                                                            Handler handler);
    ~SimulatedFollower(); ///< No call of the handler is running after that.

private:
    SimulatedFollower(QString path, const model::Simulation& simulation, SimulatedReader reader, Handler handler, UniqueFd changes,
                      UniqueFd stop);
    void run(const std::stop_token& stop);
    void wait();

    const model::Simulation m_simulation;
    SimulatedWriter m_writer;
    SimulatedReader m_reader;
    const Handler m_handler;
    UniqueFd m_changes; ///< inotify
    UniqueFd m_stop;    ///< eventfd
    std::jthread m_thread;
};

} // namespace podleaf::engine
