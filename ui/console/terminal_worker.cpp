// SPDX-License-Identifier: GPL-3.0-or-later
// TerminalWorker: see the header. Reader is the reader's thread.
#include "terminal_worker.h"

#include "emulator.h"
#include "pty.h"

#include <ui/feed/worker.h>

#include <QCoreApplication>

#include <array>
#include <atomic>
#include <cerrno>
#include <poll.h>
#include <utility>
#include <variant>

namespace podleaf::ui {

namespace {

using namespace std::chrono_literals;

constexpr auto kFrameTime = 16ms;
constexpr qsizetype kMaxWaitingInput = 256 * 1024; ///< What a program does not read of what was typed.

struct Paste {
    QString text;
};
struct ScrollTo {
    std::optional<qint64> firstLine;
};
struct Copy {
    TerminalRange range;
};
using ProgramEnded = Result<session::ConsoleEnd>;
struct FrameTaken {};
using Order = std::variant<KeyPress, Paste, MouseReport, TerminalSize, ScrollTo, Copy, FrameTaken, Quit, ProgramEnded>;

struct Copied {
    QString text;
};
using Mail = std::variant<TerminalFramePtr, Copied, ProgramEnded>;

ProgramEnded mistake(const QString& words) {
    return fail(ErrorCode::Internal, QCoreApplication::translate("TerminalWorker", "The console ended with a mistake of Podleaf's own."),
                words);
}

} // namespace

class TerminalWorker::Private {
public:
    explicit Private(TerminalWorker& q) : worker(&q, [this, &q](const Mail& mail) { take(q, mail); }) {}

    void take(TerminalWorker& q, const Mail& mail);

    Worker<Order, Mail> worker;
};

namespace {

/// The reader's thread: owns our side of the pty and the emulator, whose history stays when the program has ended.
class Reader final {
public:
    Reader(UniqueFd pty, TerminalSize size, Mailbox<Order>& orders, Mailbox<Mail>& mail)
        : m_pty(std::move(pty)), m_emulator(size), m_orders(orders), m_mail(mail) {}

    void run();

private:
    bool read();
    void write();
    void obey(Order order);
    void publish();
    void tellEnd();
    [[nodiscard]] int msToFrame() const;

    UniqueFd m_pty; ///< Closed when the program has ended.
    Emulator m_emulator;
    Mailbox<Order>& m_orders;
    Mailbox<Mail>& m_mail;
    QByteArray m_input; ///< For the program, not yet written.
    std::optional<qint64> m_firstLine;
    std::optional<ProgramEnded> m_end;
    Clock::time_point m_nextFrame = Clock::now();
    bool m_changed = true;
    bool m_frameOut = false; ///< The GUI thread has not taken the last one.
    bool m_quit = false;
};

void Reader::run() {
    while (!m_quit) {
        const short events = m_input.isEmpty() ? POLLIN : POLLIN | POLLOUT;
        std::array<pollfd, 2> waits{{{m_pty.get(), events, 0}, {m_orders.wakeFd(), POLLIN, 0}}}; // poll ignores -1
        ::poll(waits.data(), waits.size(), m_end ? 0 : msToFrame());
        if (waits[1].revents != 0) {
            for (Order& order : m_orders.take()) {
                obey(std::move(order));
            }
        }
        const bool read = (waits[0].revents & POLLIN) != 0 && this->read();
        if ((waits[0].revents & POLLOUT) != 0) {
            write();
        }
        m_input += m_emulator.takeInput();
        m_input.truncate(kMaxWaitingInput);
        if (m_end && !read) {
            tellEnd();
        } else if (m_changed && !m_frameOut && Clock::now() >= m_nextFrame) {
            publish();
        }
    }
}

/// After its last output.
void Reader::tellEnd() {
    m_pty.reset();
    publish();
    m_mail.post(*std::exchange(m_end, std::nullopt));
}

bool Reader::read() {
    std::array<char, 32 * 1024> buffer;
    const ssize_t count = ::read(m_pty.get(), buffer.data(), buffer.size());
    if (count <= 0) {
        return false;
    }
    m_emulator.write({buffer.data(), count});
    m_changed = true;
    return true;
}

void Reader::write() {
    const ssize_t count = ::write(m_pty.get(), m_input.constData(), static_cast<std::size_t>(m_input.size()));
    if (count > 0) {
        m_input.remove(0, count);
    } else if (count < 0 && errno != EAGAIN && errno != EINTR) {
        m_input.clear();
    }
}

void Reader::obey(Order order) {
    if (const auto* key = std::get_if<KeyPress>(&order)) {
        m_emulator.press(*key);
    } else if (const auto* paste = std::get_if<Paste>(&order)) {
        m_emulator.paste(paste->text);
    } else if (const auto* mouse = std::get_if<MouseReport>(&order)) {
        m_emulator.report(*mouse);
    } else if (const auto* size = std::get_if<TerminalSize>(&order)) {
        m_emulator.resize(*size);
        setSize(m_pty, m_emulator.size());
    } else if (const auto* scroll = std::get_if<ScrollTo>(&order)) {
        m_firstLine = scroll->firstLine;
    } else if (const auto* copy = std::get_if<Copy>(&order)) {
        m_mail.post(Copied{m_emulator.text(copy->range)});
        return;
    } else if (std::holds_alternative<FrameTaken>(order)) {
        m_frameOut = false;
        return;
    } else if (std::holds_alternative<Quit>(order)) {
        m_quit = true;
    } else {
        m_end = std::get<ProgramEnded>(std::move(order));
    }
    m_changed = true;
}

int Reader::msToFrame() const {
    if (!m_changed || m_frameOut) {
        return -1; // Whatever comes next wakes us.
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_nextFrame - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void Reader::publish() {
    const qint64 back = m_firstLine ? m_emulator.screenLine() - *m_firstLine : 0;
    m_mail.post(std::make_shared<const TerminalFrame>(m_emulator.frame(back)));
    m_changed = false;
    m_frameOut = true;
    m_nextFrame = Clock::now() + kFrameTime;
}

} // namespace

TerminalWorker::TerminalWorker(TerminalProgram program, TerminalSize size, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this)) {
    auto pty = openPty(size);
    if (!pty) {
        d->worker.fail(ProgramEnded(fail(std::move(pty.error()))));
        return;
    }
    d->worker.start([ours = std::move(pty->ours), size](Mailbox<Order>& orders,
                                                        Mailbox<Mail>& mail) mutable { Reader(std::move(ours), size, orders, mail).run(); },
                    [program = std::move(program), terminal = std::move(pty->programs)](OpContext& context) -> Order {
                        return guarded<ProgramEnded>([&] { return program(context, terminal.get()); }, mistake);
                    });
}

TerminalWorker::~TerminalWorker() = default;

void TerminalWorker::stop() {
    d->worker.stop();
}

void TerminalWorker::press(const KeyPress& key) {
    d->worker.order(key);
}

void TerminalWorker::paste(const QString& text) {
    d->worker.order(Paste{text});
}

void TerminalWorker::report(const MouseReport& mouse) {
    d->worker.order(mouse);
}

void TerminalWorker::resize(TerminalSize size) {
    d->worker.order(size);
}

void TerminalWorker::scrollTo(std::optional<qint64> firstLine) {
    d->worker.order(ScrollTo{firstLine});
}

void TerminalWorker::copy(const TerminalRange& range) {
    d->worker.order(Copy{range});
}

void TerminalWorker::Private::take(TerminalWorker& q, const Mail& mail) {
    if (const auto* frame = std::get_if<TerminalFramePtr>(&mail)) {
        worker.order(FrameTaken{});
        Q_EMIT q.frameChanged(*frame);
    } else if (const auto* text = std::get_if<Copied>(&mail)) {
        Q_EMIT q.copied(text->text);
    } else {
        q.m_ended = true;
        Q_EMIT q.ended(std::get<ProgramEnded>(mail));
    }
}

} // namespace podleaf::ui
