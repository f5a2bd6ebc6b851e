// SPDX-License-Identifier: GPL-3.0-or-later
#include "port_forward.h"

#include "relay.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <exception>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>

namespace podleaf::channel {

using namespace std::chrono_literals;

namespace {

Q_LOGGING_CATEGORY(logForward, "podleaf.channel.forward", QtInfoMsg)

constexpr int kBacklog = 128;
constexpr std::size_t kMostRelays = 512; ///< Later clients wait in the backlog.
constexpr std::size_t kMostConnecting = 32;
constexpr auto kConnectLimit = 10s;
constexpr auto kPauseWhenShort = 100ms;

QString text(const char* source) {
    return QCoreApplication::translate("PortForward", source);
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

Unexpected cannotListen(std::uint16_t port, int error) {
    if (error == EADDRINUSE) {
        return fail(ErrorCode::AlreadyExists, text("Port %1 of this host is in use.").arg(port), qt_error_string(error),
                    text("Another port will do, or none: a free one is taken then."));
    }
    if (error == EACCES) {
        return fail(ErrorCode::Denied, text("Port %1 of this host is root's to listen at.").arg(port), qt_error_string(error),
                    text("Ports from 1024 on are everybody's."));
    }
    return fail(ErrorCode::Failed, text("Cannot listen at a port of this host."), qt_error_string(error));
}

Result<UniqueFd> listenAt(std::uint16_t port) {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); // connections of before may linger
    const sockaddr_in address = loopback(port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(socket.get(), kBacklog) != 0) {
        return cannotListen(port, errno);
    }
    return socket;
}

std::uint16_t portOf(int socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

} // namespace

class PortForward::Private {
public:
    Private(std::shared_ptr<NodeChannel> node, std::uint16_t nodePort, OnRefused onRefused, UniqueFd listener, UniqueFd wake)
        : m_node(std::move(node)), m_nodePort(nodePort), m_onRefused(std::move(onRefused)), m_listener(std::move(listener)),
          m_wake(std::move(wake)), m_port(portOf(m_listener.get())) {}
    ~Private() {
        m_thread = {}; // joined: nothing is added to the rest
        m_connecting.clear();
        for (const Connected& connected : m_connected) {
            closeByReset(connected.client.get());
        }
        for (const Relay& relay : m_relays) {
            relay.breakOff();
        }
    }
    Private(const Private&) = delete;
    Private& operator=(const Private&) = delete;

    void start() {
        m_thread = std::jthread([this](const std::stop_token& stop) { guarded([&] { run(stop); }); });
    }
    [[nodiscard]] std::uint16_t port() const { return m_port; }

private:
    /// A client that waits for its connection into the node.
    struct Connecting {
        UniqueFd client;
        std::atomic<bool> isOver = false;
        std::jthread thread;
    };

    /// The last resort of a thread's main: nothing here throws but for want of memory.
    template <class Function>
    static void guarded(const Function& function) {
        try {
            function();
        } catch (const std::exception& error) {
            qCCritical(logForward) << "thread ended by an exception, error=" << error.what();
        }
    }

    void run(const std::stop_token& stop) {
        const std::stop_callback onStop(stop, [this] { wake(); });
        std::vector<pollfd> waits;
        while (!stop.stop_requested()) {
            takeConnected();
            const bool isOpen = m_relays.size() < kMostRelays && m_connecting.size() < kMostConnecting && Clock::now() >= m_acceptAt;
            waits = {{m_wake.get(), POLLIN, 0}, {isOpen ? m_listener.get() : -1, POLLIN, 0}};
            for (const Relay& relay : m_relays) {
                relay.addTo(waits);
            }
            ::poll(waits.data(), waits.size(), m_acceptAt > Clock::now() ? static_cast<int>(kPauseWhenShort.count()) : -1);
            advanceRelays(waits);
            if (waits[1].revents != 0) {
                accept();
            }
        }
    }

    void advanceRelays(const std::vector<pollfd>& waits) {
        auto next = waits.begin() + 2;
        for (auto relay = m_relays.begin(); relay != m_relays.end(); next += 2) {
            relay = relay->advance(next[0], next[1]) ? std::next(relay) : m_relays.erase(relay);
        }
    }

    void accept() {
        UniqueFd client(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!client.isValid()) {
            const bool isShort = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
            m_acceptAt = isShort ? Clock::now() + kPauseWhenShort : m_acceptAt;
            return;
        }
        Connecting& connecting = m_connecting.emplace_back();
        connecting.client = std::move(client);
        try {
            connecting.thread = std::jthread([this, &connecting](const std::stop_token& stop) {
                guarded([&] { connect(stop, std::move(connecting.client)); });
                connecting.isOver = true;
                wake();
            });
        } catch (const std::system_error&) { // no thread to be had
            closeByReset(connecting.client.get());
            m_connecting.pop_back();
            m_acceptAt = Clock::now() + kPauseWhenShort;
        }
    }

    /// On the thread of one client.
    void connect(const std::stop_token& stop, UniqueFd client) {
        OpContext context;
        context.stop = stop;
        OpContext limited = context.withTimeout(kConnectLimit);
        auto socket = m_node->connectTcp(limited, m_nodePort);
        if (socket) {
            const std::lock_guard lock(m_mutex);
            m_connected.push_back({std::move(client), *std::move(socket)});
            return;
        }
        closeByReset(client.get());
        if (m_onRefused && socket.error().code != ErrorCode::Cancelled) {
            m_onRefused(socket.error());
        }
    }

    void takeConnected() {
        eventfd_t times = 0;
        static_cast<void>(::eventfd_read(m_wake.get(), &times));
        m_connecting.remove_if([](const Connecting& each) { return each.isOver.load(); });
        const std::lock_guard lock(m_mutex);
        for (Connected& connected : m_connected) {
            m_relays.emplace_back(std::move(connected.client), std::move(connected.node));
        }
        m_connected.clear();
    }

    void wake() const {
        // A full counter means that it is readable already, which is all that is wanted.
        static_cast<void>(::eventfd_write(m_wake.get(), 1));
    }

    struct Connected {
        UniqueFd client;
        UniqueFd node;
    };

    const std::shared_ptr<NodeChannel> m_node;
    const std::uint16_t m_nodePort;
    const OnRefused m_onRefused;
    const UniqueFd m_listener;
    const UniqueFd m_wake;
    const std::uint16_t m_port;

    std::mutex m_mutex;
    std::vector<Connected> m_connected; ///< Those that the poll thread has not taken yet.

    // The poll thread's.
    std::list<Relay> m_relays;
    std::list<Connecting> m_connecting;
    Clock::time_point m_acceptAt; ///< Not before: descriptors or threads were short.

    std::jthread m_thread;
};

Result<std::unique_ptr<PortForward>> PortForward::open(std::shared_ptr<NodeChannel> node, Ports ports, OnRefused onRefused) {
    auto listener = listenAt(ports.local);
    if (!listener) {
        return fail(std::move(listener.error()));
    }
    UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake.isValid()) {
        return fail(ErrorCode::HostLacks, text("This process cannot open another file descriptor."), qt_error_string(errno));
    }
    auto d = std::make_unique<Private>(std::move(node), ports.node, std::move(onRefused), *std::move(listener), std::move(wake));
    d->start();
    return std::unique_ptr<PortForward>(new PortForward(std::move(d)));
}

PortForward::PortForward(std::unique_ptr<Private> p) : d(std::move(p)) {}

PortForward::~PortForward() = default;

std::uint16_t PortForward::port() const {
    return d->port();
}

} // namespace podleaf::channel
