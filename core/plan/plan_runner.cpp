// SPDX-License-Identifier: GPL-3.0-or-later
// PlanRunner: the calling thread and a few more take ready steps from one queue until none is left.
#include "plan_runner.h"

#include <QCoreApplication>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <queue>
#include <system_error>
#include <thread>

namespace podleaf::plan {

namespace {

constexpr std::chrono::milliseconds kPauseBetweenAttempts(100);

QString tr(const char* text) {
    return QCoreApplication::translate("PlanRunner", text);
}

bool isDone(StepState state) {
    return state == StepState::Done || state == StepState::AlreadyDone;
}

/// Calls code that is not the runner's; an exception must not cross the pool.
template <class T, class Function>
Result<T> guarded(const Function& function) {
    try {
        return function();
    } catch (const std::exception& exception) {
        return fail(ErrorCode::Internal, tr("The step ended with an exception."), QString::fromUtf8(exception.what()));
    } catch (...) {
        return fail(ErrorCode::Internal, tr("The step ended with an unknown exception."));
    }
}

/// One run of one plan. All members below the mutex belong to it.
class Run {
public:
    Run(const Plan& plan, const OpContext& context, const StepObserver& observer, const RunOptions& options);
    PlanResult finish(std::size_t parallel);

private:
    void work();
    StepStatus perform(const Step& step);
    Result<StepState> attempt(const Step& step, OpContext& context);

    // With the mutex held:
    void settle(StepIndex index, StepStatus status);
    void releaseDependents(StepIndex index);
    void skipDependents(StepIndex index);
    void cancelWaiting();
    void set(StepIndex index, StepStatus status);

    const Plan& m_plan;
    OpContext m_context;
    const StepObserver& m_observer;
    const Clock::time_point m_begin = Clock::now();
    std::vector<std::vector<StepIndex>> m_dependents;
    std::mutex m_progressMutex;

    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::vector<StepStatus> m_status;
    std::vector<std::size_t> m_missing; ///< How many dependencies a step still waits for.
    std::priority_queue<StepIndex, std::vector<StepIndex>, std::greater<>> m_ready;
    std::size_t m_open; ///< Steps that have not come to their end.
};

Run::Run(const Plan& plan, const OpContext& context, const StepObserver& observer, const RunOptions& options)
    : m_plan(plan), m_context(context), m_observer(observer), m_dependents(plan.steps.size()), m_status(plan.steps.size()),
      m_missing(plan.steps.size()), m_open(plan.steps.size()) {
    if (context.progress) {
        m_context.progress = [this, tell = context.progress](const QString& sentence) {
            const std::lock_guard lock(m_progressMutex);
            tell(sentence);
        };
    }
    const std::lock_guard lock(m_mutex);
    const PlanResult* earlier = options.resumeFrom;
    for (StepIndex i = 0; i < plan.steps.size(); ++i) {
        // A step that is already settled here (done earlier, or below a broken one) asks nothing of others.
        if (earlier && i < earlier->steps.size() && isDone(earlier->steps[i].state)) {
            settle(i, {.state = StepState::AlreadyDone, .took = {}, .error = {}});
        }
    }
    for (StepIndex i = 0; i < plan.steps.size(); ++i) {
        for (const StepIndex dependency : plan.steps[i].after) {
            if (dependency < i && !isDone(m_status[dependency].state)) {
                m_dependents[dependency].push_back(i);
                ++m_missing[i];
            }
        }
    }
    for (StepIndex i = 0; i < plan.steps.size(); ++i) {
        if (m_status[i].state != StepState::Waiting) {
            continue;
        }
        const auto& after = plan.steps[i].after;
        if (std::any_of(after.begin(), after.end(), [i](StepIndex dependency) { return dependency >= i; })) {
            const Error error{.code = ErrorCode::Internal, .message = tr("The plan is wrong: a step depends on one that comes after it.")};
            settle(i, {.state = StepState::Failed, .took = {}, .error = error});
        } else if (m_missing[i] == 0) {
            m_ready.push(i);
        }
    }
}

PlanResult Run::finish(std::size_t parallel) {
    {
        std::vector<std::jthread> helpers;
        const std::size_t wanted = std::min(parallel, m_plan.steps.size());
        try {
            while (helpers.size() + 1 < wanted) {
                helpers.emplace_back([this] { work(); });
            }
        } catch (const std::system_error&) {
            // No more threads to be had: those that there are do the work.
        }
        work();
    }
    PlanResult result;
    const auto has = [this](StepState state) {
        return std::any_of(m_status.begin(), m_status.end(), [state](const StepStatus& status) { return status.state == state; });
    };
    const bool complete = std::all_of(m_status.begin(), m_status.end(), [](const StepStatus& status) { return isDone(status.state); });
    if (!complete) {
        const bool cancelled = has(StepState::Cancelled) || m_context.stop.stop_requested();
        result.outcome = cancelled ? Outcome::Cancelled : Outcome::Failed;
    }
    result.steps = std::move(m_status);
    result.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - m_begin);
    return result;
}

void Run::work() {
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, m_context.stop, [this] { return !m_ready.empty() || m_open == 0; });
        if (m_context.stop.stop_requested()) {
            cancelWaiting();
            return;
        }
        if (m_ready.empty()) {
            return;
        }
        const StepIndex index = m_ready.top();
        m_ready.pop();
        set(index, {.state = StepState::Running, .took = {}, .error = {}});
        lock.unlock();
        StepStatus status = perform(m_plan.steps[index]);
        lock.lock();
        settle(index, std::move(status));
    }
}

StepStatus Run::perform(const Step& step) {
    const auto begin = Clock::now();
    StepStatus status;
    for (int attempts = 1;; ++attempts) {
        OpContext context = m_context.withTimeout(step.timeout);
        const Result<StepState> result = attempt(step, context);
        if (result) {
            status.state = *result;
            break;
        }
        status.error = result.error();
        status.state = result.error().code == ErrorCode::Cancelled ? StepState::Cancelled : StepState::Failed;
        if (status.state == StepState::Cancelled || attempts >= step.attempts) {
            break;
        }
        if (const Result<> pause = m_context.sleepFor(kPauseBetweenAttempts); !pause) {
            if (pause.error().code == ErrorCode::Cancelled) {
                status.state = StepState::Cancelled;
            }
            break;
        }
        status.error.reset();
    }
    status.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    return status;
}

Result<StepState> Run::attempt(const Step& step, OpContext& context) {
    if (const Result<> alive = context.checkpoint(); !alive) {
        return fail(alive.error());
    }
    if (step.alreadyDone) {
        const Result<bool> already = guarded<bool>([&] { return step.alreadyDone(context); });
        if (!already) {
            return fail(already.error());
        }
        if (*already) {
            return StepState::AlreadyDone;
        }
    }
    if (!step.run) {
        return StepState::Done;
    }
    const Result<> result = guarded<void>([&] { return step.run(context); });
    if (!result) {
        return fail(result.error());
    }
    return StepState::Done;
}

void Run::settle(StepIndex index, StepStatus status) {
    const StepState state = status.state;
    set(index, std::move(status));
    --m_open;
    if (isDone(state)) {
        releaseDependents(index);
    } else {
        skipDependents(index);
    }
    if (m_open == 0) {
        m_wake.notify_all();
    }
}

void Run::releaseDependents(StepIndex index) {
    for (const StepIndex dependent : m_dependents[index]) {
        if (--m_missing[dependent] == 0 && m_status[dependent].state == StepState::Waiting) {
            m_ready.push(dependent);
            m_wake.notify_one();
        }
    }
}

void Run::skipDependents(StepIndex index) {
    if (m_context.stop.stop_requested()) {
        return; // They are cancelled, not skipped.
    }
    const Error because{.code = m_status[index].error ? m_status[index].error->code : ErrorCode::Failed,
                        .message = tr("Skipped because a step before it failed: %1.").arg(m_plan.steps[index].name())};
    std::vector<StepIndex> open = m_dependents[index];
    while (!open.empty()) {
        const StepIndex dependent = open.back();
        open.pop_back();
        if (m_status[dependent].state != StepState::Waiting) {
            continue;
        }
        set(dependent, {.state = StepState::Skipped, .took = {}, .error = because});
        --m_open;
        open.insert(open.end(), m_dependents[dependent].begin(), m_dependents[dependent].end());
    }
}

void Run::cancelWaiting() {
    for (StepIndex i = 0; i < m_status.size(); ++i) {
        if (m_status[i].state == StepState::Waiting) {
            set(i, {.state = StepState::Cancelled, .took = {}, .error = {}});
            --m_open;
        }
    }
    m_ready = {};
}

void Run::set(StepIndex index, StepStatus status) {
    m_status[index] = std::move(status);
    if (m_observer) {
        // What the observer throws is no failure of the step, and nothing here could mend it.
        (void)guarded<void>([&]() -> Result<> {
            m_observer(index, m_status[index]);
            return {};
        });
    }
}

} // namespace

PlanResult run(const Plan& plan, OpContext& context, const StepObserver& observer, const RunOptions& options) {
    Run run(plan, context, observer, options);
    return run.finish(options.parallel);
}

PlanResult refused(const Plan& plan, Error why, const StepObserver& observer) {
    PlanResult result;
    result.outcome = Outcome::Failed;
    for (StepIndex i = 0; i < plan.steps.size(); ++i) {
        StepStatus status;
        status.state = i == 0 ? StepState::Failed : StepState::Skipped;
        status.error = why;
        if (observer) {
            observer(i, status);
        }
        result.steps.push_back(std::move(status));
    }
    return result;
}

} // namespace podleaf::plan
