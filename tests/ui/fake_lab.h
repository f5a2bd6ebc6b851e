// SPDX-License-Identifier: GPL-3.0-or-later
// FakeLab: the tutorial as the window opens it, over a real store and calls that a test scripts. What a call
// waits for is let go by the test, so that nothing depends on time. GUI thread; calls run on workers.
#pragma once

#include <tests/fakes/running_lab.h>
#include <ui/document/open_lab.h>

#include <condition_variable>
#include <mutex>

namespace podleaf::fakes {

/// Holds workers until it is opened, or until they are asked to stop.
class Gate {
public:
    void open() {
        {
            const std::lock_guard lock(m_mutex);
            m_open = true;
        }
        m_changed.notify_all();
    }
    Result<> pass(OpContext& context) {
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait(lock, context.stop, [this] { return m_open; })) {
            return fail(ErrorCode::Cancelled, QStringLiteral("Stopped."));
        }
        return {};
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_open = false;
};

/// The text of the tutorial's lab file, and one with a mistake in line 3.
labfile::LabSource tutorialSource(const model::Lab& lab);
labfile::LabSource brokenSource();

struct FakeLab {
    FakeLab();

    /// A new view of the lab for a window; everything it calls is kept here.
    [[nodiscard]] ui::OpenLab open() { return open(tutorialSource(lab)); }
    /// The same for a file of the tutorial's lab.
    [[nodiscard]] ui::OpenLab open(labfile::LabSource source);
    /// Makes the store publish the lab all green, or gone.
    void push(const Sequence& seen);
    void pushGreen() { push(greenTutorial(lab)); }
    [[nodiscard]] QStringList calls() const;

    model::Lab lab = tutorialLab();
    intent::Intent intent = intent::intentOf(lab);
    state::StateStore store;
    Gate planned; ///< Passed by planUp and planDown.
    Gate ran;     ///< Passed by every step of a plan.
    Gate tested;  ///< Passed by the test before its last leg.
    /// What a capture does; nothing, until it is stopped.
    std::function<Result<capture::Summary>(OpContext&, const LinkId&, int)> captures = [](OpContext& context, const LinkId&, int) {
        static_cast<void>(context.sleepFor(std::chrono::hours(1)));
        return Result<capture::Summary>(capture::Summary{capture::EndedBy::Stop, {}, 0, 0});
    };
    Gate consoles;                            ///< Passed by the program of every console.
    std::vector<state::TestLegSeen> verified; ///< The legs that the plan's last step finds out.
    std::optional<Error> stepError;           ///< Of the plan's last step.
    std::optional<Error> engineError;
    qint64 nowMs = kStartMs;

private:
    ui::OpenLab bound(const labfile::LabSource& source);
    void note(const QString& call);
    Result<plan::Plan> plan(OpContext& context, const QString& title);
    Result<verify::TestReport> test(OpContext& context, const QString& name, const std::function<void(const verify::LegResult&)>& observer);

    mutable std::mutex m_mutex;
    QStringList m_calls;
};

} // namespace podleaf::fakes
