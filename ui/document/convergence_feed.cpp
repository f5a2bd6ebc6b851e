// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergenceFeed: see the header.
#include "convergence_feed.h"

#include <QLoggingCategory>

#include <utility>

namespace podleaf::ui {

namespace {
Q_LOGGING_CATEGORY(lcConvergence, "podleaf.ui.convergence", QtInfoMsg)
}

ConvergenceFeed::ConvergenceFeed(WatchConvergence watch, QObject* parent)
    : QObject(parent), m_mailbox(std::make_shared<Mailbox<Mail>>()), m_notifier(m_mailbox->wakeFd(), QSocketNotifier::Read) {
    connect(&m_notifier, &QSocketNotifier::activated, this, &ConvergenceFeed::onMail);
    m_thread = std::jthread([watch = std::move(watch), mailbox = m_mailbox](const std::stop_token& stop) {
        OpContext context;
        context.stop = stop;
        try {
            watch(context, [&mailbox](const state::ConvergenceRecord& record) { mailbox->post(record); });
        } catch (const std::exception& error) {
            qCWarning(lcConvergence, "the watch ended: %s", error.what());
        }
        mailbox->post(Over{});
    });
}

ConvergenceFeed::~ConvergenceFeed() = default;

void ConvergenceFeed::closeSoon() {
    m_closing = true;
    m_thread.request_stop();
}

void ConvergenceFeed::onMail() {
    for (const Mail& mail : m_mailbox->take()) {
        if (const auto* record = std::get_if<state::ConvergenceRecord>(&mail)) {
            if (!m_closing) {
                Q_EMIT recordChanged(*record);
            }
        } else if (m_closing) {
            deleteLater();
        }
    }
}

} // namespace podleaf::ui
