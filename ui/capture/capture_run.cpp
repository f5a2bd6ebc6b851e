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

class CaptureRun::Private {
public:
    explicit Private(CaptureRun& q) : worker(&q, [this, &q](const Mail& mail) { take(q, mail); }) {}

    void take(CaptureRun& q, const Mail& mail);

    Worker<Order, Mail> worker;
};

namespace {

CaptureEnded mistake(const QString& words) {
    return fail(ErrorCode::Internal, QCoreApplication::translate("CaptureRun", "The capture ended with a mistake of Podleaf's own."),
                words);
}

} // namespace

CaptureRun::CaptureRun(Capture capture, QObject* parent) : QObject(parent), d(std::make_unique<Private>(*this)) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        d->worker.fail(CaptureEnded(fail(ErrorCode::Failed, tr("Cannot open a pipe."), qt_error_string(errno))));
        return;
    }
    UniqueFd ours(ends[0]);
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
    d->worker.start([pipe = std::move(ours)](Mailbox<Order>& orders,
                                             Mailbox<Mail>& mail) mutable { PacketReader(std::move(pipe), orders, mail).run(); },
                    [capture = std::move(capture), output = UniqueFd(ends[1])](OpContext& context) mutable -> Order {
                        blockBrokenPipes();
                        CaptureEnded end = guarded<CaptureEnded>([&] { return capture(context, output.get()); }, mistake);
                        output.reset(); // The reader sees the end of the pipe, and then how it came.
                        return end;
                    });
}

CaptureRun::~CaptureRun() = default;

void CaptureRun::stop() {
    d->worker.stop();
}

void CaptureRun::askForPacket(qint64 number) {
    d->worker.order(AskForPacket{number});
}

void CaptureRun::save(const QString& path) {
    d->worker.order(Save{path});
}

void CaptureRun::feed(UniqueFd pipe, int id, qint64 from, qint64 most) {
    ::fcntl(pipe.get(), F_SETFL, O_NONBLOCK);
    d->worker.order(Feed{std::move(pipe), id, from, most});
}

void CaptureRun::Private::take(CaptureRun& q, const Mail& mail) {
    if (const auto* batch = std::get_if<PacketBatch>(&mail)) {
        worker.order(BatchTaken{});
        Q_EMIT q.packetsCame(*batch);
    } else if (const auto* packet = std::get_if<PacketReady>(&mail)) {
        Q_EMIT q.packetReady(packet->number, packet->frame, packet->file);
    } else if (const auto* save = std::get_if<Saved>(&mail)) {
        Q_EMIT q.saved(save->result);
    } else if (const auto* begun = std::get_if<Feeding>(&mail)) {
        Q_EMIT q.feeding(begun->id, begun->first);
    } else if (const auto* done = std::get_if<Fed>(&mail)) {
        Q_EMIT q.fed(done->id, done->next);
    } else {
        q.m_ended = true;
        Q_EMIT q.ended(std::get<CaptureEnded>(mail));
    }
}

} // namespace podleaf::ui
