// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergenceFeed: the records of what happens to a lab, made on a thread of their own and told as they grow. Lives on
// the GUI thread.
#pragma once

#include <core/base/op_context.h>
#include <core/state/convergence_record.h>
#include <ui/feed/mailbox.h>

#include <QObject>
#include <QSocketNotifier>

#include <functional>
#include <memory>
#include <thread>
#include <variant>

namespace podleaf::ui {

using TellRecord = std::function<void(const state::ConvergenceRecord&)>;
/// Watches until a stop is asked for; a record is told again whenever there is more in it.
using WatchConvergence = std::function<void(OpContext&, const TellRecord&)>;

class ConvergenceFeed final : public QObject {
    Q_OBJECT

public:
    explicit ConvergenceFeed(WatchConvergence watch, QObject* parent = nullptr);
    /// Stops and waits, some 100 ms.
    ~ConvergenceFeed() override;
    /// Says nothing any more, and deletes itself when the thread has ended.
    void closeSoon();

Q_SIGNALS:
    void recordChanged(const podleaf::state::ConvergenceRecord& record);

private:
    void onMail();
    struct Over {};
    using Mail = std::variant<state::ConvergenceRecord, Over>;

    std::shared_ptr<Mailbox<Mail>> m_mailbox;
    QSocketNotifier m_notifier;
    bool m_closing = false;
    std::jthread m_thread; ///< Last, so that it has stopped before the rest goes.
};

} // namespace podleaf::ui
