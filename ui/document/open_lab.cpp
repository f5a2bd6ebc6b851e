// SPDX-License-Identifier: GPL-3.0-or-later
// OpenLab over a LabSession: see the header.
#include "open_lab.h"

#include <core/session/convergence_watch.h>

#include <chrono>
#include <map>
#include <utility>

namespace podleaf::ui {

namespace {

using SessionPtr = std::shared_ptr<session::LabSession>;

/// How long a window waits for the full state of a running lab before it shows what there is.
constexpr std::chrono::seconds kSyncTime{5};

Result<QString> probeEngine(session::LabSession& session, OpContext& context) {
    const auto probe = session.engine().probe(context);
    if (probe.usable) {
        return probe.summary;
    }
    return fail(ErrorCode::HostLacks, probe.problems.value(0, probe.summary), probe.problems.join(QLatin1Char('\n')),
                probe.remedies.join(QLatin1Char('\n')));
}

Result<> attach(session::LabSession& session, OpContext& context) {
    if (auto attached = session.attach(context); !attached) {
        return attached;
    }
    // A node that is slow to answer is shown as it is; that is no fault of attaching.
    OpContext patience = context.withTimeout(kSyncTime);
    if (auto synced = session.waitSynced(patience); !synced && synced.error().code != ErrorCode::Timeout) {
        return fail(synced.error());
    }
    return {};
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
    calls.planUp = [session](OpContext& context) { return session->planUp(context); };
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
    return calls;
}

} // namespace

LabOpener sessionOpener(session::Environment environment) {
    return [environment = std::move(environment)](const QString& nameOrPath) -> Result<OpenLab> {
        auto source = labfile::load(nameOrPath);
        if (!source) {
            return fail(source.error());
        }
        OpenLab opened;
        opened.document = std::make_unique<LabDocument>(*source);
        if (!opened.document->isValid()) {
            return opened;
        }
        auto session = session::LabSession::open(*source, environment);
        if (!session) {
            return fail(session.error());
        }
        const SessionPtr shared(std::move(*session));
        opened.store = &shared->store();
        opened.intent = shared->intent();
        opened.calls = callsOf(shared);
        opened.keepAlive = shared;
        return opened;
    };
}

} // namespace podleaf::ui
