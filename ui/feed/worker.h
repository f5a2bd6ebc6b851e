// SPDX-License-Identifier: GPL-3.0-or-later
// Worker: two threads of one job for the GUI thread. One runs a program that blocks until it is asked to stop, the other
// reads what comes of it and obeys orders; the GUI thread posts orders and gets mail. Lives on the GUI thread.
#pragma once

#include "mailbox.h"

#include <core/base/op_context.h>

#include <QObject>
#include <QSocketNotifier>

#include <functional>
#include <memory>
#include <thread>
#include <utility>

namespace podleaf::ui {

/// The order to leave. Both kinds are variants; an order may be this one, and how the program ended.
struct Quit {};

/// `program`'s result or, where it threw, what `mistake` makes of the exception's words.
template <class Ended, class Run, class Mistake>
Ended guarded(const Run& run, const Mistake& mistake) {
    try {
        return run();
    } catch (const std::exception& error) {
        return mistake(QString::fromUtf8(error.what()));
    }
}

template <class Order, class Mail>
class Worker final {
public:
    /// `onMail` is called on this thread as long as `owner` is there.
    Worker(QObject* owner, std::function<void(const Mail&)> onMail)
        : m_desk(std::make_shared<Desk>()), m_notifier(m_desk->mail.wakeFd(), QSocketNotifier::Read) {
        QObject::connect(&m_notifier, &QSocketNotifier::activated, owner, [this, onMail = std::move(onMail)] {
            for (const Mail& mail : m_desk->mail.take()) {
                onMail(mail);
            }
        });
    }
    /// Asks both to end and waits.
    ~Worker() {
        stop();
        order(Quit{});
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// `reader(orders, mail)` returns after Quit; `program(context)` returns the order that says how it ended.
    template <class Reader, class Program>
    void start(Reader reader, Program program) {
        m_reader = std::jthread([desk = m_desk, reader = std::move(reader)]() mutable { reader(desk->orders, desk->mail); });
        m_program = std::jthread([desk = m_desk, program = std::move(program)](const std::stop_token& stop) mutable {
            OpContext context;
            context.stop = stop;
            desk->orders.post(program(context));
        });
    }
    /// Instead of start(): it never ran.
    void fail(Mail mail) { m_desk->mail.post(std::move(mail)); }
    void order(Order order) { m_desk->orders.post(std::move(order)); }
    /// Asks the program to end; the reader goes on.
    void stop() { m_program.request_stop(); }

private:
    struct Desk {
        Mailbox<Order> orders;
        Mailbox<Mail> mail;
    };

    std::shared_ptr<Desk> m_desk;
    QSocketNotifier m_notifier;
    std::jthread m_program; ///< These last: they have stopped before the rest goes.
    std::jthread m_reader;
};

} // namespace podleaf::ui
