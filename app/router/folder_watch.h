// SPDX-License-Identifier: GPL-3.0-or-later
// FolderWatch: tells when files of a folder come, go or have been written, also by a rename, and when sockets come (inotify).
// In a Loop.
#pragma once

#include <app/labhost/loop.h>

#include <map>
#include <string>

namespace podleaf::router {

class FolderWatch {
public:
    using Handler = std::function<void()>;

    explicit FolderWatch(labhost::Loop& loop);
    ~FolderWatch();
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    /// Files are told of when they have their content, sockets when they appear.
    enum class Of { Files, Sockets };
    /// The folder must exist. The sentence of what went wrong, else empty. A folder has one handler.
    std::string watch(const std::string& folder, Of of, Handler changed);

private:
    void receive();

    labhost::Loop& m_loop;
    UniqueFd m_fd;
    labhost::Loop::Token m_token;
    std::map<int, Handler> m_handlers; ///< By inotify's number of the folder.
};

} // namespace podleaf::router
