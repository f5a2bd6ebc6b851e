// SPDX-License-Identifier: GPL-3.0-or-later
// OpenLab: everything the window holds of one lab: the document, the store it shows, what is intended,
// and the calls that do something to the lab. A session gives them; tests give their own. GUI thread.
#pragma once

#include "convergence_feed.h"
#include "lab_document.h"

#include <core/session/fault.h>
#include <core/session/lab_session.h>
#include <core/session/link_capture.h>
#include <core/session/node_console.h>
#include <core/verify/trace_path.h>

#include <functional>
#include <memory>
#include <optional>

namespace podleaf::ui {

/// What can be asked of a lab. Blocking and thread-safe, made for worker threads; each keeps alive what it needs.
struct LabCalls {
    /// "Namespaces, as root"; an error says why the engine cannot run here and what mends it.
    std::function<Result<QString>(OpContext&)> probeEngine;
    /// Begins to watch; where the lab runs it returns when its whole state is in.
    std::function<Result<>(OpContext&)> attach;
    std::function<Result<plan::Plan>(OpContext&, session::PlanFor)> planUp;
    std::function<Result<plan::Plan>(OpContext&)> planDown;
    std::function<plan::PlanResult(const plan::Plan&, OpContext&, const plan::StepObserver&, const plan::RunOptions&)> run;
    std::function<Result<verify::TestReport>(OpContext&, const QString& name, const std::function<void(const verify::LegResult&)>&)> test;
    std::function<Result<>(OpContext&, const LinkId&, bool up)> setLink;
    /// session::runConsole().
    std::function<Result<session::ConsoleEnd>(OpContext&, const NodeId&, session::ConsoleProgram, int terminal)> console;
    /// To begin when the lab is attached.
    WatchConvergence watchConvergence;
    /// The packets of a cable, seen at its first end, as pcapng onto `output` until a stop is asked for.
    std::function<Result<capture::Summary>(OpContext&, const LinkId&, int output)> capture;
    /// Breaks something on purpose, or mends it.
    std::function<Result<>(OpContext&, const session::Fault&)> inject;
    /// The way between two nodes, pods or addresses, as observed now and as intended.
    std::function<Result<verify::Trace>(OpContext&, const QString& from, const QString& to)> trace;
};

struct OpenLab {
    std::unique_ptr<LabDocument> document;
    std::optional<labfile::LabSource> bound; ///< What the following are for; the document may be edited since.
    std::shared_ptr<void> keepAlive;         ///< Owner of the store.
    state::StateStore* store = nullptr;      ///< Null for a document with errors.
    std::vector<intent::Leg> legs;           ///< Of all tests.
    /// What is intended, or null while that is not worked out yet; attach() has it worked out. Never blocks.
    std::function<const intent::Intent*()> intent = [] { return nullptr; };
    LabCalls calls;
    /// Another one for the lab as it was edited; without a document. Any thread.
    std::function<Result<OpenLab>(const labfile::LabSource&)> bind;
    /// What Up would have to do for a lab file, without a session that stays. Blocking, for worker threads.
    std::function<Result<plan::Plan>(OpContext&, const labfile::LabSource&)> planFor;
};

/// Opens a lab by path or built-in name; a file with errors opens too (its findings are shown).
using LabOpener = std::function<Result<OpenLab>(const QString& nameOrPath)>;

/// The opener over real sessions.
LabOpener sessionOpener(session::Environment environment);

} // namespace podleaf::ui
