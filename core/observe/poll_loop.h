// SPDX-License-Identifier: GPL-3.0-or-later
// PollLoop: one thread that waits for all descriptors and timers of the collectors, and one worker thread
// for the calls that may block. post() and the destructor are thread-safe, the rest is the poll thread's.
#pragma once

#include <core/base/op_context.h>
#include <core/base/result.h>
#include <core/base/unique_fd.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace podleaf::observe {

using TimePoint = Clock::time_point;

class PollLoop;

/// Something that reads one descriptor, has one timer and may ask for blocking work. Made, used and destroyed
/// on the poll thread, or while that does not run. What was asked for never arrives after destruction.
class Feed {
public:
    explicit Feed(PollLoop& loop);
    virtual ~Feed();
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    /// The descriptor given to listen() is readable, closed or in error.
    virtual void readable() {}
    /// The time given to wakeAt() has come; it is forgotten before the call.
    virtual void timeout() {}

protected:
    /// Waits for `fd` until unlisten() or destruction; the feed stays its owner and closes it after unlisten().
    void listen(int fd);
    void unlisten();
    void wakeAt(std::optional<TimePoint> time);
    [[nodiscard]] std::optional<TimePoint> wakeTime() const { return m_wakeTime; }

    /// Runs `work` on a worker thread, beside those of other feeds, then `done` with its result on the poll thread, unless this feed is
    /// gone.
    template <class T>
    void runBlocking(std::function<T(OpContext&)> work, std::function<void(T)> done);

private:
    friend class PollLoop;
    PollLoop& m_loop;
    const std::uint64_t m_id;
    int m_fd = -1;
    std::optional<TimePoint> m_wakeTime;
};

class PollLoop {
public:
    using Task = std::function<void()>;

    static Result<std::unique_ptr<PollLoop>> open();
    ~PollLoop(); ///< stop()
    PollLoop(const PollLoop&) = delete;
    PollLoop& operator=(const PollLoop&) = delete;

    void start();
    /// Cancels what the workers do, ends and joins all threads. Tasks that were posted and have not run are dropped.
    void stop();
    /// Runs `task` on the poll thread, in the order of the calls.
    void post(Task task);

private:
    friend class Feed;
    using Work = std::function<Task(OpContext&)>;
    struct Job {
        std::uint64_t feed = 0;
        Work work;
    };

    PollLoop(UniqueFd epoll, UniqueFd wake);
    void runPoll(const std::stop_token& stop);
    void runWorker(const std::stop_token& stop);
    /// With m_jobMutex held: one worker more where all are busy.
    void addWorker();
    void runTasks();
    void runTimers();
    [[nodiscard]] int waitTimeMs() const;
    void enqueue(std::uint64_t feed, Work work);
    void wake() const;
    [[nodiscard]] Feed* find(std::uint64_t id) const;

    UniqueFd m_epoll;
    UniqueFd m_wake;

    std::mutex m_taskMutex;
    std::vector<Task> m_tasks;

    std::mutex m_jobMutex;
    std::condition_variable_any m_jobAdded;
    std::deque<Job> m_jobs;
    std::size_t m_idleWorkers = 0;
    std::vector<std::jthread> m_workers; ///< More of them as work waits, so that a node that hangs holds up no other.
    bool m_isStarted = false;

    // The poll thread's.
    std::uint64_t m_nextId = 1; // 0 is the eventfd
    std::map<std::uint64_t, Feed*> m_feeds;
    std::set<std::pair<TimePoint, std::uint64_t>> m_timers;

    std::jthread m_poller;
};

template <class T>
void Feed::runBlocking(std::function<T(OpContext&)> work, std::function<void(T)> done) {
    m_loop.enqueue(m_id, [work = std::move(work), done = std::move(done)](OpContext& context) -> PollLoop::Task {
        // Results hold descriptors, which cannot be copied, and std::function wants to copy.
        auto result = std::make_shared<T>(work(context));
        return [result, done] { done(std::move(*result)); };
    });
}

} // namespace podleaf::observe
