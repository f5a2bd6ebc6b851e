// SPDX-License-Identifier: GPL-3.0-or-later
// Latest: one kind of work off the GUI thread, always for the newest request: what has not begun when the next request
// comes is not begun. Lives on the GUI thread; `work` runs on its own one.
#pragma once

#include <ui/feed/mailbox.h>

#include <QObject>
#include <QSocketNotifier>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace podleaf::ui {

template <class In, class Out>
class Latest final {
public:
    /// Must not throw; returns early when asked to stop.
    using Work = std::function<Out(const In&, const std::stop_token&)>;
    using Done = std::function<void(Out)>;

    /// `done` is called on the GUI thread, never after the destructor.
    Latest(Work work, Done done)
        : m_shared(std::make_shared<Shared>()), m_notifier(m_shared->mailbox.wakeFd(), QSocketNotifier::Read), m_done(std::move(done)) {
        QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [this] { onMail(); });
        m_thread = std::jthread([shared = m_shared, work = std::move(work)](const std::stop_token& stop) { run(*shared, work, stop); });
    }

    void request(In in) {
        {
            const std::lock_guard lock(m_shared->mutex);
            m_shared->next = Numbered<In>{++m_asked, std::move(in)};
        }
        m_shared->changed.notify_one();
    }

    /// The answer to the newest request has been given.
    [[nodiscard]] bool isIdle() const { return m_asked == m_answered; }

private:
    template <class T>
    struct Numbered {
        int number = 0;
        T value;
    };
    struct Shared {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::optional<Numbered<In>> next;
        Mailbox<Numbered<Out>> mailbox;
    };

    static void run(Shared& shared, const Work& work, const std::stop_token& stop) {
        while (true) {
            std::optional<Numbered<In>> in;
            {
                std::unique_lock lock(shared.mutex);
                if (!shared.changed.wait(lock, stop, [&shared] { return shared.next.has_value(); })) {
                    return;
                }
                in.swap(shared.next);
            }
            shared.mailbox.post({in->number, work(in->value, stop)});
        }
    }

    void onMail() {
        for (Numbered<Out>& out : m_shared->mailbox.take()) {
            m_answered = out.number;
            m_done(std::move(out.value));
        }
    }

    std::shared_ptr<Shared> m_shared;
    QSocketNotifier m_notifier;
    Done m_done;
    int m_asked = 0;
    int m_answered = 0;
    std::jthread m_thread; ///< Last, so that it has stopped before the rest goes.
};

} // namespace podleaf::ui
