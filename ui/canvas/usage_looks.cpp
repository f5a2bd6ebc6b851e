// SPDX-License-Identifier: GPL-3.0-or-later
#include "usage_looks.h"

#include "canvas_text.h"

#include <ui/models/words.h>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr qint64 kTrailMs = 60'000;
constexpr double kLeastScale = 0.2; ///< Cores: an idle node's line stays flat.

const state::NodeUsage* usageOf(const NodeId& node, const state::LabState& state) {
    const state::NodeState* seen = state.running ? state.findNode(node) : nullptr;
    return seen != nullptr && seen->exists && seen->usage ? &*seen->usage : nullptr;
}

} // namespace

QString UsageLook::words() const {
    if (!isKnown()) {
        return {};
    }
    const QString ofMemory = CanvasText::tr("%1 of memory").arg(memory);
    return cpu.isEmpty() ? ofMemory : CanvasText::tr("CPU %1, %2").arg(cpu, ofMemory);
}

UsageLook usageLookOf(const NodeId& node, const state::LabState& state) {
    const state::NodeUsage* usage = usageOf(node, state);
    if (usage == nullptr) {
        return {};
    }
    return {usage->cpu ? cpuWords(*usage->cpu) : QString(), memoryWords(usage->memoryBytes)};
}

std::optional<double> cpuOf(const NodeId& node, const state::LabState& state) {
    const state::NodeUsage* usage = usageOf(node, state);
    return usage == nullptr ? std::nullopt : usage->cpu;
}

void CpuTrail::note(qint64 atMs, std::optional<double> cpu) {
    if (!cpu) {
        m_steps.clear();
        return;
    }
    if (!m_steps.empty() && m_steps.back().cpu == *cpu) {
        return;
    }
    // The last step before the minute is what the line begins with.
    const auto inside = std::ranges::find_if(m_steps, [&](const Step& step) { return step.atMs > atMs - kTrailMs; });
    m_steps.erase(m_steps.begin(), inside == m_steps.begin() ? inside : inside - 1);
    m_steps.push_back({atMs, *cpu});
}

QPolygonF CpuTrail::line(const QRectF& box, qint64 nowMs) const {
    double highest = kLeastScale;
    for (const Step& step : m_steps) {
        highest = std::max(highest, step.cpu);
    }
    const auto x = [&](qint64 atMs) {
        const double age = static_cast<double>(nowMs - atMs) / static_cast<double>(kTrailMs);
        return box.right() - box.width() * std::clamp(age, 0.0, 1.0);
    };
    const auto y = [&](double cpu) { return box.bottom() - box.height() * cpu / highest; };
    QPolygonF line;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        const qint64 endMs = i + 1 < m_steps.size() ? m_steps[i + 1].atMs : nowMs;
        line << QPointF(x(m_steps[i].atMs), y(m_steps[i].cpu)) << QPointF(x(endMs), y(m_steps[i].cpu));
    }
    return line;
}

} // namespace podleaf::ui
