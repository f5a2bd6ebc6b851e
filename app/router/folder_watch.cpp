// SPDX-License-Identifier: GPL-3.0-or-later
#include "folder_watch.h"

#include "files.h"

#include <app/labhost/failure.h>

#include <array>
#include <set>
#include <sys/epoll.h>
#include <sys/inotify.h>

namespace podleaf::router {

FolderWatch::FolderWatch(labhost::Loop& loop) : m_loop(loop), m_fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    m_token = m_loop.add(m_fd.get(), EPOLLIN, [this](std::uint32_t) { receive(); });
}

FolderWatch::~FolderWatch() {
    m_loop.remove(m_token);
}

std::string FolderWatch::watch(const std::string& folder, Of of, Handler changed) {
    const std::uint32_t events = of == Of::Sockets ? IN_CREATE : IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM;
    const int number = ::inotify_add_watch(m_fd.get(), folder.c_str(), events | IN_ONLYDIR);
    if (number < 0) {
        return labhost::failure("cannot watch the folder " + printable(folder));
    }
    m_handlers.insert_or_assign(number, std::move(changed));
    return {};
}

void FolderWatch::receive() {
    alignas(inotify_event) std::array<char, 16 * 1024> buffer;
    std::set<int> seen; // many events in one go are one
    for (ssize_t count = 0; (count = ::read(m_fd.get(), buffer.data(), buffer.size())) > 0;) {
        for (ssize_t at = 0; at < count;) {
            const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
            seen.insert(event->wd);
            at += static_cast<ssize_t>(sizeof *event + event->len);
        }
    }
    const bool wasTooMuch = seen.contains(-1);
    for (const auto& [folder, changed] : m_handlers) {
        if (wasTooMuch || seen.contains(folder)) {
            changed();
        }
    }
}

} // namespace podleaf::router
