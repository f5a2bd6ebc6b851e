// SPDX-License-Identifier: GPL-3.0-or-later
// StatusSocket: a Unix socket that gives everyone who connects one JSON object and closes. In a Loop.
#pragma once

#include <app/labhost/loop.h>

#include <optional>
#include <string>

namespace podleaf::router {

class StatusSocket {
public:
    using Text = std::function<std::string()>;

    StatusSocket(labhost::Loop& loop, std::string path, Text text);
    ~StatusSocket();
    StatusSocket(const StatusSocket&) = delete;
    StatusSocket& operator=(const StatusSocket&) = delete;

    /// Takes the place of one that an earlier run has left. The sentence of what went wrong, else empty.
    std::string listen();

private:
    void answer();

    labhost::Loop& m_loop;
    std::string m_path;
    Text m_text;
    UniqueFd m_socket;
    std::optional<labhost::Loop::Token> m_token;
};

} // namespace podleaf::router
