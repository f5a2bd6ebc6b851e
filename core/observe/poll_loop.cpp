// SPDX-License-Identifier: GPL-3.0-or-later
// PollLoop: the poll thread and the worker threads of the collectors.
#include "poll_loop.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>

namespace podleaf::observe {

namespace {

using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(lcObserve, "podleaf.observe", QtInfoMsg)

/// No call into a node takes longer on a healthy host; a feed tries again by itself.
constexpr auto kWorkLimit = 2s;
/// A daemon that stands still keeps its worker for kWorkLimit each time its feed tries again.
constexpr std::size_t kMaxWorkers = 16;

/// The last resort of a thread's main: nothing here throws but for want of memory.
template <class Function>
void guarded(const Function& function) {
    try {
        function();
    } catch (const std::exception& error) {
        qCCritical(lcObserve) << "thread ended by an exception, error=" << error.what();
    }
}

} // namespace

Feed::Feed(PollLoop& loop) : m_loop(loop), m_id(loop.m_nextId++) {
    m_loop.m_feeds.emplace(m_id, this);
}

Feed::~Feed() {
    unlisten();
    wakeAt(std::nullopt);
    m_loop.m_feeds.erase(m_id);
}

void Feed::listen(int fd) {
    unlisten();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = m_id;
    if (::epoll_ctl(m_loop.m_epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0) {
        m_fd = fd;
    }
}

void Feed::unlisten() {
    if (m_fd >= 0) {
        ::epoll_ctl(m_loop.m_epoll.get(), EPOLL_CTL_DEL, m_fd, nullptr);
        m_fd = -1;
    }
}

void Feed::wakeAt(std::optional<TimePoint> time) {
    if (m_wakeTime) {
        m_loop.m_timers.erase({*m_wakeTime, m_id});
    }
    m_wakeTime = time;
    if (m_wakeTime) {
        m_loop.m_timers.insert({*m_wakeTime, m_id});
    }
}

Result<std::unique_ptr<PollLoop>> PollLoop::open() {
    UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
    UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    epoll_event event{};
    event.events = EPOLLIN;
    if (!epoll.isValid() || !wake.isValid() || ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0) {
        return fail(ErrorCode::HostLacks, QCoreApplication::translate("Collector", "This process cannot open another file descriptor."),
                    QString::fromLocal8Bit(std::strerror(errno)));
    }
    return std::unique_ptr<PollLoop>(new PollLoop(std::move(epoll), std::move(wake)));
}

PollLoop::PollLoop(UniqueFd epoll, UniqueFd wake) : m_epoll(std::move(epoll)), m_wake(std::move(wake)) {}

PollLoop::~PollLoop() {
    stop();
}

void PollLoop::start() {
    {
        const std::lock_guard lock(m_jobMutex);
        m_isStarted = true;
        addWorker();
    }
    m_poller = std::jthread([this](const std::stop_token& stop) { guarded([&] { runPoll(stop); }); });
}

void PollLoop::addWorker() {
    if (m_isStarted && m_idleWorkers < m_jobs.size() && m_workers.size() < kMaxWorkers) {
        m_workers.emplace_back([this](const std::stop_token& stop) { guarded([&] { runWorker(stop); }); });
    }
}

void PollLoop::stop() {
    std::vector<std::jthread> workers;
    {
        const std::lock_guard lock(m_jobMutex);
        m_isStarted = false; // The poll thread may ask for more work until it has ended.
        workers.swap(m_workers);
    }
    for (std::jthread& worker : workers) {
        worker.request_stop();
    }
    m_poller.request_stop();
    wake();
    workers.clear();
    if (m_poller.joinable()) {
        m_poller.join();
    }
}

void PollLoop::post(Task task) {
    {
        const std::lock_guard lock(m_taskMutex);
        m_tasks.push_back(std::move(task));
    }
    wake();
}

void PollLoop::wake() const {
    // A full counter means that it is readable already, which is all that is wanted.
    static_cast<void>(::eventfd_write(m_wake.get(), 1));
}

Feed* PollLoop::find(std::uint64_t id) const {
    const auto it = m_feeds.find(id);
    return it == m_feeds.end() ? nullptr : it->second;
}

void PollLoop::runPoll(const std::stop_token& stop) {
    std::array<epoll_event, 64> events{};
    while (!stop.stop_requested()) {
        const int count = ::epoll_wait(m_epoll.get(), events.data(), static_cast<int>(events.size()), waitTimeMs());
        for (int i = 0; i < count && !stop.stop_requested(); ++i) {
            const std::uint64_t id = events[static_cast<size_t>(i)].data.u64;
            // A feed may be gone by what another one did with an event of the same round.
            if (id == 0) {
                runTasks();
            } else if (Feed* feed = find(id); feed != nullptr) {
                feed->readable();
            }
        }
        runTimers();
    }
}

void PollLoop::runTasks() {
    eventfd_t value = 0;
    static_cast<void>(::eventfd_read(m_wake.get(), &value));
    std::vector<Task> tasks;
    {
        const std::lock_guard lock(m_taskMutex);
        tasks.swap(m_tasks);
    }
    for (const Task& task : tasks) {
        task();
    }
}

void PollLoop::runTimers() {
    // Those that are set for the past while these run wait for the next round: no feed can starve the others.
    std::vector<std::uint64_t> due;
    const TimePoint now = Clock::now();
    for (auto it = m_timers.begin(); it != m_timers.end() && it->first <= now; ++it) {
        due.push_back(it->second);
    }
    for (const std::uint64_t id : due) {
        Feed* feed = find(id);
        if (feed != nullptr && feed->wakeTime() && *feed->wakeTime() <= now) {
            feed->wakeAt(std::nullopt);
            feed->timeout();
        }
    }
}

int PollLoop::waitTimeMs() const {
    if (m_timers.empty()) {
        return -1;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_timers.begin()->first - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void PollLoop::enqueue(std::uint64_t feed, Work work) {
    {
        const std::lock_guard lock(m_jobMutex);
        m_jobs.push_back(Job{feed, std::move(work)});
        addWorker();
    }
    m_jobAdded.notify_one();
}

void PollLoop::runWorker(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        Job job;
        {
            std::unique_lock lock(m_jobMutex);
            ++m_idleWorkers;
            const bool hasJob = m_jobAdded.wait(lock, stop, [this] { return !m_jobs.empty(); });
            --m_idleWorkers;
            if (!hasJob) {
                return;
            }
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        OpContext context;
        context.stop = stop;
        OpContext limited = context.withTimeout(kWorkLimit);
        Task done = job.work(limited);
        post([this, feed = job.feed, done = std::move(done)] {
            if (find(feed) != nullptr) {
                done();
            }
        });
    }
}

} // namespace podleaf::observe
