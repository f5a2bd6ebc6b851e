// SPDX-License-Identifier: GPL-3.0-or-later
// DriftWatch: see the header.
#include "drift_watch.h"

#include <chrono>
#include <utility>

namespace podleaf::ui {

namespace {
/// A lab that does not answer for so long is looked at again at the next change.
constexpr std::chrono::seconds kPatience{15};
} // namespace

QStringList subjectsOf(const plan::Plan& plan) {
    QStringList subjects;
    QString unnamed;
    for (const plan::Step& step : plan.steps) {
        if (step.kind == plan::StepKind::Check) {
            continue;
        }
        if (step.subject.isEmpty()) {
            unnamed = step.title;
        } else if (!subjects.contains(step.subject)) {
            subjects += step.subject;
        }
    }
    // The file itself is handed over with any change; alone it is one.
    return subjects.isEmpty() && !unnamed.isEmpty() ? QStringList(unnamed) : subjects;
}

DriftWatch::DriftWatch(QObject* parent) : QObject(parent) {}

void DriftWatch::setLab(PlanFor planFor) {
    m_worker.reset();
    clear();
    if (!planFor) {
        return;
    }
    m_worker = std::make_unique<Latest<labfile::LabSource, QStringList>>(
        [planFor = std::move(planFor)](const labfile::LabSource& source, const std::stop_token& stop) {
            OpContext context;
            context.stop = stop;
            context = context.withTimeout(kPatience);
            const auto plan = planFor(context, source);
            return plan ? subjectsOf(*plan) : QStringList(); // Why it cannot be planned, Plan says.
        },
        [this](const QStringList& subjects) {
            if (m_isWanted) {
                show(subjects);
            }
        });
}

void DriftWatch::check(const labfile::LabSource& source) {
    if (m_worker != nullptr && source.parsed.lab) {
        m_isWanted = true;
        m_worker->request(source);
    }
}

void DriftWatch::clear() {
    m_isWanted = false;
    show({});
}

void DriftWatch::show(const QStringList& subjects) {
    if (subjects != m_subjects) {
        m_subjects = subjects;
        Q_EMIT changed();
    }
}

} // namespace podleaf::ui
