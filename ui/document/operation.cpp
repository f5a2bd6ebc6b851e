// SPDX-License-Identifier: GPL-3.0-or-later
// Operation: see the header.
#include "operation.h"

#include <QCoreApplication>

#include <exception>
#include <utility>

namespace podleaf::ui {

namespace {

Ended bug(const char* what) {
    Ended ended;
    ended.error = Error{ErrorCode::Internal, QCoreApplication::translate("Operation", "The work ended with a mistake of Podleaf's own."),
                        QString::fromUtf8(what)};
    return ended;
}

/// The thread's main: nothing leaves it but mail.
Ended guarded(const Operation::Body& body, OpContext& context, const Operation::Post& post) {
    try {
        return body(context, post);
    } catch (const std::exception& error) {
        return bug(error.what());
    } catch (...) {
        return bug("unknown exception");
    }
}

} // namespace

Operation::Operation(Body body, QObject* parent)
    : QObject(parent), m_mailbox(std::make_shared<Mailbox<Mail>>()), m_notifier(m_mailbox->wakeFd(), QSocketNotifier::Read) {
    connect(&m_notifier, &QSocketNotifier::activated, this, &Operation::onMail);
    m_thread = std::jthread([body = std::move(body), mailbox = m_mailbox](const std::stop_token& stop) {
        const Post post = [&mailbox](Progress progress) { mailbox->post(std::move(progress)); };
        OpContext context;
        context.stop = stop;
        context.progress = [&post](const QString& sentence) { post(Said{sentence}); };
        mailbox->post(guarded(body, context, post));
    });
}

Operation::~Operation() = default;

void Operation::cancel() {
    m_thread.request_stop();
}

void Operation::onMail() {
    for (Mail& mail : m_mailbox->take()) {
        if (auto* progress = std::get_if<Progress>(&mail)) {
            Q_EMIT progressed(*progress);
        } else {
            m_ended = true;
            Q_EMIT ended(std::get<Ended>(mail));
        }
    }
}

} // namespace podleaf::ui
