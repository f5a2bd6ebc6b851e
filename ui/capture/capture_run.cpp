// SPDX-License-Identifier: GPL-3.0-or-later
// CaptureRun: see the header.
#include "capture_run.h"

#include "packet_reader.h"

#include <QCoreApplication>

#include <array>
#include <fcntl.h>
#include <utility>

namespace podleaf::ui {

using namespace capture_mail;

class CaptureRun::Shared {
public:
    Mailbox<Order> orders;
    Mailbox<Mail> mail;
};

namespace {

CaptureEnded guarded(const Capture& capture, OpContext& context, int output) {
    try {
        return capture(context, output);
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, QCoreApplication::translate("CaptureRun", "The capture ended with a mistake of Podleaf's own."),
                    QString::fromUtf8(error.what()));
    }
}

} // namespace

CaptureRun::CaptureRun(Capture capture, QObject* parent)
    : QObject(parent), m_shared(std::make_shared<Shared>()), m_notifier(m_shared->mail.wakeFd(), QSocketNotifier::Read) {
    connect(&m_notifier, &QSocketNotifier::activated, this, &CaptureRun::onMail);
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        m_shared->mail.post(CaptureEnded(fail(ErrorCode::Failed, tr("Cannot open a pipe."), qt_error_string(errno))));
        return;
    }
    UniqueFd ours(ends[0]);
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
    m_readerThread = std::jthread(
        [shared = m_shared, pipe = std::move(ours)]() mutable { PacketReader(std::move(pipe), shared->orders, shared->mail).run(); });
    m_captureThread =
        std::jthread([shared = m_shared, capture = std::move(capture), output = UniqueFd(ends[1])](const std::stop_token& stop) mutable {
            blockBrokenPipes();
            OpContext context;
            context.stop = stop;
            CaptureEnded end = guarded(capture, context, output.get());
            output.reset();
            shared->orders.post(std::move(end));
        });
}

CaptureRun::~CaptureRun() {
    m_captureThread.request_stop();
    m_shared->orders.post(Quit{});
}

void CaptureRun::stop() {
    m_captureThread.request_stop();
}

void CaptureRun::askForPacket(qint64 number) {
    m_shared->orders.post(AskForPacket{number});
}

void CaptureRun::save(const QString& path) {
    m_shared->orders.post(Save{path});
}

void CaptureRun::feed(UniqueFd pipe, int id, qint64 from, qint64 most) {
    ::fcntl(pipe.get(), F_SETFL, O_NONBLOCK);
    m_shared->orders.post(Feed{std::move(pipe), id, from, most});
}

void CaptureRun::onMail() {
    for (const Mail& mail : m_shared->mail.take()) {
        if (const auto* batch = std::get_if<PacketBatch>(&mail)) {
            m_shared->orders.post(BatchTaken{});
            Q_EMIT packetsCame(*batch);
        } else if (const auto* packet = std::get_if<PacketReady>(&mail)) {
            Q_EMIT packetReady(packet->number, packet->frame, packet->file);
        } else if (const auto* save = std::get_if<Saved>(&mail)) {
            Q_EMIT saved(save->result);
        } else if (const auto* begun = std::get_if<Feeding>(&mail)) {
            Q_EMIT feeding(begun->id, begun->first);
        } else if (const auto* done = std::get_if<Fed>(&mail)) {
            Q_EMIT fed(done->id, done->next);
        } else {
            m_ended = true;
            Q_EMIT ended(std::get<CaptureEnded>(mail));
        }
    }
}

} // namespace podleaf::ui
