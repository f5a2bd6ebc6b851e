// SPDX-License-Identifier: GPL-3.0-or-later
// validate, plan, up, down: the lab file and its way onto the host.
#include "commands.h"
#include "render.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <map>
#include <unistd.h>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

/// Prints one line per group of steps as it ends, with --verbose one as each step begins and ends, and every failure at
/// once. Called under the runner's lock.
class PlanPrinter {
public:
    PlanPrinter(const plan::Plan& plan, bool tellsSteps) : m_plan(plan), m_tellsSteps(tellsSteps) {
        for (const plan::Step& step : plan.steps) {
            ++m_open[step.group];
        }
    }

    void onStep(plan::StepIndex index, const plan::StepStatus& status) {
        const plan::Step& step = m_plan.steps[index];
        switch (status.state) {
        case plan::StepState::Waiting:
            return;
        case plan::StepState::Running:
            tell(tr("  … %1\n").arg(step.name()));
            return;
        case plan::StepState::Failed:
            printMessage(tr("✘ %1: %2\n").arg(step.name(), status.error ? describe(*status.error) : QString()));
            m_broken[step.group] = true;
            break;
        case plan::StepState::Skipped:
        case plan::StepState::Cancelled:
            m_broken[step.group] = true;
            break;
        case plan::StepState::Done:
        case plan::StepState::AlreadyDone:
            tell(tr("  ✔ %1  %2 ms\n").arg(step.name()).arg(status.took.count()));
            break;
        }
        if (--m_open[step.group] == 0 && !m_broken[step.group]) {
            printMessage(tr("✔ %1  %2\n").arg(step.group, elapsed()));
        }
    }

private:
    void tell(const QString& line) const {
        if (m_tellsSteps) {
            printMessage(line);
        }
    }

    QString elapsed() const {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - m_begun);
        return QStringLiteral("%1 s").arg(static_cast<double>(ms.count()) / 1000.0, 0, 'f', 2);
    }

    const plan::Plan& m_plan;
    const bool m_tellsSteps;
    const Clock::time_point m_begun = Clock::now();
    std::map<QString, int> m_open;
    std::map<QString, bool> m_broken;
};

/// Runs a plan with its progress on stderr; prints the result and gives the exit code.
int runPlan(Invocation& invocation, session::LabSession& session, const plan::Plan& plan) {
    if (plan.isEmpty()) {
        if (invocation.json) {
            printJson({{QStringLiteral("ok"), true}, {QStringLiteral("steps"), QJsonArray()}, {QStringLiteral("ms"), 0}});
        } else {
            printResult(tr("Nothing to do.\n"));
        }
        return Done;
    }
    PlanPrinter printer(plan, invocation.verbose);
    const plan::PlanResult result =
        session.run(plan, invocation.context, [&printer](plan::StepIndex i, const plan::StepStatus& status) { printer.onStep(i, status); });
    const bool ok = result.outcome == plan::Outcome::Succeeded;
    if (invocation.json) {
        QJsonObject object = planJson(plan);
        object.insert(QStringLiteral("ok"), ok);
        object.insert(QStringLiteral("ms"), static_cast<qint64>(result.took.count()));
        if (!ok && session.store().snapshot()->running) {
            object.insert(QStringLiteral("mismatches"), mismatchesJson(session.mismatches()));
        }
        printJson(object);
    }
    if (result.outcome == plan::Outcome::Cancelled) {
        printMessage(tr("Stopped. `podleaf up %1` continues, `podleaf down %1` removes what is there.\n").arg(session.lab().id.name));
        return Cancelled;
    }
    if (ok && !invocation.json) {
        printResult(tr("%1: done in %2 s.\n").arg(plan.title).arg(static_cast<double>(result.took.count()) / 1000.0, 0, 'f', 2));
    }
    return ok ? Done : Failed;
}

/// A large lab takes its time, and so does a cluster: 20 s, where nothing else runs.
int secondsForUp(const model::Lab& lab) {
    constexpr std::size_t kLeast = 30;
    constexpr std::size_t kLeastOfCluster = 180;
    return static_cast<int>((lab.kubernetes ? kLeastOfCluster : kLeast) + lab.nodes.size() / 4);
}

} // namespace

int validate(Invocation& invocation) {
    if (invocation.arguments.size() != 1) {
        return reportUsage(QStringLiteral("podleaf validate FILE [--expand] [--json]"));
    }
    auto source = labfile::load(invocation.arguments.front());
    if (!source) {
        return reportError(invocation, source.error());
    }
    const bool valid = source->parsed.lab.has_value();
    const QString expanded = valid && invocation.expand ? QString::fromUtf8(labfile::toYaml(*source->parsed.lab)) : QString();
    if (invocation.json) {
        QJsonObject result{{QStringLiteral("ok"), valid},
                           {QStringLiteral("file"), source->path},
                           {QStringLiteral("findings"), labfile::toJson(source->parsed.findings)}};
        if (!expanded.isEmpty()) {
            result.insert(QStringLiteral("expanded"), expanded);
        }
        printJson(result);
        return valid ? Done : Usage;
    }
    printMessage(labfile::describe(source->path, source->parsed.findings));
    if (!expanded.isEmpty()) {
        printResult(expanded);
    } else if (valid) {
        const model::Lab& lab = *source->parsed.lab;
        const QString rest =
            lab.kubernetes ? tr("Kubernetes %1 on its hosts").arg(lab.kubernetes->version) : tr("%1 pods").arg(lab.pods().size());
        printResult(tr("%1 is valid: %2 nodes, %3 cables, %4.\n").arg(lab.id.name).arg(lab.nodes.size()).arg(lab.links.size()).arg(rest));
    }
    return valid ? Done : Usage;
}

int plan(Invocation& invocation) {
    auto session = openLab(invocation, invocation.arguments.value(0), LabUse::AsWritten);
    if (!session) {
        return reportError(invocation, session.error());
    }
    auto plan = (*session)->planUp(invocation.context);
    if (!plan) {
        return reportError(invocation, plan.error());
    }
    if (invocation.json) {
        printJson(planJson(*plan));
    } else {
        printResult(planText(*plan));
    }
    return Done;
}

int up(Invocation& invocation) {
    auto session = openLab(invocation, invocation.arguments.value(0), LabUse::AsWritten);
    if (!session) {
        return reportError(invocation, session.error());
    }
    invocation.context =
        invocation.context.withTimeout(std::chrono::seconds(invocation.timeoutSeconds.value_or(secondsForUp((*session)->lab()))));
    auto plan = (*session)->planUp(invocation.context, session::PlanFor::Running);
    if (!plan) {
        return reportError(invocation, plan.error());
    }
    const int code = runPlan(invocation, **session, *plan);
    if (code == Done && (*session)->lab().engine == model::EngineKind::Simulated) {
        printMessage(tr("This lab is simulated: nothing of it runs, all is computed, also by the commands to come.\n"));
    }
    return code;
}

int down(Invocation& invocation) {
    auto session = openLab(invocation, invocation.arguments.value(0));
    if (!session) {
        return reportError(invocation, session.error());
    }
    auto plan = (*session)->planDown(invocation.context);
    if (!plan) {
        return reportError(invocation, plan.error());
    }
    return runPlan(invocation, **session, *plan);
}

} // namespace podleaf::cli
