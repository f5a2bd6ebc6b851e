// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_backend.h"

#include "due_file.h"
#include "lab_hold.h"

#include <core/engine/namespaces/namespace_engine.h>
#include <core/engine/simulated/simulated_engine.h>
#include <core/observe/collector.h>
#include <core/observe/simulated_collector.h>

#include <QCoreApplication>
#include <QFile>

#include <algorithm>
#include <mutex>
#include <utility>

namespace podleaf::session {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabSession", text);
}

QByteArray contentOf(const QString& path) {
    QFile copy(path);
    return copy.open(QIODevice::ReadOnly) ? copy.read(labfile::kMaxBytes) : QByteArray();
}

class NamespaceBackend final : public LabBackend {
public:
    NamespaceBackend(const labfile::LabSource& source, Environment environment, std::unique_ptr<engine::NamespaceEngine> driver)
        : m_path(source.path), m_lab(*source.parsed.lab), m_environment(std::move(environment)), m_engine(std::move(driver)) {}

    engine::Engine& engine() override { return *m_engine; }

    Result<std::optional<model::Lab>> deployedLab() override {
        for (const engine::RunningLab& running : engine::runningLabs(m_environment.runFolder)) {
            if (running.lab != m_lab.id) {
                continue;
            }
            if (running.labFile != m_path) {
                return fail(ErrorCode::Conflict, tr("Another lab named %1 is running (from %2).").arg(m_lab.id.name, running.labFile), {},
                            tr("Take it down first: podleaf down %1").arg(running.labFile));
            }
            return labfile::parse(contentOf(running.labCopy)).lab;
        }
        return std::nullopt;
    }

    Result<> watch(const std::vector<state::SeedSession>& seeds, state::StateStore& store) override {
        m_collector.reset();
        auto collector =
            observe::Collector::start(*m_engine, m_lab, seeds, [&store](state::Observation seen) { store.push(std::move(seen)); });
        if (!collector) {
            return fail(std::move(collector.error()));
        }
        m_collector = std::move(*collector);
        return {};
    }
    [[nodiscard]] bool isWatched() const override { return m_collector != nullptr; }
    [[nodiscard]] bool hasLost() const override { return m_collector && m_collector->isFinished(); }

    Result<> hold(const QString& what) override {
        const std::lock_guard lock(m_holdMutex);
        if (m_hold) {
            return {};
        }
        auto taken = newHold(what);
        if (!taken) {
            return fail(std::move(taken.error()));
        }
        m_hold = std::move(*taken);
        return {};
    }
    void letGo() override { takeOver().reset(); }
    plan::PlanResult run(const plan::Plan& plan, OpContext& context, const plan::StepObserver& observer,
                         const plan::RunOptions& options) override {
        HoldPtr mine = takeOver();
        if (!mine && !plan.isEmpty()) {
            auto taken = newHold(plan.title);
            if (!taken) {
                return plan::refused(plan, std::move(taken.error()), observer);
            }
            mine = std::move(*taken);
        }
        return plan::run(plan, context, observer, options);
    }
    deploy::DueTurns dueTurns() override { return dueTurnsIn(labFolder()); }
    Result<> keepDueTurns(const deploy::DueTurns& due) override { return session::keepDueTurns(labFolder(), due); }
    /// The mark of a killed change goes when the next change has ended; of one under way we are told who makes it.
    [[nodiscard]] bool hasRemains() const override { return QFile::exists(LabHold::pathOf(m_environment.runFolder, m_lab.id)); }
    Result<> cameUp() override { return {}; }

private:
    using HoldPtr = std::unique_ptr<LabHold>;

    [[nodiscard]] Result<HoldPtr> newHold(const QString& what) const {
        auto taken = LabHold::take(m_environment.runFolder, m_lab.id, what);
        return taken ? Result<HoldPtr>(std::make_unique<LabHold>(std::move(*taken))) : fail(std::move(taken.error()));
    }
    /// What hold() took, which the caller lets go.
    [[nodiscard]] HoldPtr takeOver() {
        const std::lock_guard lock(m_holdMutex);
        return std::exchange(m_hold, nullptr);
    }
    [[nodiscard]] QString labFolder() const { return m_environment.runFolder + QLatin1Char('/') + m_lab.id.name; }

    const QString m_path;
    const model::Lab m_lab;
    const Environment m_environment;
    const std::unique_ptr<engine::NamespaceEngine> m_engine;
    std::unique_ptr<observe::Collector> m_collector;
    std::mutex m_holdMutex;
    HoldPtr m_hold; ///< Between hold() and run().
};

/// Nothing runs, so nothing can be interrupted half-way or left behind: what was done is in the journal.
class SimulatedBackend final : public LabBackend {
public:
    explicit SimulatedBackend(engine::SimulatedEngineSettings settings) : m_lab(settings.lab), m_engine(std::move(settings)) {}

    engine::Engine& engine() override { return m_engine; }

    Result<std::optional<model::Lab>> deployedLab() override {
        auto text = m_engine.deployedText();
        if (!text) {
            return fail(std::move(text.error()));
        }
        return *text ? labfile::parse(**text).lab : std::nullopt;
    }
    Result<> watch(const std::vector<state::SeedSession>& /*seeds*/, state::StateStore& store) override {
        m_collector.reset();
        auto collector = observe::SimulatedCollector::start(
            m_engine, m_lab, {[&store](state::Observation seen) { store.push(std::move(seen)); }, [&store] { return store.backlog(); }});
        if (!collector) {
            return fail(std::move(collector.error()));
        }
        m_collector = std::move(*collector);
        return {};
    }
    [[nodiscard]] bool isWatched() const override { return m_collector != nullptr; }
    [[nodiscard]] bool hasLost() const override { return m_collector && m_collector->isFinished(); }

    Result<> hold(const QString& /*what*/) override { return {}; }
    void letGo() override {}
    plan::PlanResult run(const plan::Plan& plan, OpContext& context, const plan::StepObserver& observer,
                         const plan::RunOptions& options) override {
        return plan::run(plan, context, observer, options);
    }
    deploy::DueTurns dueTurns() override { return {}; }
    Result<> keepDueTurns(const deploy::DueTurns& /*due*/) override { return {}; }
    [[nodiscard]] bool hasRemains() const override { return false; }
    Result<> cameUp() override { return m_engine.play(); }

private:
    const model::Lab m_lab;
    engine::SimulatedEngine m_engine;
    std::unique_ptr<observe::SimulatedCollector> m_collector;
};

} // namespace

Result<std::unique_ptr<LabBackend>> LabBackend::open(const labfile::LabSource& source, const Environment& environment) {
    const model::Lab& lab = *source.parsed.lab;
    if (lab.engine == model::EngineKind::Simulated) {
        return std::make_unique<SimulatedBackend>(engine::SimulatedEngineSettings{
            lab, environment.runFolder, source.path, source.text, environment.simulationSeed.value_or(lab.simulation.seed)});
    }
    auto engine = engine::NamespaceEngine::open({lab.id, environment.runFolder, environment.labhostProgram, source.path, source.text});
    if (!engine) {
        return fail(std::move(engine.error()));
    }
    return std::make_unique<NamespaceBackend>(source, environment, std::move(*engine));
}

std::vector<RunningLab> runningLabs(const Environment& environment) {
    std::vector<RunningLab> all;
    for (const engine::RunningLab& lab : engine::runningLabs(environment.runFolder)) {
        all.push_back({lab.lab, lab.labFile, contentOf(lab.labCopy), model::EngineKind::Namespaces, lab.since});
    }
    for (engine::SimulatedLab& lab : engine::simulatedLabs(environment.runFolder)) {
        all.push_back({lab.lab, lab.labFile, lab.labText, model::EngineKind::Simulated, lab.since});
    }
    return all;
}

} // namespace podleaf::session
