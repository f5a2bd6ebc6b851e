// SPDX-License-Identifier: GPL-3.0-or-later
// LabRunner: see the header.
#include "lab_runner.h"

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {

Ended endedWith(Error error) {
    Ended ended;
    ended.error = std::move(error);
    return ended;
}

Ended runBody(const LabCalls& calls, const PlanPtr& plan, const std::optional<plan::PlanResult>& resumeFrom, OpContext& context,
              const Operation::Post& post) {
    plan::RunOptions options;
    options.resumeFrom = resumeFrom ? &*resumeFrom : nullptr;
    Ended ended;
    ended.planResult = calls.run(
        *plan, context,
        [&post](plan::StepIndex step, const plan::StepStatus& status) {
            post(StepChanged{step, status});
        },
        options);
    ended.error = ended.planResult->firstError(*plan);
    return ended;
}

} // namespace

LabRunner::LabRunner(QObject* parent) : QObject(parent) {}

LabRunner::~LabRunner() = default;

void LabRunner::setLab(LabCalls calls) {
    Q_ASSERT(!m_main);
    m_side.clear();
    m_calls = std::move(calls);
    m_lastPlan.reset();
    m_lastResult.reset();
}

QString LabRunner::busyReason() const {
    if (!m_main) {
        return {};
    }
    switch (m_mainJob) {
    case Job::Plan:
        return tr("The plan is being made.");
    case Job::Up:
        return tr("Up is running.");
    case Job::Down:
        return tr("Down is running.");
    case Job::Test:
        return tr("The test is running.");
    case Job::Attach:
    case Job::Cut:
    case Job::Join:
    case Job::Fault:
    case Job::Trace:
        break;
    }
    return {};
}

void LabRunner::attach() {
    if (!m_calls.attach) {
        return;
    }
    startSide(Job::Attach, [calls = m_calls](OpContext& context, const Operation::Post&) {
        Ended ended;
        if (calls.probeEngine) {
            auto engine = calls.probeEngine(context);
            if (!engine) {
                return endedWith(engine.error());
            }
            ended.text = *engine;
        }
        if (auto attached = calls.attach(context); !attached) {
            ended.error = attached.error();
        }
        return ended;
    });
}

void LabRunner::plan() {
    if (m_main || !m_calls.planUp) {
        return;
    }
    startMain(Job::Plan, [calls = m_calls](OpContext& context, const Operation::Post& post) {
        auto made = calls.planUp(context, session::PlanFor::Reading);
        if (!made) {
            return endedWith(made.error());
        }
        post(PlanMade{std::make_shared<const plan::Plan>(std::move(*made))});
        return Ended{};
    });
}

void LabRunner::up() {
    if (!m_main && m_calls.planUp) {
        runPlan(Job::Up, std::nullopt);
    }
}

void LabRunner::down() {
    if (!m_main && m_calls.planDown) {
        runPlan(Job::Down, std::nullopt);
    }
}

bool LabRunner::canResume() const {
    return !m_main && m_lastPlan && m_lastResult && m_lastResult->outcome != plan::Outcome::Succeeded;
}

void LabRunner::resume() {
    if (canResume()) {
        runPlan(m_lastJob, m_lastResult);
    }
}

void LabRunner::runPlan(Job job, std::optional<plan::PlanResult> resumeFrom) {
    const PlanPtr again = resumeFrom ? m_lastPlan : nullptr;
    startMain(job, [calls = m_calls, job, again, resumeFrom = std::move(resumeFrom)](OpContext& context, const Operation::Post& post) {
        PlanPtr plan = again;
        if (!plan) {
            auto made = job == Job::Down ? calls.planDown(context) : calls.planUp(context, session::PlanFor::Running);
            if (!made) {
                return endedWith(made.error());
            }
            plan = std::make_shared<const plan::Plan>(std::move(*made));
        }
        post(PlanMade{plan});
        Ended ended = runBody(calls, plan, resumeFrom, context, post);
        // Seen from here on, also where the lab was not running when the window opened.
        if (job == Job::Up && calls.attach) {
            if (auto attached = calls.attach(context); !attached && !ended.error) {
                ended.error = attached.error();
            }
        }
        return ended;
    });
}

void LabRunner::test(const QString& name) {
    if (m_main || !m_calls.test) {
        return;
    }
    startMain(Job::Test, [calls = m_calls, name](OpContext& context, const Operation::Post& post) {
        auto report = calls.test(context, name, [&post](const verify::LegResult& leg) { post(LegDone{leg}); });
        if (!report) {
            return endedWith(report.error());
        }
        Ended ended;
        ended.report = std::move(*report);
        return ended;
    });
}

void LabRunner::setLink(const LinkId& link, bool up) {
    if (!m_calls.setLink) {
        return;
    }
    startSide(up ? Job::Join : Job::Cut, [calls = m_calls, link, up](OpContext& context, const Operation::Post&) {
        Ended ended;
        ended.text = link.name;
        if (auto done = calls.setLink(context, link, up); !done) {
            ended.error = done.error();
        }
        return ended;
    });
}

void LabRunner::inject(const session::Fault& fault) {
    if (!m_calls.inject) {
        return;
    }
    startSide(Job::Fault, [calls = m_calls, fault](OpContext& context, const Operation::Post&) {
        auto done = calls.inject(context, fault);
        return done ? Ended{} : endedWith(done.error());
    });
}

void LabRunner::trace(const QString& from, const QString& to) {
    if (!m_calls.trace) {
        return;
    }
    startSide(Job::Trace, [calls = m_calls, from, to](OpContext& context, const Operation::Post&) {
        auto traced = calls.trace(context, from, to);
        if (!traced) {
            return endedWith(traced.error());
        }
        Ended ended;
        ended.trace = std::move(*traced);
        return ended;
    });
}

void LabRunner::cancel() {
    if (m_main) {
        m_main->cancel();
    }
}

void LabRunner::startMain(Job job, Operation::Body body) {
    m_mainJob = job;
    m_main = std::make_unique<Operation>(std::move(body));
    connect(m_main.get(), &Operation::progressed, this, [this, job](const Progress& progress) { onProgress(job, progress); });
    connect(m_main.get(), &Operation::ended, this, [this, job](const Ended& result) { onMainEnded(job, result); });
    Q_EMIT busyChanged(busyReason());
    Q_EMIT started(job);
}

void LabRunner::startSide(Job job, Operation::Body body) {
    std::erase_if(m_side, [](const auto& operation) { return operation->hasEnded(); });
    m_side.push_back(std::make_unique<Operation>(std::move(body)));
    Operation* operation = m_side.back().get();
    connect(operation, &Operation::progressed, this, [this, job](const Progress& progress) { onProgress(job, progress); });
    connect(operation, &Operation::ended, this, [this, job](const Ended& result) {
        if (job == Job::Attach) {
            Q_EMIT engineProbed(!result.error || result.error->code != ErrorCode::HostLacks, result.text);
        }
        Q_EMIT ended(job, result);
    });
}

void LabRunner::onProgress(Job job, const Progress& progress) {
    if (const auto* sentence = std::get_if<Said>(&progress)) {
        Q_EMIT said(job, sentence->sentence);
    } else if (const auto* made = std::get_if<PlanMade>(&progress)) {
        m_lastPlan = job == Job::Plan ? nullptr : made->plan;
        m_lastJob = job;
        Q_EMIT planMade(job, made->plan);
    } else if (const auto* step = std::get_if<StepChanged>(&progress)) {
        Q_EMIT stepChanged(step->step, step->status);
    } else {
        Q_EMIT legFinished(std::get<LegDone>(progress).leg);
    }
}

void LabRunner::onMainEnded(Job job, const Ended& result) {
    if (result.planResult) {
        m_lastResult = result.planResult;
    }
    // It is inside its own signal; it goes when the event loop has it again.
    m_main.release()->deleteLater();
    Q_EMIT busyChanged({});
    Q_EMIT ended(job, result);
}

} // namespace podleaf::ui
