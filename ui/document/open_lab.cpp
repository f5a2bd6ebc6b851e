// SPDX-License-Identifier: GPL-3.0-or-later
// OpenLab over a LabSession: see the header.
#include "open_lab.h"

#include <core/session/convergence_watch.h>
#include <core/session/lab_faults.h>
#include <core/session/lab_trace.h>
#include <core/session/read_on.h>

#include <chrono>
#include <map>
#include <utility>

namespace podleaf::ui {

namespace {

using SessionPtr = std::shared_ptr<session::LabSession>;

Result<QString> probeEngine(session::LabSession& session, OpContext& context) {
    const auto probe = session.engine().probe(context);
    if (probe.usable) {
        return probe.summary;
    }
    return fail(ErrorCode::HostLacks, probe.problems.value(0, probe.summary), probe.problems.join(QLatin1Char('\n')),
                probe.remedies.join(QLatin1Char('\n')));
}

Result<> attach(session::LabSession& session, OpContext& context) {
    static_cast<void>(session.intent()); // Here rather than where the window would wait for it.
    if (auto attached = session.attach(context); !attached) {
        return attached;
    }
    // A node that is slow to answer is shown as it is; that is no fault of attaching.
    const auto picture = session::readOn(context, session);
    return picture ? Result<>() : fail(picture.error());
}

/// How long a watch may take to notice that it is to stop.
constexpr std::chrono::milliseconds kWatchPatience{200};

void watchConvergence(session::LabSession& session, const OpContext& context, const TellRecord& tell) {
    session::ConvergenceWatch watch(session, session::Probing::On);
    std::map<int, state::ConvergenceRecord> told;
    while (!context.stop.stop_requested()) {
        const auto step = watch.next(kWatchPatience);
        for (const state::ConvergenceRecord& record : step.open) {
            if (auto [it, isNew] = told.try_emplace(record.id, record); isNew || it->second != record) {
                it->second = record;
                tell(record);
            }
        }
        for (const state::ConvergenceRecord& record : step.ended) {
            told.erase(record.id);
            tell(record);
        }
    }
}

LabCalls callsOf(const SessionPtr& session) {
    LabCalls calls;
    calls.probeEngine = [session](OpContext& context) { return probeEngine(*session, context); };
    calls.attach = [session](OpContext& context) { return attach(*session, context); };
    calls.planUp = [session](OpContext& context, session::PlanFor use) { return session->planUp(context, use); };
    calls.planDown = [session](OpContext& context) { return session->planDown(context); };
    calls.run = [session](const plan::Plan& plan, OpContext& context, const plan::StepObserver& observer, const plan::RunOptions& options) {
        return session->run(plan, context, observer, options);
    };
    calls.test = [session](OpContext& context, const QString& name, const std::function<void(const verify::LegResult&)>& observer) {
        return session->test(context, name, observer);
    };
    calls.setLink = [session](OpContext& context, const LinkId& link, bool up) { return session->setLink(context, link, up); };
    calls.watchConvergence = [session](OpContext& context, const TellRecord& tell) { watchConvergence(*session, context, tell); };
    calls.capture = [session](OpContext& context, const LinkId& link, int output) -> Result<capture::Summary> {
        auto capture = session::LinkCapture::open(context, *session, {link, session::CaptureEnds::A, {}});
        return capture ? (*capture)->run(context, output) : fail(std::move(capture.error()));
    };
    calls.console = [session](OpContext& context, const NodeId& node, session::ConsoleProgram program, int terminal) {
        return session::runConsole(context, *session, node, program, terminal);
    };
    calls.inject = [session](OpContext& context, const session::Fault& fault) {
        return session::LabFaults(*session).inject(context, fault);
    };
    calls.trace = [session](OpContext&, const QString& from, const QString& to) { return session::traceBetween(*session, from, to); };
    return calls;
}

Result<OpenLab> openSession(const labfile::LabSource& source, const session::Environment& environment) {
    auto session = session::LabSession::open(source, environment);
    if (!session) {
        return fail(session.error());
    }
    const SessionPtr shared(std::move(*session));
    OpenLab opened;
    opened.bound = source;
    opened.store = &shared->store();
    opened.legs = intent::legsOf(shared->lab());
    opened.intent = [shared] { return shared->knownIntent(); };
    opened.calls = callsOf(shared);
    opened.keepAlive = shared;
    return opened;
}

} // namespace

LabOpener sessionOpener(session::Environment environment) {
    return [environment = std::move(environment)](const QString& nameOrPath) -> Result<OpenLab> {
        auto source = labfile::load(nameOrPath);
        if (!source) {
            return fail(source.error());
        }
        OpenLab opened;
        if (source->parsed.lab) {
            auto session = openSession(*source, environment);
            if (!session) {
                return session;
            }
            opened = std::move(*session);
        }
        opened.document = std::make_unique<LabDocument>(std::move(*source));
        opened.bind = [environment](const labfile::LabSource& edited) { return openSession(edited, environment); };
        opened.planFor = [environment](OpContext& context, const labfile::LabSource& edited) -> Result<plan::Plan> {
            auto session = session::LabSession::open(edited, environment);
            if (!session) {
                return fail(session.error());
            }
            auto plan = (*session)->planUp(context);
            if (plan) {
                for (plan::Step& step : plan->steps) { // The session goes: they are to be read, not to be run.
                    step.run = {};
                    step.alreadyDone = {};
                }
            }
            return plan;
        };
        return opened;
    };
}

} // namespace podleaf::ui
