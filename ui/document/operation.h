// SPDX-License-Identifier: GPL-3.0-or-later
// Operation: one blocking piece of work on a worker thread, whose progress comes to the GUI thread through
// a mailbox. Lives on the GUI thread; `body` runs on the worker.
#pragma once

#include <core/base/op_context.h>
#include <core/plan/plan.h>
#include <core/verify/results.h>
#include <core/verify/trace_path.h>
#include <ui/feed/mailbox.h>

#include <QObject>
#include <QSocketNotifier>

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <variant>

namespace podleaf::ui {

using PlanPtr = std::shared_ptr<const plan::Plan>;

/// What a body tells while it works, in order.
struct Said { ///< One sentence about what is going on.
    QString sentence;
};
struct PlanMade {
    PlanPtr plan;
};
struct StepChanged {
    plan::StepIndex step = 0;
    plan::StepStatus status;
};
struct LegDone {
    verify::LegResult leg;
};
using Progress = std::variant<Said, PlanMade, StepChanged, LegDone>;

/// How it ended; what the kind of work gives is set.
struct Ended {
    std::optional<Error> error;
    std::optional<plan::PlanResult> planResult;
    std::optional<verify::TestReport> report;
    std::optional<verify::Trace> trace;
    QString text;
};

class Operation final : public QObject {
    Q_OBJECT

public:
    using Post = std::function<void(Progress)>;
    using Body = std::function<Ended(OpContext& context, const Post& post)>;

    /// Starts at once.
    explicit Operation(Body body, QObject* parent = nullptr);
    /// Asks for a stop and waits for the body to return.
    ~Operation() override;

    void cancel();
    [[nodiscard]] bool hasEnded() const { return m_ended; }

Q_SIGNALS:
    void progressed(const podleaf::ui::Progress& progress);
    /// The last signal. The operation may be deleted (deleteLater) from its slot.
    void ended(const podleaf::ui::Ended& result);

private:
    void onMail();

    using Mail = std::variant<Progress, Ended>;
    std::shared_ptr<Mailbox<Mail>> m_mailbox;
    QSocketNotifier m_notifier;
    bool m_ended = false;
    std::jthread m_thread; ///< Last, so that it has stopped before the rest goes.
};

} // namespace podleaf::ui
